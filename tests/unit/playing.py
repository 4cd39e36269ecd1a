"""A case played out without Temporal: its next steps are carried out as the workflow does, while time passes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from models.case import CaseState
from models.codes import AttemptResult, Channel, MessageReport, Party, Phase, RegisterResult
from models.commands import AnyCommand
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClosed,
    CasePickedUp,
    FeedbackDelivered,
    InvitationSent,
    MessageReported,
    PartyGaveUp,
    PauseEnded,
    ReferralExpired,
    RegisterAnswered,
    RouteChosen,
    Stalled,
)
from models.ids import BatchId, PersonId, StepId
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
from policy.commands import decide
from policy.conclude import conclusion, owed
from policy.next_step import meanwhile, next_step
from policy.transitions import apply
from policy.triage import key_of
from tests.builders import NOW, the_terms

ACTS_AT_MOST = 40
"""More acts than this at one moment is acting without end."""
_BOOKED = frozenset({AttemptResult.SENT, AttemptResult.UNKNOWN, AttemptResult.REFUSED})
_PARTIES = {Channel.MAIL: Party.MAIL, Channel.LETTER: Party.LETTERS, Channel.SMS: Party.SMS}


_Outside = AskRegister | SendMessage | SendInvitation
"""What somebody outside has a part in."""


class World(Protocol):
    """How outside parties answer; None: not within their budget."""

    def register(self) -> RegisterResult | None: ...

    def message(self) -> AttemptResult | None: ...

    def takes(self) -> timedelta:
        """How long an answer is under way."""
        ...

    def is_torn_off(self) -> bool:
        """Whether an effect that nobody waits for any more did nothing."""
        ...


class CalmWorld:
    """Everybody answers at once: the resident is known, every message leaves."""

    def register(self) -> RegisterResult | None:
        return RegisterResult.FOUND

    def message(self) -> AttemptResult | None:
        return AttemptResult.SENT

    def takes(self) -> timedelta:
        return timedelta(0)

    def is_torn_off(self) -> bool:
        return False


class Watcher(Protocol):
    """Looks at everything that happens."""

    def happened(self, before: CaseState, fact: AnyFact, after: CaseState, now: datetime) -> None: ...

    def begins(self, state: CaseState, step: _Outside, now: datetime) -> None: ...

    def waits(self, state: CaseState, now: datetime) -> None: ...


@dataclass(frozen=True)
class _UnderWay:
    step: _Outside
    done_at: datetime


class Play:
    """One case in a world, at a moment."""

    def __init__(
        self,
        state: CaseState,
        *,
        now: datetime = NOW,
        world: World | None = None,
        watcher: Watcher | None = None,
        terms: Terms | Sequence[Terms] | None = None,
    ) -> None:
        self.state = state
        self.now = now
        self.trail: list[AnyFact] = []
        self.sent: list[SendMessage] = []
        self._world = world or CalmWorld()
        self._watcher = watcher
        offered = terms or the_terms()
        self._terms = (offered,) if isinstance(offered, Terms) else tuple(offered)
        self._under_way: _UnderWay | None = None
        self._ledger: dict[StepId, AttemptResult] = {}
        self._told: dict[tuple[RegisterResult, PersonId], datetime] = {}
        """Since when the register tells this of somebody."""
        self.settle()

    def is_closed(self) -> bool:
        return self.state.phase is Phase.CLOSED

    def press(self, command: AnyCommand) -> str | None:
        """The refusal; None when the case took the command."""
        verdict = decide(self.state, command, now=self.now)
        self.happened(*verdict.facts)
        return verdict.refusal

    def happened(self, *facts: AnyFact) -> None:
        """Takes facts, and does what follows at this moment."""
        for fact in facts:
            self._take(fact)
        self.settle()

    def deliver_feedback(self) -> None:
        """The partners take what they are owed."""
        self.happened(
            *(
                FeedbackDelivered(
                    at=self.now, signal_id=signal.signal_id, batch_id=BatchId("batch"), code=signal.feedback
                )
                for signal in self.state.signals
                if signal.feedback is not None and signal.feedback_delivered_at is None
            )
        )

    def hear(self, message: SendMessage, report: MessageReport) -> None:
        """What came of a message that was sent. One that reached nobody may be sent in another plan; one that was taken
        back before it left may be sent again under its own step."""
        if report in (MessageReport.FAILED, MessageReport.BOUNCED, MessageReport.WITHDRAWN):
            self.sent.remove(message)
        if report is MessageReport.WITHDRAWN:
            del self._ledger[message.step_id]
        self.happened(MessageReported(at=self.now, person_id=message.person_id, step_id=message.step_id, report=report))

    def pass_time(self, length: timedelta) -> None:
        """Lets time pass, doing whatever comes due meanwhile at its own moment."""
        end = self.now + length
        while (moment := self.next_moment()) is not None and moment <= end:
            self.now = moment
            self.settle()
        self.now = end

    def wait(self) -> None:
        """Lets time pass until the next thing that comes due."""
        moment = self.next_moment()
        if moment is not None:
            self.now = moment
            self.settle()

    def next_moment(self) -> datetime | None:
        """When the case is heard of next; None when it is closed."""
        step = next_step(self.state, now=self.now)
        if isinstance(step, Rest):
            return None
        ahead = step if isinstance(step, WaitUntil) else meanwhile(self.state, now=self.now)
        assert isinstance(ahead, WaitUntil)
        return ahead.due_at if self._under_way is None else min(ahead.due_at, self._under_way.done_at)

    def settle(self) -> None:
        """Does what the system does by itself at this moment."""
        for _ in range(ACTS_AT_MOST):
            facts = list(self._acts())
            if not facts:
                break
            for fact in facts:
                self._take(fact)
        else:
            raise AssertionError(f"the case keeps acting: {self.trail[-8:]}")
        if self._watcher is not None:
            self._watcher.waits(self.state, self.now)

    # --- one act ---

    def _take(self, fact: AnyFact) -> None:
        before, self.state = self.state, apply(self.state, fact)
        self.trail.append(fact)
        if self._watcher is not None:
            self._watcher.happened(before, fact, self.state, self.now)

    def _acts(self) -> Iterator[AnyFact]:
        step = next_step(self.state, now=self.now)
        under_way = self._under_way
        if under_way is not None and step != under_way.step:
            # Somebody was quicker: the effect ends, and what it did is a fact all the same.
            self._under_way = None
            if not self._world.is_torn_off():
                yield self._answered(under_way.step)
                return
        if isinstance(step, AskRegister | SendMessage | SendInvitation):
            yield from self._effect(step)
        else:
            yield from self._own(step)

    def _effect(self, step: _Outside) -> Iterator[AnyFact]:
        if self._under_way is None:
            self._under_way = _UnderWay(step, self.now + self._world.takes())
            if self._watcher is not None:
                self._watcher.begins(self.state, step, self.now)
        if self._under_way.done_at <= self.now:
            self._under_way = None
            yield self._answered(step)
            return
        stall = meanwhile(self.state, now=self.now)
        if isinstance(stall, RaiseStall):
            yield Stalled(at=self.now, cause=stall.cause, deadline=stall.deadline)

    def _own(self, step: Step) -> Iterator[AnyFact]:
        match step:
            case ChooseRoute():
                # Each time another one, when there are more.
                chosen = self._terms[len(self.trail) % len(self._terms)]
                yield RouteChosen(at=self.now, route=chosen.route, terms=chosen, triaged=key_of(self.state))
            case Conclude():
                yield conclusion(step, at=self.now)
            case PickUp():
                yield CasePickedUp(at=self.now)
            case EndPause():
                yield PauseEnded(at=self.now)
            case ExpireReferral():
                yield ReferralExpired(at=self.now, person_id=step.person_id, referral_id=step.referral_id)
            case OweFeedback():
                yield from owed(self.state, at=self.now)
            case RaiseStall():
                yield Stalled(at=self.now, cause=step.cause, deadline=step.deadline)
            case Close():
                yield CaseClosed(at=self.now)

    def _answered(self, step: _Outside) -> AnyFact:
        now, person_id = self.now, step.person_id
        if isinstance(step, AskRegister):
            answer = self._world.register()
            if answer is None:
                return PartyGaveUp(at=now, person_id=person_id, party=Party.REGISTER, step_id=step.step_id)
            told = answer, person_id
            since = self._told.setdefault(told, now)
            return RegisterAnswered(at=now, person_id=person_id, result=answer, step_id=step.step_id, since=since)
        if isinstance(step, SendInvitation):
            return self._invited(step)
        result = self._delivered(step)
        if result is None:
            return PartyGaveUp(at=now, person_id=person_id, party=_PARTIES[step.channel], step_id=step.step_id)
        return AttemptMade(at=now, person_id=person_id, step_id=step.step_id, channel=step.channel, result=result)

    def _invited(self, step: SendInvitation) -> InvitationSent:
        result = self._ledger.get(step.step_id) or self._world.message() or AttemptResult.UNKNOWN
        if result in _BOOKED:
            self._ledger[step.step_id] = result
        told = step.model_dump(exclude={"kind"})
        return InvitationSent(at=self.now, result=result, given_up=result is AttemptResult.UNKNOWN, **told)

    def _delivered(self, step: SendMessage) -> AttemptResult | None:
        """A message is booked under its step: a second try answers what the first one did."""
        if step.step_id in self._ledger:
            return self._ledger[step.step_id]
        result = self._world.message()
        if result in _BOOKED:
            self._ledger[step.step_id] = result
            self.sent.append(step)
        return result
