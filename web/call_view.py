"""What a call about one case needs, and who is to be called after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.at_work import TERM, CasesAtWork
from models.case import CaseState
from models.codes import TaskKind
from models.ids import CaseId, PersonId, StaffId, derived
from models.message_text import TextName
from models.tables import TaskRow
from policy.calendar import local
from policy.message_writing import OPENING, TALK
from policy.permissions import Action, Staff
from web import people, queries, words, work_queries
from web.auth import scope
from web.case_forms import CaseForm, Refusal
from web.case_view import CaseView, case_view
from web.outages import outages
from web.scripts import Script, script
from web.services import Services
from web.work_queries import Reader

SOON = timedelta(minutes=30)
"""So long before its moment a caller hears of an appointment of theirs."""
RENEWED_EVERY = TERM / 3


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
    form: CaseForm | None
    scripts: tuple[Script, ...]
    colleague: Colleague | None
    """A colleague who is at work on the case now."""
    taken_from: str
    soon: tuple[Appointment, ...]
    waiting: int
    """How many others can be called now."""


def reader_of(services: Services, staff: Staff) -> Reader:
    now = services.now()
    return work_queries.reader(services.database, staff, scope(staff, Action.WORK_ON_CASE), today=local(now).date())


def waiting_calls(services: Services, staff: Staff, *, without: CaseId | None = None) -> tuple[TaskRow, ...]:
    """Whom this member of staff can call now, who goes first in front."""
    now = services.now()
    reader = reader_of(services, staff)
    return work_queries.calls(services.database, reader, now=now, until=now, without=without)


def call_view(
    services: Services, state: CaseState, staff: Staff, person: PersonId, *, refusal: Refusal | None = None
) -> CallView:
    """Says that this member of staff is at work on the case, unless a colleague is."""
    now = services.now()
    at_work = CasesAtWork(services.database).begin(state.case_id, staff.staff_id, now=now)
    mine = at_work.staff == staff.staff_id
    names = queries.staff_names(services.database, [at_work.staff, *filter(None, [at_work.taken_from])])
    case = case_view(services, state, staff, person=person, before=refusal, outages=outages(services, now=now))
    reader = reader_of(services, staff)
    found = work_queries.calls(services.database, reader, now=now, until=now + SOON, without=state.case_id)
    return CallView(
        case=case,
        form=case.forms.of_kind("log_call"),
        scripts=_scripts(services, state, case, staff.name),
        colleague=None if mine else Colleague(names.get(at_work.staff, "een collega"), words.clock(at_work.since)),
        taken_from=names.get(at_work.taken_from, "") if mine and at_work.taken_from is not None else "",
        soon=_soon(services, [task for task in found if task.kind == TaskKind.CALLBACK], now),
        waiting=sum(task.opens_at <= now for task in found),
    )


def colleagues_at_work(services: Services, cases: list[CaseId], me: StaffId) -> dict[CaseId, str]:
    """Who of the colleagues has which of these cases before them, by name."""
    found = CasesAtWork(services.database).others(cases, me, now=services.now())
    names = queries.staff_names(services.database, [at_work.staff for at_work in found.values()])
    return {case: names.get(at_work.staff, "een collega") for case, at_work in found.items()}


def _scripts(services: Services, state: CaseState, case: CaseView, caller: str) -> tuple[Script, ...]:
    """Before it is known who answers, after that, and for the machine."""
    if case.resident is None or state.municipality not in services.policies.municipalities():
        return ()
    said: tuple[tuple[str, TextName], ...] = (("Zo begint u", OPENING), ("Zo gaat u verder", TALK))
    return (*(script(services, state, title, name, case.resident, caller) for title, name in said), *case.scripts)


def _soon(services: Services, tasks: list[TaskRow], now: datetime) -> tuple[Appointment, ...]:
    states = [(task, services.case_store.load(CaseId(task.case_id))) for task in tasks]
    of = {task.id: person_of(task, state) for task, state in states}
    known = people.residents(services, list(of.values()))
    return tuple(
        Appointment(
            people.name_of(known, of[task.id]),
            words.moment(_agreed(state, of[task.id]) or task.opens_at, now=now),
            f"/bellen/{task.case_id}?persoon={of[task.id]}",
        )
        for task, state in states
    )


def person_of(task: TaskRow, state: CaseState) -> PersonId:
    """Of whom the task is; of the resident when the case moved on meanwhile."""
    ids = {derived("task", state.case_id, one.kind, one.person_id): one.person_id for one in state.tasks}
    return ids.get(task.id, state.resident)


def _agreed(state: CaseState, person: PersonId) -> datetime | None:
    agreed = state.appointment_of(person)
    return None if agreed is None else agreed.due_at
