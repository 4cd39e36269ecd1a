"""Who takes which home visits along on a day."""

from datetime import date, datetime

from sqlmodel import Field

from models.tables.base import Moment, Row


class VisitTakenRow(Row, table=True):
    """Somebody visits the resident of this case on this day, perhaps with a colleague. After that day it says
    nothing."""

    __tablename__ = "visit_taken"

    case_id: str = Field(primary_key=True)
    staff: str = Field(index=True)
    companion: str | None = Field(default=None, index=True)
    day: date = Field(index=True)
    at: datetime = Field(sa_type=Moment)
    taken_from: str | None = None
    """From whom they took it over."""
