"""The persons register (BRP) over HTTP: Haal Centraal "BRP Personen Bevragen" 2.x.

One operation, asked in two steps: a search answers with limited persons, without municipality and address, so it is
followed by a consultation by BSN of those who may be meant.
Source: openapi 2.7.0 and its features, github.com/BRP-API/Haal-Centraal-BRP-bevragen.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from activities.ports import PartyUnavailable, Register, RegisterAnswer
from activities.records import RegisterVerdict
from adapters.blind import plain
from adapters.brp_person import Answer, BrpPerson, People, Problem
from adapters.http_auth import OPEN, Access
from adapters.http_party import HttpParty, RequestRefused
from adapters.same_person import Fit, fit, without_prefix
from models.codes import Party, RegisterResult
from models.personal import Address, Resident
from models.values import MunicipalityCode

PATH = "/haalcentraal/api/brp/personen"
_MOST_NUMBERS = 20
_DIED, _EMIGRATED, _ABROAD = "O", "E", "R"
_SEARCH_FIELDS = (
    "burgerservicenummer",
    "naam.voorletters",
    "naam.voornamen",
    "naam.voorvoegsel",
    "naam.geslachtsnaam",
    "geboorte.datum",
)
_PERSON_FIELDS = (
    *_SEARCH_FIELDS,
    "leeftijd",
    "adressering.aanhef",
    "adressering.aanschrijfwijze",
    "gemeenteVanInschrijving",
    "indicatieCurateleRegister",
    "verblijfplaats.datumVan",
    "verblijfplaats.indicatieVastgesteldVerblijftNietOpAdres",
    "verblijfplaats.verblijfadres.korteStraatnaam",
    "verblijfplaats.verblijfadres.officieleStraatnaam",
    "verblijfplaats.verblijfadres.huisnummer",
    "verblijfplaats.verblijfadres.huisletter",
    "verblijfplaats.verblijfadres.huisnummertoevoeging",
    "verblijfplaats.verblijfadres.postcode",
    "verblijfplaats.verblijfadres.woonplaats",
    "verblijfplaats.verblijfadres.land",
)
"""What the case needs, and nothing else: each field that is asked for is a field that must be accounted for."""
_SEARCHABLE = re.compile(r"[a-zA-Z0-9À-ž .\-']{1,200}")
_FIRST_NAME = re.compile(r"[a-zA-ZÀ-ž'\-]{3,}")

_Model = TypeVar("_Model", bound=Answer)


@dataclass(frozen=True)
class _Found:
    """Those who may be meant, and whether there were more than the register tells of."""

    people: tuple[BrpPerson, ...] = ()
    too_many: bool = False


class BrpHttp(Register):
    """Asks by BSN where it is known, else by address, else by name and birth date, else by name and municipality.

    `path` follows `base_url`: behind a municipality's own gateway it may be another one.
    """

    def __init__(self, base_url: str, *, access: Access = OPEN, path: str = PATH, timeout: float = 5.0) -> None:
        self._path = path
        self._http = HttpParty(Party.REGISTER, base_url, timeout=timeout, access=access)

    def close(self) -> None:
        self._http.close()

    def ask(self, resident: Resident, municipality: MunicipalityCode) -> RegisterAnswer:
        """What is known of the one person who clearly is meant; of nobody else anything is concluded.

        Raises `PartyUnavailable`, `NotAuthorised` or `RequestRefused`, with codes such as `register.timeout`,
        `register.http-503` and `register.malformed`.
        """
        if resident.bsn is not None:
            people = self._consulted([resident.bsn.text])
            return _answered(resident, municipality, people, by_number=True)
        found = _Found()
        for question in _questions(resident, municipality):
            found = self._searched(resident, question)
            if found.people or found.too_many:
                break
        if found.too_many:
            return RegisterAnswer(RegisterVerdict(result=RegisterResult.SEVERAL), ())
        numbers = [person.burgerservicenummer for person in found.people if person.burgerservicenummer]
        people = self._consulted(numbers) if numbers else ()
        return _answered(resident, municipality, people, by_number=False)

    def _searched(self, resident: Resident, question: Mapping[str, Any]) -> _Found:
        """Those of the answer who may be meant: nothing more is asked about their housemates."""
        wanted = {**question, "inclusiefOverledenPersonen": True, "fields": _SEARCH_FIELDS}
        response = self._http.ask("POST", self._path, wanted, also=frozenset({400}))
        if response.status_code == 400:
            if _read(Problem, response.content).code == "tooManyResults":
                return _Found(too_many=True)
            raise RequestRefused("register.http-400")
        people = _read(People, response.content).personen
        return _Found(tuple(one for one in people if fit(resident, one, by_number=False) is not Fit.OTHER))

    def _consulted(self, numbers: Sequence[str]) -> Sequence[BrpPerson]:
        question = {
            "type": "RaadpleegMetBurgerservicenummer",
            "burgerservicenummer": numbers[:_MOST_NUMBERS],
            "fields": _PERSON_FIELDS,
        }
        return _read(People, self._http.ask("POST", self._path, question).content).personen


def _questions(resident: Resident, municipality: MunicipalityCode) -> Iterator[Mapping[str, Any]]:
    """The searches that what is known allows, the one that finds fewest others first."""
    address, surname = resident.address, without_prefix(resident.surname)
    searchable = _SEARCHABLE.fullmatch(surname) is not None
    at_home = {
        "type": "ZoekMetPostcodeEnHuisnummer",
        "postcode": address.postcode.text,
        "huisnummer": address.number,
    }
    # By birth date first, because spelling cannot spoil it; without either, everybody in the house is told of.
    if resident.birth_date is not None:
        yield at_home | {"geboortedatum": resident.birth_date.isoformat()}
    yield at_home
    if resident.birth_date is not None and searchable:
        yield {
            "type": "ZoekMetGeslachtsnaamEnGeboortedatum",
            "geslachtsnaam": surname,
            "geboortedatum": resident.birth_date.isoformat(),
        }
    first = resident.initials.split(" ")[0].strip(".")
    if searchable and _FIRST_NAME.fullmatch(first):
        yield {
            "type": "ZoekMetNaamEnGemeenteVanInschrijving",
            "geslachtsnaam": surname,
            "voornamen": f"{first}*",
            "gemeenteVanInschrijving": municipality.text,
        }


def _answered(
    resident: Resident, municipality: MunicipalityCode, people: Sequence[BrpPerson], *, by_number: bool
) -> RegisterAnswer:
    """About the one who clearly is meant, else whom a person has to look at. Never a guess: two of one surname at an
    address are told apart by a birth date, and by nothing less."""
    # The search knew house numbers without their letters: "12" also gives who lives at "12 A".
    at_home = [person for person in people if _lives_at(person, resident.address)]
    fits = [(fit(resident, person, by_number=by_number), person) for person in at_home or people]
    clear = [person for how, person in fits if how is Fit.CLEAR]
    possible = [person for how, person in fits if how is not Fit.OTHER]
    if len(clear) == 1 and (len(possible) == 1 or resident.birth_date is not None or by_number):
        return _about(clear[0], resident, municipality, by_number=by_number)
    result = RegisterResult.NOT_FOUND if not possible else RegisterResult.NEAR
    return _doubtful(RegisterResult.SEVERAL if len(possible) > 1 else result, possible)


def _doubtful(result: RegisterResult, people: Sequence[BrpPerson]) -> RegisterAnswer:
    return RegisterAnswer(RegisterVerdict(result=result), tuple(person.registered() for person in people))


def _about(person: BrpPerson, resident: Resident, municipality: MunicipalityCode, *, by_number: bool) -> RegisterAnswer:
    result = _where(person, resident, municipality)
    certain = by_number or (resident.birth_date is not None and person.geboorte.datum.datum == resident.birth_date)
    if result is not RegisterResult.FOUND and not certain:
        # A surname at an address is enough for who lives there, not for saying that somebody died or moved.
        return _doubtful(RegisterResult.NEAR, [person])
    secret = bool(person.secret)
    if result is RegisterResult.FOUND and secret:
        result = RegisterResult.FOUND_SECRET
    verdict = RegisterVerdict(result=result, secret=secret, guardianship=bool(person.guardianship))
    return RegisterAnswer(verdict, (person.registered(),))


def _where(person: BrpPerson, resident: Resident, municipality: MunicipalityCode) -> RegisterResult:
    """Whether they live where the partner believes, or where else."""
    reason, home = person.suspension.reden.code, person.verblijfplaats
    if reason == _DIED:
        return RegisterResult.DIED
    if reason in (_EMIGRATED, _ABROAD) or home.type == "VerblijfplaatsBuitenland":
        return RegisterResult.ABROAD
    if person.municipality.code not in ("", municipality.text):
        return RegisterResult.NOT_A_RESIDENT
    if reason or home.type != "Adres":
        # Kept up no longer for another reason; a place without an address; unknown; or not told to us.
        return RegisterResult.RESIDENCE_UNKNOWN
    if home.indicatieVastgesteldVerblijftNietOpAdres:
        return RegisterResult.NOT_AT_ADDRESS
    if _lives_at(person, resident.address):
        return RegisterResult.FOUND
    here = person.municipality.code == municipality.text and home.verblijfadres.address() is not None
    return RegisterResult.MOVED_WITHIN if here else RegisterResult.RESIDENCE_UNKNOWN


def _lives_at(person: BrpPerson, address: Address) -> bool:
    home = person.verblijfplaats.verblijfadres
    return (
        home.postcode.replace(" ", "").upper() == address.postcode.text
        and home.huisnummer == address.number
        and plain(home.huisletter + home.huisnummertoevoeging) == plain(address.addition)
    )


def _read(model: type[_Model], content: bytes) -> _Model:
    try:
        return model.model_validate_json(content)
    except (ValidationError, RecursionError):
        pass
    raise PartyUnavailable("register.malformed")
