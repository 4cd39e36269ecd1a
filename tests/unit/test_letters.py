"""A letter that waits for the printer leaves only when it is still true and still wanted."""

from datetime import timedelta

import pytest

from models.case import Visit
from models.codes import Objection, Phase, Standing
from models.facts import CasePaused
from models.ids import CaseId, PersonId, StepId
from policy.changes import changed, with_person
from policy.letters import may_leave, may_write
from policy.step_names import announcement_of
from tests.builders import NOW, RESIDENT, a_case_in, after

PLANNED, NOTICE = StepId("case-1.plan1.letter-1"), StepId("case-1.notice-1")
VISIT = Visit(
    step_id=StepId("case-1.plan1.visit-1"),
    person_id=RESIDENT,
    due_at=NOW + timedelta(days=7),
    companion=None,
    announced=True,
)
CONTACT = a_case_in(Phase.CONTACT)


@pytest.mark.parametrize("step", [PLANNED, NOTICE])
def test_a_letter_to_somebody_who_may_be_written_to_leaves(step: StepId) -> None:
    assert may_leave(CONTACT, RESIDENT, step)


@pytest.mark.parametrize("step", [PLANNED, NOTICE])
@pytest.mark.parametrize("phase", [Phase.CONTACT, Phase.CLOSED])
@pytest.mark.parametrize(
    "change",
    [{"standing": Standing.DIED}, {"objection": Objection.MADE}, {"objection": Objection.UPHELD}],
)
def test_nothing_leaves_to_who_died_or_objects(step: StepId, phase: Phase, change: dict[str, object]) -> None:
    state = with_person(changed(CONTACT, phase=phase), RESIDENT, **change)
    assert not may_write(state, RESIDENT)
    assert not may_leave(state, RESIDENT, step)


def test_nothing_leaves_to_who_is_not_in_the_case_any_more() -> None:
    assert not may_leave(CONTACT, PersonId("somebody"), NOTICE)


def test_in_a_pause_only_a_notice_leaves() -> None:
    state = after(CONTACT, CasePaused(at=NOW, until=NOW + timedelta(days=7)))
    assert (may_leave(state, RESIDENT, PLANNED), may_leave(state, RESIDENT, NOTICE)) == (False, True)


def test_of_a_merged_case_nothing_leaves_because_the_other_case_writes() -> None:
    state = changed(CONTACT, phase=Phase.CLOSED, merged_into=CaseId("case-2"))
    assert not may_leave(state, RESIDENT, PLANNED)
    assert not may_leave(state, RESIDENT, NOTICE)


@pytest.mark.parametrize("step", [PLANNED, NOTICE, announcement_of(VISIT)])
def test_what_a_case_wrote_before_it_closed_leaves(step: StepId) -> None:
    assert may_leave(changed(CONTACT, phase=Phase.CLOSED), RESIDENT, step)


def test_a_visit_is_announced_only_at_its_own_moment() -> None:
    moved = VISIT.model_copy(update={"due_at": VISIT.due_at + timedelta(days=1)})
    letter = announcement_of(VISIT)
    found = [may_leave(changed(CONTACT, visit=visit), RESIDENT, letter) for visit in (VISIT, moved, None)]
    assert found == [True, False, False]


def test_who_is_spoken_to_gets_no_letter_of_the_plan_any_more_but_is_told_of_the_data() -> None:
    state = changed(CONTACT, phase=Phase.IN_CONVERSATION)
    assert (may_leave(state, RESIDENT, PLANNED), may_leave(state, RESIDENT, NOTICE)) == (False, True)


def test_who_is_settled_gets_no_letter_of_the_plan_any_more() -> None:
    settled = a_case_in(Phase.FEEDBACK)
    assert (may_leave(settled, RESIDENT, PLANNED), may_leave(settled, RESIDENT, NOTICE)) == (False, True)
