"""Who of the outside parties is down since when, and how much waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, tuple_
from sqlmodel import Session, col, select

from adapters.database import Database
from models.codes import Party
from models.tables import PartyRow, PartyWaitRow


@dataclass(frozen=True)
class Outage:
    """A party that does not answer. What waits for it goes on by itself."""

    party: Party
    since: datetime
    code: str
    waiting: int


class PartyHealth:
    """Port `activities.ports.PartyHealth`. An outage is one thing: it begins with the first failure and ends with the
    first answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answered(self, party: Party, *, waiting: str) -> None:
        # Nearly every answer comes while nothing is wrong, so looking first saves a write transaction each.
        with self._database.read() as session:
            state = session.get(PartyRow, party)
            if (state is None or state.down_since is None) and session.get(PartyWaitRow, (party, waiting)) is None:
                return
        with self._database.write() as session:
            state = self._locked(session, party)
            if state is not None:
                state.down_since, state.code = None, None
            _forget(session, party, waiting)

    def failed(self, party: Party, *, waiting: str, code: str, at: datetime) -> None:
        with self._database.write() as session:
            state = self._locked(session, party) or PartyRow(name=party)
            state.down_since, state.code = state.down_since or at, code
            session.add(state)
            self._database.insert_once(session, PartyWaitRow(party=party, waiting=waiting, since=at))

    def gave_up(self, party: Party, *, waiting: str) -> None:
        """Nothing waits for the party any more here; the party is still down."""
        with self._database.write() as session:
            _forget(session, party, waiting)

    def waits_only_for(self, party: Party | None, *, waiting: str) -> None:
        """What waited here for another party was called off; nobody knows more of that party for it."""
        others = [(other, waiting) for other in Party if other is not party]
        # Nearly every case waits for nobody, so looking first saves a write transaction each.
        with self._database.read() as session:
            if session.exec(select(PartyWaitRow).where(_is_one_of(others))).first() is None:
                return
        with self._database.write() as session:
            session.execute(delete(PartyWaitRow).where(_is_one_of(others)))

    def outages(self) -> list[Outage]:
        """Parties that are down, longest first."""
        waiting = (
            select(func.count())
            .select_from(PartyWaitRow)
            .where(col(PartyWaitRow.party) == col(PartyRow.name))
            .scalar_subquery()
        )
        wanted = (
            select(PartyRow.name, PartyRow.down_since, PartyRow.code, waiting)
            .where(col(PartyRow.down_since).is_not(None))
            .order_by(col(PartyRow.down_since))
        )
        with self._database.read() as session:
            return [
                Outage(Party(name), since, code or "", count)
                for name, since, code, count in session.exec(wanted)
                if since is not None
            ]

    def _locked(self, session: Session, party: Party) -> PartyRow | None:
        self._database.lock(session, f"party/{party}")
        return session.get(PartyRow, party)


def _forget(session: Session, party: Party, waiting: str) -> None:
    session.execute(delete(PartyWaitRow).where(col(PartyWaitRow.party) == party, col(PartyWaitRow.waiting) == waiting))


def _is_one_of(waits: Sequence[tuple[Party, str]]) -> ColumnElement[bool]:
    return tuple_(col(PartyWaitRow.party), col(PartyWaitRow.waiting)).in_(waits)
