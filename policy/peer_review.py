"""Whether help accepted is registered the same way by all: a monthly sample of outcomes, each judged by a colleague of
whoever recorded it. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.codes import Outcome
from models.ids import CaseId, FactId, PersonId, StaffId
from models.values import MunicipalityCode
from policy.calendar import add_months, at_local


@dataclass(frozen=True)
class Month:
    """A calendar month, local time."""

    first: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def begins(self) -> datetime:
        return at_local(self.first, time(0))

    @property
    def ends(self) -> datetime:
        """The first moment that is not in it."""
        return at_local(add_months(self.first, 1), time(0))

    def before(self, months: int) -> "Month":
        return Month(add_months(self.first, -months))


def month_before(day: date) -> Month:
    """The last whole month before this day."""
    return Month((day.replace(day=1) - timedelta(days=1)).replace(day=1))


@dataclass(frozen=True)
class Recorded:
    """An outcome that somebody recorded."""

    fact_id: FactId
    case_id: CaseId
    person_id: PersonId
    outcome: Outcome
    by: StaffId


def drawn(
    recorded: Iterable[Recorded], *, municipality: MunicipalityCode, month: Month, size: int
) -> tuple[Recorded, ...]:
    """The sample, in the order of drawing. By a lot of each outcome that follows from municipality and month: who draws
    twice draws the same, and one that is gone since changes nothing about the others."""
    return tuple(sorted(recorded, key=lambda one: _lot(municipality, month, one.fact_id))[:size])


def given(
    sample: Iterable[Recorded], colleagues: Iterable[StaffId], *, municipality: MunicipalityCode, month: Month
) -> list[tuple[Recorded, StaffId | None]]:
    """Each outcome with the colleague who judges it: never who recorded it, and everybody about as many. None where
    there is nobody else."""
    order = sorted(set(colleagues), key=lambda staff: _lot(municipality, month, staff))
    load: Counter[StaffId] = Counter()
    pairs: list[tuple[Recorded, StaffId | None]] = []
    for one in sample:
        colleague = min((each for each in order if each != one.by), key=load.__getitem__, default=None)
        if colleague is not None:
            load[colleague] += 1
        pairs.append((one, colleague))
    return pairs


def may_judge(staff: StaffId, *, recorded_by: StaffId, reviewer: StaffId | None, stands_in: bool) -> bool:
    """Whether this person may judge an outcome: who it was given to, anybody while it was given to nobody, and who
    stands in for colleagues; never who recorded it."""
    return staff != recorded_by and (stands_in or reviewer in (None, staff))


def _lot(municipality: MunicipalityCode, month: Month, one: str) -> str:
    return hashlib.sha256(f"{municipality.text}/{month}/{one}".encode()).hexdigest()
