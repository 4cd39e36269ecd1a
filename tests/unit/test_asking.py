"""The persons register is asked again before a letter or visit, when its answer is older than policy allows."""

from datetime import datetime, timedelta

import pytest

from models.case import CaseState, Person, Visit
from models.codes import Channel, DeadlineKind, Outcome, Party, Phase, RegisterResult, Standing, TaskKind, Trait
from models.facts import (
    CasePaused,
    IdentityChecked,
    LifeEventReported,
    PartyGaveUp,
    PauseEnded,
    RegisterAnswered,
    RepresentativeRecorded,
    VisitPlanned,
)
from models.ids import PersonId, StepId
from models.steps import AskRegister, Conclude, SendMessage, WaitUntil
from policy.conclude import owed
from policy.next_step import next_step
from policy.step_names import is_question_again
from tests.builders import (
    NEIGHBOUR,
    NOW,
    RESIDENT,
    a_case_in,
    after,
    at,
    outcome_recorded,
    register_says,
    route_chosen,
)
from tests.unit.examples import a_fact
from tests.unit.situations import a_case_of_two, in_contact, with_plan
from tests.unit.soundness import only_counted

FIRST, SECOND = StepId("case-1.register-1"), StepId("case-1.register-2")
LATE = NOW + timedelta(days=14, minutes=1)
"""Just longer after the first answer than the policy allows."""


def told(
    result: RegisterResult,
    *,
    step: StepId | None = FIRST,
    moment: datetime = LATE,
    person: PersonId = RESIDENT,
    since: datetime | None = LATE,
    guardianship: bool = False,
    secret: bool = False,
) -> RegisterAnswered:
    return RegisterAnswered(
        at=moment,
        person_id=person,
        result=result,
        step_id=step,
        since=since,
        guardianship=guardianship,
        secret=secret,
    )


def silent(step: StepId = FIRST, person: PersonId = RESIDENT) -> PartyGaveUp:
    return PartyGaveUp(at=LATE, party=Party.REGISTER, step_id=step, person_id=person)


def checked(standing: Standing, moment: datetime = LATE, person: PersonId = RESIDENT) -> IdentityChecked:
    return IdentityChecked(at=moment, person_id=person, standing=standing)


def writing(*channels: Channel) -> CaseState:
    """In contact, by a plan that begins with these; who this is was confirmed now."""
    return in_contact(with_plan(*channels))


def resident_of(state: CaseState) -> Person:
    person = state.person(RESIDENT)
    assert person is not None
    return person


def code_of_doubt(state: CaseState) -> str | None:
    task = state.task_of(TaskKind.CHECK_IDENTITY, RESIDENT)
    return None if task is None else task.code


LETTER = writing(Channel.LETTER, Channel.CALL)


# --- before a letter ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "asks"), [(timedelta(0), False), (timedelta(days=14), False), (timedelta(days=14, seconds=1), True)]
)
def test_a_letter_leaves_on_an_answer_that_is_young_enough(later: timedelta, asks: bool) -> None:
    step = next_step(LETTER, now=NOW + later)
    assert isinstance(step, AskRegister if asks else SendMessage)


def test_only_a_letter_is_asked_about_first() -> None:
    assert isinstance(next_step(writing(Channel.MAIL), now=LATE), SendMessage)
    assert isinstance(next_step(writing(Channel.SMS), now=LATE), SendMessage)


def test_the_letter_leaves_at_once_on_the_new_answer_and_the_next_one_is_asked_about_under_its_own_name() -> None:
    assert next_step(LETTER, now=LATE) == AskRegister(step_id=FIRST, person_id=RESIDENT)
    found = after(LETTER, told(RegisterResult.FOUND))
    assert resident_of(found).confirmed_at == LATE
    assert isinstance(next_step(found, now=LATE), SendMessage)
    much_later = LATE + timedelta(days=15)
    assert next_step(found, now=much_later) == AskRegister(step_id=SECOND, person_id=RESIDENT)


def test_a_case_from_before_the_register_was_asked_again_goes_on_as_it_was() -> None:
    terms = with_plan(Channel.LETTER).model_copy(update={"register_check": None})
    assert isinstance(next_step(in_contact(terms), now=LATE), SendMessage)


def test_who_was_confirmed_before_the_moment_was_remembered_is_asked_about() -> None:
    person = resident_of(LETTER).model_copy(update={"confirmed_at": None})
    assert isinstance(next_step(LETTER.model_copy(update={"people": (person,)}), now=NOW), AskRegister)


def test_a_move_within_the_municipality_is_a_good_answer() -> None:
    moved = after(LETTER, told(RegisterResult.MOVED_WITHIN))
    assert isinstance(next_step(moved, now=LATE), SendMessage)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (RegisterResult.DIED, Outcome.DIED),
        (RegisterResult.NOT_A_RESIDENT, Outcome.NOT_A_RESIDENT),
        (RegisterResult.ABROAD, Outcome.NOT_A_RESIDENT),
    ],
)
def test_who_died_or_moved_away_meanwhile_gets_no_letter_and_the_case_ends(
    result: RegisterResult, outcome: Outcome
) -> None:
    gone = after(LETTER, told(result))
    step = next_step(gone, now=LATE)
    assert isinstance(step, Conclude)
    assert step.outcome == outcome
    assert gone.deadline(DeadlineKind.PLAN_STEP) is None


def test_an_address_that_is_secret_by_now_counts() -> None:
    for hidden in (told(RegisterResult.FOUND, secret=True), told(RegisterResult.FOUND_SECRET)):
        assert Trait.SECRET_ADDRESS in resident_of(after(LETTER, hidden)).traits


@pytest.mark.parametrize(
    "result",
    [
        RegisterResult.NOT_FOUND,
        RegisterResult.SEVERAL,
        RegisterResult.NEAR,
        RegisterResult.RESIDENCE_UNKNOWN,
        RegisterResult.NOT_AT_ADDRESS,
    ],
)
def test_a_new_doubt_holds_the_letter_until_a_person_looked(result: RegisterResult) -> None:
    doubted = after(LETTER, told(result))
    assert (resident_of(doubted).standing, code_of_doubt(doubted)) == (Standing.CONFIRMED, f"register.{result}")
    assert isinstance(next_step(doubted, now=LATE), WaitUntil)
    settled = after(doubted, checked(Standing.CONFIRMED))
    assert settled.tasks == ()
    assert isinstance(next_step(settled, now=LATE), SendMessage)


def test_a_doubt_that_turns_out_to_be_right_ends_the_case() -> None:
    doubted = after(LETTER, told(RegisterResult.NEAR))
    for standing in (Standing.DIED, Standing.NOT_A_RESIDENT):
        ended = after(doubted, checked(standing))
        assert (resident_of(ended).standing, ended.tasks) == (standing, ())
        assert isinstance(next_step(ended, now=LATE), Conclude)
    assert only_counted(doubted, checked(Standing.TO_CHECK))


def test_a_guardian_of_whom_nobody_knew_is_looked_for_first() -> None:
    guarded = told(RegisterResult.FOUND, guardianship=True)
    assert code_of_doubt(after(LETTER, guarded)) == "register.guardianship"
    represented = after(LETTER, a_fact(RepresentativeRecorded))
    assert code_of_doubt(after(represented, guarded)) is None


def test_a_register_that_keeps_silent_leaves_the_choice_to_a_person() -> None:
    state = after(LETTER, silent())
    assert (resident_of(state).standing, code_of_doubt(state)) == (Standing.CONFIRMED, "party.register")
    assert isinstance(next_step(state, now=LATE), WaitUntil)
    assert isinstance(next_step(after(state, checked(Standing.CONFIRMED)), now=LATE), SendMessage)


# --- a doubt that was settled before --------------------------------------------------------------------------------


def near_before() -> CaseState:
    """Confirmed by a colleague, after the register told of somebody who may be them."""
    unsure = after(
        a_case_in(Phase.RECEIVED),
        route_chosen(terms=with_plan(Channel.LETTER)),
        register_says(RegisterResult.NEAR),
        checked(Standing.CONFIRMED, NOW),
    )
    assert isinstance(next_step(unsure, now=NOW), SendMessage)
    return unsure


def test_the_same_answer_again_is_no_new_doubt() -> None:
    same = after(near_before(), told(RegisterResult.NEAR, since=NOW))
    assert (code_of_doubt(same), resident_of(same).confirmed_at) == (None, LATE)
    assert isinstance(next_step(same, now=LATE), SendMessage)


@pytest.mark.parametrize("since", [LATE, None])
def test_another_answer_is_a_new_doubt(since: datetime | None) -> None:
    assert code_of_doubt(after(near_before(), told(RegisterResult.NEAR, since=since))) == "register.near"


def test_a_doubt_that_nobody_settled_before_a_pause_comes_back_after_it() -> None:
    paused = after(LETTER, told(RegisterResult.NEAR), a_fact(CasePaused, at=LATE))
    assert code_of_doubt(paused) is None
    resumed = after(paused, PauseEnded(at=LATE + timedelta(days=3)))
    asked = next_step(resumed, now=LATE + timedelta(days=6))
    assert asked == AskRegister(step_id=SECOND, person_id=RESIDENT)
    again = told(RegisterResult.NEAR, step=SECOND, since=LATE, moment=LATE + timedelta(days=6))
    assert code_of_doubt(after(resumed, again)) == "register.near"


# --- answers that come late -----------------------------------------------------------------------------------------


def test_an_answer_counts_once_and_only_to_the_question_that_was_asked() -> None:
    found = after(LETTER, told(RegisterResult.FOUND))
    for late in (FIRST, None, StepId("case-1.register"), StepId("case-1.register-3")):
        assert only_counted(found, told(RegisterResult.DIED, step=late))
    assert only_counted(found, silent())


def test_an_answer_after_somebody_said_that_the_resident_died_changes_nothing() -> None:
    died = after(LETTER, a_fact(LifeEventReported))
    for answer in (told(RegisterResult.FOUND), told(RegisterResult.NEAR), silent()):
        later = after(died, answer)
        assert (resident_of(later).standing, later.tasks) == (Standing.DIED, ())


def test_an_answer_while_somebody_looks_already_opens_no_second_task() -> None:
    doubted = after(LETTER, told(RegisterResult.NEAR))
    again = after(doubted, told(RegisterResult.SEVERAL, step=SECOND))
    assert [task.code for task in again.tasks] == ["register.near"]


# --- before a visit -------------------------------------------------------------------------------------------------

VISIT_AT = at("2027-04-26 13:00")
DAY_BEFORE = VISIT_AT - timedelta(days=1)


def visiting(phase: Phase = Phase.CONTACT, *, due_at: datetime = VISIT_AT, announced: bool = False) -> CaseState:
    return after(a_case_in(phase), a_fact(VisitPlanned, due_at=due_at, announced=announced))


def visit_of(state: CaseState) -> Visit:
    assert state.visit is not None
    return state.visit


@pytest.mark.parametrize("phase", [Phase.CONTACT, Phase.IN_CONVERSATION])
def test_the_case_wakes_the_day_before_a_visit_and_asks(phase: Phase) -> None:
    state = visiting(phase)
    assert visit_of(state).due_at == VISIT_AT
    moments = list[datetime]()
    now = NOW
    while isinstance(step := next_step(state, now=now), WaitUntil) and now < DAY_BEFORE:
        moments.append(step.due_at)
        now = step.due_at
    assert DAY_BEFORE in moments
    assert next_step(state, now=DAY_BEFORE) == AskRegister(step_id=FIRST, person_id=RESIDENT)
    found = after(state, told(RegisterResult.FOUND, moment=DAY_BEFORE))
    assert isinstance(next_step(found, now=DAY_BEFORE), WaitUntil)
    assert not isinstance(next_step(found, now=VISIT_AT + timedelta(hours=2)), AskRegister)


def test_a_visit_soon_after_an_answer_is_not_asked_about() -> None:
    soon = at("2027-04-09 13:00")
    state = visiting(due_at=soon)
    assert not isinstance(next_step(state, now=soon - timedelta(hours=1)), AskRegister)


def test_somebody_who_moved_away_is_not_visited_and_in_a_conversation_a_person_decides() -> None:
    moved = told(RegisterResult.NOT_A_RESIDENT, moment=DAY_BEFORE)
    sought = after(visiting(), moved)
    assert sought.visit is None
    assert isinstance(next_step(sought, now=DAY_BEFORE), Conclude)
    spoken_with = after(visiting(Phase.IN_CONVERSATION), moved)
    assert (spoken_with.visit is not None, code_of_doubt(spoken_with)) == (True, "register.not_a_resident")
    died = after(visiting(Phase.IN_CONVERSATION), told(RegisterResult.DIED, moment=DAY_BEFORE))
    assert isinstance(next_step(died, now=DAY_BEFORE), Conclude)


def test_while_somebody_looks_the_register_is_not_asked_again() -> None:
    doubted = after(visiting(), told(RegisterResult.NEAR, moment=DAY_BEFORE))
    assert not isinstance(next_step(doubted, now=VISIT_AT), AskRegister)


def test_the_letter_that_announces_a_visit_is_asked_about() -> None:
    announced = visiting(announced=True)
    assert isinstance(next_step(announced, now=LATE), AskRegister)
    told_since = next_step(after(announced, told(RegisterResult.FOUND)), now=LATE)
    assert isinstance(told_since, SendMessage)
    assert told_since.channel is Channel.LETTER


# --- the letter that tells that data were received ------------------------------------------------------------------


def test_a_notice_is_asked_about_and_a_doubt_about_it_is_seen() -> None:
    later = NOW + timedelta(days=20)
    ended = after(in_contact(), outcome_recorded(moment=later))
    state = after(ended, *owed(ended, at=later))
    assert next_step(state, now=later) == AskRegister(step_id=FIRST, person_id=RESIDENT)
    doubted = after(state, told(RegisterResult.NEAR, moment=later))
    assert isinstance(next_step(doubted, now=later), WaitUntil)
    letter = next_step(after(doubted, checked(Standing.CONFIRMED, later)), now=later)
    assert isinstance(letter, SendMessage)
    assert letter.channel is Channel.LETTER


def test_who_else_is_concerned_is_asked_about_under_a_name_of_their_own_and_looked_at() -> None:
    found = told(RegisterResult.FOUND, step=None, moment=NOW, person=NEIGHBOUR)
    both = after(a_case_of_two(Phase.IDENTITY_CHECK), found)
    name = StepId("case-1.register-1.neighbour")
    doubted = after(both, told(RegisterResult.NEAR, step=name, person=NEIGHBOUR))
    assert doubted.task_of(TaskKind.CHECK_IDENTITY, NEIGHBOUR) is not None
    settled = after(doubted, checked(Standing.CONFIRMED, person=NEIGHBOUR))
    neighbour = settled.person(NEIGHBOUR)
    assert neighbour is not None
    assert (neighbour.confirmed_at, settled.phase) == (LATE, both.phase)


def test_a_question_that_is_asked_again_is_told_from_the_first_by_its_name() -> None:
    first = next_step(a_case_in(Phase.IDENTITY_CHECK), now=NOW)
    again = next_step(LETTER, now=LATE)
    assert isinstance(first, AskRegister) and isinstance(again, AskRegister)
    assert (is_question_again(first.step_id), is_question_again(again.step_id)) == (False, True)
