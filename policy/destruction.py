"""When a list of what is going to be erased is made, whether it is agreed to, and what its being agreed to changes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from models.codes import Role
from models.destruction import Asked, ListFate, OnList, Permit, Weekday
from models.ids import StaffId
from policy.calendar import at_local, local

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ListTerms:
    """How a municipality that wants lists makes them."""

    weekday: Weekday
    ahead_days: int
    """How long before the first date on it a list is made."""
    people: int
    """How many different people must agree."""
    cooling_off_days: int
    """How long after that nothing of it is erased yet."""
    longest_wait_days: int
    """How long erasure waits at most past its date for a list that is not agreed to."""


@dataclass(frozen=True)
class Listed:
    """The list on which a unit stands, as far as it matters to the unit."""

    name: str
    longest_wait_days: int
    cooling_off_until: datetime | None
    """None while not enough people agreed."""
    roles: tuple[Role, ...]


def week_of(now: datetime, weekday: Weekday) -> date:
    """The day on which the list of this moment's week is to be made: today or the last one that was this weekday."""
    today = local(now).date()
    return today - timedelta(days=(today.weekday() - tuple(Weekday).index(weekday)) % 7)


def name_of(made_for: date) -> str:
    """By the year and week of the calendar, so that a list that is made again after a restore has the name it had."""
    year, week, _ = made_for.isocalendar()
    return f"{year}-{week:02}"


def covered_until(made_for: date, terms: ListTerms) -> datetime:
    """What goes before this moment, and stands on no list yet, is on the list that is made for this day."""
    return at_local(made_for + timedelta(days=terms.ahead_days) + WEEK, time(0))


def permit(asked: Asked, listed: Listed | None, terms: ListTerms | None) -> Permit:
    """`terms`: those of today, for what is on no list; None where no lists are made. What is on a list goes by what
    was so when the list was made. A date of the law waits for nobody longer than those terms say."""
    if listed is None and terms is None:
        return Permit(unit_id=asked.unit_id, not_before=asked.due_at)
    waits = listed.longest_wait_days if listed is not None else terms.longest_wait_days if terms is not None else 0
    latest = asked.due_at + timedelta(days=waits)
    if listed is None:
        return Permit(unit_id=asked.unit_id, not_before=latest, on_list=OnList(fate=ListFate.ON_NO_LIST))
    moment, fate = latest, ListFate.NOT_APPROVED
    if listed.cooling_off_until is not None:
        agreed = max(asked.due_at, listed.cooling_off_until)
        moment, fate = (agreed, ListFate.APPROVED) if agreed <= latest else (latest, ListFate.COOLED_SHORT)
    on_list = OnList(list_name=listed.name, fate=fate, roles=listed.roles)
    return Permit(unit_id=asked.unit_id, not_before=moment, on_list=on_list)


class ListStanding(StrEnum):
    """How a list fares."""

    TO_APPROVE = "to_approve"
    LATE = "late"
    """Not enough people agreed, and whoever agrees now is too late for the first date on it."""
    COOLING_OFF = "cooling_off"
    APPROVED = "approved"
    PASSED = "passed"
    """All its dates came before enough people agreed."""


@dataclass(frozen=True)
class ListDates:
    """What a list's standing follows from."""

    first_due_at: datetime
    ends_at: datetime
    """When the last of it goes, whoever agrees."""
    cooling_off_days: int
    cooling_off_until: datetime | None


def standing(dates: ListDates, *, now: datetime) -> ListStanding:
    if dates.cooling_off_until is not None:
        return ListStanding.APPROVED if dates.cooling_off_until <= now else ListStanding.COOLING_OFF
    if dates.ends_at <= now:
        return ListStanding.PASSED
    in_time = now + timedelta(days=dates.cooling_off_days) <= dates.first_due_at
    return ListStanding.TO_APPROVE if in_time else ListStanding.LATE


def refusal_of_approving(
    dates: ListDates, *, by: StaffId, approvers: Collection[StaffId | None], now: datetime
) -> str | None:
    """Why somebody's agreement does not count; None if it does. `approvers`: who agreed before."""
    if dates.cooling_off_until is not None:
        return "Er zijn al genoeg mensen akkoord."
    if by in approvers:
        return "U bent al akkoord. Een ander moet ook akkoord zijn."
    if dates.ends_at <= now:
        return "Alle datums op deze lijst zijn al voorbij."
    return None
