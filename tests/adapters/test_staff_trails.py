"""Who did something, in what stays when a case is erased, is forgotten at its term; that it was done stays."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select, update

from adapters.destruction_lists import Approval, DestructionLists
from adapters.overdue import Overdue
from adapters.retention_check import STAFF_NAMED, RetentionCheck
from adapters.staff_trails import forget_staff, known_by_policy
from models.codes import Role
from models.ids import FORGOTTEN, SYSTEM
from models.tables import AuditProcessRow, CaseRow, DeliveryRow, DestructionListRow, FeedbackBatchRow
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases
from tests.adapters.test_destruction_lists import EVA, THEA, made
from tests.adapters.test_erasure import CASE, NOOR, a_full_closed_case, erase, orders_of
from tests.builders import NOW, ZONNEDIJK, at, shipped_policies

TICK = timedelta(seconds=1)
AFTER = NOW + timedelta(days=3_000)
ELSEWHERE = MunicipalityCode("9902")


def a_trail(databases: Databases) -> None:
    """An erased case, its delivery, a batch that was received, and a list to which two agreed."""
    state = a_full_closed_case(databases)
    due_at = max(kept.due_at for kept in state.retention)
    row = made(databases, due_at - timedelta(days=15))
    for staff in (THEA, EVA):
        DestructionLists(databases.main).approve(row.id, by=staff, role=Role.SUPERVISOR, at=due_at - timedelta(days=9))
    for order in orders_of(state):
        erase(databases, order)
    with databases.main.write() as session:
        session.add(
            FeedbackBatchRow(
                id="batch-1",
                municipality="9901",
                partner_id="woonstee",
                signals=1,
                delivered_at=NOW,
                received_at=NOW,
                received_by="wieke",
            )
        )
        session.execute(update(DeliveryRow).values(paused_at=NOW, paused_by=NOOR))


def named(databases: Databases) -> dict[str, set[Any]]:
    """Who is named where."""
    with databases.main.read() as session:
        deliveries = session.exec(select(DeliveryRow.received_by, DeliveryRow.paused_by)).all()
        lists = session.exec(select(DestructionListRow.id)).all()
        trail = set(session.exec(select(AuditProcessRow.by)))
        batches = set(session.exec(select(FeedbackBatchRow.received_by)))
    agreed = DestructionLists(databases.main).approvals(lists)
    return {
        "trail": trail - {SYSTEM},
        "delivery": {by for row in deliveries for by in row},
        "batch": batches,
        "list": {(one.staff, one.role) for each in agreed.values() for one in each},
    }


def since(moment: datetime) -> Mapping[MunicipalityCode, datetime]:
    return {ZONNEDIJK: moment}


def test_after_its_term_nobody_is_named_and_what_happened_stays(databases: Databases) -> None:
    a_trail(databases)
    before = named(databases)
    assert (before["trail"], before["delivery"], before["batch"]) == ({NOOR}, {NOOR}, {"wieke"})
    assert before["list"] == {(THEA, Role.SUPERVISOR), (EVA, Role.SUPERVISOR)}
    with databases.main.read() as session:
        facts = len(session.exec(select(AuditProcessRow.fact_id)).all())
    forget_staff(databases.main, since(AFTER))
    assert named(databases) == {
        "trail": {FORGOTTEN},
        "delivery": {FORGOTTEN},
        "batch": {FORGOTTEN},
        "list": {(None, Role.SUPERVISOR)},
    }
    with databases.main.read() as session:
        assert len(session.exec(select(AuditProcessRow.fact_id)).all()) == facts


def test_before_its_term_everybody_is(databases: Databases) -> None:
    a_trail(databases)
    before = named(databases)
    # The delivery is of before.
    with databases.main.write() as session:
        session.execute(update(DeliveryRow).values(received_at=NOW))
    forget_staff(databases.main, since(NOW))
    forget_staff(databases.main, {ELSEWHERE: AFTER, ZONNEDIJK: NOW})
    forget_staff(databases.main, {})
    assert named(databases) == before


def test_a_case_that_still_exists_keeps_its_trail(databases: Databases) -> None:
    a_full_closed_case(databases)
    forget_staff(databases.main, since(AFTER))
    assert named(databases)["trail"] == {NOOR}
    with databases.main.read() as session:
        assert session.get(CaseRow, CASE) is not None


def test_an_agreement_counts_when_it_is_not_known_whose_it_was(databases: Databases) -> None:
    a_trail(databases)
    forget_staff(databases.main, since(AFTER))
    with databases.main.read() as session:
        row = session.exec(select(DestructionListRow)).one()
    found = DestructionLists(databases.main).approvals([row.id])[row.id]
    assert [type(one) for one in found] == [Approval, Approval] and row.cooling_off_until is not None


@pytest.mark.parametrize(
    "table", [AuditProcessRow, DeliveryRow, FeedbackBatchRow], ids=lambda table: table.__tablename__
)
def test_the_sweep_forgets_and_the_check_finds_what_it_did_not(databases: Databases, table: type[Any]) -> None:
    a_trail(databases)

    def known_since(moment: datetime) -> Mapping[MunicipalityCode, datetime]:
        return since(moment - timedelta(days=700))

    check = RetentionCheck(databases.main, databases.vault, known_since=known_since)

    def wrong(moment: datetime) -> set[str]:
        found = check.look((), at=moment, executions_kept=timedelta(days=7))
        return {one.thing.what for one in found if one.why == STAFF_NAMED}

    assert wrong(NOW + timedelta(days=600)) == set()
    assert str(table.__tablename__) in wrong(AFTER)
    Overdue(databases.main, databases.vault, known_since=known_since).clear(AFTER)
    assert wrong(AFTER) == set()


def test_how_long_is_policy() -> None:
    moment = at("2027-04-05 09:00")
    assert known_by_policy(shipped_policies())(moment)[ZONNEDIJK] == at("2025-04-05 00:00")


@pytest.mark.parametrize("changed", [{"by": "noor2"}, {"kind": "x"}, {"by": FORGOTTEN, "kind": "x"}], ids=str)
def test_nothing_else_of_the_trail_can_be_changed(databases: Databases, changed: dict[str, str]) -> None:
    a_full_closed_case(databases)
    with pytest.raises(DBAPIError, match="append-only"), databases.main.write() as session:
        session.execute(update(AuditProcessRow).values(changed))
