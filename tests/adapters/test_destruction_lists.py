"""The weekly lists of what is going to be erased: what is on them, who agreed, and what erases heeds of it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, delete, func, select, update

from activities import ports
from activities.records import Certificate, ErasureOrder, ErasureQuestion
from adapters.certificates import Certificates
from adapters.destruction_lists import Approval, DestructionLists, TermsOf
from adapters.erasure import Eraser
from adapters.overdue import BY_TIMER
from adapters.retention_check import PAST, RetentionCheck
from models.case import CaseSignal, CaseState
from models.codes import Role, RowStatus
from models.destruction import Asked, ListFate, OnList, Permit, Weekday
from models.facts import HoldReleased, HoldSet
from models.ids import SignalId, StaffId, UnitId
from models.tables import (
    DeliveredRow,
    DestructionApprovalRow,
    DestructionItemRow,
    DestructionListRow,
    MunicipalityRow,
    SignalRow,
)
from models.values import MunicipalityCode
from policy.destruction import ListTerms
from policy.sweep_watch import LATE_AFTER
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case, store_signal
from tests.adapters.test_erasure import CASE, NOOR, OF_CASE, OF_SIGNAL, a_full_closed_case, orders_of
from tests.builders import NOW, ZONNEDIJK, a_case_state, a_signal, at

TERMS = ListTerms(weekday=Weekday.MONDAY, ahead_days=14, people=2, cooling_off_days=7, longest_wait_days=0)
WAITING = replace(TERMS, longest_wait_days=14)
EVA, THEA = StaffId("eva"), StaffId("thea")
ELSEWHERE = MunicipalityCode("9902")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SUPERVISOR, PRIVACY = Role.SUPERVISOR, Role.PRIVACY_OFFICER


def wanting(terms: ListTerms) -> TermsOf:
    """Zonnedijk makes lists, nobody else does."""
    return {ZONNEDIJK: terms}.get


def the_lists(databases: Databases, terms: ListTerms = TERMS) -> DestructionLists:
    lists = DestructionLists(databases.main, wanting(terms))
    _as_port: ports.ListMaker = lists
    return lists


def a_due_case(databases: Databases) -> tuple[CaseState, datetime]:
    """A closed case, and when it goes."""
    state = a_full_closed_case(databases)
    return state, max(kept.due_at for kept in state.retention)


def made(databases: Databases, at: datetime, terms: ListTerms = TERMS) -> DestructionListRow:
    """The one list of this moment."""
    lists = the_lists(databases, terms)
    assert lists.make_due(at) == 1
    with databases.main.read() as session:
        newest = select(DestructionListRow).order_by(col(DestructionListRow.made_at).desc())
        found = session.exec(newest).first()
    assert found is not None
    return found


def items(databases: Databases, row: DestructionListRow) -> set[tuple[str, str | None, str]]:
    wanted = select(DestructionItemRow).where(DestructionItemRow.list_id == row.id)
    with databases.main.read() as session:
        return {(item.unit_id, item.case_id, item.rule) for item in session.exec(wanted)}


def agreed(databases: Databases, row: DestructionListRow, at: datetime, *, people: int = 2) -> None:
    for staff, role in ((THEA, SUPERVISOR), (EVA, PRIVACY))[:people]:
        assert the_lists(databases).approve(row.id, by=staff, role=role, at=at) is None


def permit_of(databases: Databases, due_at: datetime, terms: ListTerms = TERMS) -> Permit:
    eraser = Eraser(databases.main, databases.vault, wanting(terms))
    question = ErasureQuestion(municipality=ZONNEDIJK, asked=(Asked(unit_id=OF_CASE, due_at=due_at),), at=due_at)
    [found] = eraser.permits(question)
    return found


# --- what is on a list --------------------------------------------------------------------------------------------


def test_a_list_holds_a_closed_case_with_its_signals_and_is_made_once_a_week(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    moment = due_at - 15 * DAY
    row = made(databases, moment)
    assert items(databases, row) == {
        (OF_CASE, CASE, "contact_without_help"),
        (OF_SIGNAL, CASE, "contact_without_help"),
    }
    assert (row.cases, row.others, row.first_due_at, row.ends_at) == (1, 0, due_at, due_at)
    assert (row.people, row.cooling_off_days, row.cooling_off_until) == (2, 7, None)
    assert [the_lists(databases).make_due(moment + days * DAY) for days in (0, 1)] == [0, 0]


def test_nothing_is_on_a_list_that_goes_later_or_has_no_date(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    store_case(databases, a_case_state("case-2", signals=(another_signal("case-2"),)))
    lists = the_lists(databases)
    # 4 October 2027 is a Monday; the list of this day covers what goes before the 25th.
    assert (NOW.date(), due_at.date()) == (date(2027, 4, 5), date(2027, 10, 5))
    assert lists.make_due(at("2027-09-14 05:30")) == 0
    assert lists.make_due(at("2027-09-20 05:30")) == 1


def another_signal(case: str) -> CaseSignal:
    return a_signal(case, signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"))


def test_a_municipality_that_wants_none_gets_no_list(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    assert DestructionLists(databases.main).make_due(due_at - DAY) == 0
    with databases.main.write() as session:
        session.add(MunicipalityRow(code=ELSEWHERE.text, name="Elders"))
    assert DestructionLists(databases.main, {ELSEWHERE: TERMS}.get).make_due(due_at - DAY) == 0


def refused_row(databases: Databases, erase_at: datetime) -> UnitId:
    """A delivered row that became no case."""
    signal = another_signal("case-1")
    store_signal(databases, signal)
    with databases.main.write() as session:
        session.execute(delete(SignalRow).where(col(SignalRow.id) == signal.signal_id))
        refused = update(DeliveredRow).where(col(DeliveredRow.unit_id) == signal.unit_id)
        session.execute(refused.values(status=RowStatus.REFUSED, erase_at=erase_at))
    return signal.unit_id


def test_a_row_without_a_case_is_on_the_list_by_its_rule(databases: Databases) -> None:
    unit = refused_row(databases, NOW + 30 * DAY)
    row = made(databases, NOW + 20 * DAY)
    assert (items(databases, row), row.cases, row.others) == ({(unit, None, "delivered_row")}, 0, 1)


def test_what_stands_on_a_list_comes_on_no_other_and_what_comes_later_does(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    made(databases, due_at - 15 * DAY)
    unit = refused_row(databases, due_at - 2 * DAY)
    row = made(databases, due_at - 8 * DAY)
    assert items(databases, row) == {(unit, None, "delivered_row")}


def test_many_that_make_a_list_at_once_make_one(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    with ThreadPoolExecutor(4) as several:
        found = [several.submit(the_lists(databases).make, ZONNEDIJK, at=due_at - DAY) for _ in range(4)]
        assert sorted(one.result() for one in found) == [False, False, False, True]
    with databases.main.read() as session:
        assert session.exec(select(func.count()).select_from(DestructionItemRow)).one() == 2


# --- a hold -------------------------------------------------------------------------------------------------------


def test_a_held_case_is_on_the_list_of_when_its_hold_ends(databases: Databases) -> None:
    state, due_at = a_due_case(databases)
    until = due_at + 60 * DAY
    happened(databases, state, HoldSet(at=NOW, by=NOOR, until=until))
    assert the_lists(databases).make_due(due_at - 10 * DAY) == 0
    assert made(databases, until - 10 * DAY).first_due_at == until


def test_a_hold_during_the_cooling_off_takes_a_case_off_and_another_list_has_to_be_agreed_to(
    databases: Databases,
) -> None:
    state, due_at = a_due_case(databases)
    row = made(databases, due_at - 15 * DAY)
    agreed(databases, row, due_at - 8 * DAY)
    until = due_at + 60 * DAY
    held = happened(databases, state, HoldSet(at=due_at - 2 * DAY, by=NOOR, until=until))
    assert permit_of(databases, until).on_list == OnList(fate=ListFate.ON_NO_LIST)
    again = made(databases, until - 10 * DAY)
    assert permit_of(databases, until).on_list == OnList(list_name=again.name, fate=ListFate.NOT_APPROVED)
    # Released before its date it is where it was.
    happened(databases, held, HoldReleased(at=due_at - DAY, by=NOOR))
    agreed_to = OnList(list_name=row.name, fate=ListFate.APPROVED, roles=(SUPERVISOR, PRIVACY))
    assert permit_of(databases, due_at) == Permit(unit_id=OF_CASE, not_before=due_at, on_list=agreed_to)


# --- agreeing -----------------------------------------------------------------------------------------------------


def test_two_different_people_agree_and_then_the_time_to_come_back_begins(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    row, lists, moment = made(databases, due_at - 15 * DAY), the_lists(databases), due_at - 10 * DAY
    assert lists.approve(row.id, by=THEA, role=SUPERVISOR, at=moment) is None
    assert [one.id for one in lists.to_approve([ZONNEDIJK], now=moment)] == [row.id]
    assert lists.approve(row.id, by=THEA, role=SUPERVISOR, at=moment) == ALREADY
    assert lists.approve(row.id, by=EVA, role=PRIVACY, at=moment + DAY) is None
    assert lists.approve(row.id, by=NOOR, role=SUPERVISOR, at=moment + DAY) == "Er zijn al genoeg mensen akkoord."
    assert lists.approvals([row.id]) == {
        row.id: (Approval(THEA, SUPERVISOR, moment), Approval(EVA, PRIVACY, moment + DAY))
    }
    assert lists.to_approve(now=moment) == []
    with databases.main.read() as session:
        assert session.get_one(DestructionListRow, row.id).cooling_off_until == moment + 8 * DAY


ALREADY = "U bent al akkoord. Een ander moet ook akkoord zijn."


def test_somebody_who_presses_many_times_at_once_counts_once(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    row = made(databases, due_at - 15 * DAY)
    with ThreadPoolExecutor(8) as tabs:
        found = [
            tabs.submit(the_lists(databases).approve, row.id, by=THEA, role=SUPERVISOR, at=due_at - 10 * DAY)
            for _ in range(8)
        ]
        answers = [one.result() for one in found]
    assert sorted(answers, key=str) == [None] + 7 * [ALREADY]
    assert len(the_lists(databases).approvals([row.id])[row.id]) == 1


def test_of_three_who_agree_at_once_two_count(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    row, moment = made(databases, due_at - 15 * DAY), due_at - 10 * DAY
    with ThreadPoolExecutor(3) as people:
        found = [
            people.submit(the_lists(databases).approve, row.id, by=staff, role=SUPERVISOR, at=moment)
            for staff in (THEA, EVA, NOOR)
        ]
        assert sorted((one.result() for one in found), key=str) == ["Er zijn al genoeg mensen akkoord.", None, None]


def test_where_one_is_enough_one_agrees(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    row = made(databases, due_at - 15 * DAY, replace(TERMS, people=1))
    agreed(databases, row, due_at - 10 * DAY, people=1)
    said = OnList(list_name=row.name, fate=ListFate.APPROVED, roles=(SUPERVISOR,))
    assert permit_of(databases, due_at).on_list == said


def test_a_list_that_nobody_can_agree_to_in_time_is_late_until_its_last_date(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    row, lists = made(databases, due_at - 15 * DAY), the_lists(databases)

    def late(moment: datetime) -> list[str]:
        return [one.id for one in lists.late(now=moment)]

    assert [late(moment) for moment in (due_at - 7 * DAY, due_at - 7 * DAY + MINUTE, due_at - MINUTE, due_at)] == [
        [],
        [row.id],
        [row.id],
        [],
    ]
    assert lists.late([ELSEWHERE], now=due_at - DAY) == []


# --- what erases heeds it -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "before", "fate"),
    [
        (2, 8 * DAY, ListFate.APPROVED),
        (2, 6 * DAY, ListFate.COOLED_SHORT),
        (1, 8 * DAY, ListFate.NOT_APPROVED),
    ],
)
def test_the_date_of_the_law_does_not_wait_and_the_certificate_says_what_became_of_the_list(
    databases: Databases, people: int, before: timedelta, fate: ListFate
) -> None:
    state, due_at = a_due_case(databases)
    row = made(databases, due_at - 15 * DAY)
    agreed(databases, row, due_at - before, people=people)
    said = OnList(list_name=row.name, fate=fate, roles=(SUPERVISOR, PRIVACY)[:people])
    assert permit_of(databases, due_at) == Permit(unit_id=OF_CASE, not_before=due_at, on_list=said)
    certificate = erased(databases, orders_of(state)[-1].model_copy(update={"on_list": said}), due_at)
    assert certificate.order.on_list == said
    chain = Certificates(databases.main, databases.vault.database)
    [[proof], *_] = chain.parts()
    assert proof.on_list == said.model_dump(mode="json")
    assert list(chain.faults()) == []


def erased(databases: Databases, order: ErasureOrder, at: datetime) -> Certificate:
    eraser = Eraser(databases.main, databases.vault)
    eraser.destroy(order)
    return eraser.certify(order, rows=eraser.delete_rows(order), executions=0, at=at)


def test_a_certificate_of_a_municipality_without_lists_says_nothing_of_them(databases: Databases) -> None:
    state, due_at = a_due_case(databases)
    order = orders_of(state)[-1]
    assert DestructionLists(databases.main).permits(ZONNEDIJK, [Asked(unit_id=order.units[0], due_at=due_at)]) == [
        Permit(unit_id=OF_CASE, not_before=due_at)
    ]
    assert erased(databases, order, due_at).order.on_list is None


def test_the_sweep_waits_for_a_list_as_long_as_policy_says_and_no_longer(databases: Databases) -> None:
    due_at = NOW + 30 * DAY
    unit = refused_row(databases, due_at)
    row = made(databases, due_at - 10 * DAY, WAITING)

    def swept(moment: datetime) -> list[tuple[UnitId, OnList | None]]:
        eraser = Eraser(databases.main, databases.vault, wanting(WAITING))
        return [(order.units[0], order.on_list) for order in eraser.due_units(moment)]

    latest = due_at + 14 * DAY
    not_agreed = OnList(list_name=row.name, fate=ListFate.NOT_APPROVED)
    assert [swept(moment) for moment in (due_at, latest - MINUTE, latest)] == [[], [], [(unit, not_agreed)]]
    agreed(databases, row, due_at + DAY)
    over = due_at + 8 * DAY
    both = OnList(list_name=row.name, fate=ListFate.APPROVED, roles=(SUPERVISOR, PRIVACY))
    assert [swept(moment) for moment in (over - MINUTE, over)] == [[], [(unit, both)]]


def test_a_timer_that_waits_for_a_list_is_not_late_and_one_that_does_not_is(databases: Databases) -> None:
    _, due_at = a_due_case(databases)
    made(databases, due_at - 10 * DAY, WAITING)
    eraser = Eraser(databases.main, databases.vault, wanting(WAITING))
    check = RetentionCheck(databases.main, databases.vault, terms_of=wanting(WAITING))

    def found(moment: datetime) -> tuple[set[str], set[str]]:
        swept = {order.defect for order in eraser.due_units(moment)}
        wrong = {f"{one.thing.what}: {one.why}" for one in check.look((), at=moment, executions_kept=DAY)}
        return swept, wrong

    latest = due_at + 14 * DAY
    assert found(latest - MINUTE) == (set(), set())
    # What waited has as long as anything else to be erased.
    assert found(latest + timedelta(minutes=59)) == (set(), set())
    assert found(latest + timedelta(hours=1)) == ({BY_TIMER}, {f"case: {PAST}", f"signal: {PAST}"})


def test_what_the_sweep_takes_after_a_list_is_late_a_day_after_it_may_go(databases: Databases) -> None:
    due_at = NOW + 30 * DAY
    refused_row(databases, due_at)
    made(databases, due_at - 10 * DAY, WAITING)
    check = RetentionCheck(databases.main, databases.vault, terms_of=wanting(WAITING))

    def found(moment: datetime) -> set[str]:
        return {one.why for one in check.look((), at=moment, executions_kept=DAY) if one.thing.what == "delivered_row"}

    late = due_at + 14 * DAY + LATE_AFTER
    assert [found(moment) for moment in (late - MINUTE, late)] == [set(), {PAST}]


def test_what_is_past_its_date_and_waits_comes_on_the_next_list(databases: Databases) -> None:
    """Its case was closed too late for the list of its week."""
    _, due_at = a_due_case(databases)
    row = made(databases, due_at + DAY, WAITING)
    agreed(databases, row, due_at + 2 * DAY)
    assert permit_of(databases, due_at, WAITING).not_before == due_at + 9 * DAY
    with databases.main.read() as session:
        assert session.exec(select(func.count()).select_from(DestructionApprovalRow)).one() == 2
