"""Journeys that practitioners told, played with the production workflows on a clock that is moved, in 2025.

30 March 2025 is a Sunday and the day on which the clock goes forward.
"""

import dataclasses
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from config import Settings
from models.codes import AttemptResult, Channel, HelpKind, Outcome
from models.commands import (
    CheckQuickFix,
    ContinueContact,
    LogCall,
    LogIncoming,
    MakeCallback,
    RecordOutcome,
)
from policy.calendar import at_local, local
from simulation.deliveries import WOONSTEE, ZORGGOED, SyntheticPartner, row_of
from simulation.desk import SAMIRA, Desk
from simulation.installation import Installation
from simulation.people import SyntheticPerson, population

_SENDER = {
    "name": "Gemeente Zonnedijk",
    "page": "https://zonnedijk.example/bericht",
    "phone": "010 123 45 00",
}
Play = Callable[[Desk], Awaitable[None]]


@dataclass(frozen=True)
class Scenario:
    """One journey: what is told of it, how it begins, and what people do in it until its outcome is known."""

    name: str
    told: str
    begins: str
    play: Play
    partner: SyntheticPartner = WOONSTEE
    birth_date: date = date(1981, 6, 12)
    policy: dict[str, Any] = dataclasses.field(default_factory=dict)
    """What this municipality does differently from the default."""

    @property
    def person(self) -> SyntheticPerson:
        """Somebody with a mailbox and a telephone, of the age that the journey is about."""
        somebody = next(
            one for one in population(seed=31, count=36) if one.email and one.phone and not one.mail_refused
        )
        return somebody.model_copy(update={"birth_date": self.birth_date})


@asynccontextmanager
async def opened(scenario: Scenario, folder: Path) -> AsyncIterator[Desk]:
    """An installation in which the scenario's signal was just taken in; ends with everything stopped."""
    begins = moment(scenario.begins)
    policies = _policies(folder, scenario.policy)
    installation = Installation(
        folder / "data", begins=begins, settings=lambda settings: dataclasses.replace(settings, policies=policies)
    )
    async with installation as town:
        town.world.add(scenario.person)
        row = row_of(
            random.Random(scenario.name),
            scenario.partner,
            scenario.person,
            reference=f"{scenario.partner.partner_id[:2].upper()}-2025-1",
            signal_date=local(begins).date() - timedelta(days=2),
        )
        await town.take_in(scenario.partner.name, [row | {"crisis": "nee", "warme_overdracht": "nee"}])
        [case] = town.cases()
        yield Desk(town, case)


async def tell_partner(desk: Desk, scenario: Scenario, at: datetime) -> None:
    """The partner's batch of that morning."""
    await desk.wait_until(at)
    await desk.town.feedback_batch(scenario.partner.partner_id, at)


async def forget(desk: Desk) -> None:
    """Lets the time pass until everything of the closed case is erased."""
    last = max(retention.due_at for retention in desk.state.retention)
    await desk.town.machine.quiet(desk.town.retention(desk.case))
    await desk.town.travel_retention(desk.case, last + timedelta(minutes=1))


def moment(text: str) -> datetime:
    """A wall-clock moment in the Netherlands: `moment("2025-03-30 10:00")`."""
    clock = datetime.fromisoformat(text)
    return at_local(clock.date(), clock.time())


# --- what people do -----------------------------------------------------------------------------------------------


async def _reached_and_then_silence(desk: Desk) -> None:
    await desk.press(
        moment("2025-04-08 14:10"),
        LogCall,
        result=AttemptResult.CONVERSATION,
        note="Bewoner wil er eerst met haar zus over praten.",
    )
    await desk.press(moment("2025-04-08 14:20"), ContinueContact)
    await _no_contact_any_more(desk)


async def _no_contact_any_more(desk: Desk) -> None:
    await desk.press(moment("2025-04-10 13:30"), LogCall, result=AttemptResult.NO_ANSWER)
    await desk.press(moment("2025-04-14 18:40"), LogCall, result=AttemptResult.VOICEMAIL)
    await desk.wait_until(moment("2025-04-25 00:30"))


async def _agrees_a_callback(desk: Desk) -> None:
    await desk.press(moment("2025-04-03 13:15"), LogCall, result=AttemptResult.VOICEMAIL)
    await desk.press(
        moment("2025-04-03 15:40"), LogIncoming, channel=Channel.CALL, note="Belt terug, staat nu in een winkel."
    )
    await desk.press(moment("2025-04-03 15:42"), MakeCallback, due_at=moment("2025-04-04 10:00"), with_staff=SAMIRA)


async def _keeps_the_callback(desk: Desk) -> None:
    await _agrees_a_callback(desk)
    await desk.press(moment("2025-04-04 10:01"), LogCall, result=AttemptResult.CONVERSATION)
    await desk.press(
        moment("2025-04-04 10:25"),
        RecordOutcome,
        outcome=Outcome.ADVICE_OR_QUICK_FIX,
        engaged=True,
        help_kind=HelpKind.PAYMENT_PLAN,
        agreed_at=moment("2025-04-04 10:20"),
        conversation_at=moment("2025-04-04 10:01"),
        within_30_days=True,
        note="Samen een regeling in drie termijnen aangevraagd.",
    )


async def _misses_the_callback(desk: Desk) -> None:
    await _agrees_a_callback(desk)
    await desk.press(moment("2025-04-04 10:03"), LogCall, result=AttemptResult.NO_ANSWER)
    await desk.press(moment("2025-04-08 18:30"), LogCall, result=AttemptResult.VOICEMAIL)
    await desk.press(moment("2025-04-10 09:20"), LogCall, result=AttemptResult.NO_ANSWER)
    await desk.wait_until(moment("2025-04-23 00:30"))


async def _all_of_it(desk: Desk) -> None:
    await _agrees_a_callback(desk)
    await desk.press(moment("2025-04-04 10:03"), LogCall, result=AttemptResult.NO_ANSWER)
    await _reached_and_then_silence(desk)


async def _settles_it_with_the_insurer(desk: Desk) -> None:
    young = desk.as_youth_worker()
    await young.press(
        moment("2025-05-16 13:20"),
        LogCall,
        result=AttemptResult.CONVERSATION,
        note="Gewezen op de achterstand. Gaat het zelf met de zorgverzekeraar regelen.",
    )
    await young.press(moment("2025-05-16 13:35"), RecordOutcome, outcome=Outcome.SETTLES_IT_HIMSELF)


async def is_solved(desk: Desk, at: datetime) -> None:
    """Thirty days after a quick fix somebody looks whether it worked."""
    await desk.press(at, CheckQuickFix, solved=True)


def _first_call_after(working_days: int) -> dict[str, Any]:
    rule = f"Beleid: {working_days} werkdagen na de mail bellen."
    return {"plans": {"standard": {"steps": {"call-1": {"wait": {"working_days": working_days, "rule": rule}}}}}}


J1A = Scenario(
    "J1a",
    "30-3 e-mail. 8-4 aan de telefoon bereikt. Daarna geen contact meer.",
    "2025-03-30 10:00",
    _reached_and_then_silence,
    policy=_first_call_after(7),
)
J1B_KEPT = Scenario(
    "J1b, afspraak nagekomen",
    "3-4 voicemail ingesproken. 3-4 inwoner belt, terugbelafspraak. 4-4 teruggebeld: hulp aangenomen.",
    "2025-04-01 09:00",
    _keeps_the_callback,
)
J1B_MISSED = Scenario(
    "J1b, afspraak gemist",
    "3-4 voicemail ingesproken. 3-4 inwoner belt, terugbelafspraak. 4-4 teruggebeld: niet opgenomen.",
    "2025-04-01 09:00",
    _misses_the_callback,
)
J1 = Scenario(
    "J1, als een zaak",
    "30-3 e-mail. 3-4 voicemail, inwoner belt, terugbelafspraak. 4-4 gemist. 8-4 bereikt. Daarna geen contact meer.",
    "2025-03-30 10:00",
    _all_of_it,
    policy=_first_call_after(4),
)
J2 = Scenario(
    "J2",
    "16-5 gebeld door een jongerenwerker, vanwege de leeftijd. Inwoner regelt het zelf met de zorgverzekeraar.",
    "2025-05-14 09:00",
    _settles_it_with_the_insurer,
    partner=ZORGGOED,
    birth_date=date(2004, 2, 29),
)
SCENARIOS = (J1A, J1B_KEPT, J1B_MISSED, J1, J2)


def _policies(folder: Path, differs: dict[str, Any]) -> Path:
    policies = folder / "policies"
    policies.mkdir(parents=True)
    shutil.copy(Settings().policies / "default.yaml", policies)
    own = yaml.safe_dump({"sender": _SENDER, **differs}, allow_unicode=True)
    (policies / "9901.yaml").write_text(own, encoding="utf-8")
    return policies
