"""When members of staff are taken by callbacks, so that nobody is promised twice.

A press books the moment in the transaction that keeps it (`adapters/outbox.py`), before its case hears of it. The
case's refusal frees it; the published state confirms it, and frees it when the appointment is over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from adapters.absences import deputies_on, stand_in
from adapters.database import Database
from models.case import CaseState
from models.ids import AppointmentId, CaseId, CommandId, StaffId, derived
from models.tables import AppointmentRow, CommandRow, StaffRow
from policy.calendar import local

AWAY = "{name} is dan afwezig, en er is geen waarnemer. Kies een andere collega."
AWAY_WITH_DEPUTY = "{name} is dan afwezig. {deputy} neemt waar: kies die collega."
PROMISED = "{name} heeft dan al een terugbelafspraak ({begins} tot {ends}). Kies een ander moment."
SOMEBODY = "Deze collega"
"""Who is not on the list of staff any more."""


class NotFree(Exception):
    """Somebody cannot call at this moment; `sentence` tells the caseworker why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Taken(NotFree):
    """They promised to call somebody else."""


class Away(NotFree):
    """They are not at work on that day."""


class Agenda:
    """Every method is a transaction of its own, unless `within` gives a session of the main database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def book(
        self,
        command_id: CommandId,
        case: CaseId,
        staff: StaffId,
        starts_at: datetime,
        minutes: int,
        *,
        moves: AppointmentId | None = None,
        within: Session | None = None,
    ) -> None:
        """Books somebody's time for a callback that a press asks for; the same press again changes nothing.

        `moves`: the appointment that takes this time instead of its own. Until the case agrees it keeps that too.
        Raises `Taken` or `Away`.
        """
        ends_at = starts_at + timedelta(minutes=minutes)
        with self._writing(within) as session:
            # Two who book at once for the same member of staff take turns.
            self._database.lock(session, f"agenda/{staff}")
            booked = select(AppointmentRow.id).where(AppointmentRow.command_id == command_id)
            if session.exec(booked).first() is not None:
                return
            _check_there(session, staff, starts_at)
            _check_free(session, staff, starts_at, ends_at, moves)
            session.add(
                AppointmentRow(
                    id=derived("appointment", command_id),
                    case_id=case,
                    staff=staff,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    command_id=command_id,
                )
            )

    def free(self, command_id: CommandId, *, within: Session | None = None) -> None:
        """What this press booked is free again: its case refused it."""
        with self._writing(within) as session:
            session.execute(delete(AppointmentRow).where(col(AppointmentRow.command_id) == command_id))

    def expire(self, before: datetime, *, within: Session | None = None) -> None:
        """Frees what was over before this moment and whose press no case ever accepted."""
        accepted = select(CommandRow.id).where(CommandRow.status == "accepted")
        with self._writing(within) as session:
            session.execute(
                delete(AppointmentRow).where(
                    col(AppointmentRow.ends_at) < before,
                    col(AppointmentRow.command_id) != "",
                    col(AppointmentRow.command_id).not_in(accepted),
                )
            )

    @contextmanager
    def _writing(self, within: Session | None) -> Iterator[Session]:
        if within is not None:
            yield within
            return
        with self._database.write() as session:
            yield session


def keep_appointments(session: Session, state: CaseState, terms: dict[str, Any] | None) -> None:
    """Makes the agenda say what the case says: one row for each of its appointments, besides what presses booked that
    it has not answered yet. `terms` are the case's own, as its row keeps them."""
    agreed = {appointment.appointment_id: appointment for appointment in state.appointments}
    waiting = set(
        session.exec(select(CommandRow.id).where(CommandRow.case_id == state.case_id, CommandRow.status == "waiting"))
    ) - set(state.commands)
    rows = {row.id: row for row in session.exec(select(AppointmentRow).where(AppointmentRow.case_id == state.case_id))}
    for row in rows.values():
        if row.id not in agreed and row.command_id not in waiting:
            session.delete(row)
    minutes = minutes_in(terms)
    if minutes is None:
        # Nothing is agreed in a case that has no terms yet.
        return
    for id, appointment in agreed.items():
        session.merge(
            AppointmentRow(
                id=id,
                case_id=state.case_id,
                staff=appointment.staff,
                starts_at=appointment.due_at,
                ends_at=appointment.due_at + timedelta(minutes=minutes),
                command_id=rows[id].command_id if id in rows else "",
            )
        )


def minutes_in(terms: dict[str, Any] | None) -> int | None:
    """How long a callback takes, by a case's terms as its row keeps them; None when it has none yet."""
    return None if terms is None else int(terms["callback"]["minutes"])


def _check_there(session: Session, staff: StaffId, starts_at: datetime) -> None:
    away = deputies_on(session, local(starts_at).date())
    if staff not in away:
        return
    deputy, name = stand_in(staff, away), _name(session, staff)
    if deputy is None:
        raise Away(AWAY.format(name=name))
    raise Away(AWAY_WITH_DEPUTY.format(name=name, deputy=_name(session, deputy)))


def _check_free(
    session: Session, staff: StaffId, starts_at: datetime, ends_at: datetime, moves: AppointmentId | None
) -> None:
    clash = session.exec(
        select(AppointmentRow)
        .where(
            AppointmentRow.staff == staff,
            col(AppointmentRow.starts_at) < ends_at,
            col(AppointmentRow.ends_at) > starts_at,
            AppointmentRow.id != (moves or ""),
        )
        .order_by(col(AppointmentRow.starts_at))
    ).first()
    if clash is not None:
        begins, ends = f"{local(clash.starts_at):%H:%M}", f"{local(clash.ends_at):%H:%M}"
        raise Taken(PROMISED.format(name=_name(session, staff), begins=begins, ends=ends))


def _name(session: Session, staff: StaffId) -> str:
    row = session.get(StaffRow, staff)
    return SOMEBODY if row is None else row.name
