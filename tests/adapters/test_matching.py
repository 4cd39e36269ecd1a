"""Each signal finds its one case, whatever breaks off on the way, and two people never share one."""

import multiprocessing
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select
from temporalio.testing import ActivityEnvironment

from activities.delivery import DeliveryActivities, GroupToOpen
from activities.records import MatchedRow, RowGroup
from adapters.blind import IndexKind
from adapters.delivered_rows import NotASignal
from adapters.delivery_control import DeliveryControl
from adapters.documents import Documents
from adapters.feedback_ledger import FeedbackLedger
from adapters.known_people import near_units
from adapters.likeness import Evidence, Likeness, likeness
from adapters.reservation_rows import LOCKED
from adapters.row_groups import RowGroups
from adapters.vault import Erased
from models.case import CaseState
from models.codes import DocumentKind, FeedbackCode, Phase, RowStatus, SignalStatus
from models.ids import (
    CaseId,
    DeliveryId,
    PartnerId,
    RowId,
    StaffId,
    resident_of,
    row_of,
    signal_of,
    unit_of_case,
    unit_of_row,
)
from models.personal import Resident
from models.tables import CaseRow, CaseSignalRow, DeliveredRow, DeliveryRow, Row, SignalRow
from models.values import Bsn
from models.vault_tables import CaseSlotRow, ReservationRow
from tests.adapters.conftest import Databases
from tests.adapters.intake import KEPT, RECEIVED, Intake, Interrupted, a_row
from tests.builders import ZONNEDIJK
from tests.fakes import FakeDoor

NOW = RECEIVED + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)
BSN, OTHER_BSN = "999990019", "999990020"
TIMES = 12


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    yield intake
    intake.close()


def case_of(intake: Intake, **cells: str) -> CaseId:
    """The case of a new signal, opened or joined to the end."""
    row = intake.row(**cells)
    matched = intake.matching.match(row, at=NOW)
    intake.matching.settled(row)
    return matched.case_id


def resident_in(intake: Intake, case: CaseId) -> Resident:
    with intake.database.read() as session:
        found = Documents(intake.vault).read(session, DocumentKind.PERSON, resident_of(case))
    assert isinstance(found, Resident)
    return found


def delivered(intake: Intake, row: RowId) -> DeliveredRow:
    with intake.database.read() as session:
        return session.get_one(DeliveredRow, row)


def reserved(intake: Intake, row: RowId) -> ReservationRow | None:
    with intake.vault.database.read() as session:
        return session.get(ReservationRow, signal_of(row))


def cases(intake: Intake) -> set[str]:
    with intake.database.read() as session:
        return set(session.exec(select(CaseRow.id)))


# --- a signal finds its case --------------------------------------------------------------------------------------


def test_a_first_signal_opens_a_case_that_knows_its_resident(intake: Intake) -> None:
    row = intake.row(kenmerk="WO-1", crisis="ja", ontstaansdatum="2027-03-02", bsn=BSN)
    matched = intake.matching.match(row, at=NOW)
    assert matched.open is not None and matched.join is None
    state = matched.open
    (signal,), (person,) = state.signals, state.people
    assert (state.case_id, state.opened_at, state.phase) == (matched.case_id, NOW, Phase.RECEIVED)
    assert person.person_id == signal.person_id == resident_of(matched.case_id)
    assert (signal.signal_id, signal.unit_id, signal.crisis) == (signal_of(row), unit_of_row(row), True)
    assert (signal.partner_id, signal.received_at, signal.joined_at) == ("woonstee", RECEIVED, NOW)
    resident = resident_in(intake, matched.case_id)
    assert (resident.person_id, resident.surname, resident.bsn) == (person.person_id, "Bakkerink", Bsn(BSN))
    with intake.database.read() as session:
        stored = session.get_one(CaseRow, matched.case_id)
        signal_row = session.get_one(SignalRow, signal_of(row))
        link = session.get_one(CaseSignalRow, signal_of(row))
    assert (stored.phase, stored.unit_id, stored.wake_at) == (Phase.RECEIVED, unit_of_case(matched.case_id), NOW)
    assert CaseState.model_validate(stored.state) == state
    assert (signal_row.amount_cents, signal_row.days_in_arrears, signal_row.crisis) == (25_000, 30, True)
    assert (signal_row.status, signal_row.case_id) == (SignalStatus.NOT_YET_PICKED_UP, matched.case_id)
    assert (link.case_id, link.joined_at) == (matched.case_id, NOW)
    assert (delivered(intake, row).status, delivered(intake, row).case_id) == (RowStatus.OPENED, matched.case_id)


def test_a_case_and_its_row_know_when_the_supply_ends(intake: Intake) -> None:
    row = intake.row(einde_levering="2027-04-29")
    opened = intake.matching.match(row, at=NOW).open
    assert opened is not None
    assert opened.signals[0].end_of_supply_on == date(2027, 4, 29)
    with intake.database.read() as session:
        assert session.get_one(SignalRow, signal_of(row)).end_of_supply_on == date(2027, 4, 29)
    joined = intake.matching.match(intake.row(partner="Stroomnet", einde_levering="2027-05-03"), at=LATER).join
    assert joined is not None and joined.end_of_supply_on == date(2027, 5, 3)


@pytest.mark.parametrize(("said", "is_one"), [("ja", True), ("nee", False), ("", False)])
def test_a_case_knows_that_its_resident_has_a_business(intake: Intake, said: str, is_one: bool) -> None:
    opened = intake.matching.match(intake.row(ondernemer=said), at=NOW).open
    assert opened is not None and [signal.entrepreneur for signal in opened.signals] == [is_one]


@pytest.mark.parametrize(
    ("form", "is_entrepreneur", "is_entity"),
    [
        ("", False, False),
        ("eenmanszaak", True, False),
        ("v.o.f.", True, False),
        ("cv", True, False),
        ("maatschap", True, False),
        ("bv", False, True),
        ("Stichting", False, True),
        ("kerkgenootschap", False, True),
    ],
)
def test_a_case_knows_whether_there_is_a_resident(
    intake: Intake, form: str, is_entrepreneur: bool, is_entity: bool
) -> None:
    row = intake.row(rechtsvorm=form, ondernemer="nee")
    opened = intake.matching.match(row, at=NOW).open
    assert opened is not None
    [signal] = opened.signals
    assert (signal.entrepreneur, signal.legal_entity) == (is_entrepreneur, is_entity)
    with intake.database.read() as session:
        assert session.get_one(SignalRow, signal_of(row)).legal_entity is is_entity
    delivery = delivered(intake, row).delivery_id
    report = intake.matching.report(DeliveryId(delivery), finished_at=NOW)
    assert (report.opened, report.legal_entities) == (1, int(is_entity))


def test_a_company_is_nobody_of_the_address_where_it_is_registered(intake: Intake) -> None:
    owner = case_of(intake, kenmerk="WO-7")
    company = intake.matching.match(intake.row(kenmerk="WO-7", rechtsvorm="bv"), at=NOW)
    assert company.open is not None and company.case_id != owner
    # The owner is not taken for the company, and the company is known again.
    assert intake.matching.match(intake.row(partner="Stroomnet"), at=LATER).case_id == owner
    again = intake.matching.match(intake.row(kenmerk="WO-7", rechtsvorm="B.V."), at=LATER)
    assert (again.case_id, again.open, again.join) == (company.case_id, None, None)
    other = intake.matching.match(intake.row(partner="Stroomnet", rechtsvorm="bv"), at=LATER)
    assert other.case_id == company.case_id and other.join is not None and other.join.legal_entity


def test_a_second_signal_joins_the_open_case_as_its_resident(intake: Intake) -> None:
    case = case_of(intake, telefoon="06-12345001")
    row = intake.row(partner="Stroomnet", telefoon="06-12345002", email="a@example.nl", bsn=BSN)
    matched = intake.matching.match(row, at=LATER)
    assert matched.case_id == case and matched.open is None and matched.join is not None
    assert (matched.join.person_id, matched.join.joined_at) == (resident_of(case), LATER)
    assert delivered(intake, row).status == RowStatus.JOINED
    resident = resident_in(intake, case)
    assert [phone.number.text for phone in resident.phones] == ["+31612345001", "+31612345002"]
    assert [mailbox.address.text for mailbox in resident.mailboxes] == ["a@example.nl"]
    assert (resident.bsn, resident.person_id) == (Bsn(BSN), resident_of(case))
    assert intake.matching.match(row, at=LATER) == matched
    assert resident_in(intake, case) == resident


SAME = [
    ({"bsn": BSN}, {"bsn": BSN, "achternaam": "Oosterveld", "postcode": "9991AA"}),
    ({}, {"bsn": BSN}),
    ({}, {"achternaam": "Bakkerinck", "tussenvoegsel": "van", "toevoeging": "A"}),
    ({}, {"voorletters": "B."}),
    ({"geboortedatum": ""}, {}),
    ({}, {"geboortedatum": "", "voorletters": ""}),
    ({"kenmerk": "WO-7"}, {"kenmerk": "wo 7", "postcode": "9991AA", "bedrag": "300"}),
]
DIFFERENT = [
    ({"bsn": BSN}, {"bsn": OTHER_BSN}),
    ({"bsn": BSN}, {"bsn": BSN, "geboortedatum": "1981-01-31"}),
    ({}, {"geboortedatum": "1981-01-31"}),
    ({}, {"achternaam": "Oosterveld"}),
    ({}, {"huisnummer": "13"}),
    ({}, {"postcode": "9990AC", "geboortedatum": ""}),
    ({}, {"geboortedatum": "", "voorletters": "B."}),
    ({}, {"geboortedatum": "", "toevoeging": "A"}),
    ({"kenmerk": "WO-7"}, {"kenmerk": "WO-7", "postcode": "9991AA", "achternaam": "Oosterveld"}),
    ({"kenmerk": "WO-7"}, {"kenmerk": "WO-7", "postcode": "9991AA", "geboortedatum": "1981-01-31"}),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_person_has_one_case_whichever_signal_comes_first(
    intake: Intake, first: dict[str, str], second: dict[str, str]
) -> None:
    assert case_of(intake, **first) == case_of(intake, **second)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_two_people_have_two_cases(intake: Intake, first: dict[str, str], second: dict[str, str]) -> None:
    assert case_of(intake, **first) != case_of(intake, **second)


def test_a_case_is_compared_by_everything_its_signals_said(intake: Intake) -> None:
    """A father and a son: the case began without birth date, but by now it is the son's."""
    case = case_of(intake, geboortedatum="", voorletters="")
    assert case_of(intake, geboortedatum="2000-01-31") == case
    father = case_of(intake, geboortedatum="1970-01-31")
    assert father != case
    assert case_of(intake, geboortedatum="1970-01-31", partner="Stroomnet") == father
    assert case_of(intake, geboortedatum="2000-01-31", partner="Stroomnet") == case


def test_the_reference_of_another_partner_means_nothing(intake: Intake) -> None:
    case = case_of(intake, kenmerk="7")
    assert case_of(intake, kenmerk="7", partner="Stroomnet", postcode="9991AA") != case


KINDS = st.sampled_from(IndexKind)
EVIDENCE = st.dictionaries(KINDS, st.frozensets(st.sampled_from("abc"), max_size=2), max_size=6)


@given(EVIDENCE, EVIDENCE)
def test_likeness_is_the_same_from_both_sides(mine: Evidence, theirs: Evidence) -> None:
    assert likeness(mine, theirs) is likeness(theirs, mine)


@given(EVIDENCE, EVIDENCE)
def test_no_likeness_without_something_shared_that_is_about_a_person(mine: Evidence, theirs: Evidence) -> None:
    shared = {kind for kind in mine if mine[kind] & theirs.get(kind, frozenset())}
    found = likeness(mine, theirs)
    assert found is None or IndexKind.BSN in shared or IndexKind.SURNAME_SOUND in shared
    assert found in (None, Likeness.BSN) or shared & {IndexKind.HOUSE, IndexKind.ADDRESS, IndexKind.PARTNER_REFERENCE}


# --- a repeated report --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "status"), [("250", "repeated"), ("249,99", "repeated"), ("250,01", "joined")])
def test_the_same_arrears_again_count_only_when_they_grew(intake: Intake, amount: str, status: str) -> None:
    case = case_of(intake, kenmerk="WO-7")
    row = intake.row(kenmerk="WO-7", bedrag=amount)
    matched = intake.matching.match(row, at=NOW)
    assert (matched.case_id, matched.join is None) == (case, status == "repeated")
    assert matched.open is None
    assert delivered(intake, row).status == status
    assert intake.matching.match(row, at=LATER) == matched


def test_a_repeated_row_belongs_to_no_case_and_goes_at_its_own_term(intake: Intake) -> None:
    case_of(intake, kenmerk="WO-7")
    row = intake.row(kenmerk="WO-7")
    intake.matching.match(row, at=NOW)
    stored = delivered(intake, row)
    assert (stored.case_id, stored.erase_at) == (None, RECEIVED + KEPT)
    with intake.database.read() as session:
        signal = session.get_one(SignalRow, signal_of(row))
        assert (signal.case_id, signal.status) == (None, SignalStatus.NOT_PICKED_UP_REPEAT)
        assert signal.erase_at == stored.erase_at


def test_the_partner_hears_once_that_its_signal_was_a_repeat(intake: Intake) -> None:
    case = case_of(intake, kenmerk="WO-7")
    row = intake.row(kenmerk="WO-7")
    for _ in range(2):
        intake.matching.match(row, at=NOW)
    with intake.database.read() as session:
        partner = PartnerId(session.get_one(SignalRow, signal_of(row)).partner_id)
    ledger = FeedbackLedger(intake.database, intake.vault)
    batch = ledger.owed(ZONNEDIJK, partner, at=LATER)
    assert batch is not None
    assert [(told.signal_id, told.case_id, told.code) for told in batch.signals] == [
        (signal_of(row), case, FeedbackCode.REPEAT)
    ]
    assert ledger.content(batch.batch_id) == [("WO-7", FeedbackCode.REPEAT)]
    ledger.delivered(batch.batch_id, at=LATER)
    intake.matching.match(row, at=LATER)
    assert ledger.owed(ZONNEDIJK, partner, at=LATER) is None


def test_other_arrears_of_the_same_partner_join(intake: Intake) -> None:
    case = case_of(intake, kenmerk="WO-7")
    row = intake.row(kenmerk="WO-8")
    assert intake.matching.match(row, at=NOW).case_id == case
    assert delivered(intake, row).status == RowStatus.JOINED


def test_the_same_arrears_after_the_case_closed_are_a_case_again(intake: Intake) -> None:
    case = case_of(intake, kenmerk="WO-7")
    intake.matching.case_closed(case)
    row = intake.row(kenmerk="WO-7")
    assert intake.matching.match(row, at=NOW).open is not None


def test_the_same_arrears_twice_in_one_file_are_one_signal(intake: Intake) -> None:
    twice = a_row()
    delivery = intake.deliver(twice, twice | {"telefoon": "06-12345001"}).delivery_id
    (group,) = intake.matching.groups(delivery, size=10)
    for row in group.rows:
        intake.matching.match(row, at=NOW)
        intake.matching.settled(row)
    report = intake.matching.report(delivery, finished_at=LATER)
    assert (report.opened, report.repeated, report.joined, report.stored) == (1, 1, 0, 0)


def test_a_repetition_broken_off_before_its_row_was_written_stays_one(intake: Intake) -> None:
    case = case_of(intake, kenmerk="WO-7")
    row = intake.row(kenmerk="WO-7")
    intake.database.left = 0
    with pytest.raises(Interrupted):
        intake.matching.match(row, at=NOW)
    intake.matching.case_closed(case)
    assert intake.matching.match(row, at=LATER) == MatchedRow(row_id=row, case_id=case)
    assert delivered(intake, row).status == RowStatus.REPEATED


# --- half-done states ---------------------------------------------------------------------------------------------


def test_broken_off_after_the_choice_the_same_case_is_opened(intake: Intake) -> None:
    row = intake.row()
    intake.database.left = 0
    with pytest.raises(Interrupted):
        intake.matching.match(row, at=NOW)
    chosen = reserved(intake, row)
    assert chosen is not None and cases(intake) == set()
    matched = intake.matching.match(row, at=LATER)
    assert matched.open is not None and matched.open.opened_at == LATER
    assert cases(intake) == {chosen.case_id} == {matched.case_id}


def test_broken_off_before_it_was_settled_the_same_answer_is_given(intake: Intake) -> None:
    row = intake.row()
    first = intake.matching.match(row, at=NOW)
    assert intake.matching.match(row, at=LATER) == first
    intake.matching.settled(row)
    assert intake.matching.match(row, at=LATER) == MatchedRow(row_id=row, case_id=first.case_id)


def test_what_the_case_did_meanwhile_is_not_undone(intake: Intake) -> None:
    row = intake.row()
    case = intake.matching.match(row, at=NOW).case_id
    with intake.database.write() as session:
        stored = session.get_one(CaseRow, case)
        stored.phase, stored.sequence = Phase.CONTACT, 4
    intake.matching.match(row, at=LATER)
    with intake.database.read() as session:
        assert (session.get_one(CaseRow, case).phase, session.get_one(CaseRow, case).sequence) == (Phase.CONTACT, 4)


def test_whoever_joins_a_case_that_was_only_chosen_writes_it_first(intake: Intake) -> None:
    opener = intake.row(telefoon="06-12345001")
    intake.database.left = 0
    with pytest.raises(Interrupted):
        intake.matching.match(opener, at=NOW)
    joined = intake.matching.match(intake.row(partner="Stroomnet", telefoon="06-12345002"), at=LATER)
    assert joined.join is not None
    assert [phone.number.text for phone in resident_in(intake, joined.case_id).phones] == [
        "+31612345001",
        "+31612345002",
    ]
    matched = intake.matching.match(opener, at=LATER + timedelta(hours=1))
    assert matched.open is not None and matched.open.opened_at == LATER
    assert len(resident_in(intake, joined.case_id).phones) == 2
    assert delivered(intake, opener).status == RowStatus.OPENED


def test_half_done_rows_come_back_in_the_groups_and_done_ones_do_not(intake: Intake) -> None:
    delivery = intake.deliver(*(a_row(huisnummer=str(number)) for number in range(1, 5))).delivery_id
    (group,) = intake.matching.groups(delivery, size=10)
    fresh, chosen, written, done = group.rows
    intake.database.left = 0
    with pytest.raises(Interrupted):
        intake.matching.match(chosen, at=NOW)
    for row in (written, done):
        intake.matching.match(row, at=NOW)
    intake.matching.settled(done)
    assert [group.rows for group in intake.matching.groups(delivery, size=10)] == [(fresh, chosen, written)]
    for row in (fresh, chosen, written):
        intake.matching.match(row, at=NOW)
        intake.matching.settled(row)
    assert intake.matching.groups(delivery, size=10) == []


# --- a case that closed -------------------------------------------------------------------------------------------


def test_a_signal_whose_case_just_closed_opens_a_new_linked_case(intake: Intake) -> None:
    closed = case_of(intake)
    row = intake.row(partner="Stroomnet", telefoon="06-12345002")
    assert intake.matching.match(row, at=NOW).case_id == closed
    again = intake.matching.rematch(row, closed, at=LATER)
    assert again.open is not None and again.case_id != closed
    assert again.open.people[0].person_id == resident_of(again.case_id)
    assert intake.matching.rematch(row, closed, at=LATER + timedelta(hours=1)) == again
    assert intake.matching.match(row, at=LATER) == again
    assert intake.matching.earlier_cases(again.case_id) == (closed,)
    assert (delivered(intake, row).status, delivered(intake, row).case_id) == (RowStatus.OPENED, again.case_id)
    with intake.database.read() as session:
        assert session.get_one(CaseSignalRow, signal_of(row)).case_id == again.case_id
        assert session.get_one(SignalRow, signal_of(row)).person_id == resident_of(again.case_id)
    assert case_of(intake) == again.case_id


def test_a_broken_off_second_choice_is_completed(intake: Intake) -> None:
    closed = case_of(intake)
    row = intake.row()
    intake.matching.match(row, at=NOW)
    intake.database.left = 0
    with pytest.raises(Interrupted):
        intake.matching.rematch(row, closed, at=NOW)
    matched = intake.matching.match(row, at=LATER)
    assert matched.open is not None and matched.case_id != closed
    assert intake.matching.rematch(row, closed, at=LATER) == matched


def test_two_signals_of_a_closed_case_end_in_one_new_case(intake: Intake) -> None:
    closed = case_of(intake)
    one, other = intake.row(), intake.row()
    for row in (one, other):
        intake.matching.match(row, at=NOW)
    first = intake.matching.rematch(one, closed, at=LATER)
    second = intake.matching.rematch(other, closed, at=LATER)
    assert first.case_id == second.case_id
    assert first.open is not None and second.join is not None


def test_every_new_case_of_a_signal_is_another_one(intake: Intake) -> None:
    row = intake.row()
    seen = [intake.matching.match(row, at=NOW).case_id]
    for _ in range(3):
        seen.append(intake.matching.rematch(row, seen[-1], at=LATER).case_id)
    assert len(set(seen)) == 4


def test_a_closed_case_is_surely_started_and_learns_nothing_more(intake: Intake) -> None:
    row = intake.row()
    case = intake.matching.match(row, at=NOW).case_id
    joining = intake.row(telefoon="06-12345002", partner="Stroomnet")
    chosen = intake.matching.match(joining, at=NOW)
    intake.matching.case_closed(case)
    with intake.database.write() as session:
        stored = session.get_one(CaseRow, case)
        stored.phase, stored.closed_at = Phase.CLOSED, LATER
    assert intake.matching.match(row, at=LATER) == MatchedRow(row_id=row, case_id=case)
    assert intake.matching.match(joining, at=LATER).join == chosen.join
    assert len(resident_in(intake, case).phones) == 1


def test_an_erased_case_is_not_found_and_no_longer_linked(intake: Intake) -> None:
    closed = case_of(intake)
    intake.matching.case_closed(closed)
    second = case_of(intake)
    intake.vault.destroy([unit_of_case(closed)])
    assert intake.matching.earlier_cases(second) == ()
    with intake.vault.database.read() as session:
        assert session.get(CaseSlotRow, closed) is None


def test_a_signal_that_waits_for_an_erased_case_finds_another(intake: Intake) -> None:
    closed = case_of(intake)
    row = intake.row()
    intake.matching.match(row, at=NOW)
    intake.vault.destroy([unit_of_case(closed)])
    assert intake.matching.match(row, at=LATER).join is not None
    assert intake.matching.rematch(row, closed, at=LATER).open is not None


def test_what_is_refused_or_erased_is_never_matched(intake: Intake) -> None:
    with pytest.raises(NotASignal):
        intake.matching.match(intake.row(postcode="x"), at=NOW)
    with pytest.raises(NotASignal):
        intake.matching.match(RowId("nothing"), at=NOW)
    row = intake.row()
    intake.vault.destroy([unit_of_row(row)])
    with pytest.raises(Erased):
        intake.matching.match(row, at=NOW)


# --- groups -------------------------------------------------------------------------------------------------------


def test_rows_of_one_house_bsn_or_reference_are_in_one_group(intake: Intake) -> None:
    delivery = intake.deliver(
        a_row(huisnummer="1", bsn=BSN),
        a_row(huisnummer="2"),
        a_row(huisnummer="3", kenmerk="WO-7"),
        a_row(huisnummer="4", bsn=BSN),
        a_row(huisnummer="4", toevoeging="A"),
        a_row(huisnummer="5", kenmerk="WO-7"),
        a_row(postcode="x"),
    ).delivery_id
    numbers = {
        row: delivered(intake, row).number for group in intake.matching.groups(delivery, size=1) for row in group.rows
    }
    assert [tuple(map(numbers.get, group.rows)) for group in intake.matching.groups(delivery, size=1)] == [
        (2, 5, 6),
        (3,),
        (4, 7),
    ]
    assert [tuple(map(numbers.get, group.rows)) for group in intake.matching.groups(delivery, size=4)] == [
        (2, 3, 5, 6),
        (4, 7),
    ]


@given(st.lists(st.frozensets(st.integers(0, 12), max_size=3), max_size=40), st.integers(1, 8))
def test_groups_keep_together_what_is_linked_and_lose_nothing(shared: list[frozenset[int]], size: int) -> None:
    groups = RowGroups()
    for number, keys in enumerate(shared):
        groups.add(RowId(str(number)), keys)
    packed = [[int(row) for row in rows] for rows in groups.packed(size)]
    assert sorted(number for rows in packed for number in rows) == list(range(len(shared)))
    assert all(rows == sorted(rows) for rows in packed)
    place = {number: index for index, rows in enumerate(packed) for number in rows}
    for one, keys in enumerate(shared):
        for other in range(one):
            if keys & shared[other]:
                assert place[one] == place[other]


def test_the_report_counts_and_marks_the_delivery_finished_once(intake: Intake) -> None:
    delivery = intake.deliver(a_row(), a_row(), a_row(huisnummer="13"), a_row(postcode="x")).delivery_id
    assert intake.matching.report(delivery, finished_at=None).stored == 3
    for group in intake.matching.groups(delivery, size=2):
        for row in group.rows:
            intake.matching.match(row, at=NOW)
            intake.matching.settled(row)
    report = intake.matching.report(delivery, finished_at=NOW)
    assert (report.stored, report.opened, report.joined, report.repeated, report.refused) == (0, 2, 1, 0, 1)
    assert intake.matching.report(delivery, finished_at=LATER) == report
    with intake.database.read() as session:
        assert session.get_one(DeliveryRow, delivery).finished_at == NOW


# --- at once ------------------------------------------------------------------------------------------------------


def pairs(intake: Intake) -> list[tuple[RowId, RowId]]:
    """Two signals of one resident, many times; half of them share a BSN, the others house and birth date."""

    def rows(partner: str) -> list[RowId]:
        cells = [
            a_row(huisnummer=str(number), **({"bsn": bsn} if number % 2 else {}))
            for number, bsn in enumerate(bsns(TIMES), start=1)
        ]
        if partner == "Stroomnet":
            cells = [row | {"postcode": "9991AA"} if row["bsn"] else row for row in cells]
        delivery = intake.deliver(*cells, partner=partner)
        assert delivery.stored == TIMES
        groups = intake.matching.groups(delivery.delivery_id, size=1)
        return [row for group in groups for row in group.rows]

    return list(zip(rows("Woonstee"), rows("Stroomnet"), strict=True))


def bsns(count: int) -> list[str]:
    weights = (9, 8, 7, 6, 5, 4, 3, 2)
    found = []
    for prefix in range(99_990_000, 100_000_000):
        check = sum(weight * int(digit) for weight, digit in zip(weights, str(prefix), strict=True)) % 11
        if check < 10:
            found.append(f"{prefix}{check}")
        if len(found) == count:
            break
    return found


def check_one_case_each(intake: Intake, answers: list[tuple[MatchedRow, MatchedRow]]) -> None:
    for one, other in answers:
        assert one.case_id == other.case_id
        assert (one.open is None) != (other.open is None)
        assert (one.join is None) != (other.join is None)
    assert len(cases(intake)) == TIMES


def test_two_threads_choose_one_case(intake: Intake) -> None:
    matching, start = intake.matching, threading.Barrier(2)

    def match(row: RowId) -> MatchedRow:
        start.wait()
        return matching.match(row, at=NOW)

    with ThreadPoolExecutor(2) as pool:
        answers = [(first, second) for first, second in (pool.map(match, pair) for pair in pairs(intake))]
    check_one_case_each(intake, answers)


_START: Barrier | None = None


def _begin(start: Barrier) -> None:
    global _START
    _START = start


def match_all(urls: tuple[str, str], folder: Path, rows: list[RowId]) -> list[MatchedRow]:
    assert _START is not None
    intake = Intake.on(*urls, folder)
    answers = []
    for row in rows:
        _START.wait(30)
        answers.append(intake.matching.match(row, at=NOW))
    return answers


def test_two_processes_choose_one_case(intake: Intake) -> None:
    context = multiprocessing.get_context("spawn")
    sides = list(zip(*pairs(intake), strict=True))
    with ProcessPoolExecutor(2, context, _begin, (context.Barrier(2),)) as pool:
        work = [pool.submit(match_all, intake.urls, intake.folder, list(rows)) for rows in sides]
        one, other = (done.result(120) for done in work)
    check_one_case_each(intake, list(zip(one, other, strict=True)))


def test_one_row_matched_twice_at_once_is_matched_once(intake: Intake) -> None:
    row, matching = intake.row(), intake.matching
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: matching.match(row, at=NOW), range(8)))
    assert len({answer.model_dump_json() for answer in answers}) == 1
    assert len(cases(intake)) == 1


# --- nothing personal ---------------------------------------------------------------------------------------------


def test_no_column_of_the_main_database_holds_a_personal_value(intake: Intake) -> None:
    marks = {
        "kenmerk": "KENMERKCANARY",
        "klantnummer": "KLANTCANARY",
        "achternaam": "Naamcanary",
        "bsn": BSN,
        "postcode": "9876ZX",
        "straat": "Straatcanary",
        "telefoon": "0612345678",
        "email": "mailcanary@example.nl",
        "eigen_stappen": "stappencanary",
    }
    intake.matching.match(intake.row(**marks), at=NOW)
    intake.matching.match(intake.row(**marks | {"kenmerk": "TWEEDECANARY"}), at=NOW)
    intake.matching.match(intake.row(**marks | {"klantnummer": "canary 2"}), at=NOW)
    intake.row(**marks | {"huisnummer": "geencanary"})
    shown = contents(intake).casefold()
    assert shown.count("repeated") == 1
    assert "canary" not in shown
    # Ids are drawn by lot, and may hold any few digits.
    told = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", shown)
    for mark in (BSN, "9876", "12345678", "1980-01-31"):
        assert mark not in told


def contents(intake: Intake) -> str:
    """Every cell of the main database, bytes as text."""
    cells = []
    with intake.database.read() as session:
        for table in Row.metadata.sorted_tables:
            for row in session.connection().execute(text(f'SELECT * FROM "{table.name}"')):
                cells += [
                    bytes(cell).decode("latin-1") if isinstance(cell, bytes | memoryview) else str(cell) for cell in row
                ]
    return "\n".join(cells)


def test_who_is_near_is_found_by_index_however_many_are_known(databases: Databases) -> None:
    """In one select with the kinds in an OR every known person of the municipality was read, under the vault's lock."""
    wanted = near_units(ZONNEDIJK, {kind: frozenset({f"digest-of-{kind}"}) for kind in LOCKED})
    assert wanted is not None
    vault = databases.vault.database
    with vault.read() as session:
        connection = session.connection()
        asked = wanted.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        if vault.is_sqlite:
            steps = [step[3] for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
            searched = [step for step in steps if "blind_index" in step]
            assert all("(municipality=? AND kind=? AND digest=?)" in step for step in searched)
            assert len(searched) == len(LOCKED)
        else:
            # On an empty table it would read the table, which is as quick.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            steps = [step[0] for step in connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {asked}")]
            conditions = [step for step in steps if "Index Cond" in step]
            assert all("kind" in step and "digest" in step for step in conditions)
            assert len(conditions) == len(LOCKED)


def test_a_delivery_is_looked_at_window_by_window(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.matching.PAGE", 3)
    delivery = intake.deliver(*(a_row(huisnummer=str(number)) for number in range(1, 8))).delivery_id
    matching, windows, after = intake.matching, list[list[RowId]](), 0
    while (window := matching.window(delivery, size=2, after=after)).last is not None:
        windows.append([row for group in window.groups for row in group.rows])
        assert all(len(group.rows) <= 2 for group in window.groups)
        after = window.last
    assert windows == [[row_of(delivery, number) for number in part] for part in ((2, 3, 4), (5, 6, 7), (8,))]


def test_what_was_left_half_done_behind_is_found_by_whoever_begins_again(intake: Intake) -> None:
    delivery = intake.deliver(a_row(huisnummer="1"), a_row(huisnummer="2")).delivery_id
    done, half = row_of(delivery, 2), row_of(delivery, 3)
    matching = intake.matching
    matching.match(done, at=NOW)
    matching.settled(done)
    matching.match(half, at=NOW)
    (group,) = matching.window(delivery, size=10, after=0).groups
    assert group.rows == (half,)


def test_while_a_delivery_is_paused_nothing_of_it_is_next(intake: Intake) -> None:
    delivery = intake.deliver(a_row()).delivery_id
    control = DeliveryControl(intake.database)
    assert control.pause(delivery, by=StaffId("noor"), at=NOW)
    assert not control.pause(delivery, by=StaffId("thea"), at=NOW)
    window = intake.matching.window(delivery, size=10, after=0)
    assert (window.paused, window.groups, window.last) == (True, (), None)
    progress = control.progress(delivery)
    assert progress is not None
    assert (progress.rows, progress.done, progress.paused_at) == (1, 0, NOW)
    assert control.resume(delivery)
    assert not control.resume(delivery)
    assert intake.matching.window(delivery, size=10, after=0).last == 2


def test_what_became_of_a_delivery_stays_known_when_its_rows_are_gone(intake: Intake) -> None:
    delivery = intake.deliver(a_row(), a_row(postcode="fout")).delivery_id
    row = row_of(delivery, 2)
    intake.matching.match(row, at=NOW)
    intake.matching.settled(row)
    report = intake.matching.report(delivery, finished_at=NOW)
    assert (report.opened, report.refused) == (1, 1)
    with intake.database.write() as session:
        for known in session.exec(select(DeliveredRow).where(DeliveredRow.status == RowStatus.REFUSED)).all():
            session.delete(known)
    progress = DeliveryControl(intake.database).progress(delivery)
    assert progress is not None
    assert (progress.rows, progress.done, progress.finished_at) == (2, 2, NOW)
    # Finished once more, it says what it said.
    intake.matching.report(delivery, finished_at=NOW)
    again = DeliveryControl(intake.database).progress(delivery)
    assert again == progress
    assert DeliveryControl(intake.database).progress(DeliveryId("nothing")) is None
    assert not DeliveryControl(intake.database).pause(delivery, by=StaffId("noor"), at=NOW)


# --- a group ------------------------------------------------------------------------------------------------------


async def test_of_a_group_that_breaks_off_what_was_opened_need_not_be_opened_again(intake: Intake) -> None:
    rows = [intake.row(kenmerk=f"W-{number}", bsn=bsn) for number, bsn in enumerate((BSN, OTHER_BSN))]
    group = RowGroup(rows=(*rows, RowId("no-such-row")))
    delivering = DeliveryActivities(deliveries=intake.matching, door=FakeDoor())
    with pytest.raises(NotASignal):
        await ActivityEnvironment().run(delivering.open_group, GroupToOpen(group=group, at=NOW))
    with intake.vault.database.read() as session:
        assert [row.settled for row in session.exec(select(ReservationRow))] == [True, True]
