"""Every route of the default policy, played to its end with nobody answering: each attempt and its day.

All begin on Monday 14 April 2025. The office is closed on Good Friday (18th), Easter Monday (21st) and, in this lustrum
year, Monday 5 May; King's Day is Saturday the 26th. Every day was counted by hand.
"""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import col, select

from adapters.registry import Partner
from models.case import CaseState
from models.codes import (
    AttemptResult,
    DeadlineKind,
    FeedbackCode,
    HelpKind,
    NotPickedUpReason,
    Outcome,
    PartnerType,
    Phase,
    Queue,
    RegisterResult,
    Role,
    Route,
    SignalChange,
    TaskKind,
    Trait,
)
from models.commands import ClaimCase, JudgeThreat, LogCall, LogVisit, RecordOutcome, RecordSignalChange, RecordTrait
from models.ids import CommandId, PartnerId, StaffId, fresh
from models.personal import Particulars
from models.tables import AttemptRow
from models.values import Euro
from policy.calendar import local
from simulation.deliveries import LICHTKRACHT, WOONSTEE, Row, SyntheticPartner, row_of
from simulation.desk import SAMIRA, Desk
from simulation.installation import Installation
from simulation.people import SyntheticPerson, population
from simulation.scenarios import moment
from tests.journeys.town import a_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

BEGINS = moment("2025-04-14 09:30")
CAK = SyntheticPartner(PartnerId("cak"), "CAK-lijst", PartnerType.CAK_HEALTH)
JORIS = StaffId("joris")
_A_MINUTE = timedelta(minutes=1)
_LONGEST = 20
"""More attempts than any plan has."""
NOBODY = "Definitief geen contact kunnen krijgen"


@dataclass
class Place:
    """The installation, and somebody new for each test."""

    town: Installation
    people: list[SyntheticPerson]
    numbers: "count[int]"

    async def signal(
        self, partner: SyntheticPartner = WOONSTEE, *, about: SyntheticPerson | None = None, **said: str
    ) -> Desk:
        """A case that begins with a signal of 640 euros about somebody of 43, unless something else is said."""
        before = set(self.town.cases())
        await self.deliver(partner, about or self.people.pop(), **said)
        [case] = set(self.town.cases()) - before
        return Desk(self.town, case)

    async def deliver(self, partner: SyntheticPartner, person: SyntheticPerson, **said: str) -> None:
        self.town.world.add(person)
        number = next(self.numbers)
        signalled = local(self.town.begins).date() - timedelta(days=2)
        row: Row = row_of(random.Random(number), partner, person, reference=f"R-{number}", signal_date=signalled)
        plain = {"crisis": "nee", "warme_overdracht": "nee", "bedrag": "640,00", "ondernemer": "nee"}
        await self.town.take_in(partner.name, [row | plain | said])


def residents() -> list[SyntheticPerson]:
    """People of 43 who live here and can be mailed and called."""
    return [
        one.model_copy(update={"birth_date": date(1981, 6, 12)})
        for one in population(seed=47, count=120)
        if one.email and one.phone and not one.mail_refused and one.situation is RegisterResult.FOUND and not one.secret
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with a_town(tmp_path_factory.mktemp("town"), begins=BEGINS) as town:
        town.stores.registry.ensure(partners=[Partner(CAK.partner_id, CAK.name, CAK.type)])
        yield Place(town, residents(), count(1))


async def nobody_answers(desk: Desk) -> CaseState:
    """Every attempt is made the minute it opens, and nobody is there, until the case ends by itself."""
    for _ in range(_LONGEST):
        state = desk.state
        if state.phase is not Phase.CONTACT:
            return state
        task = next((task for task in state.tasks if task.kind in (TaskKind.CALL, TaskKind.VISIT)), None)
        if task is None:
            due = min(
                deadline.due_at
                for kind in (DeadlineKind.PLAN_STEP, DeadlineKind.PLAN_END)
                if (deadline := state.deadline(kind)) is not None
            )
            await desk.wait_until(due + _A_MINUTE)
        elif task.kind is TaskKind.CALL:
            await desk.press(max(task.opens_at, await now(desk)) + _A_MINUTE, LogCall, result=AttemptResult.NO_ANSWER)
        else:
            made = max(task.opens_at, await now(desk)) + _A_MINUTE
            await desk.press(made, LogVisit, result=AttemptResult.NOBODY_HOME, companion=JORIS)
    raise AssertionError(f"the case does not end: {attempts(desk)}, {desk.state.tasks}, {desk.state.deadlines}")


async def now(desk: Desk) -> datetime:
    return await desk.town.now(desk.case)


def attempts(desk: Desk) -> list[str]:
    wanted = select(AttemptRow).where(AttemptRow.case_id == desk.case).order_by(col(AttemptRow.at))
    with desk.town.stores.database.read() as session:
        return [f"{local(row.at):%-d-%-m} {row.contact_kind} {row.daypart}" for row in session.exec(wanted)]


def ending(desk: Desk) -> tuple[str, str]:
    [result] = desk.state.outcomes
    return result.outcome, f"{local(result.at):%-d-%-m %H:%M}"


def route(desk: Desk) -> Route:
    terms = desk.state.terms
    assert terms is not None
    return terms.route


Begins = Callable[[Place], Awaitable[Desk]]


async def standard(place: Place) -> Desk:
    return await place.signal()


async def young_adult(place: Place) -> Desk:
    young = place.people.pop().model_copy(update={"birth_date": date(2004, 2, 29)})
    desk = await place.signal(about=young)
    assert [task.queue for task in desk.state.tasks] == [Queue.YOUTH_WORKERS]
    return desk


async def multiple(place: Place) -> Desk:
    person = place.people.pop()
    desk = await place.signal(about=person)
    await place.deliver(LICHTKRACHT, person)
    return desk


async def warm_handover(place: Place) -> Desk:
    return await place.signal(warme_overdracht="ja")


async def end_of_supply(place: Place) -> Desk:
    desk = await place.signal(LICHTKRACHT, einde_levering="2025-05-14")
    due = desk.state.deadline(DeadlineKind.END_OF_SUPPLY)
    assert due is not None
    assert f"{local(due.due_at):%-d-%-m %H:%M}" == "7-5 23:59"
    return desk


async def threatening(place: Place) -> Desk:
    return await place.signal(crisis="ja")


async def entrepreneur(place: Place) -> Desk:
    return await place.signal(ondernemer="ja")


async def low_amount(place: Place) -> Desk:
    return await place.signal(bedrag="149,99")


async def cak(place: Place) -> Desk:
    return await place.signal(CAK)


async def secret_address(place: Place) -> Desk:
    """The register says so, before anything is sent."""
    return await place.signal(about=place.people.pop().model_copy(update={"secret": True}))


STANDARD = [
    "14-4 Mail Ochtend",
    "16-4 Telefoon Middag",
    "22-4 Telefoon Avond",
    "24-4 Telefoon Ochtend",
    "28-4 Mail Ochtend",
]
URGENT = ["14-4 Telefoon Middag", "15-4 Huisbezoek Ochtend", "16-4 Telefoon Avond", "16-4 Brief Avond"]

SILENT: list[tuple[Begins, Route, list[str], str]] = [
    (standard, Route.STANDARD, STANDARD, "6-5 23:59"),
    (young_adult, Route.YOUNG_ADULT, STANDARD, "6-5 23:59"),
    (
        multiple,
        Route.MULTIPLE,
        [
            "14-4 Mail Ochtend",
            "14-4 Telefoon Middag",
            "16-4 Telefoon Avond",
            "16-4 Brief Avond",
            "25-4 Huisbezoek Ochtend",
            "29-4 Brief Ochtend",
        ],
        "7-5 23:59",
    ),
    (
        warm_handover,
        Route.WARM_HANDOVER,
        ["14-4 Telefoon Middag", "15-4 Telefoon Avond", "16-4 Telefoon Ochtend", "17-4 Brief Ochtend"],
        "28-4 23:59",
    ),
    (end_of_supply, Route.END_OF_SUPPLY, URGENT, "25-4 23:59"),
    (threatening, Route.THREATENING, URGENT, "25-4 23:59"),
    (entrepreneur, Route.ENTREPRENEUR, STANDARD, "6-5 23:59"),
    (low_amount, Route.LOW_AMOUNT, ["14-4 Mail Ochtend", "23-4 Brief Ochtend"], "30-4 23:59"),
    (cak, Route.CAK, ["14-4 Brief Ochtend", "23-4 Telefoon Middag", "30-4 Brief Ochtend"], "8-5 23:59"),
    (
        secret_address,
        Route.SECRET_ADDRESS,
        ["14-4 Telefoon Middag", "16-4 Telefoon Avond", "22-4 Mail Ochtend"],
        "29-4 23:59",
    ),
]


@pytest.mark.parametrize(("begins", "by", "made", "ended"), SILENT, ids=[case[1] for case in SILENT])
async def test_a_route_on_which_nobody_answers(
    place: Place, begins: Begins, by: Route, made: list[str], ended: str
) -> None:
    desk = await begins(place)
    assert route(desk) is by
    await nobody_answers(desk)
    assert attempts(desk) == made
    assert ending(desk) == (NOBODY, ended)


async def test_who_comes_back_keeps_the_colleague_who_knows_them(tmp_path: Path) -> None:
    person = residents()[0]
    async with a_town(tmp_path, begins=BEGINS) as town:
        first = await Place(town, [person], count(1)).signal()
        await first.press(moment("2025-04-14 10:00"), ClaimCase)
        await first.press(moment("2025-04-14 10:05"), LogCall, result=AttemptResult.CONVERSATION)
        await first.press(moment("2025-04-14 10:10"), RecordOutcome, outcome=Outcome.SETTLES_IT_HIMSELF)
        await first.wait_until(moment("2025-04-15 06:00"))
        await town.feedback_batch(WOONSTEE.partner_id, moment("2025-04-15 06:00"))
        assert first.state.phase is Phase.CLOSED
    async with a_town(tmp_path, begins=moment("2025-04-22 09:30")) as town:
        back = await Place(town, [person], count(2)).signal()
        assert (route(back), back.state.owner) == (Route.RETURNING, SAMIRA)
        await nobody_answers(back)
        assert attempts(back) == [
            "23-4 Telefoon Middag",
            "23-4 Mail Middag",
            "25-4 Telefoon Avond",
            "25-4 Brief Avond",
            "2-5 Huisbezoek Ochtend",
            "7-5 Brief Ochtend",
        ]
        assert ending(back) == (NOBODY, "14-5 23:59")


async def test_a_threatening_situation_has_its_conversation_within_three_working_days(place: Place) -> None:
    desk = await place.signal(crisis="ja")
    await desk.press(moment("2025-04-17 10:00"), LogCall, result=AttemptResult.CONVERSATION)
    await desk.press(moment("2025-04-17 10:05"), JudgeThreat, threatening=True)
    await desk.press(
        moment("2025-04-17 10:10"),
        RecordOutcome,
        outcome=Outcome.FURTHER_HELP_FINANCIAL,
        engaged=True,
        within_30_days=False,
        help_kind=HelpKind.DEBT_COUNSELLING,
        agreed_at=moment("2025-04-17 10:05"),
    )
    task = desk.state.task(TaskKind.HOLD_FIRST_CONVERSATION)
    assert task is not None
    assert f"{local(task.deadline.due_at):%-d-%-m %H:%M}" == "24-4 23:59"
    assert [free.name for free in task.deadline.moved_by] == ["Goede vrijdag", "Tweede paasdag"]


async def test_who_gets_help_already_is_left_in_peace(place: Place) -> None:
    desk = await place.signal()
    await desk.press(moment("2025-04-14 10:00:30"), RecordTrait, trait=Trait.KNOWN_AT_DEBT_HELP, applies=True)
    assert attempts(desk) == ["14-4 Mail Ochtend"]
    assert ending(desk) == (Outcome.KNOWN_AT_DEBT_HELP, "14-4 10:00")


async def test_a_signal_below_the_threshold_is_told_back_as_unjustified(place: Place) -> None:
    desk = await place.signal(bedrag="74,99")
    assert route(desk) is Route.BELOW_THRESHOLD
    assert attempts(desk) == []
    # The minute is that in which the installation was ready.
    outcome, told = ending(desk)
    assert (outcome, told[:9]) == (Outcome.NOT_PICKED_UP_UNJUSTIFIED, "14-4 09:3")
    assert [result.reason for result in desk.state.outcomes] == [NotPickedUpReason.BELOW_THRESHOLD]
    assert [signal.feedback for signal in desk.state.signals] == [FeedbackCode.UNJUSTIFIED]


async def test_a_signal_about_a_company_is_told_back_as_unjustified_and_nobody_is_contacted(place: Place) -> None:
    desk = await place.signal(rechtsvorm="B.V.", warme_overdracht="ja")
    assert attempts(desk) == []
    # The minute is that in which the installation was ready.
    outcome, told = ending(desk)
    assert (outcome, told[:9]) == (Outcome.NOT_PICKED_UP_UNJUSTIFIED, "14-4 09:3")
    assert [result.reason for result in desk.state.outcomes] == [NotPickedUpReason.LEGAL_ENTITY]
    assert [signal.feedback for signal in desk.state.signals] == [FeedbackCode.UNJUSTIFIED]


async def test_a_sole_trader_is_a_resident_with_a_business(place: Place) -> None:
    assert route(await place.signal(rechtsvorm="eenmanszaak")) is Route.ENTREPRENEUR


async def test_an_amount_that_rises_is_called_about(place: Place) -> None:
    desk = await place.signal(bedrag="149,99")
    assert route(desk) is Route.LOW_AMOUNT
    [signal] = desk.state.signals
    said = Particulars(amount=Euro("150.00"))
    kept = RecordSignalChange(
        command_id=CommandId(fresh()),
        by=SAMIRA,
        role=Role.CASEWORKER,
        signal_id=signal.signal_id,
        change=SignalChange.NEW_AMOUNT,
    )
    await place.town.press(desk.case, kept, particulars=said)
    assert route(desk) is Route.STANDARD
    assert [task.kind for task in desk.state.tasks] == [TaskKind.CALL]


async def test_an_end_of_supply_that_joins_escalates_the_running_case(place: Place) -> None:
    person = place.people.pop()
    desk = await place.signal(LICHTKRACHT, about=person)
    await desk.press(moment("2025-04-16 13:00"), LogCall, result=AttemptResult.NO_ANSWER)
    await place.deliver(LICHTKRACHT, person, bedrag="700,00", einde_levering="2025-05-14")
    assert route(desk) is Route.END_OF_SUPPLY
    await nobody_answers(desk)
    assert attempts(desk) == [
        "14-4 Mail Ochtend",
        "16-4 Telefoon Middag",
        "16-4 Telefoon Avond",
        "17-4 Huisbezoek Ochtend",
        "22-4 Telefoon Ochtend",
        "22-4 Brief Ochtend",
    ]
    assert ending(desk) == (NOBODY, "29-4 23:59")
