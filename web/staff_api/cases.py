"""A case: who it is about, where it stands, what is next and why, and everything that happened."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from models.case import CaseState
from models.codes import ItemState, Phase, Route
from models.personal import KnownPerson
from policy.permissions import Action, Staff
from web.addresses import ShownAddress
from web.auth import OurServices
from web.case_view import CaseView, SignalLine, case_view
from web.explain import Explained
from web.outages import outages
from web.pressing import shown_person
from web.problems import also
from web.staff_api.access import KNOWN, asked, asked_case
from web.staff_api.parts import PersonAsked, Shape
from web.timeline import Entry

router = APIRouter(prefix="/zaken", tags=["zaken"], dependencies=KNOWN)

Reader = Annotated[Staff, asked(Action.SEE_CASE)]
ReadCase = Annotated[CaseState, asked_case(Action.SEE_CASE)]


class Telefoonnummer(Shape):
    id: str = Field(description="Zo heet het nummer in een opdracht.")
    nummer: str = Field(examples=["+31612345678"])
    voorkeur: bool
    stand: ItemState


class Mailadres(Shape):
    adres: str = Field(examples=["beemd@example.nl"])
    voorkeur: bool
    stand: ItemState


class Inwoner(Shape):
    naam: str = Field(examples=["A.B. van den Beemd"])
    geboortedatum: date | None
    telefoonnummers: list[Telefoonnummer]
    mailadressen: list[Mailadres]
    taal: str = Field(examples=["nl"])
    nietGewenst: str = Field(description="Langs welke weg de inwoner niets wil krijgen.")


class Adres(Shape):
    regels: list[str] = Field(
        description="Straat en plaats; leeg bij een geheim adres: dat toont alleen de pagina, aan wie zegt waarom."
    )
    geheim: bool


class Signaal(Shape):
    partner: str = Field(examples=["Woonstee Zonnedijk"])
    soort: str = Field(examples=["Huur"])
    bedragInCenten: int = Field(examples=[41250])
    kenmerk: str = Field(description="Dat van de partner; leeg als het verwijderd is.", examples=["WO-1"])
    signaaldatum: date
    ontvangenOp: datetime
    bijzonderheden: list[str]
    eigenStappen: str = Field(description="Wat de partner zelf al deed.")


class Termijn(Shape):
    """Een moment waarop iets gebeurd moet zijn, en waarom dan."""

    titel: str
    op: datetime
    wanneer: str = Field(description="Hetzelfde in woorden.", examples=["wo 5 mei 09:00"])
    teLaat: bool
    regel: str
    geteld: str = Field(description="Hoe het moment gevonden is: termijn, begin, kalender.")
    verschoven: str


class VolgendeStap(Shape):
    zin: str
    wanneer: str
    vanzelf: bool = Field(description="Of het gebeurt zonder dat iemand iets doet.")
    waarom: list[Termijn]


class Vastgelopen(Shape):
    oorzaak: str
    sinds: str
    ligtBij: str


class Gebeurtenis(Shape):
    """Een regel van de signaalreis."""

    op: datetime
    zin: str
    door: str
    toelichting: str
    opmerking: str = Field(description="Waarom een toelichting er niet bij staat.")


class Zaak(Shape):
    id: str
    volgnummer: int = Field(description="Wordt hoger bij alles wat er in de zaak gebeurt.")
    gemeente: str = Field(description="CBS-code.", examples=["9901"])
    fase: Phase
    faseNaam: str = Field(examples=["Contact zoeken"])
    route: Route | None
    geopendOp: datetime
    behandelaarId: str | None
    persoonId: str = Field(description="Over wie dit gaat.")
    anderePersonen: list[str] = Field(description="Anderen in de zaak; vraag per persoon wat over hen gaat.")
    inwoner: Inwoner | None = Field(description="Leeg als de gegevens verwijderd zijn.")
    adres: Adres | None
    letOp: list[str] = Field(description="Wat iemand moet weten voor zij iets doet; het strengste eerst.")
    afspraken: list[str]
    signalen: list[Signaal]
    volgendeStap: VolgendeStap
    vastgelopen: Vastgelopen | None
    termijnen: list[Termijn]
    signaalreis: list[Gebeurtenis]


@router.get("/{zaakId}", operation_id="geefZaak", summary="Een zaak met haar signaalreis", responses=also(410))
def case(services: OurServices, staff: Reader, state: ReadCase, person: PersonAsked = "") -> Zaak:
    """Wat de pagina van de zaak toont, over één persoon in de zaak."""
    view = case_view(
        services,
        state,
        staff,
        person=shown_person(state, person),
        before=None,
        outages=outages(services, now=services.now()),
    )
    return _told(state, view)


def _told(state: CaseState, view: CaseView) -> Zaak:
    stands_for = view.stands_for
    beware = [warned.sentence for warned in view.warnings]
    if stands_for is not None:
        about = "wel" if stands_for.may_be_told else "niet"
        beware.append(f"{stands_for.kind} {stands_for.name}: mag {about} over bedragen en partners horen.")
    return Zaak(
        id=state.case_id,
        volgnummer=state.sequence,
        gemeente=state.municipality.text,
        fase=state.phase,
        faseNaam=view.phase,
        route=None if state.terms is None else state.terms.route,
        geopendOp=state.opened_at,
        behandelaarId=state.owner,
        persoonId=view.person_id,
        anderePersonen=list(view.others),
        inwoner=None if view.resident is None else _resident(view.resident, view.unwanted),
        adres=None if view.address is None else _address(view.address),
        letOp=beware,
        afspraken=[f"{agreed.what}: {agreed.how}" for agreed in view.agreements],
        signalen=[_signal(line) for line in view.signals],
        volgendeStap=VolgendeStap(
            zin=view.next.sentence,
            wanneer=view.next.when,
            vanzelf=view.next.by_itself,
            waarom=[_deadline(why) for why in view.next.reasons],
        ),
        vastgelopen=None
        if view.stalled is None
        else Vastgelopen(oorzaak=view.stalled.cause, sinds=view.stalled.since, ligtBij=view.stalled.rung),
        termijnen=[_deadline(one) for one in view.deadlines],
        signaalreis=[_entry(entry) for entry in view.entries],
    )


def _resident(known: KnownPerson, unwanted: str) -> Inwoner:
    return Inwoner(
        naam=known.name,
        geboortedatum=known.birth_date,
        telefoonnummers=[
            Telefoonnummer(id=one.id, nummer=one.number.text, voorkeur=one.preferred, stand=one.state)
            for one in known.phones
        ],
        mailadressen=[
            Mailadres(adres=one.address.text, voorkeur=one.preferred, stand=one.state) for one in known.mailboxes
        ],
        taal=known.language,
        nietGewenst=unwanted,
    )


def _address(shown: ShownAddress) -> Adres:
    return Adres(regels=list(shown.lines), geheim=shown.secret)


def _signal(line: SignalLine) -> Signaal:
    return Signaal(
        partner=line.partner,
        soort=line.type,
        bedragInCenten=line.row.amount_cents,
        kenmerk=line.reference,
        signaaldatum=line.row.signal_date,
        ontvangenOp=line.row.received_at,
        bijzonderheden=list(line.flags),
        eigenStappen=line.own_steps,
    )


def _deadline(why: Explained) -> Termijn:
    return Termijn(
        titel=why.title,
        op=why.at,
        wanneer=why.when,
        teLaat=why.late,
        regel=why.rule,
        geteld=why.counted,
        verschoven=why.moved,
    )


def _entry(entry: Entry) -> Gebeurtenis:
    return Gebeurtenis(
        op=datetime.fromisoformat(entry.machine),
        zin=entry.sentence,
        door=entry.by,
        toelichting=entry.note,
        opmerking=entry.remark,
    )
