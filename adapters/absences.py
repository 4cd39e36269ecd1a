"""Who is away on which days, and who looks after their work.

For pages: `deputy_of` and `stands_in_for` answer for one day; a day is a date in the Netherlands, and an absence's
first and last day both count. The work list's "Van mij" of somebody is their own work and that of everybody in
`stands_in_for`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from adapters.database import Database
from adapters.registry import Member, member_of
from models.codes import Role
from models.ids import StaffId, fresh
from models.tables import AbsenceRow, StaffRow
from models.values import MunicipalityCode

Deputies = Mapping[StaffId, StaffId]
"""Who is away on a day, with whom each of them named."""

_NOT_YOURS = "Alleen een teamleider van uw gemeente kan dit voor een ander doen."


class AbsenceRefused(Exception):
    """The absence cannot be recorded; `sentence` tells the caseworker why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Absence:
    """Somebody is away from the first day up to and including the last one."""

    id: str
    staff: StaffId
    first_day: date
    last_day: date
    deputy: StaffId


class Absences:
    """Kept in the main database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, *, staff: StaffId, first_day: date, last_day: date, deputy: StaffId, by: StaffId, key: str = ""
    ) -> Absence:
        """Records that somebody is away: oneself, or as a supervisor somebody else of the municipality.

        `key`: becomes the absence's id; what was recorded under it before is the answer, so that a button pressed
        twice records once. Raises `AbsenceRefused`.
        """
        if last_day < first_day:
            raise AbsenceRefused("De laatste dag ligt voor de eerste.")
        absence = Absence(key or fresh(), staff, first_day, last_day, deputy)
        with self._database.write() as session:
            self._database.lock(session, f"absence/{staff}")
            check_may(session, staff, by)
            known = session.get(AbsenceRow, absence.id)
            if known is not None and known.staff == staff:
                return _absence(known)
            _check_deputy(session, staff, deputy)
            if _overlapping(session, absence):
                raise AbsenceRefused("Voor (een deel van) deze dagen staat al een afwezigheid.")
            session.add(AbsenceRow(**vars(absence)))
        return absence

    def withdraw(self, absence: str, *, by: StaffId) -> None:
        """The absence will not be, or not any more; one that is not there is no error. Raises `AbsenceRefused`."""
        with self._database.write() as session:
            row = session.get(AbsenceRow, absence)
            if row is not None:
                check_may(session, StaffId(row.staff), by)
                session.delete(row)

    def of(self, staff: StaffId, *, since: date) -> list[Absence]:
        """Somebody's absences that are not over on this day, the first one first."""
        wanted = select(AbsenceRow).where(AbsenceRow.staff == staff, col(AbsenceRow.last_day) >= since)
        return self._read(wanted.order_by(col(AbsenceRow.first_day)))

    def of_municipality(self, municipality: MunicipalityCode, *, since: date) -> list[Absence]:
        """The same of everybody who works for the municipality."""
        with self._database.read() as session:
            staff = [row.id for row in session.exec(select(StaffRow)) if municipality.text in row.municipalities]
        wanted = select(AbsenceRow).where(col(AbsenceRow.staff).in_(staff), col(AbsenceRow.last_day) >= since)
        return self._read(wanted.order_by(col(AbsenceRow.first_day), AbsenceRow.staff))

    def is_away(self, staff: StaffId, day: date) -> bool:
        with self._database.read() as session:
            return staff in deputies_on(session, day)

    def deputy_of(self, staff: StaffId, day: date) -> StaffId | None:
        """Who looks after somebody's work on this day. None when they are at work themselves, and also when whoever
        they named is away with nobody in their place."""
        with self._database.read() as session:
            return stand_in(staff, deputies_on(session, day))

    def stands_in_for(self, staff: StaffId, day: date) -> tuple[StaffId, ...]:
        """Whose work is on this day somebody's besides their own, in the order of their ids; nobody's when they are
        away themselves."""
        with self._database.read() as session:
            away = deputies_on(session, day)
        return tuple(sorted(other for other in away if stand_in(other, away) == staff))

    def _read(self, wanted: SelectOfScalar[AbsenceRow]) -> list[Absence]:
        with self._database.read() as session:
            return [_absence(row) for row in session.exec(wanted)]


def deputies_on(session: Session, day: date) -> Deputies:
    """Who is away on this day, with whom each of them named."""
    wanted = select(AbsenceRow).where(col(AbsenceRow.first_day) <= day, col(AbsenceRow.last_day) >= day)
    return {StaffId(row.staff): StaffId(row.deputy) for row in session.exec(wanted)}


def stand_in(staff: StaffId, away: Deputies) -> StaffId | None:
    """Who is there for somebody who is away: the deputy, or the deputy's deputy. None for who is not away, and when
    the chain comes back to somebody in it."""
    seen = {staff}
    deputy = away.get(staff)
    while deputy is not None and deputy in away:
        if deputy in seen:
            return None
        seen.add(deputy)
        deputy = away[deputy]
    return deputy


def _absence(row: AbsenceRow) -> Absence:
    return Absence(row.id, StaffId(row.staff), row.first_day, row.last_day, StaffId(row.deputy))


def check_may(session: Session, staff: StaffId, by: StaffId) -> None:
    if staff == by:
        return
    whose, who = _member(session, staff), _member(session, by)
    shared = set(whose.municipalities) & set(who.municipalities)
    if who.role is not Role.SUPERVISOR or not shared:
        raise AbsenceRefused(_NOT_YOURS)


def _check_deputy(session: Session, staff: StaffId, deputy: StaffId) -> None:
    if staff == deputy:
        raise AbsenceRefused("Kies een ander die waarneemt.")
    whose, who = _member(session, staff), _member(session, deputy)
    if not set(whose.municipalities) <= set(who.municipalities):
        raise AbsenceRefused("Kies een waarnemer die voor dezelfde gemeente werkt.")
    if who.role is Role.REFERRAL_PARTY and who.party is not whose.party:
        # A referral party sees only what was given to it, so it would see nothing of this work.
        raise AbsenceRefused("Kies een waarnemer die dit werk mag zien.")


def _member(session: Session, staff: StaffId) -> Member:
    row = session.get(StaffRow, staff)
    if row is None:
        raise AbsenceRefused("Deze medewerker is hier niet bekend.")
    return member_of(row)


def _overlapping(session: Session, absence: Absence) -> Sequence[str]:
    return session.exec(
        select(AbsenceRow.id).where(
            AbsenceRow.staff == absence.staff,
            col(AbsenceRow.first_day) <= absence.last_day,
            col(AbsenceRow.last_day) >= absence.first_day,
        )
    ).all()
