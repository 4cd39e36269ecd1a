"""The work list: what is due, for whom, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from models.case import CaseState, Task
from models.codes import Queue, TaskKind
from models.ids import CaseId, PersonId, StaffId, derived, resident_of
from policy.permissions import Action, Staff
from web import labels, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.explain import explain, has_given_up
from web.people import name_of, residents
from web.queries import Whose, Work, WorkFilter
from web.work_labels import reason

router = APIRouter()

_TABS: tuple[tuple[WorkFilter, str], ...] = (
    (Whose.MINE, "Van mij"),
    (Whose.TEAM, "Hele team"),
    (Queue.EARLY_SIGNALS, "Werkbakje vroegsignalering"),
    (Queue.IDENTITY, "Werkbakje gegevens"),
)

PageNumber = Annotated[int, Query(alias="pagina", ge=1, le=100_000)]


@dataclass(frozen=True)
class Line:
    """One task as the list shows it."""

    what: str
    case_id: str
    who: str
    why: str
    daypart: str
    when: str
    mark: str
    """`te laat`, `vastgelopen` or nothing."""
    owner: str
    later: bool


@router.get("/")
def work_list(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_WORK_LIST)],
    whose: Annotated[str, Query(alias="wie")] = Whose.TEAM,
    number: PageNumber = 1,
) -> Response:
    chosen = _filter(whose)
    within, now = scope(staff, Action.SEE_WORK_LIST), services.now()
    found = queries.work(services.database, within, chosen, me=staff.staff_id, now=now, page=number)
    counts = queries.work_counts(services.database, within, me=staff.staff_id, now=now)
    names = queries.staff_names(services.database, [work.task.owner for work in found.rows])
    people = residents(services, [_person(work) for work in found.rows])
    lines = [_line(work, name_of(people, _person(work)), names, staff.staff_id, now) for work in found.rows]
    return rendering.page(
        request,
        "work.html",
        staff,
        tabs=[(f"/?wie={key}", title, counts[key], key == chosen) for key, title in _TABS],
        chosen=chosen,
        now_lines=[line for line in lines if not line.later],
        later_lines=[line for line in lines if line.later],
        pager=rendering.pager(found, "/", wie=str(chosen)),
    )


def _filter(text: str) -> WorkFilter:
    for key, _ in _TABS:
        if key == text:
            return key
    raise NotThere


def _person(work: Work) -> PersonId:
    """Of whom the task is; of the resident when the case moved on while the list was made."""
    task = _task(work)
    return resident_of(CaseId(work.task.case_id)) if task is None else task.person_id


def _task(work: Work) -> Task | None:
    """The task in the case's state, which knows more than its row."""
    tasks = CaseState.model_validate(work.state).tasks
    return next(
        (task for task in tasks if work.task.id == derived("task", work.task.case_id, task.kind, task.person_id)), None
    )


def _line(work: Work, who: str, names: dict[str, str], me: StaffId, now: datetime) -> Line:
    row, kind = work.task, TaskKind(work.task.kind)
    task, later = _task(work), row.opens_at > now
    due = explain(task.deadline, now=now) if task else None
    return Line(
        what=labels.label(kind),
        case_id=row.case_id,
        who=who,
        why=reason(kind, row.code),
        daypart=row.daypart or "",
        when=words.moment(row.opens_at, now=now) if later else due.when if due else words.due(row.due_at, now=now),
        mark="" if later or task is None else _mark(task, now),
        owner=_owner(row.owner, Queue(row.queue), names, me),
        later=later,
    )


def _mark(task: Task, now: datetime) -> str:
    """What makes a task stand out."""
    if has_given_up(task.deadline):
        return "vastgelopen"
    return "te laat" if task.deadline.raised_at is not None or task.deadline.due_at <= now else ""


def _owner(owner: str | None, queue: Queue, names: dict[str, str], me: StaffId) -> str:
    if owner == me:
        return "u"
    return names.get(owner, "een collega") if owner else f"werkbakje {labels.label(queue).lower()}"
