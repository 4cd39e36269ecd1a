"""Whether somebody may be written to, and whether a letter that waits for the printer may still leave."""

from models.case import CaseState
from models.codes import Objection, Phase, Standing
from models.ids import PersonId, StepId
from policy.changes import is_settled
from policy.step_names import announcement_of, is_announcement, is_notice


def may_write(state: CaseState, person_id: PersonId, *, in_pause: bool = False) -> bool:
    """Alive, no objection open or upheld, and no pause unless the message may go `in_pause`."""
    person = state.person(person_id)
    return (
        (in_pause or state.pause is None)
        and person is not None
        and person.standing is not Standing.DIED
        and person.objection not in (Objection.MADE, Objection.UPHELD)
    )


def may_leave(state: CaseState, person_id: PersonId, step_id: StepId) -> bool:
    """Whether a letter of this step may go to the printer as the case stands.

    A closed case cannot write again, so what it wrote leaves: the letter may be the only one that tells the person that
    data were received. The case into which it was merged does write.
    """
    if state.merged_into is not None or not may_write(state, person_id, in_pause=is_notice(step_id)):
        return False
    if state.phase is Phase.CLOSED or is_notice(step_id):
        return True
    if is_announcement(step_id):
        return state.visit is not None and announcement_of(state.visit) == step_id
    return state.phase is not Phase.IN_CONVERSATION and not is_settled(state, person_id)
