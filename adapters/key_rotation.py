"""Another master key takes the place of the one in use, while everything runs.

It may be broken off at any moment and done again. Only what is wrapped is changed, never a unit's own key, so whatever
was sealed stays as it is; what is destroyed meanwhile stays destroyed. See docs/keys.md.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from adapters.master_keys import MasterKey
from adapters.vault import Vault
from models.vault_tables import MasterKeyInUse, SecretRow, UnitRow

_AT_ONCE = 500
_PASSES = 20
"""So often is looked again for what somebody else held."""


@dataclass(frozen=True)
class Wrappings:
    """What every wrapping in the vault was tried with, not what is said of it."""

    in_use: str
    known: tuple[str, ...]
    """The master keys of this process, the newest first."""
    by_it: int
    by_others: dict[str, int]
    """By the id of another known key, how much it alone opens."""
    by_none: int
    """What no key that is known here opens."""
    made_before: int
    """Keys of units and of indexes that were made under an earlier master key."""

    @property
    def needs_others(self) -> int:
        """How much would be lost if the key in use were the only one."""
        return sum(self.by_others.values()) + self.by_none


class KeyRotation:
    """Works on the vault alone."""

    def __init__(self, vault: Vault, *, at_once: int = _AT_ONCE) -> None:
        self._vault = vault
        self._database = vault.database
        self._at_once = at_once

    def begin(self, *, at: datetime) -> MasterKey:
        """From now on the newest master key wraps, in every process: whoever makes a key asks which one does, in the
        same transaction. Returns it. Raises `MasterKeyMissing` when what is there was wrapped by an unknown one."""
        self._vault.settle(at)
        newest = self._vault.master_keys.newest
        with self._database.write() as session:
            row = session.get_one(MasterKeyInUse, 1, with_for_update=True)
            if row.master_key != newest.id:
                row.master_key, row.since = newest.id, at
        return newest

    def rewrap(self, by: MasterKey) -> Iterator[int]:
        """Wraps everything by this key; how many were done with each step. Raises `LogNotEmptied` at the end when the
        former wrappings are still in SQLite's log: doing it again is safe."""
        yield self._secrets(by)
        for _ in range(_PASSES):
            done = 0
            for number in self._pass(by):
                done += number
                yield number
            if not done:
                break
        self._database.empty_log()

    def look(self) -> Wrappings:
        """Opens every wrapping; changes nothing."""
        with self._database.read() as session:
            named = session.get(MasterKeyInUse, 1)
        in_use = named.master_key if named else self._vault.master_keys.newest.id
        by = Counter[str | None]()
        before = 0
        for name, wrapped, made_under in self._all():
            before += made_under != in_use
            by[self._needed(in_use, name, wrapped)] += 1
        known = tuple(key.id for key in self._vault.master_keys.all())
        return Wrappings(
            in_use=in_use,
            known=known,
            by_it=by[in_use],
            by_others={id: by[id] for id in known if id != in_use and by[id]},
            by_none=by[None],
            made_before=before,
        )

    def _needed(self, in_use: str, name: str, wrapped: Sequence[bytes]) -> str | None:
        """The master key in use, or the other one without which this is lost; None when it is."""
        keys = self._vault.master_keys
        openers = {None if (key := keys.that_opens(name, each)) is None else key.id for each in wrapped}
        return in_use if openers == {in_use} else None if None in openers else max(filter(None, openers - {in_use}))

    def _secrets(self, by: MasterKey) -> int:
        with self._database.write() as session:
            self._database.lock(session, "secrets")
            rows = session.exec(select(SecretRow).where(SecretRow.wrapped_by != by.id)).all()
            for row in rows:
                secret = self._opened(row.purpose, row.wrapped_key)
                if secret is not None:
                    row.wrapped_key, row.wrapped_by = by.wrap(row.purpose, secret), by.id
            return len(rows)

    def _pass(self, by: MasterKey) -> Iterator[int]:
        last: str | None = ""
        while last is not None:
            with self._database.write() as session:
                last, done = self._part(session, by, after=last)
            yield done

    def _part(self, session: Session, by: MasterKey, *, after: str) -> tuple[str | None, int]:
        """The last unit that was seen, None when there was none, and how many of them were wrapped anew."""
        # Nobody is waited for while locks are held: what another one holds is there in the next pass, or destroyed.
        wanted = (
            select(UnitRow)
            .where(
                col(UnitRow.id) > after,
                col(UnitRow.wrapped_key).is_not(None),
                col(UnitRow.wrapped_by) != by.id,
            )
            .order_by(col(UnitRow.id))
            .limit(self._at_once)
            .with_for_update(skip_locked=True)
        )
        rows = session.exec(wanted).all()
        changed = [changed for row in rows if (changed := self._wrapped_anew(row, by)) is not None]
        session.expunge_all()
        if changed:
            session.connection().execute(_REWRAP, changed)
        return (rows[-1].id if rows else None), len(changed)

    def _wrapped_anew(self, row: UnitRow, by: MasterKey) -> dict[str, Any] | None:
        """None when a key of the unit is opened by none that is known: it stays, and is told by `look`."""
        wrapped = [key for key in (row.wrapped_key, row.next_key) if key is not None]
        keys = [key for each in wrapped if (key := self._opened(row.id, each)) is not None]
        if len(keys) < len(wrapped):
            return None
        now, then, *_ = *(by.wrap(row.id, key) for key in keys), None, None
        return {"unit": row.id, "was": row.wrapped_key, "now": now, "then": then, "by": by.id}

    def _opened(self, name: str, wrapped: bytes) -> bytes | None:
        opener = self._vault.master_keys.that_opens(name, wrapped)
        return None if opener is None else opener.unwrap(name, wrapped)

    def _all(self) -> Iterator[tuple[str, list[bytes], str]]:
        """The name of everything that is wrapped, its wrappings, and under which master key it was made."""
        with self._database.read() as session:
            for row in session.exec(select(SecretRow)).all():
                yield row.purpose, [row.wrapped_key], row.made_under
        last = ""
        while True:
            wanted = (
                select(UnitRow)
                .where(col(UnitRow.id) > last, col(UnitRow.wrapped_key).is_not(None))
                .order_by(col(UnitRow.id))
                .limit(self._at_once)
            )
            with self._database.read() as session:
                rows = session.exec(wanted).all()
            for unit in rows:
                yield unit.id, [key for key in (unit.wrapped_key, unit.next_key) if key is not None], unit.made_under
            if not rows:
                return
            last = rows[-1].id


_REWRAP = (
    update(UnitRow)
    # A destroyed key is none: it is never put back.
    .where(col(UnitRow.id) == bindparam("unit"), col(UnitRow.wrapped_key) == bindparam("was"))
    .values(wrapped_key=bindparam("now"), next_key=bindparam("then"), wrapped_by=bindparam("by"))
)
