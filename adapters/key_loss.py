"""The master key is lost for good: what nobody can read any more is erased, with a certificate that says why.

Until that is done nothing new can be made (the vault still names the lost key), so nobody works on as if it were there.
See docs/keys.md.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_
from sqlmodel import col, func, select

from activities.records import ErasureOrder
from adapters.database import Database
from adapters.overdue import order_of, signals_first
from adapters.vault import KEY_LENGTH, ROOT, Vault
from models.case import CaseState, Retention
from models.codes import OutcomeClass, RetentionStart
from models.ids import CaseId, UnitId, unit_of_case
from models.tables import (
    CallRequestRow,
    CaseRow,
    DeliveredRow,
    DeliveryRow,
    DocumentRow,
    RequestRow,
    SignalRow,
    UploadRow,
)
from models.terms import Term
from models.vault_tables import MasterKeyInUse, SecretRow, UnitRow

KEY_LOST = "key_lost"
"""The defect of what was erased before its term because it was unreadable."""
_GROUND = "De sleutel is verloren: niemand kan dit nog lezen."
_GROUND_OF_CASE = "De sleutel van de zaak is verloren: zonder zaak wordt dit niet meer gebruikt."
_AT_ONCE = 500
_OF_NO_CASE = (UploadRow, CallRequestRow, RequestRow, DocumentRow)


@dataclass(frozen=True)
class AskAgain:
    """What a partner is to deliver again: signals in cases that were open."""

    municipality: str
    partner: str
    signals: int
    first: datetime
    last: datetime


class KeyLoss:
    """Finds what is lost; nothing is changed by asking."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def units(self) -> list[UnitId]:
        """Units that exist and that no known master key opens, by id."""
        lost, last = list[UnitId](), ""
        while True:
            wanted = (
                select(col(UnitRow.id), col(UnitRow.wrapped_key), col(UnitRow.next_key))
                .where(col(UnitRow.id) > last, col(UnitRow.wrapped_key).is_not(None))
                .order_by(col(UnitRow.id))
                .limit(_AT_ONCE)
            )
            with self._vault.database.read() as session:
                rows = session.exec(wanted).all()
            if not rows:
                return lost
            for unit, *keys in rows:
                if not all(key is None or self._vault.master_keys.that_opens(unit, key) for key in keys):
                    lost.append(UnitId(unit))
            last = rows[-1][0]

    def ask_again(self, lost: Sequence[UnitId]) -> list[AskAgain]:
        """By municipality and partner."""
        received = col(SignalRow.received_at)
        owner = col(SignalRow.municipality), col(SignalRow.partner_id)
        columns: list[Any] = [*owner, func.count(), func.min(received), func.max(received)]
        found = dict[tuple[str, str], AskAgain]()
        for units in _parts(lost):
            wanted = (
                select(*columns)
                .join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id))
                .where(col(CaseRow.closed_at).is_(None), col(CaseRow.unit_id).in_(units))
                .group_by(*owner)
            )
            with self._database.read() as session:
                for one in (AskAgain(*row) for row in session.execute(wanted)):
                    key = one.municipality, one.partner
                    found[key] = _both(found[key], one) if key in found else one
        return [found[key] for key in sorted(found)]

    def orders(self, lost: Sequence[UnitId], *, at: datetime) -> Iterator[ErasureOrder]:
        """One for each unit with a term of its own, signals before their case. With a case that is lost go its signals,
        also those that can be read: nothing else would ever erase them."""
        given = set[UnitId]()
        for order in self._in_order(lost, at):
            if order.units[0] not in given:
                given.update(order.units)
                yield order

    def forget_rest(self, lost: Sequence[UnitId]) -> None:
        """Destroys what has no certificate: files, requests, and what deliveries are recognised by."""
        self._vault.destroy(lost)
        with self._database.write() as session:
            for units in _parts(lost):
                for table in _OF_NO_CASE:
                    session.execute(delete(table).where(col(table.unit_id).in_(units)))

    def begin_anew(self, *, at: datetime) -> int:
        """The newest key that is known wraps from now on; keys of blind indexes and of the log that nobody opens are
        made anew. How many those were: what is hashed by them and still there is found no more."""
        newest = self._vault.master_keys.newest
        with self._vault.database.write() as session:
            session.merge(MasterKeyInUse(id=1, master_key=newest.id, since=at))
            keys = self._vault.master_keys
            rows = session.exec(select(SecretRow)).all()
            gone = [row.purpose for row in rows if keys.that_opens(row.purpose, row.wrapped_key) is None]
            for purpose in gone:
                session.delete(session.get_one(SecretRow, purpose))
            session.flush()
            if session.get(SecretRow, ROOT) is None:
                self._vault.keep_secret(session, ROOT, os.urandom(KEY_LENGTH), newest)
        return len(gone)

    def _in_order(self, lost: Sequence[UnitId], at: datetime) -> Iterator[ErasureOrder]:
        all_lost = set(lost)
        for units in _parts(lost):
            with self._database.read() as session:
                of_signals = select(SignalRow.case_id).where(col(SignalRow.unit_id).in_(units))
                touched = or_(col(CaseRow.unit_id).in_(units), col(CaseRow.id).in_(of_signals))
                cases = session.exec(select(CaseRow).where(touched)).all()
                theirs = [case.id for case in cases]
                signals = session.exec(select(SignalRow).where(col(SignalRow.case_id).in_(theirs))).all()
            for case in cases:
                mine = [signal for signal in signals if signal.case_id == case.id]
                yield from _of_case(case, mine, all_lost, at)
        for units in _parts(lost):
            with self._database.read() as session:
                wanted = select(DeliveredRow, DeliveryRow).join(
                    DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id)
                )
                for row, delivery in session.exec(wanted.where(col(DeliveredRow.unit_id).in_(units))):
                    retention = _unread(UnitId(row.unit_id), delivery.received_at, at)
                    yield order_of(retention, delivery.municipality, None, defect=KEY_LOST)


def _of_case(case: CaseRow, signals: Sequence[SignalRow], lost: set[UnitId], at: datetime) -> Iterator[ErasureOrder]:
    own = unit_of_case(CaseId(case.id))
    state = CaseState.model_validate(case.state)
    known = {retention.unit_id: retention for retention in signals_first(state)}
    # The case as it was may name signals that have a case of their own by now; their rows say so.
    received = {UnitId(signal.unit_id): signal.received_at for signal in signals}
    named = {signal.unit_id: case.opened_at for signal in state.signals if signal.unit_id in lost}
    since = {**named, **received, own: case.opened_at}
    units = [*(unit for unit in since if unit != own), own]
    for unit in units:
        if unit in lost or own in lost:
            ground = _GROUND if unit in lost else _GROUND_OF_CASE
            retention = known.get(unit) or _unread(unit, since[unit], at, ground=ground)
            yield order_of(retention, case.municipality, CaseId(case.id), defect=KEY_LOST)


def _unread(unit: UnitId, received_at: datetime, at: datetime, *, ground: str = _GROUND) -> Retention:
    """Of what had no term of its own yet."""
    return Retention(
        unit_id=unit,
        outcome_class=OutcomeClass.NOT_PICKED_UP,
        due_at=at,
        start=RetentionStart.RECEIPT,
        started_at=received_at,
        term=Term(days=max((at - received_at).days, 0)),
        ground=ground,
    )


def _both(one: AskAgain, other: AskAgain) -> AskAgain:
    return AskAgain(
        one.municipality,
        one.partner,
        one.signals + other.signals,
        min(one.first, other.first),
        max(one.last, other.last),
    )


def _parts(units: Sequence[UnitId]) -> Iterator[Sequence[UnitId]]:
    return (units[start : start + _AT_ONCE] for start in range(0, len(units), _AT_ONCE))
