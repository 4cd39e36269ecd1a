"""Which part of the work somebody asks for: of whom, and narrowed down to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.ids import StaffId
from models.terms import QueueKey
from policy.calendar import local
from policy.permissions import Action, Staff, may
from web import queries, work_queries
from web.auth import NotThere, scope
from web.filter_bar import that_fit
from web.paging import Scope
from web.queues import queue_names
from web.services import Services
from web.work_filters import NOBODY, Filters, read_filters
from web.work_queries import Reader, Whose, WorkFilter


@dataclass(frozen=True)
class Asked:
    """`queues`: those that this reader may meet, with their names."""

    reader: Reader
    chosen: WorkFilter
    filters: Filters
    queues: Mapping[QueueKey, str]


def read_asked(services: Services, staff: Staff, told: Mapping[str, str], *, now: datetime) -> Asked:
    """Raises `NotThere` when it asks for something that there is not for this reader."""
    within = scope(staff, Action.SEE_WORK_LIST)
    queues = queue_names(services.policies, within)
    filters = read_filters(told, queues=queues)
    if filters is None or not _may_be_met(services, within, filters.owner):
        raise NotThere
    chosen = _part(told.get("wie", ""), queues)
    reader = work_queries.reader(services.database, staff, within, today=local(now).date())
    return Asked(reader, chosen, that_fit(chosen, filters), queues)


def _may_be_met(services: Services, within: Scope, owner: str) -> bool:
    """Whether this is a colleague of these municipalities, or somebody who left work behind there."""
    if owner in ("", NOBODY):
        return True
    colleague = queries.staff(services.database, StaffId(owner))
    known = colleague is not None and any(may(colleague, Action.SEE_WORK_LIST, code) for code in within)
    return known or work_queries.owns_work(services.database, within, StaffId(owner))


def _part(text: str, queues: Mapping[str, str]) -> WorkFilter:
    if text in set(Whose):
        return Whose(text)
    if text not in queues:
        raise NotThere
    return text
