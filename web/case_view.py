"""What the page of a case shows, gathered and put in words; the template only prints it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState, Task
from models.codes import HelpKind, Outcome, Phase, TaskKind
from models.facts import AnyFact
from models.ids import SYSTEM, PersonId, RowId, SignalId
from models.personal import Resident
from models.tables import SignalRow
from policy.commands import CALL_RESULTS, RULES, available
from policy.next_step import stall_of
from policy.outcomes import DEFINITIONS
from policy.permissions import Action, Staff
from web import forms, labels, people, queries, timeline, words
from web.auth import scope
from web.explain import Explained, NextUp, explain, explained_deadlines, next_up, stalled_deadline
from web.outages import Outage
from web.services import Services
from web.timeline import Entry

HELP_OUTCOMES = (Outcome.ADVICE_OR_QUICK_FIX, Outcome.FURTHER_HELP_FINANCIAL, Outcome.FURTHER_HELP_OTHER)


@dataclass(frozen=True)
class SignalLine:
    """A signal as the page shows it."""

    partner: str
    type: str
    amount: str
    origin: str
    sent: str
    received: str
    flags: tuple[str, ...]
    own_steps: str


@dataclass(frozen=True)
class Stalled:
    """Why the case stands still."""

    cause: str
    since: str
    level: int
    why: Explained | None


@dataclass(frozen=True)
class Refusal:
    """A form that was not taken: what it was, why, and everything that was typed."""

    kind: str
    sentence: str
    typed: forms.Typed
    field: str = ""


@dataclass(frozen=True)
class CaseForm:
    """A command that is possible now, as a form: open when it is the work at hand or was just refused."""

    kind: str
    title: str
    opened: bool
    typed: forms.Typed
    refusal: Refusal | None
    step_id: str = ""


@dataclass(frozen=True)
class CaseView:
    """Everything on the page of a case about one of its people."""

    case_id: str
    person_id: PersonId
    resident: Resident | None
    birth: str
    standing: str
    phase: str
    place: str
    opened: str
    owner: str
    others: tuple[PersonId, ...]
    """Other people in the case, whose signals do not stand on this page."""
    signals: tuple[SignalLine, ...]
    signals_of_others: int
    next: NextUp
    stalled: Stalled | None
    forms: tuple[CaseForm, ...]
    elsewhere: tuple[PersonId, ...]
    """People whose page has a form for an open task."""
    entries: tuple[Entry, ...]
    entries_of_others: int
    deadlines: tuple[Explained, ...]
    hold: str


_FORM_OF = {rule.task: kind for kind, rule in RULES.items() if rule.task is not None}
_FORM_FOR = {**_FORM_OF, TaskKind.CALL: "log_call", TaskKind.RECORD_OUTCOME: "record_outcome"}
"""The form with which each kind of task is done."""


def case_view(
    services: Services,
    state: CaseState,
    staff: Staff,
    *,
    person: PersonId,
    refusal: Refusal | None,
    outages: tuple[Outage, ...],
) -> CaseView:
    now = services.now()
    rows = queries.signals(services.database, state.case_id, scope(staff, Action.SEE_CASE))
    mine = [(row, partner) for row, partner in rows if row.person_id == person]
    journey = services.case_store.journey(state.case_id)
    told = [(fact, note) for fact, note in journey if timeline.person_of(fact) in (None, person)]
    names = queries.staff_names(services.database, [state.owner, *(fact.by for fact, _ in told)])
    steps = people.own_steps(services, [RowId(row.row_id) for row, _ in mine])
    residents = people.residents(services, [person])
    resident, known = residents.get(person), state.person(person)
    places = queries.municipality_names(services.database, [state.municipality])
    following = next_up(state, now=now, down=frozenset(outage.party for outage in outages))
    return CaseView(
        case_id=state.case_id,
        person_id=person,
        resident=resident,
        birth=words.full_day(resident.birth_date) if resident and resident.birth_date else "",
        standing=labels.label(known.standing) if known else "",
        phase=labels.label(state.phase),
        place=places.get(state.municipality.text, ""),
        opened=words.moment(state.opened_at, now=now),
        owner=_owner(state, staff, names),
        others=tuple(other.person_id for other in state.people if other.person_id != person),
        signals=tuple(_signal(row, partner, steps, now) for row, partner in mine),
        signals_of_others=len(rows) - len(mine),
        next=following,
        stalled=_stalled(state, now, told=following.reasons),
        forms=tuple(_forms(state, staff, person, refusal, now)),
        elsewhere=_elsewhere(state, staff, person),
        entries=_entries(told, names, partners={SignalId(row.id): partner for row, partner in rows}, now=now),
        entries_of_others=len(journey) - len(told),
        deadlines=explained_deadlines(state, now=now),
        hold=f"Vernietiging uitgesteld tot en met {words.due(state.hold.until, now=now)}." if state.hold else "",
    )


@dataclass(frozen=True)
class Choices:
    """The choices of the forms, the same on every page."""

    calls: tuple[tuple[str, str], ...]
    standings: tuple[tuple[str, str], ...]
    helps: tuple[tuple[str, str], ...]
    help_outcomes: tuple[tuple[str, str], ...]
    outcome_groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


CHOICES = Choices(
    calls=tuple((result.value, labels.CALL_RESULTS[result]) for result in CALL_RESULTS),
    standings=tuple((standing.value, text) for standing, text in labels.STANDING_CHOICES.items()),
    helps=tuple((kind.value, labels.label(kind)) for kind in HelpKind),
    help_outcomes=tuple((outcome.value, DEFINITIONS[outcome]) for outcome in HELP_OUTCOMES),
    outcome_groups=tuple(
        (title, tuple((outcome.value, DEFINITIONS[outcome]) for outcome in outcomes))
        for title, outcomes in labels.OUTCOME_GROUPS
    ),
)


def _owner(state: CaseState, staff: Staff, names: Mapping[str, str]) -> str:
    if state.owner is None:
        return "" if state.phase is Phase.CLOSED else "nog van niemand"
    return "van u" if state.owner == staff.staff_id else f"van {names.get(state.owner, 'een collega')}"


def _signal(row: SignalRow, partner: str, steps: Mapping[RowId, str], now: datetime) -> SignalLine:
    flags = (("Crisissignaal", row.crisis), ("Warme overdracht: eerst bellen", row.warm_handover))
    return SignalLine(
        partner=partner,
        type=row.partner_type,
        amount=words.amount(row.amount_cents),
        origin=words.full_day(row.origin_date) if row.origin_date else "",
        sent=words.full_day(row.signal_date),
        received=words.moment(row.received_at, now=now),
        flags=tuple(text for text, applies in flags if applies),
        own_steps=steps.get(RowId(row.row_id), ""),
    )


def _stalled(state: CaseState, now: datetime, *, told: tuple[Explained, ...]) -> Stalled | None:
    """Why the case stands still; without the deadline's explanation when the next step tells it already."""
    stall, deadline = stall_of(state), stalled_deadline(state)
    if stall is None or deadline is None:
        return None
    why = explain(deadline, now=now, title="Uiterlijk")
    return Stalled(
        cause=labels.label(stall.cause),
        since=f"{words.moment(stall.since, now=now)} ({words.age(stall.since, now=now)})",
        level=stall.level,
        why=None if why in told else why,
    )


def _forms(state: CaseState, staff: Staff, person: PersonId, refusal: Refusal | None, now: datetime) -> list[CaseForm]:
    at_hand = {_FORM_FOR[task.kind] for task in state.tasks if task.opens_at <= now}
    found = []
    for kind in available(state, staff.role):
        if (kind == "claim_case" and state.owner == staff.staff_id) or not _concerns(state, kind, person):
            continue
        mine = refusal if refusal is not None and refusal.kind == kind else None
        check = _task(state, TaskKind.CHECK_MAIL, person)
        found.append(
            CaseForm(
                kind=kind,
                title=labels.COMMANDS[kind],
                opened=mine is not None or kind in at_hand,
                typed=mine.typed if mine else {},
                refusal=mine,
                step_id=check.step_id or "" if kind == "check_mail" and check else "",
            )
        )
    return sorted(found, key=lambda form: form.kind not in at_hand)


def _concerns(state: CaseState, kind: str, person: PersonId) -> bool:
    """Whether the form belongs on this person's page: a task's form stands only with the task's person."""
    task = RULES[kind].task
    return task is None or _task(state, task, person) is not None


def _task(state: CaseState, kind: TaskKind, person: PersonId) -> Task | None:
    return next((task for task in state.tasks if task.kind is kind and task.person_id == person), None)


def _elsewhere(state: CaseState, staff: Staff, person: PersonId) -> tuple[PersonId, ...]:
    kinds = available(state, staff.role)
    waiting = (task.person_id for task in state.tasks if _FORM_FOR[task.kind] in kinds and task.person_id != person)
    return tuple(dict.fromkeys(waiting))


def _entries(
    told: list[tuple[AnyFact, str]], names: Mapping[str, str], partners: Mapping[SignalId, str], now: datetime
) -> tuple[Entry, ...]:
    return tuple(
        timeline.entry(fact, by=_by(fact, names), note=note, partners=partners, now=now) for fact, note in told
    )


def _by(fact: AnyFact, names: Mapping[str, str]) -> str:
    if fact.by == SYSTEM:
        return "automatisch"
    return names.get(fact.by, "een collega")
