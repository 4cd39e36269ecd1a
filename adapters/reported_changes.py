"""What a partner says of its signals after it sent them, in one list for every municipality: paid, withdrawn, another
amount or a day. Each row is found by the partner's own reference and pressed like a caseworker's button.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlmodel import col, select

from adapters.agreed_list import Told, rows_by_name
from adapters.blind import IndexKind, plain, reference_entries
from adapters.column_names import spoken
from adapters.command_desk import Answer, Pressed
from adapters.database import Database
from adapters.signal_form import read_day
from adapters.vault import Vault
from models.codes import CHANGES_WITH_A_DAY, Role, SignalChange
from models.commands import AnyCommand, RecordSignalChange
from models.ids import CaseId, CommandId, PartnerId, SignalId, StaffId, derived
from models.personal import Particulars
from models.tables import CaseRow, SignalRow
from models.values import Euro, MunicipalityCode, Unreadable

COLUMNS = ("kenmerk", "soort", "bedrag")
OPTIONAL_COLUMNS = ("datum",)
_KINDS: Mapping[str, SignalChange] = {
    "betaald": SignalChange.PAID,
    "ingetrokken": SignalChange.WITHDRAWN,
    "nieuw bedrag": SignalChange.NEW_AMOUNT,
    "incasso stil tot": SignalChange.COLLECTION_PAUSED,
    "einde levering": SignalChange.END_OF_SUPPLY,
}
"""As `column_names.spoken` gives the word."""


class Ending(StrEnum):
    """What became of a row. Which references exist is told to nobody: one of a closed or erased case, or of another
    partner, is as unknown as one that never was."""

    RECORDED = "recorded"
    BUSY = "busy"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Change:
    """One row that could be read."""

    number: int
    reference: str = field(repr=False)
    kind: SignalChange
    amount: Euro | None = None
    on: date | None = None


@dataclass(frozen=True)
class _Known:
    """What is known of a signal of which something is said now."""

    signal: SignalId
    case: CaseId
    cents: int
    amounts: int
    days: int
    paused_until: date | None
    supply_ends_on: date | None

    def says(self, change: Change) -> bool:
        """Whether it is no news. That something was paid or withdrawn the case tells itself."""
        match change.kind:
            case SignalChange.NEW_AMOUNT:
                return change.amount is not None and change.amount.cents == self.cents
            case SignalChange.COLLECTION_PAUSED:
                return change.on == self.paused_until
            case SignalChange.END_OF_SUPPLY:
                return change.on == self.supply_ends_on
            case SignalChange.PAID | SignalChange.WITHDRAWN:
                return False

    def news(self, change: Change) -> str:
        """What is the same when the same news comes twice at once, and another when it comes again after other news: an
        amount or a day may return to what it was."""
        times = self.amounts if change.kind is SignalChange.NEW_AMOUNT else self.days
        named = "" if change.amount is None and change.on is None else f"|{change.amount or change.on}|{times}"
        return f"{self.signal}|{change.kind}{named}"


class Desk(Protocol):
    async def press(
        self, case: CaseId, command: AnyCommand, *, note: str = "", particulars: Particulars = ..., at: datetime
    ) -> Pressed: ...


def read_changes(content: bytes) -> Iterator[Change | Told[Ending]]:
    """Each row under the header. Raises `UnreadableFile`."""
    for number, cells in rows_by_name(content, COLUMNS, OPTIONAL_COLUMNS):
        yield change_of(number, cells)


class ReportedChanges:
    """The same change twice counts once, in whichever file it comes."""

    def __init__(self, database: Database, vault: Vault, desk: Desk) -> None:
        self._database = database
        self._vault = vault
        self._desk = desk

    async def apply(
        self,
        change: Change,
        municipality: MunicipalityCode,
        partner: PartnerId,
        *,
        by: StaffId,
        role: Role,
        at: datetime,
    ) -> Told[Ending]:
        found = self._signals(change, municipality, partner)
        if not found:
            return Told(change.number, Ending.UNKNOWN)
        told = [await self._press(change, municipality, signal, by, role, at) for signal in found]
        # Of several signals about the same arrears, what went worst is what somebody must know.
        return min(told, key=lambda each: _WORST.index(each.ending))

    def _signals(self, change: Change, municipality: MunicipalityCode, partner: PartnerId) -> list[_Known]:
        """The signals about these arrears in cases that are open."""
        known = reference_entries(partner, change.reference)
        units = [unit for entry in known for unit in self._vault.find(municipality, *entry)]
        wanted = (
            select(SignalRow, CaseRow)
            .join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id))
            .where(
                col(SignalRow.unit_id).in_(units),
                SignalRow.partner_id == partner,
                col(CaseRow.closed_at).is_(None),
            )
            .order_by(col(SignalRow.received_at), col(SignalRow.id))
        )
        with self._database.read() as session:
            return [_known(signal, case) for signal, case in session.exec(wanted)]

    async def _press(
        self, change: Change, municipality: MunicipalityCode, known: _Known, by: StaffId, role: Role, at: datetime
    ) -> Told[Ending]:
        if known.says(change):
            return Told(change.number, Ending.RECORDED)
        # Keyed, because the id travels and an amount is a personal datum.
        said = self._vault.digest(municipality, IndexKind.CONTENT, known.news(change))
        command = RecordSignalChange(
            command_id=CommandId(derived("reported-change", said)),
            by=by,
            role=role,
            signal_id=known.signal,
            change=change.kind,
            on=change.on,
        )
        pressed = await self._desk.press(known.case, command, particulars=Particulars(amount=change.amount), at=at)
        match pressed.answer:
            case Answer.RECORDED | Answer.ALREADY:
                return Told(change.number, Ending.RECORDED)
            case Answer.SENDING | Answer.RECORDING:
                return Told(change.number, Ending.BUSY)
            case Answer.REFUSED:
                return Told(change.number, Ending.REFUSED, pressed.sentence)


def _known(row: SignalRow, case: CaseRow) -> _Known:
    signal: dict[str, Any] = next((one for one in case.state["signals"] if one["signal_id"] == row.id), {})
    paused = signal.get("collection_paused_until")
    return _Known(
        signal=SignalId(row.id),
        case=CaseId(case.id),
        cents=row.amount_cents,
        amounts=int(signal.get("amounts", 0)),
        days=int(signal.get("days", 0)),
        paused_until=None if paused is None else date.fromisoformat(paused),
        supply_ends_on=row.end_of_supply_on,
    )


_WORST = (Ending.REFUSED, Ending.UNKNOWN, Ending.UNREADABLE, Ending.BUSY, Ending.RECORDED)


def change_of(number: int, cells: Mapping[str, str]) -> Change | Told[Ending]:
    """One row, by the names of `COLUMNS`."""
    reference, kind = cells["kenmerk"], _KINDS.get(spoken(cells["soort"]))
    if not plain(reference):
        return Told(number, Ending.UNREADABLE, "kenmerk: een kenmerk bestaat uit letters of cijfers")
    if kind is None:
        return Told(number, Ending.UNREADABLE, f"soort: een van {', '.join(_KINDS)}")
    try:
        if kind is SignalChange.NEW_AMOUNT:
            return Change(number, reference, kind, amount=Euro.parse(cells["bedrag"]))
    except Unreadable:
        return Told(number, Ending.UNREADABLE, "bedrag: een bedrag heeft de vorm 1234,56")
    try:
        return Change(
            number, reference, kind, on=read_day(cells.get("datum", "")) if kind in CHANGES_WITH_A_DAY else None
        )
    except Unreadable:
        return Told(number, Ending.UNREADABLE, "datum: een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj")
