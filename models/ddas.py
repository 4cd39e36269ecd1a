"""What goes to the national statistics: "DDAS vroegsignalering", version 1.2 (`models.codes.DDAS_VERSION`).

The names are those of the standard. A file with one field more than these is refused as a whole, so nothing may be
added here.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from models.codes import ContactKind, Daypart, Outcome, PartnerType, SignalStatus

Code = Annotated[str, StringConstraints(pattern=r"^\d{4}$")]
Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")]


class _Part(BaseModel):
    """Unknown fields are refused; what was given stands in no error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def as_json(self) -> str:
        """As the standard writes it: what is not known is left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


class Contactpersoon(_Part):
    naam: str
    telefoonnummer: str | None = None
    email: str | None = None
    functietitel: str | None = None


class AanleverendeOrganisatie(_Part):
    naam: str
    kvk_nummer: str | None = Field(default=None, serialization_alias="kvk-nummer")
    contactpersonen: tuple[Contactpersoon, ...] | None = Field(default=None, min_length=1)


class Signaalpartner(_Part):
    """The kind of partner; which one it is, is not exchanged."""

    type: PartnerType


class Client(_Part):
    """Either the BSN and nothing else, or where somebody lives."""

    burgerservicenummer: Annotated[str, StringConstraints(pattern=r"^\d{9}$")] | None = None
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{4}[A-Z]{2}$")] | None = None
    huisnummer: str | None = None
    huisnummertoevoeging: str | None = None
    geboortedatum: date | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        home = (self.postcode, self.huisnummer)
        rest = (*home, self.huisnummertoevoeging, self.geboortedatum)
        if self.burgerservicenummer is not None and any(part is not None for part in rest):
            raise ValueError("beside a BSN nothing is exchanged")
        if self.burgerservicenummer is None and None in home:
            raise ValueError("without a BSN postcode and house number are needed")
        return self


class Vroegsignaal(_Part):
    ID: str
    client: Client
    signaalpartner: Signaalpartner
    crisissignaal: bool
    warmeOverdracht: bool
    bedrag: Annotated[int, Field(ge=0)]
    """Whole euros."""
    ontstaansdatum: date | None = None
    signaaldatum: date
    status: SignalStatus


class Verwijzing(_Part):
    """Which signal belongs to a case."""

    ID: str


class Contactpoging(_Part):
    soort: ContactKind
    bereikt: bool
    datum: date
    dagdeel: Daypart


class Vroegsignaalzaak(_Part):
    resultaat: Outcome | None = None
    """None while nobody knows, or help that was agreed has yet to begin."""
    matchingsdatum: date
    datumOpgepakt: date | None = None
    vroegsignalen: tuple[Verwijzing, ...] = Field(min_length=1)
    contactpogingen: tuple[Contactpoging, ...]


class Kop(_Part):
    """What stands above the deliveries of a file."""

    startdatumLevering: date
    einddatumLevering: date
    aanleverdatumEnTijd: Moment
    codeGegevensleverancier: Annotated[str, StringConstraints(min_length=1)]


class Levering(_Part):
    """What stands above the signals of one municipality."""

    teller: Annotated[int, Field(ge=1)]
    gemeentecode: Code
    aanleverendeOrganisatie: AanleverendeOrganisatie
