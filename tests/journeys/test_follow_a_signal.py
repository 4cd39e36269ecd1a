"""Import to certificate under the headings of docs/follow-a-signal.md, every date and code asserted."""

import json
import random
import re
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from adapters.executions import TemporalExecutions
from adapters.retention_check import RetentionCheck
from engine.namespace import RETENTION
from models.case import CaseState, Deadline
from models.codes import AttemptResult, DeadlineKind, FeedbackCode, Outcome, Phase, Role, TaskKind
from models.commands import LogCall
from models.ids import CaseId, CommandId, StaffId, fresh
from models.tables import (
    AuditPersonRow,
    AuditProcessRow,
    CaseRow,
    DeliveredRow,
    DocumentRow,
    FeedbackRow,
    SignalRow,
    StatisticRow,
    TaskRow,
)
from models.values import EmailAddress
from models.vault_tables import BlindIndexRow, CertificateRow, UnitRow
from policy.calendar import local
from simulation.deliveries import WOONSTEE, row_of
from simulation.installation import Installation
from simulation.people import population
from tests.builders import at
from tests.journeys.conftest import Begin
from workflows.client import Ending

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "follow-a-signal.md"
MAILBOX = EmailAddress("bewoner@example.nl")
RESIDENT = population(seed=7, count=1)[0].model_copy(update={"email": MAILBOX})


def minute(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


def due(state: CaseState, kind: DeadlineKind) -> str:
    found = state.deadline(kind)
    assert found is not None
    return minute(found.due_at)


def free_days(deadline: Deadline | None) -> list[str]:
    assert deadline is not None
    return [free.day.isoformat() for free in deadline.moved_by]


class Walk:
    """The journey's headings, in the order in which the test came by."""

    def __init__(self) -> None:
        self.headings: list[str] = []

    def step(self, heading: str) -> None:
        self.headings.append(heading)


async def call(town: Installation, case: CaseId, moment: str, result: AttemptResult, note: str = "") -> None:
    await town.travel(case, at(moment))
    command = LogCall(
        command_id=CommandId(fresh()),
        by=StaffId("samira"),
        role=Role.CASEWORKER,
        person_id=town.state(case).resident,
        result=result,
    )
    assert (await town.press(case, command, note=note)).ending is Ending.OBEYED


def count(session: Session, table: type[SQLModel]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


async def test_one_signal_from_a_file_to_its_erasure(begin: Begin) -> None:
    walk = Walk()
    town = await begin(at("2025-04-15 09:00"))
    town.world.add(RESIDENT)
    row = row_of(random.Random(1), WOONSTEE, RESIDENT, reference="WS-2025-0415", signal_date=date(2025, 4, 14))

    walk.step("1. The file is stored before anything else")
    taken = await town.take_in("Woonstee Zonnedijk", [row])
    assert (taken.stored.stored, taken.stored.refused) == (1, 0)

    walk.step("2. The matching transaction chooses the case")
    assert (taken.report.opened, taken.report.joined) == (1, 0)
    [case] = town.cases()
    state = town.state(case)
    assert [signal.partner_id for signal in state.signals] == ["woonstee"]

    walk.step("3. The case gets its terms")
    assert state.terms is not None
    assert due(state, DeadlineKind.RETENTION) == "2025-10-15 09:00"

    walk.step("4. The persons register is asked")
    kinds = [entry.fact.kind for entry in town.stores.cases.journey(case)]
    assert kinds == ["route_chosen", "register_answered", "attempt_made"]
    assert state.phase is Phase.CONTACT

    walk.step("5. A mail goes out at once")
    [mail] = town.world.mails_to(MAILBOX.text)
    assert RESIDENT.surname in mail.body
    assert state.deadline(DeadlineKind.NOTICE) is None

    walk.step("6. A caseworker calls, three times, on different dayparts")
    task = state.task(TaskKind.CALL)
    assert task is not None
    assert (minute(task.opens_at), task.daypart) == ("2025-04-17 13:00", "Middag")
    assert minute(task.deadline.due_at) == "2025-04-22 23:59"
    assert free_days(task.deadline) == ["2025-04-18", "2025-04-21"]
    await call(town, case, "2025-04-17 14:00", AttemptResult.NO_ANSWER)
    task = town.state(case).task(TaskKind.CALL)
    assert task is not None
    assert (minute(task.opens_at), task.daypart) == ("2025-04-23 18:00", "Avond")
    await call(town, case, "2025-04-23 18:30", AttemptResult.VOICEMAIL, note="Ingesproken zonder reden te noemen.")
    task = town.state(case).task(TaskKind.CALL)
    assert task is not None
    assert (minute(task.opens_at), task.daypart) == ("2025-04-25 09:00", "Ochtend")
    await call(town, case, "2025-04-25 09:30", AttemptResult.NO_ANSWER)
    assert [entry.note for entry in town.stores.cases.journey(case) if entry.note] == [
        "Ingesproken zonder reden te noemen."
    ]

    walk.step("7. The last mail, and five working days of silence")
    state = town.state(case)
    assert state.task(TaskKind.CALL) is None
    assert due(state, DeadlineKind.PLAN_STEP) == "2025-04-29 09:00"
    await town.travel(case, at("2025-04-29 09:05"))
    assert len(town.world.mails_to(MAILBOX.text)) == 2
    state = town.state(case)
    assert due(state, DeadlineKind.PLAN_END) == "2025-05-07 23:59"
    assert free_days(state.deadline(DeadlineKind.PLAN_END)) == ["2025-05-05"]
    await town.travel(case, at("2025-05-07 23:30"))
    assert town.state(case).phase is Phase.CONTACT
    await town.travel(case, at("2025-05-08 00:01"))
    state = town.state(case)
    assert [(result.outcome, minute(result.at)) for result in state.outcomes] == [
        (Outcome.NEVER_REACHED, "2025-05-07 23:59")
    ]
    assert [(attempt.channel, attempt.daypart, attempt.reached) for attempt in state.attempts] == [
        ("mail", "Ochtend", False),
        ("call", "Middag", False),
        ("call", "Avond", False),
        ("call", "Ochtend", False),
        ("mail", "Ochtend", False),
    ]

    walk.step("8. The partner is told, in its daily batch")
    assert (state.phase, due(state, DeadlineKind.FEEDBACK)) == (Phase.FEEDBACK, "2025-05-12 23:59")
    await town.travel(case, at("2025-05-08 05:59"))
    assert town.world.feedback_of("woonstee") == []
    assert await town.feedback_batch(WOONSTEE.partner_id, at("2025-05-08 06:00")) == 1
    assert town.world.feedback_of("woonstee") == [("WS-2025-0415", FeedbackCode.HANDLED)]

    walk.step("9. The case closes and leaves a count without a person")
    await town.machine.quiet(town.retention(case))
    state = town.state(case)
    assert state.phase is Phase.CLOSED
    assert {minute(date.due_at) for date in state.retention} == {"2025-10-15 09:00"}
    with town.stores.database.read() as session:
        [statistic] = session.exec(select(StatisticRow)).all()
        assert (statistic.month, statistic.outcome, statistic.signals, statistic.reached) == (
            "2025-05",
            Outcome.NEVER_REACHED,
            1,
            False,
        )

    walk.step("10. Until its date everything is there, after it nothing")
    await town.travel_retention(case, at("2025-10-14 12:00"))
    assert town.stores.cases.resident(case, state.resident).surname == RESIDENT.surname
    assert await wrong(town, at("2025-10-14 12:00")) == set()
    assert await wrong(town, at("2025-10-16 12:00")) == {("case", "past its term"), ("signal", "past its term")}
    await town.travel_retention(case, at("2025-10-16 12:00"))
    assert_nothing_is_left(town, case)
    # What the file itself was recognised by goes with the next sweep; the timer of the erasure is still in Temporal.
    await town.sweep(at("2025-10-17 03:00"))
    assert await wrong(town, at("2025-10-20 12:00")) == set()
    swept = town.stores.overview.sweep(now=at("2025-10-18 05:00"))
    assert (swept.late, swept.ended_at and minute(swept.ended_at)) == (False, "2025-10-17 03:00")

    assert walk.headings == re.findall(r"^## (.+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)


async def wrong(town: Installation, moment: datetime) -> set[tuple[str, str]]:
    """What `cli.py retention verify` would find."""
    executions = await TemporalExecutions(town.client).of_cases()
    check = RetentionCheck(town.stores.database, town.stores.vault)
    found = check.look(executions, at=moment, executions_kept=RETENTION)
    return {(each.thing.what, each.why) for each in found}


def assert_nothing_is_left(town: Installation, case: CaseId) -> None:
    """Only what may stay: the certificates, the trail without the person, the count."""
    with town.stores.database.read() as session:
        gone = (CaseRow, SignalRow, DeliveredRow, DocumentRow, TaskRow, FeedbackRow, AuditPersonRow)
        assert {table.__tablename__: count(session, table) for table in gone} == {
            table.__tablename__: 0 for table in gone
        }
        trail = session.exec(select(AuditProcessRow).where(AuditProcessRow.case_id == case)).all()
        assert len(trail) == 11
        assert count(session, StatisticRow) == 1
    with town.stores.vault.database.read() as session:
        keys = session.exec(select(UnitRow.id).where(col(UnitRow.wrapped_key).is_not(None))).all()
        assert [unit for unit in keys if not unit.startswith("delivery-")] == []
        indexes = session.exec(select(BlindIndexRow.unit_id)).all()
        assert [unit for unit in indexes if not unit.startswith("delivery-")] == []
        certificates = session.exec(select(CertificateRow)).all()
        assert sorted(json.dumps(certificate.units)[2:6] for certificate in certificates) == ["case", "sign"]
        assert {minute(certificate.erased_at) for certificate in certificates} == {"2025-10-15 09:00"}
