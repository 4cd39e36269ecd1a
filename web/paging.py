"""Long lists come in pages, and every list is limited to the municipalities that its reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func
from sqlalchemy import select as rows_of
from sqlmodel import Session, SQLModel, col, select

from adapters.database import Database
from models.values import MunicipalityCode

PAGE = 50
COUNTED = 1000
"""So many are counted, and no more: however long a list is, its length costs no more than this to tell."""
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


def counted(session: Session, found: Select[Any]) -> int:
    """How many rows a question finds; `COUNTED` + 1 when it finds more than that."""
    return session.scalar(rows_of(func.count()).select_from(found.limit(COUNTED + 1).subquery())) or 0


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
