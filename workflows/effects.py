"""The outside effects of a case: which activity, within which budget, and which fact each ending is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ActivityError, RetryState, is_cancelled_exception

from activities import limits
from activities.calendar_part import InvitationOrder
from activities.messages import MessageActivities, MessageOrder
from activities.records import RegisterVerdict
from activities.register import RegisterActivities, RegisterQuestion
from models.case import CaseState
from models.codes import AttemptResult, Channel, Party
from models.facts import AnyFact, AttemptMade, InvitationSent, PartyGaveUp, RegisterAnswered
from models.steps import AskRegister, SendInvitation, SendMessage
from models.terms import Budgets, Terms


@dataclass(frozen=True)
class Effect:
    """One effect: how it starts, the fact of its answer, the fact of its having come to nothing."""

    start: Callable[[], workflow.ActivityHandle[Any]]
    answered: Callable[[Any, datetime], AnyFact]
    gave_up: Callable[[datetime], AnyFact]
    look_up: Callable[[], workflow.ActivityHandle[Any]] | None = None
    """How to find out, without doing it, whether it was done: for what must be told again when it was."""

    async def fact_of(self, handle: workflow.ActivityHandle[Any], *, now: Callable[[], datetime]) -> AnyFact | None:
        """What came of it; None when it was called off before it did anything."""
        try:
            answer = await handle
        except ActivityError as error:
            if not (is_cancelled_exception(error) or self._failed_when_called_off(error)):
                return self.gave_up(now())
            return None if self.look_up is None else await self._found(self.look_up(), now=now)
        return self.answered(answer, now())

    def _failed_when_called_off(self, error: ActivityError) -> bool:
        """Whether an attempt that was under way when it was called off failed: it is not tried again, and that it was
        called off is all that the server says of it. Whoever can, looks what it had come to."""
        if self.look_up is None or error.retry_state is not RetryState.CANCEL_REQUESTED:
            return False
        return workflow.patched("failed-when-called-off")

    async def _found(self, looking: workflow.ActivityHandle[Any], *, now: Callable[[], datetime]) -> AnyFact | None:
        """What an attempt that was called off had come to; None when it had surely done nothing."""
        try:
            answer = await looking
        except ActivityError:
            return self.gave_up(now())
        return None if answer == AttemptResult.CALLED_OFF else self.answered(answer, now())


def ask_register(state: CaseState, step: AskRegister, *, now: datetime) -> Effect:
    """The persons register, about one person."""
    question = RegisterQuestion(
        case_id=state.case_id, person_id=step.person_id, municipality=state.municipality, at=now
    )
    budget = timedelta(hours=_terms(state).budgets.register_hours)

    def answered(verdict: RegisterVerdict, at: datetime) -> AnyFact:
        return RegisterAnswered(
            at=at,
            person_id=step.person_id,
            result=verdict.result,
            secret=verdict.secret,
            guardianship=verdict.guardianship,
            step_id=step.step_id,
            since=verdict.since,
        )

    return Effect(
        start=lambda: workflow.start_activity_method(
            RegisterActivities.ask,
            question,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            **limits.party(limits.REGISTER_QUEUE, budget=budget),
        ),
        answered=answered,
        gave_up=lambda at: PartyGaveUp(at=at, party=Party.REGISTER, step_id=step.step_id, person_id=step.person_id),
    )


def send_message(state: CaseState, step: SendMessage, *, now: datetime) -> Effect:
    """One mail, letter or text message to one person."""
    order = MessageOrder(
        step_id=step.step_id,
        case_id=state.case_id,
        person_id=step.person_id,
        municipality=state.municipality,
        channel=step.channel,
        template=step.template,
        reply_by=step.reply_by,
        at=now,
    )
    party = limits.PARTY_OF_CHANNEL[step.channel]
    budget = timedelta(hours=_hours(_terms(state).budgets, step.channel))

    def answered(result: AttemptResult, at: datetime) -> AnyFact:
        return AttemptMade(
            at=at,
            step_id=step.step_id,
            person_id=step.person_id,
            channel=step.channel,
            result=result,
            template=step.template,
        )

    return Effect(
        start=lambda: workflow.start_activity_method(
            MessageActivities.send,
            order,
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            **limits.party(limits.QUEUE_OF_CHANNEL[step.channel], budget=budget),
        ),
        answered=answered,
        gave_up=lambda at: PartyGaveUp(at=at, party=party, step_id=step.step_id, person_id=step.person_id),
    )


def send_invitation(state: CaseState, step: SendInvitation, *, now: datetime) -> Effect:
    """One message about a callback. It is tried no longer than it is of use."""
    terms = _terms(state)
    order = MessageOrder(
        step_id=step.step_id,
        case_id=state.case_id,
        person_id=step.person_id,
        municipality=state.municipality,
        channel=step.channel,
        template=step.about,
        at=now,
        invitation=InvitationOrder(
            appointment_id=step.appointment_id,
            about=step.about,
            sequence=step.sequence,
            starts_at=step.due_at,
            minutes=terms.callback.minutes,
        ),
    )
    budget = min(timedelta(hours=_hours(terms.budgets, step.channel)), max(step.due_at - now, timedelta(minutes=1)))

    def sent(result: AttemptResult, at: datetime, *, given_up: bool = False) -> AnyFact:
        return InvitationSent(
            at=at,
            step_id=step.step_id,
            person_id=step.person_id,
            appointment_id=step.appointment_id,
            about=step.about,
            channel=step.channel,
            sequence=step.sequence,
            due_at=step.due_at,
            result=result,
            given_up=given_up,
        )

    def start(*, only_look: bool = False) -> workflow.ActivityHandle[Any]:
        return workflow.start_activity_method(
            MessageActivities.send,
            order.model_copy(update={"only_look": only_look}),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            **limits.party(limits.QUEUE_OF_CHANNEL[step.channel], budget=budget),
        )

    return Effect(
        start=start,
        answered=sent,
        gave_up=lambda at: sent(AttemptResult.UNKNOWN, at, given_up=True),
        look_up=lambda: start(only_look=True),
    )


def _hours(budgets: Budgets, channel: Channel) -> int:
    match channel:
        case Channel.LETTER:
            return budgets.letters_hours
        case Channel.SMS:
            return budgets.sms_hours
        case _:
            return budgets.mail_hours


def _terms(state: CaseState) -> Terms:
    # An effect is a step, and there are no steps to outside before the route is chosen.
    assert state.terms is not None
    return state.terms
