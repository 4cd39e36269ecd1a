"""What is heard of a message after it left: that it arrived, that it could not, or that it was taken back in time."""

from datetime import datetime

from models.case import Attempt, CaseState, EarlyReport, Withdrawal
from models.codes import AttemptResult, MessageReport, Phase, TaskKind
from models.facts import AddressChecked, AttemptMade, MailChecked, MessageReported
from models.ids import PersonId, StepId
from policy import attempts
from policy.changes import changed, is_settled, terms_of, with_task, without_task_of
from policy.contact import is_at, plan_next, step_made
from policy.next_step import plan_of, plan_step_id
from policy.receipt import notified
from policy.step_names import is_announcement, is_step_of

_ORDER = tuple(MessageReport)
"""What is heard later in the list is nearer to the truth: a mail can be taken in and come back all the same."""
_CAME_TO_NOTHING = {
    MessageReport.FAILED: AttemptResult.REFUSED,
    MessageReport.BOUNCED: AttemptResult.REFUSED,
    MessageReport.WITHDRAWN: AttemptResult.CALLED_OFF,
}
_SOUGHT = frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})


def attempt_made(state: CaseState, fact: AttemptMade) -> CaseState:
    """The attempt, and what was heard of it already: a report can be quicker than the answer that it was sent."""
    made = attempts.attempt_made(state, fact)
    attempt = _attempt_of(made, fact.step_id, fact.person_id)
    heard = [one for one in made.early_reports if one.step_id == fact.step_id]
    if attempt is None or not heard:
        return made
    bare = changed(made, early_reports=tuple(one for one in made.early_reports if one.step_id != fact.step_id))
    return _reported(bare, attempt, heard[-1].report, fact.at, report_id=heard[-1].report_id)


def message_reported(state: CaseState, fact: MessageReported) -> CaseState:
    """Less than what was heard before changes nothing, so reports may come twice and in any order."""
    if fact.report_id and any(one.report_id == fact.report_id for one in state.withdrawals):
        # Told once more: the message may have left again since.
        return state
    attempt = _attempt_of(state, fact.step_id, fact.person_id)
    if attempt is not None:
        return _reported(state, attempt, fact.report, fact.at, report_id=fact.report_id)
    known = [one for one in state.early_reports if one.step_id == fact.step_id]
    if known and not is_news(fact.report, known[-1].report):
        return state
    others = tuple(one for one in state.early_reports if one.step_id != fact.step_id)
    early = EarlyReport(step_id=fact.step_id, report=fact.report, report_id=fact.report_id)
    heard = changed(state, early_reports=(*others, early))
    if fact.report is MessageReport.BOUNCED and not is_step_of(state, fact.step_id):
        # The case that wrote there was merged into this one, and this one may write there too.
        return with_address_to_check(heard, fact.person_id, fact.at)
    return heard


def address_checked(state: CaseState, fact: AddressChecked) -> CaseState:
    """Somebody looked for another address; what they found is kept elsewhere."""
    return without_task_of(state, fact.person_id, TaskKind.CHECK_ADDRESS)


def _reported(state: CaseState, attempt: Attempt, report: MessageReport, at: datetime, *, report_id: str) -> CaseState:
    if not is_news(report, attempt.report):
        return state
    heard = _with_attempt(state, attempt.model_copy(update={"report": report}))
    result = _CAME_TO_NOTHING.get(report)
    if result is None:
        return _arrived(heard, attempt, at)
    if _is_doubted(state, attempt):
        # Somebody was to find out what became of it; now it is known.
        heard = attempts.mail_checked(heard, _found_out(attempt, at, sent=False))
    failed = _past(
        attempts.told_anew(_with_result(heard, attempt.step_id, result), attempt.person_id), attempt, report, at
    )
    match report:
        case MessageReport.BOUNCED:
            return with_address_to_check(failed, attempt.person_id, at)
        case MessageReport.WITHDRAWN:
            return _taken_back(failed, attempt, at, report_id=report_id)
        case _:
            return failed


def _arrived(state: CaseState, attempt: Attempt, at: datetime) -> CaseState:
    if attempt.report is MessageReport.FAILED:
        # The news overtook each other: it arrived after all.
        return attempts.told_anew(_with_result(state, attempt.step_id, AttemptResult.SENT), attempt.person_id)
    if attempt.result is not AttemptResult.UNKNOWN:
        return state
    if _is_doubted(state, attempt):
        return attempts.mail_checked(state, _found_out(attempt, at, sent=True))
    known = _with_result(state, attempt.step_id, AttemptResult.SENT)
    told = next(one for one in known.attempts if one.step_id == attempt.step_id)
    heard_of_us = notified(known, attempt.person_id, at) if attempts.tells(told) else known
    return _past(heard_of_us, attempt, MessageReport.DELIVERED, at)


def _past(state: CaseState, attempt: Attempt, report: MessageReport, at: datetime) -> CaseState:
    """The plan goes on past a message that nobody looked into any more (the case rested) and of which all is known."""
    waits = state.phase is Phase.CONTACT and attempt.person_id == state.subject and is_at(state, attempt.step_id)
    return step_made(state, at) if waits and report is not MessageReport.WITHDRAWN else state


def _taken_back(state: CaseState, attempt: Attempt, at: datetime, *, report_id: str) -> CaseState:
    """The plan goes back to a message that did not leave, unless it went on to something else since.

    A person looks at what was taken back a second time, and at an announcement: the visit was to be announced.
    """
    before = any(one.step_id == attempt.step_id for one in state.withdrawals)
    taken = Withdrawal(step_id=attempt.step_id, report_id=report_id)
    back = _planned_again(changed(state, withdrawals=(*state.withdrawals, taken)), attempt, at)
    if not before and not is_announcement(attempt.step_id):
        return back
    return attempts.message_to_check(back, attempt.person_id, attempt.step_id, at, code="message.called_off")


def _planned_again(state: CaseState, attempt: Attempt, at: datetime) -> CaseState:
    place = state.plan_next - 1
    if state.phase is not Phase.CONTACT or place < 0 or attempt.person_id != state.subject:
        return state
    if plan_step_id(state, plan_of(state).steps[place]) != attempt.step_id:
        return state
    return plan_next(changed(state, plan_next=place), at)


def with_address_to_check(state: CaseState, person_id: PersonId, at: datetime) -> CaseState:
    """Whoever is sought needs an address that works; once it is known how it ended nobody looks for one."""
    if state.phase not in _SOUGHT or is_settled(state, person_id):
        return state
    if state.task_of(TaskKind.CHECK_ADDRESS, person_id) is not None:
        return state
    rule = terms_of(state).patience.message_check
    return with_task(state, TaskKind.CHECK_ADDRESS, rule, person_id, at, code="message.bounced")


def is_news(report: MessageReport, known: MessageReport | None) -> bool:
    return known is None or _ORDER.index(report) > _ORDER.index(known)


def _is_doubted(state: CaseState, attempt: Attempt) -> bool:
    task = state.task_of(TaskKind.CHECK_MAIL, attempt.person_id)
    return task is not None and task.step_id == attempt.step_id


def _found_out(attempt: Attempt, at: datetime, *, sent: bool) -> MailChecked:
    return MailChecked(at=at, person_id=attempt.person_id, step_id=attempt.step_id, sent=sent)


def _attempt_of(state: CaseState, step_id: StepId, person_id: PersonId) -> Attempt | None:
    return next((one for one in state.attempts if (one.step_id, one.person_id) == (step_id, person_id)), None)


def _with_attempt(state: CaseState, attempt: Attempt) -> CaseState:
    return changed(state, attempts=tuple(attempt if one.step_id == attempt.step_id else one for one in state.attempts))


def _with_result(state: CaseState, step_id: StepId, result: AttemptResult) -> CaseState:
    return changed(
        state,
        attempts=tuple(
            one.model_copy(update={"result": result}) if one.step_id == step_id else one for one in state.attempts
        ),
    )
