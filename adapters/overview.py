"""What SQL believes is open, and when the recurring jobs last ran."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from activities.records import OpenCase
from adapters.database import Database
from models.ids import CaseId
from models.tables import CaseRow, JobRow


@dataclass(frozen=True)
class Job:
    """The last run of a recurring job, with the number it found."""

    name: str
    ended_at: datetime
    found: int


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
