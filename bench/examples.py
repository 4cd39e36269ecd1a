"""From one case that really waits for a call the situations in which a town's cases are, by what happens to them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce

from adapters.stores import Stores
from bench.crowd import OWNER, Crowd
from bench.figures import NotMeasured
from models.case import CaseState
from models.codes import Acceptance, AttemptResult, Channel, Outcome
from models.facts import (
    AnyFact,
    AttemptMade,
    CallbackAgreed,
    CaseClaimed,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    OutcomeRecorded,
    Stalled,
)
from models.ids import AppointmentId, BatchId, CaseId, StepId, fresh
from models.steps import RaiseStall
from policy.disclosure import feedback_for
from policy.next_step import next_step
from policy.transitions import apply
from workflows.publishing import record_of

_LATE = timedelta(days=40)
_Lived = Callable[[CaseState, datetime], Sequence[AnyFact]]


def examples(stores: Stores, case: CaseId, *, now: datetime) -> list[tuple[CaseId, timedelta]]:
    """Cases in every situation, more of those of which a town has more, with how long ago they must have been: what
    happened to one of them is still to come."""
    place = stores.cases.load(case).municipality
    copies = Crowd(stores, place, [(case, timedelta())], first=OWNER).grow(len(_SITUATIONS))
    for copy, lived in zip(copies, _SITUATIONS, strict=True):
        before = stores.cases.load(copy.case)
        facts = lived(before, now)
        after = reduce(apply, facts, before)
        stores.cases.save(record_of(before, facts, after, now=now))
    ages = [_LATE if lived is _stands_still else timedelta() for lived in _SITUATIONS]
    return [(copy.case, age) for copy, age in zip(copies, ages, strict=True)]


def _waits(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    return ()


def _claimed(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    return (CaseClaimed(at=now, by=OWNER),)


def _called(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    return (*_claimed(state, now), _call(state, AttemptResult.NO_ANSWER, now))


def _spoken_to(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    return (*_claimed(state, now), _call(state, AttemptResult.CONVERSATION, now))


def _calls_back(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    agreed = CallbackAgreed(
        at=now,
        by=OWNER,
        person_id=state.resident,
        appointment_id=AppointmentId(fresh()),
        due_at=now + timedelta(hours=20),
        phone_id=None,
        staff=OWNER,
    )
    return (*_spoken_to(state, now), agreed)


def _stands_still(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    step = next_step(state, now=now + _LATE)
    if not isinstance(step, RaiseStall):
        raise NotMeasured(f"a case that nobody calls has {step.kind} to do")
    return (Stalled(at=now + _LATE, cause=step.cause, deadline=step.deadline),)


def _closed(state: CaseState, now: datetime) -> Sequence[AnyFact]:
    outcome = Outcome.SETTLES_IT_HIMSELF
    settled = OutcomeRecorded(
        at=now, by=OWNER, person_id=state.resident, outcome=outcome, acceptance=Acceptance.NOT_ACCEPTED
    )
    (signal,) = state.signals
    return (
        *_spoken_to(state, now),
        settled,
        FeedbackOwed(at=now, signal_id=signal.signal_id, code=feedback_for(outcome)),
        FeedbackDelivered(at=now, signal_id=signal.signal_id, batch_id=BatchId(fresh())),
        CaseClosed(at=now),
    )


def _call(state: CaseState, result: AttemptResult, now: datetime) -> AttemptMade:
    step = StepId(f"{state.case_id}.bench.{result}")
    return AttemptMade(at=now, by=OWNER, step_id=step, person_id=state.resident, channel=Channel.CALL, result=result)


_SITUATIONS: Sequence[_Lived] = (
    *[_waits] * 6,
    *[_claimed] * 4,
    *[_called] * 5,
    *[_spoken_to] * 2,
    *[_calls_back] * 2,
    _stands_still,
    *[_closed] * 4,
)
