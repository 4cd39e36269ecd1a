"""Stalled cases: why they stand still, how long, and whose they are."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from models.case import CaseState
from models.codes import StallCause
from policy.next_step import stall_of
from policy.permissions import Action, Staff
from web import labels, queries, rendering, stalled_view, words
from web.auth import OurServices, allowed
from web.explain import explain, stalled_deadline
from web.language import said
from web.pages.work import PageNumber
from web.people import name_of, residents
from web.promised import uncovered
from web.queues import queue_names

router = APIRouter()


@router.get("/vastgelopen")
def stalled(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_STALLED)],
    municipality: Annotated[str, Query(alias="gemeente")] = "",
    why: Annotated[str, Query(alias="oorzaak")] = "",
    how_long: Annotated[str, Query(alias="duur")] = "",
    queue: Annotated[str, Query(alias="werkbakje")] = "",
    holder: Annotated[str, Query(alias="van")] = "",
    member: Annotated[str, Query(alias="medewerker")] = "",
    number: PageNumber = 1,
) -> Response:
    asked = stalled_view.read(
        services,
        staff,
        municipality=municipality,
        cause=why,
        age=how_long,
        queue=queue,
        holder=holder,
        member=member,
    )
    within, now = asked.within, services.now()
    found = queries.stalled(services.database, within, asked.which, now=now, page=number)
    queues = queue_names(services.policies, within)
    rows = found.cases.rows
    states = [CaseState.model_validate(row.state) for row in rows]
    people = residents(services, [state.resident for state in states])
    names = queries.staff_names(services.database, [row.owner for row in rows])
    lines = []
    for row, state in zip(rows, states, strict=True):
        stall, deadline = stall_of(state), stalled_deadline(state)
        lines.append(
            {
                "case_id": row.id,
                "who": name_of(people, state.resident),
                "cause": labels.label(StallCause(row.stall_cause)) if row.stall_cause else "",
                "since": words.moment(row.stalled_since, now=now) if row.stalled_since else "",
                "age": words.age(row.stalled_since, now=now) if row.stalled_since else "",
                "owner": names.get(row.owner) or said("een collega") if row.owner else _queue(row.queue, queues),
                "rung": labels.label(stall.rung) if stall else "",
                "level": stall.level if stall else 0,
                "why": explain(deadline, now=now) if deadline else None,
            }
        )
    counts = [
        (
            asked.with_cause(each).link(),
            labels.label(each),
            total,
            words.age(oldest, now=now),
            each == asked.which.cause,
        )
        for each, total, oldest in found.causes
    ]
    nobody_there = uncovered(services, staff, now=now)
    called = residents(services, [one.appointment.person_id for one in nobody_there])
    away = queries.staff_names(services.database, [one.appointment.staff for one in nobody_there])
    today = [
        {
            "case_id": one.state.case_id,
            "when": words.moment(one.appointment.due_at, now=now),
            "who": name_of(called, one.appointment.person_id),
            "staff": away.get(one.appointment.staff, ""),
        }
        for one in nobody_there
    ]
    chosen = asked.words(
        queues=dict(queues),
        staff=queries.staff_names(services.database, [asked.which.lies.staff]),
        places=queries.municipality_names(services.database, within),
    )
    return rendering.page(
        request,
        "stalled.html",
        staff,
        today=[] if chosen else today,
        counts=counts,
        asked=asked,
        chosen=chosen,
        lines=lines,
        pager=rendering.pager(found.cases, stalled_view.HERE, **asked.address()),
    )


def _queue(queue: str | None, queues: Mapping[str, str]) -> str:
    return said("werkbakje {queue}", queue=queues.get(queue, queue).lower()) if queue else said("niemand")
