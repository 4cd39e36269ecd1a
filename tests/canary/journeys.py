"""What caseworkers do with the marked people: one short journey for each way in which a case can end."""

from dataclasses import dataclass
from datetime import timedelta

from models.codes import AttemptResult, HelpKind, NotPickedUpReason, Outcome, PassOnChannel, RegisterResult, Standing
from models.commands import CheckIdentity, CheckQuickFix, HoldFirstConversation, OfferToSurvivors, PassOn, StartHelp
from models.values import MunicipalityCode
from tests.canary.desk import Desk, Script
from tests.canary.life import lives_through_everything
from tests.canary.marks import Marked, marked
from workflows.client import Ending


@dataclass(frozen=True)
class Journey:
    """Somebody, what is done with their case, and whether it is still kept when the others are erased."""

    somebody: Marked
    script: Script
    kept: bool = False
    without_register: bool = False
    """Taken in while the register refuses us."""
    whole_life: bool = False
    """Whether it is `lives_through_everything`, in which more becomes known of somebody and a case is merged."""


async def settles(desk: Desk) -> None:
    """Through the pages, with everything refused on the way that can be."""
    page = f"/zaak/{desk.case}"
    claimed = await desk.browser.press(page, "claim_case", note=desk.somebody.note)
    assert claimed.headers["location"].startswith(f"{page}?vastgelegd="), claimed.headers["location"]
    await desk.checks_mail()
    await desk.tell(desk.outcome(Outcome.NO_RESPONSE_AFTER_CONTACT), ending=Ending.REFUSED)
    refused = await desk.browser.press(page, "record_outcome", outcome="DIT " + desk.somebody.note)
    assert refused.status_code == 422
    pressed = await desk.browser.press(page, "log_call", result="conversation", called_at="", note=desk.somebody.note)
    assert pressed.headers["location"].startswith(f"{page}?vastgelegd="), pressed.headers["location"]
    assert desk.somebody.note in (await desk.browser.get(page)).text
    await desk.ends(Outcome.SETTLES_IT_HIMSELF)
    await desk.tell(desk.outcome(Outcome.DIED), ending=Ending.REFUSED)


async def ends_by_itself(desk: Desk) -> None:
    """The register says that nobody is there to be helped; a supervisor looks at how long that is kept."""
    if desk.somebody.person.situation is RegisterResult.DIED:
        await desk.does(OfferToSurvivors)
    else:
        await desk.does(PassOn, channel=PassOnChannel.PHONE, to=MunicipalityCode("9902"))
    await desk.puts_off()


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
    await desk.does(CheckQuickFix, solved=True)


async def is_helped_later(desk: Desk) -> None:
    await desk.calls(AttemptResult.CONVERSATION)
    agreed = {
        "engaged": True,
        "help_kind": HelpKind.DEBT_COUNSELLING,
        "agreed_at": desk.town.begins,
        "within_30_days": False,
    }
    await desk.tell(desk.outcome(Outcome.FURTHER_HELP_FINANCIAL).model_copy(update=agreed))
    await desk.does(HoldFirstConversation, conversation_at=desk.town.begins)
    await desk.does(StartHelp, started_at=desk.town.begins)


async def is_checked(desk: Desk) -> None:
    """The register knows nothing, so a caseworker looks; a mail comes back; then as usual."""
    await desk.does(CheckIdentity, standing=Standing.CONFIRMED)
    await desk.town.travel(desk.case, desk.town.begins + timedelta(hours=5))
    await desk.mail_comes_back()
    await is_helped_later(desk)


async def is_never_reached(desk: Desk) -> None:
    for result in (AttemptResult.VOICEMAIL, AttemptResult.NO_ANSWER, AttemptResult.WRONG_PERSON):
        await desk.calls(result)
    await desk.ends(Outcome.NEVER_REACHED)


async def is_never_reached_and_nobody_says_so(desk: Desk) -> None:
    """The plan comes to its end."""
    await desk.checks_mail()
    await desk.calls(AttemptResult.VOICEMAIL)
    await desk.calls(AttemptResult.NO_ANSWER)
    await desk.calls(AttemptResult.HUNG_UP)
    await desk.town.travel(desk.case, desk.town.begins + timedelta(days=21))


async def has_paid(desk: Desk) -> None:
    await desk.calls(AttemptResult.CONVERSATION)
    await desk.ends(Outcome.PAID_OR_ARRANGED)


async def is_not_picked_up(desk: Desk) -> None:
    refused = {"reason": NotPickedUpReason.NO_CAPACITY}
    await desk.tell(desk.outcome(Outcome.NOT_PICKED_UP_OTHER).model_copy(update=refused))


async def is_held(desk: Desk) -> None:
    """Erasure is put off, and goes on."""
    await desk.puts_off()
    await has_paid(desk)


FEW = (
    Journey(marked(0), settles),
    Journey(marked(1, RegisterResult.DIED), ends_by_itself),
    Journey(marked(2), is_checked, kept=True, without_register=True),
    Journey(marked(3), lives_through_everything, whole_life=True),
)
"""The first and the last are delivered by two partners; the kept one comes back while its partner is being told."""


@dataclass(frozen=True)
class _Way:
    """How one of the many fares."""

    script: Script
    situation: RegisterResult = RegisterResult.FOUND
    mail_refused: bool = False
    without_register: bool = False


# What is not picked up is soon erased: those ways are not at a place where somebody is kept (see `_one_of_many`).
_WAYS = (
    _Way(is_never_reached),
    _Way(is_not_picked_up),
    _Way(is_held),
    _Way(has_paid, mail_refused=True),
    _Way(ends_by_itself, RegisterResult.NOT_A_RESIDENT),
    _Way(is_checked, RegisterResult.NOT_FOUND),
    _Way(is_checked, without_register=True),
    _Way(is_helped_later),
    _Way(is_helped),
    _Way(is_never_reached_and_nobody_says_so),
    _Way(settles),
)


def many(count: int) -> tuple[Journey, ...]:
    """The few, and more of every kind; some are kept."""
    return (*FEW, *(_one_of_many(number) for number in range(len(FEW), count)))


def _one_of_many(number: int) -> Journey:
    way = _WAYS[number % len(_WAYS)]
    somebody = marked(number, way.situation, mail_refused=way.mail_refused)
    return Journey(somebody, way.script, kept=number % 7 == 0, without_register=way.without_register)
