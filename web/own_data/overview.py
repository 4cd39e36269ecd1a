"""All that a municipality holds of one resident, over all their cases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from adapters.call_requests import CallRequests, SaidByCaller
from adapters.case_store import CaseStore, UnknownCase
from adapters.cases_of_person import InCase
from adapters.database import Database
from adapters.objection_marks import ObjectionMarks
from adapters.own_data import OwnData
from adapters.vault import Erased, Vault
from models.case import CaseState
from models.personal import Resident
from web import words
from web.own_data.in_case import Telling, in_case
from web.own_data.shape import Overzicht, Terugbelverzoek

EXPLAINED = (
    "Een signaalpartner, zoals een verhuurder of een energiebedrijf, gaf door dat u een rekening niet betaalde. De "
    "gemeente moet u dan hulp aanbieden (Wet gemeentelijke schuldhulpverlening, artikel 3). Daarvoor gebruikt zij deze "
    "gegevens.",
    "Een computer kiest volgens vaste regels hoe wij contact zoeken. Een medewerker beslist over de uitkomst.",
    "Bestanden die een medewerker net bekijkt en regels die wij niet konden lezen, blijven korte tijd bewaard en zijn "
    "niet op naam te doorzoeken. Zij staan niet in dit overzicht.",
)
CALLS_LEFT_OUT = "Terugbelverzoeken waarvan niet zeker is dat u ze zelf deed."
RIGHTS = (
    "Klopt er iets niet, dan mag u vragen om het te verbeteren. In een zaak die is afgesloten, kunnen wij de gegevens "
    "zelf niet meer veranderen. Vraag het dan schriftelijk: een teamleider geeft u antwoord.",
    "U mag bezwaar maken tegen het gebruik van uw gegevens, en vragen om het gebruik te beperken.",
    "U mag vragen om uw gegevens te verwijderen. Dat gaat ook vanzelf: bij elke zaak staat wanneer.",
    "Bent u het niet eens met wat de gemeente doet, dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens.",
)


@dataclass(frozen=True)
class Sources:
    """Where it is gathered from."""

    database: Database
    vault: Vault
    cases: CaseStore


def overview(
    sources: Sources,
    found: Sequence[InCase],
    *,
    municipality: str,
    asked_on: date,
    telling: Telling,
    calls: Collection[str] = (),
) -> Overzicht:
    """`found`: the cases, all of one municipality, each with the person as that case knows them. One that was erased
    meanwhile is not in it. `calls`: which of the calls that may be theirs are. Raises `UnknownCase` when none is
    left."""
    held, told, people = OwnData(sources.database, sources.vault, found), [], dict[str, tuple[CaseState, Resident]]()
    for case, person in found:
        try:
            state = sources.cases.load(case)
            told.append(in_case(sources.cases, held, state, person, telling))
            people[case] = state, sources.cases.resident(case, person)
        except (UnknownCase, Erased):
            continue
    if not told:
        raise UnknownCase("case.unknown")
    may_be_theirs = _calls(sources, people.values())
    theirs = [call for call in may_be_theirs if call.id in calls]
    return Overzicht(
        gemeente=municipality,
        verzoekVan=asked_on,
        gemaaktOp=telling.now,
        uitleg=[*EXPLAINED],
        zaken=told,
        terugbelverzoeken=[_call(call) for call in theirs],
        weggelaten=[CALLS_LEFT_OUT] if len(theirs) < len(may_be_theirs) else [],
        bezwaarkenmerkTot=max(
            (
                until
                for state, resident in people.values()
                if (until := ObjectionMarks(sources.vault).until(state.municipality, resident, at=telling.now))
            ),
            default=None,
        ),
        rechten=[*RIGHTS],
    )


def calls_of(sources: Sources, found: Sequence[InCase]) -> list[SaidByCaller]:
    """Requests to be called back that somebody made with a number and a name like theirs; the oldest first."""
    people = []
    for case, person in found:
        try:
            people.append((sources.cases.load(case), sources.cases.resident(case, person)))
        except (UnknownCase, Erased):
            continue
    return _calls(sources, people)


def _calls(sources: Sources, people: Collection[tuple[CaseState, Resident]]) -> list[SaidByCaller]:
    requests = CallRequests(sources.database, sources.vault)
    calls = {call for state, resident in people for call in requests.of_person(state.municipality, resident)}
    return sorted(calls, key=lambda call: (call.received_at, call.id))


def _call(call: SaidByCaller) -> Terugbelverzoek:
    said = call.said
    return Terugbelverzoek(
        op=call.received_at, naam=said.surname, telefoonnummer=words.phone(said.phone), gevraagd=said.told
    )
