"""Which cases somebody who calls may be in, and what is shown of them to recognise the caller."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.blind import IndexKind, asked_for
from adapters.callers import Asked, person_called
from adapters.case_searches import CaseSearches
from models.case import CaseState
from models.codes import Phase
from models.ids import CaseId, PersonId, StaffId, UnitId, case_of_unit
from models.personal import Resident
from policy.permissions import Action, Staff, may_in_case
from web import labels, queries
from web.about_person import kinds_for
from web.addresses import is_secret, shown_street
from web.auth import scope
from web.forms.fields import Offered, Typed, Unfinished
from web.language import said
from web.next_up import NextUp, next_up
from web.people import GONE
from web.queues import queue_names
from web.services import Services

MOST = 20
"""More cases than this are not shown: the caller can tell something more."""
_AT_ONCE = MOST + 1
LEAST = 2
"""So many kinds of data are needed: one alone is no reason to open somebody's case."""
FIELDS = {
    "achternaam": IndexKind.NAME_SOUND,
    "straat": IndexKind.STREET,
    "geboortedatum": IndexKind.BIRTH_DATE,
    "telefoon": IndexKind.PHONE_TAIL,
}
_TOO_LITTLE = {
    "achternaam": "Vul de achternaam in; een voorvoegsel alleen is te weinig.",
    "straat": "Vul de naam van de straat in, zonder huisnummer.",
    "telefoon": "Vul ten minste de laatste zes cijfers van het telefoonnummer in.",
}
_TWO = "Vul ten minste twee gegevens in."
_MORE = "Er zijn meer dan {most} zaken. Vul nog een gegeven in."
_ANOTHER = "Er zijn meer dan {most} zaken. Vul een gegeven anders in."


@dataclass(frozen=True)
class Hit:
    """A case in which the caller may be, about the person who fits best."""

    case_id: CaseId
    person_id: PersonId
    name: str
    address: str
    """Street and house, or that it is secret."""
    born: str
    """The year."""
    place: str
    phase: str
    closed: bool
    owner: str
    """Who does what comes next: whoever it was agreed with, else whose the case is."""
    next: str
    when: str
    kinds: frozenset[str]
    """What can be done in the case now."""


def asked_of(typed: Typed) -> Mapping[IndexKind, tuple[str, ...]]:
    """What is looked for, from what was typed. Raises `Unfinished`."""
    asked = asked_for(
        surname=typed["achternaam"],
        street=typed["straat"],
        birth_date=_birth_date(typed["geboortedatum"]),
        phone=typed["telefoon"],
    )
    for name, kind in FIELDS.items():
        if typed[name] and kind not in asked:
            raise Unfinished(name, _TOO_LITTLE[name])
    if len(asked) < LEAST:
        raise Unfinished(next((name for name in FIELDS if not typed[name]), "achternaam"), _TWO)
    return asked


def _birth_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Unfinished("geboortedatum", "Vul de geboortedatum in als dag, maand en jaar.") from None


def searched(services: Services, staff: Staff, asked: Asked) -> tuple[Hit, ...]:
    """The cases that this finds; who searched is written down first. Raises `Unfinished` when they are too many."""
    now = services.now()
    states = found(services, staff, asked)
    shown = states if len(states) <= MOST else []
    for municipality in scope(staff, Action.SEE_CASE):
        here = [state.case_id for state in states if state.municipality == municipality]
        CaseSearches(services.database).record(
            staff.staff_id, municipality, asked, here if shown else [], hits=len(here), at=now
        )
    if len(states) > MOST:
        missing = next((name for name, kind in FIELDS.items() if kind not in asked), "")
        raise Unfinished(missing or "achternaam", said(_MORE if missing else _ANOTHER, most=MOST))
    return tuple(hits(services, staff, shown, asked, now=now))


def found(services: Services, staff: Staff, asked: Asked) -> list[CaseState]:
    """The cases that this reader may see and that are found by all of this, the open ones first; at most one more than
    `MOST`. A case with a secret address is never found by its street: that it was would tell where somebody lives."""
    states = list[CaseState]()
    for state in _fitting(services, staff, asked):
        states.append(state)
        if len(states) > MOST:
            break
    return sorted(states, key=lambda state: (state.phase is Phase.CLOSED, state.case_id))


def _fitting(services: Services, staff: Staff, asked: Asked) -> Iterator[CaseState]:
    elsewhere: Asked = {kind: values for kind, values in asked.items() if kind != IndexKind.STREET}
    without_street = len(elsewhere) >= LEAST
    for municipality in scope(staff, Action.SEE_CASE):
        exact = set(services.vault.find_by_all(municipality, asked))
        also = set(services.vault.find_by_all(municipality, elsewhere)) if without_street else set()
        for unit, state in _cases(services, sorted(exact | also)):
            if not may_in_case(staff, Action.SEE_CASE, state):
                continue
            if without_street if is_secret(state) else unit in exact:
                yield state


def _cases(services: Services, units: Sequence[UnitId]) -> Iterator[tuple[UnitId, CaseState]]:
    """Without the units of something else, and without cases that are not written yet or are erased."""
    for begin in range(0, len(units), _AT_ONCE):
        cases = {unit: case for unit in units[begin : begin + _AT_ONCE] if (case := case_of_unit(unit)) is not None}
        states = services.case_store.load_many(cases.values())
        yield from ((unit, states[case]) for unit, case in cases.items() if case in states)


def hits(services: Services, staff: Staff, states: Sequence[CaseState], asked: Asked, *, now: datetime) -> list[Hit]:
    """What is shown of these cases. Only their people are unsealed."""
    within = scope(staff, Action.SEE_CASE)
    queues, places = queue_names(services.policies, within), queries.municipality_names(services.database, within)
    ahead = [next_up(state, now=now) for state in states]
    whose = [_does(state, following) for state, following in zip(states, ahead, strict=True)]
    names = queries.staff_names(services.database, whose)
    everybody = services.case_store.residents(person.person_id for state in states for person in state.people)
    shown = []
    for state, following, staff_id in zip(states, ahead, whose, strict=True):
        person = _who(state, everybody, asked)
        known = everybody.get(person)
        queue = following.task.queue if following.task is not None else None
        owner = names.get(staff_id) or said("een collega") if staff_id else ""
        shown.append(
            Hit(
                case_id=state.case_id,
                person_id=person,
                name=known.name if known is not None else said(GONE),
                address="" if known is None else shown_street(state, known),
                born=str(known.birth_date.year) if known is not None and known.birth_date is not None else "",
                place=places[state.municipality.text] if len(within) > 1 else "",
                phase=labels.label(state.phase),
                closed=state.phase is Phase.CLOSED,
                owner=said("u") if staff_id == staff.staff_id else owner or _queue(queue, queues),
                next=following.sentence,
                when=following.when,
                kinds=kinds_for(state, staff, person, Offered()),
            )
        )
    return shown


def _does(state: CaseState, following: NextUp) -> StaffId | None:
    return (following.task.staff if following.task is not None else None) or state.owner


def _queue(queue: str | None, queues: Mapping[str, str]) -> str:
    if not queue:
        return said("nog van niemand")
    return said("werkbakje {queue}", queue=queues.get(queue, queue).lower())


def _who(state: CaseState, known: Mapping[PersonId, Resident], asked: Asked) -> PersonId:
    heard = {kind: told for kind, told in asked.items() if kind != IndexKind.STREET or not is_secret(state)}
    return person_called(state, known, heard)
