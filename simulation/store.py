"""What the outside world remembers: what residents and partners received, added people and faults, in one file."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import AwareDatetime

from models.base import Frozen

_TABLES = """
CREATE TABLE IF NOT EXISTS mail (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient TEXT NOT NULL, sender TEXT NOT NULL, message_id TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, received_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS mail_by_recipient ON mail (recipient);
CREATE TABLE IF NOT EXISTS posted (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, reference TEXT NOT NULL, content TEXT NOT NULL, times_offered INTEGER NOT NULL,
    received_at TEXT NOT NULL, UNIQUE (kind, reference)
);
CREATE TABLE IF NOT EXISTS batch (
    partner TEXT NOT NULL, batch TEXT NOT NULL, content TEXT NOT NULL, times_offered INTEGER NOT NULL,
    PRIMARY KEY (partner, batch)
);
CREATE TABLE IF NOT EXISTS person (bsn TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notification (
    number INTEGER PRIMARY KEY AUTOINCREMENT, reference TEXT, document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS notification_by_reference ON notification (reference);
CREATE TABLE IF NOT EXISTS callback (party TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (party TEXT PRIMARY KEY, document TEXT NOT NULL);
"""


class Mail(Frozen):
    """A mail as it lies in the resident's mailbox."""

    number: int
    recipient: str
    sender: str
    message_id: str
    subject: str
    body: str
    received_at: AwareDatetime


class Addressee(Frozen):
    """What stands on an envelope."""

    naam: str
    straat: str = ""
    huisnummer: int
    toevoeging: str = ""
    postcode: str
    plaats: str = ""

    @property
    def door(self) -> tuple[str, int, str]:
        """By which the postman finds it."""
        return self.postcode.replace(" ", ""), self.huisnummer, self.toevoeging


class LetterContent(Frozen):
    """A letter as the printer gets it."""

    geadresseerde: Addressee
    onderwerp: str
    tekst: str


class Notification(Frozen):
    """A message as the message service keeps it; one that was handed over twice is there twice."""

    id: str
    kind: str
    """`email`, `sms` or `letter`."""
    reference: str | None
    recipient: str
    subject: str
    body: str
    status: str
    created_at: AwareDatetime


class Posted(Frozen):
    """What a resident has once, and how often it was offered."""

    number: int
    reference: str
    times_offered: int
    received_at: AwareDatetime


class Letter(Posted):
    content: LetterContent


class TextMessage(Frozen):
    """A text message as it stands on the resident's telephone."""

    number: int
    reference: str
    to: str
    text: str
    received_at: AwareDatetime


class FeedbackItem(Frozen):
    """What a partner learns of one signal."""

    kenmerk: str
    resultaat: str


class Batch(Frozen):
    """Feedback as the partner keeps it, and how often it was offered (more than once: stored once)."""

    partner: str
    batch: str
    items: tuple[FeedbackItem, ...]
    times_offered: int = 1


class WorldStore:
    """Used by one thread at a time. Each write is durable when the method returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    def add_mail(self, *, recipient: str, sender: str, message_id: str, subject: str, body: str, at: str) -> None:
        self._db.execute(
            "INSERT INTO mail (recipient, sender, message_id, subject, body, received_at) VALUES (?, ?, ?, ?, ?, ?)",
            (recipient.casefold(), sender, message_id, subject, body, at),
        )

    def mails(self, recipient: str | None = None) -> list[Mail]:
        """In the order in which they came; of everybody without `recipient`."""
        rows = self._db.execute(
            "SELECT * FROM mail WHERE ?1 IS NULL OR recipient = ?1 ORDER BY number",
            (recipient.casefold() if recipient is not None else None,),
        )
        return [Mail.model_validate(dict(row)) for row in rows]

    def offer(self, kind: str, reference: str, content: str, *, at: str) -> str:
        """Keeps what is new under its reference and counts what is not; gives what was kept."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO posted (kind, reference, content, times_offered, received_at) VALUES (?, ?, ?, 1, ?) "
                "ON CONFLICT DO UPDATE SET times_offered = times_offered + 1",
                (kind, reference, content, at),
            )
            query = "SELECT content FROM posted WHERE kind = ? AND reference = ?"
            return str(self._db.execute(query, (kind, reference)).fetchone()[0])

    def has(self, kind: str, reference: str) -> bool:
        query = "SELECT 1 FROM posted WHERE kind = ? AND reference = ?"
        return self._db.execute(query, (kind, reference)).fetchone() is not None

    def letters(self) -> list[Letter]:
        """In the order in which they came."""
        return [Letter.model_validate(found) for found in self._posted("brieven")]

    def texts(self) -> list[TextMessage]:
        """Those that arrived, in the order in which they came."""
        return [
            TextMessage(
                number=number,
                reference=one.reference or "",
                to=one.recipient,
                text=one.body,
                received_at=one.created_at,
            )
            for number, one in enumerate(self.notifications(), start=1)
            if one.kind == "sms" and one.status == "delivered"
        ]

    def add_notification(self, message: Notification) -> None:
        self._db.execute(
            "INSERT INTO notification (reference, document) VALUES (?, ?)",
            (message.reference, message.model_dump_json()),
        )

    def notifications(self, reference: str | None = None) -> list[Notification]:
        """In the order in which they came; of every reference without one."""
        rows = self._db.execute(
            "SELECT document FROM notification WHERE ?1 IS NULL OR reference = ?1 ORDER BY number", (reference,)
        )
        return [Notification.model_validate_json(row["document"]) for row in rows]

    def put_notify_callback(self, document: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO callback VALUES ('notify', ?)", (document,))

    def notify_callback(self) -> str | None:
        row = self._db.execute("SELECT document FROM callback WHERE party = 'notify'").fetchone()
        return None if row is None else str(row["document"])

    def _posted(self, kind: str) -> list[dict[str, object]]:
        rows = self._db.execute(
            "SELECT number, reference, content, times_offered, received_at FROM posted WHERE kind = ? ORDER BY number",
            (kind,),
        )
        return [{**dict(row), "content": json.loads(row["content"])} for row in rows]

    def offer_batch(self, offered: Batch) -> Batch:
        """Keeps a batch that is new and counts one that is not; gives what was kept."""
        with self._transaction():
            self._db.execute(
                "INSERT INTO batch VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET times_offered = times_offered + 1",
                (offered.partner, offered.batch, offered.model_dump_json()),
            )
            return next(kept for kept in self.batches(offered.partner) if kept.batch == offered.batch)

    def batches(self, partner: str) -> list[Batch]:
        rows = self._db.execute("SELECT * FROM batch WHERE partner = ? ORDER BY rowid", (partner,))
        return [
            Batch.model_validate_json(row["content"]).model_copy(update={"times_offered": row["times_offered"]})
            for row in rows
        ]

    def partners(self) -> list[str]:
        return [row[0] for row in self._db.execute("SELECT DISTINCT partner FROM batch ORDER BY partner")]

    def put_person(self, bsn: str, document: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO person VALUES (?, ?)", (bsn, document))

    def people(self) -> Sequence[str]:
        return [row[0] for row in self._db.execute("SELECT document FROM person ORDER BY rowid")]

    def put_fault(self, party: str, document: str | None) -> None:
        """None takes it away."""
        self._db.execute("DELETE FROM fault WHERE party = ?", (party,))
        if document is not None:
            self._db.execute("INSERT INTO fault VALUES (?, ?)", (party, document))

    def faults(self) -> dict[str, str]:
        return dict(tuple(row) for row in self._db.execute("SELECT party, document FROM fault"))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
