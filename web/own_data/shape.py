"""All that is held of one resident, as they get it: the shape of the JSON, and what the page shows."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """Something that a resident gets: nothing else stands in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Persoon(Part):
    naam: str
    aanschrijving: str = Field(description="Zoals het persoonsregister de naam op een envelop zet.")
    geboortedatum: date | None
    burgerservicenummer: str = Field(description="Leeg als het niet bekend is.")
    adres: list[str] = Field(description="Straat en plaats. Leeg als het is weggelaten.")
    telefoonnummers: list[str]
    mailadressen: list[str]
    taal: str
    nietGewenst: list[str] = Field(description="Langs welke weg de inwoner niets wil krijgen.")
    controle: str = Field(description="Of is nagegaan dat de gegevens kloppen.")
    bijzonderheden: list[str]
    vertegenwoordiger: str = Field(description="Gegevens van een ander. Leeg als er geen vertegenwoordiger is.")


class Register(Part):
    """Wat het persoonsregister het laatst antwoordde."""

    gevraagdOp: datetime
    naam: str
    aanschrijving: str
    geboren: str
    adres: list[str]
    verblijf: str
    sinds: str
    overleden: bool
    geheim: bool
    curatele: bool


class Signaal(Part):
    partner: str
    soort: str
    kenmerk: str = Field(description="Waaronder de partner de achterstand kent.")
    klantnummer: str
    bedragInCenten: int
    ontstaanOp: date | None
    signaaldatum: date
    ontvangenOp: datetime
    eigenStappen: str = Field(description="Wat de partner zelf al deed, in eigen woorden.")
    bijzonderheden: list[str]
    zoDoorgegeven: list[str] = Field(description="Naam, adres en andere gegevens, zoals de partner die doorgaf.")
    gevraagdeBedragen: list[str] = Field(description="Wat de partner later antwoordde op de vraag naar het bedrag.")
    status: str


class Gebeurtenis(Part):
    op: datetime
    wat: str
    door: str = Field(description="Een medewerker, of het systeem zelf.")
    notitie: str
    sleutel: str = Field(default="", exclude=True)
    """By which a note is left out; it stays with us."""


class Bericht(Part):
    op: datetime
    soort: str
    aan: str
    onderwerp: str
    tekst: str
    verstuurd: str


class Verstrekking(Part):
    """Aan wie gegevens gingen."""

    op: datetime
    aan: str
    wat: str


class Inzage(Part):
    """Wie de gegevens op het scherm had."""

    van: datetime
    tot: datetime
    rol: str
    doel: str
    keer: int


class Bewaartermijn(Part):
    wat: str
    tot: str
    regel: str
    grond: str


class Zaak(Part):
    nummer: str
    stand: str
    begonnen: datetime
    afgesloten: datetime | None
    resultaat: str
    persoon: Persoon | None
    persoonsregister: Register | None
    signalen: list[Signaal]
    gebeurtenissen: list[Gebeurtenis]
    berichten: list[Bericht]
    afspraken: list[str]
    verstrekt: list[Verstrekking]
    ingezien: list[Inzage]
    bewaren: list[Bewaartermijn]
    weggelaten: list[str] = Field(description="Wat er niet in staat, en waarom.")


class Terugbelverzoek(Part):
    op: datetime
    naam: str
    telefoonnummer: str
    gevraagd: str


class Overzicht(Part):
    """Alles wat een gemeente van een inwoner heeft."""

    gemeente: str
    verzoekVan: date
    gemaaktOp: datetime
    uitleg: list[str]
    zaken: list[Zaak]
    terugbelverzoeken: list[Terugbelverzoek]
    weggelaten: list[str] = Field(description="Wat er in geen zaak staat en ook hier niet, en waarom.")
    bezwaarkenmerkTot: datetime | None = Field(description="Tot wanneer een kenmerk blijft na een toegewezen bezwaar.")
    rechten: list[str]
