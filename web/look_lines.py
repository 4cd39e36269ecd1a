"""A look as a line of a list. It names the case by its number, and nobody whom it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.database import Database
from models.codes import AtTheMachine, LookPurpose, LookReason, Role
from models.tables import LookRow
from web import labels, queries, words
from web.language import said
from web.look_queries import Part

FORGOTTEN = "niet meer bekend"


@dataclass(frozen=True)
class Line:
    who: str
    role: str
    when: str
    purpose: str
    reason: str
    times: int
    case_id: str
    """Empty for what was in no case."""


@dataclass(frozen=True)
class Older:
    """Links to the newer and the older part of a list."""

    newer: str
    older: str


def lines(database: Database, rows: Sequence[LookRow], *, now: datetime) -> list[Line]:
    names = queries.staff_names(database, [row.staff_id for row in rows])
    return [_line(row, names, now) for row in rows]


def who(names: dict[str, str], staff_id: str | None) -> str:
    return names.get(staff_id, staff_id) if staff_id else said(FORGOTTEN)


def role_of(row: LookRow) -> Role | AtTheMachine:
    return AtTheMachine.COMMAND_LINE if row.role == AtTheMachine.COMMAND_LINE else Role(row.role)


def older(part: Part[object], link: str) -> Older:
    """`link`: the address of the list, to which the number of the page is added."""
    sign = "&" if "?" in link else "?"
    newer = f"{link}{sign}pagina={part.number - 1}" if part.number > 1 else ""
    return Older(newer, f"{link}{sign}pagina={part.number + 1}" if part.more else "")


def _line(row: LookRow, names: dict[str, str], now: datetime) -> Line:
    began, ended = words.moment(row.first_at, now=now), words.clock(row.last_at)
    return Line(
        who=who(names, row.staff_id),
        role=labels.label(role_of(row)),
        when=began if began.endswith(ended) else said("{began} tot {ended}", began=began, ended=ended),
        purpose=labels.label(LookPurpose(row.purpose)),
        reason=labels.label(LookReason(row.reason)) if row.reason else "",
        times=row.times,
        case_id=row.case_id or "",
    )
