"""Several people of one address in one case, where a municipality takes a household together."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.documents import Documents
from adapters.known_people import Household
from adapters.matching import Matching
from adapters.relocations import Relocations
from models.case import CaseSignal
from models.codes import DocumentKind, RowStatus
from models.ids import CaseId, PersonId, RowId, resident_of, signal_of, unit_of_case
from models.personal import Resident
from models.tables import CaseSignalRow, DeliveredRow, SignalRow
from tests.adapters.intake import KEPT, RECEIVED, Intake, six_months
from tests.builders import ZONNEDIJK

NOW = RECEIVED + timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)
BSN, OTHER_BSN = "999990019", "999990020"
SPOUSE = {"achternaam": "Oosterveld", "voorletters": "C.", "geboortedatum": "1981-05-02"}


@pytest.fixture
def intake(databases: Any, tmp_path: Path) -> Iterator[Intake]:
    intake = Intake.on(*Intake(databases.main, databases.vault, tmp_path).urls, tmp_path)
    yield intake
    intake.close()


def matching(intake: Intake, household: Household = lambda municipality: 4) -> Matching:
    return Matching(intake.database, intake.vault, keep_repeated=KEPT, look_back=six_months, household=household)


def joined(intake: Intake, **cells: str) -> CaseSignal:
    """The signal as the case that it joins gets it."""
    row = intake.row(**cells)
    found = matching(intake).match(row, at=NOW)
    assert found.join is not None
    matching(intake).settled(row)
    return found.join


def case_of(intake: Intake, **cells: str) -> CaseId:
    return case_by(lambda municipality: 4, intake, **cells)


def case_by(household: Household, intake: Intake, /, **cells: str) -> CaseId:
    """The case of a new signal by a municipality's own rule."""
    row = intake.row(**cells)
    found = matching(intake, household).match(row, at=NOW)
    matching(intake, household).settled(row)
    return found.case_id


def copy_of(intake: Intake, person: PersonId) -> Resident | None:
    with intake.database.read() as session:
        found = Documents(intake.vault).read(session, DocumentKind.PERSON, person)
    assert found is None or isinstance(found, Resident)
    return found


def test_somebody_else_at_the_address_joins_as_another_person_with_a_copy_of_their_own(intake: Intake) -> None:
    case = case_of(intake, telefoon="06-12345001")
    row = intake.row(telefoon="06-12345002", **SPOUSE)
    found = matching(intake).match(row, at=LATER)
    assert found.case_id == case and found.join is not None
    person = found.join.person_id
    assert person != resident_of(case)
    spouse, resident = copy_of(intake, person), copy_of(intake, resident_of(case))
    assert spouse is not None and resident is not None
    assert (spouse.person_id, spouse.surname, [phone.number.text for phone in spouse.phones]) == (
        person,
        "Oosterveld",
        ["+31612345002"],
    )
    assert (resident.surname, [phone.number.text for phone in resident.phones]) == ("Bakkerink", ["+31612345001"])
    with intake.database.read() as session:
        rows = session.get_one(SignalRow, signal_of(row)), session.get_one(CaseSignalRow, signal_of(row))
        assert {(found.case_id, found.person_id) for found in rows} == {(case, person)}
        assert session.get_one(DeliveredRow, row).status == RowStatus.JOINED
    assert matching(intake).match(row, at=LATER) == found


def test_by_default_nobody_shares_a_case(intake: Intake) -> None:
    row = intake.row()
    case = intake.matching.match(row, at=NOW).case_id
    assert intake.matching.match(intake.row(**SPOUSE), at=NOW).case_id != case
    never = case_by(lambda municipality: None, intake, **SPOUSE | {"achternaam": "Timmer"})
    assert never != case


def test_the_municipality_is_asked_which_rule_it_has(intake: Intake) -> None:
    asked = []

    def household(municipality: object) -> int:
        asked.append(municipality)
        return 4

    case_by(household, intake)
    assert asked == [ZONNEDIJK]


def test_each_further_signal_names_its_own_person(intake: Intake) -> None:
    case = case_of(intake, bsn=BSN)
    spouse = joined(intake, bsn=OTHER_BSN, **SPOUSE).person_id
    assert joined(intake, bsn=OTHER_BSN, partner="Stroomnet", **SPOUSE).person_id == spouse
    assert joined(intake, partner="Stroomnet", **SPOUSE).person_id == spouse
    assert joined(intake, bsn=BSN, partner="Stroomnet").person_id == resident_of(case)
    assert joined(intake, partner="Stroomnet").person_id == resident_of(case)
    third = joined(intake, achternaam="Timmer", partner="Stroomnet").person_id
    assert third not in (spouse, resident_of(case))


def test_what_a_second_signal_of_somebody_says_is_added_to_their_own_copy(intake: Intake) -> None:
    case = case_of(intake)
    spouse = joined(intake, **SPOUSE).person_id
    joined(intake, partner="Stroomnet", telefoon="06-12345002", bsn=OTHER_BSN, **SPOUSE)
    known, resident = copy_of(intake, spouse), copy_of(intake, resident_of(case))
    assert known is not None and resident is not None
    assert known.bsn is not None and len(known.phones) == 1
    assert resident.bsn is None and resident.phones == ()


def test_the_birth_date_of_one_and_the_name_of_another_make_nobody(intake: Intake) -> None:
    case = case_of(intake)
    spouse = joined(intake, **SPOUSE).person_id
    mixed = joined(intake, achternaam="Oosterveld", voorletters="D.", geboortedatum="1980-01-31").person_id
    assert mixed not in (spouse, resident_of(case))


def test_a_spouse_who_moves_is_still_found_by_who_they_are(intake: Intake) -> None:
    case = case_of(intake, bsn=BSN)
    spouse = joined(intake, bsn=OTHER_BSN, **SPOUSE).person_id
    elsewhere = joined(intake, postcode="9991AA", **SPOUSE | {"bsn": OTHER_BSN})
    assert elsewhere.person_id == spouse
    assert case_of(intake, postcode="9991AA", achternaam="Timmer") != case


ANOTHER_HOME = [
    ({}, {"huisnummer": "13"}),
    ({"toevoeging": "A"}, {"toevoeging": "B"}),
    ({"toevoeging": "A"}, {}),
    ({}, {"toevoeging": "A"}),
    ({}, {"postcode": "9990AC"}),
]


@pytest.mark.parametrize(("first", "second"), ANOTHER_HOME)
def test_another_address_is_another_case(intake: Intake, first: dict[str, str], second: dict[str, str]) -> None:
    assert case_of(intake, **first) != case_of(intake, **SPOUSE | second)


def test_with_the_same_addition_people_share_a_case(intake: Intake) -> None:
    case_of(intake, toevoeging="B", achternaam="Timmer")
    assert case_of(intake, toevoeging="A") == case_of(intake, **SPOUSE | {"toevoeging": "a"})


def test_without_addition_nobody_shares_a_case_where_additions_are_known(intake: Intake) -> None:
    case = case_of(intake)
    intake.row(toevoeging="A", achternaam="Timmer")
    assert case_of(intake, **SPOUSE) != case


def test_where_more_people_are_known_than_a_household_has_nobody_shares_a_case(intake: Intake) -> None:
    rows = [intake.row(achternaam=name) for name in ("Aalders", "Bakkerink", "Cornelissen", "Dekker", "Evers")]
    found = [matching(intake).match(row, at=NOW).case_id for row in rows]
    assert len(set(found)) == 5


def test_one_person_with_many_signals_is_one_person(intake: Intake) -> None:
    case = case_of(intake)
    for _ in range(5):
        joined(intake)
    assert joined(intake, **SPOUSE).person_id != resident_of(case)


def test_who_moved_in_after_somebody_does_not_share_their_case(intake: Intake) -> None:
    """The case knows two addresses, so its resident may have left this one."""
    case = case_of(intake, bsn=BSN)
    assert joined(intake, bsn=BSN, postcode="9991AA").person_id == resident_of(case)
    assert case_of(intake, **SPOUSE) != case


def test_a_closed_case_is_not_shared(intake: Intake) -> None:
    case = case_of(intake)
    matching(intake).case_closed(case)
    assert case_of(intake, **SPOUSE) != case


def test_another_person_who_comes_after_their_case_closed_finds_the_next_one(intake: Intake) -> None:
    case = case_of(intake)
    row = intake.row(**SPOUSE)
    assert matching(intake).match(row, at=NOW).case_id == case
    other = intake.row(achternaam="Timmer")
    assert matching(intake).match(other, at=NOW).case_id == case
    first, second = (matching(intake).rematch(one, case, at=LATER) for one in (row, other))
    assert first.open is not None and second.join is not None
    assert second.join.person_id not in (resident_of(case), resident_of(first.case_id))


def test_the_same_arrears_of_another_person_are_no_repetition(intake: Intake) -> None:
    """A contract in two names: both hear of it."""
    case_of(intake, kenmerk="WO-7", bedrag="250")
    spouse = joined(intake, kenmerk="WO-7", bedrag="100", **SPOUSE).person_id
    assert joined(intake, kenmerk="WO-7", bedrag="200", **SPOUSE).person_id == spouse


def test_a_later_case_is_linked_to_the_closed_one_of_whoever_was_in_it(intake: Intake) -> None:
    closed = case_of(intake, bsn=BSN)
    joined(intake, bsn=OTHER_BSN, **SPOUSE)
    matching(intake).case_closed(closed)
    again = case_of(intake, bsn=OTHER_BSN, **SPOUSE)
    assert matching(intake).earlier_cases(again) == (closed,)
    assert matching(intake).earlier_cases(case_of(intake, bsn=BSN, toevoeging="A")) == (closed,)


def test_when_their_last_signal_leaves_a_person_leaves_the_case(intake: Intake) -> None:
    case = case_of(intake, bsn=BSN)
    row, spouse = a_spouse_in(intake, case)
    own = Relocations(intake.database, intake.vault).split(signal_of(row), case, at=LATER).case_id
    assert copy_of(intake, spouse) is None
    resident, moved = copy_of(intake, resident_of(case)), copy_of(intake, resident_of(own))
    assert resident is not None and (resident.surname, resident.bsn is None) == ("Bakkerink", False)
    assert moved is not None and moved.surname == "Oosterveld"


def test_another_person_goes_along_to_the_case_that_theirs_is_merged_into(intake: Intake) -> None:
    into = case_of(intake, huisnummer="14", geboortedatum="", voorletters="A.")
    case = case_of(intake, geboortedatum="", voorletters="J.")
    row, spouse = a_spouse_in(intake, case)
    relocations, signal = Relocations(intake.database, intake.vault), a_signal_of(intake, row)
    (moved,) = relocations.moved([signal], into, at=LATER)
    relocations.merged(case, into)
    assert moved.person_id == spouse
    known = copy_of(intake, spouse)
    assert known is not None and known.surname == "Oosterveld"
    intake.vault.destroy([unit_of_case(case)])
    assert copy_of(intake, spouse) == known


def a_spouse_in(intake: Intake, case: CaseId) -> tuple[RowId, PersonId]:
    row = intake.row(**SPOUSE)
    found = matching(intake).match(row, at=NOW)
    matching(intake).settled(row)
    assert found.case_id == case and found.join is not None
    return row, found.join.person_id


def a_signal_of(intake: Intake, row: RowId) -> CaseSignal:
    with intake.database.read() as session:
        link, signal = session.get_one(CaseSignalRow, signal_of(row)), session.get_one(SignalRow, signal_of(row))
    return CaseSignal.model_validate({**signal.model_dump(), "signal_id": signal.id, "joined_at": link.joined_at})
