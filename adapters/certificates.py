"""Proof of erasure: certificates in one chain for the installation, in the vault, and their marks in the main
database."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from adapters.database import Database
from models.tables import CertificateMarkRow
from models.vault_tables import CertificateRow
from observability import get_logger
from policy.proof_chain import BEGINNING, Fault, Head, Link, faults, hash_of

log = get_logger()

_AT_ONCE = 500


class Certificates:
    """`vault`: the vault's own database. Nothing of a person stands in a certificate, nor in its mark."""

    def __init__(self, database: Database, vault: Database) -> None:
        self._database = database
        self._vault = vault

    def add(self, row: CertificateRow) -> CertificateRow:
        """The certificate at the end of the chain; one that was added before stays where and as it is. However many
        add at once, the chain has one end."""
        with self._vault.write() as session:
            self._vault.lock(session, "certificates")
            kept = session.get(CertificateRow, row.id)
            if kept is None:
                end = _end(session)
                row.number, row.before = end.number + 1, end.hash
                row.hash = hash_of(row.number, row.before, _said(row))
                session.add(row)
                kept = row
        self._mark(kept)
        return kept

    def mark_all(self) -> None:
        """Keeps the marks that the main database does not have: of before there were any."""
        for part in self.parts():
            with self._database.write() as session:
                self._database.insert_all_once(session, [mark for row in part if (mark := _mark_of(row)) is not None])

    def head(self) -> Head:
        """The last certificate of the chain; number 0 while there is none."""
        with self._vault.read() as session:
            return _end(session)

    def faults(self, *known: Head) -> Iterator[Fault]:
        """What is wrong with the chain, by itself and beside its marks and these other heads."""
        with self._database.read() as session:
            furthest = session.exec(select(func.max(CertificateMarkRow.number))).one() or 0
        return faults(self._links(known), furthest=max(furthest, *(head.number for head in known), 0))

    def _links(self, known: tuple[Head, ...]) -> Iterator[Link]:
        for part in self.parts():
            numbers = [row.number for row in part if row.number is not None]
            wanted = select(CertificateMarkRow).where(col(CertificateMarkRow.number).in_(numbers))
            with self._database.read() as session:
                marks = {mark.number: mark.hash for mark in session.exec(wanted)}
            for row in part:
                hashes = [head.hash for head in known if head.number == row.number]
                if row.number in marks:
                    hashes.append(marks[row.number])
                yield Link(row.id, row.number, row.before, row.hash, _said(row), hashes)

    def parts(self) -> Iterator[list[CertificateRow]]:
        """All certificates by number, a part at a time; those without one come last."""
        number = 0
        while True:
            wanted = (
                select(CertificateRow)
                .where(col(CertificateRow.number) > number)
                .order_by(col(CertificateRow.number))
                .limit(_AT_ONCE)
            )
            with self._vault.read() as session:
                part = list(session.exec(wanted))
            if not part:
                break
            yield part
            number = part[-1].number or number
        with self._vault.read() as session:
            yield list(session.exec(select(CertificateRow).where(col(CertificateRow.number).is_(None))))

    def _mark(self, row: CertificateRow) -> None:
        mark = _mark_of(row)
        if mark is None:
            return
        with self._database.write() as session:
            self._database.insert_once(session, mark)
        # Whoever keeps the logs elsewhere has the chain's ends there, too.
        log.info(
            "erasure.certified",
            certificate_id=row.id,
            certificate_number=row.number,
            certificate_hash=row.hash,
        )


def _mark_of(row: CertificateRow) -> CertificateMarkRow | None:
    return None if row.number is None else CertificateMarkRow(number=row.number, hash=row.hash)


def _end(session: Session) -> Head:
    last = select(CertificateRow.number, CertificateRow.hash).where(col(CertificateRow.number).is_not(None))
    found = session.exec(last.order_by(col(CertificateRow.number).desc()).limit(1)).first()
    return Head(0, BEGINNING) if found is None else Head(found[0] or 0, found[1])


def _said(row: CertificateRow) -> dict[str, object]:
    """What the hash is over. A column that comes later must be left out while it is empty: older certificates were
    hashed without it."""
    later = {} if row.on_list is None else {"on_list": row.on_list}
    return {
        "id": row.id,
        "municipality": row.municipality,
        "case_id": row.case_id,
        "units": row.units,
        "rule": row.rule,
        "started_at": _moment(row.started_at),
        "defect": row.defect,
        "rows": row.rows,
        "executions": row.executions,
        "erased_at": _moment(row.erased_at),
        **later,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")
