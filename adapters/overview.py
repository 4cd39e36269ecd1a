"""What SQL believes is open, and when the recurring jobs last ran."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from activities.records import OpenCase
from adapters.database import Database
from models.ids import CaseId
from models.tables import CaseRow, DeliveryRow, JobRow
from policy.sweep_watch import sweep_is_late

SWEEP = "sweep"
"""The name under which the daily sweep says that it ended."""


@dataclass(frozen=True)
class Job:
    """The last run of a recurring job, with the number it found."""

    name: str
    ended_at: datetime
    found: int


@dataclass(frozen=True)
class Sweep:
    """How the daily sweep fares: when it last came to its end, and whether that is too long ago."""

    ended_at: datetime | None
    late: bool


class Overview:
    """Port `activities.ports.Overview`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_cases(self) -> list[OpenCase]:
        """Every case that is not closed."""
        wanted = select(CaseRow.id, CaseRow.wake_at, CaseRow.next_code, CaseRow.queue).where(
            col(CaseRow.closed_at).is_(None)
        )
        with self._database.read() as session:
            return [
                OpenCase(case_id=CaseId(case), wake_at=wake_at, has_next=code is not None, has_queue=queue is not None)
                for case, wake_at, code, queue in session.exec(wanted)
            ]

    def job_ended(self, name: str, *, at: datetime, found: int) -> None:
        with self._database.write() as session:
            self._database.lock(session, f"job/{name}")
            session.merge(JobRow(name=name, ended_at=at, found=found))

    def jobs(self) -> list[Job]:
        """The last run of each job, by name."""
        with self._database.read() as session:
            rows = session.exec(select(JobRow).order_by(JobRow.name))
            return [Job(row.name, row.ended_at, row.found) for row in rows]

    def sweep(self, *, now: datetime) -> Sweep:
        """A sweep that cannot end, because something of it keeps failing, is late as one that never began."""
        with self._database.read() as session:
            ended_at = session.exec(select(JobRow.ended_at).where(JobRow.name == SWEEP)).first()
            since = session.exec(select(func.min(DeliveryRow.received_at))).one() if ended_at is None else None
        return Sweep(ended_at, late=sweep_is_late(ended_at, since=since, now=now))
