"""The supervisor's overview: what is stuck and what comes, and the lists behind its numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.monitor import quarters_with_figures
from adapters.supervision import CasesWhich, LiesWith, Moment, Supervision, WorkWhich
from models.case import CaseState
from models.codes import Phase, TaskKind
from models.ids import CaseId, PersonId, resident_of
from models.values import MunicipalityCode
from policy.calendar import local
from policy.permissions import Action, Staff
from policy.work_ahead import WorkDay
from web import choosing, labels, overview_queries, overview_view, quarters, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.language import said
from web.overview_view import CASES, HERE, WORK
from web.pages.work import PageNumber
from web.people import name_of, residents
from web.queues import queue_names
from web.services import Services
from web.work_labels import HOLDERS, MOMENTS, reason
from web.work_queries import Work, task_of

router = APIRouter()

Supervisor = Annotated[Staff, allowed(Action.SEE_STALLED)]
Place = Annotated[str, Query(alias="gemeente")]
QueueOf = Annotated[str, Query(alias="werkbakje")]
HolderOf = Annotated[str, Query(alias="van")]
Member = Annotated[str, Query(alias="medewerker")]


@router.get(HERE)
def shown(
    request: Request,
    services: OurServices,
    staff: Supervisor,
    place: Place = "",
    asked_quarter: Annotated[str, Query(alias="kwartaal")] = "",
) -> Response:
    within, now = scope(staff, Action.SEE_STALLED), services.now()
    municipality = choosing.municipality(staff, Action.SEE_STALLED, place)
    quarter = quarters.asked(asked_quarter, now=now)
    names = queries.municipality_names(services.database, within)
    queues = queue_names(services.policies, [municipality])
    ahead = choosing.days_ahead(services.policies, municipality, local(now).date())
    per_caseworker = choosing.counts_per_caseworker(services.policies, municipality)
    reach, first_attempts = overview_view.reach_tables(services, municipality, quarter)
    stuck = Supervision(services.database).stalled_of(within) if len(within) > 1 else {}
    return rendering.page(
        request,
        "overview.html",
        staff,
        municipality=municipality.text,
        name=names[municipality.text],
        places_stuck=[(code.text, names[code.text], stuck.get(code.text, 0)) for code in within] if stuck else [],
        towns=sorted(names.items(), key=lambda town: town[1]),
        moment=words.full_moment(now),
        stalled=overview_view.stalled_part(services, municipality, queues, now=now),
        work=overview_view.work_part(services, municipality, queues, ahead, now=now),
        load_columns=overview_view.load_columns(),
        members=overview_view.staff_part(services, municipality, now=now) if per_caseworker else None,
        parties=overview_view.parties(services, now=now),
        reach=reach,
        first_attempts=first_attempts,
        trend=overview_view.trend_part(services, municipality, now=now),
        quarter=str(quarter),
        when=quarters.name_of(quarter),
        quarters=quarters.choices(quarters_with_figures(services.database, municipality), quarter, now=now),
    )


@router.get(WORK)
def work(
    request: Request,
    services: OurServices,
    staff: Supervisor,
    place: Place = "",
    kind: Annotated[str, Query(alias="soort")] = "",
    day: Annotated[str, Query(alias="dag")] = "",
    when: Annotated[str, Query(alias="wanneer")] = "",
    queue: QueueOf = "",
    holder: HolderOf = "",
    member: Member = "",
    number: PageNumber = 1,
) -> Response:
    """Work for people, as it was counted."""
    municipality, now = choosing.municipality(staff, Action.SEE_STALLED, place), services.now()
    ahead = choosing.days_ahead(services.policies, municipality, local(now).date())
    lies = choosing.lies_with(services, [municipality], queue=queue, holder=holder, member=member)
    moment = choosing.code(when, Moment)
    its_day = choosing.day(day, ahead)
    if moment is not None and its_day is not None:
        raise NotThere
    which = WorkWhich(choosing.code(kind, TaskKind), its_day or moment, lies)
    found = overview_queries.work(services.database, municipality, which, ahead, now=now, page=number)
    asked = {"soort": kind, "dag": day, "wanneer": when, **_asked(municipality, lies)}
    asked_for = [
        labels.label(which.kind).lower() if which.kind else "",
        _on(its_day, now),
        said(MOMENTS[moment]) if moment else "",
    ]
    return rendering.page(
        request,
        "overview_work.html",
        staff,
        municipality=municipality.text,
        chosen=_words(services, municipality, lies, asked_for),
        lines=_work_lines(services, found.rows, municipality, now=now),
        pager=rendering.pager(found, WORK, **{name: value for name, value in asked.items() if value}),
    )


@router.get(CASES)
def cases(
    request: Request,
    services: OurServices,
    staff: Supervisor,
    place: Place = "",
    term: Annotated[str, Query(alias="termijn")] = "",
    queue: QueueOf = "",
    holder: HolderOf = "",
    member: Member = "",
    number: PageNumber = 1,
) -> Response:
    """Open cases, as they were counted."""
    municipality, now = choosing.municipality(staff, Action.SEE_STALLED, place), services.now()
    ahead = choosing.days_ahead(services.policies, municipality, local(now).date())
    lies = choosing.lies_with(services, [municipality], queue=queue, holder=holder, member=member)
    which = CasesWhich(choosing.day(term, ahead), lies)
    found = overview_queries.cases(services.database, municipality, which, now=now, page=number)
    states = [CaseState.model_validate(row.state) for row in found.rows]
    people = residents(services, [state.resident for state in states])
    names = queries.staff_names(services.database, [row.owner for row in found.rows])
    queues = queue_names(services.policies, [municipality])
    asked = {"termijn": term, **_asked(municipality, lies)}
    asked_for = [said("volgende termijn {day}", day=_on(which.term_on, now))] if which.term_on else []
    return rendering.page(
        request,
        "overview_cases.html",
        staff,
        municipality=municipality.text,
        chosen=_words(services, municipality, lies, asked_for),
        lines=[
            {
                "case_id": row.id,
                "who": name_of(people, state.resident),
                "phase": labels.label(Phase(row.phase)),
                "opened": words.moment(row.opened_at, now=now),
                "due": words.due(row.due_at, now=now) if row.due_at else "",
                "owner": _owner(row.owner, row.queue, names, queues),
            }
            for row, state in zip(found.rows, states, strict=True)
        ],
        pager=rendering.pager(found, CASES, **{name: value for name, value in asked.items() if value}),
    )


def _work_lines(
    services: Services, rows: tuple[Work, ...], municipality: MunicipalityCode, *, now: datetime
) -> list[dict[str, object]]:
    queues = queue_names(services.policies, [municipality])
    names = queries.staff_names(services.database, [work.task.owner for work in rows])
    whose = [_person(work) for work in rows]
    people = residents(services, whose)
    return [
        {
            "case_id": work.task.case_id,
            "who": name_of(people, person),
            "what": labels.label(TaskKind(work.task.kind)),
            "why": reason(TaskKind(work.task.kind), work.task.code),
            "opens": words.moment(work.task.opens_at, now=now),
            "due": words.due(work.task.due_at, now=now),
            "late": work.task.due_at <= now,
            "owner": _owner(work.task.owner, work.task.queue, names, queues),
        }
        for work, person in zip(rows, whose, strict=True)
    ]


def _person(work: Work) -> PersonId:
    task = task_of(work.task, CaseState.model_validate(work.state))
    return resident_of(CaseId(work.task.case_id)) if task is None else task.person_id


def _owner(owner: str | None, queue: str | None, names: Mapping[str, str], queues: Mapping[str, str]) -> str:
    if owner:
        return names.get(owner, said("een collega"))
    return said("werkbakje {queue}", queue=queues.get(queue, queue).lower()) if queue else said("niemand")


def _asked(municipality: MunicipalityCode, lies: LiesWith) -> dict[str, str]:
    asked = {"werkbakje": lies.queue, "van": lies.holder, "medewerker": lies.staff}
    return {"gemeente": municipality.text, **{name: str(value) for name, value in asked.items() if value}}


def _words(services: Services, municipality: MunicipalityCode, lies: LiesWith, asked_for: list[str]) -> str:
    """What was chosen: `bellen, wo 7 april, werkbakje gegevens, van niemand`."""
    queues = queue_names(services.policies, [municipality])
    who = queries.staff_names(services.database, [lies.staff]).get(lies.staff or "", said("een collega"))
    where = [
        said("werkbakje {queue}", queue=queues[lies.queue].lower()) if lies.queue else "",
        said(HOLDERS[lies.holder]) if lies.holder else "",
        said("van {who}", who=who) if lies.staff else "",
    ]
    return ", ".join(each for each in (*asked_for, *where) if each)


def _on(day: WorkDay | None, now: datetime) -> str:
    return words.weekday(day.day, today=local(now).date()) if day else ""
