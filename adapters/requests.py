"""What another system asked us to do, so that asked again (nobody heard the answer) it is done once.

What was asked is personal data: only the vault knows by a keyed hash whether it is the same. Both go after a week.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, select

from adapters.blind import IndexKind
from adapters.database import Database, begins_with
from adapters.vault import Vault
from models.ids import StaffId, UnitId, derived, fresh
from models.tables import RequestRow
from models.values import MunicipalityCode
from models.vault_tables import UnitRow

KEPT = timedelta(days=7)
"""So long a request may be repeated."""
_OF_REQUEST = "request-"
_UNDER_WAY = timedelta(minutes=2)
"""After this long without an answer, whoever was doing it is taken to have died."""


class AnotherRequest(Exception):
    """The same key came before with another question."""


class UnderWay(Exception):
    """The same request is being done at this moment."""


class Requests:
    """What is asked may be done again by itself; this makes that it is answered the same, too."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def begin(
        self, key: str, what: str, content: bytes, municipality: MunicipalityCode, *, by: StaffId, at: datetime
    ) -> tuple[str, dict[str, Any] | None]:
        """(id, the answer that was given before). Without one the request is to be done now, and then `answered` or
        `failed`. `what` is the thing asked, `key` what the asker calls this request.

        Raises `AnotherRequest`, `UnderWay`.
        """
        id = derived("request", by, what, municipality.text, key)
        said = f"request|{id}|{hashlib.sha256(content).hexdigest()}"
        with self._database.write() as session:
            self._database.lock(session, f"request/{id}")
            row = session.get(RequestRow, id)
            if row is None:
                unit = UnitId(f"{_OF_REQUEST}{fresh()}")
                self._vault.create(unit, municipality, at)
                self._vault.index(unit, municipality, [(IndexKind.CONTENT, said)])
                session.add(RequestRow(id=id, unit_id=unit, made_at=at))
                return id, None
            if row.unit_id not in self._vault.find(municipality, IndexKind.CONTENT, said):
                raise AnotherRequest
            if row.answer is None:
                if at - row.made_at < _UNDER_WAY:
                    raise UnderWay
                row.made_at = at
            return id, row.answer

    def answered(self, id: str, answer: dict[str, Any]) -> None:
        """Keeps the answer, in which nothing of anybody may stand."""
        with self._database.write() as session:
            row = session.get(RequestRow, id)
            if row is not None:
                row.answer = answer

    def failed(self, id: str) -> None:
        """Nothing was done: the asker may use its name for it again, also for another question."""
        with self._database.write() as session:
            row = session.get(RequestRow, id)
            if row is None:
                return
            unit = UnitId(row.unit_id)
            session.delete(row)
        self._vault.destroy([unit])


def forget_requests(database: Database, vault: Vault, *, at: datetime) -> int:
    """Forgets what was asked longer ago than `KEPT`; how many. Also a row whose key went before it came back."""
    late = select(UnitRow.id).where(
        *begins_with(col(UnitRow.id), _OF_REQUEST),
        col(UnitRow.wrapped_key).is_not(None),
        UnitRow.created_at <= at - KEPT,
    )
    with vault.database.read() as session:
        units = {UnitId(unit) for unit in session.exec(late)}
    with database.read() as session:
        units |= {
            UnitId(unit)
            for unit in session.exec(select(RequestRow.unit_id).where(col(RequestRow.made_at) <= at - KEPT))
        }
    if units:
        vault.destroy(units)
        with database.write() as session:
            for row in session.exec(select(RequestRow).where(col(RequestRow.unit_id).in_(units))).all():
                session.delete(row)
    return len(units)
