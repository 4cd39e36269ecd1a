"""A signal that was about somebody else gets a case of its own, two cases of one person become one, whatever breaks
off on the way."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities import ports
from activities.records import ErasureOrder, MatchedRow
from adapters.blind import IndexKind
from adapters.documents import Documents
from adapters.erasure import Eraser
from adapters.own_data import OwnData
from adapters.relocations import Relocations
from models.case import CaseSignal, CaseState, Retention
from models.codes import (
    DocumentKind,
    FeedbackCode,
    ItemSource,
    OutcomeClass,
    Phase,
    RetentionStart,
    RowStatus,
    SignalChange,
)
from models.ids import CaseId, ItemId, PersonId, RowId, case_opened_by, resident_of, signal_of, unit_of_case
from models.personal import Phone, Resident
from models.tables import CaseRow, CaseSignalRow, DeliveredRow, FeedbackRow, SignalRow
from models.terms import Term
from models.values import Bsn, MunicipalityCode, PhoneNumber
from models.vault_tables import CaseSlotRow, ReservationRow
from tests.adapters.intake import RECEIVED, Intake, Interrupted
from tests.builders import ZONNEDIJK, at

NOW = RECEIVED + timedelta(minutes=5)
LATER = NOW + timedelta(days=1)
BSN = "999990019"
FIRST = {"geboortedatum": "", "voorletters": "", "telefoon": "06-12345001"}
SON = {"geboortedatum": "2000-01-31", "bsn": BSN, "telefoon": "06-12345002", "email": "zoon@post.example"}


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    yield intake
    intake.close()


def relocations(intake: Intake) -> Relocations:
    return Relocations(intake.database, intake.vault)


def placed(intake: Intake, **cells: str) -> tuple[RowId, CaseId]:
    """A new signal that its case has."""
    row = intake.row(**cells)
    matched = intake.matching.match(row, at=NOW)
    intake.matching.settled(row)
    return row, matched.case_id


def a_wrong_match(intake: Intake) -> tuple[RowId, RowId, CaseId]:
    """Two signals in one case; the second is about somebody else."""
    first, case = placed(intake, **FIRST)
    second, joined = placed(intake, partner="Stroomnet", **SON)
    assert joined == case
    return first, second, case


def two_cases(intake: Intake) -> tuple[RowId, CaseId, CaseId]:
    """Two cases that are about one person: a signal, its case, and the case where it belongs."""
    _, into = placed(intake, geboortedatum="", voorletters="A.", telefoon="06-12345001")
    row, case = placed(intake, partner="Stroomnet", geboortedatum="", voorletters="J.", telefoon="06-12345002", bsn=BSN)
    assert case != into
    return row, case, into


def copy_of(intake: Intake, person: PersonId) -> Resident | None:
    with intake.database.read() as session:
        found = Documents(intake.vault).read(session, DocumentKind.PERSON, person)
    assert found is None or isinstance(found, Resident)
    return found


def resident_in(intake: Intake, case: CaseId) -> Resident:
    found = copy_of(intake, resident_of(case))
    assert found is not None
    return found


def told_of(intake: Intake, *cases: CaseId) -> list[str]:
    """The references in the overview for the resident of these cases."""
    found = [(case, resident_of(case)) for case in cases]
    own = OwnData(intake.database, intake.vault, found)
    return sorted(signal.said.partner_reference for one in found for signal in own.in_case(*one).signals)


def numbers(resident: Resident) -> list[str]:
    return [phone.number.text for phone in resident.phones]


def add_phone(intake: Intake, case: CaseId, phone: Phone) -> None:
    resident = resident_in(intake, case)
    fuller = resident.model_copy(update={"phones": (*resident.phones, phone)})
    with intake.database.write() as session:
        unit = unit_of_case(case)
        Documents(intake.vault).keep(session, unit, DocumentKind.PERSON, resident.person_id, fuller, at=NOW)


def reservation(intake: Intake, row: RowId) -> ReservationRow:
    with intake.vault.database.read() as session:
        return session.get_one(ReservationRow, signal_of(row))


def where(intake: Intake, row: RowId) -> set[tuple[str | None, str]]:
    """In which case, about whom, the signal is according to each place that says it; one answer when all is well."""
    chosen = reservation(intake, row)
    with intake.database.read() as session:
        signal, link = session.get_one(SignalRow, signal_of(row)), session.get_one(CaseSignalRow, signal_of(row))
        delivered = session.get_one(DeliveredRow, row)
    return {
        (chosen.case_id, chosen.person_id),
        (signal.case_id, signal.person_id),
        (link.case_id, link.person_id),
        (delivered.case_id, link.person_id),
    }


def status(intake: Intake, row: RowId) -> tuple[bool, str]:
    with intake.database.read() as session:
        return reservation(intake, row).opens, session.get_one(DeliveredRow, row).status


def signals_of(intake: Intake, *rows: RowId) -> tuple[CaseSignal, ...]:
    """The signals as their case has them."""
    found = []
    for row in rows:
        with intake.database.read() as session:
            link = session.get_one(CaseSignalRow, signal_of(row))
            signal = session.get_one(SignalRow, signal_of(row))
        found.append(
            CaseSignal.model_validate(
                {**signal.model_dump(), "signal_id": signal.id, **link.model_dump(), "end_of_supply_on": None}
            )
        )
    return tuple(found)


def found_by(intake: Intake, kind: IndexKind, value: str) -> set[str]:
    """The cases that this value finds."""
    return {unit for unit in intake.vault.find(ZONNEDIJK, kind, value) if unit.startswith("case-")}


def test_the_relocations_are_what_activities_ask_for(intake: Intake) -> None:
    port: ports.Relocations = relocations(intake)
    assert not port.can_merge(ZONNEDIJK, CaseId("nothing"))


# --- a signal about somebody else ---------------------------------------------------------------------------------


def test_a_signal_about_somebody_else_gets_a_case_of_its_own(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    opened = relocations(intake).split(signal_of(row), case, at=LATER)
    own = case_opened_by(signal_of(row), attempt=2)
    (signal,), (person,) = opened.signals, opened.people
    assert (opened.case_id, opened.opened_at, opened.municipality) == (own, LATER, ZONNEDIJK)
    assert person.person_id == signal.person_id == resident_of(own)
    assert (signal.signal_id, signal.partner_id, signal.joined_at) == (signal_of(row), "stroomnet", LATER)
    assert where(intake, row) == {(own, resident_of(own))}
    assert (status(intake, row), reservation(intake, row).settled) == ((True, RowStatus.OPENED), False)
    resident = resident_in(intake, own)
    assert (resident.bsn, resident.birth_date, numbers(resident)) == (Bsn(BSN), date(2000, 1, 31), ["+31612345002"])
    with intake.database.read() as session:
        stored = session.get_one(CaseRow, own)
    assert (stored.phase, CaseState.model_validate(stored.state)) == (Phase.RECEIVED, opened)


def test_the_old_case_forgets_what_only_that_signal_said(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    assert numbers(resident_in(intake, case)) == ["+31612345001", "+31612345002"]
    relocations(intake).split(signal_of(row), case, at=LATER)
    resident = resident_in(intake, case)
    assert (resident.bsn, resident.birth_date, resident.mailboxes) == (None, None, ())
    assert (numbers(resident), resident.surname) == (["+31612345001"], "Bakkerink")


def test_the_old_case_is_no_longer_found_by_what_only_that_signal_said(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    own = relocations(intake).split(signal_of(row), case, at=LATER).case_id
    for kind, value in (
        (IndexKind.BSN, BSN),
        (IndexKind.BIRTH_DATE, "2000-01-31"),
        (IndexKind.PHONE_TAIL, "345002"),
        (IndexKind.MAIL, "zoon@post.example"),
        (IndexKind.INITIAL, "a"),
    ):
        assert found_by(intake, kind, value) == {unit_of_case(own)}
    assert found_by(intake, IndexKind.PHONE_TAIL, "345001") == {unit_of_case(case)}
    assert found_by(intake, IndexKind.HOUSE, "9990AB|12") == {unit_of_case(case), unit_of_case(own)}


def test_later_signals_find_the_right_one_of_the_two(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    own = relocations(intake).split(signal_of(row), case, at=LATER).case_id
    assert placed(intake, bsn=BSN, geboortedatum="", postcode="9991AA")[1] == own
    assert placed(intake, geboortedatum="1970-01-31", voorletters="", partner="Stroomnet")[1] == case


def test_what_another_signal_said_too_stays(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    placed(intake, **SON | {"email": ""})
    relocations(intake).split(signal_of(row), case, at=LATER)
    resident = resident_in(intake, case)
    assert (resident.bsn, numbers(resident)) == (Bsn(BSN), ["+31612345001", "+31612345002"])
    assert unit_of_case(case) in found_by(intake, IndexKind.BSN, BSN)
    assert resident.mailboxes == ()


def test_what_a_repeated_report_of_it_said_does_not_stay(intake: Intake) -> None:
    _, case = placed(intake, **FIRST)
    row, _ = placed(intake, kenmerk="WO-7", **SON)
    assert placed(intake, kenmerk="WO-7", **SON) != (row, case)
    relocations(intake).split(signal_of(row), case, at=LATER)
    assert resident_in(intake, case).bsn is None


def test_whoever_asks_for_their_data_hears_no_repeated_report_of_a_signal_that_left(intake: Intake) -> None:
    _, case = placed(intake, kenmerk="WO-1", **FIRST)
    placed(intake, kenmerk="WO-1", **FIRST)
    row, joined = placed(intake, kenmerk="WO-7", **SON)
    placed(intake, kenmerk="WO-7", **SON)
    assert joined == case
    assert told_of(intake, case) == ["WO-1", "WO-1", "WO-7", "WO-7"]
    own = relocations(intake).split(signal_of(row), case, at=LATER).case_id
    assert (told_of(intake, case), told_of(intake, own)) == (["WO-1", "WO-1"], ["WO-7"])


def test_what_the_resident_or_a_caseworker_added_stays(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    told = Phone(id=ItemId("told"), number=PhoneNumber("+31612345003"), source=ItemSource.RESIDENT)
    add_phone(intake, case, told)
    relocations(intake).split(signal_of(row), case, at=LATER)
    assert numbers(resident_in(intake, case)) == ["+31612345001", "+31612345003"]
    assert found_by(intake, IndexKind.PHONE_TAIL, "345003") == {unit_of_case(case)}


def test_without_the_signal_that_opened_it_the_case_is_about_whom_the_others_name(intake: Intake) -> None:
    first, case = placed(intake, achternaam="Bakkerink", bsn=BSN, postcode="9991AA")
    placed(intake, partner="Stroomnet", achternaam="Oosterveld", bsn=BSN, telefoon="06-12345002")
    relocations(intake).split(signal_of(first), case, at=LATER)
    resident = resident_in(intake, case)
    assert (resident.person_id, resident.surname, resident.address.postcode.text) == (
        resident_of(case),
        "Oosterveld",
        "9990AB",
    )
    assert (resident.bsn, numbers(resident)) == (Bsn(BSN), ["+31612345002"])
    assert found_by(intake, IndexKind.HOUSE, "9991AA|12") == {unit_of_case(case_opened_by(signal_of(first), attempt=2))}


def test_what_a_partner_said_of_a_signal_is_known_in_its_own_case_too(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    (signal,) = signals_of(intake, row)
    said = {
        "ended": SignalChange.PAID,
        "amounts": 2,
        "days": 3,
        "end_of_supply_on": date(2027, 6, 1),
        "end_of_supply_told_at": NOW,
        "collection_paused_until": date(2027, 5, 1),
    }
    known = CaseState.model_validate(
        {"case_id": case, "municipality": ZONNEDIJK, "opened_at": NOW, "people": (), "signals": (signal,)}
    ).model_copy(update={"signals": (signal.model_copy(update=said),)})
    with intake.database.write() as session:
        session.get_one(CaseRow, case).state = known.model_dump(mode="json", exclude={"terms"})
    opened = relocations(intake).split(signal_of(row), case, at=LATER)
    assert {name: getattr(opened.signals[0], name) for name in said} == said


@pytest.mark.parametrize("transactions", [0, 1])
def test_a_split_that_was_broken_off_is_completed(intake: Intake, transactions: int) -> None:
    _, row, case = a_wrong_match(intake)
    intake.database.left = transactions
    with pytest.raises(Interrupted):
        relocations(intake).split(signal_of(row), case, at=LATER)
    chosen = reservation(intake, row).case_id
    opened = relocations(intake).split(signal_of(row), case, at=LATER)
    assert opened.case_id == chosen == case_opened_by(signal_of(row), attempt=2)
    assert where(intake, row) == {(chosen, resident_of(opened.case_id))}
    assert numbers(resident_in(intake, case)) == ["+31612345001"]
    assert relocations(intake).split(signal_of(row), case, at=LATER + timedelta(hours=1)) == opened


def test_whoever_joins_a_split_case_that_has_no_row_yet_writes_it_first(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    intake.database.left = 0
    with pytest.raises(Interrupted):
        relocations(intake).split(signal_of(row), case, at=LATER)
    joined = intake.matching.match(intake.row(**SON | {"telefoon": "06-12345003"}), at=LATER)
    assert joined.join is not None
    opened = relocations(intake).split(signal_of(row), case, at=LATER + timedelta(hours=1))
    assert (opened.case_id, opened.opened_at) == (joined.case_id, LATER)
    assert numbers(resident_in(intake, opened.case_id)) == ["+31612345002", "+31612345003"]
    assert numbers(resident_in(intake, case)) == ["+31612345001"]


def test_what_the_split_case_did_meanwhile_is_not_undone(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    own = relocations(intake).split(signal_of(row), case, at=LATER).case_id
    with intake.database.write() as session:
        session.get_one(CaseRow, own).phase = Phase.CONTACT
    add_phone(intake, case, Phone(id=ItemId("again"), number=PhoneNumber("+31612345002"), source=ItemSource.RESIDENT))
    relocations(intake).split(signal_of(row), case, at=LATER)
    with intake.database.read() as session:
        assert session.get_one(CaseRow, own).phase == Phase.CONTACT
    assert numbers(resident_in(intake, case)) == ["+31612345001", "+31612345002"]


def test_a_split_that_is_settled_is_done(intake: Intake) -> None:
    _, row, case = a_wrong_match(intake)
    own = relocations(intake).split(signal_of(row), case, at=LATER).case_id
    assert intake.matching.match(row, at=LATER).open is not None
    relocations(intake).settled(signal_of(row))
    assert intake.matching.match(row, at=LATER) == MatchedRow(row_id=row, case_id=own)


# --- two cases of one person --------------------------------------------------------------------------------------


def test_the_signals_of_a_merged_case_are_about_the_other_ones_resident(intake: Intake) -> None:
    row, _, into = two_cases(intake)
    (moved,) = relocations(intake).moved(signals_of(intake, row), into, at=LATER)
    assert (moved.person_id, moved.joined_at, moved.received_at) == (resident_of(into), LATER, RECEIVED)
    assert where(intake, row) == {(into, resident_of(into))}
    assert status(intake, row) == (False, RowStatus.JOINED)
    with intake.database.read() as session:
        assert session.get_one(CaseSignalRow, signal_of(row)).joined_at == LATER


def test_what_a_partner_is_owed_goes_along(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    with intake.database.write() as session:
        session.add(
            FeedbackRow(
                signal_id=signal_of(row),
                case_id=case,
                municipality=ZONNEDIJK.text,
                partner_id="stroomnet",
                code=FeedbackCode.HANDLED,
                owed_at=NOW,
            )
        )
    relocations(intake).moved(signals_of(intake, row), into, at=LATER)
    with intake.database.read() as session:
        assert session.get_one(FeedbackRow, signal_of(row)).case_id == into


def test_a_merged_case_tells_the_other_one_what_it_knew(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    merge(intake, row, case, into)
    resident = resident_in(intake, into)
    assert (resident.bsn, numbers(resident)) == (Bsn(BSN), ["+31612345001", "+31612345002"])
    assert resident.person_id == resident_of(into)
    assert unit_of_case(into) in found_by(intake, IndexKind.BSN, BSN)
    assert resident_in(intake, case).bsn == Bsn(BSN)


def test_whoever_asks_for_their_data_hears_repeated_reports_of_a_merged_case(intake: Intake) -> None:
    _, into = placed(intake, kenmerk="WO-1", geboortedatum="", voorletters="A.")
    other = {"partner": "Stroomnet", "kenmerk": "ST-7", "geboortedatum": "", "voorletters": "J.", "bsn": BSN}
    row, case = placed(intake, **other)
    assert (placed(intake, **other)[1], case != into) == (case, True)
    relocations(intake).moved(signals_of(intake, row), into, at=LATER)
    relocations(intake).merged(case, into)
    assert told_of(intake, into, case) == ["ST-7", "ST-7", "WO-1"]


def test_a_merged_case_can_no_longer_be_joined(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    merge(intake, row, case, into)
    assert placed(intake, bsn=BSN, postcode="9991AA")[1] == into
    with intake.vault.database.read() as session:
        assert not session.get_one(CaseSlotRow, case).open
    assert intake.matching.earlier_cases(into) == (case,)


def test_a_signal_on_its_way_to_a_merged_case_finds_the_other_one(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    on_its_way = intake.row(bsn=BSN, postcode="9991AA")
    assert intake.matching.match(on_its_way, at=NOW).case_id == case
    merge(intake, row, case, into)
    again = intake.matching.rematch(on_its_way, case, at=LATER)
    assert (again.case_id, again.join is not None) == (into, True)


def test_a_merge_that_came_to_nothing_leaves_everything_as_it_was(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    signals, before = signals_of(intake, row), (where(intake, row), status(intake, row), resident_in(intake, into))
    relocations(intake).moved(signals, into, at=LATER)
    assert relocations(intake).moved(signals, case, at=LATER) == signals
    assert (where(intake, row), status(intake, row), resident_in(intake, into)) == before
    assert signals_of(intake, row) == signals
    assert placed(intake, bsn=BSN, postcode="9991AA")[1] == case


@pytest.mark.parametrize("transactions", [0, 1])
def test_a_merge_that_was_broken_off_is_completed(intake: Intake, transactions: int) -> None:
    """After the first transaction of the rows, the case has the signals; then what it knew is told."""
    row, case, into = two_cases(intake)
    signals = signals_of(intake, row)
    intake.database.left = transactions
    with pytest.raises(Interrupted):
        relocations(intake).moved(signals, into, at=LATER)
        relocations(intake).merged(case, into)
    for _ in range(2):
        (moved,) = relocations(intake).moved(signals, into, at=LATER)
        relocations(intake).merged(case, into)
    assert (moved.person_id, moved.joined_at) == (resident_of(into), LATER)
    assert where(intake, row) == {(into, resident_of(into))}
    assert numbers(resident_in(intake, into)) == ["+31612345001", "+31612345002"]


def test_a_merge_that_was_broken_off_on_its_way_back_is_completed(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    signals = signals_of(intake, row)
    relocations(intake).moved(signals, into, at=LATER)
    intake.database.left = 0
    with pytest.raises(Interrupted):
        relocations(intake).moved(signals, case, at=LATER)
    relocations(intake).moved(signals, case, at=LATER)
    assert (where(intake, row), status(intake, row)) == ({(case, resident_of(case))}, (True, RowStatus.OPENED))


def test_a_signal_that_leaves_a_merged_case_again_opens_a_new_one(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    merge(intake, row, case, into)
    own = relocations(intake).split(signal_of(row), into, at=LATER).case_id
    assert own not in (case, into)
    assert numbers(resident_in(intake, into)) == ["+31612345001"]
    assert found_by(intake, IndexKind.PHONE_TAIL, "345002") == {unit_of_case(case), unit_of_case(own)}


def test_what_went_to_another_case_is_not_erased_with_its_first_one(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    merge(intake, row, case, into)
    eraser, order = Eraser(intake.database, intake.vault), an_order(case)
    eraser.destroy(order)
    eraser.delete_rows(order)
    assert where(intake, row) == {(into, resident_of(into))}
    assert copy_of(intake, resident_of(case)) is None


def test_only_an_open_case_of_the_municipality_takes_another_ones_signals(intake: Intake) -> None:
    _, case, into = two_cases(intake)
    assert relocations(intake).can_merge(ZONNEDIJK, into)
    assert not relocations(intake).can_merge(MunicipalityCode("9902"), into)
    intake.matching.case_closed(into)
    assert not relocations(intake).can_merge(ZONNEDIJK, into)
    with intake.database.write() as session:
        stored = session.get_one(CaseRow, case)
        stored.phase, stored.closed_at = Phase.CLOSED, LATER
    assert not relocations(intake).can_merge(ZONNEDIJK, case)


def test_a_case_has_the_signals_when_it_said_so(intake: Intake) -> None:
    row, case, into = two_cases(intake)
    signals = signals_of(intake, row)
    assert relocations(intake).has(case, signals)
    assert not relocations(intake).has(into, signals)
    assert not relocations(intake).has(CaseId("nothing"), signals)


# --- at once ------------------------------------------------------------------------------------------------------


def test_a_signal_that_comes_during_a_split_is_in_one_of_the_two(intake: Intake) -> None:
    for number in range(1, 11):
        house = {"huisnummer": str(number), "bsn": ""}
        _, case = placed(intake, **FIRST | house)
        row, _ = placed(intake, partner="Stroomnet", **SON | house)
        new = intake.row(**SON | house)
        with ThreadPoolExecutor(2) as pool:
            split = pool.submit(relocations(intake).split, signal_of(row), case, at=LATER)
            matched = pool.submit(intake.matching.match, new, at=LATER).result()
        own = split.result().case_id
        assert matched.join is not None and matched.case_id in (case, own)
        assert where(intake, new) == {(matched.case_id, resident_of(matched.case_id))}
        found = found_by(intake, IndexKind.BIRTH_DATE, "2000-01-31")
        assert (unit_of_case(case) in found) == (matched.case_id == case)
        if matched.case_id == case:
            assert resident_in(intake, case).birth_date == date(2000, 1, 31)
            relocations(intake).split(signal_of(new), case, at=LATER)


def test_signals_that_are_moved_crosswise_do_not_wait_for_each_other(intake: Intake) -> None:
    for number in range(1, 6):
        house = {"huisnummer": str(number), "geboortedatum": ""}
        one, case = placed(intake, voorletters="A.", **house)
        other, into = placed(intake, voorletters="J.", **house)
        with ThreadPoolExecutor(2) as pool:
            moves = [
                pool.submit(relocations(intake).moved, signals_of(intake, row), target, at=LATER)
                for row, target in ((one, into), (other, case))
            ]
            for move in moves:
                move.result()
        assert where(intake, one) == {(into, resident_of(into))}
        assert where(intake, other) == {(case, resident_of(case))}


def merge(intake: Intake, row: RowId, case: CaseId, into: CaseId) -> None:
    relocations(intake).moved(signals_of(intake, row), into, at=LATER)
    relocations(intake).merged(case, into)


def an_order(case: CaseId) -> ErasureOrder:
    unit = unit_of_case(case)
    return ErasureOrder(
        order_id="order-1",
        municipality=ZONNEDIJK,
        units=(unit,),
        case_id=case,
        workflow_ids=(),
        retention=Retention(
            unit_id=unit,
            outcome_class=OutcomeClass.NOT_PICKED_UP,
            due_at=at("2027-10-05 09:00"),
            start=RetentionStart.RECEIPT,
            started_at=RECEIVED,
            term=Term(months=6),
            ground="beleid",
        ),
    )
