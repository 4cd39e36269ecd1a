"""Long lists come in pages, and every list is limited to the municipalities that its reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, literal, union_all
from sqlalchemy import select as rows_of
from sqlalchemy.sql.base import ExecutableOption
from sqlmodel import Session, SQLModel, col, select

from adapters.database import Database
from models.values import MunicipalityCode

PAGE = 50
COUNTED = 1000
"""So many are counted, and no more: however long a list is, its length costs no more than this to tell."""
_NOWHERE = ""
Scope = Sequence[MunicipalityCode]
Found = TypeVar("Found")
Table = TypeVar("Table", bound=SQLModel)


@dataclass(frozen=True)
class Page(Generic[Found]):
    """One page of a longer list."""

    rows: tuple[Found, ...]
    number: int
    total: int
    """`COUNTED` + 1 when there are more than were counted."""

    @property
    def pages(self) -> int:
        """As far as was counted."""
        return max(1, -(-min(self.total, COUNTED) // PAGE))

    @property
    def is_longer(self) -> bool:
        """Whether there are more than were counted."""
        return self.total > COUNTED

    def has(self, number: int) -> bool:
        """Whether the list has this page, as far as this one can tell."""
        if number <= self.pages or not self.is_longer:
            return 1 <= number <= self.pages
        return number <= self.number or (number == self.number + 1 and len(self.rows) == PAGE)


def within(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Only rows of these municipalities."""
    return col(column).in_([code.text for code in scope])


def counted(session: Session, found: Select[Any] | CompoundSelect[Any]) -> int:
    """How many rows a question finds; `COUNTED` + 1 when it finds more than that."""
    return session.scalar(rows_of(func.count()).select_from(found.limit(COUNTED + 1).subquery())) or 0


def every(questions: Iterable[Any]) -> CompoundSelect[Any]:
    """What all of these find. Each keeps its own order and limit, for which SQLite wants it in a subquery."""
    return union_all(*(rows_of(question.subquery()) for question in questions))


def hinted(question: Any, table: type[SQLModel], index: str) -> Any:
    """A question that SQLite answers by this index. It knows how many rows a choice leaves only after an ANALYZE, which
    nobody does there, and then takes whichever index spares it the sorting of a few."""
    return question.with_hint(table, f"INDEXED BY {index}", "sqlite")


@dataclass(frozen=True)
class Listing(Generic[Table]):
    """A list over municipalities. `index` begins with the municipality and goes on with `order`, so that of each no
    more is read than the pages until the one that is shown, however long the list is. The last of `order` is the
    table's key."""

    table: type[Table]
    index: str
    which: tuple[ColumnElement[bool], ...]
    order: tuple[Any, ...]
    newest_first: bool = False
    options: tuple[ExecutableOption, ...] = ()

    def page(self, database: Database, scope: Scope, number: int) -> Page[Table]:
        """The rows of these municipalities on the page that was asked for."""
        with database.read() as session:
            total = counted(session, every(self._of(code, rows_of(literal(1).label("one"))) for code in _codes(scope)))
            rows = session.exec(self._rows(scope, number)).all()
        return Page(tuple(rows), number, total)

    def _rows(self, scope: Scope, number: int) -> Any:
        keys: list[Any] = [col(key).label(f"key_{place}") for place, key in enumerate(self.order)]
        found = every(
            self._of(code, rows_of(*keys)).order_by(*self._sorted(self.order)).limit(number * PAGE)
            for code in _codes(scope)
        ).subquery("found")
        order = self._sorted([found.c[key.name] for key in keys])
        shown = rows_of(found).order_by(*order).limit(PAGE).offset((number - 1) * PAGE).subquery("shown")
        return (
            select(self.table)
            .options(*self.options)
            .join(shown, shown.c[keys[-1].name] == self.order[-1])
            .order_by(*self._sorted([shown.c[key.name] for key in keys]))
        )

    def _of(self, code: str, question: Any) -> Any:
        place = col(self.table.municipality) == code  # type: ignore[attr-defined]
        return hinted(question.select_from(self.table).where(place, *self.which), self.table, self.index).limit(
            COUNTED + 1
        )

    def _sorted(self, keys: Iterable[Any]) -> list[Any]:
        return [key.desc() for key in keys] if self.newest_first else list(keys)


def _codes(scope: Scope) -> list[str]:
    return [code.text for code in scope] or [_NOWHERE]


def paged(
    database: Database, table: type[Table], which: Iterable[Any], order: Iterable[Any], number: int
) -> Page[Table]:
    """The rows of a table that meet these conditions, on the page that was asked for."""
    conditions = tuple(which)
    with database.read() as session:
        total = counted(session, rows_of(1).select_from(table).where(*conditions))
        rows = session.exec(
            select(table).where(*conditions).order_by(*order).limit(PAGE).offset((number - 1) * PAGE)
        ).all()
    return Page(tuple(rows), number, total)
