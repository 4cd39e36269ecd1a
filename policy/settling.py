"""How it ends for a person: an outcome, with the help that was agreed; and whose turn it is then."""

from datetime import datetime
from functools import reduce

from models.case import CaseState, PersonOutcome
from models.codes import (
    Acceptance,
    DeadlineKind,
    Outcome,
    Phase,
    PlanName,
    StallCause,
    Standing,
    TaskKind,
)
from models.facts import (
    ApprovalAsked,
    ApprovalGiven,
    ApprovalRefused,
    FirstConversationHeld,
    HelpStarted,
    OutcomeRecorded,
    QuickFixChecked,
)
from models.ids import PersonId, ProposalId
from models.terms import TermRule, Terms
from policy.changes import (
    changed,
    is_settled,
    outcome_of,
    terms_of,
    unpaused,
    was_reached,
    with_person,
    with_standing,
    with_task,
    without,
    without_contact,
    without_plan,
    without_referrals,
    without_task_of,
)
from policy.contact import begin_contact, resume, to_record
from policy.deadlines import moment_after
from policy.ending import await_feedback, feedback_open_again
from policy.reasons import untold_ground

_WITHOUT_OUTCOME_YET = frozenset({Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
_OF_OUTCOME = (
    TaskKind.START_HELP,
    TaskKind.HOLD_FIRST_CONVERSATION,
    TaskKind.APPROVE,
    TaskKind.DECIDE_REFERRAL,
    TaskKind.CHECK_QUICK_FIX,
    TaskKind.PASS_ON,
)
"""Work that another outcome makes pointless. An objection is decided all the same: that is the law's."""
_QUICK_FIX_FAILED = "quick_fix.failed"
_NOBODY_THERE = {Outcome.DIED: Standing.DIED, Outcome.NOT_A_RESIDENT: Standing.NOT_A_RESIDENT}


def outcome_recorded(state: CaseState, fact: OutcomeRecorded) -> CaseState:
    """What is settled stays, unless it is corrected."""
    if not _may_be_recorded(state, fact.person_id, corrects=fact.corrects):
        return state
    result = PersonOutcome(
        person_id=fact.person_id,
        outcome=fact.outcome,
        acceptance=fact.acceptance,
        at=fact.at,
        by=fact.by,
        help_kind=fact.help_kind,
        accepted_at=fact.accepted_at,
        conversation_at=fact.conversation_at,
        started_at=fact.started_at,
        reason=fact.reason,
        untold_ground=untold_ground(fact.reason) or _exempt_ground(state, fact.person_id),
    )
    bare = without_contact(_there_after_all(feedback_open_again(state), fact), fact.person_id)
    return _settled(_without_referral(bare, result), result, fact.at, subject=state.subject)


def first_conversation_held(state: CaseState, fact: FirstConversationHeld) -> CaseState:
    pending = _pending_of(state, fact.person_id)
    if pending is None:
        return state
    held = pending.model_copy(update={"conversation_at": fact.conversation_at})
    # A quick fix begins when it is agreed.
    agreed_at = pending.accepted_at if pending.outcome is Outcome.ADVICE_OR_QUICK_FIX else None
    started_at = fact.started_at or pending.started_at or agreed_at
    if started_at is None:
        # The law's term is met; that the help really begins is a matter of its own.
        return _settled(state, held, fact.at, subject=state.subject)
    return _accepted(state, held, started_at, fact.at)


def help_began(state: CaseState, fact: HelpStarted) -> CaseState:
    return help_started(state, fact.person_id, started_at=fact.started_at, at=fact.at)


def help_started(state: CaseState, person_id: PersonId, *, started_at: datetime, at: datetime) -> CaseState:
    """The help that was agreed began; without a held first conversation the acceptance stays pending."""
    pending = _pending_of(state, person_id)
    if pending is None:
        return state
    if pending.conversation_at is None:
        known = pending.model_copy(update={"started_at": started_at})
        return changed(state, outcomes=(*_others(state, person_id), known))
    return _accepted(state, pending, started_at, at)


def quick_fix_checked(state: CaseState, fact: QuickFixChecked) -> CaseState:
    """Solved: nothing is left to do. Not solved: there is a conversation to be had."""
    if state.task_of(TaskKind.CHECK_QUICK_FIX, fact.person_id) is None:
        return state
    checked = without_task_of(state, fact.person_id, TaskKind.CHECK_QUICK_FIX)
    if fact.solved:
        return checked
    if state.phase is not Phase.FEEDBACK:
        # Somebody else is sought or spoken with: that goes on, and the form of this one is filled in again.
        return to_record(checked, fact.person_id, fact.at, code=_QUICK_FIX_FAILED)
    again = changed(feedback_open_again(checked), outcomes=_others(state, fact.person_id), phase=Phase.IN_CONVERSATION)
    return to_record(again, fact.person_id, fact.at, code=_QUICK_FIX_FAILED)


def approval_asked(state: CaseState, fact: ApprovalAsked) -> CaseState:
    if not _may_be_recorded(state, fact.person_id, corrects=fact.proposal.command.corrects):
        return state
    others = tuple(one for one in state.proposals if one.command.person_id != fact.person_id)
    asked = changed(state, proposals=(*others, fact.proposal))
    return with_task(
        asked,
        TaskKind.APPROVE,
        terms_of(state).patience.approval,
        fact.person_id,
        fact.at,
        code=f"approve.{'bulk' if fact.proposal.command.batch_id else 'referral'}",
    )


def approval_given(state: CaseState, fact: ApprovalGiven) -> CaseState:
    return _without_proposal(state, fact.person_id, fact.proposal_id)


def approval_refused(state: CaseState, fact: ApprovalRefused) -> CaseState:
    return _without_proposal(state, fact.person_id, fact.proposal_id)


def await_first_conversations(state: CaseState) -> CaseState:
    """With the legal term for every acceptance without a conversation, by the signals and the judgement as they are
    now."""
    without_one = (result for result in state.outcomes if result.conversation_at is None)
    pending = tuple(result for result in without_one if result.acceptance is Acceptance.PENDING)
    return reduce(_await_first_conversation, pending, state)


# --- an outcome ---------------------------------------------------------------------------------------------------


def moved_on(state: CaseState, at: datetime, *, subject: PersonId) -> CaseState:
    """Where the case goes after an outcome became known, or somebody left it: to whoever is next, else to the end.

    `subject`: whom contact was sought with until now.
    """
    if outcome_of(state, state.subject) is None:
        return state if state.subject == subject else _next_subject(state, at)
    idle = unpaused(without_plan(without(state, DeadlineKind.MATCHING)))
    if any(result.acceptance is Acceptance.PENDING for result in idle.outcomes):
        return changed(idle, phase=Phase.IN_CONVERSATION)
    return await_feedback(changed(idle, phase=Phase.FEEDBACK), at)


def _exempt_ground(state: CaseState, person_id: PersonId) -> str:
    return terms_of(state).notice.exempt_ground if person_id == state.subject else ""


def _settled(state: CaseState, result: PersonOutcome, at: datetime, *, subject: PersonId) -> CaseState:
    person_id = result.person_id
    bare = without_task_of(_without_proposals(state, person_id), person_id, *_OF_OUTCOME)
    if result.outcome is Outcome.DIED:
        # The dead have no objection to be decided on.
        bare = with_person(without_task_of(bare, person_id, TaskKind.DECIDE_OBJECTION), person_id, objection=None)
    recorded = changed(bare, outcomes=(*_others(state, person_id), result))
    return moved_on(_followed_up(recorded, result), at, subject=subject)


def _there_after_all(state: CaseState, fact: OutcomeRecorded) -> CaseState:
    """Who was recorded as dead or gone, and gets another outcome, is there: nothing else could be done for them."""
    before, person = outcome_of(state, fact.person_id), state.person(fact.person_id)
    if before is None or person is None or fact.outcome in _NOBODY_THERE:
        return state
    mistaken = person.standing is _NOBODY_THERE.get(before.outcome)
    return with_standing(state, fact.person_id, Standing.CONFIRMED) if mistaken else state


def _next_subject(state: CaseState, at: datetime) -> CaseState:
    """Somebody else concerned has no outcome: now it is their turn. Who was spoken to is known."""
    if state.phase is Phase.WAITING:
        return state
    begun = changed(
        without_plan(state),
        phase=Phase.IDENTITY_CHECK,
        plan=PlanName.FIRST,
        plan_run=state.plan_run + 1,
        plan_next=0,
    )
    person = begun.person(begun.subject)
    spoken_with = was_reached(begun, begun.subject) or begun.appointment_of(begun.subject) is not None
    confirmed = person is not None and person.standing is Standing.CONFIRMED
    return begin_contact(begun, at) if confirmed or spoken_with else resume(begun, at)


def _may_be_recorded(state: CaseState, person_id: PersonId, *, corrects: bool) -> bool:
    if is_settled(state, person_id):
        return corrects
    return state.phase in _WITHOUT_OUTCOME_YET


def _followed_up(state: CaseState, result: PersonOutcome) -> CaseState:
    """What an outcome still asks of us."""
    terms = terms_of(state)
    if result.acceptance is Acceptance.PENDING:
        held = result.conversation_at is not None
        return _await_help(state, result) if held else _await_first_conversation(state, result)
    if result.outcome is Outcome.ADVICE_OR_QUICK_FIX:
        ends_at = quick_fix_ends(result, terms)
        return with_task(
            state,
            TaskKind.CHECK_QUICK_FIX,
            terms.patience.quick_fix,
            result.person_id,
            ends_at,
            start_event="quick_fix.ends",
        )
    if result.outcome is Outcome.NOT_A_RESIDENT:
        return with_task(
            state,
            TaskKind.PASS_ON,
            terms.patience.pass_on,
            result.person_id,
            result.at,
            start_event="outcome.recorded",
        )
    return state


def _accepted(state: CaseState, pending: PersonOutcome, started_at: datetime, at: datetime) -> CaseState:
    accepted = {"acceptance": Acceptance.ACCEPTED, "started_at": started_at}
    return _settled(state, pending.model_copy(update=accepted), at, subject=state.subject)


def _await_first_conversation(state: CaseState, result: PersonOutcome) -> CaseState:
    rule = conversation_rule(state)
    known = state.task_of(TaskKind.HOLD_FIRST_CONVERSATION, result.person_id)
    if known is not None and known.deadline.rule == rule.rule:
        return state
    return with_task(
        state,
        TaskKind.HOLD_FIRST_CONVERSATION,
        rule,
        result.person_id,
        result.accepted_at or result.at,
        kind_of_deadline=DeadlineKind.FIRST_CONVERSATION,
        cause=StallCause.NO_FIRST_CONVERSATION,
        start_event="help.accepted",
    )


def _await_help(state: CaseState, result: PersonOutcome) -> CaseState:
    return with_task(
        state,
        TaskKind.START_HELP,
        terms_of(state).referral.start,
        result.person_id,
        result.conversation_at or result.at,
        start_event="conversation.held",
    )


def quick_fix_ends(result: PersonOutcome, terms: Terms) -> datetime:
    """When it is to be asked whether a quick fix solved the arrears."""
    since = result.accepted_at or result.at
    ends_at, _ = moment_after(since, terms.quick_fix.term, terms.quick_fix.calendar, terms.calendars)
    return ends_at


def conversation_rule(state: CaseState) -> TermRule:
    """How soon the first conversation must be held."""
    # While nobody has judged whether the situation is threatening by law, a partner's crisis flag is what comes
    # nearest, and the shorter term is never the wrong one.
    terms = terms_of(state)
    crisis = any(signal.crisis for signal in state.signals) if state.threatening is None else state.threatening
    return terms.threatening_conversation if crisis else terms.first_conversation


def _without_referral(state: CaseState, result: PersonOutcome) -> CaseState:
    """Only help that was said yes to is still waited for."""
    if result.acceptance is not Acceptance.NOT_ACCEPTED:
        return state
    return without_referrals(state, result.person_id)


def _without_proposal(state: CaseState, person_id: PersonId, proposal_id: ProposalId) -> CaseState:
    if all(one.proposal_id != proposal_id for one in state.proposals):
        return state
    return without_task_of(_without_proposals(state, person_id), person_id, TaskKind.APPROVE)


def _without_proposals(state: CaseState, person_id: PersonId) -> CaseState:
    return changed(state, proposals=tuple(one for one in state.proposals if one.command.person_id != person_id))


def _others(state: CaseState, person_id: PersonId) -> tuple[PersonOutcome, ...]:
    return tuple(result for result in state.outcomes if result.person_id != person_id)


def _pending_of(state: CaseState, person_id: PersonId) -> PersonOutcome | None:
    result = outcome_of(state, person_id)
    return result if result is not None and result.acceptance is Acceptance.PENDING else None
