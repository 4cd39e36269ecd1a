"""What caseworkers do with the marked people: one short journey for each way in which a case can end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from models.codes import AttemptResult, HelpKind, Outcome, RegisterResult, Role, Standing
from models.commands import (
    AnyCommand,
    CheckIdentity,
    HoldFirstConversation,
    LogCall,
    RecordOutcome,
    ReleaseHold,
    SetHold,
)
from models.ids import CaseId, CommandId, PersonId, StaffId, fresh
from simulation.installation import Installation
from tests.canary.marks import Marked, marked
from tests.web.browser import Browser
from workflows.client import Ending

_WORKER = StaffId("samira")
_SUPERVISOR = StaffId("hanna")


@dataclass(frozen=True)
class Desk:
    """A caseworker with one case before them, who writes marked notes with everything."""

    town: Installation
    browser: Browser
    somebody: Marked
    case: CaseId

    @property
    def person(self) -> PersonId:
        return self.town.state(self.case).resident

    async def tell(self, command: AnyCommand, *, ending: Ending = Ending.OBEYED) -> None:
        answer = await self.town.press(self.case, command, note=self.somebody.note)
        assert answer.ending is ending, answer.sentence

    async def calls(self, result: AttemptResult) -> None:
        await self.tell(
            LogCall(command_id=_id(), by=_WORKER, role=Role.CASEWORKER, person_id=self.person, result=result)
        )

    def outcome(self, outcome: Outcome) -> RecordOutcome:
        return RecordOutcome(command_id=_id(), by=_WORKER, role=Role.CASEWORKER, person_id=self.person, outcome=outcome)

    async def ends(self, outcome: Outcome) -> None:
        await self.tell(self.outcome(outcome))


Script = Callable[[Desk], Awaitable[None]]


@dataclass(frozen=True)
class Journey:
    """Somebody, what is done with their case, and whether it is still kept when the others are erased."""

    somebody: Marked
    script: Script
    kept: bool = False
    without_register: bool = False
    """Taken in while the register refuses us."""


async def settles(desk: Desk) -> None:
    """Through the pages, with everything refused on the way that can be."""
    page = f"/zaak/{desk.case}"
    await desk.tell(desk.outcome(Outcome.NO_RESPONSE_AFTER_CONTACT), ending=Ending.REFUSED)
    refused = await desk.browser.press(page, "record_outcome", outcome="DIT " + desk.somebody.note)
    assert refused.status_code == 422
    pressed = await desk.browser.press(page, "log_call", result="conversation", called_at="", note=desk.somebody.note)
    assert pressed.headers["location"].startswith(f"{page}?vastgelegd="), pressed.headers["location"]
    assert desk.somebody.note in (await desk.browser.get(page)).text
    await desk.ends(Outcome.SETTLES_IT_HIMSELF)
    await desk.tell(desk.outcome(Outcome.DIED), ending=Ending.REFUSED)


async def ends_by_itself(desk: Desk) -> None:
    """The register says that nobody is there to be helped."""


async def is_helped(desk: Desk) -> None:
    await desk.calls(AttemptResult.CONVERSATION)
    helped = {
        "engaged": True,
        "help_kind": HelpKind.QUICK_FIX,
        "agreed_at": desk.town.begins,
        "conversation_at": desk.town.begins,
        "within_30_days": True,
    }
    await desk.tell(desk.outcome(Outcome.ADVICE_OR_QUICK_FIX).model_copy(update=helped))


async def is_helped_later(desk: Desk) -> None:
    await desk.calls(AttemptResult.CONVERSATION)
    agreed = {
        "engaged": True,
        "help_kind": HelpKind.DEBT_COUNSELLING,
        "agreed_at": desk.town.begins,
        "within_30_days": False,
    }
    await desk.tell(desk.outcome(Outcome.FURTHER_HELP_FINANCIAL).model_copy(update=agreed))
    await desk.tell(
        HoldFirstConversation(
            command_id=_id(),
            by=_WORKER,
            role=Role.CASEWORKER,
            person_id=desk.person,
            conversation_at=desk.town.begins,
            started_at=desk.town.begins,
        )
    )


async def is_checked(desk: Desk) -> None:
    """The register knows nothing, so a caseworker looks; then as usual."""
    await desk.tell(
        CheckIdentity(
            command_id=_id(), by=_WORKER, role=Role.CASEWORKER, person_id=desk.person, standing=Standing.CONFIRMED
        )
    )
    await desk.town.travel(desk.case, desk.town.begins + timedelta(hours=2))
    await is_helped(desk)


async def is_never_reached(desk: Desk) -> None:
    for result in (AttemptResult.VOICEMAIL, AttemptResult.NO_ANSWER, AttemptResult.WRONG_PERSON):
        await desk.calls(result)
    await desk.ends(Outcome.NEVER_REACHED)


async def is_never_reached_and_nobody_says_so(desk: Desk) -> None:
    """The plan comes to its end."""
    await desk.calls(AttemptResult.VOICEMAIL)
    await desk.calls(AttemptResult.NO_ANSWER)
    await desk.calls(AttemptResult.HUNG_UP)
    await desk.town.travel(desk.case, desk.town.begins + timedelta(days=21))


async def has_paid(desk: Desk) -> None:
    await desk.calls(AttemptResult.CONVERSATION)
    await desk.ends(Outcome.PAID_OR_ARRANGED)


async def is_not_picked_up(desk: Desk) -> None:
    await desk.ends(Outcome.NOT_PICKED_UP_OTHER)


async def is_held(desk: Desk) -> None:
    """A supervisor puts erasure off and lets it go on."""
    origin = {"by": _SUPERVISOR, "role": Role.SUPERVISOR}
    until = desk.town.begins + timedelta(days=400)
    await desk.tell(SetHold.model_validate({**origin, "command_id": _id(), "until": until}))
    await desk.tell(ReleaseHold.model_validate({**origin, "command_id": _id()}))
    await has_paid(desk)


FEW = (
    Journey(marked(0), settles),
    Journey(marked(1, RegisterResult.DIED), ends_by_itself),
    Journey(marked(2), is_checked, kept=True, without_register=True),
)
"""The first is delivered by two partners; the kept one comes back while its partner is being told."""

_WAYS: tuple[tuple[Script, RegisterResult, bool], ...] = (
    (is_never_reached, RegisterResult.FOUND, False),
    (is_helped, RegisterResult.FOUND, False),
    (is_held, RegisterResult.FOUND, False),
    (ends_by_itself, RegisterResult.NOT_A_RESIDENT, False),
    (has_paid, RegisterResult.FOUND, True),
    (is_checked, RegisterResult.NOT_FOUND, False),
    (is_not_picked_up, RegisterResult.FOUND, False),
    (is_helped_later, RegisterResult.FOUND, False),
    (is_never_reached_and_nobody_says_so, RegisterResult.FOUND, False),
    (settles, RegisterResult.FOUND, False),
)


def many(count: int) -> tuple[Journey, ...]:
    """The few, and more of every kind; of some the mail is refused, and some are kept."""
    more = []
    for number in range(len(FEW), count):
        script, situation, refused = _WAYS[number % len(_WAYS)]
        somebody = marked(number, situation, mail_refused=refused)
        more.append(Journey(somebody, script, kept=number % 7 == 0))
    return (*FEW, *more)


def _id() -> CommandId:
    return CommandId(fresh())
