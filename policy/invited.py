"""What came of telling a resident about a callback, and what is heard of that message later."""

from datetime import datetime
from functools import reduce

from models.case import CaseState, Invitation
from models.codes import AttemptResult, MessageReport, Phase, TaskKind
from models.facts import CallbackKept, CallbackMissed, InvitationSent, MailChecked, MessageReported
from models.ids import StepId
from policy import appointments, attempts, reports
from policy.changes import changed, terms_of, with_task, without_task_of
from policy.invitations import is_in_doubt
from policy.step_names import is_invitation

_CAME_TO_NOTHING = frozenset({MessageReport.FAILED, MessageReport.BOUNCED, MessageReport.WITHDRAWN})


def invitation_sent(state: CaseState, fact: InvitationSent) -> CaseState:
    """What was written is remembered, so that a change of it is told too. When nobody can tell whether it left, a
    person looks, as long as that matters."""
    known = _of(state, fact.step_id)
    if known is not None and known.result is not AttemptResult.UNKNOWN:
        return state
    written = Invitation(
        step_id=fact.step_id,
        appointment_id=fact.appointment_id,
        person_id=fact.person_id,
        about=fact.about,
        channel=fact.channel,
        sequence=fact.sequence,
        due_at=fact.due_at,
        at=fact.at,
        result=fact.result,
        given_up=fact.given_up,
        over=any(one.over for one in state.invitations if one.appointment_id == fact.appointment_id),
    )
    return _heard_already(_with(state, written), written, fact)


def message_reported(state: CaseState, fact: MessageReported) -> CaseState:
    """What is heard of an invitation is no news of a contact attempt."""
    known = _of(state, fact.step_id)
    if known is None or known.person_id != fact.person_id:
        return reports.message_reported(state, fact)
    if not reports.is_news(fact.report, known.report):
        return state
    nothing = fact.report in _CAME_TO_NOTHING
    result = AttemptResult.REFUSED if nothing else AttemptResult.SENT
    heard = _with(state, known.model_copy(update={"report": fact.report, "result": result}))
    if fact.report is not MessageReport.BOUNCED:
        return heard
    return reports.with_address_to_check(heard, fact.person_id, fact.at)


def mail_checked(state: CaseState, fact: MailChecked) -> CaseState:
    """Somebody found out what became of an invitation; one that never left is written anew."""
    known = _of(state, fact.step_id)
    if known is None:
        return attempts.mail_checked(state, fact)
    asked = state.task_of(TaskKind.CHECK_MAIL, fact.person_id)
    if asked is None or asked.step_id != fact.step_id:
        return state
    result = AttemptResult.SENT if fact.sent else AttemptResult.REFUSED
    found = known.model_copy(update={"result": result, "missing": not fact.sent})
    return without_task_of(_with(state, found), fact.person_id, TaskKind.CHECK_MAIL)


def callback_kept(state: CaseState, fact: CallbackKept) -> CaseState:
    return _over(appointments.callback_kept(state, fact), fact, state)


def callback_missed(state: CaseState, fact: CallbackMissed) -> CaseState:
    return _over(appointments.callback_missed(state, fact), fact, state)


def checks_counted(state: CaseState, at: datetime) -> CaseState:
    """With somebody to find out what became of each invitation that is in doubt, and nobody for any other.

    That work has one place for each person. While another message has it, the invitation's turn comes after that.
    """
    if state.terms is None or state.phase is Phase.CLOSED:
        return state
    asked = [task for task in state.tasks if task.kind is TaskKind.CHECK_MAIL]
    idle = [task.person_id for task in asked if task.step_id is not None and _is_idle(state, task.step_id)]
    bare = reduce(lambda left, person_id: without_task_of(left, person_id, TaskKind.CHECK_MAIL), idle, state)
    doubted = [one for one in bare.invitations if one.due_at > at and is_in_doubt(bare, one)]
    return reduce(lambda checked, one: _with_check(checked, one, at), doubted, bare)


def _with_check(state: CaseState, doubted: Invitation, at: datetime) -> CaseState:
    if state.task_of(TaskKind.CHECK_MAIL, doubted.person_id) is not None:
        return state
    return with_task(
        state,
        TaskKind.CHECK_MAIL,
        terms_of(state).patience.message_check,
        doubted.person_id,
        at,
        step_id=doubted.step_id,
        code=f"message.{AttemptResult.UNKNOWN}",
        given_up=doubted.given_up,
    )


def _is_idle(state: CaseState, step_id: StepId) -> bool:
    if not is_invitation(step_id):
        return False
    known = _of(state, step_id)
    return known is None or not is_in_doubt(state, known)


def _heard_already(state: CaseState, written: Invitation, fact: InvitationSent) -> CaseState:
    """A report can be quicker than the answer that it was sent."""
    heard = [one for one in state.early_reports if one.step_id == written.step_id]
    if not heard:
        return state
    others = tuple(one for one in state.early_reports if one.step_id != written.step_id)
    news = MessageReported(at=fact.at, person_id=fact.person_id, step_id=fact.step_id, report=heard[-1].report)
    return message_reported(changed(state, early_reports=others), news)


def _over(after: CaseState, fact: CallbackKept | CallbackMissed, before: CaseState) -> CaseState:
    if after is before:
        return after
    told = tuple(
        one.model_copy(update={"over": True}) if one.appointment_id == fact.appointment_id else one
        for one in after.invitations
    )
    return changed(after, invitations=told)


def _of(state: CaseState, step_id: StepId) -> Invitation | None:
    return next((one for one in state.invitations if one.step_id == step_id), None)


def _with(state: CaseState, invitation: Invitation) -> CaseState:
    """With what is known of it now, in its place."""
    if _of(state, invitation.step_id) is None:
        return changed(state, invitations=(*state.invitations, invitation))
    known = (invitation if one.step_id == invitation.step_id else one for one in state.invitations)
    return changed(state, invitations=tuple(known))
