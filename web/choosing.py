"""What the address of a list chooses, and the addresses of such lists."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from adapters.policy_book import PolicyFiles
from adapters.supervision import Holder, LiesWith
from models.ids import StaffId
from models.terms import Calendars
from models.values import MunicipalityCode
from policy.free_days import calendars_from
from policy.permissions import Action, Staff
from policy.work_ahead import Ahead, WorkDay, work_days
from web import queries
from web.auth import NotThere, scope
from web.paging import Scope
from web.queues import queue_names
from web.services import Services

Code = TypeVar("Code", bound=StrEnum)
_MONTHS_KNOWN = 2


def link(path: str, **chosen: str | None) -> str:
    """An address that chooses this; what is empty is left out."""
    asked = urlencode({name: value for name, value in chosen.items() if value})
    return f"{path}?{asked}" if asked else path


def code(text: str, codes: type[Code]) -> Code | None:
    """One of these codes; None for nothing. Raises `NotThere`."""
    try:
        return codes(text) if text else None
    except ValueError:
        raise NotThere from None


def municipality(staff: Staff, action: Action, text: str) -> MunicipalityCode:
    """The one that is asked, else the first of somebody's own. Raises `NotThere`."""
    return municipalities(staff, action, text)[0]


def municipalities(staff: Staff, action: Action, text: str) -> Sequence[MunicipalityCode]:
    """The one that is asked, else all of somebody's own. Raises `NotThere`."""
    found = [each for each in scope(staff, action) if text in ("", each.text)]
    if not found:
        raise NotThere
    return found


def lies_with(services: Services, within: Scope, *, queue: str, holder: str, member: str) -> LiesWith:
    """With whom something lies, as it is asked: a queue, somebody or nobody, one member of staff. Raises `NotThere`,
    also for a member of staff where nothing is counted of them."""
    if queue and queue not in queue_names(services.policies, within):
        raise NotThere
    if member and member not in {each.staff_id for each in counted_staff(services, within)}:
        raise NotThere
    return LiesWith(queue or None, code(holder, Holder), StaffId(member) if member else None)


def counted_staff(services: Services, within: Scope) -> list[Staff]:
    """Of whom may be counted what they have: everybody who works for these municipalities, when the policy of each of
    them says so; else nobody."""
    if not all(counts_per_caseworker(services.policies, each) for each in within):
        return []
    return queries.workers(services.database, within)


def counts_per_caseworker(policies: PolicyFiles, where: MunicipalityCode) -> bool:
    return where in policies.municipalities() and policies.policy(where).supervision.figures_per_caseworker


def days_ahead(policies: PolicyFiles, where: MunicipalityCode, today: date) -> Ahead:
    """The next working days of a municipality."""
    return work_days(today, _calendars(policies, where, today))


def day(text: str, ahead: Ahead) -> WorkDay | None:
    """From "2027-04-05"; None for nothing. Raises `NotThere` for what is none of the days ahead."""
    if not text:
        return None
    try:
        found = ahead.on(date.fromisoformat(text))
    except ValueError:
        found = None
    if found is None:
        raise NotThere
    return found


def _calendars(policies: PolicyFiles, where: MunicipalityCode, today: date) -> Calendars:
    if where in policies.municipalities():
        return policies.policy(where).calendars(today, months=_MONTHS_KNOWN)
    return calendars_from(today, {}, {}, months=_MONTHS_KNOWN)
