"""Who is signed in with a browser, and who is on their way to it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlmodel import Field

from models.tables.base import Moment, Row


class WebSessionRow(Row, table=True):
    """Somebody who is signed in with a browser. Of what the browser shows only a hash is kept."""

    __tablename__ = "web_session"

    id_hash: str = Field(primary_key=True)
    staff: str = Field(index=True, sa_column_args=(ForeignKey("staff.id"),))
    begun_at: datetime = Field(sa_type=Moment, index=True)
    last_seen_at: datetime = Field(sa_type=Moment)
    proof: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The provider's own word of who it is, shown to it once more at signing out; readable only with what the browser
    shows."""


class SignInRow(Row, table=True):
    """A sign-in that was begun in a browser and is to come back from the provider, once."""

    __tablename__ = "sign_in"

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    nonce: str
    verifier: str
    back: str
    """The page that was asked for: a path of ids and codes."""
    begun_at: datetime = Field(sa_type=Moment, index=True)
