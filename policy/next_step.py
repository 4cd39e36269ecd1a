"""What a case does next. A pure function of its state and the moment; the workflow only carries it out."""

from collections.abc import Sequence
from datetime import datetime

from models.case import CaseState, Deadline, Person, Stall
from models.codes import (
    Channel,
    DeadlineKind,
    NotPickedUpReason,
    Objection,
    Outcome,
    Phase,
    PlanName,
    Rung,
    SignalChange,
    Standing,
    TaskKind,
)
from models.ids import PersonId, StepId
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    EndPause,
    ExpireReferral,
    OweFeedback,
    PickUp,
    RaiseStall,
    Rest,
    SendMessage,
    Step,
    WaitUntil,
)
from models.terms import ContactPlan, PlanStep
from policy.asking import asked_first, question_ahead, visit_question
from policy.changes import is_settled, is_suspended, outcome_of, terms_of, was_reached
from policy.invitations import invitation_due, reminders_ahead
from policy.reasons import reason_of_route
from policy.receipt import notice_owed, notices_tried
from policy.step_names import NOTICE, REGISTER, announcement_of, step_id_of
from policy.takeover import announcement_ahead, goes_on_at
from policy.triage import is_due

WRITTEN = frozenset({Channel.MAIL, Channel.LETTER, Channel.SMS})
"""Channels over which the system writes by itself."""

_ENDED_BY_STANDING = {Standing.DIED: Outcome.DIED, Standing.NOT_A_RESIDENT: Outcome.NOT_A_RESIDENT}
_BEFORE_OUTCOME = frozenset({Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
_LADDER = (Rung.OWNER, Rung.TEAM, Rung.SUPERVISOR)
"""Of cases whose terms name no ladder."""

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
        Stall(
            cause=deadline.cause,
            since=deadline.raised_at,
            level=deadline.raised,
            rung=rung_of(deadline.raised, has_owner=state.owner is not None, ladder=ladder_of(state)),
        )
        for deadline in state.all_deadlines()
        if deadline.raised_at is not None and deadline.cause is not None
    ]
    return min(passed, key=lambda stall: stall.since, default=None)


def ladder_of(state: CaseState) -> tuple[Rung, ...]:
    """Who hears of a stalled case, the first one first."""
    named = () if state.terms is None else tuple(step.to for step in state.terms.escalation)
    return named or _LADDER


def rung_of(level: int, *, has_owner: bool, ladder: Sequence[Rung] = _LADDER) -> Rung:
    """Whose attention a stall has that was raised so often; the last rung keeps it."""
    rung = ladder[min(max(level, 1), len(ladder)) - 1]
    return Rung.TEAM if rung is Rung.OWNER and not has_owner else rung


def plan_of(state: CaseState) -> ContactPlan:
    """The contact plan that is followed now."""
    terms = terms_of(state)
    return terms.plan if state.plan is PlanName.FIRST else terms.follow_up


def plan_step(state: CaseState) -> PlanStep | None:
    """The plan's next attempt; None before a route was chosen and when all were made."""
    if state.terms is None or state.plan_next >= len(plan_of(state).steps):
        return None
    return plan_of(state).steps[state.plan_next]


def plan_step_id(state: CaseState, step: PlanStep) -> StepId:
    """The id of a plan's step in this run of the plan."""
    return step_id_of(state, f"{state.plan_run}.{step.id}" if state.plan_run else step.id)


# --- what the system does ---


def _act(state: CaseState, now: datetime) -> Step | None:
    if state.phase is Phase.RECEIVED or is_due(state):
        return ChooseRoute()
    return (
        _conclude(state, now)
        or _due_by_itself(state, now)
        or _of_phase(state, now)
        or invitation_due(state, now=now)
        or _tell(state, now)
    )


def _of_phase(state: CaseState, now: datetime) -> Step | None:
    match state.phase:
        case Phase.IDENTITY_CHECK if not is_suspended(state):
            return _ask_register(state)
        case Phase.CONTACT if not is_suspended(state):
            by_hand = asked_first(state, _by_hand(state), now=now)
            return by_hand or _visiting(state, now) or asked_first(state, _write(state, now), now=now)
        case Phase.IN_CONVERSATION if not is_suspended(state):
            return _visiting(state, now)
        case Phase.FEEDBACK:
            return _settle_feedback(state, now)
        case _:
            return None


def _conclude(state: CaseState, now: datetime) -> Conclude | None:
    """An outcome that nobody has to decide on."""
    if state.phase not in _BEFORE_OUTCOME:
        return None
    for person in state.people:
        ended = _ended_by_what_is_known(state, person)
        if ended is not None:
            return ended
    if state.phase is Phase.CONTACT and _has_passed(state, DeadlineKind.PLAN_END, now):
        return Conclude(person_id=state.subject, outcome=_outcome_of_silence(state))
    return None


def _ended_by_what_is_known(state: CaseState, person: Person) -> Conclude | None:
    if is_settled(state, person.person_id):
        return None
    if person.standing in _ENDED_BY_STANDING:
        return Conclude(person_id=person.person_id, outcome=_ENDED_BY_STANDING[person.standing])
    if person.objection is Objection.UPHELD:
        return Conclude(
            person_id=person.person_id,
            outcome=Outcome.NOT_PICKED_UP_OTHER,
            reason=NotPickedUpReason.OBJECTION,
        )
    return _ended_by_form(state, person) or _ended_by_partners(state, person) or _ended_by_route(state, person)


def _ended_by_form(state: CaseState, person: Person) -> Conclude | None:
    """A company or foundation: there is no resident to offer help to, whatever the municipality's policy is."""
    own = [signal for signal in state.signals if signal.person_id == person.person_id]
    if not own or not all(signal.legal_entity for signal in own) or not _is_left_alone(state, person.person_id):
        return None
    return Conclude(
        person_id=person.person_id,
        outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        reason=NotPickedUpReason.LEGAL_ENTITY,
    )


def _ended_by_route(state: CaseState, person: Person) -> Conclude | None:
    """A route without contact, for whom it was chosen, as long as nothing was begun with them.

    Whoever must hear that data were received must first be known to be who the partner means.
    """
    terms = terms_of(state)
    if terms.ends_as is None or person.person_id != state.subject or state.phase is Phase.WAITING:
        return None
    told = person.standing is Standing.CONFIRMED or terms.notice.exempt_ground
    ends = told and _is_untouched(state, terms.ends_as)
    if not ends:
        return None
    reason = reason_of_route(terms.route, terms.ends_as)
    return Conclude(person_id=person.person_id, outcome=terms.ends_as, reason=reason)


def _is_untouched(state: CaseState, outcome: Outcome) -> bool:
    """Whether nobody did anything with the subject yet that this outcome by itself would undo. Whoever was written to
    was picked up: their signal is not unjustified any more."""
    subject = state.subject
    tried = any(attempt.person_id == subject for attempt in state.attempts)
    begun = (
        is_suspended(state)
        or state.phase is Phase.IN_CONVERSATION
        or state.visit is not None
        or state.appointment_of(subject) is not None
        or outcome_of(state, subject) is not None
        or (tried if outcome is Outcome.NOT_PICKED_UP_UNJUSTIFIED else was_reached(state, subject))
    )
    referred = any(referral.person_id == subject for referral in state.referrals)
    proposed = any(proposal.command.person_id == subject for proposal in state.proposals)
    return not (begun or referred or proposed)


def _ended_by_partners(state: CaseState, person: Person) -> Conclude | None:
    """Everything about the person was paid or withdrawn, and nobody is speaking with them."""
    own = [signal for signal in state.signals if signal.person_id == person.person_id]
    if not own or any(signal.ended is None for signal in own):
        return None
    if not _is_left_alone(state, person.person_id):
        return None
    if any(signal.ended is SignalChange.PAID for signal in own):
        return Conclude(person_id=person.person_id, outcome=Outcome.PAID_OR_ARRANGED)
    return Conclude(
        person_id=person.person_id,
        outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        reason=NotPickedUpReason.WITHDRAWN,
    )


def _is_left_alone(state: CaseState, person_id: PersonId) -> bool:
    return outcome_of(state, person_id) is None and not _is_spoken_with(state, person_id)


def _is_spoken_with(state: CaseState, person_id: PersonId) -> bool:
    if person_id == state.subject:
        return state.phase is Phase.IN_CONVERSATION
    return was_reached(state, person_id) or state.appointment_of(person_id) is not None


def _outcome_of_silence(state: CaseState) -> Outcome:
    """What it means that the plan is done; who was spoken to once was not "never reached"."""
    outcome = plan_of(state).outcome
    spoken = was_reached(state, state.subject)
    return Outcome.NO_RESPONSE_AFTER_CONTACT if spoken and outcome is Outcome.NEVER_REACHED else outcome


def _due_by_itself(state: CaseState, now: datetime) -> Step | None:
    """What comes about because its moment came."""
    if state.phase is Phase.WAITING and _has_passed(state, DeadlineKind.MATCHING, now):
        return PickUp()
    if _has_passed(state, DeadlineKind.PAUSE, now):
        return EndPause()
    for task in state.tasks:
        if task.kind is TaskKind.ACCEPT_REFERRAL and task.referral_id is not None and task.deadline.due_at <= now:
            return ExpireReferral(person_id=task.person_id, referral_id=task.referral_id)
    return None


def _ask_register(state: CaseState) -> Step | None:
    person = state.person(state.subject)
    if person is None or person.standing is not Standing.UNKNOWN:
        return None
    name = REGISTER if person.person_id == state.resident else f"{REGISTER}.{person.person_id}"
    return AskRegister(step_id=step_id_of(state, name), person_id=person.person_id)


def _write(state: CaseState, now: datetime) -> SendMessage | None:
    """The plan's message that is due."""
    step = plan_step(state)
    if step is None or step.channel not in WRITTEN or not _has_passed(state, DeadlineKind.PLAN_STEP, now):
        return None
    return SendMessage(
        step_id=plan_step_id(state, step), person_id=state.subject, channel=step.channel, template=step.template
    )


def _by_hand(state: CaseState) -> SendMessage | None:
    """What a caseworker asked for beside the plan."""
    asked = state.asked
    if asked is None:
        return None
    return SendMessage(step_id=asked.step_id, person_id=asked.person_id, channel=asked.channel, template=asked.template)


def _visiting(state: CaseState, now: datetime) -> Step | None:
    """What comes before a visit."""
    return asked_first(state, _announce(state, now), now=now) or visit_question(state, now=now)


def _announce(state: CaseState, now: datetime) -> SendMessage | None:
    """The letter that announces a visit, as long as it comes before it."""
    visit = state.visit
    if visit is None or not visit.announced or visit.due_at <= now:
        return None
    asked = state.task_of(TaskKind.CHECK_MAIL, visit.person_id) is not None
    if asked or _was_written(state, announcement_of(visit)) or _goes_on_later(state, now):
        return None
    return SendMessage(
        step_id=announcement_of(visit),
        person_id=visit.person_id,
        channel=Channel.LETTER,
        template="visit-letter",
        reply_by=visit.due_at,
    )


def _tell(state: CaseState, now: datetime) -> Step | None:
    """The system itself tells that data were received: after a while without any message, and at the end.

    At the end of a case that was taken over not before the others of its day are: one may know that they were told.
    """
    ended = state.phase is Phase.FEEDBACK and not _goes_on_later(state, now)
    return _notice(state, now) if ended or _has_passed(state, DeadlineKind.NOTICE_LETTER, now) else None


def _goes_on_later(state: CaseState, now: datetime) -> bool:
    """Whether the case was taken over, and writes nothing yet."""
    begins = goes_on_at(state)
    return begins is not None and now < begins


def _notice(state: CaseState, now: datetime) -> Step | None:
    notice = terms_of(state).notice
    for person_id in notice_owed(state):
        if state.task_of(TaskKind.CHECK_MAIL, person_id) is None:
            message = SendMessage(
                step_id=_notice_step(state, person_id),
                person_id=person_id,
                channel=notice.channel,
                template=notice.template,
            )
            if (due := asked_first(state, message, now=now)) is not None:
                return due
    return None


def _notice_step(state: CaseState, person_id: PersonId) -> StepId:
    number = notices_tried(state, person_id) + 1
    whose = "" if person_id == state.resident else f".{person_id}"
    return step_id_of(state, f"{NOTICE}-{number}{whose}")


def _settle_feedback(state: CaseState, now: datetime) -> Step | None:
    if any(signal.feedback is None for signal in state.signals):
        return OweFeedback()
    told = all(signal.feedback_delivered_at is not None for signal in state.signals)
    written = _notice(state, now) is None and invitation_due(state, now=now) is None
    return Close() if told and not state.tasks and written else None


def _was_written(state: CaseState, step_id: StepId) -> bool:
    return any(attempt.step_id == step_id for attempt in state.attempts)


def _has_passed(state: CaseState, kind: DeadlineKind, now: datetime) -> bool:
    deadline = state.deadline(kind)
    return deadline is not None and deadline.due_at <= now


# --- what it complains about, and waits for ---


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
    asking = question_ahead(state)
    beside = reminders_ahead(state) if asking is None else (*reminders_ahead(state), asking)
    moments = (*state.all_deadlines(), *beside, *announcement_ahead(state))
    return min((deadline for deadline in moments if deadline.due_at > now), key=_by_moment)


def _by_moment(deadline: Deadline) -> tuple[datetime, int]:
    return deadline.due_at, _ORDER.index(deadline.kind)
