"""What another route changes in a running case, and routes that end by themselves."""

from typing import Any

import pytest

from models import commands as told
from models import facts as happened
from models.case import CaseState
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    NotPickedUpReason,
    Outcome,
    Phase,
    PlanName,
    Queue,
    ReferralParty,
    RegisterResult,
    Role,
    Route,
    Rung,
    StallCause,
    TaskKind,
    Trait,
)
from models.facts import RouteChosen
from models.ids import SignalId, StaffId, StepId
from models.steps import AskRegister, ChooseRoute, Conclude, SendMessage
from models.terms import Terms
from policy.commands import refusal_of
from policy.next_step import next_step, plan_step, stall_of
from policy.obeying import needs_approval
from policy.permissions import parties_of
from policy.receipt import is_untold, notice_owed
from policy.terms import merged
from policy.transitions import apply
from policy.triage import is_due, key_of
from tests.builders import (
    NOW,
    RESIDENT,
    ZONNEDIJK,
    a_case_in,
    a_case_state,
    a_signal,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    register_says,
    route_chosen,
    the_terms,
)
from tests.unit.examples import a_command, a_fact
from tests.unit.situations import QUICK_FIX, SITUATIONS, a_case_of_two
from tests.unit.test_terms import DEFAULT, SENDER

TEN_DAYS_LATER = "Dit is te lang geleden om zelf te verbeteren. Vraag uw teamleider."


def of_route(route: Route, **changes: Any) -> Terms:
    """The default policy's terms of a route."""
    day = the_terms().chosen_on
    assert day is not None
    return merged(DEFAULT, SENDER).terms(ZONNEDIJK, route, day).model_copy(update=changes)


def chosen(state: CaseState, terms: Terms, moment: str = "2027-04-05 09:00") -> CaseState:
    return apply(state, route_chosen(at(moment), terms))


def under(state: CaseState, **changes: Any) -> CaseState:
    """The same case under other terms."""
    assert state.terms is not None
    return state.model_copy(update={"terms": state.terms.model_copy(update=changes)})


# --- another plan -------------------------------------------------------------------------------------------------


def test_another_route_begins_with_its_own_plan_and_its_own_steps() -> None:
    calling = after(SITUATIONS["calling"], call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1"))
    state = chosen(calling, of_route(Route.END_OF_SUPPLY), "2027-04-08 10:00")
    [call] = state.tasks
    assert (call.step_id, call.opens_at, call.deadline.due_at) == (
        "case-1.1.call-1",
        at("2027-04-08 18:00"),
        at("2027-04-08 20:00"),
    )


def test_who_was_written_to_does_not_get_the_same_message_again() -> None:
    letter = mail_made(AttemptResult.SENT).model_copy(update={"channel": Channel.LETTER, "template": "first-letter"})
    written = after(a_case_in(Phase.CONTACT), letter)
    step = plan_step(chosen(written, of_route(Route.CAK, priority=1)))
    assert step is not None
    assert (step.id, step.channel) == ("call-1", Channel.CALL)


@pytest.mark.parametrize("result", [AttemptResult.REFUSED, AttemptResult.NO_ADDRESS])
def test_who_never_got_it_is_written_to(result: AttemptResult) -> None:
    letter = mail_made(result).model_copy(update={"channel": Channel.LETTER, "template": "first-letter"})
    refused = after(a_case_in(Phase.CONTACT), letter)
    state = chosen(refused, of_route(Route.CAK, priority=1))
    assert next_step(state, now=NOW) == SendMessage(
        step_id=StepId("case-1.1.letter-1"), person_id=RESIDENT, channel=Channel.LETTER, template="first-letter"
    )


def test_the_last_message_of_a_plan_is_always_sent() -> None:
    mail = mail_made(AttemptResult.SENT).model_copy(update={"template": "first-mail"})
    written = after(a_case_in(Phase.CONTACT), mail)
    in_writing = of_route(Route.LOW_AMOUNT, priority=1)
    step = plan_step(chosen(written, in_writing))
    assert step is not None
    assert step.id == "letter-1"
    only_one = in_writing.plan.model_copy(update={"steps": in_writing.plan.steps[:1]})
    step = plan_step(chosen(written, in_writing.model_copy(update={"plan": only_one})))
    assert step is not None
    assert step.id == "mail-1"


def test_whoever_was_not_tried_yet_gets_the_plan_of_their_own_route() -> None:
    urgent = chosen(a_case_in(Phase.IDENTITY_CHECK), of_route(Route.END_OF_SUPPLY))
    lesser = chosen(urgent, of_route(Route.CAK))
    assert lesser.terms is not None
    assert lesser.terms.plan == of_route(Route.CAK).plan
    fresh = chosen(a_case_in(Phase.CONTACT), of_route(Route.CAK))
    step = plan_step(fresh)
    assert step is not None
    assert (step.id, fresh.plan_run) == ("letter-1", 1)


@pytest.mark.parametrize("route", [Route.CAK, Route.LOW_AMOUNT, Route.STANDARD])
def test_nobody_starts_over_because_a_reason_fell_away(route: Route) -> None:
    calling = chosen(SITUATIONS["calling"], of_route(Route.MULTIPLE), "2027-04-07 10:00")
    state = chosen(calling, of_route(route), "2027-04-08 10:00")
    assert (state.tasks, state.plan_run, state.plan_next) == (calling.tasks, calling.plan_run, calling.plan_next)
    assert state.terms is not None
    assert (state.terms.route, state.terms.plan) == (route, of_route(Route.MULTIPLE).plan)


def test_a_secret_address_always_gets_its_own_plan() -> None:
    urgent = chosen(SITUATIONS["calling"], of_route(Route.END_OF_SUPPLY))
    state = chosen(urgent, of_route(Route.SECRET_ADDRESS))
    assert state.terms is not None
    assert state.terms.plan == of_route(Route.SECRET_ADDRESS).plan


def test_a_more_pressing_route_begins_at_once_also_when_contact_was_sought_again() -> None:
    following = SITUATIONS["following up"]
    state = chosen(following, of_route(Route.END_OF_SUPPLY), "2027-04-05 14:00")
    [call] = state.tasks
    assert (state.plan, call.step_id, call.opens_at) == (PlanName.FIRST, "case-1.2.call-1", at("2027-04-05 14:00"))


def test_a_call_that_was_open_stays_as_late_as_it_is() -> None:
    calling = SITUATIONS["calling"]
    [open_call] = calling.tasks
    late = apply(
        calling,
        a_fact(happened.Stalled, at=at("2027-04-10 00:00"), cause=StallCause.TASK_OVERDUE, deadline="task"),
    )
    state = chosen(late, of_route(Route.END_OF_SUPPLY), "2027-04-10 09:00")
    [call] = state.tasks
    assert (call.step_id, call.opens_at) == ("case-1.1.call-1", open_call.opens_at)
    assert (call.deadline.raised, call.deadline) == (1, late.tasks[0].deadline)


def test_a_visit_that_nobody_was_told_of_does_not_hold_up_a_more_pressing_route() -> None:
    visiting = SITUATIONS["visiting"]
    assert visiting.visit is not None
    state = chosen(visiting, of_route(Route.END_OF_SUPPLY))
    assert (state.visit, [task.kind for task in state.tasks]) == (None, [TaskKind.CALL])
    announced = visiting.model_copy(update={"visit": visiting.visit.model_copy(update={"announced": True})})
    assert chosen(announced, of_route(Route.END_OF_SUPPLY)).visit == announced.visit


def test_a_message_in_doubt_does_not_hold_up_another_route() -> None:
    doubt = SITUATIONS["odd mail"]
    assert doubt.task(TaskKind.CHECK_MAIL) is not None
    state = chosen(doubt, of_route(Route.END_OF_SUPPLY))
    assert [task.kind for task in state.tasks] == [TaskKind.CALL]


def test_a_planned_visit_stays_and_the_new_plan_comes_after_it() -> None:
    planned = SITUATIONS["visit planned"]
    state = chosen(planned, of_route(Route.END_OF_SUPPLY))
    assert (state.visit, [task.kind for task in state.tasks]) == (planned.visit, [TaskKind.VISIT])
    assert planned.visit is not None
    nobody_home = a_fact(
        happened.AttemptMade,
        step_id=planned.visit.step_id,
        channel=Channel.VISIT,
        result=AttemptResult.NOBODY_HOME,
        at=at("2027-04-08 10:00"),
    )
    assert [task.step_id for task in apply(state, nobody_home).tasks] == ["case-1.1.call-1"]


@pytest.mark.parametrize("situation", ["agreed", "paused", "referred", "talking", "objecting"])
def test_another_route_undoes_nothing_that_was_agreed(situation: str) -> None:
    before = SITUATIONS[situation]
    state = chosen(before, of_route(Route.END_OF_SUPPLY))
    assert [task.kind for task in state.tasks] == [task.kind for task in before.tasks]
    kept = ("appointments", "pause", "referrals", "phase", "people", "outcomes")
    assert {name: getattr(state, name) for name in kept} == {name: getattr(before, name) for name in kept}


def test_what_somebody_promised_or_is_to_be_done_for_another_stays_where_it_is() -> None:
    agreed = SITUATIONS["agreed"]
    assert [task.queue for task in chosen(agreed, of_route(Route.YOUNG_ADULT)).tasks] == [
        task.queue for task in agreed.tasks
    ]
    checking = chosen(
        after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.SEVERAL)), of_route(Route.YOUNG_ADULT)
    )
    assert [task.queue for task in checking.tasks] == [Queue.IDENTITY]


def test_a_youth_worker_keeps_the_case_as_long_as_work_lies_with_them() -> None:
    young = chosen(a_case_in(Phase.IN_CONVERSATION), of_route(Route.YOUNG_ADULT))
    agreed = apply(young, a_fact(happened.CallbackAgreed, staff=StaffId("yvonne")))
    state = chosen(agreed, of_route(Route.THREATENING))
    assert parties_of(state) == {ReferralParty.YOUTH_WORKER}
    assert parties_of(chosen(young, of_route(Route.THREATENING))) == frozenset()


def test_open_work_goes_to_the_team_of_the_new_route_and_that_of_others_stays() -> None:
    state = chosen(SITUATIONS["talking"], of_route(Route.YOUNG_ADULT))
    assert [task.queue for task in state.tasks] == [Queue.YOUTH_WORKERS]
    referred = chosen(SITUATIONS["referred"], of_route(Route.YOUNG_ADULT))
    assert [task.queue for task in referred.tasks] == [task.queue for task in SITUATIONS["referred"].tasks]


def test_what_is_owed_at_the_end_goes_by_the_new_terms() -> None:
    ended = a_case_in(Phase.FEEDBACK)
    state = chosen(ended, of_route(Route.END_OF_SUPPLY))
    assert state == ended.model_copy(update={"terms": state.terms, "sequence": state.sequence, "routes": 2})


def test_the_same_choice_told_twice_is_one_choice() -> None:
    once = chosen(SITUATIONS["calling"], of_route(Route.END_OF_SUPPLY))
    assert chosen(once, of_route(Route.END_OF_SUPPLY)).routes == once.routes == 2


def test_a_route_chosen_by_what_was_known_before_is_chosen_again() -> None:
    calling = SITUATIONS["calling"]
    asked = key_of(calling)
    joined = apply(calling, a_fact(happened.SignalJoined))
    late = apply(joined, RouteChosen(at=NOW, route=Route.STANDARD, terms=the_terms(), triaged=asked))
    assert is_due(late)
    assert next_step(late, now=NOW) == ChooseRoute()


def test_a_returning_resident_keeps_their_colleague_unless_somebody_has_the_case() -> None:
    knows = of_route(Route.RETURNING, known_by=StaffId("noor"))
    assert chosen(a_case_state(), knows).owner == "noor"
    claimed = after(a_case_state(), a_fact(happened.CaseClaimed, by=StaffId("sam")))
    assert chosen(claimed, knows).owner == "sam"


# --- what was found out -------------------------------------------------------------------------------------------


def test_what_is_found_out_is_known_of_the_person_until_it_is_not_so() -> None:
    calling = SITUATIONS["calling"]
    entrepreneur = apply(calling, a_fact(happened.TraitRecorded, trait=Trait.ENTREPRENEUR, applies=True))
    both = apply(entrepreneur, a_fact(happened.TraitRecorded, trait=Trait.SECRET_ADDRESS, applies=True))
    assert both.people[0].traits == (Trait.ENTREPRENEUR, Trait.SECRET_ADDRESS)
    left = apply(both, a_fact(happened.TraitRecorded, trait=Trait.ENTREPRENEUR, applies=False))
    assert left.people[0].traits == (Trait.SECRET_ADDRESS,)


def test_the_register_says_that_an_address_is_secret() -> None:
    asked = a_case_in(Phase.IDENTITY_CHECK)
    state = apply(asked, register_says(RegisterResult.FOUND_SECRET))
    assert (state.phase, state.people[0].traits) == (Phase.CONTACT, (Trait.SECRET_ADDRESS,))
    assert next_step(state, now=NOW) == ChooseRoute()


def test_what_stands_there_already_is_not_recorded_twice() -> None:
    known = apply(SITUATIONS["calling"], a_fact(happened.TraitRecorded, trait=Trait.ENTREPRENEUR, applies=True))
    again = a_command(told.RecordTrait, trait=Trait.ENTREPRENEUR, applies=True)
    assert refusal_of(known, again, now=NOW) == "Dit stond er al."
    no_more = a_command(told.RecordTrait, trait=Trait.ENTREPRENEUR, applies=False)
    assert refusal_of(known, no_more, now=NOW) is None


def test_what_was_known_of_somebody_goes_along_when_their_case_is_merged() -> None:
    known = a_signal(signal_id=SignalId("signal-2"), traits=(Trait.SECRET_ADDRESS,))
    state = apply(SITUATIONS["calling"], a_fact(happened.SignalJoined, signal=known))
    assert state.people[0].traits == (Trait.SECRET_ADDRESS,)
    assert next_step(state, now=NOW) == ChooseRoute()


# --- routes that end by themselves --------------------------------------------------------------------------------


def test_a_signal_below_the_threshold_ends_by_itself_and_nobody_is_written_to() -> None:
    state = chosen(a_case_state(), of_route(Route.BELOW_THRESHOLD))
    assert next_step(state, now=NOW) == Conclude(
        person_id=RESIDENT,
        outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        reason=NotPickedUpReason.BELOW_THRESHOLD,
    )
    assert "notice" not in {deadline.kind for deadline in state.deadlines}


def test_who_gets_help_already_is_known_before_they_are_told_that_data_came_in() -> None:
    state = chosen(a_case_state(), of_route(Route.KNOWN_AT_DEBT_HELP))
    assert isinstance(next_step(state, now=NOW), AskRegister)
    known = apply(state, register_says(RegisterResult.FOUND))
    assert next_step(known, now=NOW) == Conclude(person_id=RESIDENT, outcome=Outcome.KNOWN_AT_DEBT_HELP)
    ended = apply(known, outcome_recorded(Outcome.KNOWN_AT_DEBT_HELP))
    assert notice_owed(ended) == (RESIDENT,)


def test_of_a_route_that_tells_nobody_others_in_the_household_hear_all_the_same() -> None:
    two = SITUATIONS["two people"]
    ended = apply(two, outcome_recorded(Outcome.SETTLES_IT_HIMSELF, person_id=two.subject))
    below = chosen(ended, of_route(Route.BELOW_THRESHOLD))
    untold = {person.person_id for person in below.people if is_untold(below, person)}
    assert below.subject not in untold
    assert two.subject in untold
    concluded = apply(below, outcome_recorded(Outcome.NOT_PICKED_UP_UNJUSTIFIED, person_id=below.subject))
    assert {person.person_id for person in concluded.people if is_untold(concluded, person)} == untold


@pytest.mark.parametrize(
    "situation",
    [
        "talking",
        "agreed",
        "waiting",
        "pending",
        "paused",
        "objecting",
        "visit planned",
        "referred",
        "proposed",
    ],
)
def test_a_route_without_contact_ends_nothing_that_was_begun(situation: str) -> None:
    state = chosen(SITUATIONS[situation], of_route(Route.KNOWN_AT_DEBT_HELP))
    assert not isinstance(next_step(state, now=NOW), Conclude)


def test_whoever_was_written_to_is_not_unjustified_any_more() -> None:
    calling = SITUATIONS["calling"]
    below = chosen(calling, of_route(Route.BELOW_THRESHOLD))
    assert not isinstance(next_step(below, now=NOW), Conclude)
    known = chosen(calling, of_route(Route.KNOWN_AT_DEBT_HELP))
    assert next_step(known, now=NOW) == Conclude(person_id=RESIDENT, outcome=Outcome.KNOWN_AT_DEBT_HELP)


def test_a_route_without_contact_waits_for_what_was_agreed() -> None:
    agreed = apply(a_case_in(Phase.CONTACT), a_fact(happened.CallbackAgreed))
    assert not agreed.reached()
    state = chosen(agreed, of_route(Route.KNOWN_AT_DEBT_HELP))
    assert not isinstance(next_step(state, now=NOW), Conclude)


def test_a_route_without_contact_is_for_whose_turn_it_is() -> None:
    before = SITUATIONS["two people"].model_copy(update={"attempts": ()})
    state = chosen(before, of_route(Route.KNOWN_AT_DEBT_HELP))
    assert next_step(state, now=NOW) == Conclude(person_id=state.subject, outcome=Outcome.KNOWN_AT_DEBT_HELP)
    next_turn = apply(state, outcome_recorded(Outcome.KNOWN_AT_DEBT_HELP, person_id=state.subject))
    assert next_step(next_turn, now=NOW) == ChooseRoute()


# --- rules about who decides --------------------------------------------------------------------------------------


def raised_once(terms: Terms) -> CaseState:
    asked = after(a_case_state(), route_chosen(terms=terms), register_says(RegisterResult.SEVERAL))
    late = at("2027-04-08 00:00")
    return apply(asked, a_fact(happened.Stalled, at=late, cause=StallCause.TASK_OVERDUE, deadline="task"))


def test_a_municipality_names_the_ladder_and_how_long_each_rung_has() -> None:
    owner, _, supervisor = the_terms().escalation
    later = owner.again_after.model_copy(update={"term": owner.again_after.term.model_copy(update={"working_days": 4})})
    ladder = (supervisor.model_copy(update={"again_after": later}), owner)
    state = raised_once(under(a_case_in(Phase.CONTACT), escalation=ladder).terms or the_terms())
    stall = stall_of(state)
    assert stall is not None
    assert (stall.rung, state.tasks[0].deadline.due_at) == (Rung.SUPERVISOR, at("2027-04-14 23:59"))


def test_a_case_from_before_ladders_climbs_the_usual_one() -> None:
    state = raised_once(the_terms().model_copy(update={"escalation": ()}))
    stall = stall_of(state)
    assert stall is not None
    assert (stall.rung, state.tasks[0].deadline.due_at) == (Rung.TEAM, at("2027-04-12 23:59"))


def test_a_municipality_asks_a_second_person_for_more_outcomes() -> None:
    state = a_case_in(Phase.IN_CONVERSATION)
    command = a_command(told.RecordOutcome, outcome=Outcome.PAID_OR_ARRANGED)
    assert isinstance(command, told.RecordOutcome)
    assert not needs_approval(state, command)
    assert needs_approval(under(state, approvals=(Outcome.PAID_OR_ARRANGED,)), command)
    assert not needs_approval(a_case_state(), command)


@pytest.mark.parametrize(
    ("moment", "role", "said"),
    [
        ("2027-04-19 23:59", Role.CASEWORKER, None),
        ("2027-04-20 00:00", Role.CASEWORKER, TEN_DAYS_LATER),
        ("2027-04-20 00:00", Role.SUPERVISOR, None),
    ],
)
def test_after_ten_working_days_only_a_supervisor_corrects(moment: str, role: Role, said: str | None) -> None:
    called = after(SITUATIONS["calling"], call_made(AttemptResult.NO_ANSWER, step="call-1"))
    attempt = a_command(told.CorrectAttempt, step_id="case-1.call-1", result=AttemptResult.VOICEMAIL, role=role)
    outcome = a_command(told.RecordOutcome, outcome=Outcome.OTHER_TRAJECT, corrects=True, role=role)
    assert refusal_of(called, attempt, now=at(moment)) == said
    assert refusal_of(a_case_in(Phase.FEEDBACK), outcome, now=at(moment)) == said


def test_whoever_is_asked_for_another_outcome_may_record_it_however_long_ago_the_first_was() -> None:
    failed = after(a_case_of_two(Phase.IN_CONVERSATION), QUICK_FIX, a_fact(happened.QuickFixChecked))
    form = a_command(
        told.RecordOutcome, outcome=Outcome.SETTLES_IT_HIMSELF, corrects=True, engaged=True, role=Role.CASEWORKER
    )
    assert failed.outcomes[0].at == NOW
    assert refusal_of(failed, form, now=at("2027-07-05 09:00")) is None


def test_when_a_referral_came_back_long_after_whoever_has_the_work_may_say_how_it_ended() -> None:
    helped = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, acceptance=Acceptance.ACCEPTED)
    referred = after(SITUATIONS["referred"], helped)
    form = a_command(
        told.RecordOutcome, outcome=Outcome.SETTLES_IT_HIMSELF, corrects=True, engaged=True, role=Role.CASEWORKER
    )
    long_after = at("2027-07-05 09:00")
    assert refusal_of(referred, form, now=long_after) == TEN_DAYS_LATER
    back = after(referred, a_fact(happened.ReferralExpired, at=at("2027-07-04 23:59")))
    assert refusal_of(back, form, now=long_after) is None


def test_a_case_from_before_that_rule_can_be_corrected_for_ever() -> None:
    called = after(SITUATIONS["calling"], call_made(AttemptResult.NO_ANSWER, step="call-1"))
    attempt = a_command(
        told.CorrectAttempt, step_id="case-1.call-1", result=AttemptResult.VOICEMAIL, role=Role.CASEWORKER
    )
    years_later = at("2029-04-05 09:00")
    assert refusal_of(called, attempt, now=years_later) == TEN_DAYS_LATER
    assert refusal_of(under(called, corrections=None), attempt, now=years_later) is None


def test_a_route_that_ends_by_itself_waits_for_a_callback_that_was_agreed() -> None:
    ends = {"ends_as": Outcome.KNOWN_AT_DEBT_HELP}
    case = a_case_in(Phase.CONTACT)
    assert next_step(under(case, **ends), now=NOW) == Conclude(person_id=RESIDENT, outcome=Outcome.KNOWN_AT_DEBT_HELP)
    agreed = after(case, a_fact(happened.CallbackAgreed))
    assert not isinstance(next_step(under(agreed, **ends), now=NOW), Conclude)
