"""The persons register (BRP) over HTTP, in the shape of Haal Centraal "BRP Personen Bevragen" 2.x.

A search answers with a limited person, without municipality or address, so it is always followed by a
consultation by BSN of those who match.
Source: openapi 2.7.0 and its features, github.com/BRP-API/Haal-Centraal-BRP-bevragen.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from activities.ports import PartyUnavailable, Register
from adapters.http_party import HttpParty, RequestRefused
from models.codes import Party, RegisterResult
from models.personal import Address, Resident
from models.values import MunicipalityCode

_PATH = "/haalcentraal/api/brp/personen"
_DIED, _EMIGRATED = "O", "E"
_SEARCH_FIELDS = ("burgerservicenummer", "naam.geslachtsnaam", "geboorte.datum")
_PERSON_FIELDS = (
    *_SEARCH_FIELDS,
    "gemeenteVanInschrijving",
    "verblijfplaats.verblijfadres.postcode",
    "verblijfplaats.verblijfadres.huisnummer",
    "verblijfplaats.verblijfadres.huisletter",
    "verblijfplaats.verblijfadres.huisnummertoevoeging",
    "verblijfplaats.verblijfadres.land",
)
_SEARCHABLE_SURNAME = re.compile(r"[a-zA-Z0-9À-ž .\-']{1,200}")
_PREFIXES = frozenset((
    "'s", "'t", "aan", "bij", "d'", "da", "dal", "das", "de", "del", "dela", "den", "der", "des", "di", "do", "dos",
    "du", "el", "het", "in", "l'", "la", "las", "le", "les", "los", "onder", "op", "over", "te", "ten", "ter", "tot",
    "uit", "van", "ver", "von", "voor", "zu", "zum", "zur",
))  # fmt: skip


class _Answer(BaseModel):
    """What the register may send is more than what is read here."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Coded(_Answer):
    code: str = ""


class _Suspension(_Answer):
    reden: _Coded = _Coded()


class _Name(_Answer):
    geslachtsnaam: str = ""


class _Date(_Answer):
    """Only a full date has `datum`; a date known to the year or month has other fields."""

    datum: date | None = None


class _Birth(_Answer):
    datum: _Date = _Date()


class _HomeAddress(_Answer):
    postcode: str = ""
    huisnummer: int = 0
    huisletter: str = ""
    huisnummertoevoeging: str = ""


class _Residence(_Answer):
    type: str = ""
    verblijfadres: _HomeAddress = _HomeAddress()
    indicatieVastgesteldVerblijftNietOpAdres: bool = False


class _Person(_Answer):
    burgerservicenummer: str = ""
    naam: _Name = _Name()
    geboorte: _Birth = _Birth()
    suspension: _Suspension = Field(default=_Suspension(), alias="opschortingBijhouding")
    municipality: _Coded = Field(default=_Coded(), alias="gemeenteVanInschrijving")
    verblijfplaats: _Residence = _Residence()
    # Told of everybody whom it applies to, without being asked for.
    secret: bool = Field(default=False, alias="geheimhoudingPersoonsgegevens")

    def is_named_like(self, resident: Resident) -> bool:
        known = resident.birth_date
        same_birth = known is None or self.geboorte.datum.datum == known
        return same_birth and _plain(self.naam.geslachtsnaam) == _plain(resident.surname)

    def lives_at(self, address: Address) -> bool:
        home = self.verblijfplaats.verblijfadres
        return (
            home.postcode.replace(" ", "").upper() == address.postcode.text
            and home.huisnummer == address.number
            and _letters(home.huisletter + home.huisnummertoevoeging) == _letters(address.addition)
            and not self.verblijfplaats.indicatieVastgesteldVerblijftNietOpAdres
        )

    def has_left(self, municipality: MunicipalityCode) -> bool:
        abroad = self.verblijfplaats.type == "VerblijfplaatsBuitenland"
        elsewhere = self.municipality.code not in ("", municipality.text)
        return abroad or elsewhere or self.suspension.reden.code == _EMIGRATED

    def is_kept_by(self, municipality: MunicipalityCode) -> bool:
        return self.municipality.code == municipality.text and not self.suspension.reden.code


class _People(_Answer):
    personen: tuple[_Person, ...] = ()


class _Problem(_Answer):
    code: str = ""


_Model = TypeVar("_Model", bound=_Answer)


class BrpHttp(Register):
    """Asks by BSN where it is known, else by address and birth date (or surname)."""

    def __init__(self, base_url: str, *, api_key: str = "", timeout: float = 5.0) -> None:
        headers = {"X-API-KEY": api_key} if api_key else None
        self._http = HttpParty(Party.REGISTER, base_url, timeout=timeout, headers=headers)

    def close(self) -> None:
        self._http.close()

    def ask(self, resident: Resident, municipality: MunicipalityCode) -> RegisterResult:
        """FOUND (or FOUND_SECRET) only for exactly one living person of that name and birth date, at that address.

        Everything that a caseworker has to look at is SEVERAL or NOT_FOUND: another name behind the BSN,
        another address within the municipality, an unknown residence.

        Raises `PartyUnavailable`, `NotAuthorised` or `RequestRefused`, with codes such as `register.timeout`,
        `register.http-503` and `register.malformed`.
        """
        if resident.bsn is not None:
            return _judged(self._consulted([resident.bsn.text]), resident, municipality)
        found = self._searched(resident)
        if found is None:
            return RegisterResult.SEVERAL
        numbers = [person.burgerservicenummer for person in found if person.is_named_like(resident)]
        if not numbers:
            return RegisterResult.NOT_FOUND
        # The search knew house numbers without their letters: "12" also gives who lives at "12 A".
        housemates = [person for person in self._consulted(numbers) if person.lives_at(resident.address)]
        return _judged(housemates, resident, municipality)

    def _searched(self, resident: Resident) -> Sequence[_Person] | None:
        """Who lives, or last lived, at the address; None when there are too many to be told."""
        question = {
            "type": "ZoekMetPostcodeEnHuisnummer",
            "postcode": resident.address.postcode.text,
            "huisnummer": resident.address.number,
            "inclusiefOverledenPersonen": True,
            "fields": _SEARCH_FIELDS,
            **_narrowing(resident),
        }
        response = self._http.ask("POST", _PATH, question, also=frozenset({400}))
        if response.status_code != 400:
            return _read(_People, response.content).personen
        if _read(_Problem, response.content).code == "tooManyResults":
            return None
        raise RequestRefused("register.http-400")

    def _consulted(self, numbers: Sequence[str]) -> Sequence[_Person]:
        question = {
            "type": "RaadpleegMetBurgerservicenummer",
            "burgerservicenummer": numbers,
            "fields": _PERSON_FIELDS,
        }
        return _read(_People, self._http.ask("POST", _PATH, question).content).personen


def _narrowing(resident: Resident) -> dict[str, str]:
    """Asks for no more people than needed; by birth date first, because spelling cannot spoil it."""
    if resident.birth_date is not None:
        return {"geboortedatum": resident.birth_date.isoformat()}
    surname = " ".join(_without_prefix(resident.surname.split()))
    return {"geslachtsnaam": surname} if _SEARCHABLE_SURNAME.fullmatch(surname) else {}


def _judged(people: Iterable[_Person], resident: Resident, municipality: MunicipalityCode) -> RegisterResult:
    match [person for person in people if person.is_named_like(resident)]:
        case []:
            return RegisterResult.NOT_FOUND
        case [person]:
            if person.suspension.reden.code == _DIED:
                return RegisterResult.DIED
            if person.has_left(municipality):
                return RegisterResult.NOT_A_RESIDENT
            if person.is_kept_by(municipality) and person.lives_at(resident.address):
                return RegisterResult.FOUND_SECRET if person.secret else RegisterResult.FOUND
            return RegisterResult.NOT_FOUND
        case _:
            return RegisterResult.SEVERAL


def _read(model: type[_Model], content: bytes) -> _Model:
    try:
        return model.model_validate_json(content)
    except ValidationError:
        pass
    raise PartyUnavailable("register.malformed")


def _plain(surname: str) -> str:
    """A surname for comparison: no prefix, capitals, accents, spaces or hyphens."""
    return _letters(" ".join(_without_prefix(surname.split())))


def _without_prefix(words: Sequence[str]) -> Sequence[str]:
    while len(words) > 1 and words[0].casefold() in _PREFIXES:
        words = words[1:]
    return words


def _letters(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in bare if character.isalnum())
