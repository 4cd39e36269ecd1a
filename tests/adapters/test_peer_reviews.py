"""The monthly sample: what is drawn, who gets it, what is counted, and what goes with a case."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from activities import ports
from activities.records import ErasureOrder
from adapters.erasure import Eraser
from adapters.peer_reviews import PeerReviews, Review
from adapters.policy_book import PolicyFiles
from models.case import CaseState
from models.codes import AttemptResult, Channel, Outcome, RegisterResult, ReviewReason, Role
from models.facts import AttemptMade, ObjectionMade, RegisterAnswered
from models.ids import SYSTEM, CaseId, SignalId, StaffId, StepId, UnitId, resident_of
from models.tables import AbsenceRow, MunicipalityRow, ReviewCountRow, ReviewDrawRow, ReviewRow, StaffRow
from models.values import MunicipalityCode
from policy.peer_review import Month
from policy.review_agreement import Judged
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case
from tests.adapters.test_erasure import orders_of
from tests.builders import (
    NOW,
    ZONNEDIJK,
    a_case_state,
    a_signal,
    after,
    at,
    outcome_recorded,
    route_chosen,
    told_and_closed,
)

NOOR, ADAM, EVA, THEA = StaffId("noor"), StaffId("adam"), StaffId("eva"), StaffId("thea")
APRIL, IN_APRIL, IN_MAY = Month(date(2027, 4, 1)), at("2027-04-20 10:00"), at("2027-05-03 09:00")
HIMSELF, QUICK_FIX = Outcome.SETTLES_IT_HIMSELF, Outcome.ADVICE_OR_QUICK_FIX
POLICIES = Path("policy/municipalities")


def the_reviews(databases: Databases, folder: Path, cases: int = 5) -> PeerReviews:
    """With the default policy, but for the size of the sample."""
    folder.mkdir(exist_ok=True)
    shutil.copy(POLICIES / "default.yaml", folder)
    sender = (POLICIES / "9901.yaml").read_text("utf-8")
    (folder / "9901.yaml").write_text(f"{sender}\npeer_review: {{cases: {cases}}}\n", "utf-8")
    return PeerReviews(databases.main, PolicyFiles(folder, today=IN_MAY.date))


@pytest.fixture
def reviews(databases: Databases, tmp_path: Path) -> PeerReviews:
    for staff, role in (
        (NOOR, Role.CASEWORKER),
        (ADAM, Role.CASEWORKER),
        (EVA, Role.CASEWORKER),
        (THEA, Role.SUPERVISOR),
    ):
        employ(databases, staff, role)
    return the_reviews(databases, tmp_path / "policies")


def employ(databases: Databases, staff: StaffId, role: Role, municipality: str = "9901") -> None:
    with databases.main.write() as session:
        session.merge(StaffRow(id=staff, name=staff.title(), role=role, municipalities=[municipality]))


def a_case_with(
    databases: Databases, number: int, outcome: Outcome = HIMSELF, *, by: StaffId = NOOR, moment: datetime = IN_APRIL
) -> CaseState:
    """A case in which somebody recorded this outcome."""
    case = CaseId(f"case-{number}")
    person = resident_of(case)
    signal = a_signal(case, signal_id=SignalId(f"signal-{number}"), unit_id=UnitId(f"signal-row-{number}"))
    talked = AttemptMade(
        at=NOW, person_id=person, step_id=StepId(f"{case}.x"), channel=Channel.CALL, result=AttemptResult.CONVERSATION
    )
    known = RegisterAnswered(at=NOW, person_id=person, result=RegisterResult.FOUND)
    state = store_case(databases, after(a_case_state(case, signals=(signal,)), route_chosen(), known, talked))
    fact = outcome_recorded(outcome, moment=moment, person_id=person).model_copy(update={"by": by})
    return happened(databases, state, fact, now=moment)


def drawn(reviews: PeerReviews) -> dict[str, Review]:
    return {review.case_id: review for review in reviews.open(ZONNEDIJK)}


def test_what_people_recorded_in_the_month_before_is_given_to_a_colleague(
    databases: Databases, reviews: PeerReviews
) -> None:
    a_case_with(databases, 1)
    a_case_with(databases, 2, by=ADAM)
    a_case_with(databases, 3, moment=at("2027-05-01 00:00"))
    a_case_with(databases, 4, by=SYSTEM)
    a_case_with(databases, 5, Outcome.DIED)
    assert reviews.draw(ZONNEDIJK, at=IN_MAY)
    found = drawn(reviews)
    assert sorted(found) == ["case-1", "case-2"]
    assert {review.month for review in found.values()} == {"2027-04"}
    assert (found["case-1"].outcome, found["case-1"].recorded_by) == (HIMSELF, NOOR)
    assert found["case-1"].reviewer in (ADAM, EVA) and found["case-2"].reviewer in (NOOR, EVA)


def test_nothing_is_drawn_of_who_objected(databases: Databases, reviews: PeerReviews) -> None:
    state, _ = a_case_with(databases, 1), a_case_with(databases, 2)
    happened(databases, state, ObjectionMade(at=IN_APRIL, by=NOOR, person_id=state.resident), now=IN_APRIL)
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    assert list(drawn(reviews)) == ["case-2"]


def test_who_objects_or_is_corrected_after_the_draw_is_not_judged_any_more(
    databases: Databases, reviews: PeerReviews
) -> None:
    objecting, corrected, other = (a_case_with(databases, number) for number in (1, 2, 3))
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    happened(databases, objecting, ObjectionMade(at=IN_MAY, by=NOOR, person_id=objecting.resident), now=IN_MAY)
    anew = outcome_recorded(Outcome.PAID_OR_ARRANGED, moment=IN_MAY, person_id=corrected.resident)
    happened(databases, corrected, anew.model_copy(update={"corrects": True, "by": EVA}), now=IN_MAY)
    assert list(drawn(reviews)) == [other.case_id]
    assert reviews.draw(ZONNEDIJK, at=at("2027-06-01 00:00"))
    assert sorted((case, review.month) for case, review in drawn(reviews).items()) == [
        (corrected.case_id, "2027-05"),
        (other.case_id, "2027-04"),
    ]


def test_a_month_is_drawn_once_and_what_is_gone_is_not_replaced(databases: Databases, reviews: PeerReviews) -> None:
    for number in range(8):
        a_case_with(databases, number)
    assert reviews.draw(ZONNEDIJK, at=IN_MAY)
    before = drawn(reviews)
    assert len(before) == 5
    with databases.main.write() as session:
        session.delete(session.exec(select(ReviewRow)).first())
    assert not reviews.draw(ZONNEDIJK, at=at("2027-05-31 23:59"))
    assert len(drawn(reviews)) == 4 and set(drawn(reviews)) < set(before)
    drawing = reviews.drawn(ZONNEDIJK, APRIL)
    assert drawing is not None and (drawing.cases, drawing.judged, drawing.drawn_at) == (5, 0, IN_MAY)


def test_the_same_is_drawn_whoever_draws_it(databases: Databases, reviews: PeerReviews) -> None:
    for number in range(12):
        a_case_with(databases, number)
    samples = []
    for _ in range(2):
        with databases.main.write() as session:
            for table in (ReviewRow, ReviewDrawRow):
                for row in session.exec(select(table)):
                    session.delete(row)
        reviews.draw(ZONNEDIJK, at=IN_MAY)
        samples.append({(case, review.reviewer) for case, review in drawn(reviews).items()})
    assert samples[0] == samples[1] and len(samples[0]) == 5


def test_the_monthly_job_draws_for_every_municipality_once(databases: Databases, reviews: PeerReviews) -> None:
    _as_port: ports.ReviewSamples = reviews
    a_case_with(databases, 1)
    with databases.main.write() as session:
        session.add(MunicipalityRow(code="9903", name="Elders, zonder beleid"))
    assert [reviews.draw_due(moment) for moment in (IN_MAY, IN_MAY, at("2027-06-01 00:00"))] == [1, 0, 1]
    assert list(drawn(reviews)) == ["case-1"]


def test_drawing_at_once_draws_one_sample(databases: Databases, reviews: PeerReviews) -> None:
    for number in range(6):
        a_case_with(databases, number)
    with ThreadPoolExecutor(4) as pool:
        done = [each.result() for each in [pool.submit(reviews.draw, ZONNEDIJK, at=IN_MAY) for _ in range(4)]]
    assert done.count(True) == 1 and len(drawn(reviews)) == 5


def test_what_was_corrected_counts_in_the_month_of_the_correction(databases: Databases, reviews: PeerReviews) -> None:
    for number, corrected in ((1, at("2027-04-25 10:00")), (2, at("2027-05-02 10:00"))):
        state = a_case_with(databases, number, Outcome.PAID_OR_ARRANGED)
        anew = outcome_recorded(HIMSELF, moment=corrected, person_id=state.resident)
        happened(databases, state, anew.model_copy(update={"corrects": True, "by": EVA}), now=corrected)
    assert reviews.draw(ZONNEDIJK, at=IN_MAY)
    assert [(case, review.outcome, review.recorded_by) for case, review in drawn(reviews).items()] == [
        ("case-1", HIMSELF, EVA)
    ]
    assert reviews.draw(ZONNEDIJK, at=at("2027-06-01 00:00"))
    assert sorted((case, review.month) for case, review in drawn(reviews).items()) == [
        ("case-1", "2027-04"),
        ("case-2", "2027-05"),
    ]


def test_who_is_away_gets_nothing_and_a_supervisor_helps_where_colleagues_are_few(
    databases: Databases, reviews: PeerReviews
) -> None:
    a_case_with(databases, 1)
    with databases.main.write() as session:
        for staff in (ADAM, EVA):
            day = date(2027, 5, 3)
            session.add(AbsenceRow(id=f"away-{staff}", staff=staff, first_day=day, last_day=day, deputy=NOOR))
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    assert [review.reviewer for review in drawn(reviews).values()] == [THEA]


def test_without_a_colleague_anybody_may_take_it_later(databases: Databases, tmp_path: Path) -> None:
    employ(databases, NOOR, Role.CASEWORKER)
    employ(databases, ADAM, Role.CASEWORKER, "9902")
    employ(databases, EVA, Role.REFERRAL_PARTY)
    a_case_with(databases, 1)
    reviews = the_reviews(databases, tmp_path / "policies")
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    assert [review.reviewer for review in drawn(reviews).values()] == [None]
    assert [reviews.waiting_for(staff, [ZONNEDIJK]) for staff in (NOOR, ADAM)] == [0, 1]
    assert reviews.waiting_for(ADAM, []) == 0


def test_a_policy_may_want_no_sample_and_without_a_policy_there_is_none(databases: Databases, tmp_path: Path) -> None:
    a_case_with(databases, 1)
    reviews = the_reviews(databases, tmp_path / "policies", cases=0)
    assert not reviews.draw(ZONNEDIJK, at=IN_MAY)
    assert not reviews.draw(MunicipalityCode("9999"), at=IN_MAY)
    assert reviews.classes(MunicipalityCode("9999")) == {}
    assert reviews.drawn(ZONNEDIJK, APRIL) is None


def test_nobody_can_be_given_what_they_recorded(databases: Databases, reviews: PeerReviews) -> None:
    a_case_with(databases, 1)
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    [review] = drawn(reviews).values()
    with pytest.raises(IntegrityError):
        reviews.judge(review.id, by=NOOR, said=HIMSELF, reason=None, at=IN_MAY)


def test_what_is_said_is_counted_once(databases: Databases, reviews: PeerReviews) -> None:
    for number in range(3):
        a_case_with(databases, number)
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    first, second, third = drawn(reviews).values()
    unclear = ReviewReason.UNCLEAR
    assert reviews.judge(first.id, by=ADAM, said=HIMSELF, reason=None, at=IN_MAY)
    assert reviews.judge(second.id, by=ADAM, said=QUICK_FIX, reason=unclear, at=IN_MAY)
    assert reviews.judge(third.id, by=EVA, said=QUICK_FIX, reason=unclear, at=IN_MAY)
    assert not reviews.judge(first.id, by=EVA, said=QUICK_FIX, reason=unclear, at=IN_MAY)
    assert not reviews.judge("unknown", by=EVA, said=QUICK_FIX, reason=unclear, at=IN_MAY)
    counts = sorted(reviews.counts(ZONNEDIJK, ["2027-04"]), key=lambda one: one.cases)
    assert counts == [Judged("2027-04", HIMSELF, HIMSELF, None, 1), Judged("2027-04", HIMSELF, QUICK_FIX, unclear, 2)]
    assert (reviews.counts(ZONNEDIJK, ["2027-05"]), reviews.counts(MunicipalityCode("9902"), ["2027-04"])) == ([], [])
    assert {one.case_id for one in reviews.disagreed(ZONNEDIJK, ["2027-04"])} == {second.case_id, third.case_id}
    assert reviews.disagreed(ZONNEDIJK, ["2027-05"]) == []
    assert reviews.open(ZONNEDIJK) == []
    drawing = reviews.drawn(ZONNEDIJK, APRIL)
    assert drawing is not None and drawing.judged == 3


def test_judging_at_once_counts_once(databases: Databases, reviews: PeerReviews) -> None:
    a_case_with(databases, 1)
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    [review] = drawn(reviews).values()

    def judge(_: int) -> bool:
        return reviews.judge(review.id, by=ADAM, said=HIMSELF, reason=None, at=IN_MAY)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(judge, range(4))).count(True) == 1
    assert [one.cases for one in reviews.counts(ZONNEDIJK, ["2027-04"])] == [1]


def test_a_sample_goes_with_its_cases_and_the_counts_stay(databases: Databases, reviews: PeerReviews) -> None:
    states = [told_and_closed(a_case_with(databases, number), IN_APRIL) for number in (1, 2)]
    reviews.draw(ZONNEDIJK, at=IN_MAY)
    for review in drawn(reviews).values():
        reviews.judge(review.id, by=ADAM, said=QUICK_FIX, reason=ReviewReason.CONTACT, at=IN_MAY)
    for order in orders_of(states[0]):
        erase(databases, order.model_copy(update={"case_id": states[0].case_id}))
    with databases.main.read() as session:
        assert [row.case_id for row in session.exec(select(ReviewRow))] == ["case-2"]
        assert [row.cases for row in session.exec(select(ReviewCountRow))] == [2]
        assert [row.cases for row in session.exec(select(ReviewDrawRow))] == [2]
    assert [one.case_id for one in reviews.disagreed(ZONNEDIJK, ["2027-04"])] == ["case-2"]


def test_nothing_is_drawn_of_a_case_that_is_erased_meanwhile(
    databases: Databases, reviews: PeerReviews, monkeypatch: pytest.MonkeyPatch
) -> None:
    states = [told_and_closed(a_case_with(databases, number), IN_APRIL) for number in (1, 2)]
    colleagues = reviews._colleagues

    def erasing(municipality: MunicipalityCode, moment: datetime) -> list[StaffId]:
        for order in orders_of(states[0]):
            erase(databases, order.model_copy(update={"case_id": states[0].case_id}))
        return colleagues(municipality, moment)

    monkeypatch.setattr(reviews, "_colleagues", erasing)
    assert reviews.draw(ZONNEDIJK, at=IN_MAY)
    assert list(drawn(reviews)) == ["case-2"]
    drawing = reviews.drawn(ZONNEDIJK, APRIL)
    assert drawing is not None and drawing.cases == 1


def erase(databases: Databases, order: ErasureOrder) -> None:
    eraser = Eraser(databases.main, databases.vault)
    eraser.destroy(order)
    eraser.certify(order, rows=eraser.delete_rows(order), executions=0, at=IN_MAY)
