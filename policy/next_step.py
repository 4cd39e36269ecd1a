"""What a case does next. A pure function of its state and the moment; the workflow only carries it out."""

from datetime import datetime

from models.case import CaseState, Deadline, Stall
from models.codes import Channel, DeadlineKind, Outcome, Phase, Standing
from models.ids import StepId
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    OweFeedback,
    RaiseStall,
    Rest,
    SendMail,
    Step,
    WaitUntil,
)
from models.terms import PlanStep

_ENDED_BY_REGISTER = {Standing.DIED: Outcome.DIED, Standing.NOT_A_RESIDENT: Outcome.NOT_A_RESIDENT}

# Ties between deadlines of one moment: what the system does itself comes before what it complains about.
_ORDER = tuple(DeadlineKind)


def next_step(state: CaseState, *, now: datetime) -> Step:
    """The one next step: an act that is due, a stall to raise, or waiting for the earliest deadline.

    Every open state answers with exactly one; a closed one with `Rest`.
    """
    if state.phase is Phase.CLOSED:
        return Rest()
    return _act(state, now) or meanwhile(state, now=now)


def meanwhile(state: CaseState, *, now: datetime) -> RaiseStall | WaitUntil:
    """What goes on in an open case with a route while the system is busy with an act: its deadlines keep passing."""
    return _raise(state, now) or WaitUntil(deadline=_first_ahead(state, now))


def stall_of(state: CaseState) -> Stall | None:
    """Why the case does not move, by the deadline that passed first; None while it moves."""
    passed = [
        Stall(cause=deadline.cause, since=deadline.raised_at, level=deadline.raised)
        for deadline in state.all_deadlines()
        if deadline.raised_at is not None and deadline.cause is not None
    ]
    return min(passed, key=lambda stall: stall.since, default=None)


def plan_step(state: CaseState) -> PlanStep | None:
    """The plan's next attempt; None before a route was chosen and when all were made."""
    if state.terms is None or state.plan_next >= len(state.terms.plan.steps):
        return None
    return state.terms.plan.steps[state.plan_next]


def step_id_of(state: CaseState, name: str) -> StepId:
    """The id of an effect: the same step of the same case is the same effect, however often it is tried."""
    return StepId(f"{state.case_id}.{name}")


def _act(state: CaseState, now: datetime) -> Step | None:
    match state.phase:
        case Phase.RECEIVED:
            return ChooseRoute()
        case Phase.IDENTITY_CHECK:
            return _settle_identity(state)
        case Phase.CONTACT:
            return _follow_plan(state, now)
        case Phase.FEEDBACK:
            return _settle_feedback(state)
        case _:
            return None


def _settle_identity(state: CaseState) -> Step | None:
    person = state.people[0]
    if person.standing in _ENDED_BY_REGISTER:
        return Conclude(person_id=person.person_id, outcome=_ENDED_BY_REGISTER[person.standing])
    if person.standing is Standing.UNKNOWN:
        return AskRegister(step_id=step_id_of(state, "register"), person_id=person.person_id)
    return None


def _follow_plan(state: CaseState, now: datetime) -> Step | None:
    end = state.deadline(DeadlineKind.PLAN_END)
    if end is not None and end.due_at <= now and state.terms is not None:
        return Conclude(person_id=state.resident, outcome=state.terms.plan.outcome)
    planned, step = state.deadline(DeadlineKind.PLAN_STEP), plan_step(state)
    if planned is None or step is None or planned.due_at > now or step.channel is not Channel.MAIL:
        return None
    return SendMail(step_id=step_id_of(state, step.id), person_id=state.resident, template=step.template)


def _settle_feedback(state: CaseState) -> Step | None:
    if any(signal.feedback is None for signal in state.signals):
        return OweFeedback()
    if all(signal.feedback_delivered_at is not None for signal in state.signals):
        return Close()
    return None


def _raise(state: CaseState, now: datetime) -> RaiseStall | None:
    # A deadline without a cause is a moment at which the system acts: `_act` answers for it.
    passed = [
        (_by_moment(deadline), RaiseStall(cause=deadline.cause, deadline=deadline.kind))
        for deadline in state.all_deadlines()
        if deadline.cause is not None and deadline.due_at <= now
    ]
    return min(passed, key=lambda found: found[0])[1] if passed else None


def _first_ahead(state: CaseState, now: datetime) -> Deadline:
    # There always is one: the case's retention, which moves on whenever it is raised.
    return min((deadline for deadline in state.all_deadlines() if deadline.due_at > now), key=_by_moment)


def _by_moment(deadline: Deadline) -> tuple[datetime, int]:
    return deadline.due_at, _ORDER.index(deadline.kind)
