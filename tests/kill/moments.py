"""The moments at which a worker under test dies."""

from enum import StrEnum
from typing import get_type_hints

from activities.records import ErasureOrder
from activities.retention import ErasedSoFar, RetentionActivities


class Moment(StrEnum):
    """Between two things that a worker does; whatever it did before is done, and nobody was told of it."""

    REGISTER_ANSWER_SAVED = "saved register_answered"
    """Committed in SQL; the local activity has not answered."""
    ROUTE_SAVED = "saved route_chosen"
    """Committed in SQL, with what another system did; the local activity has not answered."""
    CLAIM_AT_HAND = "saving case_claimed"
    """The command is accepted and durable; nothing of it is in SQL."""
    CLAIM_SAVED = "saved case_claimed"
    """Committed in SQL; the command's activity has not answered."""

    CALLBACK_SAVED = "saved callback_agreed"
    """Committed in SQL; the command's activity has not answered."""
    REFERRAL_SAVED = "saved referral_made"
    REFERRAL_ANSWER_SAVED = "saved referral_accepted"

    MAIL_BOOKED = "mail booked"
    """In the ledger, not sent."""
    MAIL_HANDED_OVER = "mail handed over"
    """The mail server took it; the ledger does not know."""

    LETTER_BOOKED = "letter booked"
    """In the ledger, not handed over."""
    LETTER_QUEUED = "letter queued"
    """It waits for the print round; the ledger does not know."""
    BATCH_CLOSED = "batch closed"
    """It is known which letters go; the round has no answer."""
    BATCH_AT_HAND = "batch at hand"
    """The ZIP is made, and nobody has it."""
    BATCH_TAKEN = "batch taken"
    """The printer has it; our own books do not know."""
    BATCH_SETTLED = "batch settled"
    """It is in our books, and in the reports to the cases; the round has no answer."""

    CASE_RESERVED = "case reserved"
    """Chosen in the vault; the main database has no row of it."""
    ROWS_WRITTEN = "rows written"
    """The case is in both databases; its workflow was not started."""
    CASE_STARTED = "case started"
    """The workflow was started; the reservation is not settled."""

    JOINING_SAVED = "saved signal_joined"
    """The running case wrote the signal in SQL; whoever brought it has no answer."""

    RELOCATION_RESERVED = "relocation reserved"
    """Chosen anew in the vault; the rows stand where they were."""
    SPLIT_OPENED = "split opened"
    """The new case runs; its reservation is not settled."""
    SIGNALS_MOVED = "signals moved"
    """Reservations and rows are the other case's, which knows nothing of them."""
    SIGNALS_BROUGHT = "signals brought"
    """The other case has the signals too; the merged one can still be found."""

    FEEDBACK_TAKEN = "feedback taken"
    """The partner has the batch; the ledger does not know."""


def before(step: str) -> str:
    """A step of erasing is at hand."""
    return f"before {step}"


def after(step: str) -> str:
    """A step of erasing is done; its activity has not answered."""
    return f"after {step}"


def steps_of_erasing(*about: type) -> tuple[str, ...]:
    """The activities of the one erase path and the sweep, in the order in which they are written down; only those that
    are told one of these, when any are named."""
    return tuple(
        name
        for name, member in vars(RetentionActivities).items()
        if hasattr(member, "__temporal_activity_definition") and (not about or _told(member) & {*about})
    )


def _told(step: object) -> set[type]:
    return {kind for name, kind in get_type_hints(step).items() if name != "return"}


STEPS = steps_of_erasing()
STEPS_OF_A_CASE = steps_of_erasing(ErasureOrder, ErasedSoFar)
