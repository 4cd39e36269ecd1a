"""One case, from its first signal to the start of its retention."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, assert_never

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import ActivityError, ApplicationError

from activities.case import CaseActivities
from activities.route_choice import RouteQuestion
from models.case import CaseInput, CaseSignal, CaseState
from models.codes import Phase, StallCause
from models.commands import AnyCommand, MergeCase
from models.facts import (
    AnyFact,
    CaseClosed,
    CasePickedUp,
    FeedbackDelivered,
    MessageReported,
    PauseEnded,
    ReferralExpired,
    RouteChosen,
    SignalJoined,
    Stalled,
)
from models.messages import FeedbackNews, Joining, MessageNews, Press, RefusalType
from models.periodic import RetentionInput
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
    SendInvitation,
    SendMessage,
    Step,
    WaitUntil,
)
from models.terms import Terms
from policy.conclude import conclusion, owed
from policy.next_step import meanwhile, next_step, stall_of
from policy.takeover import past_attempts
from policy.transitions import takes_signals
from policy.triage import key_of, known_of
from workflows.attributes import MUNICIPALITY, STAGE, STALLED
from workflows.effects import Effect, ask_register, send_invitation, send_message
from workflows.keeping import Keeper
from workflows.names import retention_workflow_id
from workflows.own_steps import own_step
from workflows.relocating import relocate
from workflows.retention import RetentionWorkflow


@workflow.defn(name="Case")
class CaseWorkflow:
    """Carries out what policy says is next, and takes what people and partners bring in between."""

    @workflow.init
    def __init__(self, start: CaseInput) -> None:
        self._start = start
        self._keeper = Keeper(start.state, clock_offset=start.clock_offset)
        self._shown: tuple[Phase, StallCause | None] | None = None
        self._moving = False
        """Whether the case's signals are on their way to another case."""

    @workflow.run
    async def run(self, start: CaseInput) -> None:
        while True:
            self._show()
            step = next_step(self.state, now=self._keeper.now())
            match step:
                case Rest():
                    return await self._retire()
                case WaitUntil():
                    await self._news(step)
                case AskRegister():
                    await self._perform(step, ask_register(self.state, step, now=self._keeper.now()))
                case SendMessage():
                    await self._perform(step, send_message(self.state, step, now=self._keeper.now()))
                case SendInvitation():
                    await self._perform(step, send_invitation(self.state, step, now=self._keeper.now()))
                case ChooseRoute():
                    await self._choose_route()
                case Conclude() | PickUp() | EndPause() | ExpireReferral() | OweFeedback() | RaiseStall() | Close():
                    await self._decide(step)
                case _:
                    assert_never(step)
            if workflow.info().is_continue_as_new_suggested() and workflow.all_handlers_finished():
                workflow.continue_as_new(self._start.model_copy(update={"state": self.state}))

    @property
    def state(self) -> CaseState:
        return self._keeper.state

    # --- what the system does ---

    async def _choose_route(self) -> None:
        """By what is known now: when that is something else once the route is there, it is chosen again."""
        known, terms = self.state, self.state.terms
        question = RouteQuestion(
            case_id=known.case_id,
            person_id=known.subject,
            municipality=known.municipality,
            at=self._keeper.now(),
            known=known_of(known),
            version_of=None if terms is None else terms.chosen_on,
        )
        chosen = await self._meanwhile(own_step(CaseActivities.choose_route, question), keep=terms)

        def facts() -> Sequence[AnyFact]:
            if self.state.terms != terms:
                # Somebody moved the case to another version meanwhile: what was chosen is of the old one.
                return ()
            now = self._keeper.now()
            route = RouteChosen(at=now, route=chosen.route, terms=chosen, why=chosen.why, triaged=key_of(known))
            # Until there was a route, nothing could be made of what another system did.
            running = self.state.signals if terms is None else ()
            return (route, *past_attempts(self.state, running, now=now))

        await self._keeper.decided(facts)

    async def _meanwhile(self, choosing: Coroutine[Any, Any, Terms], *, keep: Terms | None) -> Terms:
        """The route that is being chosen, while the deadlines of a running case keep passing.

        A running case whose route cannot be chosen (its policy is not there any more) goes on by the terms it has.
        """
        if keep is None:
            return await choosing
        chosen = asyncio.create_task(choosing)
        while not chosen.done():
            await self._pass_time(or_done=chosen)
        try:
            return chosen.result()
        except ActivityError:
            workflow.logger.error("case.route-not-chosen", extra={"case_id": self.state.case_id})
            return keep

    async def _pass_time(self, *, or_done: asyncio.Future[Any]) -> None:
        """What goes on beside something that is under way, until the next thing happens."""
        match meanwhile(self.state, now=self._keeper.now()):
            case RaiseStall() as stall:
                await self._decide(stall)
            case WaitUntil() as wait:
                await self._news(wait, or_done=or_done)

    async def _perform(self, step: AskRegister | SendMessage | SendInvitation, effect: Effect) -> None:
        """An outside effect. Meanwhile the case lives on: deadlines pass, and news may make the step pointless."""
        handle = effect.start()
        while not handle.done():
            following = next_step(self.state, now=self._keeper.now())
            if isinstance(following, ChooseRoute):
                # Another route may leave the step as it is: a party that is tried keeps its budget.
                await self._choose_route()
            elif following != step:
                # Somebody was quicker. An attempt under way is not torn off: it ends, and then it is a fact.
                handle.cancel()
                await workflow.wait_condition(handle.done)
                break
            else:
                await self._pass_time(or_done=handle)
        if (fact := await effect.fact_of(handle, now=self._keeper.now)) is not None:
            await self._keeper.happened(fact)

    async def _news(self, wait: WaitUntil, *, or_done: asyncio.Future[object] | None = None) -> None:
        """Waits for anything that changes the state, at most until the deadline."""
        seen = self.state
        # A millisecond more, because a timer that goes off a fraction early would have to be set again.
        left = wait.due_at - self._keeper.now() + timedelta(milliseconds=1)
        try:
            await workflow.wait_condition(
                lambda: self.state is not seen or (or_done is not None and or_done.done()), timeout=left
            )
        except TimeoutError:
            return

    async def _decide(self, step: Step) -> None:
        # An outcome that nobody decided on falls away when somebody is spoken to just before it.
        await self._keeper.decided(lambda: self._facts_of(step), durably=isinstance(step, Conclude))

    def _facts_of(self, step: Step) -> Sequence[AnyFact]:
        """The facts of a step that needs nothing from outside, if it is still the one to take."""
        now = self._keeper.now()
        match step:
            case RaiseStall() if meanwhile(self.state, now=now) == step:
                return (Stalled(at=now, cause=step.cause, deadline=step.deadline),)
            case _ if next_step(self.state, now=now) != step:
                return ()
            case Conclude():
                return (conclusion(step, at=now),)
            case PickUp():
                return (CasePickedUp(at=now),)
            case EndPause():
                return (PauseEnded(at=now),)
            case ExpireReferral():
                return (ReferralExpired(at=now, person_id=step.person_id, referral_id=step.referral_id),)
            case OweFeedback():
                return owed(self.state, at=now)
            case Close():
                return (CaseClosed(at=now),)
            case _:
                return ()

    async def _retire(self) -> None:
        """The case is closed: its retention goes on in a workflow of its own, and this one ends."""
        await workflow.start_child_workflow(
            RetentionWorkflow.run,
            RetentionInput(state=self.state.model_copy(update={"terms": None}), clock_offset=self._start.clock_offset),
            id=retention_workflow_id(self.state.case_id),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            search_attributes=TypedSearchAttributes([SearchAttributePair(MUNICIPALITY, self.state.municipality.text)]),
        )
        await workflow.wait_condition(workflow.all_handlers_finished)

    def _show(self) -> None:
        """Keeps the search attributes true; each change costs an event, so only changes are sent."""
        stall = stall_of(self.state)
        shown = (self.state.phase, stall.cause if stall else None)
        if shown == self._shown:
            return
        self._shown = shown
        phase, cause = shown
        workflow.upsert_search_attributes(
            [STAGE.value_set(phase), STALLED.value_set(cause) if cause else STALLED.value_unset()]
        )

    # --- what reaches the case from outside ---

    @workflow.update
    async def command(self, press: Press) -> None:
        """A caseworker pressed a button. Done when the facts are in the history and in SQL."""
        await self._keeper.obey(press.command, unless=self._refuse_closed, first=self._relocate)

    @command.validator
    def _check_command(self, press: Press) -> None:
        self._refuse_closed()
        self._keeper.check(press.command)

    @workflow.update
    async def join(self, joining: Joining) -> None:
        """More signals about the resident. Done when they are in the history and in SQL."""

        def facts() -> Sequence[AnyFact]:
            new = self._new_among(joining)
            if new:
                self._refuse_joining()
            now = self._keeper.now()
            joined = [SignalJoined(at=now, signal=signal) for signal in new]
            running = new if self.state.terms is not None else ()
            return [*joined, *past_attempts(self.state, running, now=now)]

        await self._keeper.decided(facts)

    @join.validator
    def _check_join(self, joining: Joining) -> None:
        if self._new_among(joining):
            self._refuse_joining()
            self._refuse_moving()

    def _new_among(self, joining: Joining) -> list[CaseSignal]:
        return [signal for signal in joining.signals if self.state.signal(signal.signal_id) is None]

    @workflow.signal
    async def feedback_delivered(self, news: FeedbackNews) -> None:
        """A partner took the feedback of these signals."""

        def facts() -> Sequence[AnyFact]:
            now = self._keeper.now()
            return [
                FeedbackDelivered(
                    at=now,
                    signal_id=signal.signal_id,
                    batch_id=news.batch_id,
                    code=news.codes.get(signal.signal_id),
                )
                for signal in self.state.signals
                if signal.signal_id in news.signals and signal.feedback_delivered_at is None
            ]

        await self._keeper.decided(facts)

    @workflow.signal
    async def message_reported(self, news: MessageNews) -> None:
        """Something was heard of a message of this case."""

        def facts() -> Sequence[AnyFact]:
            if self.state.phase is Phase.CLOSED:
                return ()
            heard = news.model_dump(include={"person_id", "step_id", "report", "report_id"})
            return (MessageReported(at=self._keeper.now(), **heard),)

        await self._keeper.decided(facts)

    @workflow.signal
    async def republish(self) -> None:
        """The read model lags behind: write the state again."""
        await self._keeper.publish()

    @workflow.query(name="state")
    def current(self) -> CaseState:
        """The state as it is now."""
        return self.state

    async def _relocate(self, command: AnyCommand) -> str | None:
        """What must be moved before the case may say that it was; a refusal when that cannot be."""
        self._moving = isinstance(command, MergeCase)
        try:
            return await relocate(self.state, command, now=self._keeper.now(), clock_offset=self._start.clock_offset)
        finally:
            self._moving = False

    def _refuse_moving(self) -> None:
        # Whoever brings signals would wait for the lock, and the case that these signals go to may be waiting for it.
        if self._moving:
            raise ApplicationError(RefusalType.BEING_MERGED, type=RefusalType.BEING_MERGED, non_retryable=True)

    def _refuse_closed(self) -> None:
        if self.state.phase is Phase.CLOSED:
            raise ApplicationError(RefusalType.CASE_CLOSED, type=RefusalType.CASE_CLOSED, non_retryable=True)

    def _refuse_joining(self) -> None:
        if not takes_signals(self.state):
            raise ApplicationError(RefusalType.CASE_CLOSED, type=RefusalType.CASE_CLOSED, non_retryable=True)
