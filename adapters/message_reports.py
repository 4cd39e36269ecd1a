"""What is heard of messages after they left: kept first, then told to their cases until each has taken it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select
from temporalio.client import Client
from temporalio.service import RPCError

from activities.records import MessageFate
from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.case import CaseState
from models.codes import DocumentKind, MessageReport
from models.ids import CaseId, PersonId, StepId, derived, resident_of
from models.messages import MessageNews
from models.tables import CaseRow, MessageReportRow, MessageRow
from observability import get_logger
from workflows import client as door

log = get_logger()

PAUSE = timedelta(seconds=2)
AT_ONCE = 50


@dataclass(frozen=True)
class Heard:
    """A report that its case has yet to take."""

    id: str
    case_id: CaseId
    news: MessageNews


class MessageReports:
    """Each method is a transaction of its own, unless `within` gives a session of the main database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def keep(
        self, reference: str, report: MessageReport, *, at: datetime, key: str = "", within: Session | None = None
    ) -> bool:
        """Keeps what was heard of the message with this reference; when it returns, the case is going to hear it.

        The same again is one report; `key` tells two apart that a message can have twice (taken out of two print
        rounds). False: no message of ours has this reference, or it was erased since, and nothing was kept.
        """
        with self._writing(within) as session:
            self._database.lock(session, f"message/{reference}")
            message = session.get(MessageRow, reference)
            if message is None:
                return False
            row = MessageReportRow(
                id=derived("report", reference, report, key),
                step_id=message.step_id,
                case_id=message.case_id,
                person_id=message.person_id,
                report=report,
                heard_at=at,
            )
            self._database.insert_once(session, row)
            if report is MessageReport.WITHDRAWN:
                # It never left, so its step may be taken again, with what is true by then.
                session.delete(message)
                self._documents.drop(session, DocumentKind.MESSAGE, reference)
            elif message.fate in (None, MessageFate.UNKNOWN):
                # Whoever handed it over had no answer; now it is known that it left.
                message.fate, message.settled_at = MessageFate.SENT, at
            return True

    def untold(self, limit: int) -> list[Heard]:
        """What cases have yet to hear, the oldest first."""
        wanted = select(MessageReportRow).where(col(MessageReportRow.told_at).is_(None))
        oldest_first = wanted.order_by(col(MessageReportRow.heard_at), col(MessageReportRow.id)).limit(limit)
        with self._database.read() as session:
            return [_heard(session, row) for row in session.exec(oldest_first)]

    def told(self, report: str, *, at: datetime) -> None:
        """The case has it, or is closed."""
        with self._database.write() as session:
            row = session.get(MessageReportRow, report)
            if row is not None:
                row.told_at = at

    @contextmanager
    def _writing(self, within: Session | None) -> Iterator[Session]:
        if within is not None:
            yield within
            return
        with self._database.write() as session:
            yield session


class ReportTeller:
    """Tells cases what was heard. A report stays until its case has it, so nothing is lost while Temporal is away; a
    case takes each once, so telling it again is always safe."""

    def __init__(self, client: Client, reports: MessageReports) -> None:
        self._client = client
        self._reports = reports

    async def tell_forever(self) -> None:
        """Until cancelled. Runs in the worker's process."""
        while True:
            try:
                await self.tell()
            except OperationalError as error:
                # Our own database is away; every report is in it, and it comes back.
                log.warning("reports.unreachable", error=error)
            await asyncio.sleep(PAUSE.total_seconds())

    async def tell(self) -> int:
        """Tells each waiting report once; answers how many were taken. None holds up the others."""
        waiting = await asyncio.to_thread(self._reports.untold, AT_ONCE)
        return sum([await self._tell(heard) for heard in waiting])

    async def _tell(self, heard: Heard) -> bool:
        try:
            await door.message_reported(self._client, heard.case_id, heard.news)
        except RPCError as error:
            log.warning("report.waits", case_id=heard.case_id, error=error)
            return False
        await asyncio.to_thread(self._reports.told, heard.id, at=datetime.now(UTC))
        return True


def _heard(session: Session, row: MessageReportRow) -> Heard:
    wrote, person = CaseId(row.case_id), PersonId(row.person_id)
    case = _living_on(session, wrote) if row.report == MessageReport.BOUNCED else wrote
    news = MessageNews(
        step_id=StepId(row.step_id),
        person_id=resident_of(case) if person == resident_of(wrote) else person,
        report=MessageReport(row.report),
        report_id=row.id,
    )
    return Heard(id=row.id, case_id=case, news=news)


def _living_on(session: Session, case: CaseId) -> CaseId:
    """The case in which this one goes on: an address that does not work must not be used there either."""
    seen = {case}
    while (row := session.get(CaseRow, case)) is not None:
        into = CaseState.model_validate(row.state).merged_into
        if into is None or into in seen:
            return case
        seen.add(into)
        case = into
    return case
