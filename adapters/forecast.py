"""What is going to be erased by itself until the end of a day, by municipality and rule. A dry run: only counted."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, literal
from sqlmodel import col, func, select

from adapters.database import Database
from adapters.objection_marks import count_marks
from adapters.vault import Vault
from models.codes import OutcomeClass
from models.tables import CallRequestRow, CaseRow, DeliveredRow, DeliveryRow, SignalRow, UploadRow
from models.values import MunicipalityCode
from policy.calendar import at_local


class WithoutCase(StrEnum):
    """What has a date of its own, by no outcome."""

    ROW = "delivered_row"
    UPLOAD = "upload"
    CALL = "call_request"
    MARK = "objection_mark"


Rule = OutcomeClass | WithoutCase


@dataclass(frozen=True)
class Expected:
    """What goes by one rule in one municipality. `held`: cases and signals that would go too, but for a hold."""

    municipality: MunicipalityCode
    rule: Rule
    cases: int = 0
    signals: int = 0
    other: int = 0
    held: int = 0


def forecast(
    database: Database, vault: Vault, day: date, municipalities: Sequence[MunicipalityCode] | None = None
) -> list[Expected]:
    """By municipality and rule, in the order of the rules; of all municipalities when none are named. What is late
    counts too. An open case goes by nothing but a decision, so it is not in it."""
    until = at_local(day + timedelta(days=1), time(0))
    counted = defaultdict[tuple[str, Rule], dict[str, int]](dict)
    with database.read() as session:
        for name, municipality, wanted in _questions(until):
            if municipalities is not None:
                wanted = wanted.where(municipality.in_([code.text for code in municipalities]))
            for code, rule, going, held in session.execute(wanted):
                counts = counted[code, _rule(rule)]
                counts[name] = going
                counts["held"] = counts.get("held", 0) + held
    for code, going in count_marks(vault, municipalities, until=until).items():
        counted[code, WithoutCase.MARK] = {"other": going}
    order: list[Rule] = [*OutcomeClass, *WithoutCase]
    lines = [Expected(MunicipalityCode(code), rule, **counts) for (code, rule), counts in counted.items()]
    return sorted(lines, key=lambda line: (line.municipality.text, order.index(line.rule)))


def _questions(until: datetime) -> Iterator[tuple[str, Any, Any]]:
    """(count that is asked, the column with the municipality, the question: municipality, rule, going, held)."""
    held = col(CaseRow.hold_until) >= until
    going, kept = func.sum(case((held, 0), else_=1)), func.sum(case((held, 1), else_=0))
    place = col(CaseRow.municipality)
    closed = select(place, col(CaseRow.outcome_class), going, kept).where(
        col(CaseRow.closed_at).is_not(None), col(CaseRow.outcome_class).is_not(None)
    )
    by_rule = closed.group_by(place, col(CaseRow.outcome_class))
    yield "cases", place, by_rule.where(col(CaseRow.erase_at) < until)
    of_case = by_rule.join(SignalRow, col(SignalRow.case_id) == col(CaseRow.id))
    yield "signals", place, of_case.where(col(SignalRow.erase_at) < until)
    of_delivery = col(DeliveryRow.municipality)
    rows = select(of_delivery, literal(WithoutCase.ROW.value), func.count(), literal(0))
    rows = rows.join(DeliveredRow, col(DeliveredRow.delivery_id) == col(DeliveryRow.id))
    yield "other", of_delivery, rows.where(col(DeliveredRow.erase_at) < until).group_by(of_delivery)
    for table, rule in ((UploadRow, WithoutCase.UPLOAD), (CallRequestRow, WithoutCase.CALL)):
        of_its = col(table.municipality)
        its = select(of_its, literal(rule.value), func.count(), literal(0)).where(col(table.erase_at) < until)
        yield "other", of_its, its.group_by(of_its)


def _rule(code: str) -> Rule:
    return OutcomeClass(code) if code in tuple(OutcomeClass) else WithoutCase(code)
