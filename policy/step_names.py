"""How effects are called: the same step of the same case is the same effect, however often it is tried."""

from datetime import UTC

from models.case import CaseState, Visit
from models.codes import Channel
from models.ids import CommandId, StepId

NOTICE = "notice"
HAND = "hand"
INVITATION = "invitation"
REGISTER = "register"
_ANNOUNCED = ".announced"


def step_id_of(state: CaseState, name: str) -> StepId:
    """The id of an effect of this case."""
    return StepId(f"{state.case_id}.{name}")


def is_step_of(state: CaseState, step_id: StepId) -> bool:
    """Whether this case takes the step, and not one that was merged into it."""
    return step_id.startswith(f"{state.case_id}.")


def announcement_of(visit: Visit) -> StepId:
    """The letter that announces a visit at its moment; a visit that was moved is announced again."""
    return StepId(f"{visit.step_id}.{visit.due_at.astimezone(UTC):%y%m%d-%H%M}{_ANNOUNCED}")


def is_notice(step_id: StepId) -> bool:
    """Whether the step tells somebody that data were received."""
    return f".{NOTICE}-" in step_id


def is_question_again(step_id: StepId) -> bool:
    """Whether the step asks the persons register about somebody who was confirmed before."""
    return f".{REGISTER}-" in step_id


def is_announcement(step_id: StepId) -> bool:
    return step_id.endswith(_ANNOUNCED)


def is_invitation(step_id: StepId) -> bool:
    """Whether the step tells somebody of a callback appointment."""
    return f".{INVITATION}-" in step_id


def by_hand(state: CaseState, channel: Channel, command_id: CommandId) -> StepId:
    """A message that somebody sends with this command."""
    return step_id_of(state, f"{HAND}-{channel}-{command_id}")


def is_by_hand(step_id: StepId) -> bool:
    return f".{HAND}-" in step_id


def channel_by_hand(step_id: StepId) -> Channel:
    """Over which channel a message by hand goes."""
    return Channel.LETTER if f".{HAND}-{Channel.LETTER}-" in step_id else Channel.MAIL


def is_beside_plan(step_id: StepId) -> bool:
    """Whether a message is none of the plan's: a notice, the announcement of a visit, or one that somebody sent."""
    return is_notice(step_id) or is_announcement(step_id) or is_by_hand(step_id)
