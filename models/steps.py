"""What a case does next: an act of the system, or waiting until a moment."""

from datetime import datetime
from typing import Literal

from models.base import Carried
from models.case import Deadline
from models.codes import DeadlineKind, Outcome, StallCause
from models.ids import PersonId, StepId


class ChooseRoute(Carried):
    """Find the route and its terms in the municipality's policy."""

    kind: Literal["choose_route"] = "choose_route"


class AskRegister(Carried):
    """Ask the persons register about a person."""

    kind: Literal["ask_register"] = "ask_register"
    step_id: StepId
    person_id: PersonId


class SendMail(Carried):
    """Send a person the plan's next mail."""

    kind: Literal["send_mail"] = "send_mail"
    step_id: StepId
    person_id: PersonId
    template: str


class Conclude(Carried):
    """Record an outcome that follows by itself: nobody was reached, or the register says there is nobody to reach."""

    kind: Literal["conclude"] = "conclude"
    person_id: PersonId
    outcome: Outcome


class OweFeedback(Carried):
    """Settle what the partners will be told."""

    kind: Literal["owe_feedback"] = "owe_feedback"


class RaiseStall(Carried):
    """A due moment passed: make it visible."""

    kind: Literal["raise_stall"] = "raise_stall"
    cause: StallCause
    deadline: DeadlineKind


class Close(Carried):
    """Nothing is owed any more: close the case and begin retention."""

    kind: Literal["close"] = "close"


class WaitUntil(Carried):
    """Nothing to do before the deadline unless something happens."""

    kind: Literal["wait_until"] = "wait_until"
    deadline: Deadline

    @property
    def due_at(self) -> datetime:
        return self.deadline.due_at


class Rest(Carried):
    """The case is closed; nothing more happens in it."""

    kind: Literal["rest"] = "rest"


Step = ChooseRoute | AskRegister | SendMail | Conclude | OweFeedback | RaiseStall | Close | WaitUntil | Rest
