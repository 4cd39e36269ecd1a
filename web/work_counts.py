"""How much work there is of each kind, counted to a limit: however much there is, counting costs no more than that."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, null, true, union_all
from sqlalchemy import select as rows_of
from sqlmodel import Session, col

from models.tables import TaskRow
from web import paging
from web.paging import Scope, every, hinted
from web.work_filters import Due, Facet, Filters, conditions, told_values, value_of

LOOKED = 5_000
"""So many tasks of a part of the work are looked at, to tell how many there are of each choice in it."""
_BEGINS_WITH = {
    Facet.QUEUE: "ix_task_counted",
    Facet.ROUTE: "ix_task_by_route",
    Facet.PARTNER: "ix_task_by_partner",
    Facet.AREA: "ix_task_by_area",
    Facet.KIND: "ix_task_by_kind",
    Facet.OWNER: "ix_task_by_owner",
    Facet.DUE: "ix_task_by_term",
}
"""The index in which the values of a facet come after the municipality."""
Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True)
class Count:
    """`more`: there are so many at least."""

    number: int
    more: bool = False


@dataclass(frozen=True)
class Part:
    """Work of some municipalities. `index` finds of each those of which `found` holds; `asked` must hold too."""

    scope: Scope
    index: str
    found: Conditions = ()
    asked: Conditions = ()

    def each(self, *columns: Any, limit: int, also: Conditions = ()) -> Any:
        """These columns of its tasks, so many at most."""
        return every(
            hinted(rows_of(*columns), TaskRow, self.index)
            .where(col(TaskRow.municipality) == code, *self.found, *self.asked, *also)
            .limit(limit)
            for code in _codes(self.scope)
        ).limit(limit)


def found_by(facet: Facet, filters: Filters, *, now: datetime) -> tuple[str, Conditions]:
    """The index that finds what a filter leaves, and the condition."""
    others = filters.without(*(other for other in Facet if other is not facet))
    return _BEGINS_WITH[facet], tuple(conditions(others, now=now))


def number(session: Session, part: Part, *also: ColumnElement[bool], most: int | None = None) -> int:
    """How many tasks; one more than `most` when there are more."""
    limit = (paging.COUNTED if most is None else most) + 1
    tasks = part.each(literal(1).label("one"), limit=limit, also=also)
    return session.scalar(rows_of(func.count()).select_from(tasks.subquery())) or 0


def counts_of(session: Session, part: Part, facet: Facet, *, now: datetime) -> dict[str, Count]:
    """How much of a part there is with each value of a facet. Of all work each value is counted by itself; of less,
    among its first tasks, so that values of a very large part may come without a number."""
    if not part.found and not part.asked:
        return {value: _count(amount) for value, amount in _of_all(session, part.scope, facet, now).items()}
    amounts, is_all = _among_the_first(session, part, facet, now)
    if is_all:
        return {value: _count(amount) for value, amount in amounts.items()}
    there = dict.fromkeys(_of_all(session, part.scope, facet, now), 0)
    return {value: Count(_count(amount).number, more=True) for value, amount in {**there, **amounts}.items()}


def by_value(session: Session, part: Part, column: Any) -> Iterator[tuple[str | None, int]]:
    """How many tasks have each value of a column, which comes after the municipality in the index of the part: of each
    value to the limit, and of each municipality apart."""
    arms = list[Any]()
    for place, code in enumerate(_codes(part.scope)):
        values = _values(part, code, column, name=f"found_{place}")
        arms.append(rows_of(values.c.value, _amount(part, code, column == values.c.value, values)))
        if column.property.columns[0].nullable:
            arms.append(rows_of(null(), _amount(part, code, column.is_(None))))
    yield from session.execute(union_all(*arms))


def _of_all(session: Session, scope: Scope, facet: Facet, now: datetime) -> Counter[str]:
    amounts = Counter[str]()
    if facet is Facet.DUE:
        found = _by_due(session, scope, now)
    else:
        found = by_value(session, Part(scope, _BEGINS_WITH[facet]), value_of(facet, now=now))
    for value, amount in found:
        amounts.update(dict.fromkeys(told_values(facet, value), amount))
    return +amounts


def _by_due(session: Session, scope: Scope, now: datetime) -> Iterator[tuple[str | None, int]]:
    arms = list[Any]()
    for due in Due:
        index, [*found] = found_by(Facet.DUE, Filters(due=due), now=now)
        part = Part(scope, index)
        arms += [rows_of(literal(due.value), _amount(part, code, and_(*found))) for code in _codes(scope)]
    yield from session.execute(union_all(*arms))


def _among_the_first(session: Session, part: Part, facet: Facet, now: datetime) -> tuple[Counter[str], bool]:
    """How many of them have each value, and whether they are all."""
    asked = and_(true(), *part.asked).label("asked")
    first = Part(part.scope, part.index, part.found)
    tasks = first.each(value_of(facet, now=now).label("value"), asked, limit=LOOKED + 1).subquery()
    amounts, looked = Counter[str](), 0
    for value, is_asked, amount in session.execute(
        rows_of(tasks.c.value, tasks.c.asked, func.count()).group_by(tasks.c.value, tasks.c.asked)
    ):
        looked += amount
        if is_asked:
            amounts.update(dict.fromkeys(told_values(facet, value), amount))
    return amounts, looked <= LOOKED


def _values(part: Part, code: str, column: Any, *, name: str) -> Any:
    """Every value of the column: the first one, and of each the next one in the index."""
    here = (col(TaskRow.municipality) == code, *part.found)
    first = hinted(rows_of(func.min(column).label("value")), TaskRow, part.index).where(*here)
    found = first.cte(name, recursive=True)
    after = hinted(rows_of(func.min(column)), TaskRow, part.index).where(*here, column > found.c.value)
    following = rows_of(after.scalar_subquery()).where(found.c.value.is_not(None))
    return found.union_all(following)


def _amount(part: Part, code: str, is_value: ColumnElement[bool], *beside: Any) -> Any:
    tasks = hinted(rows_of(literal(1).label("one")), TaskRow, part.index).where(
        col(TaskRow.municipality) == code, is_value, *part.found, *part.asked
    )
    limited = tasks.limit(paging.COUNTED + 1).correlate(*beside).subquery()
    return rows_of(func.count()).select_from(limited).scalar_subquery()


def _count(amount: int) -> Count:
    return Count(min(amount, paging.COUNTED), amount > paging.COUNTED)


def _codes(scope: Scope) -> list[str]:
    return [code.text for code in scope] or [""]
