"""Callbacks that somebody promised and is not there for: which they are, and who else could call when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from adapters.absences import deputies_on, stand_in
from adapters.working_hours import WorkingHours
from models.case import Appointment, CaseState
from models.ids import StaffId
from models.tables import AppointmentRow, CaseRow
from models.terms import Calendars
from policy.calendar import at_local, local
from policy.permissions import Action, Staff, may_in_case
from web import queries, words
from web.forms.fields import Options
from web.forms.free_moment import option
from web.services import Services

_LISTED = 8


@dataclass(frozen=True)
class Promised:
    """A callback and the case in which it was agreed."""

    state: CaseState
    appointment: Appointment


def promised(
    services: Services, me: Staff, staff: Sequence[StaffId], *, since: datetime, first: date, last: date
) -> list[Promised]:
    """What these members of staff promised on these days and from `since` on, in cases that the reader may work on."""
    begins, ends = at_local(first, time(0)), at_local(last + timedelta(days=1), time(0))
    wanted = (
        select(AppointmentRow.id, CaseRow.state)
        .join(CaseRow, col(CaseRow.id) == col(AppointmentRow.case_id))
        .where(
            col(AppointmentRow.staff).in_(staff),
            col(AppointmentRow.starts_at) >= max(begins, since),
            col(AppointmentRow.starts_at) < ends,
        )
        .order_by(col(AppointmentRow.starts_at), AppointmentRow.id)
    )
    with services.database.read() as session:
        rows = session.exec(wanted).all()
    found = list[Promised]()
    for appointment_id, kept in rows:
        state = CaseState.model_validate(kept)
        agreed = next((one for one in state.appointments if one.appointment_id == appointment_id), None)
        # A moment that a press booked is nobody's promise before its case agreed.
        if agreed is not None and may_in_case(me, Action.WORK_ON_CASE, state):
            found.append(Promised(state, agreed))
    return found


def uncovered(services: Services, me: Staff, *, now: datetime) -> list[Promised]:
    """Today's callbacks of whoever is away today."""
    today = local(now).date()
    with services.database.read() as session:
        away = list(deputies_on(session, today))
    return promised(services, me, away, since=now, first=today, last=today)


def other_moments(services: Services, one: Promised) -> Options:
    """Who else could call, and when: the deputy at the same moment first, if they are free, then whoever is free next.

    Nothing in a case without colleagues at work.
    """
    state = services.case_store.load(one.state.case_id)
    if state.terms is None:
        return ()
    now, agreed = services.now(), one.appointment
    colleagues = {each.staff_id: each.name for each in queries.colleagues(services.database, state)}
    calendars, minutes = state.terms.calendars, state.terms.callback.minutes
    deputy = _deputy(services, agreed)
    found = list[tuple[datetime, StaffId]]()
    if deputy in colleagues and _is_free(services, deputy, agreed.due_at, minutes):
        found.append((agreed.due_at, deputy))
    found += _listed(services, [*colleagues], now, minutes, calendars)
    return tuple(
        (option(moment, staff), f"{words.moment(moment, now=now)}, {colleagues[staff]}")
        for moment, staff in dict.fromkeys(found)
    )


def _listed(
    services: Services, staff: Sequence[StaffId], now: datetime, minutes: int, calendars: Calendars
) -> list[tuple[datetime, StaffId]]:
    free = WorkingHours(services.database).free(staff, since=now, minutes=minutes, calendars=calendars, each=_LISTED)
    return [(each.starts_at, each.staff) for each in free[:_LISTED]]


def _deputy(services: Services, agreed: Appointment) -> StaffId | None:
    with services.database.read() as session:
        return stand_in(agreed.staff, deputies_on(session, local(agreed.due_at).date()))


def _is_free(services: Services, staff: StaffId, starts_at: datetime, minutes: int) -> bool:
    """Whether nothing was promised then. Hours are not asked: whoever looks after somebody's work does so all day."""
    with services.database.read() as session:
        taken = session.exec(
            select(AppointmentRow.id).where(
                AppointmentRow.staff == staff,
                col(AppointmentRow.starts_at) < starts_at + timedelta(minutes=minutes),
                col(AppointmentRow.ends_at) > starts_at,
            )
        ).first()
    return taken is None
