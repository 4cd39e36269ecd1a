"""How a destruction list and what is on it are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.destruction_lists import Approval, DestructionLists, dates_of
from adapters.forecast import WithoutCase
from models.codes import OutcomeClass
from models.tables import DestructionListRow
from models.values import MunicipalityCode
from policy.destruction import ListStanding, refusal_of_approving, standing
from policy.permissions import Action, Staff, may
from web import labels, queries, words
from web.destruction_queries import CaseOnList, OthersOnList
from web.language import said
from web.paging import Scope
from web.services import Services

OTHERS = {
    WithoutCase.ROW: "Regel van een aanlevering, zonder zaak",
    WithoutCase.UPLOAD: "Bestand dat iemand bekeek",
    WithoutCase.CALL: "Terugbelverzoek",
    WithoutCase.MARK: "Kenmerk na een toegewezen bezwaar",
}
_ALARMS = frozenset({ListStanding.LATE, ListStanding.PASSED})


@dataclass(frozen=True)
class Line:
    """A list among the others."""

    list_id: str
    name: str
    place: str
    made: str
    first: str
    last: str
    cases: int
    others: int
    agreed: str
    standing: str
    alarming: bool


@dataclass(frozen=True)
class FullList:
    """A list on its own page. `refusal`: why the reader cannot agree to it; empty when they can."""

    list_id: str
    name: str
    municipality: MunicipalityCode
    place: str
    made: str
    first: str
    last: str
    cases: int
    others: int
    people: int
    agreed: str
    standing: str
    alarming: bool
    waits: str
    cooling_off_until: str
    cooling_off: str
    approvals: tuple[tuple[str, str], ...]
    may_approve: bool
    refusal: str


@dataclass(frozen=True)
class CaseShown:
    case_id: str
    what: str
    rule: str
    due: str
    standing: str
    certificate_id: str
    can_be_held: bool


@dataclass(frozen=True)
class OthersShown:
    rule: str
    units: int
    first: str
    last: str


def lines(services: Services, rows: Sequence[DestructionListRow], within: Scope) -> list[Line]:
    now = services.now()
    places = queries.municipality_names(services.database, within)
    approvals = DestructionLists(services.database).approvals([row.id for row in rows])
    return [_line(row, places.get(row.municipality, row.municipality), approvals.get(row.id, ()), now) for row in rows]


def _line(row: DestructionListRow, place: str, approvals: Sequence[Approval], now: datetime) -> Line:
    dates = dates_of(row)
    fares = standing(dates, now=now)
    return Line(
        list_id=row.id,
        name=row.name,
        place=place,
        made=words.moment(row.made_at, now=now),
        first=words.moment(dates.first_due_at, now=now),
        last=words.moment(dates.ends_at, now=now),
        cases=row.cases,
        others=row.others,
        agreed=said("{number} van {people}", number=len(approvals), people=row.people),
        standing=labels.label(fares),
        alarming=fares in _ALARMS,
    )


def full_list(services: Services, staff: Staff, row: DestructionListRow) -> FullList:
    now, code = services.now(), MunicipalityCode(row.municipality)
    places = queries.municipality_names(services.database, [code])
    approvals = DestructionLists(services.database).approvals([row.id]).get(row.id, ())
    names = queries.staff_names(services.database, [approval.staff for approval in approvals])
    dates = dates_of(row)
    fares = standing(dates, now=now)
    may_approve = may(staff, Action.APPROVE_DESTRUCTION, code)
    approvers = [approval.staff for approval in approvals]
    refusal = refusal_of_approving(dates, by=staff.staff_id, approvers=approvers, now=now)
    waits = words.count(row.longest_wait_days, "dag", "dagen") if row.longest_wait_days else ""
    return FullList(
        list_id=row.id,
        name=row.name,
        municipality=code,
        place=places.get(row.municipality, row.municipality),
        made=words.full_moment(row.made_at),
        first=words.full_moment(dates.first_due_at),
        last=words.full_moment(dates.ends_at),
        cases=row.cases,
        others=row.others,
        people=row.people,
        agreed=said("{number} van {people}", number=len(approvals), people=row.people),
        standing=labels.label(fares),
        alarming=fares in _ALARMS,
        waits=waits,
        cooling_off_until=words.full_moment(dates.cooling_off_until) if dates.cooling_off_until else "",
        cooling_off=words.count(row.cooling_off_days, "dag", "dagen"),
        approvals=tuple((_who(approval, names), words.full_moment(approval.at)) for approval in approvals),
        may_approve=may_approve,
        refusal=said(refusal) if refusal else "",
    )


def _who(approval: Approval, names: dict[str, str]) -> str:
    role = labels.label(approval.role)
    known = names.get(approval.staff or "")
    return f"{known} ({role.lower()})" if known else role


def case_shown(case: CaseOnList, *, now: datetime) -> CaseShown:
    signals = words.count(case.signals, "signaal", "signalen")
    return CaseShown(
        case_id=case.case_id,
        what=said("de hele zaak, met {signals}", signals=signals) if case.whole else signals,
        rule=rule_name(case.rule),
        due=words.moment(case.due_at, now=now),
        standing=_standing(case, now),
        certificate_id=case.certificate_id or "",
        can_be_held=case.can_be_held,
    )


def _standing(case: CaseOnList, now: datetime) -> str:
    if case.certificate_id:
        return said("Vernietigd")
    if case.held and case.hold_until is not None:
        return said("Van de lijst: uitgesteld tot en met {day}", day=words.due(case.hold_until, now=now))
    return said("Gaat weg op deze datum") if case.exists else said("Wordt nu vernietigd")


def others_shown(others: OthersOnList, *, now: datetime) -> OthersShown:
    return OthersShown(
        rule=rule_name(others.rule),
        units=others.units,
        first=words.moment(others.first_due_at, now=now),
        last=words.moment(others.last_due_at, now=now),
    )


def rule_name(code: str) -> str:
    if code in tuple(WithoutCase):
        return said(OTHERS[WithoutCase(code)])
    return labels.label(OutcomeClass(code)) if code in tuple(OutcomeClass) else said("Onbekend")
