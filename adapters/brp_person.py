"""What the persons register tells of somebody, as far as it is read here.

Everything may be missing: null and false are left out, and what we are not authorised for is not told.
Source: openapi 2.x of "BRP Personen Bevragen", github.com/BRP-API/Haal-Centraal-BRP-bevragen.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from models.personal import Address, RegisteredPerson
from models.values import Postcode, Unreadable

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip


class Answer(BaseModel):
    """What the register may send is more than what is read here."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def _or_nothing(value: object) -> object:
    # A null says as much as nothing at all.
    return {} if value is None else value


def _text(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_text)]


class Coded(Answer):
    code: Text = ""
    omschrijving: Text = ""


class Suspension(Answer):
    reden: Annotated[Coded, BeforeValidator(_or_nothing)] = Coded()


class Name(Answer):
    voornamen: Text = ""
    voorletters: Text = ""
    voorvoegsel: Text = ""
    geslachtsnaam: Text = ""


class TypedDate(Answer):
    """A date that is known to the day, the month or the year, or not at all."""

    type: Text = ""
    datum: date | None = None
    jaar: int | None = None
    maand: int | None = Field(default=None, ge=1, le=12)

    def may_be(self, day: date) -> bool:
        """Whether this day fits what is known."""
        if self.datum is not None:
            return self.datum == day
        return self.jaar in (None, day.year) and self.maand in (None, day.month)

    @property
    def is_whole(self) -> bool:
        return self.datum is not None

    def in_words(self) -> str:
        """As a screen shows it."""
        if self.datum is not None:
            return f"{self.datum.day} {_MONTHS[self.datum.month - 1]} {self.datum.year}"
        if self.jaar is None:
            return "onbekend"
        return str(self.jaar) if self.maand is None else f"{_MONTHS[self.maand - 1]} {self.jaar}"


class Birth(Answer):
    datum: Annotated[TypedDate, BeforeValidator(_or_nothing)] = TypedDate()


class HomeAddress(Answer):
    officieleStraatnaam: Text = ""
    korteStraatnaam: Text = ""
    huisnummer: int | None = None
    huisletter: Text = ""
    huisnummertoevoeging: Text = ""
    postcode: Text = ""
    woonplaats: Text = ""

    def address(self) -> Address | None:
        """None when it cannot be written to."""
        try:
            return Address(
                postcode=Postcode(self.postcode),
                number=self.huisnummer or 0,
                addition=f"{self.huisletter}{self.huisnummertoevoeging}",
                street=self.korteStraatnaam or self.officieleStraatnaam,
                town=self.woonplaats,
            )
        except (Unreadable, ValueError):
            return None


class Residence(Answer):
    """One of `Adres`, `VerblijfplaatsBuitenland`, `VerblijfplaatsOnbekend` and `Locatie`."""

    type: Text = ""
    datumVan: Annotated[TypedDate, BeforeValidator(_or_nothing)] = TypedDate()
    verblijfadres: Annotated[HomeAddress, BeforeValidator(_or_nothing)] = HomeAddress()
    indicatieVastgesteldVerblijftNietOpAdres: bool | None = None


class Addressing(Answer):
    aanhef: Text = ""
    aanschrijfwijze: Annotated[Any, BeforeValidator(lambda value: value)] = None
    adresregel1: Text = ""
    adresregel2: Text = ""

    @property
    def addressed_as(self) -> str:
        """How the person is written to on an envelope. Some versions of the register send an object around it."""
        found = self.aanschrijfwijze
        if isinstance(found, dict):
            found = found.get("naam", "")
        return found if isinstance(found, str) else ""


class BrpPerson(Answer):
    """A person, limited or whole."""

    burgerservicenummer: Text = ""
    naam: Annotated[Name, BeforeValidator(_or_nothing)] = Name()
    geboorte: Annotated[Birth, BeforeValidator(_or_nothing)] = Birth()
    leeftijd: int | None = None
    adressering: Annotated[Addressing, BeforeValidator(_or_nothing)] = Addressing()
    suspension: Annotated[Suspension, BeforeValidator(_or_nothing)] = Field(
        default=Suspension(), alias="opschortingBijhouding"
    )
    municipality: Annotated[Coded, BeforeValidator(_or_nothing)] = Field(
        default=Coded(), alias="gemeenteVanInschrijving"
    )
    verblijfplaats: Annotated[Residence, BeforeValidator(_or_nothing)] = Residence()
    secret: bool | None = Field(default=None, alias="geheimhoudingPersoonsgegevens")
    """Told of everybody whom it applies to, without being asked for."""
    guardianship: bool | None = Field(default=None, alias="indicatieCurateleRegister")

    def registered(self) -> RegisteredPerson:
        """As it is kept, sealed."""
        home = self.verblijfplaats
        return RegisteredPerson(
            initials=self.naam.voorletters,
            first_names=self.naam.voornamen,
            prefix=self.naam.voorvoegsel,
            surname=self.naam.geslachtsnaam,
            addressed_as=self.adressering.addressed_as,
            salutation=self.adressering.aanhef,
            born=self.geboorte.datum.in_words(),
            address=home.verblijfadres.address() if home.type == "Adres" else None,
            lives=home.type,
            since=home.datumVan.in_words() if home.datumVan.type else "",
            municipality=self.municipality.omschrijving or self.municipality.code,
            died=self.suspension.reden.code == "O",
            secret=bool(self.secret),
            guardianship=bool(self.guardianship),
        )


class People(Answer):
    personen: Sequence[BrpPerson] = ()


class Problem(Answer):
    code: Text = ""
