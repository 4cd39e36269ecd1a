"""Policy files: how they merge, which rules they obey, and what a case gets of them."""

import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from models.codes import (
    CalendarName,
    Channel,
    Daypart,
    MatchingMode,
    Outcome,
    OutcomeClass,
    Queue,
    RetentionStart,
    Route,
)
from models.terms import Term, Terms
from policy.file_parts import Schedule
from policy.terms import BadPolicy, Policy, merged
from tests.builders import ZONNEDIJK

FILES = Path(__file__).parents[2] / "policy" / "municipalities"
SENDER: dict[str, Any] = {
    "sender": {"name": "Gemeente Zonnedijk", "page": "https://zonnedijk.example", "phone": "010 123 45 00"}
}


def _file(name: str) -> dict[str, Any]:
    content = yaml.safe_load((FILES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


DEFAULT = _file("default")


def _with(*path_and_value: Any) -> dict[str, Any]:
    """An overlay with a sender and one value: `_with("plans", "standard", "end", "rule", "Beleid.")`."""
    *path, value = path_and_value
    for key in reversed(path):
        value = {key: value}
    return {**SENDER, **value}


def _step(*path_and_value: Any) -> dict[str, Any]:
    """An overlay that says something else of the standard plan's steps: `_step("call-1", "wait", "days", 3)`."""
    return _with("plans", "standard", "steps", *path_and_value)


def _terms(policy: Policy) -> Terms:
    return policy.terms(ZONNEDIJK, Route.STANDARD, date(2027, 4, 5))


def test_the_default_policy_follows_the_one_route() -> None:
    plan = _terms(merged(DEFAULT, SENDER)).plan
    assert [(step.id, step.channel, step.template, step.wait.term.working_days) for step in plan.steps] == [
        ("mail-1", Channel.MAIL, "first-mail", 0),
        ("call-1", Channel.CALL, "", 2),
        ("call-2", Channel.CALL, "", 2),
        ("call-3", Channel.CALL, "", 2),
        ("mail-2", Channel.MAIL, "last-mail", 2),
    ]
    assert plan.dayparts == (Daypart.AFTERNOON, Daypart.EVENING, Daypart.MORNING)
    assert (plan.end.term, plan.outcome) == (Term(working_days=5), Outcome.NEVER_REACHED)
    assert {step.wait.calendar for step in plan.steps} == {CalendarName.OFFICE}


def test_the_default_terms_are_those_of_the_law_and_of_practice() -> None:
    terms = _terms(merged(DEFAULT, SENDER))
    assert terms.first_conversation.term == Term(days=28)
    assert (terms.threatening_conversation.term, terms.threatening_conversation.calendar) == (
        Term(working_days=3),
        CalendarName.LEGAL,
    )
    assert (terms.notice.within.term, terms.notice.letter.term) == (Term(months=1), Term(days=21))
    assert (terms.quick_fix.term, terms.patience.objection.term) == (Term(days=30), Term(months=1))
    assert terms.open_case_retention.term == Term(months=6)
    assert [(rule.outcome_class, rule.start, rule.term) for rule in terms.retention] == [
        (OutcomeClass.HELP, RetentionStart.END_OF_HELP, Term(months=60)),
        (OutcomeClass.CONTACT_WITHOUT_HELP, RetentionStart.RECEIPT, Term(months=6)),
        (OutcomeClass.NO_CONTACT, RetentionStart.RECEIPT, Term(months=6)),
        (OutcomeClass.NOT_PICKED_UP, RetentionStart.RECEIPT, Term(months=6)),
    ]


def test_every_outcome_is_in_exactly_one_retention_rule() -> None:
    rules = _terms(merged(DEFAULT, SENDER)).retention
    assert sorted(outcome for rule in rules for outcome in rule.outcomes) == sorted(Outcome)


def test_office_hours_come_in_the_order_of_the_day() -> None:
    reordered = _with("office_hours", {"Ochtend": None})
    reordered["office_hours"]["Ochtend"] = {"opens": "08:30", "closes": "12:00"}
    hours = _terms(merged(DEFAULT, reordered)).office_hours
    assert [(each.daypart, each.opens) for each in hours] == [
        (Daypart.MORNING, time(8, 30)),
        (Daypart.AFTERNOON, time(13)),
        (Daypart.EVENING, time(18)),
    ]


def test_no_extra_day_is_free_unless_a_policy_names_it() -> None:
    named = _with("extra_free_days", {date(2027, 4, 9): "Vrij bij besluit"})
    shared = _terms(merged(DEFAULT, named)).calendars.shared
    assert shared == {**_terms(merged(DEFAULT, SENDER)).calendars.shared, date(2027, 4, 9): "Vrij bij besluit"}
    older = {key: value for key, value in DEFAULT.items() if key != "extra_free_days"}
    assert merged(older, SENDER) == merged(DEFAULT, SENDER)


@pytest.mark.parametrize("key", ["closing_days", "extra_free_days"])
def test_a_free_day_without_a_name_is_refused(key: str) -> None:
    with pytest.raises(BadPolicy, match=rf"^{key}\."):
        merged(DEFAULT, _with(key, {date(2027, 4, 9): ""}))


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2027, 1, 1), date(2030, 12, 31)])
def test_terms_stay_small_enough_to_travel_with_every_case(day: date) -> None:
    terms = merged(DEFAULT, _file("9901")).terms(ZONNEDIJK, Route.STANDARD, day)
    assert len(terms.model_dump_json().encode()) < 9_100
    assert Terms.model_validate_json(terms.model_dump_json()) == terms


def test_every_rule_fits_on_the_screen_and_is_not_empty() -> None:
    terms = _terms(merged(DEFAULT, _file("9901")))
    rules = [*_sentences(terms.model_dump()), *(rule.ground for rule in terms.retention)]
    assert all(10 < len(rule) < 80 and rule.endswith(".") for rule in rules)


def _sentences(part: Any) -> Iterator[str]:
    """Every sentence that says by which rule something is counted."""
    match part:
        case {"rule": str(sentence)}:
            yield sentence
        case dict():
            for within in part.values():
                yield from _sentences(within)
        case list() | tuple():
            for within in part:
                yield from _sentences(within)


def test_a_rule_may_name_a_neighbourhood_of_the_policy() -> None:
    harbour = {"route": "cak", "when": {"neighbourhoods": ["Haven"]}, "rule": "Beleid: eerst een brief."}
    named = {"triage": [harbour, *DEFAULT["triage"]], "neighbourhoods": {"Haven": {"postcodes": ["9901"]}}}
    assert merged(DEFAULT, SENDER, named).triage[0].route is Route.CAK


def test_the_route_of_young_adults_leads_to_the_queue_of_the_youth_workers() -> None:
    young = merged(DEFAULT, SENDER).terms(ZONNEDIJK, Route.YOUNG_ADULT, date(2027, 4, 5))
    assert (young.queue, young.identity_queue) == (Queue.YOUTH_WORKERS, Queue.IDENTITY)
    assert _terms(merged(DEFAULT, SENDER)).queue == Queue.EARLY_SIGNALS


def test_a_municipality_can_take_the_signals_of_a_month_together() -> None:
    matching = _terms(merged(DEFAULT, _with("matching", {"mode": "monthly", "day": 8, "hour": 7}))).matching
    assert (matching.mode, matching.day, matching.hour) == (MatchingMode.MONTHLY, 8, 7)


def test_the_follow_up_ends_as_no_response_after_contact() -> None:
    follow_up = _terms(merged(DEFAULT, SENDER)).follow_up
    assert [step.id for step in follow_up.steps] == ["call-1", "call-2", "letter-1"]
    assert follow_up.outcome is Outcome.NO_RESPONSE_AFTER_CONTACT


def test_the_demonstration_calls_at_once_and_forgets_in_ten_minutes() -> None:
    policy = merged(DEFAULT, _file("9901"))
    terms = _terms(policy)
    assert terms.plan.steps[1].wait.term == Term()
    assert terms.retention[3].term == Term(minutes=10)
    assert terms.retention[3].start is RetentionStart.CLOSURE
    assert policy.feedback_schedule == Schedule(hour=6, minute=0, every_minutes=2)
    assert policy.message_sender().name == "Gemeente Zonnedijk"
    # All else is the default's.
    assert terms.plan.steps[2:] == _terms(merged(DEFAULT, SENDER)).plan.steps[2:]


def test_the_default_sends_feedback_once_a_day() -> None:
    policy = merged(DEFAULT, SENDER)
    assert policy.feedback_schedule == Schedule(hour=6, minute=0, every_minutes=None)
    assert policy.signals_without_case_days == 30
    assert _terms(policy).budgets.model_dump() == policy.budgets.model_dump()


def test_merging_leaves_both_files_as_they_were() -> None:
    default, overlay = deepcopy(DEFAULT), _file("9901")
    merged(default, overlay)
    assert (default, overlay) == (DEFAULT, _file("9901"))


def test_null_takes_a_step_away_and_a_new_one_comes_last() -> None:
    wait = {"working_days": 1, "calendar": "office", "rule": "Beleid: nog een keer."}
    overlay = _step(
        {"call-3": None, "nothing-there": None, "call-9": {"channel": "call", "wait": wait}},
    )
    steps = _terms(merged(DEFAULT, overlay)).plan.steps
    assert [step.id for step in steps] == ["mail-1", "call-1", "call-2", "mail-2", "call-9"]


def test_a_list_is_replaced_as_a_whole() -> None:
    plan = _terms(merged(DEFAULT, _with("plans", "standard", "dayparts", ["Avond"]))).plan
    assert plan.dayparts == (Daypart.EVENING,)


# (what is written, where and what the refusal names)
WRONG = [
    (_with("first_conversation", "days", 29), "first_conversation: minstens 1 en hooguit 28 days"),
    (_with("first_conversation", "days", 0), "first_conversation: minstens 1 en hooguit 28 days"),
    (_with("first_conversation", {"days": None, "months": 1}), "first_conversation: minstens 1 en hooguit 28 days"),
    (
        _with("first_conversation", {"days": None, "working_days": 20, "calendar": "legal"}),
        "first_conversation: minstens 1 en hooguit 28 days",
    ),
    (_with("threatening_conversation", "working_days", 4), "threatening_conversation: 1 tot en met 3 working_days"),
    (_with("threatening_conversation", "working_days", 0), "threatening_conversation: 1 tot en met 3 working_days"),
    (_with("threatening_conversation", "calendar", "office"), "met calendar legal"),
    (_with("outcome_classes", {"Inwoner is overleden": None}), "outcome_classes: hier ontbreekt: Inwoner is overleden"),
    (_with("outcome_classes", {"Inwoner is overleden": "dead"}), "outcome_classes.Inwoner is overleden: "),
    (_with("outcome_classes", {"Verhuisd": "help"}), "outcome_classes.Verhuisd: "),
    (_with("retention", {"no_contact": None}), "retention: hier ontbreekt: no_contact"),
    (_with("retention", "help", {"months": None}), "retention.help: tel een bewaartermijn in months"),
    (
        _with("retention", "help", {"months": None, "working_days": 3}),
        "retention.help: tel een bewaartermijn in months",
    ),
    (_with("retention", "help", "ground", ""), "retention.help.ground: "),
    (
        _with("register_check", "again_after", {"days": None, "minutes": 90}),
        "register_check: again_after is ten minste een dag",
    ),
    (
        _step("call-1", "wait", "days", 3),
        "plans.standard.steps.call-1.wait: tel een termijn in één eenheid",
    ),
    (_step("call-1", "wait", "weeks", 1), "plans.standard.steps.call-1.wait.weeks: "),
    (
        _step("call-1", "template", "first-mail"),
        "plans.standard.steps.call-1: een mail, letter of sms heeft een template",
    ),
    (
        _step("mail-1", "template", None),
        "plans.standard.steps.mail-1: een mail, letter of sms heeft een template",
    ),
    (
        _step("call-1", "wait", {"working_days": None, "days": 1, "calendar": "all"}),
        "plans.standard.steps.call-1: tel het wachten op een stap in working_days",
    ),
    (_step("Call 1", {}), "plans.standard.steps.Call 1: "),
    (_with("plans", "standard", "dayparts", []), "plans.standard.dayparts: "),
    (_with("plans", "standard", "outcome", "Weg"), "plans.standard.outcome: "),
    (_with("office_hours", {"Avond": None}), "plans.standard.dayparts.1: bij office_hours staat geen Avond"),
    (
        _with("office_hours", "Avond", "opens", "17:00"),
        "office_hours.Avond: opens ligt voor closes, en allebei tussen 18:00",
    ),
    (
        _with("office_hours", "Ochtend", "closes", "12:30"),
        "office_hours.Ochtend: opens ligt voor closes, en allebei tussen 00:00 en 12:00",
    ),
    (
        _with("office_hours", "Middag", "closes", "13:00"),
        "office_hours.Middag: opens ligt voor closes, en allebei tussen 12:00 en 18:00",
    ),
    (
        _with("office_hours", "Ochtend", "opens", 540),
        "office_hours.Ochtend.opens: zet een tijd tussen aanhalingstekens",
    ),
    (_with("notice", "within", "calendar", "office"), "notice.within: bij working_days hoort calendar legal of office"),
    (_with("feedback", "calendar", "all"), "feedback: bij working_days hoort calendar legal of office"),
    (_with("notice", "within", "rule", "x" * 201), "notice.within.rule: "),
    (_with("notice", "within", {"months": None, "days": 0}), "notice.within: tel in months of days"),
    (_with("notice", "within", {"months": None, "minutes": 5}), "notice.within: tel in months of days"),
    (
        _with("notice", "within", {"months": None, "working_days": 20, "calendar": "legal"}),
        "notice.within: tel in months of days",
    ),
    (_with("notice", "letter", "days", 30), "notice.letter: tel in days, en minder dan notice.within"),
    (_with("notice", "letter", {"days": None, "months": 1}), "notice.letter: tel in days"),
    (_with("notice", "letter", {"days": None, "minutes": 1}), "notice.letter: tel in days"),
    (
        _with("notice", "letter", {"days": None, "working_days": 1, "calendar": "office"}),
        "notice.letter: tel in days",
    ),
    (_with("notice", "channel", "call"), "notice: kies als channel mail, letter of sms"),
    (
        _step("call-1", "channel", "card"),
        "plans.standard.steps.call-1: een stap is mail, letter, sms, call of visit",
    ),
    (
        _with("plans", "after_contact", "dayparts", ["Avond"]) | {"office_hours": {"Avond": None}},
        "bij office_hours staat geen Avond",
    ),
    (
        _with("end_of_supply", {"working_days": None, "days": 7, "calendar": "all"}),
        "end_of_supply: tel terug in working_days",
    ),
    (_with("plans", "urgent", "patience", "minutes", 0), "plans.urgent.patience: nul kan niet"),
    (
        _with("plans", "call_first", "steps", "call-1", "announced", True),
        "call_first.steps.call-1: alleen een visit kan announced zijn",
    ),
    (
        _with("plans", "call_first", "steps", "visit-1", "wait", "working_days", 2),
        "plans.call_first.steps.visit-1: alleen een visit kan announced zijn, met een wait van minstens 3 working_days",
    ),
    (
        _with("routes", "standard", "plan", "fast"),
        "routes.standard.plan: er is geen plan fast; wel: standard, call_first",
    ),
    (
        _with("routes", "standard", "follow_up", "fast"),
        "routes.standard.follow_up: er is geen plan fast; wel: standard, call_first",
    ),
    (
        _with("routes", "standard", "queue", "nobody"),
        "routes.standard.queue: er is geen werkbakje nobody; wel: early_signals",
    ),
    (_with("routes", "standard", "queue", "Team Noord"), "routes.standard.queue: "),
    (_with("routes", "standard", "priority", 5), "routes.standard.priority: "),
    (_with("routes", "standard", "ends_as", "Inwoner is overleden"), "routes.standard.ends_as: alleen "),
    (
        _with("approvals", ["Inwoner al bekend bij schuldhulpverlening"]),
        "routes.known_at_debt_help.ends_as: dit resultaat staat bij approvals",
    ),
    (_with("routes", {"cak": None}), "triage.11.route: er is geen route cak;"),
    (
        _with("triage", [{"route": "cak", "when": {"crisis": True}, "rule": "Zo."}]),
        "triage.0: de laatste regel heeft geen when",
    ),
    (_with("triage", []), "triage: "),
    (_with("triage", [{"route": "cak", "rule": "Zo.", "queue": "no"}]), "triage.0.queue: er is geen werkbakje no;"),
    (
        _with("triage", [{"route": "cak", "when": {"neighbourhoods": ["Haven"]}, "rule": "Zo."}]),
        "triage.0.when.neighbourhoods.0: er is geen wijk Haven; wel: niets",
    ),
    (
        _with("triage", [{"route": "cak", "when": {"age_from": 27, "age_to": 18}, "rule": "Zo."}]),
        "triage.0.when.age_from: is hoger dan age_to",
    ),
    (
        _with("triage", [{"route": "cak", "when": {"amount_from": 75, "amount_below": 75}, "rule": "Zo."}]),
        "triage.0.when.amount_from: is niet lager dan amount_below",
    ),
    (
        _with("neighbourhoods", {"Haven": {"postcodes": ["99"], "queue": "harbour"}}),
        "neighbourhoods.Haven.queue: er is geen werkbakje harbour;",
    ),
    (_with("neighbourhoods", {"Haven": {"postcodes": ["99ab"]}}), "neighbourhoods.Haven.postcodes.0: "),
    (_with("identity_queue", "nobody"), "identity_queue: er is geen werkbakje nobody; wel: early_signals"),
    (
        _with("escalation", [{"to": "owner", "again_after": {"calendar": "all", "rule": "Zo."}}]),
        "escalation.0.again_after: nul kan niet",
    ),
    (_with("escalation", []), "escalation: "),
    (_with("thresholds", {"Huur": -1}), "thresholds.Huur: "),
    (_with("statistics", "every_months", 13), "statistics.every_months: "),
    (_with("starts", "soon"), "starts: "),
    (_with("matching", "hour", 24), "matching.hour: "),
    (_with("matching", {"mode": "monthly", "day": 29}), "matching.day: "),
    (_with("matching", "mode", "weekly"), "matching.mode: "),
    (_with("callback", "minutes", 0), "callback.minutes: "),
    (_with("feedback_schedule", "hour", 24), "feedback_schedule.hour: "),
    (_with("feedback_schedule", "every_minutes", 0), "feedback_schedule.every_minutes: "),
    (_with("signals_without_case_days", 0), "signals_without_case_days: "),
    (_with("budgets", "mail_hours", 0), "budgets.mail_hours: "),
    (_with("sender", {"name": "Z", "page": "http://z.example", "phone": "1"}), "sender.page: "),
    (_with("patiences", {}), "patiences: "),
    ({}, "sender: dit ontbreekt: vul het in"),
]


@pytest.mark.parametrize(("overlay", "said"), WRONG, ids=[said for _, said in WRONG])
def test_a_wrong_policy_is_refused_by_its_place(overlay: dict[str, Any], said: str) -> None:
    with pytest.raises(BadPolicy) as refused:
        merged(DEFAULT, overlay)
    assert said in str(refused.value)


def test_all_faults_are_named_at_once() -> None:
    overlay = {**_with("feedback", "rule", ""), "feedback_schedule": {"hour": 99}}
    with pytest.raises(BadPolicy, match=r"^feedback\.rule: .*; feedback_schedule\.hour: "):
        merged(DEFAULT, overlay)


def test_nothing_that_a_workflow_imports_reads_the_free_days_of_this_release() -> None:
    code = (
        "import sys, policy.transitions, policy.next_step, policy.commands, policy.conclude, policy.permissions;"
        "sys.exit(any(name in sys.modules for name in ('holidays', 'policy.terms', 'policy.free_days')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=FILES.parents[1], check=False).returncode == 0


def test_the_free_days_that_are_about_no_case_are_those_of_the_policy_too() -> None:
    policy = merged(DEFAULT, SENDER, {"closing_days": {date(2027, 4, 29): "Personeelsdag"}})
    known = policy.calendars(date(2027, 4, 20), months=2)
    assert known.office[date(2027, 4, 29)] == "Personeelsdag"
