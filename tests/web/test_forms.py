"""From what was typed to a command, and back."""

import uuid

import pytest

from models.codes import AttemptResult, HelpKind, Outcome, Role
from models.commands import LogCall, RecordOutcome, SetHold
from policy.permissions import Staff
from tests.builders import ZONNEDIJK, at
from tests.web.town import NOOR
from web import forms
from web.forms import Unfinished

NOW = at("2027-04-08 10:20")
BY = Staff(staff_id=NOOR, name="Noor de Wit", role=Role.CASEWORKER, municipalities=frozenset({ZONNEDIJK}))
PERSON = "person-1"

COMPLETE = {
    "claim_case": {},
    "check_identity": {"person_id": PERSON, "standing": "confirmed", "note": "Gebeld met burgerzaken."},
    "log_call": {"person_id": PERSON, "result": "voicemail", "called_at": "2027-04-07T14:15", "note": "Sprak in."},
    "check_mail": {"person_id": PERSON, "step_id": "case-1.mail", "sent": "nee", "note": ""},
    "record_outcome": {
        "person_id": PERSON,
        "outcome": Outcome.ADVICE_OR_QUICK_FIX,
        "engaged": "ja",
        "help_kind": "payment_plan",
        "agreed_on": "2027-04-07",
        "conversation_on": "2027-04-07",
        "started_on": "2027-04-08",
        "within_30_days": "ja",
        "note": "Regeling in\ntwee termijnen.",
    },
    "hold_first_conversation": {
        "person_id": PERSON,
        "conversation_on": "2027-04-07",
        "started_on": "2027-04-08",
        "note": "",
    },
    "set_hold": {"until_on": "2027-12-31", "note": "Er loopt een bezwaar."},
    "release_hold": {"note": ""},
}


@pytest.mark.parametrize("kind", COMPLETE)
def test_what_was_typed_comes_back_from_the_command(kind: str) -> None:
    pressed = _read(kind, **COMPLETE[kind])
    back = forms.typed_of(pressed.command, pressed.note)
    assert back == {"kind": kind, "note": "", **COMPLETE[kind]}


def test_the_command_is_of_whoever_is_signed_in() -> None:
    pressed = _read("claim_case", by="thea", role="supervisor")
    assert (pressed.command.by, pressed.command.role) == (NOOR, Role.CASEWORKER)


def test_a_call_without_a_moment_was_just_made() -> None:
    command = _read("log_call", person_id=PERSON, result="no_answer").command
    assert isinstance(command, LogCall)
    assert (command.result, command.called_at) == (AttemptResult.NO_ANSWER, None)


def test_a_day_counts_until_its_end_and_today_until_now() -> None:
    command = _read("record_outcome", **COMPLETE["record_outcome"]).command
    assert isinstance(command, RecordOutcome)
    assert command.help_kind is HelpKind.PAYMENT_PLAN
    assert (command.agreed_at, command.started_at) == (at("2027-04-07 23:59"), NOW)


def test_an_erasure_is_put_off_until_the_end_of_the_day() -> None:
    command = _read("set_hold", **COMPLETE["set_hold"]).command
    assert isinstance(command, SetHold)
    assert command.until == at("2027-12-31 23:59")


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("log_call", {"result": ""}, "result"),
        ("log_call", {"result": "hoera"}, "result"),
        ("log_call", {"called_at": "gisteren"}, "called_at"),
        ("log_call", {"called_at": "9999-12-31T23:59"}, "called_at"),
        ("log_call", {"note": "x" * 4001}, "note"),
        ("log_call", {"command_id": "1"}, "command_id"),
        ("check_identity", {"standing": ""}, "standing"),
        ("check_mail", {"sent": ""}, "sent"),
        ("record_outcome", {"outcome": "Verzonnen"}, "outcome"),
        ("record_outcome", {"agreed_on": "31-12-2027"}, "agreed_on"),
        ("hold_first_conversation", {"conversation_on": ""}, "conversation_on"),
        ("hold_first_conversation", {"started_on": ""}, "started_on"),
        ("set_hold", {"until_on": ""}, "until_on"),
        ("set_hold", {"note": "  "}, "note"),
    ],
)
def test_an_unfinished_form_names_the_field(kind: str, change: dict[str, str], field: str) -> None:
    with pytest.raises(Unfinished) as caught:
        _read(kind, **{**COMPLETE[kind], **change})
    assert caught.value.field == field
    assert caught.value.sentence.endswith(".")


def test_an_unknown_kind_of_form_is_refused() -> None:
    with pytest.raises(Unfinished):
        _read("erase_everything")


def _read(kind: str, **typed: str) -> forms.Pressed:
    return forms.read(kind, {"command_id": str(uuid.uuid4()), **typed}, by=BY, now=NOW)
