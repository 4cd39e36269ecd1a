"""Who takes which home visits along: one person at a time, for a day."""

import threading
from datetime import date, timedelta

from adapters.visits_taken import Taken, VisitsTaken
from models.ids import CaseId, StaffId
from tests.adapters.conftest import Databases
from tests.builders import NOW

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
NOOR, THEA, SAM = StaffId("noor"), StaffId("thea"), StaffId("sam")
A, B = CaseId("case-a"), CaseId("case-b")


def take(databases: Databases, staff: StaffId, *cases: CaseId, day: date = TODAY, **more: StaffId) -> frozenset[CaseId]:
    taken = Taken(staff, more.get("companion"), day)
    return VisitsTaken(databases.main).take(cases, taken, now=NOW, today=TODAY)


def who_has(databases: Databases, case: CaseId, today: date = TODAY) -> StaffId | None:
    found = VisitsTaken(databases.main).of([case], today=today).get(case)
    return None if found is None else found.staff


def test_what_a_colleague_has_stays_theirs(databases: Databases) -> None:
    assert take(databases, NOOR, A, companion=SAM) == {A}
    assert take(databases, THEA, A, B) == {B}
    assert (who_has(databases, A), who_has(databases, B)) == (NOOR, THEA)


def test_who_comes_along_has_it_too(databases: Databases) -> None:
    take(databases, NOOR, A, companion=SAM)
    found = VisitsTaken(databases.main).of([A, B], today=TODAY)
    assert {case: [taken.is_of(who) for who in (NOOR, SAM, THEA)] for case, taken in found.items()} == {
        A: [True, True, False]
    }


def test_ones_own_moves_to_another_day_with_somebody_else(databases: Databases) -> None:
    take(databases, NOOR, A, companion=SAM)
    assert take(databases, NOOR, A, day=TOMORROW, companion=THEA) == {A}
    assert VisitsTaken(databases.main).of([A], today=TODAY)[A] == Taken(NOOR, THEA, TOMORROW)


def test_a_day_that_is_over_says_nothing(databases: Databases) -> None:
    take(databases, NOOR, A)
    assert who_has(databases, A, today=TOMORROW) is None
    taken = Taken(THEA, None, TOMORROW)
    assert VisitsTaken(databases.main).take([A], taken, now=NOW, today=TOMORROW) == {A}
    assert VisitsTaken(databases.main).of([A], today=TODAY)[A] == taken


def test_whoever_takes_over_has_it_and_it_is_known_from_whom(databases: Databases) -> None:
    take(databases, NOOR, A)
    VisitsTaken(databases.main).take_over(A, Taken(THEA, None, TODAY), now=NOW)
    assert VisitsTaken(databases.main).of([A], today=TODAY)[A] == Taken(THEA, None, TODAY, taken_from=NOOR)


def test_only_whoever_has_it_gives_it_back(databases: Databases) -> None:
    take(databases, NOOR, A)
    VisitsTaken(databases.main).give_back(A, THEA)
    assert who_has(databases, A) == NOOR
    VisitsTaken(databases.main).give_back(A, NOOR)
    assert who_has(databases, A) is None


def test_a_visit_that_was_made_is_nobodys(databases: Databases) -> None:
    take(databases, NOOR, A, B)
    VisitsTaken(databases.main).made(A)
    assert (who_has(databases, A), who_has(databases, B)) == (None, NOOR)


def test_of_two_at_the_same_moment_one_gets_it(databases: Databases) -> None:
    got = dict[StaffId, frozenset[CaseId]]()
    together = threading.Barrier(2)

    def wants(staff: StaffId) -> None:
        together.wait()
        got[staff] = take(databases, staff, A, B)

    people = [threading.Thread(target=wants, args=(staff,)) for staff in (NOOR, THEA)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert got[NOOR] ^ got[THEA] == {A, B} and not got[NOOR] & got[THEA]
    assert {who_has(databases, case) for case in (A, B)} <= {NOOR, THEA}
