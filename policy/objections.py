"""An objection to the use of somebody's data (GDPR art. 21): nobody seeks contact until it is decided.

Whoever was right once may be recognised at a later signal: then it is asked again whether the objection holds.
"""

from datetime import datetime
from functools import reduce

from models.case import CaseSignal, CaseState
from models.codes import CalendarName, Objection, TaskKind
from models.facts import ObjectionDecided, ObjectionMade, Remembered
from models.ids import PersonId
from policy.changes import (
    is_objecting,
    outcome_of,
    terms_of,
    was_reached,
    with_person,
    with_task,
    without_contact,
    without_task_of,
)
from policy.contact import resume, to_record
from policy.deadlines import moment_after
from policy.ending import owed_anew

EARLIER = "objection.earlier"
"""Why it is decided on: the person was right to object at an earlier signal."""


def objection_made(state: CaseState, fact: ObjectionMade) -> CaseState:
    """Until it is decided nobody seeks contact."""
    if is_objecting(state, fact.person_id):
        return state
    return _to_decide(with_person(state, fact.person_id, objection=Objection.MADE), fact.person_id, fact.at)


def objection_decided(state: CaseState, fact: ObjectionDecided) -> CaseState:
    if state.task_of(TaskKind.DECIDE_OBJECTION, fact.person_id) is None:
        return state
    decided = with_person(
        without_task_of(state, fact.person_id, TaskKind.DECIDE_OBJECTION),
        fact.person_id,
        objection=Objection.UPHELD if fact.upheld else Objection.REJECTED,
    )
    if fact.upheld or outcome_of(decided, fact.person_id) is not None:
        return owed_anew(decided, fact.person_id)
    if fact.person_id == state.subject:
        return decided if decided.pause is not None else resume(decided, fact.at)
    return to_record(decided, fact.person_id, fact.at) if was_reached(decided, fact.person_id) else decided


def recognised(state: CaseState, signal: CaseSignal, at: datetime) -> CaseState:
    """The signal's person objected before: as if they did so now, unless it was asked in this case already. A case
    without a route yet asks once it has one (`asked_at_route`)."""
    person = state.person(signal.person_id)
    if not signal.objected or person is None or person.objection is not None:
        return state
    objecting = with_person(state, signal.person_id, objection=Objection.MADE)
    return objecting if state.terms is None else _to_decide(objecting, signal.person_id, at, code=EARLIER)


def asked_at_route(state: CaseState, at: datetime) -> CaseState:
    """With the question about everybody who was recognised before the case had its terms."""
    waiting = [person.person_id for person in state.people if is_objecting(state, person.person_id)]
    return reduce(lambda known, person: _to_decide(known, person, at, code=EARLIER), waiting, state)


def is_recalled(state: CaseState, person_id: PersonId) -> bool:
    """Whether the objection is one of an earlier signal, that waits to be decided on for this one."""
    task = state.task_of(TaskKind.DECIDE_OBJECTION, person_id)
    return is_objecting(state, person_id) and (task is None or task.code == EARLIER)


def remembered(state: CaseState, *, upheld: bool, at: datetime) -> Remembered | None:
    """What stays of whoever is right to object; None when nothing may."""
    mark = terms_of(state).objection_mark
    if mark is None or not upheld:
        return None
    until, _ = moment_after(at, mark.term, CalendarName.ALL, terms_of(state).calendars)
    return Remembered(until=until, ground=mark.ground)


def _to_decide(state: CaseState, person_id: PersonId, at: datetime, *, code: str = "") -> CaseState:
    return with_task(
        owed_anew(without_contact(state, person_id), person_id),
        TaskKind.DECIDE_OBJECTION,
        terms_of(state).patience.objection,
        person_id,
        at,
        code=code,
        start_event="objection.made",
    )
