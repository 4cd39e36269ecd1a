"""The next moments at which somebody can call, as a form offers them."""

from collections.abc import Sequence
from datetime import datetime

from adapters.working_hours import FreeMoment, WorkingHours
from models.case import Appointment, CaseState
from models.ids import StaffId
from policy.permissions import Staff
from policy.slots import works_at
from web import words
from web.forms.fields import Options
from web.forms.free_moment import option
from web.language import said
from web.services import Services

_OWN, _OF_A_COLLEAGUE = 6, 2


def moments(services: Services, state: CaseState, me: Staff, colleagues: Sequence[Staff]) -> Options:
    """One's own next free moments, then those of colleagues. None in a case without terms."""
    if state.terms is None:
        return ()
    now, names = services.now(), {each.staff_id: each.name for each in colleagues}
    own = [each for each in names if each == me.staff_id]
    others = [each for each in names if each != me.staff_id]
    found = [*_free(services, state, own, now, each=_OWN), *_free(services, state, others, now, each=_OF_A_COLLEAGUE)]
    return tuple(
        (
            option(free.starts_at, free.staff),
            f"{words.moment(free.starts_at, now=now)}, {said('u') if free.staff == me.staff_id else names[free.staff]}",
        )
        for free in found
    )


def is_outside_hours(services: Services, state: CaseState, agreed: Appointment) -> bool:
    """Whether somebody promised to call when they do not work by their pattern. Who has none promised nothing odd."""
    pattern = WorkingHours(services.database).of(agreed.staff)
    minutes = 0 if state.terms is None else state.terms.callback.minutes
    return bool(pattern) and not works_at(pattern, agreed.due_at, minutes=minutes)


def _free(
    services: Services, state: CaseState, staff: Sequence[StaffId], now: datetime, *, each: int
) -> list[FreeMoment]:
    assert state.terms is not None
    return WorkingHours(services.database).free(
        staff, since=now, minutes=state.terms.callback.minutes, calendars=state.terms.calendars, each=each
    )
