"""The journeys whose histories are recorded. A new one is a function here and its name in `JOURNEYS`.

The first sentence of a journey's docstring stands in the table of the recorded histories. A journey may stop at any
point: workflows that still run leave histories that end in the middle, as they do when a release comes.
"""

from collections.abc import Awaitable, Callable, Mapping

from models.codes import (
    AttemptResult,
    HelpKind,
    LifeEvent,
    Outcome,
    Party,
    RegisterResult,
    Role,
    Standing,
    TaskKind,
    Trait,
)
from models.commands import (
    CheckAddress,
    CheckIdentity,
    CheckMail,
    ClaimCase,
    HoldFirstConversation,
    JudgeThreat,
    LogCall,
    MakeCallback,
    RecordOutcome,
    RecordTrait,
    ReleaseHold,
    ReportLifeEvent,
    SetHold,
)
from simulation.deliveries import LICHTKRACHT, WOONSTEE
from simulation.desk import SAMIRA
from tests.builders import at
from tests.replay.play import Play
from workflows.client import Ending

Journey = Callable[[Play], Awaitable[None]]


async def never_reached(play: Play) -> None:
    """The whole plan without an answer, until everything is erased; the last call is pressed twice.

    On the way the case is asked to publish itself again, and a row that nobody could read is swept away.
    """
    await play.is_reported(WOONSTEE, unreadable=1)
    await play.passes("2025-04-17 14:00")
    await play.presses(LogCall, result=AttemptResult.NO_ANSWER)
    await play.passes("2025-04-23 18:30")
    await play.presses(LogCall, result=AttemptResult.VOICEMAIL)
    await play.passes("2025-04-25 09:30")
    await play.presses(LogCall, result=AttemptResult.NO_ANSWER, times=2)
    await play.passes("2025-04-29 09:05")
    await play.is_reconciled("2025-05-08 00:10")
    await play.passes("2025-05-08 00:15")
    await play.partner_hears(WOONSTEE, "2025-05-08 06:00")
    await play.is_swept("2025-05-20 03:00")
    await play.is_reviewed("2025-06-01 05:00")
    await play.passes("2025-10-16 12:00")


async def reached_and_helped_later(play: Play) -> None:
    """Help is agreed on the telephone, the first conversation comes late, and five years of keeping begin."""
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-17 14:00")
    await play.presses(ClaimCase)
    await play.presses(LogCall, result=AttemptResult.CONVERSATION)
    await play.presses(
        RecordOutcome,
        times=2,
        outcome=Outcome.FURTHER_HELP_FINANCIAL,
        engaged=True,
        help_kind=HelpKind.DEBT_COUNSELLING,
        agreed_at=at("2025-04-17 14:00"),
        within_30_days=False,
    )
    await play.passes("2025-05-19 10:00")
    held = at("2025-05-19 09:00")
    await play.presses(HoldFirstConversation, conversation_at=held, started_at=held)
    await play.partner_hears(WOONSTEE, "2025-05-20 06:00")


async def register_down(play: Play) -> None:
    """The register is away past its budget, a caseworker checks who it is, and the contact plan is under way."""
    play.breaks(Party.REGISTER, "http-503")
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-17 10:00")
    play.heals(Party.REGISTER)
    await play.presses(CheckIdentity, standing=Standing.CONFIRMED)


async def died(play: Play) -> None:
    """The register says that the resident died, so the case ends by itself and is erased."""
    play.register_says(RegisterResult.DIED)
    await play.is_reported(WOONSTEE)
    await play.partner_hears(WOONSTEE, "2025-04-16 06:00")
    await play.passes("2025-10-16 12:00")


async def mail_unknown(play: Play) -> None:
    """Nobody knows whether the first mail went, a caseworker finds out, and the resident has paid already."""
    play.breaks(Party.MAIL, "drop-after-data")
    await play.is_reported(WOONSTEE)
    play.heals(Party.MAIL)
    await play.passes("2025-04-15 15:00")
    task = play.state.task(TaskKind.CHECK_MAIL)
    assert task is not None
    await play.presses(CheckMail, step_id=task.step_id, sent=True)
    await play.passes("2025-04-17 14:00")
    await play.presses(LogCall, result=AttemptResult.CONVERSATION)
    await play.presses(RecordOutcome, outcome=Outcome.PAID_OR_ARRANGED)
    await play.partner_hears(WOONSTEE, "2025-04-18 06:00")


async def mail_came_back(play: Play) -> None:
    """The first mail comes back days later, nobody has another address, and the plan goes on."""
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-16 10:00")
    await play.mail_comes_back("2025-04-16 10:05", code="5.1.1")
    assert play.state.task(TaskKind.CHECK_ADDRESS) is not None
    await play.presses(CheckAddress, found=False)
    await play.passes("2025-04-17 14:00")


async def rerouted(play: Play) -> None:
    """The route is chosen again and again: an entrepreneur, an end of supply, a threat that was none; it goes on."""
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-17 14:00")
    await play.presses(LogCall, result=AttemptResult.NO_ANSWER)
    await play.presses(RecordTrait, trait=Trait.ENTREPRENEUR, applies=True)
    await play.is_reported(LICHTKRACHT, "2025-04-18 10:00", einde_levering="2025-05-16")
    await play.presses(JudgeThreat, threatening=True)
    await play.presses(JudgeThreat, threatening=False)
    await play.passes("2025-04-24 09:30")


async def joined_and_held(play: Play) -> None:
    """A second partner's signal joins, a supervisor puts erasure off, and past its date she lets it go on."""
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-16 10:00")
    await play.is_reported(LICHTKRACHT, "2025-04-16 10:00")
    await play.presses(SetHold, role=Role.SUPERVISOR, until=at("2026-01-15 09:00"), times=2)
    await play.passes("2025-04-17 14:00")
    await play.presses(LogCall, result=AttemptResult.CONVERSATION)
    await play.presses(RecordOutcome, outcome=Outcome.SETTLES_IT_HIMSELF)
    await play.partner_hears(WOONSTEE, "2025-04-18 06:00")
    await play.partner_hears(LICHTKRACHT, "2025-04-18 06:00")
    await play.passes("2025-10-20 09:00")
    await play.presses(ReleaseHold, role=Role.SUPERVISOR)


async def called_back(play: Play) -> None:
    """A callback is agreed, the resident is told and reminded, and it is missed; a letter goes with a print round.

    Nothing here names the appointment: its id follows from that of a press, and recorded presses have other ids.
    """
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-17 14:00")
    await play.presses(LogCall, result=AttemptResult.CONVERSATION)
    await play.presses(MakeCallback, due_at=at("2025-04-23 10:00"), with_staff=SAMIRA)
    await play.passes("2025-04-23 10:01")
    await play.presses(LogCall, result=AttemptResult.NO_ANSWER)
    for moment in ("2025-04-28 09:30", "2025-04-30 18:30"):
        await play.passes(moment)
        await play.presses(LogCall, result=AttemptResult.NO_ANSWER)
    await play.passes("2025-05-06 12:00")
    await play.prints("2025-05-06 14:00")


async def refused(play: Play) -> None:
    """One command is refused before it is written down, another after it, because a colleague was quicker."""
    await play.is_reported(WOONSTEE)
    await play.presses(RecordOutcome, outcome=Outcome.NO_RESPONSE_AFTER_CONTACT, ending=Ending.REFUSED)
    one, other = (play.command(SetHold, role=Role.SUPERVISOR, until=at(f"2026-0{month}-01 09:00")) for month in (1, 2))
    await play.presses_at_once(one, other)


async def taken_over(play: Play) -> None:
    """A running case comes from another system with a mail and a call, and goes on with its second call."""
    await play.is_taken_over(
        WOONSTEE,
        received="2025-04-07",
        attempts="2025-04-08 mail verstuurd | 2025-04-11 10:15 telefoon niet opgenomen",
    )
    await play.passes("2025-04-16 13:05")
    await play.presses(LogCall, result=AttemptResult.NO_ANSWER)
    await play.passes("2025-04-17 09:05")


async def called_off(play: Play) -> None:
    """A mail that cannot leave is called off, because the resident died, and looked up before the case goes on."""
    play.breaks(Party.MAIL, "down")
    await play.is_reported(WOONSTEE)
    await play.passes("2025-04-15 10:00")
    await play.presses(ReportLifeEvent, event=LifeEvent.DIED)
    play.heals(Party.MAIL)
    await play.passes("2025-04-15 11:00")
    assert play.state.attempts == ()


async def supervisors_told(play: Play) -> None:
    """Supervisors get the mail with the counts of the day."""
    await play.is_reported(WOONSTEE)
    await play.supervisors_are_told("2025-04-16 07:30")


async def asked_before_erased(play: Play) -> None:
    """The resident died; the lists of what is going to be erased are made, and the run of the erasure asks for them."""
    play.register_says(RegisterResult.DIED)
    await play.is_reported(WOONSTEE)
    await play.partner_hears(WOONSTEE, "2025-04-16 06:00")
    await play.lists_are_made("2025-10-01 05:30")
    await play.passes("2025-10-16 12:00")


JOURNEYS: Mapping[str, Journey] = {
    "never-reached": never_reached,
    "reached-and-helped-later": reached_and_helped_later,
    "register-down": register_down,
    "died": died,
    "mail-unknown": mail_unknown,
    "mail-came-back": mail_came_back,
    "joined-and-held": joined_and_held,
    "rerouted": rerouted,
    "called-back": called_back,
    "refused": refused,
    "taken-over": taken_over,
    "called-off": called_off,
    "supervisors-told": supervisors_told,
    "asked-before-erased": asked_before_erased,
}
