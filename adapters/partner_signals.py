"""What a partner may see of the signals that it sent: when, under which reference, and what it was told of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Vault
from models.codes import DocumentKind, FeedbackCode
from models.ids import PartnerId
from models.personal import DeliveredSignal
from models.tables import FeedbackRow, SignalRow
from models.values import MunicipalityCode


@dataclass(frozen=True)
class Window:
    """The signals of one partner in one municipality that came in from `since` until before `until`."""

    partner: PartnerId
    municipality: MunicipalityCode
    since: datetime
    until: datetime


@dataclass(frozen=True)
class OwnSignal:
    """A signal as its partner sees it. `told` is what a batch brought it, None while none did: what a case knows and
    has not told yet is nowhere here."""

    reference: str
    received_at: datetime
    told: FeedbackCode | None
    told_at: datetime | None


class PartnerSignals:
    """Asks no case: a partner's view is made of what came in and of what left."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def signals(self, window: Window, *, limit: int | None = None, offset: int = 0) -> list[OwnSignal]:
        """The newest first. A signal that is erased in the meantime is left out."""
        wanted = (
            select(SignalRow.row_id, SignalRow.received_at, FeedbackRow.told_code, FeedbackRow.told_at)
            .outerjoin(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
            .where(*in_window(window))
            .order_by(col(SignalRow.received_at).desc(), col(SignalRow.id))
            .limit(limit)
            .offset(offset)
        )
        with self._database.read() as session:
            found = session.exec(wanted).all()
            said = self._documents.read_many(session, DocumentKind.ROW, (row for row, *_ in found))
        return [
            OwnSignal(content.partner_reference, received_at, None if code is None else FeedbackCode(code), told_at)
            for row, received_at, code, told_at in found
            if isinstance(content := said.get(row), DeliveredSignal)
        ]

    def counts(self, window: Window) -> Counter[FeedbackCode | None]:
        """How many signals were told what; None: nothing yet."""
        number = func.count()
        wanted = (
            select(FeedbackRow.told_code, number)
            .select_from(SignalRow)
            .outerjoin(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
            .where(*in_window(window))
            .group_by(col(FeedbackRow.told_code))
        )
        with self._database.read() as session:
            return Counter(
                {None if code is None else FeedbackCode(code): count for code, count in session.exec(wanted)}
            )


def in_window(window: Window) -> Sequence[Any]:
    """Only signals of the window."""
    return (
        SignalRow.partner_id == window.partner,
        SignalRow.municipality == window.municipality.text,
        col(SignalRow.received_at) >= window.since,
        col(SignalRow.received_at) < window.until,
    )
