"""What a call about one case needs, and who is to be called after it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.at_work import TERM, CasesAtWork
from models.case import CaseState
from models.codes import TaskKind
from models.ids import CaseId, PersonId, StaffId
from models.message_text import TextName
from models.tables import TaskRow
from policy.calendar import local
from policy.message_writing import OPENING, TALK
from policy.permissions import Action, Staff, may_in_case
from web import people, queries, words, work_queries
from web.auth import scope
from web.case_forms import CaseForm, Refusal
from web.case_view import CaseView, case_view
from web.explain import explain
from web.language import said
from web.outages import outages
from web.paging import PAGE
from web.scripts import Script, script
from web.services import Services
from web.work_queries import Reader

SOON = timedelta(minutes=30)
"""So long before its moment a caller hears of an appointment of theirs."""
RENEWED_EVERY = TERM / 3
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Appointment:
    """A callback that is soon to be made."""

    who: str
    when: str
    link: str


@dataclass(frozen=True)
class Colleague:
    """Who has the case before them."""

    name: str
    since: str


@dataclass(frozen=True)
class CallView:
    """One call: the case, what to say, and the form of its result (None when there is nothing to call about)."""

    case: CaseView
    sequence: int
    """What was written of the case until now."""
    about: str
    form: CaseForm | None
    scripts: tuple[Script, ...]
    colleague: Colleague | None
    """A colleague who is at work on the case now."""
    taken_from: str
    soon: tuple[Appointment, ...]
    waiting: int
    """How many others can be called now, as far as one page of the list tells."""
    more: bool
    """Whether there are others beyond that page."""


def reader_of(services: Services, staff: Staff) -> Reader:
    now = services.now()
    return work_queries.reader(services.database, staff, scope(staff, Action.WORK_ON_CASE), today=local(now).date())


def first_to_call(services: Services, staff: Staff, *, without: Collection[CaseId]) -> tuple[CaseId, PersonId] | None:
    """Whom this member of staff calls first, but for these cases; None when there is nobody."""
    now = services.now()
    for row, state in _callable(services, staff, until=now):
        if state.case_id not in without and _is_time(row, state, now):
            return state.case_id, person_of(row, state)
    return None


def call_view(
    services: Services, state: CaseState, staff: Staff, person: PersonId, *, refusal: Refusal | None = None
) -> CallView:
    """Says that this member of staff is at work on the case, unless a colleague is."""
    now = services.now()
    at_work = CasesAtWork(services.database).begin(state.case_id, staff.staff_id, now=now)
    mine = at_work.staff == staff.staff_id
    names = queries.staff_names(services.database, [at_work.staff, *filter(None, [at_work.taken_from])])
    case = case_view(services, state, staff, person=person, before=refusal, outages=outages(services, now=now))
    found = [
        (row, other)
        for row, other in _callable(services, staff, until=now + SOON)
        if (other.case_id, person_of(row, other)) != (state.case_id, person)
    ]
    return CallView(
        case=case,
        sequence=state.sequence,
        about=_about(state, person, now),
        form=case.forms.of_kind("log_call"),
        scripts=_scripts(services, state, case, staff.name),
        colleague=None if mine else Colleague(_name(names, at_work.staff), words.clock(at_work.since)),
        taken_from=names.get(at_work.taken_from, "") if mine and at_work.taken_from is not None else "",
        soon=_soon(services, [each for each in found if each[0].kind == TaskKind.CALLBACK], now),
        waiting=sum(_is_time(row, other, now) for row, other in found),
        more=len(found) >= PAGE - 1,
    )


def person_of(row: TaskRow, state: CaseState) -> PersonId:
    """Of whom the task is; of the resident when the case moved on meanwhile."""
    task = work_queries.task_of(row, state)
    return state.resident if task is None else task.person_id


def _callable(services: Services, staff: Staff, *, until: datetime) -> Iterator[tuple[TaskRow, CaseState]]:
    """The calls of the list that this reader may make, each with its case."""
    reader = reader_of(services, staff)
    for work in work_queries.calls(services.database, reader, now=services.now(), until=until):
        state = CaseState.model_validate(work.state)
        if may_in_case(staff, Action.WORK_ON_CASE, state):
            yield work.task, state


def _is_time(row: TaskRow, state: CaseState, now: datetime) -> bool:
    """An appointment has its minute: whoever is called before it does not answer, and that would count as missed."""
    due = _agreed(row, state)
    return row.opens_at <= now and (due is None or due <= now + A_MINUTE)


def _about(state: CaseState, person: PersonId, now: datetime) -> str:
    """What there is to call this person about."""
    agreed = state.appointment_of(person)
    if state.task_of(TaskKind.CALLBACK, person) is not None and agreed is not None:
        return said("Terugbellen, afgesproken {moment}", moment=words.moment(agreed.due_at, now=now))
    call = state.task_of(TaskKind.CALL, person)
    if call is None:
        return said("Er staat nu geen belpoging open")
    return said("Bellen, uiterlijk {when}", when=explain(call.deadline, now=now).when)


@dataclass(frozen=True)
class AtWorkHere:
    """Who has the case before them that a page shows."""

    mine: bool
    name: str
    since: str
    taken_from: str
    """Whose it was before the reader took it over."""


def at_work_here(services: Services, state: CaseState, staff: Staff) -> AtWorkHere | None:
    """None when nobody is at work on it. A page that its own reader is at work on, keeps it theirs."""
    cases, now = CasesAtWork(services.database), services.now()
    at_work = cases.now(state.case_id, now=now)
    if at_work is None:
        return None
    mine = at_work.staff == staff.staff_id
    if mine:
        cases.renew(state.case_id, staff.staff_id, now=now)
    names = queries.staff_names(services.database, [at_work.staff, at_work.taken_from])
    before = names.get(at_work.taken_from or "", "") if mine else ""
    return AtWorkHere(mine, _name(names, at_work.staff), words.clock(at_work.since), before)


def colleagues_at_work(services: Services, cases: list[CaseId], me: StaffId) -> dict[CaseId, str]:
    """Who of the colleagues has which of these cases before them, by name."""
    found = CasesAtWork(services.database).others(cases, me, now=services.now())
    names = queries.staff_names(services.database, [at_work.staff for at_work in found.values()])
    return {case: _name(names, at_work.staff) for case, at_work in found.items()}


def _name(names: Mapping[str, str], staff: StaffId) -> str:
    return names.get(staff) or said("een collega")


def _scripts(services: Services, state: CaseState, case: CaseView, caller: str) -> tuple[Script, ...]:
    """Before it is known who answers, after that, and for the machine."""
    if case.resident is None or state.municipality not in services.policies.municipalities():
        return ()
    told: tuple[tuple[str, TextName], ...] = (("Zo begint u", OPENING), ("Zo gaat u verder", TALK))
    return (*(script(services, state, title, name, case.resident, caller) for title, name in told), *case.scripts)


def _soon(services: Services, found: Sequence[tuple[TaskRow, CaseState]], now: datetime) -> tuple[Appointment, ...]:
    of = {row.id: person_of(row, state) for row, state in found}
    known = people.residents(services, list(of.values()))
    return tuple(
        Appointment(
            people.name_of(known, of[row.id]),
            words.moment(_agreed(row, state) or row.opens_at, now=now),
            f"/bellen/{row.case_id}?persoon={of[row.id]}",
        )
        for row, state in found
    )


def _agreed(row: TaskRow, state: CaseState) -> datetime | None:
    if row.kind != TaskKind.CALLBACK:
        return None
    agreed = state.appointment_of(person_of(row, state))
    return None if agreed is None else agreed.due_at
