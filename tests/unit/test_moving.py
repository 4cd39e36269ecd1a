"""A running case under another version of the policy: what moves, what stays, and what cannot be moved."""

from datetime import date, datetime
from itertools import product
from typing import Any

import pytest

from models import commands as told
from models import facts as happened
from models.case import CaseState, Deadline
from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    Phase,
    Queue,
    StallCause,
    TaskKind,
)
from models.ids import StepId
from models.steps import Rest
from models.terms import Calendars, PlanStep, Terms
from policy.changes import RouteMissing, outcome_of
from policy.commands import decide
from policy.moving import follows, moved, preview, refusal_of_move, rule_of
from policy.next_step import next_step
from policy.transitions import apply
from policy.triage import is_due
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    after,
    another_policy,
    at,
    call_made,
    newer,
    newer_terms,
    route_chosen,
    the_terms,
)
from tests.unit.examples import SECOND, a_command, a_fact
from tests.unit.situations import QUICK_FIX, SITUATIONS, a_case_of_two, situations, with_plan
from tests.unit.soundness import Watch

CASES = {
    name: state for name, state in SITUATIONS.items() if state.terms is not None and state.phase is not Phase.CLOSED
}
"""Everything that has terms and is not over."""
with another_policy(newer):
    TWINS = situations()
"""The same situations, of a case that began under the newer policy."""
BY_ONES_OWN_LADDER = {"register silent", "mail silent"}
"""What a party left undone stands still since then, whatever the policy."""
CHOSEN = {"visiting"}
"""The plan of a situation that has one of its own, and the visit that it planned."""
AUGUST = date(2027, 8, 1)
MATTERS = ("deadlines", "tasks", "terms", "phase", "plan_next", "plan_run", "appointments", "visit", "pause")


def changed_terms(**changes: Any) -> Terms:
    return the_terms().model_copy(update={"version": "2027-2", **changes})


def with_steps(*steps: PlanStep) -> Terms:
    return changed_terms(plan=the_terms().plan.model_copy(update={"steps": steps}))


def by(state: CaseState, kind: DeadlineKind) -> Deadline:
    found = state.deadline(kind)
    assert found is not None
    return found


def own_terms(state: CaseState) -> Terms:
    assert state.terms is not None
    return state.terms


def parts(state: CaseState) -> dict[str, object]:
    return {name: getattr(state, name) for name in MATTERS}


# --- in every situation -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", CASES)
def test_the_same_policy_under_another_name_moves_nothing(situation: str) -> None:
    state = CASES[situation]
    renamed = own_terms(state).model_copy(update={"version": "2027-2"})
    assert moved(state, renamed, NOW) == state.model_copy(update={"terms": renamed})
    assert preview(state, renamed, NOW) == ()
    assert apply(state, route_chosen(NOW, own_terms(state))).deadlines == state.deadlines


@pytest.mark.parametrize("situation", sorted(set(CASES) - BY_ONES_OWN_LADDER - CHOSEN))
def test_what_moved_is_what_a_case_has_that_began_under_the_policy(situation: str) -> None:
    state, twin = CASES[situation], TWINS[situation]
    assert parts(moved(state, own_terms(twin), NOW)) == parts(twin)


@pytest.mark.parametrize("situation", CASES)
def test_a_case_that_was_moved_has_exactly_one_next_step_and_can_be_kept(situation: str) -> None:
    state = moved(CASES[situation], newer(own_terms(CASES[situation])), NOW)
    assert not isinstance(next_step(state, now=NOW), Rest)
    Watch().waits(state, NOW)
    assert CaseState.model_validate_json(state.model_dump_json()) == state


@pytest.mark.parametrize("situation", CASES)
def test_what_the_preview_says_is_what_happens(situation: str) -> None:
    state, terms = CASES[situation], newer(own_terms(CASES[situation]))
    command = a_command(told.ApplyPolicy, terms=terms)
    expected = preview(state, terms, NOW)
    verdict = decide(state, command, now=NOW)
    if verdict.refusal is None:
        [fact] = verdict.facts
        assert parts(apply(state, fact)) == parts(moved(state, terms, NOW))
        assert expected or apply(state, fact).deadlines == state.deadlines


def test_every_kind_of_deadline_of_every_kind_of_task_is_counted_by_a_rule_or_was_chosen() -> None:
    state = a_case_in(Phase.CONTACT)
    without_rule = {kind for kind in DeadlineKind if rule_of(kind, None, state) is None}
    assert without_rule == {
        DeadlineKind.MATCHING,
        DeadlineKind.PAUSE,
        DeadlineKind.PLAN_STEP,
        DeadlineKind.CALLBACK_REMINDER,
        DeadlineKind.REGISTER,
        DeadlineKind.END_OF_SUPPLY,
        DeadlineKind.TASK,
        DeadlineKind.REFERRAL,
        DeadlineKind.CALLBACK,
        DeadlineKind.FIRST_CONVERSATION,
    }
    assert all(rule_of(kind, task, state) is not None for kind, task in product(DeadlineKind, TaskKind))


def test_a_case_without_a_route_has_nothing_to_move() -> None:
    with pytest.raises(RouteMissing):
        moved(SITUATIONS["received"], newer_terms(), NOW)


# --- what moves ---------------------------------------------------------------------------------------------------


def test_a_planned_call_moves_with_its_patience_and_says_by_which_rule() -> None:
    shifts = {(one.task, one.planned): one for one in preview(SITUATIONS["calling"], newer_terms(), NOW)}
    call, patience = shifts[TaskKind.CALL, True], shifts[TaskKind.CALL, False]
    assert (call.before, call.after) == (at("2027-04-07 13:00"), at("2027-04-08 13:00"))
    assert (patience.before, patience.after) == (at("2027-04-08 23:59"), at("2027-04-12 23:59"))
    assert call.rule == "Beleid: twee werkdagen na de mail bellen."


def test_what_moves_is_told_the_earliest_first() -> None:
    shifts = preview(SITUATIONS["calling"], newer_terms(), NOW)
    moments = [min(moment for moment in (one.before, one.after) if moment is not None) for one in shifts]
    assert len(moments) > 2
    assert moments == sorted(moments)


def test_a_policy_with_another_order_of_dayparts_calls_at_another_time() -> None:
    plan = the_terms().plan
    turned = changed_terms(plan=plan.model_copy(update={"dayparts": tuple(reversed(plan.dayparts))}))
    [call] = moved(SITUATIONS["calling"], turned, NOW).tasks
    assert (call.daypart, call.opens_at) == (plan.dayparts[-1], at("2027-04-07 09:00"))


def test_a_plan_that_was_hurried_stays_hurried() -> None:
    crisis = SECOND.model_copy(update={"crisis": True})
    hurried = apply(SITUATIONS["calling"], a_fact(happened.SignalJoined, signal=crisis))
    assert hurried.task(TaskKind.CALL) is not None
    assert [task.opens_at for task in moved(hurried, newer_terms(), NOW).tasks] == [hurried.tasks[0].opens_at]


def test_a_quick_fix_is_asked_after_at_the_end_of_the_new_term() -> None:
    state = after(a_case_of_two(Phase.IN_CONVERSATION), QUICK_FIX)
    task = moved(state, newer_terms(), NOW).task(TaskKind.CHECK_QUICK_FIX)
    before = state.task(TaskKind.CHECK_QUICK_FIX)
    assert before is not None and task is not None
    assert outcome_of(state, RESIDENT) is not None
    assert task.opens_at == task.deadline.started_at > before.opens_at


def test_the_end_of_supply_is_counted_back_by_the_new_terms() -> None:
    ending = SECOND.model_copy(update={"end_of_supply_on": at("2027-05-03 00:00").date()})
    state = apply(SITUATIONS["calling"], a_fact(happened.SignalJoined, signal=ending))
    before, then = (
        by(state, DeadlineKind.END_OF_SUPPLY),
        by(moved(state, newer_terms(), NOW), DeadlineKind.END_OF_SUPPLY),
    )
    assert then.due_at < before.due_at
    assert then.term.working_days == before.term.working_days + 1


def test_a_duty_that_the_new_policy_does_not_have_falls_away_and_comes_back() -> None:
    state = SITUATIONS["calling"]
    untold = a_case_in(Phase.IDENTITY_CHECK)
    assert state.deadline(DeadlineKind.NOTICE) is None
    exempt = changed_terms(notice=the_terms().notice.model_copy(update={"exempt_ground": "AVG"}))
    gone = [one for one in preview(untold, exempt, NOW) if one.after is None]
    assert {one.kind for one in gone} == {DeadlineKind.NOTICE, DeadlineKind.NOTICE_LETTER}
    back = [one for one in preview(moved(untold, exempt, NOW), the_terms(), NOW) if one.before is None]
    assert {one.kind for one in back} == {DeadlineKind.NOTICE, DeadlineKind.NOTICE_LETTER}


def test_open_work_goes_to_the_team_that_the_policy_names() -> None:
    state = moved(SITUATIONS["calling"], changed_terms(queue=Queue.VOLUNTEERS), NOW)
    assert [task.queue for task in state.tasks] == [Queue.VOLUNTEERS]


def test_free_days_of_before_the_new_terms_were_chosen_are_not_forgotten() -> None:
    later = newer_terms().model_copy(update={"chosen_on": at("2027-09-01 09:00").date(), "calendars": _from_august()})
    calendars = own_terms(moved(a_case_in(Phase.CONTACT), later, NOW)).calendars
    known = the_terms().calendars
    assert calendars.shared == known.shared
    assert calendars.legal == {day: name for day, name in known.legal.items() if day < AUGUST} != known.legal
    assert calendars.horizon == known.horizon


def _from_august() -> Calendars:
    known = the_terms().calendars
    shared = {day: name for day, name in known.shared.items() if day >= AUGUST}
    return Calendars(shared=shared, legal={}, office={}, horizon=known.horizon)


def test_terms_from_before_versions_had_a_start_bring_their_own_free_days() -> None:
    undated = newer_terms().model_copy(update={"chosen_on": None})
    assert own_terms(moved(a_case_in(Phase.CONTACT), undated, NOW)).calendars == undated.calendars


# --- what stays ---------------------------------------------------------------------------------------------------


def put_off(until: str) -> CaseState:
    return apply(SITUATIONS["talking"], a_fact(happened.DeadlineExtended, until=at(until)))


def test_what_somebody_put_off_stays_unless_the_policy_gives_even_more_time() -> None:
    far, near = put_off("2027-05-19 23:59"), put_off("2027-04-08 12:00")
    [kept], [later] = moved(far, newer_terms(), NOW).tasks, moved(near, newer_terms(), NOW).tasks
    assert (kept, later.deadline.extended) == (far.tasks[0], True)
    assert later.deadline.due_at > near.tasks[0].deadline.due_at


def late(moment: str) -> tuple[CaseState, datetime]:
    """The outcome form is overdue, and that was raised."""
    passed = at(moment)
    stalled = a_fact(happened.Stalled, at=passed, cause=StallCause.TASK_OVERDUE, deadline=DeadlineKind.TASK)
    return apply(SITUATIONS["talking"], stalled), passed


def test_what_was_raised_stays_until_the_policy_gives_it_time_again() -> None:
    state, moment = late("2027-04-08 00:00")
    [task] = state.tasks
    assert task.deadline.raised == 1
    [fresh] = moved(state, newer_terms(), moment).tasks
    assert (fresh.deadline.raised, fresh.deadline.raised_at) == (0, None)
    assert fresh.deadline.due_at > moment
    [still] = moved(state, newer_terms(), at("2027-04-20 09:00")).tasks
    assert still == task


def test_what_a_party_left_undone_stays_stalled() -> None:
    state = SITUATIONS["register silent"]
    assert moved(state, newer_terms(), NOW).tasks == state.tasks


@pytest.mark.parametrize(("situation", "kind"), [("paused", DeadlineKind.PAUSE), ("waiting", DeadlineKind.MATCHING)])
def test_what_somebody_chose_stays(situation: str, kind: DeadlineKind) -> None:
    state = SITUATIONS[situation]
    assert by(moved(state, newer(own_terms(state)), NOW), kind) == by(state, kind)


def test_a_callback_and_a_visit_stay_at_their_moment() -> None:
    agreed, visiting = SITUATIONS["agreed"], SITUATIONS["visit planned"]
    reminded = changed_terms(callback=the_terms().callback.model_copy(update={"reminder_minutes": 0}))
    state = moved(agreed, reminded, NOW)
    assert (state.appointments, state.tasks[0].opens_at) == (agreed.appointments, agreed.appointments[0].due_at)
    assert moved(visiting, newer_terms(), NOW).visit == visiting.visit


# --- another plan -------------------------------------------------------------------------------------------------


def test_the_plan_goes_on_at_the_step_of_the_same_name() -> None:
    mail, call, *rest = the_terms().plan.steps
    text = PlanStep(id="sms-1", channel=Channel.SMS, template="first-text", wait=mail.wait)
    state = moved(SITUATIONS["calling"], with_steps(mail, text, call, *rest), NOW)
    assert (state.plan_next, [task.step_id for task in state.tasks]) == (2, ["case-1.call-1"])


def test_a_plan_that_has_yet_to_begin_begins_at_its_own_beginning() -> None:
    mail, call, *rest = the_terms().plan.steps
    turned = with_steps(call, mail, *rest)
    assert moved(a_case_in(Phase.IDENTITY_CHECK), turned, NOW).plan_next == 0
    assert moved(a_case_in(Phase.CONTACT), turned, NOW).plan_next == 1


def test_a_plan_that_is_done_stays_done() -> None:
    state = moved(SITUATIONS["plan done"], newer_terms(), NOW)
    assert (state.plan_next, [one.kind for one in state.deadlines if one.kind is DeadlineKind.PLAN_END]) == (
        len(newer_terms().plan.steps),
        [DeadlineKind.PLAN_END],
    )


def test_a_plan_without_the_step_goes_on_with_what_is_left_of_it() -> None:
    state = moved(SITUATIONS["calling"], with_plan(Channel.LETTER), NOW)
    assert (state.plan_next, state.tasks) == (1, ())
    assert by(state, DeadlineKind.PLAN_END).started_at == NOW


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("situation", "refusal"),
    [
        ("received", "Er is nog geen route gekozen."),
        ("feedback", "De uitkomst is al bekend."),
        ("closed", "De uitkomst is al bekend."),
        ("odd mail", "Een medewerker zoekt nog uit of een bericht is verstuurd."),
        ("calling", None),
        ("paused", None),
    ],
)
def test_a_case_is_moved_while_it_is_worked_on(situation: str, refusal: str | None) -> None:
    assert refusal_of_move(SITUATIONS[situation], newer_terms(), NOW) == refusal


def test_a_case_that_follows_the_policy_already_is_not_moved_again() -> None:
    state = SITUATIONS["calling"]
    later = the_terms().model_copy(update={"chosen_on": at("2027-06-01 09:00").date()})
    assert follows(state, later)
    assert refusal_of_move(state, later, NOW) == "De zaak volgt dit beleid al."
    assert not follows(SITUATIONS["received"], later)


def test_a_plan_must_have_the_step_at_which_the_case_is() -> None:
    sentence = "Het nieuwe contactplan heeft de stap niet waar de zaak nu is."
    mail, call, *rest = the_terms().plan.steps
    assert refusal_of_move(SITUATIONS["calling"], with_steps(mail, *rest), NOW) == sentence
    written = call.model_copy(update={"channel": Channel.LETTER, "template": "first-letter"})
    assert refusal_of_move(SITUATIONS["calling"], with_steps(mail, written, *rest), NOW) == sentence


def test_a_plan_does_not_begin_again_with_what_was_done() -> None:
    mail, call, *rest = the_terms().plan.steps
    assert refusal_of_move(SITUATIONS["calling"], with_steps(call, mail, *rest), NOW) == (
        "Het nieuwe contactplan begint opnieuw met een stap die al is gedaan."
    )


def test_nothing_becomes_late_by_another_policy() -> None:
    hasty = the_terms().patience.outcome_form.model_copy(
        update={"term": the_terms().patience.outcome_form.term.model_copy(update={"working_days": 0, "minutes": 10})}
    )
    terms = changed_terms(patience=the_terms().patience.model_copy(update={"outcome_form": hasty}))
    assert refusal_of_move(SITUATIONS["talking"], terms, at("2027-04-05 09:09")) is None
    assert refusal_of_move(SITUATIONS["talking"], terms, at("2027-04-05 09:10")) == (
        f"Een termijn die nog niet voorbij is, zou dat door het nieuwe beleid al zijn: {hasty.rule}"
    )


def test_a_new_duty_may_not_be_late_when_it_begins() -> None:
    ground = the_terms().model_copy(update={"notice": the_terms().notice.model_copy(update={"exempt_ground": "AVG"})})
    exempt = moved(a_case_in(Phase.IDENTITY_CHECK), ground, NOW)
    assert refusal_of_move(exempt, changed_terms(), NOW) is None
    refusal = refusal_of_move(exempt, changed_terms(), at("2027-07-05 09:00"))
    assert refusal is not None and refusal.startswith("Een termijn die nog niet voorbij is")


# --- the command --------------------------------------------------------------------------------------------------


def test_the_trail_says_who_moved_the_case_to_which_version() -> None:
    [fact] = decide(SITUATIONS["calling"], a_command(told.ApplyPolicy, triaged="by this"), now=NOW).facts
    assert isinstance(fact, happened.RouteChosen)
    assert (fact.by, fact.version, fact.route, fact.triaged) == ("noor", "2027-2", the_terms().route, "by this")


def test_what_came_to_be_known_meanwhile_leads_to_the_route_being_chosen_again() -> None:
    [fact] = decide(SITUATIONS["calling"], a_command(told.ApplyPolicy, triaged="1/of before"), now=NOW).facts
    assert is_due(apply(SITUATIONS["calling"], fact))
    [sure] = decide(SITUATIONS["calling"], a_command(told.ApplyPolicy), now=NOW).facts
    assert not is_due(apply(SITUATIONS["calling"], sure))


def test_the_call_that_was_moved_is_made_and_the_plan_goes_on_by_the_new_terms() -> None:
    [fact] = decide(SITUATIONS["calling"], a_command(told.ApplyPolicy), now=NOW).facts
    called = after(
        apply(SITUATIONS["calling"], fact), call_made(AttemptResult.NO_ANSWER, at("2027-04-08 13:00"), step="call-1")
    )
    [call] = called.tasks
    assert (call.step_id, call.opens_at) == (StepId("case-1.call-2"), at("2027-04-13 18:00"))
