"""The monthly sample of outcomes that colleagues judge. Its rows go with their cases; what was counted stays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from adapters.database import Database
from adapters.policy_book import PolicyFiles
from models.codes import Outcome, OutcomeClass, ReviewReason, Role
from models.ids import SYSTEM, CaseId, FactId, PersonId, StaffId, derived
from models.tables import (
    AbsenceRow,
    AuditPersonRow,
    AuditProcessRow,
    CaseRow,
    MunicipalityRow,
    ReviewCountRow,
    ReviewDrawRow,
    ReviewRow,
    StaffRow,
)
from models.values import MunicipalityCode
from policy.calendar import local
from policy.peer_review import Month, Recorded, drawn, given, month_before
from policy.permissions import Action, role_may
from policy.review_agreement import Judged

_OBJECTIONS = ("objection_made", "objection_decided")
"""Who was recognised by an earlier objection made none in this case."""


@dataclass(frozen=True)
class Draw:
    """The sample of a month: how many outcomes were in it, and how many of them were judged."""

    month: str
    drawn_at: datetime
    cases: int
    judged: int


@dataclass(frozen=True)
class Review:
    """An outcome that a colleague judges, or judged. `said` is None until then."""

    id: str
    case_id: CaseId
    municipality: MunicipalityCode
    month: str
    person_id: PersonId
    outcome: Outcome
    recorded_by: StaffId
    reviewer: StaffId | None
    said: Outcome | None
    reason: ReviewReason | None


class PeerReviews:
    """Draws, gives out, and counts what was said."""

    def __init__(self, database: Database, policies: PolicyFiles) -> None:
        self._database = database
        self._policies = policies

    def draw(self, municipality: MunicipalityCode, *, at: datetime) -> bool:
        """Draws the sample of the month before and gives it out; whether it was done now. Once for each month: what is
        erased from a sample is not replaced. Outcomes that were corrected since are left out, and come with the month
        of their correction. Without a policy, or by one that wants none, nothing is drawn."""
        month = month_before(local(at).date())
        if municipality not in self._policies.municipalities() or self.drawn(municipality, month) is not None:
            return False
        rule = self._policies.policy(municipality, local(at).date()).peer_review
        if not rule.cases:
            return False
        # Read before anything is locked: it looks at every outcome of a month.
        recorded = self._recorded(municipality, month, rule.outcomes)
        sample = drawn(recorded, municipality=municipality, month=month, size=rule.cases)
        pairs = given(sample, self._colleagues(municipality, at), municipality=municipality, month=month)
        with self._database.write() as session:
            self._database.lock(session, f"review/{municipality.text}", *(f"case/{one.case_id}" for one in sample))
            there = _still_there(session, sample)
            rows = [_row(one, colleague, municipality, month) for one, colleague in pairs if one.case_id in there]
            key = {"municipality": municipality.text, "month": str(month)}
            if not self._database.insert_once(session, ReviewDrawRow(**key, drawn_at=at, cases=len(rows))):
                return False
            self._database.insert_all_once(session, rows)
        return True

    def draw_due(self, at: datetime) -> int:
        """The same for every municipality; how many samples were drawn now. Port `activities.ports.ReviewSamples`."""
        with self._database.read() as session:
            codes = list(session.exec(select(MunicipalityRow.code).order_by(MunicipalityRow.code)))
        return sum(self.draw(MunicipalityCode(code), at=at) for code in codes)

    def drawn(self, municipality: MunicipalityCode, month: Month) -> Draw | None:
        """None while the month's sample was not drawn."""
        counted = select(func.sum(ReviewCountRow.cases)).where(
            ReviewCountRow.municipality == municipality.text, ReviewCountRow.month == str(month)
        )
        with self._database.read() as session:
            row = session.get(ReviewDrawRow, (municipality.text, str(month)))
            judged = session.exec(counted).one() or 0
        return None if row is None else Draw(row.month, row.drawn_at, row.cases, int(judged))

    def open(self, municipality: MunicipalityCode) -> list[Review]:
        """What nobody judged yet, the oldest month first."""
        return self._found(
            (ReviewRow.municipality == municipality.text, col(ReviewRow.judged_at).is_(None)), descending=False
        )

    def waiting_for(self, staff: StaffId, municipalities: Iterable[MunicipalityCode]) -> int:
        """How many of these municipalities somebody has to judge."""
        wanted = select(func.count()).where(
            col(ReviewRow.municipality).in_([code.text for code in municipalities]),
            col(ReviewRow.judged_at).is_(None),
            ReviewRow.recorded_by != staff,
            (col(ReviewRow.reviewer) == staff) | col(ReviewRow.reviewer).is_(None),
        )
        with self._database.read() as session:
            return session.exec(wanted).one()

    def disagreed(self, municipality: MunicipalityCode, months: Iterable[str]) -> list[Review]:
        """What a colleague would have recorded otherwise in these months, of cases that exist; the newest first."""
        otherwise = col(ReviewRow.said) != col(ReviewRow.outcome)
        of_months = col(ReviewRow.month).in_(list(months))
        return self._found((ReviewRow.municipality == municipality.text, otherwise, of_months), descending=True)

    def find(self, review: str) -> Review | None:
        with self._database.read() as session:
            row = session.get(ReviewRow, review)
        return None if row is None else _review(row)

    def judge(self, review: str, *, by: StaffId, said: Outcome, reason: ReviewReason | None, at: datetime) -> bool:
        """Keeps what a colleague said and counts it; False when it was judged before, or went with its case."""
        settled = (
            update(ReviewRow)
            .where(col(ReviewRow.id) == review, col(ReviewRow.judged_at).is_(None))
            .values(reviewer=by, said=said, reason=reason, judged_at=at)
            .returning(col(ReviewRow.municipality), col(ReviewRow.month), col(ReviewRow.outcome))
        )
        with self._database.write() as session:
            found = session.execute(settled).one_or_none()
            if found is None:
                return False
            municipality, month, outcome = found
            key = {"municipality": municipality, "month": month, "outcome": outcome, "said": said.value}
            counted = ReviewCountRow(**key, reason=reason.value if reason else "", cases=0)
            self._database.count(session, counted, cases=1)
        return True

    def wants(self, municipality: MunicipalityCode) -> bool:
        """Whether the policy of today asks for samples."""
        known = municipality in self._policies.municipalities()
        return known and self._policies.policy(municipality).peer_review.cases > 0

    def classes(self, municipality: MunicipalityCode) -> Mapping[Outcome, OutcomeClass]:
        """How the municipality groups outcomes; nothing where it has no policy, and so no samples."""
        known = municipality in self._policies.municipalities()
        return self._policies.policy(municipality).outcome_classes if known else {}

    def counts(self, municipality: MunicipalityCode, months: Iterable[str]) -> list[Judged]:
        """What was said of these months' outcomes, whatever was erased since; nothing where there is no policy by which
        outcomes are classed."""
        if not self.classes(municipality):
            return []
        wanted = select(ReviewCountRow).where(
            ReviewCountRow.municipality == municipality.text, col(ReviewCountRow.month).in_(list(months))
        )
        with self._database.read() as session:
            return [
                Judged(
                    month=row.month,
                    outcome=Outcome(row.outcome),
                    said=Outcome(row.said),
                    reason=ReviewReason(row.reason) if row.reason else None,
                    cases=row.cases,
                )
                for row in session.exec(wanted)
            ]

    def _found(self, which: tuple[Any, ...], *, descending: bool) -> list[Review]:
        month = col(ReviewRow.month).desc() if descending else col(ReviewRow.month)
        with self._database.read() as session:
            rows = session.exec(select(ReviewRow).where(*which).order_by(month, col(ReviewRow.id)))
            return [_review(row) for row in rows]

    def _recorded(self, municipality: MunicipalityCode, month: Month, outcomes: Sequence[Outcome]) -> list[Recorded]:
        """What people recorded in the month and did not correct since. Nothing of whoever objected to the use of their
        data: judging how we work is another use of them."""
        other = aliased(AuditProcessRow)
        objected = select(other.fact_id).where(other.case_id == CaseRow.id, col(other.kind).in_(_OBJECTIONS)).exists()
        wanted = (
            select(AuditProcessRow.at, AuditPersonRow)
            .join(AuditPersonRow, col(AuditPersonRow.fact_id) == col(AuditProcessRow.fact_id))
            .join(CaseRow, col(CaseRow.id) == col(AuditProcessRow.case_id))
            .where(
                CaseRow.municipality == municipality.text,
                CaseRow.opened_at < month.ends,
                col(CaseRow.closed_at).is_(None) | (col(CaseRow.closed_at) >= month.begins),
                AuditProcessRow.kind == "outcome_recorded",
                ~objected,
                AuditProcessRow.at >= month.begins,
            )
            .order_by(col(AuditProcessRow.at), col(AuditProcessRow.sequence))
        )
        last: dict[tuple[str, str], tuple[datetime, AuditPersonRow]] = {}
        with self._database.read() as session:
            for moment, row in session.exec(wanted):
                last[row.case_id, row.fact["person_id"]] = moment, row
        return [
            Recorded(
                fact_id=FactId(row.fact_id),
                case_id=CaseId(row.case_id),
                person_id=PersonId(row.fact["person_id"]),
                outcome=Outcome(row.fact["outcome"]),
                by=StaffId(row.fact["by"]),
            )
            for moment, row in last.values()
            if moment < month.ends and row.fact["by"] != SYSTEM and row.fact["outcome"] in outcomes
        ]

    def _colleagues(self, municipality: MunicipalityCode, at: datetime) -> list[StaffId]:
        """Caseworkers who are not away today; where there are fewer than two, supervisors as well."""
        today = local(at).date()
        away = select(AbsenceRow.staff).where(AbsenceRow.first_day <= today, AbsenceRow.last_day >= today)
        with self._database.read() as session:
            gone = set(session.exec(away))
            here = [
                row
                for row in session.exec(select(StaffRow).order_by(StaffRow.id))
                if municipality.text in row.municipalities
                and row.id not in gone
                and role_may(Role(row.role), Action.REVIEW_OUTCOMES)
            ]
        first = [StaffId(row.id) for row in here if row.role == Role.CASEWORKER]
        return first if len(first) > 1 else [StaffId(row.id) for row in here]


def _still_there(session: Session, sample: Iterable[Recorded]) -> set[str]:
    wanted = select(CaseRow.id).where(col(CaseRow.id).in_([one.case_id for one in sample]))
    return set(session.exec(wanted))


def _row(one: Recorded, reviewer: StaffId | None, municipality: MunicipalityCode, month: Month) -> ReviewRow:
    return ReviewRow(
        id=derived("review", one.fact_id),
        case_id=one.case_id,
        municipality=municipality.text,
        month=str(month),
        person_id=one.person_id,
        outcome=one.outcome,
        recorded_by=one.by,
        reviewer=reviewer,
    )


def _review(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        case_id=CaseId(row.case_id),
        municipality=MunicipalityCode(row.municipality),
        month=row.month,
        person_id=PersonId(row.person_id),
        outcome=Outcome(row.outcome),
        recorded_by=StaffId(row.recorded_by),
        reviewer=None if row.reviewer is None else StaffId(row.reviewer),
        said=None if row.said is None else Outcome(row.said),
        reason=None if row.reason is None else ReviewReason(row.reason),
    )


def withdraw(session: Session, case: CaseId, person: PersonId) -> None:
    """What was not judged yet of this person's outcomes is not judged any more: they object to other use of their data,
    or the outcome was corrected, which comes with its own month."""
    session.execute(
        delete(ReviewRow).where(
            col(ReviewRow.case_id) == case, col(ReviewRow.person_id) == person, col(ReviewRow.judged_at).is_(None)
        )
    )
