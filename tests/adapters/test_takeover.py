"""The file of running cases: what it may hold, what is said of what is wrong, and what its rows become."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from activities.records import MatchedRow
from adapters.delivery_store import StoredDelivery
from adapters.past_attempts import CHANNELS, RESULTS, read_attempts
from adapters.signal_form import Fault, UnreadableFile
from adapters.takeover import ATTEMPTS, RECEIVED, delivered, look, read, told
from models.case import CaseSignal
from models.codes import AttemptResult, Channel, Recurrence, RowStatus
from models.ids import StaffId
from models.tables import DeliveredRow, FeedbackRow, SignalRow
from models.takeover import PastAttempt
from models.values import Unreadable
from tests.adapters.intake import KEPT, Intake, a_row, first_row
from tests.adapters.intake import RECEIVED as TAKEN_OVER
from tests.adapters.test_any_table import xlsx_of
from tests.builders import ZONNEDIJK, at

TODAY = date(2027, 4, 5)
SECRET = "Zwaluwstaart"
"""What must never be said of a cell."""


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    yield intake
    intake.close()


def a_running(attempts: str = "", received: str = "2027-03-01", **cells: str) -> dict[str, str]:
    return a_row(**{"signaaldatum": "2027-02-26", **cells}) | {RECEIVED: received, ATTEMPTS: attempts}


def file_of(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    return "\n".join(lines).encode(encoding)


def faults(content: bytes) -> list[Fault]:
    return [fault for row in look(content, today=TODAY).faulty for fault in row.faults]


# --- attempts -------------------------------------------------------------------------------------------------------


def test_attempts_are_told_in_one_cell() -> None:
    told_so = "2027-03-11 huisbezoek kaartje | 02-03-2027 mail verstuurd|2027-03-09 9:05 Telefoon  Niet  opgenomen "
    assert read_attempts(told_so, today=TODAY) == (
        PastAttempt(channel=Channel.MAIL, result=AttemptResult.SENT, at=at("2027-03-02 12:00")),
        PastAttempt(channel=Channel.CALL, result=AttemptResult.NO_ANSWER, at=at("2027-03-09 09:05")),
        PastAttempt(channel=Channel.VISIT, result=AttemptResult.CARD_LEFT, at=at("2027-03-11 12:00")),
    )
    assert read_attempts("  ", today=TODAY) == ()


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (
            SECRET,
            "poging 1: een poging heeft de vorm jjjj-mm-dd [uu:mm] kanaal resultaat; pogingen zijn gescheiden door |",
        ),
        ("2027-03-02 mail verstuurd |", "poging 2: een poging heeft de vorm"),
        (f"{SECRET} mail verstuurd", "poging 1: een datum is een bestaande dag in de vorm"),
        ("2027-02-30 mail verstuurd", "poging 1: een datum is een bestaande dag in de vorm"),
        ("2027-03-02 24:00 mail verstuurd", "poging 1: een tijd heeft de vorm uu:mm"),
        ("2027-03-02 10:60 mail verstuurd", "poging 1: een tijd heeft de vorm uu:mm"),
        ("2027-04-06 mail verstuurd", "poging 1: een poging ligt niet in de toekomst"),
        (f"2027-03-02 {SECRET} verstuurd", "poging 1: het kanaal is mail, e-mail, brief, sms, telefoon of huisbezoek"),
        (f"2027-03-02 mail {SECRET}", "poging 1: het resultaat is bij dit kanaal verstuurd of geweigerd"),
        ("2027-03-02 mail kaartje", "poging 1: het resultaat is bij dit kanaal"),
        ("2027-03-02 mail verstuurd | 2027-03-02 e-mail verstuurd", "dezelfde poging staat er twee keer"),
        (" | ".join(f"2027-03-02 10:{n % 60:02} sms verstuurd" for n in range(101)), "ten hoogste 100 pogingen"),
    ],
)
def test_what_is_wrong_with_an_attempt_is_said_by_its_place(cell: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_attempts(cell, today=TODAY)
    assert str(refused.value).startswith(reason)
    assert SECRET not in str(refused.value)


def test_every_result_is_of_an_attempt_that_was_made() -> None:
    not_made = {AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF, AttemptResult.UNKNOWN}
    assert set(CHANNELS.values()) == set(RESULTS)
    assert not not_made & {result for known in RESULTS.values() for result in known.values()}


# --- the file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_a_report_says_what_would_be_taken_over(encoding: str) -> None:
    rows = [
        a_running("2027-03-02 mail verstuurd | 2027-03-09 telefoon voicemail", achternaam="Müller"),
        a_running("2027-03-02 mail verstuurd"),
        a_running(received="2027-02-27"),
    ]
    found = look(file_of(*rows, encoding=encoding), today=TODAY)
    assert found.faulty == ()
    assert list(told(found)) == [
        "3 rows, the first of them received on 2027-02-27; 1 of them without an attempt",
        "3 attempts: call 1, mail 2",
        "0 rows with faults",
    ]


def test_a_spreadsheet_is_read_as_well() -> None:
    row: dict[str, Any] = a_running("2027-03-02 mail verstuurd")
    row[RECEIVED] = date(2027, 3, 1)
    found = look(xlsx_of((tuple(row), tuple(row.values()))), today=TODAY)
    assert (found.rows, found.faulty, found.first) == (1, (), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("cells", "field", "reason"),
    [
        ({RECEIVED: ""}, RECEIVED, "dit veld is verplicht"),
        ({RECEIVED: SECRET}, RECEIVED, "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"),
        ({RECEIVED: "2027-04-06"}, RECEIVED, "een dag van ontvangst ligt niet in de toekomst"),
        ({RECEIVED: "2027-02-25"}, RECEIVED, "de dag van ontvangst ligt niet vóór de signaaldatum"),
        ({"postcode": SECRET}, "postcode", "een postcode is vier cijfers en twee letters, bijvoorbeeld 1234 AB"),
        ({ATTEMPTS: f"2027-03-02 mail {SECRET}"}, ATTEMPTS, "poging 1: het resultaat is bij dit kanaal"),
    ],
)
def test_a_fault_names_row_field_and_form(cells: dict[str, str], field: str, reason: str) -> None:
    content = file_of(a_running(), a_running() | cells)
    [fault] = faults(content)
    assert (fault.field, fault.reason.startswith(reason)) == (field, True)
    said = "\n".join(told(look(content, today=TODAY)))
    assert f"  row 3, {field}: {reason}" in said
    assert SECRET not in said


def test_every_fault_of_a_row_is_said() -> None:
    content = file_of(a_running(received="", attempts=SECRET) | {"bsn": "1"})
    assert [fault.field for fault in faults(content)] == ["bsn", RECEIVED, ATTEMPTS]


def test_a_cell_beside_the_columns_is_a_fault() -> None:
    content = file_of(a_running()) + f";{SECRET}".encode()
    assert faults(content) == [Fault("rij", "er staat iets in een cel zonder kolomnaam")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Het bestand is leeg."),
        (file_of(a_row()), "In de kopregel ontbreekt: ontvangen_op, pogingen."),
        (file_of(a_running() | {"zwaluw": ""}), "Kolom 23 hoort niet bij een overname; laat die kolom weg."),
        (
            ";".join((*a_running(), "bedrag")).encode(),
            "De kolom bedrag staat twee keer in de kopregel.",
        ),
        (";".join(a_running()).encode(), "Het bestand heeft alleen een kopregel en geen enkele lopende zaak."),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        look(content, today=TODAY)
    assert str(refused.value) == sentence


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read(tmp_path / "weg.csv")


def test_the_example_of_the_document_can_be_taken_over() -> None:
    document = (Path(__file__).parents[2] / "docs/takeover.md").read_text(encoding="utf-8")
    example = document.split("```csv\n")[1].split("```")[0]
    found = look(example.encode(), today=TODAY)
    assert (found.rows, found.faulty, sum(found.attempts.values())) == (2, (), 3)


def test_the_document_names_every_word() -> None:
    document = (Path(__file__).parents[2] / "docs/takeover.md").read_text(encoding="utf-8")
    words = {*CHANNELS, *(word for known in RESULTS.values() for word in known)}
    assert [word for word in words if f"`{word}`" not in document] == []


# --- its rows -------------------------------------------------------------------------------------------------------


def taken_over(intake: Intake, *rows: dict[str, str], moment: datetime = TAKEN_OVER) -> StoredDelivery:
    return intake.store.store(delivered(file_of(*rows)), ZONNEDIJK, "Woonstee", StaffId("staff-1"), moment)


def the_signal(answer: MatchedRow) -> CaseSignal:
    assert answer.open is not None
    [signal] = answer.open.signals
    return signal


def test_a_row_becomes_a_signal_of_the_day_on_which_it_came_in_there(intake: Intake) -> None:
    stored = taken_over(intake, a_running("2027-03-02 mail verstuurd"))
    signal = the_signal(intake.matching.match(first_row(stored.delivery_id), at=TAKEN_OVER))
    assert (signal.received_at, signal.taken_over_at) == (at("2027-03-01 00:00"), TAKEN_OVER)
    assert [past.channel for past in signal.past] == [Channel.MAIL]
    with intake.database.read() as session:
        [row] = session.exec(select(SignalRow)).all()
    assert row.received_at == at("2027-03-01 00:00")


def test_the_same_file_is_one_delivery_and_another_than_a_partner_sent(intake: Intake) -> None:
    row = a_running()
    first, again = taken_over(intake, row), taken_over(intake, row)
    assert (again.delivery_id, again.already) == (first.delivery_id, True)


def test_recurrence_counts_from_the_day_of_receipt(intake: Intake) -> None:
    """In whatever order the rows of a file come."""
    home = {"postcode": "9990 CD", "huisnummer": "8"}
    stored = taken_over(
        intake,
        a_running(received="2027-03-01", achternaam="Vleugel", geboortedatum="1990-01-01", **home),
        a_running(received="2027-02-26", achternaam="Anders", geboortedatum="1970-01-01", **home),
    )
    later, earlier = (
        the_signal(intake.matching.match(row, at=TAKEN_OVER))
        for group in intake.matching.groups(stored.delivery_id, size=10)
        for row in group.rows
    )
    assert (later.recurrence, earlier.recurrence) == (Recurrence.SUCCESSIVE, Recurrence.FIRST)
    # A signal of this month is the next one at that address.
    row = intake.row(postcode="9990 CD", huisnummer="8", achternaam="Derde", geboortedatum="1960-01-01")
    assert the_signal(intake.matching.match(row, at=TAKEN_OVER)).recurrence is Recurrence.SUCCESSIVE


def test_a_case_that_runs_here_already_is_no_repeated_report(intake: Intake) -> None:
    """Its partner reported nothing, so hears nothing of it."""
    row = a_running(kenmerk="WO-1")
    first = first_row(taken_over(intake, row).delivery_id)
    intake.matching.match(first, at=TAKEN_OVER)
    intake.matching.settled(first)
    more = taken_over(intake, row, a_running(kenmerk="WO-2", achternaam="Ander", geboortedatum="1950-01-01"))
    again = intake.matching.match(first_row(more.delivery_id), at=TAKEN_OVER)
    assert (again.open, again.join) == (None, None)
    with intake.database.read() as session:
        [repeated] = session.exec(select(DeliveredRow).where(DeliveredRow.status == RowStatus.REPEATED)).all()
        assert repeated.erase_at == at("2027-03-01 00:00").astimezone(UTC) + KEPT
        assert session.exec(select(FeedbackRow)).all() == []
        assert len(session.exec(select(SignalRow)).all()) == 1
