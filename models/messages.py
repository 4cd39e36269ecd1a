"""What reaches a running case from outside, beside its activities' results."""

from enum import StrEnum

from pydantic import Field

from models.base import Carried
from models.case import CaseSignal
from models.codes import FeedbackCode, MessageReport
from models.commands import AnyCommand
from models.ids import BatchId, PersonId, SignalId, StepId


class Press(Carried):
    """A pressed button."""

    command: AnyCommand


class Joining(Carried):
    """A signal that wants to join, and those that come with it: all of them or none."""

    signal: CaseSignal
    more: tuple[CaseSignal, ...] = ()

    @property
    def signals(self) -> tuple[CaseSignal, ...]:
        return (self.signal, *self.more)


class FeedbackNews(Carried):
    """The partner of these signals took the feedback."""

    signals: tuple[SignalId, ...]
    batch_id: BatchId
    codes: dict[SignalId, FeedbackCode] = Field(default_factory=dict)
    """What each partner was told."""


class MessageNews(Carried):
    """What was heard of a message that this case sent."""

    step_id: StepId
    person_id: PersonId
    report: MessageReport
    report_id: str


class RefusalType(StrEnum):
    """Why an update was not taken; the type of the `ApplicationError` that says so."""

    REFUSED = "Refused"
    """The message is a sentence for the caseworker."""
    ALREADY_DONE = "AlreadyDone"
    """The command was obeyed before."""
    CASE_CLOSED = "CaseClosed"
    """The case is closed or closing; its retention may take the command."""
    BEING_MERGED = "BeingMerged"
    """The case's own signals are on their way to another case; ask again."""
