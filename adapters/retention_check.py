"""Whether nothing past its term exists anywhere. Every place is looked at by itself, not by what the sweep would find
there."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlmodel import col, func, select

from adapters.case_searches import KEPT as SEARCHES_KEPT
from adapters.certificates import Certificates
from adapters.database import Database
from adapters.delivery_store import unit_of_delivery
from adapters.destruction_lists import DestructionLists, TermsOf, no_lists
from adapters.erasure import OF_A_UNIT
from adapters.executions import CaseExecution
from adapters.leftovers import IN_THE_VAULT, Leftovers, Thing, name_of
from adapters.look_seals import LookSeals, Thinned
from adapters.overdue import DRAFT_LIFE, TIMER_LATE, order_id_of
from adapters.requests import KEPT as REQUESTS_KEPT
from adapters.sessions import FORGOTTEN_AFTER
from adapters.sign_ins import LONGEST as SIGN_IN_LONGEST
from adapters.staff_trails import KnownSince, named_past_term, nobody_forgotten
from adapters.vault import Vault
from models.codes import DocumentKind, StallCause
from models.ids import DeliveryId, UnitId
from models.tables import (
    CallRequestRow,
    CaseRow,
    CaseSearchRow,
    CommandRow,
    DeliveredRow,
    DeliveryRow,
    DocumentRow,
    LookRow,
    PrintBatchRow,
    PrintLetterRow,
    RequestRow,
    SignalRow,
    SignInRow,
    UploadRow,
    WebSessionRow,
)
from models.vault_tables import CertificateRow, ObjectionMarkRow, UnitRow
from policy.proof_chain import Break, Head
from policy.sweep_watch import LATE_AFTER

_UNOWNED = LATE_AFTER + timedelta(days=1)
"""A key that belongs to nothing may be of something that is still being written; after a day the sweep takes it."""
_AT_ONCE = 500
_WITH_PROOF = ("case-", "signal-")

ERASED = "was erased before, and is here"
PAST = "past its term"
TO_DECIDE = "open on its retention date, and nobody decided"
STAFF_NAMED = "says who did it, past its term"
NO_TERM = "has no date on which it goes"
NO_KEY = "its key is gone, it is not"
NO_OWNER = "belongs to nothing that is kept"
NO_PROOF = "is erased, and no certificate says so"
BREAKS = {
    Break.CHANGED: "says something else than when it was written",
    Break.LOOSE: "does not follow on the one before it",
    Break.MISSING: "is missing from the chain",
    Break.OUTSIDE: "is not in the chain",
    Break.ANOTHER: "is another one than was known elsewhere",
}


@dataclass(frozen=True)
class Wrong:
    """One thing that should not be so. Ids only."""

    thing: Thing
    why: str


class RetentionCheck:
    """Looks and changes nothing. `print_folder`: from which the printer takes batches, if it takes them from one."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        print_folder: Path | None = None,
        terms_of: TermsOf = no_lists,
        known_since: KnownSince = nobody_forgotten,
    ) -> None:
        self._known_since = known_since
        self._lists = DestructionLists(database, terms_of)
        self._database = database
        self._vault = vault
        self._certificates = Certificates(database, vault.database)
        self._leftovers = Leftovers(database, vault)
        self._print_folder = print_folder

    def look(
        self,
        executions: Iterable[CaseExecution],
        *known: Head,
        at: datetime,
        executions_kept: timedelta,
        looks_known: Sequence[Head] = (),
    ) -> list[Wrong]:
        """Everything that is wrong, each thing once. `known`: heads of the chain that were noted before, `looks_known`
        those of the seals of looks; `executions_kept`: how long Temporal keeps what ended."""
        left = list(self._leftovers.by_certificate())
        told = {unit for row, _ in left for unit in row.units}
        found = [
            *self._chain(known),
            *self._looks(looks_known, at),
            *(Wrong(thing, ERASED) for _, things in left for thing in things),
            *self._past(at),
            *self._without_key(told),
            *self._in_the_vault(at, told),
            *self._in_the_print_folder(),
            *self._in_temporal(executions, ended_before=at - executions_kept - LATE_AFTER),
        ]
        found += self._without_proof(but={wrong.thing.id for wrong in found})
        return list({wrong.thing: wrong for wrong in reversed(found)}.values())[::-1]

    def _chain(self, known: Sequence[Head]) -> Iterator[Wrong]:
        for fault in self._certificates.faults(*known):
            yield Wrong(Thing("certificate", fault.which), BREAKS[fault.what])

    def _looks(self, known: Sequence[Head], at: datetime) -> Iterator[Wrong]:
        seals = LookSeals(self._database, self._vault.database)
        for which, what in seals.broken(*known):
            yield Wrong(Thing("seal of looks", which), BREAKS[what])
        for found in seals.thinned(at=at):
            yield Wrong(Thing("looks of", f"{found.day} in {found.municipality}"), _thinned(found))
        if (number := seals.put_in(at=at)) > 0:
            yield Wrong(Thing("looks", str(number)), "began on a day of which none were sealed")

    def _past(self, at: datetime) -> Iterator[Wrong]:
        with self._database.read() as session:
            for table, since, wanted in _overdue_unless_listed(at):
                ids = [str(id) for id in session.execute(wanted).scalars()]
                waiting = self._lists.waiting(table, ids, at=since)
                yield from (Wrong(Thing(name_of(table), id), PAST) for id in ids if id not in waiting)
            for table, why, wanted in _overdue(at):
                yield from (Wrong(Thing(name_of(table), str(id)), why) for id in session.execute(wanted).scalars())
            for named in named_past_term(self._known_since(at - LATE_AFTER)):
                keys = session.execute(select(named.key).where(named.which)).scalars()
                yield from (Wrong(Thing(name_of(named.table), str(key)), STAFF_NAMED) for key in keys)

    def _without_key(self, told: Collection[str]) -> Iterator[Wrong]:
        """What was half erased: the key went, the row did not. `told`: units of which that is said already."""
        for table in OF_A_UNIT:
            for units in self._units(self._database, table):
                gone = set(units) - self._live(units) - set(told)
                yield from (Wrong(Thing(f"{name_of(table)} of unit", unit), NO_KEY) for unit in sorted(gone))

    def _in_the_vault(self, at: datetime, told: Collection[str]) -> Iterator[Wrong]:
        for table in IN_THE_VAULT:
            for units in self._units(self._vault.database, table):
                gone = set(units) - self._live(units) - set(told)
                yield from (Wrong(Thing(name_of(table), unit), NO_KEY) for unit in sorted(gone))
        late = select(ObjectionMarkRow.id).where(col(ObjectionMarkRow.erase_at) <= at - LATE_AFTER).distinct()
        with self._vault.database.read() as session:
            yield from (Wrong(Thing(name_of(ObjectionMarkRow), mark), PAST) for mark in session.exec(late))
        made = (col(UnitRow.wrapped_key).is_not(None), col(UnitRow.created_at) <= at - _UNOWNED)
        for units in self._units(self._vault.database, UnitRow, *made):
            owned = self._owned(units)
            yield from (Wrong(Thing("key", unit), NO_OWNER) for unit in units if unit not in owned)

    def _without_proof(self, *, but: Collection[str]) -> Iterator[Wrong]:
        """Cases and signals whose erasure was not carried to its end: all may be gone, and nobody proves it. `but`:
        those of which something is told already."""
        for units in self._units(self._vault.database, UnitRow, col(UnitRow.wrapped_key).is_(None)):
            proofs = {
                order_id_of(UnitId(unit)): unit for unit in units if unit.startswith(_WITH_PROOF) and unit not in but
            }
            wanted = select(CertificateRow.id).where(col(CertificateRow.id).in_(list(proofs)))
            with self._vault.database.read() as session:
                proven = set(session.exec(wanted))
            yield from (Wrong(Thing("unit", unit), NO_PROOF) for proof, unit in proofs.items() if proof not in proven)

    def _in_the_print_folder(self) -> Iterator[Wrong]:
        """Batches that the printer did not take away, of which a letter was erased since."""
        if self._print_folder is None:
            return
        for file in sorted([*self._print_folder.glob("*.zip"), *self._print_folder.glob(".*.part")]):
            batch = file.stem.removeprefix(".")
            with self._database.read() as session:
                row = session.get(PrintBatchRow, batch)
                letters = select(func.count()).where(PrintLetterRow.batch_id == batch)
                if row is None or session.exec(letters).one() < row.letters:
                    yield Wrong(Thing("print file", batch), ERASED)

    def _in_temporal(self, executions: Iterable[CaseExecution], *, ended_before: datetime) -> Iterator[Wrong]:
        late = [
            each
            for each in executions
            # The timer that erased its case says so itself, and ends; then it goes like everything that ended.
            if each.of_case or each.ended_at is None or each.ended_at < ended_before
        ]
        for _, each in self._leftovers.of_executions(late):
            yield Wrong(Thing("execution", each.workflow_id), ERASED)

    def _units(self, database: Database, table: Any, *which: Any) -> Iterator[list[str]]:
        """The units of a table's rows, a part at a time."""
        unit = col(table.id if table is UnitRow else table.unit_id)
        last = ""
        while True:
            with database.read() as session:
                wanted = select(unit).where(unit > last, *which).distinct().order_by(unit).limit(_AT_ONCE)
                part = list(session.exec(wanted))
            if not part:
                return
            yield part
            last = part[-1]

    def _live(self, units: Iterable[str]) -> set[str]:
        wanted = select(UnitRow.id).where(col(UnitRow.id).in_(list(units)), col(UnitRow.wrapped_key).is_not(None))
        with self._vault.database.read() as session:
            return set(session.exec(wanted))

    def _owned(self, units: Sequence[str]) -> set[str]:
        """Those of the units of which something is kept: by a row of theirs, or by rows of their file."""
        files = {unit_of_delivery(DeliveryId(unit.partition("-")[2])): unit.partition("-")[2] for unit in units}
        with self._database.read() as session:
            owned = set[str]()
            for table in (CaseRow, SignalRow, DeliveredRow, UploadRow, CallRequestRow, RequestRow):
                owned.update(session.exec(select(table.unit_id).where(col(table.unit_id).in_(units))))
            with_rows = select(DeliveredRow.delivery_id).where(col(DeliveredRow.delivery_id).in_(list(files.values())))
            return owned | {unit_of_delivery(DeliveryId(id)) for id in session.exec(with_rows.distinct())}


def _thinned(found: Thinned) -> str:
    if found.found == found.sealed:
        return "say something else than when they were sealed"
    return f"are {found.found}, and {found.sealed} were sealed"


def _overdue_unless_listed(at: datetime) -> Iterator[tuple[Any, datetime, Select[Any]]]:
    """(table, when it should have gone at the latest, the question): of what may wait, for as long as policy says, for
    people to agree to it. What a timer erases may be an hour late, what the sweep does a day."""
    timer, sweep = at - TIMER_LATE, at - LATE_AFTER
    free = col(CaseRow.hold_until).is_(None) | (col(CaseRow.hold_until) <= timer)
    closed = col(CaseRow.closed_at).is_not(None)
    yield CaseRow, timer, select(CaseRow.id).where(closed, col(CaseRow.erase_at) <= timer, free)
    of_case = select(SignalRow.id).join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id))
    yield SignalRow, timer, of_case.where(closed, col(SignalRow.erase_at) <= timer, free)
    of_none = select(SignalRow.id).where(~select(CaseRow.id).where(CaseRow.id == SignalRow.case_id).exists())
    yield SignalRow, sweep, of_none.where(col(SignalRow.erase_at) <= sweep)
    yield DeliveredRow, sweep, select(DeliveredRow.id).where(col(DeliveredRow.erase_at) <= sweep)


def _overdue(at: datetime) -> Iterator[tuple[Any, str, Select[Any]]]:
    """(table, what is wrong, the question), of everything else."""
    timer, sweep = at - TIMER_LATE, at - LATE_AFTER
    free = col(CaseRow.hold_until).is_(None) | (col(CaseRow.hold_until) <= timer)
    closed = col(CaseRow.closed_at).is_not(None)
    yield CaseRow, NO_TERM, select(CaseRow.id).where(closed, col(CaseRow.erase_at).is_(None))
    yield (
        CaseRow,
        TO_DECIDE,
        select(CaseRow.id).where(~closed, CaseRow.stall_cause == StallCause.RETENTION_REACHED, free),
    )
    yield DeliveredRow, NO_TERM, _rows_that_stay(sweep)
    for table in (UploadRow, CallRequestRow):
        yield table, PAST, select(table.id).where(col(table.erase_at) <= sweep)
    yield RequestRow, PAST, select(RequestRow.id).where(col(RequestRow.made_at) <= sweep - REQUESTS_KEPT)
    yield CaseSearchRow, PAST, select(CaseSearchRow.id).where(col(CaseSearchRow.at) <= sweep - SEARCHES_KEPT)
    yield LookRow, PAST, select(LookRow.id).where(col(LookRow.erase_at) <= sweep)
    named = col(LookRow.staff_id).is_not(None)
    yield LookRow, PAST, select(LookRow.id).where(named, col(LookRow.staff_until) <= sweep)
    ended = col(WebSessionRow.begun_at) <= sweep - FORGOTTEN_AFTER
    yield WebSessionRow, PAST, select(WebSessionRow.id_hash).where(ended)
    yield SignInRow, PAST, select(SignInRow.state_hash).where(col(SignInRow.begun_at) <= sweep - SIGN_IN_LONGEST)
    refused = select(CommandRow.id).where(
        CommandRow.status == "refused", col(CommandRow.settled_at) < sweep - DRAFT_LIFE
    )
    typed = col(DocumentRow.kind).in_((DocumentKind.NOTE, DocumentKind.COMMAND))
    yield DocumentRow, PAST, select(DocumentRow.id).where(typed, col(DocumentRow.subject_id).in_(refused))


def _rows_that_stay(received_before: datetime) -> Select[Any]:
    """Rows without a date of their own that no case will take along."""
    in_a_case = select(SignalRow.id).join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id))
    return (
        select(DeliveredRow.id)
        .join(DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id))
        .where(
            col(DeliveredRow.erase_at).is_(None),
            ~in_a_case.where(SignalRow.unit_id == DeliveredRow.unit_id).exists(),
            col(DeliveryRow.received_at) <= received_before,
        )
    )
