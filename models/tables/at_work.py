"""Who has a case before them at this moment."""

from datetime import datetime

from sqlmodel import Field

from models.tables.base import Moment, Row


class AtWorkRow(Row, table=True):
    """Somebody is at work on a case until this moment, unless they say again that they are. Nothing depends on it but
    what colleagues are told: two presses are told apart by the case itself."""

    __tablename__ = "at_work"

    case_id: str = Field(primary_key=True)
    staff: str
    since: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment, index=True)
    taken_from: str | None = None
    """From whom they took it over."""
