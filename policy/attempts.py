"""Attempts that were made: what came of them, and what follows."""

from datetime import datetime

from models.case import Attempt, CaseState
from models.codes import REACHED, AttemptResult, Channel, DeadlineKind, Phase, TaskKind
from models.facts import AttemptCorrected, AttemptMade, MailChecked, PartyGaveUp
from models.ids import PersonId, StepId
from policy.by_hand import TEXTS
from policy.calendar import daypart_of
from policy.changes import (
    changed,
    is_suspended,
    outcome_of,
    terms_of,
    was_reached,
    with_person,
    with_task,
    without,
    without_task_of,
)
from policy.contact import (
    counted_from,
    has_referral_under_way,
    is_at,
    plan_next,
    seek_again,
    step_made,
    talking,
    went_on_elsewhere,
    without_visit,
)
from policy.next_step import plan_step
from policy.receipt import is_untold, notified
from policy.step_names import (
    announcement_of,
    channel_by_hand,
    is_announcement,
    is_beside_plan,
    is_by_hand,
    is_notice,
)
from policy.takeover import began_elsewhere

_UNDECIDED = frozenset({AttemptResult.UNKNOWN, AttemptResult.CALLED_OFF})
"""Nobody can tell whether the message left, or why it did not: a person looks."""
_TELLING = frozenset({Channel.MAIL, Channel.LETTER})
_NOT_MADE = frozenset({AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF})


def attempt_made(state: CaseState, fact: AttemptMade) -> CaseState:
    if _is_known(state, fact):
        return state
    made = _remembered(state, fact)
    if fact.taken_over_at is not None:
        return _taken_over(made, fact, fact.taken_over_at)
    visited = fact.channel is Channel.VISIT and state.visit is not None and state.visit.person_id == fact.person_id
    if visited:
        made = without_visit(made)
    if fact.result in REACHED:
        return talking(made, fact.person_id, fact.at, code=f"attempt.{fact.result}")
    if fact.result in _UNDECIDED:
        made = _counted_by_hand(made, fact.person_id, fact.step_id, fact.at)
        return message_to_check(made, fact.person_id, fact.step_id, fact.at, code=f"message.{fact.result}")
    if _is_current(state, fact.step_id):
        return step_made(made, fact.at)
    if fact.result is AttemptResult.SENT:
        made = _counted_by_hand(made, fact.person_id, fact.step_id, fact.at)
    return seek_again(made, fact.person_id, fact.at, code=f"attempt.{fact.result}") if visited else made


def _taken_over(state: CaseState, fact: AttemptMade, at: datetime) -> CaseState:
    """Another system made the attempt: what follows from it begins now, and what was planned goes on after it. A
    conversation there was not about a signal that was here already."""
    if fact.result in REACHED and began_elsewhere(state):
        return talking(state, fact.person_id, at, code=f"attempt.{fact.result}")
    return went_on_elsewhere(state, at) if fact.person_id == state.subject else state


def attempt_corrected(state: CaseState, fact: AttemptCorrected) -> CaseState:
    """The attempt gets its true result, and the case goes where that leads."""
    if all((one.step_id, one.person_id) != (fact.step_id, fact.person_id) for one in state.attempts):
        return state
    right = told_anew(_with_result(state, fact.step_id, fact.result), fact.person_id)
    if fact.result in REACHED:
        return talking(right, fact.person_id, fact.at, code=f"attempt.{fact.result}")
    if was_reached(right, fact.person_id) or not _is_talked_with(state, fact.person_id):
        return right
    seeking = without_task_of(changed(right, phase=Phase.CONTACT), fact.person_id, TaskKind.RECORD_OUTCOME)
    return step_made(seeking, fact.at) if is_at(seeking, fact.step_id) else plan_next(seeking, fact.at)


# --- messages of which nobody knows what became ---------------------------------------------------------------------


def message_gave_up(state: CaseState, fact: PartyGaveUp) -> CaseState:
    code = f"party.{fact.party}"
    known = _perhaps_written(state, fact) if is_by_hand(fact.step_id) else state
    return message_to_check(known, fact.person_id, fact.step_id, fact.at, code=code, given_up=True)


def _perhaps_written(state: CaseState, fact: PartyGaveUp) -> CaseState:
    """Nobody knows whether a message by hand left. Its text counts as had, also when nobody finds out."""
    channel = channel_by_hand(fact.step_id)
    made = AttemptMade(
        at=fact.at,
        person_id=fact.person_id,
        step_id=fact.step_id,
        channel=channel,
        result=AttemptResult.UNKNOWN,
        template=TEXTS[channel],
    )
    known = state if _is_known(state, made) else _remembered(state, made)
    return _counted_by_hand(known, fact.person_id, fact.step_id, fact.at)


def _counted_by_hand(state: CaseState, person_id: PersonId, step_id: StepId, at: datetime) -> CaseState:
    """A message by hand left, or perhaps did: the plan waits anew, and does not send the same text after it."""
    return counted_from(state, at) if is_by_hand(step_id) and person_id == state.subject else state


def mail_checked(state: CaseState, fact: MailChecked) -> CaseState:
    """Somebody found out what became of a message: it is an attempt with that result."""
    asked = state.task_of(TaskKind.CHECK_MAIL, fact.person_id)
    if asked is None or asked.step_id != fact.step_id:
        return state
    result = AttemptResult.SENT if fact.sent else AttemptResult.REFUSED
    known = without_task_of(_looked_into(state, fact, result), fact.person_id, TaskKind.CHECK_MAIL)
    has_told = any(tells(attempt) for attempt in known.attempts if attempt.step_id == fact.step_id)
    told = notified(known, fact.person_id, fact.at) if has_told else known
    return step_made(told, fact.at) if _is_current(state, fact.step_id) else told


def message_to_check(
    state: CaseState, person_id: PersonId, step_id: StepId, at: datetime, *, code: str, given_up: bool = False
) -> CaseState:
    asked = state.task_of(TaskKind.CHECK_MAIL, person_id)
    if not _matters(state, person_id, step_id) or (asked is not None and asked.step_id == step_id):
        return state
    held = without(state, DeadlineKind.PLAN_STEP) if _is_current(state, step_id) else state
    return with_task(
        held,
        TaskKind.CHECK_MAIL,
        terms_of(state).patience.message_check,
        person_id,
        at,
        step_id=step_id,
        code=code,
        given_up=given_up,
    )


def _matters(state: CaseState, person_id: PersonId, step_id: StepId) -> bool:
    """Whether something still depends on what became of a message that nobody knows."""
    if any(one.step_id == step_id and one.result not in _UNDECIDED for one in state.attempts):
        return False
    if is_notice(step_id):
        person = state.person(person_id)
        return person is not None and is_untold(state, person)
    if is_announcement(step_id):
        return state.visit is not None and announcement_of(state.visit) == step_id
    if is_by_hand(step_id):
        return state.phase is Phase.CONTACT and not is_suspended(state)
    # While nobody seeks contact nothing waits for it; afterwards the message is tried again, and answers the same.
    return _is_current(state, step_id) and state.visit is None and not is_suspended(state)


def _looked_into(state: CaseState, fact: MailChecked, result: AttemptResult) -> CaseState:
    if any(attempt.step_id == fact.step_id for attempt in state.attempts):
        return _with_result(state, fact.step_id, result)
    # It was given up before it was an attempt; now somebody says what became of it.
    attempt = Attempt(
        step_id=fact.step_id,
        person_id=fact.person_id,
        channel=_channel_of(state, fact.step_id),
        result=result,
        at=fact.at,
        daypart=daypart_of(fact.at),
        reached=False,
    )
    return changed(state, attempts=(*state.attempts, attempt))


def _channel_of(state: CaseState, step_id: StepId) -> Channel:
    if is_announcement(step_id):
        return Channel.LETTER
    step = None if is_notice(step_id) else plan_step(state)
    return step.channel if step is not None else terms_of(state).notice.channel


# --- what is remembered -------------------------------------------------------------------------------------------


def _is_known(state: CaseState, fact: AttemptMade) -> bool:
    """Whether it was told before what came of this attempt."""
    return any(one.step_id == fact.step_id and one.result not in _UNDECIDED for one in state.attempts)


def _remembered(state: CaseState, fact: AttemptMade) -> CaseState:
    same = any((one.step_id, one.result) == (fact.step_id, fact.result) for one in state.attempts)
    not_made = fact.result in _NOT_MADE and not is_beside_plan(fact.step_id)
    if same or not_made:
        # Nothing was attempted; the plan goes on all the same.
        return state
    attempt = Attempt(
        step_id=fact.step_id,
        person_id=fact.person_id,
        channel=fact.channel,
        result=fact.result,
        at=fact.at,
        daypart=daypart_of(fact.at),
        reached=fact.result in REACHED,
        template=fact.template,
        elsewhere=fact.taken_over_at is not None,
    )
    others = tuple(one for one in state.attempts if one.step_id != fact.step_id)
    made = changed(state, attempts=(*others, attempt))
    return notified(made, fact.person_id, fact.at) if tells(attempt) else made


def tells(attempt: Attempt) -> bool:
    """Whether the person heard by it that data were received: a text message or a card says nothing of the kind."""
    return attempt.reached or (attempt.result is AttemptResult.SENT and attempt.channel in _TELLING)


def _with_result(state: CaseState, step_id: StepId, result: AttemptResult) -> CaseState:
    true = {"result": result, "reached": result in REACHED}
    attempts = tuple(one.model_copy(update=true) if one.step_id == step_id else one for one in state.attempts)
    return changed(state, attempts=attempts)


def told_anew(state: CaseState, person_id: PersonId) -> CaseState:
    """When the person first heard of us, by the attempts as they are now."""
    told = [attempt.at for attempt in state.attempts if attempt.person_id == person_id and tells(attempt)]
    return with_person(state, person_id, notified_at=min(told, default=None))


def _is_talked_with(state: CaseState, person_id: PersonId) -> bool:
    """Whether the case is in conversation with its subject and nothing followed from it yet."""
    return (
        state.phase is Phase.IN_CONVERSATION
        and person_id == state.subject
        and outcome_of(state, person_id) is None
        and state.appointment_of(person_id) is None
        and state.visit is None
        and state.task_of(TaskKind.DECIDE_REFERRAL, person_id) is None
        and not has_referral_under_way(state, person_id)
    )


def _is_current(state: CaseState, step_id: StepId) -> bool:
    return state.phase is Phase.CONTACT and is_at(state, step_id)
