"""What a municipality owes from the day it received a signal: to tell the person, to be in time, to have somebody at
work, and not to keep the data for ever."""

from datetime import datetime
from functools import reduce

from models.case import CaseSignal, CaseState, Deadline, Person, Task
from models.codes import DeadlineKind, MessageReport, Objection, Phase, StallCause, Standing, TaskKind
from models.ids import PersonId
from models.terms import TermRule, Terms
from policy import deadlines
from policy.changes import changed, is_settled, of_person, outcome_of, with_deadline, without, without_task_of
from policy.step_names import is_notice
from policy.takeover import goes_on_at, not_before

OPEN_TO_SIGNALS = frozenset({Phase.RECEIVED, Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
"""Another signal may join until the outcome is known."""

_NOTICES_AT_MOST = 2
_NOT_WRITTEN_TO = frozenset({Standing.DIED, Standing.NOT_A_RESIDENT})
_NOT_OURS = frozenset({TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL, TaskKind.APPROVE})
"""Work of a referral party, or of whoever did not propose it: that has no owner by its nature."""


def is_urgent(signal: CaseSignal) -> bool:
    """Never waits for a matching period, and hurries a running case."""
    return signal.ended is None and (signal.crisis or signal.end_of_supply_on is not None)


def signal_added(state: CaseState, signal: CaseSignal) -> CaseState:
    """With the signal and its person."""
    people = state.people
    if state.person(signal.person_id) is None:
        people = (*people, Person(person_id=signal.person_id))
    return changed(state, signals=(*state.signals, signal), people=people)


def notified(state: CaseState, person_id: PersonId, at: datetime) -> CaseState:
    """The person knows that data were received; the first time counts."""
    return of_person(
        state, person_id, lambda person: person.model_copy(update={"notified_at": person.notified_at or at})
    )


def is_untold(state: CaseState, person: Person) -> bool:
    """Whether the person has yet to hear that data were received."""
    if person.notified_at is not None or person.standing in _NOT_WRITTEN_TO or person.objection is Objection.UPHELD:
        return False
    result = outcome_of(state, person.person_id)
    if state.terms is None:
        return True
    if result is not None:
        return not result.untold_ground and result.outcome not in state.terms.notice.exempt
    return person.person_id != state.subject or not state.terms.notice.exempt_ground


def notice_owed(state: CaseState) -> tuple[PersonId, ...]:
    """Whom the system must still write that data were received (GDPR art. 14), as long as that may succeed.

    Only who is known to be who the partner means: a letter about somebody must not reach somebody else.
    """
    return tuple(
        person.person_id
        for person in state.people
        if is_untold(state, person)
        and person.standing is Standing.CONFIRMED
        and person.objection is not Objection.MADE
        and notices_tried(state, person.person_id) < _NOTICES_AT_MOST
    )


def notices_tried(state: CaseState, person_id: PersonId) -> int:
    """How often the system tried to tell this person; what was taken back before it left was no try."""
    notices = [one for one in state.attempts if one.person_id == person_id and is_notice(one.step_id)]
    return sum(1 for one in notices if one.report is not MessageReport.WITHDRAWN)


def duties_counted(state: CaseState) -> CaseState:
    """With the deadlines that follow from what the case is now: its signals, people and open work."""
    if state.terms is None or state.phase in (Phase.RECEIVED, Phase.CLOSED):
        return state
    return _assigned(_supplied(_retained(_noticed(state, state.terms), state.terms), state.terms), state.terms)


def _noticed(state: CaseState, terms: Terms) -> CaseState:
    """Everyone must hear that data were received, counted from the first signal about them."""
    untold = {person.person_id for person in state.people if is_untold(state, person)}
    receipts = [signal.received_at for signal in state.signals if signal.person_id in untold]
    needed = _without_idle_checks(state, untold)
    if not receipts:
        return without(needed, DeadlineKind.NOTICE, DeadlineKind.NOTICE_LETTER)
    first = min(receipts)
    limited = _counted_from(needed, first, DeadlineKind.NOTICE, terms.notice.within, StallCause.NOTICE_NOT_GIVEN)
    counted = _counted_from(limited, first, DeadlineKind.NOTICE_LETTER, terms.notice.letter, None)
    return _noticed_after_takeover(counted)


def _noticed_after_takeover(state: CaseState) -> CaseState:
    """What passed elsewhere is due when the case goes on: the plan's own message may well tell it."""
    begins = goes_on_at(state)
    if begins is None:
        return state

    def later(due: Deadline) -> Deadline:
        if due.kind not in (DeadlineKind.NOTICE, DeadlineKind.NOTICE_LETTER) or due.raised:
            return due
        if state.phase is Phase.FEEDBACK and due.kind is DeadlineKind.NOTICE_LETTER:
            # Nothing else is to come that might tell it.
            return due.model_copy(update={"due_at": begins})
        return not_before(due, begins, complaint=due.kind is DeadlineKind.NOTICE)

    return changed(state, deadlines=tuple(map(later, state.deadlines)))


def _without_idle_checks(state: CaseState, untold: set[PersonId]) -> CaseState:
    """Nobody looks any more for what became of a notice that is not needed."""
    asked = [task for task in state.tasks if task.kind is TaskKind.CHECK_MAIL and task.person_id not in untold]
    idle = [task.person_id for task in asked if task.step_id is not None and is_notice(task.step_id)]
    return reduce(lambda bare, person_id: without_task_of(bare, person_id, TaskKind.CHECK_MAIL), idle, state)


def _retained(state: CaseState, terms: Terms) -> CaseState:
    """An open case whose data reach their age must be decided on by a person."""
    first = min(signal.received_at for signal in state.signals)
    rule = terms.open_case_retention
    return _counted_from(state, first, DeadlineKind.RETENTION, rule, StallCause.RETENTION_REACHED)


def _supplied(state: CaseState, terms: Terms) -> CaseState:
    """Before supply ends somebody must have spoken with the resident since that was announced."""
    bare, due = without(state, DeadlineKind.END_OF_SUPPLY), end_of_supply(state, terms)
    if due is None:
        return bare
    known = state.deadline(DeadlineKind.END_OF_SUPPLY)
    if known is not None and known.started_at == due.started_at:
        return state
    return changed(bare, deadlines=(*bare.deadlines, due))


def end_of_supply(state: CaseState, terms: Terms) -> Deadline | None:
    """By when somebody must have spoken with the resident, by these terms; None when no supply is about to end."""
    announced = [
        (signal.end_of_supply_on, _announced_at(signal))
        for signal in state.signals
        if signal.end_of_supply_on is not None and signal.ended is None and not _was_spoken_of(state, signal)
    ]
    if not announced or state.phase not in OPEN_TO_SIGNALS:
        return None
    ends_on, at = min(announced)
    return deadlines.end_of_supply(ends_on, announced_at=at, terms=terms)


def _announced_at(signal: CaseSignal) -> datetime:
    return signal.end_of_supply_told_at or signal.joined_at


def _was_spoken_of(state: CaseState, signal: CaseSignal) -> bool:
    # Of a running case that was taken over it was announced to another system.
    elsewhere = signal.received_at if signal.taken_over_at is not None else signal.joined_at
    announced_at = signal.end_of_supply_told_at or elsewhere
    since = (one for one in state.attempts if one.person_id == signal.person_id and one.at >= announced_at)
    return is_settled(state, signal.person_id) or any(one.reached for one in since)


def _assigned(state: CaseState, terms: Terms) -> CaseState:
    """Work that waits for a person is somebody's before long."""
    ours = [task.opens_at for task in state.tasks if _needs_owner(task)]
    if state.owner is not None or not ours:
        return without(state, DeadlineKind.ASSIGNMENT)
    return _counted_from(
        state,
        min(ours),
        DeadlineKind.ASSIGNMENT,
        terms.patience.assignment,
        StallCause.UNASSIGNED,
        start_event="task.opened",
    )


def _needs_owner(task: Task) -> bool:
    return task.kind not in _NOT_OURS and task.staff is None


def _counted_from(
    state: CaseState,
    first: datetime,
    kind: DeadlineKind,
    rule: TermRule,
    cause: StallCause | None,
    *,
    start_event: str = "signal.received",
) -> CaseState:
    known = state.deadline(kind)
    if known is not None and known.started_at == first:
        return state
    return with_deadline(state, kind, rule, start_event=start_event, started_at=first, cause=cause)
