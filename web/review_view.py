"""What the page of peer reviews shows."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.monitor import Quarter
from adapters.peer_reviews import PeerReviews, Review
from models.values import MunicipalityCode
from policy.calendar import local
from policy.figure_tables import TOTAL, Counts, Line, Table, added
from policy.peer_review import Month, month_before
from policy.permissions import Action, Staff, may
from policy.review_agreement import Agreement, Judged, by_quarter
from policy.small_cells import LEAST
from web import labels, quarters, queries, words
from web.language import said
from web.people import name_of, residents
from web.services import Services

QUARTERS_BEFORE = 4


@dataclass(frozen=True)
class Sample:
    """What a supervisor sees of the month's sample."""

    month: str
    drawn: str
    """When; empty while it was not drawn."""
    cases: int
    judged: int
    waiting: tuple[tuple[str, int], ...]
    """How many wait for whom, of earlier months too."""
    others: tuple[dict[str, Any], ...]
    """What colleagues have to judge, and the reader may in their place."""


@dataclass(frozen=True)
class ReviewTown:
    """One of the reader's municipalities."""

    code: str
    name: str
    agreements: tuple[tuple[str, Agreement], ...]
    """By name of the quarter, the newest first."""
    named_months: Mapping[str, str]
    differences: Table
    reasons: Table
    sample: Sample | None
    disagreed: tuple[dict[str, Any], ...]


def town_of(services: Services, staff: Staff, code: MunicipalityCode, name: str) -> ReviewTown:
    """What this reader sees of the municipality's reviews."""
    reviews, today = PeerReviews(services.database, services.policies), local(services.now()).date()
    leads = may(staff, Action.DRAW_REVIEW, code)
    last = month_before(today)
    months = _months(last)
    judged = reviews.counts(code, months)
    return ReviewTown(
        code=code.text,
        name=name,
        agreements=tuple((_quarter(quarter), found) for quarter, found in by_quarter(judged, reviews.classes(code))),
        named_months={month: _named(month) for month in months},
        differences=_differences(judged),
        reasons=_reasons(judged),
        sample=_sample(services, staff, reviews, code, last) if leads and reviews.wants(code) else None,
        disagreed=tuple(review_lines(services, reviews.disagreed(code, months))) if leads else (),
    )


def _months(last: Month) -> list[str]:
    """Whole quarters: that of the last month so far, and those before it."""
    so_far = (last.first.month - 1) % 3 + 1
    return [str(last.before(back)) for back in range(so_far + 3 * QUARTERS_BEFORE)]


def _quarter(code: str) -> str:
    year, _, number = code.partition("-")
    return quarters.name_of(Quarter(int(year), int(number)))


def _sample(services: Services, staff: Staff, reviews: PeerReviews, code: MunicipalityCode, month: Month) -> Sample:
    drawn = reviews.drawn(code, month)
    waiting = reviews.open(code)
    names = queries.staff_names(services.database, [one.reviewer for one in waiting])
    load = Counter(names.get(one.reviewer, said("een collega")) if one.reviewer else said("niemand") for one in waiting)
    others = [one for one in waiting if one.reviewer and staff.staff_id not in (one.reviewer, one.recorded_by)]
    return Sample(
        month=words.month(month.first),
        drawn="" if drawn is None else words.full_moment(drawn.drawn_at),
        cases=0 if drawn is None else drawn.cases,
        judged=0 if drawn is None else drawn.judged,
        waiting=tuple(sorted(load.items())),
        others=tuple(review_lines(services, others)),
    )


def review_lines(services: Services, reviews: list[Review]) -> list[dict[str, Any]]:
    """As a list shows them."""
    people = residents(services, [review.person_id for review in reviews])
    names = queries.staff_names(
        services.database, [staff for review in reviews for staff in (review.recorded_by, review.reviewer)]
    )
    return [
        {
            "id": review.id,
            "case_id": review.case_id,
            "who": name_of(people, review.person_id),
            "month": _named(review.month),
            "outcome": review.outcome.value,
            "recorded_by": names.get(review.recorded_by, said("een collega")),
            "reviewer": names.get(review.reviewer, said("een collega")) if review.reviewer else said("niemand"),
            "said": review.said.value if review.said else "",
            "reason": labels.label(review.reason) if review.reason else "",
        }
        for review in reviews
    ]


def _differences(judged: list[Judged]) -> Table:
    other = (
        (f"{labels.label(one.outcome)} → {labels.label(one.said)}", (one.cases,))
        for one in judged
        if one.said is not one.outcome
    )
    return _list(said("Vastgelegd → collega"), added(other), judged)


def _reasons(judged: list[Judged]) -> Table:
    given = ((labels.label(one.reason), (one.cases,)) for one in judged if one.reason is not None)
    return _list(said("Waarom een collega iets anders koos"), added(given), judged)


def _list(title: str, counts: Counts, judged: list[Judged]) -> Table:
    """Of ten judgements or more nothing is hidden: the share that agreed tells how many did not."""
    enough = sum(one.cases for one in judged) >= LEAST
    lines = tuple(Line(name, cells) for name, cells in counts.items()) if enough else ()
    total = Line(TOTAL, (sum(count for (count,) in counts.values()),))
    return Table(title, "oordelen", "", "", ("aantal",), lines, total if lines else None)


def _named(month: str) -> str:
    return words.month(date.fromisoformat(f"{month}-01"))
