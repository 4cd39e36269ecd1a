"""The work list: what is due, for whom, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.peer_reviews import PeerReviews
from models.case import CaseState, Task
from models.codes import Daypart, Queue, Role, TaskKind
from models.ids import CaseId, PersonId, StaffId, resident_of
from policy.permissions import Action, Staff
from web import labels, queries, rendering, words, work_queries
from web.asked_work import Asked, read_asked
from web.auth import OurServices, allowed, scope
from web.bulk import AT_MOST
from web.call_view import colleagues_at_work
from web.explain import explain, has_given_up
from web.filter_bar import address, filter_bar
from web.language import said
from web.paging import Page
from web.people import name_of, residents
from web.services import Services
from web.work_labels import reason
from web.work_queries import Whose, Work, WorkFilter, task_of

router = APIRouter()

_OF_PEOPLE: Mapping[Whose, str] = {Whose.MINE: "Van mij", Whose.TEAM: "Hele team"}
_OF_THE_MUNICIPALITY = (Queue.EARLY_SIGNALS, Queue.IDENTITY)

PageNumber = Annotated[int, Query(alias="pagina", ge=1, le=100_000)]


@dataclass(frozen=True)
class Line:
    """One task as the list shows it."""

    what: str
    case_id: str
    person_id: PersonId
    who: str
    why: str
    daypart: str
    when: str
    mark: str
    """`te laat`, `vastgelopen`, `gaat voor` or nothing."""
    late: bool
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
    now = services.now()
    asked = read_asked(services, staff, {**request.query_params, "wie": whose}, now=now)
    reader, chosen, filters, queues = asked.reader, asked.chosen, asked.filters, asked.queues
    reviews = PeerReviews(services.database, services.policies)
    found, lines = work_lines(services, asked, number)
    counts = work_queries.work_counts(services.database, reader, filters, now=now)
    busy = colleagues_at_work(services, [CaseId(line.case_id) for line in lines], staff.staff_id)
    return rendering.page(
        request,
        "work.html",
        staff,
        tabs=_tabs(asked, counts),
        chosen=chosen,
        bar=filter_bar(services, reader, chosen, filters, queues=queues, now=now),
        asked=filters.asked(),
        at_most=AT_MOST,
        now_lines=[line for line in lines if not line.later],
        later_lines=[line for line in lines if line.later],
        busy=busy,
        to_judge=reviews.waiting_for(staff.staff_id, scope(staff, Action.REVIEW_OUTCOMES)),
        may_choose=staff.role is not Role.REFERRAL_PARTY,
        pager=rendering.pager(found, "/", wie=str(chosen), **filters.asked()),
    )


def work_lines(services: Services, asked: Asked, number: int) -> tuple[Page[Work], list[Line]]:
    """A page of the list, and each of its tasks as it is shown."""
    now, reader = services.now(), asked.reader
    found = work_queries.work(services.database, reader, asked.chosen, asked.filters, now=now, page=number)
    names = queries.staff_names(services.database, [work.task.owner for work in found.rows])
    seen = [(work, CaseState.model_validate(work.state)) for work in found.rows]
    people = residents(services, [_person(work, state) for work, state in seen])
    return found, [
        _line(work, state, name_of(people, _person(work, state)), names, asked.queues, reader.me, now)
        for work, state in seen
    ]


def _tabs(asked: Asked, counts: Mapping[WorkFilter, int]) -> list[tuple[str, str, int, bool]]:
    """The reader's own work and queues, and the others that hold work; each keeps the filters."""
    reader, chosen, queues = asked.reader, asked.chosen, asked.queues
    own = (reader.queue,) if reader.queue is not None else _OF_THE_MUNICIPALITY
    shown = [queue for queue in queues if queue in own or queue == chosen or counts.get(queue)]
    titles: list[tuple[WorkFilter, str]] = [(whose, said(title)) for whose, title in _OF_PEOPLE.items()]
    titles += [(queue, queues[queue]) for queue in shown]
    return [(address(key, asked.filters), title, counts.get(key, 0), key == chosen) for key, title in titles]


def _person(work: Work, state: CaseState) -> PersonId:
    """Of whom the task is; of the resident when the case moved on while the list was made."""
    task = task_of(work.task, state)
    return resident_of(CaseId(work.task.case_id)) if task is None else task.person_id


def _line(
    work: Work,
    state: CaseState,
    who: str,
    names: Mapping[str, str],
    queues: Mapping[str, str],
    me: StaffId,
    now: datetime,
) -> Line:
    row, kind = work.task, TaskKind(work.task.kind)
    task, later = task_of(work.task, state), row.opens_at > now
    late = not later and task is not None and _is_late(task, now)
    return Line(
        what=labels.label(kind),
        case_id=row.case_id,
        person_id=_person(work, state),
        who=who,
        why=reason(kind, row.code),
        daypart=labels.label(Daypart(row.daypart)) if row.daypart else "",
        when=_when(work, state, task, now, later=later),
        mark=_mark(work, task, late=late, later=later),
        late=late,
        owner=_owner(row.owner, queues.get(row.queue, row.queue), names, me),
        later=later,
    )


def _when(work: Work, state: CaseState, task: Task | None, now: datetime, *, later: bool) -> str:
    """A callback shows the moment that was agreed; other work when it is due, or from when it may be done."""
    agreed = state.appointment_of(task.person_id) if task is not None and task.kind is TaskKind.CALLBACK else None
    if agreed is not None:
        return words.moment(agreed.due_at, now=now)
    if later:
        return words.moment(work.task.opens_at, now=now)
    return explain(task.deadline, now=now).when if task is not None else words.due(work.task.due_at, now=now)


def _is_late(task: Task, now: datetime) -> bool:
    return task.deadline.raised_at is not None or task.deadline.due_at <= now


def _mark(work: Work, task: Task | None, *, late: bool, later: bool) -> str:
    """What makes a task stand out."""
    if task is not None and late:
        return said("vastgelopen" if has_given_up(task.deadline) else "te laat")
    # A callback that is still to come has its minute; that says enough.
    agreed = later and task is not None and task.kind is TaskKind.CALLBACK
    return said("gaat voor") if work.urgent and not agreed else ""


def _owner(owner: str | None, queue: str, names: Mapping[str, str], me: StaffId) -> str:
    if owner == me:
        return said("u")
    if owner:
        return names.get(owner) or said("een collega")
    return said("werkbakje {queue}", queue=queue.lower())
