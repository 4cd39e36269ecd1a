"""Long lists come in pages, and every list is limited to the municipalities that its reader may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func
from sqlmodel import SQLModel, col, select

from adapters.database import Database
from models.values import MunicipalityCode

PAGE = 50
Scope = Sequence[MunicipalityCode]
Found = TypeVar("Found")
Table = TypeVar("Table", bound=SQLModel)


@dataclass(frozen=True)
class Page(Generic[Found]):
    """One page of a longer list."""

    rows: tuple[Found, ...]
    number: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def within(column: Any, scope: Scope) -> ColumnElement[bool]:
    """Only rows of these municipalities."""
    return col(column).in_([code.text for code in scope])


def paged(
    database: Database, table: type[Table], which: Iterable[Any], order: Iterable[Any], number: int
) -> Page[Table]:
    """The rows of a table that meet these conditions, on the page that was asked for."""
    conditions = tuple(which)
    with database.read() as session:
        total = session.exec(select(func.count()).select_from(table).where(*conditions)).one()
        rows = session.exec(
            select(table).where(*conditions).order_by(*order).limit(PAGE).offset((number - 1) * PAGE)
        ).all()
    return Page(tuple(rows), number, total)
