"""A policy in words: every value of it is told, and the default reads as it was approved."""

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from adapters.message_files import MessageFiles
from models.base import Frozen
from models.codes import (
    CalendarName,
    Daypart,
    DisclosureGround,
    FeedbackCode,
    MatchingMode,
    Outcome,
    PartnerType,
    Route,
)
from policy.faults import Place
from policy.file_disclosure import FileDisclosure, FileDisclosureRow
from policy.file_parts import FileObjectionMark, FilePatience, FilePlan, Rule
from policy.file_routes import FileNeighbourhood, FileQueue, TriageRule, When
from policy.terms import Policy
from tests.web.policy_text import FILE, default_policy, text
from web.policy_words import sections, sentences
from web.policy_words.sentence import TEXTS, length
from web.policy_words.work import _WORK

FULL = default_policy().model_copy(
    update={
        "neighbourhoods": {"Haven": FileNeighbourhood(postcodes=("9990", "9991A"), queue="identity")},
        "extra_free_days": {date(2031, 5, 23): "Vrij bij besluit"},
        "approvals": (Outcome.OTHER_TRAJECT,),
        "objection_mark": FileObjectionMark(months=24, ground="Beleid: twee jaar."),
        "supervision": default_policy().supervision.model_copy(update={"digest_to": ("team@zonnedijk.example",)}),
        "disclosure": FileDisclosure(
            signed_by="A. Voorbeeld",
            signed_on=date(2027, 1, 4),
            rows=(
                FileDisclosureRow(
                    code=FeedbackCode.HELPED,
                    outcomes=(Outcome.FURTHER_HELP,),
                    grounds=(DisclosureGround.CONSENT,),
                    partner_types=(PartnerType.RENT,),
                ),
            ),
        ),
        "triage": (
            TriageRule(
                route=Route.MULTIPLE,
                when=When(neighbourhoods=("Haven",), partner_types=(PartnerType.RENT,)),
                rule="Beleid: de haven gaat voor.",
                priority=1,
                queue="identity",
            ),
            *default_policy().triage,
        ),
    }
)
"""The default with something wherever it has nothing."""


def test_the_default_reads_as_it_was_approved() -> None:
    # make states
    assert FILE.read_text(encoding="utf-8") == text()


def _changes(value: Any, kind: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Everything that one change inside a value can make of it, each with its place in the file."""
    kind = getattr(kind, "__value__", kind)
    match value:
        case BaseModel():
            for name, field in type(value).model_fields.items():
                for inner, other in _changes(getattr(value, name), field.annotation, (*place, name)):
                    yield inner, value.model_copy(update={name: other})
        case Mapping():
            of_values = get_args(kind)[1]
            for key in value:
                yield (*place, str(key)), {each: its for each, its in value.items() if each != key}
                for inner, other in _changes(value[key], of_values, (*place, str(key))):
                    yield inner, {**value, key: other}
        case tuple():
            yield place, value[::-1][1:] if len(value) > 1 else value * 2
            for number, each in enumerate(value):
                for inner, other in _changes(each, get_args(kind)[0], (*place, number)):
                    yield inner, (*value[:number], other, *value[number + 1 :])
        case _:
            yield place, _another(value, kind)
            if value is not None and NoneType in get_args(kind):
                yield place, None


def _another(value: Any, kind: Any) -> Any:
    match value:
        case None:
            return _some(next(each for each in get_args(kind) if each is not NoneType))
        case bool():
            return not value
        case StrEnum():
            return next(each for each in type(value) if each is not value)
        case int() | Decimal():
            return value + 1
        case str():
            return f"{value} anders"
        case time():
            return value.replace(minute=(value.minute + 1) % 60)
        case date():
            return value + timedelta(days=1)
    raise AssertionError(f"no other value for {value!r}")


def _some(kind: Any) -> Any:
    """Any value of an annotation."""
    bare = get_args(kind)[0] if hasattr(kind, "__metadata__") else kind
    if get_origin(bare) is tuple:
        return (_some(get_args(bare)[0]),)
    if bare is Rule:
        return Rule(minutes=7, calendar=CalendarName.ALL, rule="Beleid: zeven minuten.")
    if issubclass(bare, StrEnum):
        return next(iter(bare))
    return {bool: True, int: 7, Decimal: Decimal(7), str: "iets", date: date(2099, 1, 1)}[bare]


CHANGES = list(_changes(FULL, Policy, ()))


def test_the_walk_meets_every_part_of_a_policy() -> None:
    assert {place[0] for place, _ in CHANGES} == set(Policy.model_fields)
    assert len(CHANGES) > 1000


def test_whatever_changes_in_a_policy_changes_a_sentence() -> None:
    before = told(FULL)
    untold = ["/".join(map(str, place)) for place, changed in CHANGES if told(changed) == before]
    assert untold == []


def told(policy: Frozen) -> list[str]:
    assert isinstance(policy, Policy)
    return [f"{one.place} {one}" for one in sentences(sections(policy))]


@pytest.mark.parametrize("policy", [FULL, default_policy()], ids=["full", "default"])
def test_each_place_is_told_once_and_every_section_has_an_anchor_of_its_own(policy: Policy) -> None:
    places = [one.place for one in sentences(sections(policy))]
    anchors = [each.anchor for section in sections(policy) for each in (section, *section.parts)]
    assert len(places) == len(set(places))
    assert len(anchors) == len(set(anchors))


def test_every_sentence_is_one() -> None:
    for one in sentences(sections(FULL)):
        assert one.text[0].isupper() or not one.text[0].isalpha(), one
        assert one.text.endswith("."), one


def test_every_text_and_every_kind_of_work_has_a_name() -> None:
    assert set(TEXTS) == {name.template for name in MessageFiles().texts().texts}
    assert set(_WORK) == set(FilePatience.model_fields)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"working_days": 2, "calendar": "office"}, "2 werkdagen"),
        ({"working_days": 1, "calendar": "legal"}, "1 wettelijke werkdag"),
        ({"days": 28, "calendar": "all"}, "28 dagen"),
        ({"calendar": "office"}, "meteen"),
        ({"calendar": "all"}, "meteen (alle dagen tellen mee)"),
    ],
)
def test_a_term_says_which_days_count(rule: dict[str, Any], said: str) -> None:
    assert length(Rule.model_validate({**rule, "rule": "Beleid."})) == said


def test_conditions_are_asked_together() -> None:
    when = When(age_from=18, amount_from=Decimal(500), months_from=1, crisis=False)
    rule = TriageRule(route=Route.STANDARD, when=when, rule="Beleid.")
    policy = FULL.model_copy(update={"triage": (rule, *FULL.triage)})
    first = next(one for one in sentences(sections(policy)) if one.place == ("triage", 0))
    assert first.text == (
        "Is de achterstand samen € 500,00 of meer, en is de oudste achterstand 1 maand of ouder, "
        "en is de inwoner 18 jaar of ouder, en is het geen crisissignaal? Dan de gewone route."
    )


def test_calls_that_share_a_daypart_are_told_where_they_are_planned() -> None:
    steps = default_policy().plans["standard"].steps
    plan = FilePlan(
        name="kort",
        steps={name: steps["call-1"] for name in ("a", "b", "c")},
        dayparts=(Daypart.EVENING, Daypart.MORNING),
        end=steps["call-1"].wait,
        outcome=Outcome.NEVER_REACHED,
    )
    policy = FULL.model_copy(update={"plans": {**FULL.plans, "short": plan}})
    calls = [one.text for one in sentences(sections(policy)) if one.place[:3] == ("plans", "short", "steps")]
    assert [call.split("in de ")[1].split(";")[0] for call in calls] == ["avond", "ochtend", "avond"]


@pytest.mark.parametrize(
    ("mode", "not_now"), [(MatchingMode.AT_ONCE, 2), (MatchingMode.DAILY, 1), (MatchingMode.MONTHLY, 0)]
)
def test_what_does_not_count_now_says_so(mode: MatchingMode, not_now: int) -> None:
    policy = FULL.model_copy(update={"matching": FULL.matching.model_copy(update={"mode": mode})})
    said = [one.text for one in sentences(sections(policy)) if one.place[0] == "matching"]
    assert sum("Dat telt nu niet." in each for each in said) == not_now


def test_a_queue_in_which_nobody_works_says_so() -> None:
    policy = FULL.model_copy(update={"queues": {"empty": FileQueue(name="Leeg", served_by=())}})
    assert "In het werkbakje Leeg werken: niemand." in {one.text for one in sentences(sections(policy))}
