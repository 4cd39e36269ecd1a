"""What both sides see of a signal when they look at it together."""

from dataclasses import fields, replace
from datetime import date

from models.codes import FeedbackCode, SignalChange
from policy.shared_look import MOST, Known, StepKind, letter, steps

TODAY = date(2027, 5, 3)
BARE = Known(arrears_since=None, made_on=date(2027, 4, 2), received_on=date(2027, 4, 5), collection_day=None)
FULL = replace(
    BARE,
    arrears_since=date(2027, 1, 1),
    collection_day=27,
    changes=((date(2027, 4, 9), SignalChange.NEW_AMOUNT), (date(2027, 4, 20), SignalChange.PAID)),
    told=FeedbackCode.HANDLED,
    told_on=date(2027, 4, 21),
)


def shown(known: Known, today: date = TODAY) -> list[tuple[str, int, str]]:
    return [(one.on.isoformat(), one.days, one.kind) for one in steps(known, today=today)]


def test_of_a_bare_signal_two_days_are_known() -> None:
    assert shown(BARE) == [("2027-04-02", -3, "made"), ("2027-04-05", 0, "received")]


def test_both_sides_stand_along_time() -> None:
    assert shown(FULL) == [
        ("2027-01-01", -94, "arrears"),
        ("2027-03-27", -9, "collection"),
        ("2027-04-02", -3, "made"),
        ("2027-04-05", 0, "received"),
        ("2027-04-09", 4, "changed"),
        ("2027-04-20", 15, "changed"),
        ("2027-04-21", 16, "told"),
        ("2027-04-27", 22, "collection"),
    ]


def test_the_sides_are_told_apart() -> None:
    assert [one.kind for one in steps(FULL, today=TODAY) if one.is_ours] == [StepKind.RECEIVED, StepKind.TOLD]


def test_what_was_said_goes_with_its_step() -> None:
    told = {one.kind: (one.change, one.code) for one in steps(FULL, today=TODAY)}
    assert told[StepKind.CHANGED] == (SignalChange.PAID, None)
    assert told[StepKind.TOLD] == (None, FeedbackCode.HANDLED)
    assert told[StepKind.RECEIVED] == (None, None)


def test_a_collection_that_has_yet_to_be_is_not_there() -> None:
    days = [on for on, _, kind in shown(FULL, date(2027, 4, 26)) if kind == "collection"]
    assert days == ["2027-03-27"]
    assert ("2027-04-27", 22, "collection") in shown(FULL, date(2027, 4, 27))


def test_what_was_on_one_day_stands_in_one_order() -> None:
    day = date(2027, 4, 5)
    known = Known(day, day, day, day.day, ((day, SignalChange.WITHDRAWN),), FeedbackCode.REPEAT, day)
    assert [kind for _, _, kind in shown(known, day)] == list(StepKind)


def test_nothing_of_a_case_has_a_way_in() -> None:
    """Whoever adds a field here lets the partner see it."""
    assert {field.name for field in fields(Known)} == {
        "arrears_since",
        "made_on",
        "received_on",
        "collection_day",
        "changes",
        "told",
        "told_on",
    }


def test_every_signal_has_a_letter() -> None:
    assert [letter(place) for place in range(MOST)] == list("ABCDEFGH")
