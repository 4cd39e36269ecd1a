"""The journeys that practitioners told: every date, attempt, deadline, national code and feedback."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.case import CaseState
from models.codes import Acceptance, DeadlineKind, FeedbackCode, Outcome, OutcomeClass, Phase, Route, TaskKind
from models.tables import AttemptRow, StatisticRow
from policy.calendar import local
from simulation.desk import Desk
from simulation.scenarios import J1, J1A, J1B_KEPT, J1B_MISSED, J2, Scenario, forget, is_solved, moment, opened


class Journey:
    """A scenario under way, with words for what a test asks of it."""

    def __init__(self, scenario: Scenario, desk: Desk) -> None:
        self.scenario = scenario
        self.desk = desk

    @property
    def state(self) -> CaseState:
        return self.desk.state

    def is_in(self, phase: Phase) -> bool:
        return self.desk.state.phase is phase

    def attempts(self) -> list[str]:
        """As the national figures get them: day, kind, daypart, and whether somebody was reached."""
        wanted = select(AttemptRow).where(AttemptRow.case_id == self.desk.case).order_by(col(AttemptRow.at))
        with self.desk.town.stores.database.read() as session:
            return [
                f"{_day(row.at)} {row.contact_kind} {row.daypart}{' bereikt' if row.reached else ''}"
                for row in session.exec(wanted)
            ]

    def kinds(self) -> list[str]:
        return [happened.fact.kind for happened in self.desk.town.stores.cases.journey(self.desk.case)]

    def outcomes(self) -> list[tuple[str, str, str]]:
        return [(result.outcome, result.acceptance, _minute(result.at)) for result in self.state.outcomes]

    def told(self) -> list[str]:
        """What the partner heard."""
        return [result for _, result in self.desk.town.world.feedback_of(self.scenario.partner.partner_id)]

    async def partner_hears(self, when: str) -> int:
        await self.desk.wait_until(moment(when))
        return await self.desk.town.feedback_batch(self.scenario.partner.partner_id, moment(when))

    async def is_forgotten(self) -> None:
        """Nothing of anybody is left."""
        await forget(self.desk)
        with self.desk.town.stores.database.read() as session:
            assert session.exec(select(AttemptRow)).all() == []
            assert len(session.exec(select(StatisticRow)).all()) == 1
        assert self.desk.town.stores.cases.journey(self.desk.case) == []


def _day(at: datetime) -> str:
    return f"{local(at):%-d-%-m}"


def _minute(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"


@pytest.fixture
async def played(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journey]:
    scenario: Scenario = request.param
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(opened(scenario, tmp_path))
        await scenario.play(desk)
        yield Journey(scenario, desk)


def plays(scenario: Scenario) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("played", [scenario], indirect=True, ids=[scenario.name])


@plays(J1A)
async def test_a_mail_on_the_day_of_the_clock_change_a_call_and_then_silence(played: Journey) -> None:
    assert played.attempts() == [
        "30-3 Mail Ochtend",
        "8-4 Telefoon Middag bereikt",
        "10-4 Telefoon Middag",
        "14-4 Telefoon Avond",
        "15-4 Brief Ochtend",
    ]
    assert played.outcomes() == [(Outcome.NO_RESPONSE_AFTER_CONTACT, Acceptance.NOT_ACCEPTED, "2025-04-24 23:59")]
    assert played.is_in(Phase.FEEDBACK)
    due = played.state.deadline(DeadlineKind.FEEDBACK)
    assert due is not None
    assert _minute(due.due_at) == "2025-04-29 23:59"
    assert await played.partner_hears("2025-04-25 06:00") == 1
    assert played.told() == [FeedbackCode.HANDLED]
    assert played.is_in(Phase.CLOSED)
    assert {(kept.outcome_class, _minute(kept.due_at)) for kept in played.state.retention} == {
        (OutcomeClass.CONTACT_WITHOUT_HELP, "2025-09-30 10:00")
    }
    await played.is_forgotten()


@plays(J1B_KEPT)
async def test_a_callback_that_was_kept_and_helped(played: Journey) -> None:
    assert played.attempts() == [
        "1-4 Mail Ochtend",
        "3-4 Telefoon Middag",
        "3-4 Telefoon Middag bereikt",
        "4-4 Telefoon Ochtend bereikt",
    ]
    assert played.kinds()[3:9] == [
        "attempt_made",
        "contact_received",
        "callback_agreed",
        "invitation_sent",
        "attempt_made",
        "callback_kept",
    ]
    assert played.outcomes() == [(Outcome.ADVICE_OR_QUICK_FIX, Acceptance.ACCEPTED, "2025-04-04 10:25")]
    assert await played.partner_hears("2025-04-05 06:00") == 1
    assert played.told() == [FeedbackCode.HANDLED]
    assert played.is_in(Phase.FEEDBACK)
    check = played.state.task(TaskKind.CHECK_QUICK_FIX)
    assert check is not None
    # Thirty days after the resident said yes is a Sunday; 5 May 2025 is a free day.
    assert (_minute(check.opens_at), _minute(check.deadline.due_at)) == ("2025-05-04 10:20", "2025-05-12 23:59")
    await is_solved(played.desk, check.opens_at + timedelta(days=2))
    assert played.is_in(Phase.CLOSED)
    assert {kept.outcome_class for kept in played.state.retention} == {OutcomeClass.HELP}
    await played.is_forgotten()


@plays(J1B_MISSED)
async def test_a_callback_that_was_missed(played: Journey) -> None:
    assert played.attempts() == [
        "1-4 Mail Ochtend",
        "3-4 Telefoon Middag",
        "3-4 Telefoon Middag bereikt",
        "4-4 Telefoon Ochtend",
        "8-4 Telefoon Avond",
        "10-4 Telefoon Ochtend",
        "11-4 Brief Ochtend",
    ]
    assert "callback_missed" in played.kinds()
    # Good Friday and Easter Monday lie between the letter and the end of waiting for an answer.
    assert played.outcomes() == [(Outcome.NO_RESPONSE_AFTER_CONTACT, Acceptance.NOT_ACCEPTED, "2025-04-22 23:59")]
    assert await played.partner_hears("2025-04-23 06:00") == 1
    assert played.told() == [FeedbackCode.HANDLED]
    await played.is_forgotten()


@plays(J1)
async def test_all_of_it_as_one_case(played: Journey) -> None:
    assert played.attempts() == [
        "30-3 Mail Ochtend",
        "3-4 Telefoon Middag",
        "3-4 Telefoon Middag bereikt",
        "4-4 Telefoon Ochtend",
        "8-4 Telefoon Middag bereikt",
        "10-4 Telefoon Middag",
        "14-4 Telefoon Avond",
        "15-4 Brief Ochtend",
    ]
    assert played.outcomes() == [(Outcome.NO_RESPONSE_AFTER_CONTACT, Acceptance.NOT_ACCEPTED, "2025-04-24 23:59")]
    assert await played.partner_hears("2025-04-25 06:00") == 1
    assert played.told() == [FeedbackCode.HANDLED]
    await played.is_forgotten()


@plays(J2)
async def test_a_youth_worker_calls_because_of_the_age(played: Journey) -> None:
    assert played.state.terms is not None
    assert played.state.terms.route is Route.YOUNG_ADULT
    assert played.attempts() == ["14-5 Mail Ochtend", "16-5 Telefoon Middag bereikt"]
    calls = [one.fact.by for one in played.desk.town.stores.cases.journey(played.desk.case)][3:5]
    assert calls == ["noah", "noah"]
    assert played.outcomes() == [(Outcome.SETTLES_IT_HIMSELF, Acceptance.NOT_ACCEPTED, "2025-05-16 13:35")]
    assert await played.partner_hears("2025-05-17 06:00") == 1
    assert played.told() == [FeedbackCode.HANDLED]
    assert {_minute(kept.due_at) for kept in played.state.retention} == {"2025-11-14 09:00"}
    await played.is_forgotten()
