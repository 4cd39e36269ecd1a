"""The signals of a partner as both sides may see them, without whom they are about.

Reads no sealed document and no case, whichever ones a signal was in: when it came in, what its partner said of it, and
what a batch told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.database import Database
from adapters.partner_directory import collection_day
from adapters.partner_signals import Window, in_window
from adapters.vault import Vault
from models.codes import FeedbackCode, SignalChange
from models.facts import SignalChanged
from models.ids import SignalId, UnitId
from models.tables import AuditPersonRow, AuditProcessRow, FeedbackRow, SignalRow
from policy.calendar import local
from policy.shared_look import Known

_KIND = SignalChanged.model_fields["kind"].default
_FACT: Any = col(AuditPersonRow.fact)


@dataclass(frozen=True)
class Choice:
    """A signal in the list from which some are chosen."""

    signal: SignalId
    received_on: date
    arrears_since: date | None
    told: FeedbackCode | None


@dataclass(frozen=True)
class Wanted:
    """Of which signals the list is. `told`: only those of which the partner heard this; `open_only`: nothing yet."""

    window: Window
    told: FeedbackCode | None = None
    open_only: bool = False


class SharedLooks:
    """A signal that is erased in the meantime is left out everywhere."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def choices(self, wanted: Wanted, *, limit: int, offset: int = 0) -> tuple[list[Choice], int]:
        """The newest first, and how many there are."""
        which = _which(wanted)
        rows = (
            select(SignalRow, FeedbackRow.told_code)
            .outerjoin(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
            .where(*which)
            .order_by(col(SignalRow.received_at).desc(), col(SignalRow.id))
            .limit(limit)
            .offset(offset)
        )
        number = (
            select(func.count())
            .select_from(SignalRow)
            .outerjoin(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
            .where(*which)
        )
        with self._database.read() as session:
            total = session.exec(number).one()
            found = [_choice(row, told) for row, told in session.exec(rows) if self._exists(row)]
        return found, total

    def look(self, signals: Iterable[SignalId], windows: Sequence[Window]) -> list[Known]:
        """Those of these signals that are in one of the windows, the first one that came in first."""
        ids = list(signals)
        with self._database.read() as session:
            found = [
                (row, told)
                for window in windows
                for row, told in session.exec(
                    select(SignalRow, FeedbackRow)
                    .outerjoin(FeedbackRow, col(FeedbackRow.signal_id) == col(SignalRow.id))
                    .where(*in_window(window), col(SignalRow.id).in_(ids))
                )
                if self._exists(row)
            ]
            changes = _changes(session, [row for row, _ in found])
            found.sort(key=lambda each: (each[0].received_at, each[0].id))
            return [
                _known(row, told, collection_day(session, row.partner_id, row.municipality), changes[row.id])
                for row, told in found
            ]

    def _exists(self, row: SignalRow) -> bool:
        return not self._vault.destroyed(UnitId(row.unit_id))


def _which(wanted: Wanted) -> tuple[Any, ...]:
    if wanted.open_only:
        return *in_window(wanted.window), col(FeedbackRow.told_code).is_(None)
    of_code = () if wanted.told is None else (col(FeedbackRow.told_code) == wanted.told,)
    return *in_window(wanted.window), *of_code


def _choice(row: SignalRow, told: str | None) -> Choice:
    code = None if told is None else FeedbackCode(told)
    return Choice(SignalId(row.id), local(row.received_at).date(), row.origin_date, code)


def _known(
    row: SignalRow, told: FeedbackRow | None, collection_day: int | None, changes: list[tuple[date, SignalChange]]
) -> Known:
    known = Known(
        arrears_since=row.origin_date,
        made_on=row.signal_date,
        received_on=local(row.received_at).date(),
        collection_day=collection_day,
        changes=tuple(changes),
    )
    if told is None or told.told_code is None or told.told_at is None:
        return known
    return replace(known, told=FeedbackCode(told.told_code), told_on=local(told.told_at).date())


def _changes(session: Session, rows: Sequence[SignalRow]) -> Mapping[str, list[tuple[date, SignalChange]]]:
    """What partners said of these signals, by signal; also what was recorded while a signal was in another case, which
    it left since by a merge or a split."""
    if not rows:
        return {}
    wanted = (
        select(AuditPersonRow.fact)
        .join(AuditProcessRow, col(AuditProcessRow.fact_id) == col(AuditPersonRow.fact_id))
        .where(
            AuditProcessRow.kind == _KIND,
            col(AuditProcessRow.at) >= min(row.received_at for row in rows),
            _FACT["signal_id"].as_string().in_([row.id for row in rows]),
        )
        .order_by(col(AuditProcessRow.at), col(AuditProcessRow.sequence))
    )
    found: dict[str, list[tuple[date, SignalChange]]] = defaultdict(list)
    for fact in map(SignalChanged.model_validate, session.exec(wanted)):
        found[fact.signal_id].append((local(fact.at).date(), fact.change))
    return found
