"""What caseworkers do with the marked people: one short journey for each way in which a case can end."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle

from models.codes import (
    AttemptResult,
    Channel,
    HelpKind,
    NotPickedUpReason,
    Outcome,
    OutcomeClass,
    PassOnChannel,
    Phase,
    ReferralParty,
    RegisterResult,
    Role,
    Standing,
    TaskKind,
)
from models.commands import (
    AnswerReferral,
    Approve,
    CheckIdentity,
    CheckQuickFix,
    DecideObjection,
    EndReferral,
    HoldFirstConversation,
    LogAttempt,
    LogVisit,
    MakeCallback,
    MergeCase,
    OfferToSurvivors,
    PassOn,
    RecordObjection,
    Refer,
    SplitSignal,
    StartHelp,
    StartReferral,
    WriteByHand,
)
from models.values import MunicipalityCode
from policy.outcomes import HELP_OUTCOMES
from policy.reasons import reasons_of
from tests.builders import the_terms
from tests.canary.desk import JORIS, NOAH, SAMIRA, Desk, Script
from tests.canary.life import lives_through_everything, split_off
from tests.canary.marks import Marked, marked
from workflows.client import Ending

_STEPS_OF_A_PLAN = 30
"""More than any has, waiting included."""


@dataclass(frozen=True)
class Journey:
    """Somebody, what is done with their case, and whether it is still kept when the others are erased."""

    somebody: Marked
    script: Script
    kept: bool = False
    without_register: bool = False
    """Taken in while the register refuses us."""
    twice: bool = False
    """Whether two partners report them."""
    merges: bool = False
    """Whether a signal gets a case of its own, which is merged again."""
    whole_life: bool = False
    """Whether it is `lives_through_everything`, in which more becomes known of somebody."""


async def settles(desk: Desk) -> None:
    """Through the pages, with everything refused on the way that can be."""
    page = f"/zaak/{desk.case}"
    await desk.presses("claim_case")
    await desk.checks_mail()
    await desk.tell(desk.outcome(Outcome.NO_RESPONSE_AFTER_CONTACT), ending=Ending.REFUSED)
    refused = await desk.browser.press(page, "record_outcome", outcome="DIT " + desk.somebody.note)
    assert refused.status_code == 422
    await desk.presses("log_call", result="conversation", called_at="")
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
    """The plan comes to its end, whatever it asks for on the way."""
    await desk.checks_mail()
    results = cycle((AttemptResult.VOICEMAIL, AttemptResult.NO_ANSWER, AttemptResult.HUNG_UP))
    for _ in range(_STEPS_OF_A_PLAN):
        if desk.state.phase is not Phase.CONTACT:
            return
        if desk.state.task(TaskKind.CALL) is not None:
            await desk.calls(next(results))
        elif desk.state.task(TaskKind.VISIT) is not None:
            await desk.does(LogVisit, result=AttemptResult.NOBODY_HOME, companion=JORIS)
        else:
            await desk.waits(timedelta(days=2))


async def has_paid(desk: Desk) -> None:
    await desk.calls(AttemptResult.CONVERSATION)
    await desk.ends(Outcome.PAID_OR_ARRANGED)


async def is_not_picked_up(desk: Desk) -> None:
    refused = {"reason": NotPickedUpReason.NO_CAPACITY}
    await desk.tell(desk.outcome(Outcome.NOT_PICKED_UP_OTHER).model_copy(update=refused))


def ends_as(outcome: Outcome) -> Script:
    """Spoken with, and recorded as this with whatever its form asks; by two people where one may not."""

    async def script(desk: Desk) -> None:
        await desk.calls(AttemptResult.CONVERSATION)
        reason = next(iter(reasons_of(outcome)), None)
        answers = {"reason": reason} | (_helped(desk, outcome) if outcome in HELP_OUTCOMES else {})
        await desk.tell(desk.outcome(outcome).model_copy(update=answers))
        for proposal in desk.state.proposals:
            await desk.as_(JORIS).does(Approve, proposal_id=proposal.proposal_id, agreed=True)
        if desk.state.task(TaskKind.CHECK_QUICK_FIX) is not None:
            await desk.does(CheckQuickFix, solved=True)

    script.__name__ = f"ends_as_{outcome.name.lower()}"
    return script


def _helped(desk: Desk, outcome: Outcome) -> dict[str, object]:
    """Help that was agreed, talked about and begun at once."""
    quick, began = outcome is Outcome.ADVICE_OR_QUICK_FIX, desk.town.begins
    return {
        "engaged": True,
        "help_kind": HelpKind.QUICK_FIX if quick else HelpKind.DEBT_COUNSELLING,
        "agreed_at": began,
        "conversation_at": began,
        "started_at": began,
        "within_30_days": quick,
    }


async def objects(desk: Desk) -> None:
    """And is heeded: nobody seeks contact any more."""
    await desk.does(RecordObjection)
    await desk.does(DecideObjection, upheld=True)


async def asks_to_be_called(desk: Desk) -> None:
    """And is, at the moment that was agreed."""
    await desk.calls(AttemptResult.CONVERSATION)
    due_at = await desk.now() + timedelta(days=1, minutes=20 * desk.somebody.number)
    await desk.does(MakeCallback, due_at=due_at, with_staff=SAMIRA)
    await desk.town.travel(desk.case, due_at)
    await desk.calls(AttemptResult.CONVERSATION)
    await desk.ends(Outcome.SETTLES_IT_HIMSELF)


async def is_visited(desk: Desk) -> None:
    """At the door; nobody opens, and a card is left."""
    await desk.checks_mail()
    await desk.does(LogVisit, result=AttemptResult.NOBODY_HOME, companion=JORIS)
    await desk.does(LogAttempt, channel=Channel.CARD, result=AttemptResult.CARD_LEFT)
    await is_never_reached(desk)


async def is_written_to_by_hand(desk: Desk) -> None:
    await desk.checks_mail()
    # Not so soon after the first message.
    await desk.waits(timedelta(days=4))
    # Whoever's partner asked for a call is called first.
    if not any(signal.warm_handover for signal in desk.state.signals):
        await desk.does(WriteByHand, channel=Channel.LETTER)
    await desk.waits(timedelta(hours=1))
    await has_paid(desk)


async def is_referred(desk: Desk) -> None:
    """To somebody who takes it and begins."""
    await desk.calls(AttemptResult.CONVERSATION)
    await desk.does(Refer, party=ReferralParty.YOUTH_WORKER, consent=True)
    party, referral = desk.as_(NOAH, Role.REFERRAL_PARTY), desk.state.referrals[-1].referral_id
    await party.does(AnswerReferral, referral_id=referral, accepted=True)
    await party.does(StartReferral, referral_id=referral, started_at=desk.town.begins)
    await party.does(EndReferral, referral_id=referral)
    await desk.ends(Outcome.SETTLES_IT_HIMSELF)


async def is_split_and_merged(desk: Desk) -> None:
    """Its second signal gets a case of its own and comes back."""
    other = split_off(desk)
    await desk.does_what_takes_long(SplitSignal, signal_id=desk.state.signals[-1].signal_id, wrong_person_told=False)
    await desk.at(other).does_what_takes_long(MergeCase, into=desk.case)
    await has_paid(desk)


async def is_held(desk: Desk) -> None:
    """Erasure is put off, and goes on."""
    await desk.puts_off()
    await has_paid(desk)


FEW = (
    Journey(marked(0), settles, twice=True),
    Journey(marked(1, RegisterResult.DIED), ends_by_itself),
    Journey(marked(2), is_checked, kept=True, without_register=True),
    Journey(marked(3), lives_through_everything, twice=True, merges=True, whole_life=True),
)
"""The first and the last are delivered by two partners; the kept one comes back while its partner is being told."""


ELSEWHERE = frozenset({Outcome.FURTHER_HELP})
"""Comes with cases of other systems alone; no form takes it."""
BY_FORM = tuple(
    outcome
    for outcome in Outcome
    if outcome not in ELSEWHERE | {Outcome.DIED, Outcome.NOT_A_RESIDENT, Outcome.NEVER_REACHED}
)
"""What is recorded after a conversation; a new outcome is one of them."""
_SOON_ERASED = frozenset(
    outcome
    for rule in the_terms().retention
    if rule.outcome_class is OutcomeClass.NOT_PICKED_UP
    for outcome in rule.outcomes
)


@dataclass(frozen=True)
class _Way:
    """How one of the many fares."""

    script: Script
    situation: RegisterResult = RegisterResult.FOUND
    mail_refused: bool = False
    without_register: bool = False
    twice: bool = False
    """Whether a second partner reports them too."""
    keeps: bool = True
    """Whether they may be kept when others are erased: what is not picked up is soon erased."""


_WAYS = (
    _Way(is_never_reached),
    _Way(is_not_picked_up, keeps=False),
    _Way(is_held),
    _Way(has_paid, mail_refused=True),
    _Way(ends_by_itself, RegisterResult.NOT_A_RESIDENT, keeps=False),
    _Way(ends_by_itself, RegisterResult.DIED, keeps=False),
    _Way(is_checked, RegisterResult.NOT_FOUND),
    _Way(is_checked, without_register=True),
    _Way(is_helped_later),
    _Way(is_helped),
    _Way(is_never_reached_and_nobody_says_so),
    _Way(settles),
    _Way(objects, keeps=False),
    _Way(asks_to_be_called),
    _Way(is_visited),
    _Way(is_written_to_by_hand),
    _Way(is_referred),
    _Way(is_split_and_merged, twice=True),
    *(_Way(ends_as(outcome), keeps=outcome not in _SOON_ERASED) for outcome in BY_FORM),
)


def many(count: int) -> tuple[Journey, ...]:
    """The few, and more of every kind; some are kept."""
    return (*FEW, *(_one_of_many(number) for number in range(len(FEW), count)))


def _one_of_many(number: int) -> Journey:
    way = _WAYS[number % len(_WAYS)]
    somebody = marked(number, way.situation, mail_refused=way.mail_refused)
    return Journey(
        somebody,
        way.script,
        kept=way.keeps and number % 7 == 0,
        without_register=way.without_register,
        twice=way.twice,
        merges=way.script is is_split_and_merged,
    )
