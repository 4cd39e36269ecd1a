"""A running case that comes from another system: what was done there is in the case, and the plan goes on after it.

What was overdue there is not done in the minute of the take-over but on the next working day. The files of several
partners about one person come one after the other, and until then all that was done with them is known.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from models.case import CaseSignal, CaseState, Deadline
from models.codes import NOT_SENT, CalendarName, Channel, DeadlineKind
from models.facts import AttemptMade
from models.ids import PersonId, StepId
from models.takeover import PastAttempt
from models.terms import Term
from policy.calendar import add_working_days, at_local, local
from policy.changes import terms_of
from policy.deadlines import END_OF_DAY, hours_of
from policy.step_names import step_id_of


def past_attempts(state: CaseState, signals: Iterable[CaseSignal], *, now: datetime) -> tuple[AttemptMade, ...]:
    """What another system did about these signals, as facts of the case, the first one first.

    What two signals of one person tell of the same attempt is one attempt. None can be later than `now`.
    """
    found = {_step_of(state, signal.person_id, past): (signal, past) for signal in signals for past in signal.past}
    facts = (
        AttemptMade(
            at=min(past.at, now),
            person_id=signal.person_id,
            step_id=step,
            channel=past.channel,
            result=past.result,
            taken_over_at=now,
        )
        for step, (signal, past) in found.items()
    )
    return tuple(sorted(facts, key=lambda fact: fact.at))


def began_elsewhere(state: CaseState) -> bool:
    """Whether the case itself came over: no signal of ours was in it before the first one that did. What comes over to
    a case of our own changes no moment of it."""
    taken = [signal.taken_over_at for signal in state.signals if signal.taken_over_at is not None]
    own = [signal.joined_at for signal in state.signals if signal.taken_over_at is None]
    return bool(taken) and (not own or min(taken) < min(own))


def is_taken_over(signals: Iterable[CaseSignal]) -> bool:
    """Whether any of these was a running case elsewhere."""
    return any(signal.taken_over_at is not None for signal in signals)


def made_elsewhere(state: CaseState, channel: Channel) -> int:
    """How often another system sought the subject over this channel; what did not leave was no attempt."""
    return sum(
        1
        for one in state.attempts
        if one.elsewhere and one.person_id == state.subject and one.channel is channel and one.result not in NOT_SENT
    )


def last_attempt(state: CaseState, at: datetime) -> datetime:
    """From when the plan is counted: the last attempt with the subject, when another system made one; else `at`."""
    mine = [one for one in state.attempts if one.person_id == state.subject]
    return max(one.at for one in mine) if any(one.elsewhere for one in mine) else at


def goes_on_at(state: CaseState) -> datetime | None:
    """Before this moment a case that was taken over seeks no contact by itself: the next working day, when the office
    opens. None for a case of our own."""
    taken = [signal.taken_over_at for signal in state.signals if signal.taken_over_at is not None]
    if not began_elsewhere(state):
        return None
    terms = terms_of(state)
    day, _ = add_working_days(local(max(taken)).date(), 1, CalendarName.OFFICE, terms.calendars)
    return at_local(day, hours_of(None, terms).opens).astimezone(UTC)


def untold_by(state: CaseState, signals: Iterable[CaseSignal]) -> frozenset[StepId]:
    """The attempts of another system that none of these signals tells of."""
    told = {_step_of(state, signal.person_id, past) for signal in signals for past in signal.past}
    return frozenset(one.step_id for one in state.attempts if one.elsewhere) - told


def is_as_it_came(state: CaseState, at: datetime) -> bool:
    """Whether all that is known of a running case was known to the system that it comes from, as long as it does not go
    on yet."""
    begins = goes_on_at(state)
    new = any(signal.taken_over_at is None for signal in state.signals) or state.threatening
    return begins is not None and at <= begins and not new


def announcement_ahead(state: CaseState) -> tuple[Deadline, ...]:
    """When a visit that was planned with the take-over is announced."""
    begins, visit = goes_on_at(state), state.visit
    if begins is None or visit is None or not visit.announced:
        return ()
    announced = Deadline(
        kind=DeadlineKind.PLAN_STEP,
        rule="Beleid: een overgenomen zaak gaat verder op de volgende werkdag.",
        start_event="case.taken_over",
        started_at=max(signal.taken_over_at for signal in state.signals if signal.taken_over_at is not None),
        due_at=begins,
        term=Term(working_days=1),
        calendar=CalendarName.OFFICE,
    )
    return (announced,)


def not_before(due: Deadline, begins: datetime | None, *, complaint: bool = False) -> Deadline:
    """What passed at another system is due when the case goes on; a complaint at the end of that day, so that what the
    case does on it counts."""
    if begins is None:
        return due
    first = at_local(local(begins).date(), END_OF_DAY).astimezone(UTC) if complaint else begins
    return due if due.due_at >= first else due.model_copy(update={"due_at": first})


def _step_of(state: CaseState, person_id: PersonId, past: PastAttempt) -> StepId:
    moment = past.at.astimezone(UTC)
    return step_id_of(state, f"elsewhere-{moment:%y%m%d-%H%M}-{past.channel}-{past.result}.{person_id}")
