"""Whether an address was reported before is worked out once, when the signal comes in."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from activities.records import ErasureOrder, MatchedRow
from adapters.erasure import Eraser
from adapters.matching import Matching
from adapters.recurrences import LookBack
from adapters.relocations import Relocations
from models.case import CaseSignal, CaseState, Retention
from models.codes import OutcomeClass, Recurrence, RetentionStart
from models.ids import CaseId, RowId, UnitId, derived, signal_of, unit_of_case, unit_of_row
from models.tables import CaseRow, MunicipalityRow, SignalRow
from models.values import MunicipalityCode
from policy.calendar import local
from tests.adapters.intake import KEPT, Intake, Interrupted, a_row, first_row
from tests.builders import ZONNEDIJK, at, the_terms

MAANDIJK = MunicipalityCode("9902")
TODAY = at("2027-10-15 09:00")
"""Six months before it is 15 April."""
FIRST, SUCCESSIVE, NOT_COMPARED = Recurrence.FIRST, Recurrence.SUCCESSIVE, Recurrence.NOT_COMPARED


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    with intake.database.write() as session:
        session.add(MunicipalityRow(code=MAANDIJK.text, name="Maandijk"))
    yield intake
    intake.close()


def delivered(
    intake: Intake, received: datetime = TODAY, *, municipality: MunicipalityCode = ZONNEDIJK, **cells: str
) -> RowId:
    """A signal in a delivery of its own, not matched yet."""
    row = a_row(**{"signaaldatum": f"{local(received).date()}", **cells})
    return first_row(intake.deliver(row, municipality=municipality, received=received).delivery_id)


def matched(intake: Intake, row: RowId, *, at: datetime = TODAY, matching: Matching | None = None) -> CaseSignal:
    """The signal as its case gets it."""
    return the_signal((matching or intake.matching).match(row, at=at))


def the_signal(answer: MatchedRow) -> CaseSignal:
    if answer.join is not None:
        return answer.join
    assert answer.open is not None
    [signal] = answer.open.signals
    return signal


def came(intake: Intake, received: datetime, *, municipality: MunicipalityCode = ZONNEDIJK, **cells: str) -> CaseId:
    """The case of a signal that was received then; it is closed by now."""
    row = delivered(intake, received, municipality=municipality, **cells)
    case = intake.matching.match(row, at=received).case_id
    intake.matching.settled(row)
    intake.matching.case_closed(case)
    return case


def found(intake: Intake, **cells: str) -> Recurrence:
    """What a new signal is found to be."""
    return matched(intake, delivered(intake, TODAY, municipality=ZONNEDIJK, **cells)).recurrence


def stored(intake: Intake, row: RowId) -> str:
    with intake.database.read() as session:
        return session.get_one(SignalRow, signal_of(row)).recurrence


def units_of(intake: Intake, case: CaseId) -> tuple[UnitId, ...]:
    with intake.database.read() as session:
        signals = session.exec(select(SignalRow.unit_id).where(SignalRow.case_id == case)).all()
    return (*map(UnitId, signals), unit_of_case(case))


def erase(
    intake: Intake, units: tuple[UnitId, ...], case: CaseId | None, began: datetime, town: MunicipalityCode = ZONNEDIJK
) -> None:
    """Erases these units by a term that began then."""
    rule = next(rule for rule in the_terms().retention if rule.outcome_class is OutcomeClass.NO_CONTACT)
    order = ErasureOrder(
        order_id=derived("order", *units),
        municipality=town,
        units=units,
        case_id=case,
        workflow_ids=(),
        retention=Retention(
            unit_id=units[0],
            outcome_class=rule.outcome_class,
            due_at=began,
            start=RetentionStart.RECEIPT,
            started_at=began,
            term=rule.term,
            ground=rule.ground,
        ),
    )
    eraser = Eraser(intake.database, intake.vault)
    eraser.destroy(order)
    eraser.certify(order, rows=eraser.delete_rows(order), executions=0, at=TODAY)


def matching_with(intake: Intake, look_back: LookBack) -> Matching:
    return Matching(intake.database, intake.vault, keep_repeated=KEPT, look_back=look_back)


# --- successive or the first --------------------------------------------------------------------------------------


def test_the_first_signal_of_an_address_is_the_first(intake: Intake) -> None:
    row = delivered(intake)
    assert matched(intake, row).recurrence is FIRST
    assert stored(intake, row) == FIRST


def test_a_signal_of_an_earlier_month_makes_the_next_one_successive(intake: Intake) -> None:
    came(intake, at("2027-09-30 23:59"))
    row = delivered(intake)
    assert matched(intake, row).recurrence is SUCCESSIVE
    assert stored(intake, row) == SUCCESSIVE


def test_the_address_counts_whoever_lives_there(intake: Intake) -> None:
    came(intake, at("2027-09-01 09:00"))
    assert found(intake, achternaam="Oosterveld", voorletters="C.", geboortedatum="1990-05-17") is SUCCESSIVE


@pytest.mark.parametrize("home", [{"toevoeging": "A"}, {"huisnummer": "13"}, {"postcode": "9990AC"}])
def test_another_home_of_the_same_house_or_street_does_not_count(intake: Intake, home: dict[str, str]) -> None:
    came(intake, at("2027-09-01 09:00"))
    assert found(intake, **home) is FIRST


def test_two_signals_of_one_month_are_not_successive(intake: Intake) -> None:
    came(intake, at("2027-10-01 00:00"))
    assert found(intake) is FIRST


def test_two_signals_of_one_file_are_not_successive(intake: Intake) -> None:
    rows = [a_row(signaaldatum="2027-10-01", **cells) for cells in ({}, {"achternaam": "Oosterveld"})]
    delivery = intake.deliver(*rows, received=TODAY).delivery_id
    [group] = intake.matching.groups(delivery, size=10)
    assert [matched(intake, row).recurrence for row in group.rows] == [FIRST, FIRST]


@pytest.mark.parametrize(
    ("received", "expected"),
    [("2027-04-15 00:00", SUCCESSIVE), ("2027-04-14 23:59", FIRST), ("2027-04-16 09:00", SUCCESSIVE)],
)
def test_the_look_back_begins_with_its_first_day(intake: Intake, received: str, expected: Recurrence) -> None:
    came(intake, at(received))
    assert found(intake) is expected


def test_a_signal_that_joins_an_open_case_is_compared_too(intake: Intake) -> None:
    opener = delivered(intake, at("2027-09-01 09:00"))
    case = intake.matching.match(opener, at=at("2027-09-01 09:00")).case_id
    answer = intake.matching.match(delivered(intake), at=TODAY)
    assert answer.case_id == case and answer.join is not None
    assert answer.join.recurrence is SUCCESSIVE


def test_the_policy_of_the_day_of_receipt_says_how_far_back_counts(intake: Intake) -> None:
    came(intake, at("2027-05-01 09:00"))
    asked: list[tuple[MunicipalityCode, date]] = []

    def two_months(municipality: MunicipalityCode, on: date) -> int:
        asked.append((municipality, on))
        return 2

    row = delivered(intake, at("2027-10-16 00:30"))
    late = at("2027-11-02 09:00")
    assert matched(intake, row, at=late, matching=matching_with(intake, two_months)).recurrence is FIRST
    assert asked == [(ZONNEDIJK, date(2027, 10, 16))]


def test_another_municipality_does_not_count(intake: Intake) -> None:
    case = came(intake, at("2027-09-01 09:00"), municipality=MAANDIJK)
    assert found(intake) is FIRST
    erase(intake, units_of(intake, case), case, at("2027-09-01 09:00"), MAANDIJK)
    assert found(intake, huisnummer="13") is FIRST


def test_an_earlier_row_counts_before_it_is_matched(intake: Intake) -> None:
    delivered(intake, at("2027-09-30 09:00"))
    assert found(intake) is SUCCESSIVE


def test_a_repeated_report_is_no_earlier_signal(intake: Intake) -> None:
    opener = delivered(intake, at("2027-04-01 09:00"), kenmerk="WO-7")
    intake.matching.match(opener, at=TODAY)
    intake.matching.settled(opener)
    again = delivered(intake, at("2027-09-01 09:00"), kenmerk="WO-7")
    assert intake.matching.match(again, at=TODAY).join is None
    assert found(intake) is FIRST


# --- what was erased ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("began", "expected"),
    [("2027-04-14 23:59", FIRST), ("2027-04-15 00:00", NOT_COMPARED), ("2027-09-01 09:00", NOT_COMPARED)],
)
def test_after_an_erasure_within_the_look_back_nobody_can_tell(
    intake: Intake, began: str, expected: Recurrence
) -> None:
    case = came(intake, at("2027-03-01 09:00"), postcode="9991AA")
    erase(intake, units_of(intake, case), case, at(began))
    assert found(intake) is expected


def test_of_an_erased_case_nothing_is_recognised(intake: Intake) -> None:
    case = came(intake, at("2027-09-01 09:00"))
    erase(intake, units_of(intake, case), case, at("2027-09-01 09:00"))
    assert found(intake) is NOT_COMPARED


def test_what_is_still_there_counts_also_after_an_erasure(intake: Intake) -> None:
    case = came(intake, at("2027-09-01 09:00"), postcode="9991AA")
    erase(intake, units_of(intake, case), case, at("2027-09-01 09:00"))
    came(intake, at("2027-09-01 09:00"))
    assert found(intake) is SUCCESSIVE


def test_an_erased_row_without_a_case_was_no_signal(intake: Intake) -> None:
    row = delivered(intake, at("2027-09-01 09:00"), postcode="9991AA")
    erase(intake, (unit_of_row(row),), None, at("2027-09-01 09:00"))
    assert found(intake) is FIRST


# --- kept as it was found -----------------------------------------------------------------------------------------


def test_done_again_it_answers_what_was_kept_first(intake: Intake) -> None:
    earlier = came(intake, at("2027-09-01 09:00"))
    row = delivered(intake)
    first = intake.matching.match(row, at=TODAY)
    erase(intake, units_of(intake, earlier), earlier, at("2027-09-01 09:00"))
    assert intake.matching.match(row, at=TODAY + timedelta(hours=1)) == first
    assert the_signal(first).recurrence is SUCCESSIVE


def test_broken_off_before_it_was_kept_it_is_worked_out_then(intake: Intake) -> None:
    row = delivered(intake)
    intake.database.left = 0
    with pytest.raises(Interrupted):
        intake.matching.match(row, at=TODAY)
    came(intake, at("2027-09-01 09:00"), achternaam="Oosterveld", geboortedatum="1990-05-17")
    assert matched(intake, row).recurrence is SUCCESSIVE


def test_the_case_begins_with_what_was_kept(intake: Intake) -> None:
    came(intake, at("2027-09-01 09:00"))
    answer = intake.matching.match(delivered(intake), at=TODAY)
    with intake.database.read() as session:
        assert CaseState.model_validate(session.get_one(CaseRow, answer.case_id).state) == answer.open


def test_two_who_work_it_out_at_once_keep_one_answer(intake: Intake) -> None:
    came(intake, at("2027-07-01 09:00"))
    row, start, months = delivered(intake), threading.Barrier(2), [1, 6]

    def each_another(municipality: MunicipalityCode, on: date) -> int:
        start.wait(60)
        return months.pop()

    matching = matching_with(intake, each_another)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: matching.match(row, at=TODAY), range(2))
    assert one == other
    assert months == [] and stored(intake, row) == the_signal(one).recurrence


def test_a_signal_that_finds_its_case_closed_stays_what_it_was(intake: Intake) -> None:
    earlier = came(intake, at("2027-09-01 09:00"))
    row = delivered(intake)
    case = intake.matching.match(row, at=TODAY).case_id
    erase(intake, units_of(intake, earlier), earlier, at("2027-09-01 09:00"))
    again = intake.matching.rematch(row, case, at=TODAY)
    assert again.case_id != case and the_signal(again).recurrence is SUCCESSIVE


def test_a_signal_keeps_it_in_another_case(intake: Intake) -> None:
    earlier = came(intake, at("2027-09-01 09:00"))
    opener, joiner = delivered(intake), delivered(intake, kenmerk="WO-9")
    case = intake.matching.match(opener, at=TODAY).case_id
    joined = matched(intake, joiner)
    erase(intake, units_of(intake, earlier), earlier, at("2027-09-01 09:00"))
    relocations = Relocations(intake.database, intake.vault)
    own = relocations.split(joined.signal_id, case, at=TODAY)
    assert [signal.recurrence for signal in own.signals] == [SUCCESSIVE]
    [back] = relocations.moved(own.signals, case, at=TODAY)
    assert (back.recurrence, stored(intake, joiner)) == (SUCCESSIVE, SUCCESSIVE)


def test_a_report_counts_what_came_before_and_what_nobody_can_tell(intake: Intake) -> None:
    came(intake, at("2027-09-01 09:00"))
    erased = came(intake, at("2027-09-01 09:00"), postcode="9991AA")
    erase(intake, units_of(intake, erased), erased, at("2027-09-01 09:00"))
    rows = [a_row(signaaldatum="2027-10-01", huisnummer=number) for number in ("12", "13", "14", "x")]
    delivery = intake.deliver(*rows, received=TODAY).delivery_id
    for group in intake.matching.groups(delivery, size=10):
        for row in group.rows:
            intake.matching.match(row, at=TODAY)
    report = intake.matching.report(delivery, finished_at=TODAY)
    assert (report.opened, report.refused, report.successive, report.not_compared) == (3, 1, 1, 2)


# --- rows of before -----------------------------------------------------------------------------------------------


def test_a_signal_of_before_this_was_kept_was_not_compared(intake: Intake) -> None:
    row = delivered(intake)
    matched(intake, row)
    with intake.database.write() as session:
        session.execute(text("UPDATE signal SET recurrence = 'not_compared'"))
    came(intake, at("2027-09-01 09:00"), achternaam="Oosterveld", geboortedatum="1990-05-17")
    assert matched(intake, row).recurrence is NOT_COMPARED
