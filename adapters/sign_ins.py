"""Sign-ins that were begun in a browser and have not come back from the provider yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col

from adapters.database import Database
from adapters.oidc import Question
from adapters.sessions import hashed
from models.tables import SignInRow

LONGEST = timedelta(minutes=15)
"""So long somebody may take at the provider: a password that is to be renewed, a telephone that is upstairs."""


@dataclass(frozen=True)
class Begun:
    """What the provider's answer must fit."""

    nonce: str
    verifier: str
    back: str


class SignIns:
    """A browser may have several under way: one for each of its windows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, question: Question, *, browser: str, back: str, at: datetime) -> None:
        """Keeps what was asked. Forgets what was never answered."""
        with self._database.write() as session:
            session.execute(delete(SignInRow).where(col(SignInRow.begun_at) < at - LONGEST))
            session.add(
                SignInRow(
                    state_hash=hashed(question.state),
                    browser_hash=hashed(browser),
                    nonce=question.nonce,
                    verifier=question.verifier,
                    back=back,
                    begun_at=at,
                )
            )

    def take(self, state: str, *, browser: str, at: datetime) -> Begun | None:
        """What was begun with this state in this browser, once; None when nothing was, or too long ago."""
        taking = delete(SignInRow).where(
            col(SignInRow.state_hash) == hashed(state),
            col(SignInRow.browser_hash) == hashed(browser),
            col(SignInRow.begun_at) >= at - LONGEST,
        )
        with self._database.write() as session:
            found = session.execute(
                taking.returning(col(SignInRow.nonce), col(SignInRow.verifier), col(SignInRow.back))
            ).first()
        return None if found is None else Begun(*found)


def forget_sign_ins(database: Database, *, at: datetime) -> None:
    """Forgets sign-ins that were never answered, also when nobody begins another one."""
    with database.write() as session:
        session.execute(delete(SignInRow).where(col(SignInRow.begun_at) < at - LONGEST))
