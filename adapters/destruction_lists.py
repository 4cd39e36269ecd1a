"""The weekly lists of what is going to be erased: made, agreed to, and asked by whoever erases."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case as one_of
from sqlalchemy import insert, literal, update
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, func, select

from adapters.database import Database
from adapters.forecast import WithoutCase
from adapters.policy_book import PolicyFiles
from models.codes import Role
from models.destruction import Asked, Permit
from models.ids import StaffId, derived
from models.tables import (
    CaseRow,
    DeliveredRow,
    DeliveryRow,
    DestructionApprovalRow,
    DestructionItemRow,
    DestructionListRow,
    MunicipalityRow,
    SignalRow,
)
from models.values import MunicipalityCode
from policy.destruction import (
    ListDates,
    Listed,
    ListStanding,
    ListTerms,
    covered_until,
    name_of,
    permit,
    refusal_of_approving,
    standing,
    week_of,
)

_AT_ONCE = 500
TermsOf = Callable[[MunicipalityCode], ListTerms | None]
"""How a municipality makes lists today; None where it makes none."""


def no_lists(municipality: MunicipalityCode) -> ListTerms | None:
    return None


def by_policy(policies: PolicyFiles) -> TermsOf:
    """As the policies of today say; a municipality without one makes none."""

    def terms_of(municipality: MunicipalityCode) -> ListTerms | None:
        if municipality not in policies.municipalities():
            return None
        return policies.policy(municipality).destruction_list.resolved()

    return terms_of


@dataclass(frozen=True)
class Approval:
    """Somebody agreed; `staff` is None once that is forgotten."""

    staff: StaffId | None
    role: Role
    at: datetime


class DestructionLists:
    """Port `activities.ports.ListMaker`, and what pages and whoever erases ask of the lists."""

    def __init__(self, database: Database, terms_of: TermsOf = no_lists) -> None:
        self._database = database
        self._terms_of = terms_of

    def make_due(self, at: datetime) -> int:
        with self._database.read() as session:
            codes = list(session.exec(select(MunicipalityRow.code).order_by(MunicipalityRow.code)))
        return sum(self.make(MunicipalityCode(code), at=at) for code in codes)

    def make(self, municipality: MunicipalityCode, *, at: datetime) -> bool:
        """Makes the list of this week, whenever in the week that is; whether it was done now. Where nothing would be on
        it there is no list."""
        terms = self._terms_of(municipality)
        if terms is None:
            return False
        made_for = week_of(at, terms.weekday)
        name = name_of(made_for)
        row = DestructionListRow(
            id=derived("destruction-list", municipality.text, name),
            municipality=municipality.text,
            name=name,
            made_at=at,
            people=terms.people,
            cooling_off_days=terms.cooling_off_days,
            longest_wait_days=terms.longest_wait_days,
        )
        longest = timedelta(days=terms.longest_wait_days)
        with self._database.write() as session:
            self._database.lock(session, f"destruction/{municipality.text}")
            if not self._database.insert_once(session, row):
                return False
            since, until = at - longest, covered_until(made_for, terms)
            for question in _going(row.id, municipality, since=since, until=until):
                # One statement each, however many go.
                columns = ["list_id", "unit_id", "case_id", "rule", "due_at"]
                session.connection().execute(insert(DestructionItemRow).from_select(columns, question))
            first, last, cases, others = session.exec(_counts(row.id)).one()
            if first is None or last is None:
                session.delete(session.get_one(DestructionListRow, row.id))
                return False
            counted = {"first_due_at": first, "ends_at": last + longest, "cases": cases, "others": others}
            session.execute(update(DestructionListRow).where(col(DestructionListRow.id) == row.id).values(counted))
        return True

    def approve(self, list_id: str, *, by: StaffId, role: Role, at: datetime) -> str | None:
        """Somebody agrees to a list that the caller saw they may agree to. The answer is why that does not count; None
        when it does. However often it is pressed and by whom at once, nobody counts twice."""
        with self._database.write() as session:
            self._database.lock(session, f"destruction-list/{list_id}")
            row = session.get_one(DestructionListRow, list_id)
            before = _approvals(session, [list_id])
            approvers = [approval.staff for approval in before.get(list_id, ())]
            refusal = refusal_of_approving(dates_of(row), by=by, approvers=approvers, now=at)
            if refusal is not None:
                return refusal
            place = len(approvers) + 1
            session.add(DestructionApprovalRow(list_id=list_id, place=place, staff_id=by, role=role, at=at))
            if place >= row.people:
                row.cooling_off_until = at + timedelta(days=row.cooling_off_days)
                session.add(row)
        return None

    def approvals(self, lists: Sequence[str]) -> dict[str, tuple[Approval, ...]]:
        """By list, in the order in which they agreed."""
        with self._database.read() as session:
            return _approvals(session, lists)

    def since(self, moment: datetime, *, now: datetime) -> list[DestructionListRow]:
        """Lists that were made after this moment, or of which something is yet to go; the newest first."""
        wanted = select(DestructionListRow).where(
            (col(DestructionListRow.made_at) > moment) | (col(DestructionListRow.ends_at) > now)
        )
        newest = col(DestructionListRow.made_at).desc(), col(DestructionListRow.municipality)
        with self._database.read() as session:
            return list(session.exec(wanted.order_by(*newest)))

    def to_approve(
        self, municipalities: Sequence[MunicipalityCode] | None = None, *, now: datetime
    ) -> list[DestructionListRow]:
        """Lists that not enough people agreed to yet, with dates on them that are to come; the first to go on top."""
        wanted = select(DestructionListRow).where(
            col(DestructionListRow.cooling_off_until).is_(None), col(DestructionListRow.ends_at) > now
        )
        if municipalities is not None:
            codes = [code.text for code in municipalities]
            wanted = wanted.where(col(DestructionListRow.municipality).in_(codes))
        with self._database.read() as session:
            return list(session.exec(wanted.order_by(col(DestructionListRow.first_due_at), col(DestructionListRow.id))))

    def late(
        self, municipalities: Sequence[MunicipalityCode] | None = None, *, now: datetime
    ) -> list[DestructionListRow]:
        """Those of them that nobody can agree to in time any more."""
        found = self.to_approve(municipalities, now=now)
        return [row for row in found if standing(dates_of(row), now=now) is ListStanding.LATE]

    def permits(self, municipality: MunicipalityCode, asked: Sequence[Asked]) -> list[Permit]:
        """From when each of these units may be erased, as things stand now, in the same order."""
        terms = self._terms_of(municipality)
        found = list[Permit]()
        with self._database.read() as session:
            for start in range(0, len(asked), _AT_ONCE):
                part = asked[start : start + _AT_ONCE]
                listed = _listed(session, part)
                found.extend(permit(one, listed.get(one.unit_id), terms) for one in part)
        return found

    def waiting(self, table: type[Any], ids: Sequence[str], *, at: datetime) -> set[str]:
        """Those of these cases, signals or delivered rows that were not to be erased by this moment, although their
        date came."""
        found = set[str]()
        with self._database.read() as session:
            for start in range(0, len(ids), _AT_ONCE):
                rows = session.execute(_dates(table, ids[start : start + _AT_ONCE])).all()
                for code in {row.municipality for row in rows}:
                    mine = [row for row in rows if row.municipality == code]
                    asked = [Asked(unit_id=row.unit_id, due_at=row.due_at) for row in mine]
                    permits = self.permits(MunicipalityCode(code), asked)
                    found.update(row.id for row, each in zip(mine, permits, strict=True) if each.not_before > at)
        return found


def dates_of(row: DestructionListRow) -> ListDates:
    """A list that is kept has dates on it."""
    return ListDates(
        first_due_at=row.first_due_at or row.made_at,
        ends_at=row.ends_at or row.made_at,
        cooling_off_days=row.cooling_off_days,
        cooling_off_until=row.cooling_off_until,
    )


def _later(own: Any) -> Any:
    """When something of a closed case goes: on its own date, or at the end of a hold that comes later."""
    return one_of((col(CaseRow.hold_until) > own, col(CaseRow.hold_until)), else_=own)


def _going(list_id: str, municipality: MunicipalityCode, *, since: datetime, until: datetime) -> Iterator[Any]:
    """What goes in these days and stands on no list with that date: cases, their signals, rows that became no case."""
    this = literal(list_id)
    of_case = col(CaseRow.municipality) == municipality.text
    closed = col(CaseRow.closed_at).is_not(None)
    rule = func.coalesce(col(CaseRow.outcome_class), literal(""))
    at = _later(col(CaseRow.erase_at))
    cases: Any = rows_of(this, col(CaseRow.unit_id), col(CaseRow.id), rule, at)
    yield cases.where(of_case, closed, *_in(at, since, until), ~_stands(col(CaseRow.unit_id), at))
    at = _later(col(SignalRow.erase_at))
    signals: Any = rows_of(this, col(SignalRow.unit_id), col(CaseRow.id), rule, at)
    signals = signals.join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id))
    yield signals.where(of_case, closed, *_in(at, since, until), ~_stands(col(SignalRow.unit_id), at))
    at = col(DeliveredRow.erase_at)
    rows: Any = rows_of(this, col(DeliveredRow.unit_id), literal(None), literal(WithoutCase.ROW.value), at)
    rows = rows.join(DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id))
    here = col(DeliveryRow.municipality) == municipality.text
    yield rows.where(here, *_in(at, since, until), ~_stands(col(DeliveredRow.unit_id), at))


def _in(at: Any, since: datetime, until: datetime) -> tuple[Any, Any]:
    return at > since, at < until


def _stands(unit: Any, at: Any) -> Any:
    item = select(DestructionItemRow.list_id).where(col(DestructionItemRow.unit_id) == unit)
    return item.where(col(DestructionItemRow.due_at) >= at).exists()


def _counts(list_id: str) -> Any:
    others = func.count().filter(col(DestructionItemRow.case_id).is_(None))
    return select(
        func.min(col(DestructionItemRow.due_at)),
        func.max(col(DestructionItemRow.due_at)),
        func.count(col(DestructionItemRow.case_id).distinct()),
        others,
    ).where(DestructionItemRow.list_id == list_id)


def _approvals(session: Session, lists: Collection[str]) -> dict[str, tuple[Approval, ...]]:
    wanted = select(DestructionApprovalRow).where(col(DestructionApprovalRow.list_id).in_(list(lists)))
    found = dict[str, tuple[Approval, ...]]()
    for row in session.exec(wanted.order_by(col(DestructionApprovalRow.place))):
        staff = None if row.staff_id is None else StaffId(row.staff_id)
        found[row.list_id] = (*found.get(row.list_id, ()), Approval(staff, Role(row.role), row.at))
    return found


def _listed(session: Session, asked: Sequence[Asked]) -> dict[str, Listed]:
    """By unit, the list on which it stands with its date of now, or else the next one; the newest of those."""
    due = {one.unit_id: one.due_at for one in asked}
    wanted = (
        select(DestructionItemRow, DestructionListRow)
        .join(DestructionListRow, col(DestructionListRow.id) == col(DestructionItemRow.list_id))
        .where(col(DestructionItemRow.unit_id).in_(list(due)))
        .order_by(col(DestructionItemRow.due_at).desc(), col(DestructionListRow.made_at))
    )
    found = {
        item.unit_id: row
        for item, row in session.exec(wanted)
        if item.due_at >= due[item.unit_id]  # type: ignore[index]
    }
    approvals = _approvals(session, {row.id for row in found.values()})
    return {
        unit: Listed(
            name=row.name,
            longest_wait_days=row.longest_wait_days,
            cooling_off_until=row.cooling_off_until,
            roles=tuple(approval.role for approval in approvals.get(row.id, ())),
        )
        for unit, row in found.items()
    }


def _dates(table: type[Any], ids: Sequence[str]) -> Any:
    """(id, unit_id, municipality, due_at) of these rows."""
    columns: tuple[Any, ...] = col(table.id).label("id"), col(table.unit_id).label("unit_id")
    if table is DeliveredRow:
        own: Any = rows_of(
            *columns, col(DeliveryRow.municipality).label("municipality"), table.erase_at.label("due_at")
        )
        own = own.join(DeliveryRow, col(DeliveryRow.id) == col(DeliveredRow.delivery_id))
    else:
        at = _later(col(table.erase_at)).label("due_at")
        own = rows_of(*columns, col(table.municipality).label("municipality"), at)
        if table is SignalRow:
            # A signal whose case is gone has its own date alone.
            own = own.join(CaseRow, col(CaseRow.id) == col(SignalRow.case_id), isouter=True)
    return own.where(col(table.id).in_(list(ids)))
