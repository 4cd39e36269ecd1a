"""A worker wrote and died; the workflow, which never heard of it, decides again after something else happened."""

from datetime import timedelta

from sqlmodel import select

from models.case import CaseState
from models.codes import AttemptResult, Phase, RegisterResult
from models.facts import CaseClaimed, Stalled
from models.ids import CaseId, CommandId, StaffId, StepId
from models.tables import AttemptRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import case_row, happened, record, store_case, the_store
from tests.builders import NOW, a_case_in, after, call_made, mail_made, register_says, route_chosen
from workflows.publishing import fact_id_of

CASE = CaseId("case-1")
LATER = NOW + timedelta(seconds=20)
CLAIMED = CaseClaimed(at=NOW + timedelta(seconds=10), by=StaffId("noor"), command_id=CommandId("c-1"))


def test_a_fact_that_is_decided_again_behind_a_command_is_written_once_and_so_is_the_command(
    databases: Databases,
) -> None:
    state = happened(databases, store_case(databases), route_chosen())
    the_store(databases).save(record(state, register_says(RegisterResult.FOUND)))
    state = happened(databases, state, CLAIMED)
    assert (case_row(databases).phase, case_row(databases).owner) == (Phase.IDENTITY_CHECK, "noor")
    happened(databases, state, register_says(RegisterResult.FOUND, LATER))
    assert (case_row(databases).phase, case_row(databases).owner) == (Phase.CONTACT, "noor")
    kinds = [entry.fact.kind for entry in the_store(databases).journey(CASE)]
    assert kinds == ["route_chosen", "register_answered", "case_claimed"]


def test_an_attempt_that_is_remembered_again_behind_a_call_pushes_no_attempt_out(databases: Databases) -> None:
    state = store_case(databases, a_case_in(Phase.CONTACT))
    the_store(databases).save(record(state, mail_made(AttemptResult.SENT)))
    state = happened(databases, state, call_made(AttemptResult.VOICEMAIL))
    happened(databases, state, mail_made(AttemptResult.SENT, LATER))
    with databases.main.read() as session:
        assert sorted(session.exec(select(AttemptRow.result))) == ["sent", "voicemail"]


def test_each_answer_about_one_person_is_a_fact_of_its_own_and_told_again_the_same() -> None:
    state = a_case_in(Phase.CONTACT)
    steps = (None, StepId("case-1.register-1"), StepId("case-1.register-2"))
    answers = [register_says(RegisterResult.FOUND).model_copy(update={"step_id": step}) for step in steps]
    ids = [fact_id_of(state, answer, place=state.sequence) for answer in answers]
    assert len(set(ids)) == len(steps)
    assert ids == [fact_id_of(after(state, CLAIMED), answer, place=99) for answer in answers]


def test_each_reminder_of_one_deadline_is_a_fact_of_its_own() -> None:
    state = a_case_in(Phase.IN_CONVERSATION)
    ids = set()
    for _ in range(3):
        fact = _first_stall(state)
        ids.add(fact_id_of(state, fact, place=state.sequence))
        state = after(state, fact)
    assert len(ids) == 3


def _first_stall(state: CaseState) -> Stalled:
    """What the workflow makes of the deadline that passes first."""
    due = min((one for one in state.all_deadlines() if one.cause is not None), key=lambda one: one.due_at)
    assert due.cause is not None
    return Stalled(at=due.due_at + timedelta(seconds=1), cause=due.cause, deadline=due.kind)
