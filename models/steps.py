"""What a case does next: an act of the system, or waiting until a moment."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from models.base import Carried
from models.case import Deadline
from models.codes import Channel, DeadlineKind, InvitationKind, NotPickedUpReason, Outcome, StallCause
from models.ids import AppointmentId, PersonId, ReferralId, StepId


class ChooseRoute(Carried):
    """Find the route and its terms in the municipality's policy."""

    kind: Literal["choose_route"] = "choose_route"


class PickUp(Carried):
    """The matching period is over: begin."""

    kind: Literal["pick_up"] = "pick_up"


class AskRegister(Carried):
    """Ask the persons register about a person."""

    kind: Literal["ask_register"] = "ask_register"
    step_id: StepId
    person_id: PersonId


class SendMessage(Carried):
    """Send a person a mail, letter or text message: the plan's next one, or that data were received."""

    kind: Literal["send_message"] = "send_message"
    step_id: StepId
    person_id: PersonId
    channel: Channel
    template: str
    reply_by: AwareDatetime | None = None
    """Until when the resident can answer before the step that follows."""


class SendInvitation(Carried):
    """Tell a person of a callback appointment: that it was made, moved or called off, or that it is tomorrow."""

    kind: Literal["send_invitation"] = "send_invitation"
    step_id: StepId
    person_id: PersonId
    appointment_id: AppointmentId
    about: InvitationKind
    channel: Channel
    sequence: int
    due_at: AwareDatetime


class Conclude(Carried):
    """Record an outcome that follows by itself: nobody was reached, or the register says there is nobody to reach."""

    kind: Literal["conclude"] = "conclude"
    person_id: PersonId
    outcome: Outcome
    reason: NotPickedUpReason | None = None


class EndPause(Carried):
    """The moment until which the case rests has come."""

    kind: Literal["end_pause"] = "end_pause"


class ExpireReferral(Carried):
    """The party did not answer in time."""

    kind: Literal["expire_referral"] = "expire_referral"
    person_id: PersonId
    referral_id: ReferralId


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


Step = (
    ChooseRoute
    | PickUp
    | AskRegister
    | SendMessage
    | SendInvitation
    | Conclude
    | EndPause
    | ExpireReferral
    | OweFeedback
    | RaiseStall
    | Close
    | WaitUntil
    | Rest
)
