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

_HEEDED = "failed-when-called-off"
"""A case that is older than this patch takes what fails when it is called off for given up."""
_HEEDED_BY_ALL = "failed-when-called-off-by-all"
"""The same for what is not about a callback; it was not looked up either."""


@dataclass(frozen=True)
class Effect:
    """One effect: how it starts, the fact of its answer, the fact of its having come to nothing."""

    start: Callable[[], workflow.ActivityHandle[Any]]
    answered: Callable[[Any, datetime], AnyFact]
    gave_up: Callable[[datetime], AnyFact]
    look_up: Callable[[], workflow.ActivityHandle[Any]] | None = None
    """How to find out, without doing it, whether it was done. None: doing it twice is harmless, so nobody needs to
    know."""
    patch: str = _HEEDED_BY_ALL

    async def fact_of(self, handle: workflow.ActivityHandle[Any], *, now: Callable[[], datetime]) -> AnyFact | None:
        """What came of it; None when it was called off before it did anything."""
        try:
            answer = await handle
        except ActivityError as error:
            if is_cancelled_exception(error):
                return await self._found(now=now) if self._is_looked_up() else None
            # An attempt that was under way when it was called off failed: it is not tried again, and that it was called
            # off is all that the server says of it.
            if error.retry_state is RetryState.CANCEL_REQUESTED and workflow.patched(self.patch):
                return await self._found(now=now)
            return self.gave_up(now())
        return self.answered(answer, now())

    def _is_looked_up(self) -> bool:
        return self.look_up is not None and (self.patch == _HEEDED or workflow.patched(self.patch))

    async def _found(self, *, now: Callable[[], datetime]) -> AnyFact | None:
        """What an attempt that was called off had come to; None when it had surely done nothing, or may be done
        again."""
        if self.look_up is None:
            return None
        try:
            answer = await self.look_up()
        except ActivityError:
            return self.gave_up(now()) if self.patch == _HEEDED else self.answered(AttemptResult.UNKNOWN, now())
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

    def start(*, only_look: bool = False) -> workflow.ActivityHandle[Any]:
        return workflow.start_activity_method(
            MessageActivities.send,
            order.model_copy(update={"only_look": only_look}),
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            **limits.party(
                limits.QUEUE_OF_CHANNEL[step.channel],
                budget=min(budget, limits.LOOKING_UP) if only_look else budget,
            ),
        )

    return Effect(
        start=start,
        answered=answered,
        gave_up=lambda at: PartyGaveUp(at=at, party=party, step_id=step.step_id, person_id=step.person_id),
        look_up=lambda: start(only_look=True),
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
        patch=_HEEDED,
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
