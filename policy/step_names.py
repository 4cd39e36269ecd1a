"""How effects are called: the same step of the same case is the same effect, however often it is tried."""

from datetime import UTC

from models.case import CaseState, Visit
from models.ids import StepId

NOTICE = "notice"
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


def is_beside_plan(step_id: StepId) -> bool:
    """Whether a message is none of the plan's: a notice, or the announcement of a visit."""
    return is_notice(step_id) or is_announcement(step_id)
