"""From what was typed to a command, and back."""

import uuid

import pytest

from models.codes import (
    AttemptResult,
    ChannelWish,
    DeadlineKind,
    HelpKind,
    Language,
    NotPickedUpReason,
    Outcome,
    Role,
    TaskKind,
)
from models.commands import ExtendDeadline, LogCall, MergeCase, RecordOutcome, SetHold
from models.personal import Address, Particulars
from models.values import EmailAddress, Euro, PhoneNumber, Postcode
from policy.permissions import Staff
from tests.builders import ZONNEDIJK, at
from tests.web.town import NOOR
from web.forms.fields import Hidden, Offered, Unfinished
from web.forms.reading import Pressed, read, typed_of
from web.forms.table import FORMS

NOW = at("2027-04-08 10:20")
BY = Staff(staff_id=NOOR, name="Noor de Wit", role=Role.CASEWORKER, municipalities=frozenset({ZONNEDIJK}))
PERSON = {"person_id": "person-1"}
NEW_REACH = {
    "phone": "+31612345678",
    "mailbox": "nieuw@post.example",
    "preferred": "ja",
    "language": "en",
    "wish": "no_letters",
}
OFFERED = Offered(
    phones=(("phone-1", "06 1234 5678"),),
    colleagues=(("noor", "Noor de Wit"), ("thea", "Thea Vos")),
    others=(("thea", "Thea Vos"),),
    signals=(("signal-1", "Woonstee"),),
    attempts=(("case-1.call-1", "gisteren: niet opgenomen"),),
    deadlines=(("task/call", "Bellen"), ("assignment", "Zaak heeft een eigenaar")),
)

COMPLETE: dict[str, dict[str, str]] = {
    "claim_case": {},
    "assign_case": {"to": "thea", "note": "Jij kent de inwoner."},
    "pause_case": {"until_on": "2027-05-03", "note": "Op vakantie."},
    "resume_case": {"note": "Terug."},
    "extend_deadline": {**PERSON, "deadline": "task/call", "until_on": "2027-04-20", "note": "Ziek."},
    "check_identity": {**PERSON, **NEW_REACH, "standing": "confirmed", "note": "Gebeld met burgerzaken."},
    "report_life_event": {
        **PERSON,
        "event": "moved_within",
        "postcode": "9902XZ",
        "house_number": "7",
        "addition": "B",
        "street": "Zeeweg",
        "town": "Zonnedijk",
        "note": "Van de inwoner.",
    },
    "offer_to_survivors": {**PERSON, "note": "Brief aan de zoon."},
    "pass_on": {**PERSON, "channel": "phone", "to": "9902", "note": "Gebeld."},
    "rectify": {
        **PERSON,
        "what": "name",
        "initials": "B.",
        "prefix": "de",
        "surname": "Jong",
        "birth_date": "1984-02-29",
        "postcode": "9902XZ",
        "house_number": "7",
        "addition": "bis",
        "street": "Zeeweg",
        "town": "Zonnedijk",
        "phone_id": "phone-1",
        "phone": "+31612345678",
        "mailbox": "beemd@example.nl",
        "partners_told": "nee",
        "note": "Stond verkeerd.",
    },
    "tell_correction": {**PERSON, "note": "Gemaild."},
    "record_objection": {**PERSON, "note": "Wil dit niet."},
    "decide_objection": {**PERSON, "upheld": "nee", "note": "Het belang is groot."},
    "record_representative": {
        **PERSON,
        "representative": "administrator",
        "name": "mr. B. Windvaer",
        "phone": "+31301234567",
        "mailbox": "info@windvaer.example",
        "may_be_told": "ja",
        "note": "Stuurde een beschikking.",
    },
    "allow_disclosure": {**PERSON, "ground": "consent", "note": "Zei dit aan de telefoon."},
    "withdraw_disclosure": {**PERSON, "note": "Bedacht zich."},
    "end_representative": {**PERSON, "note": "Afgelopen."},
    "log_call": {
        **PERSON,
        **NEW_REACH,
        "result": "voicemail",
        "phone_id": "phone-1",
        "called_at": "2027-04-07T14:15",
        "note": "Sprak in.",
    },
    "log_attempt": {**PERSON, "channel": "card", "result": "card_left", "made_at": "2027-04-07T14:15", "note": ""},
    "log_incoming": {**PERSON, **NEW_REACH, "channel": "desk", "came_at": "2027-04-07T14:15", "note": "Aan de balie."},
    "write_by_hand": {**PERSON, "channel": "letter", "note": "Neemt niet op."},
    "continue_contact": {**PERSON, "note": "Denkt erover na."},
    "correct_attempt": {**PERSON, "step_id": "case-1.call-1", "result": "voicemail", "note": "Verkeerd geklikt."},
    "check_mail": {**PERSON, "step_id": "case-1.mail", "sent": "nee", "note": ""},
    "check_address": {**PERSON, **NEW_REACH, "found": "ja", "note": ""},
    "make_callback": {
        **PERSON,
        **NEW_REACH,
        "due_at": "2027-04-09T10:00",
        "phone_id": "phone-1",
        "with_staff": "thea",
        "note": "Is dan thuis.",
    },
    "move_callback": {
        **PERSON,
        "appointment_id": "agreed-1",
        "due_at": "2027-04-09T11:00",
        "with_staff": "noor",
        "note": "",
    },
    "cancel_callback": {**PERSON, "appointment_id": "agreed-1", "note": "Hoeft niet meer."},
    "plan_visit": {**PERSON, "due_at": "2027-04-12T10:00", "companion": "thea", "announced": "ja", "note": ""},
    "log_visit": {
        **PERSON,
        "result": "nobody_home",
        "visited_at": "2027-04-07T10:00",
        "companion": "thea",
        "visit": "case-1.visit-1",
        "note": "Gordijnen dicht.",
    },
    "cancel_visit": {**PERSON, "note": ""},
    "block_visits": {**PERSON, "note": "Er is geweld geweest."},
    "record_trait": {**PERSON, "trait": "entrepreneur", "applies": "ja"},
    "allow_visits": {**PERSON, "note": "De dader is vertrokken."},
    "record_signal_change": {
        "signal_id": "signal-1",
        "change": "new_amount",
        "amount": "1234.56",
        "on": "",
        "note": "",
    },
    "judge_threat": {"threatening": "ja", "note": "Ontruiming op de 20e."},
    "split_signal": {"signal_id": "signal-1", "wrong_person_told": "nee", "note": "Andere geboortedatum."},
    "merge_case": {"into": "0a1b2c3d-0000-4000-8000-000000000009", "note": "Zelfde BSN."},
    "settle_repair": {**PERSON, "note": "Excuus gemaakt."},
    "refer": {**PERSON, "party": "neighbourhood_team", "consent": "ja", "note": ""},
    "answer_referral": {**PERSON, "referral_id": "referral-1", "accepted": "nee", "note": "Woont niet in de wijk."},
    "start_referral": {**PERSON, "referral_id": "referral-1", "started_on": "2027-04-07", "note": ""},
    "end_referral": {**PERSON, "referral_id": "referral-1", "note": "Alles is op orde."},
    "record_outcome": {
        **PERSON,
        "corrects": "",
        "outcome": Outcome.ADVICE_OR_QUICK_FIX,
        "engaged": "ja",
        "help_kind": "payment_plan",
        "agreed_on": "2027-04-07",
        "conversation_on": "2027-04-07",
        "started_on": "2027-04-08",
        "within_30_days": "ja",
        "unjustified": "",
        "reason": "",
        "note": "Regeling in\ntwee termijnen.",
    },
    "hold_first_conversation": {**PERSON, "conversation_on": "2027-04-07", "started_on": "2027-04-08", "note": ""},
    "start_help": {**PERSON, "started_on": "2027-04-08", "note": ""},
    "check_quick_fix": {**PERSON, "solved": "nee", "note": "Er is nog schuld."},
    "approve": {**PERSON, "proposal_id": "proposal-1", "agreed": "nee", "note": "Eerst nog bellen."},
    "set_hold": {"until_on": "2027-12-31", "note": "Er loopt een bezwaar."},
    "release_hold": {"note": ""},
}


def test_every_form_is_among_the_complete_ones() -> None:
    assert set(COMPLETE) == set(FORMS)


@pytest.mark.parametrize("kind", COMPLETE)
def test_what_was_typed_comes_back_from_the_command(kind: str) -> None:
    pressed = _read(kind, **COMPLETE[kind])
    back = typed_of(pressed.command, pressed.note, pressed.particulars)
    assert back == {"kind": kind, "note": "", **COMPLETE[kind]}


@pytest.mark.parametrize("kind", COMPLETE)
def test_what_is_personal_stands_beside_the_command(kind: str) -> None:
    pressed = _read(kind, **COMPLETE[kind])
    travels = pressed.command.model_dump_json()
    personal = ("phone", "mailbox", "name", "street", "postcode", "amount", "note")
    assert not [name for name in personal if COMPLETE[kind].get(name) and COMPLETE[kind][name] in travels]


def test_particulars_are_parsed_at_the_edge() -> None:
    assert _read("log_incoming", **COMPLETE["log_incoming"]).particulars == Particulars(
        phone=PhoneNumber("0612345678"),
        mailbox=EmailAddress("nieuw@post.example"),
        preferred=True,
        language=Language.ENGLISH,
        wish=ChannelWish.NO_LETTERS,
    )
    assert _read("report_life_event", **COMPLETE["report_life_event"]).particulars == Particulars(
        address=Address(postcode=Postcode("9902XZ"), number=7, addition="B", street="Zeeweg", town="Zonnedijk")
    )
    changed = {**COMPLETE["record_signal_change"], "amount": "€ 1.234,56"}
    assert _read("record_signal_change", **changed).particulars == Particulars(amount=Euro("1234.56"))


def test_the_command_is_of_whoever_is_signed_in() -> None:
    pressed = _read("claim_case", by="thea", role="supervisor")
    assert (pressed.command.by, pressed.command.role) == (NOOR, Role.CASEWORKER)


def test_a_call_without_a_moment_was_just_made() -> None:
    command = _read("log_call", **PERSON, result="no_answer").command
    assert isinstance(command, LogCall)
    assert (command.result, command.called_at) == (AttemptResult.NO_ANSWER, None)


def test_a_day_counts_until_its_end_and_today_until_now() -> None:
    command = _read("record_outcome", **COMPLETE["record_outcome"]).command
    assert isinstance(command, RecordOutcome)
    assert command.help_kind is HelpKind.PAYMENT_PLAN
    assert (command.agreed_at, command.started_at) == (at("2027-04-07 23:59"), NOW)


@pytest.mark.parametrize(
    ("outcome", "typed", "reason"),
    [
        (Outcome.NOT_PICKED_UP_UNJUSTIFIED, {"unjustified": "legal_entity"}, NotPickedUpReason.LEGAL_ENTITY),
        (Outcome.NOT_PICKED_UP_OTHER, {"reason": "detention"}, NotPickedUpReason.DETENTION),
        (Outcome.SETTLES_IT_HIMSELF, {}, None),
    ],
)
def test_the_reason_that_the_outcome_asks_for_is_read(
    outcome: Outcome, typed: dict[str, str], reason: NotPickedUpReason | None
) -> None:
    typed = {"unjustified": "", "reason": "", **typed, "outcome": outcome}
    pressed = _read("record_outcome", **{**COMPLETE["record_outcome"], **typed})
    assert isinstance(pressed.command, RecordOutcome) and pressed.command.reason is reason
    back = typed_of(pressed.command, pressed.note, pressed.particulars)
    asked = {"unjustified": NotPickedUpReason.LEGAL_ENTITY, "reason": NotPickedUpReason.DETENTION}
    assert {name: back[name] for name in asked} == {
        name: code if code is reason else "" for name, code in asked.items()
    }


@pytest.mark.parametrize(
    ("outcome", "field", "of"),
    [
        (Outcome.NOT_PICKED_UP_UNJUSTIFIED, "reason", Outcome.NOT_PICKED_UP_OTHER),
        (Outcome.NOT_PICKED_UP_OTHER, "unjustified", Outcome.NOT_PICKED_UP_UNJUSTIFIED),
        (Outcome.SETTLES_IT_HIMSELF, "unjustified", Outcome.NOT_PICKED_UP_UNJUSTIFIED),
    ],
)
def test_a_reason_of_another_outcome_is_refused_and_never_dropped(outcome: Outcome, field: str, of: Outcome) -> None:
    typed = {"outcome": outcome, "unjustified": "legal_entity", "reason": "detention"}
    with pytest.raises(Unfinished) as caught:
        _read("record_outcome", **{**COMPLETE["record_outcome"], **typed})
    assert caught.value.field == field
    assert caught.value.sentence.startswith(f"De reden die u koos, hoort bij ‘{of}’. ")


def test_an_erasure_is_put_off_until_the_end_of_the_day() -> None:
    command = _read("set_hold", **COMPLETE["set_hold"]).command
    assert isinstance(command, SetHold)
    assert command.until == at("2027-12-31 23:59")


@pytest.mark.parametrize(
    ("chosen", "deadline", "task"),
    [("task/call", DeadlineKind.TASK, TaskKind.CALL), ("assignment", DeadlineKind.ASSIGNMENT, None)],
)
def test_a_deadline_is_of_a_task_or_of_the_case(chosen: str, deadline: DeadlineKind, task: TaskKind | None) -> None:
    command = _read("extend_deadline", **{**COMPLETE["extend_deadline"], "deadline": chosen}).command
    assert isinstance(command, ExtendDeadline)
    assert (command.deadline, command.task) == (deadline, task)


def test_the_address_of_a_case_is_its_number() -> None:
    number = "0a1b2c3d-0000-4000-8000-000000000009"
    typed = {**COMPLETE["merge_case"], "into": f"https://zonnedijk.example/zaak/{number}?persoon=x"}
    command = _read("merge_case", **typed).command
    assert isinstance(command, MergeCase)
    assert command.into == number


def test_where_there_is_no_number_to_choose_none_is_asked() -> None:
    typed = {**PERSON, "result": "wrong_number"}
    assert isinstance(read("log_call", _sent(**typed), by=BY, now=NOW, offered=Offered()).command, LogCall)
    with pytest.raises(Unfinished):
        _read("log_call", **typed)


UNFINISHED: list[tuple[str, dict[str, str], str]] = [
    ("log_call", {"result": "hoera"}, "result"),
    ("log_call", {"called_at": "gisteren"}, "called_at"),
    ("log_call", {"called_at": "9999-12-31T23:59"}, "called_at"),
    ("log_call", {"phone_id": "phone-of-somebody-else"}, "phone_id"),
    ("log_call", {"phone": "12"}, "phone"),
    ("log_call", {"mailbox": "geen adres"}, "mailbox"),
    ("log_call", {"note": "x" * 4001}, "note"),
    ("log_call", {"command_id": "1"}, "command_id"),
    ("record_outcome", {"outcome": "Verzonnen"}, "outcome"),
    ("record_outcome", {"agreed_on": "31-12-2027"}, "agreed_on"),
    ("record_outcome", {"outcome": Outcome.NOT_PICKED_UP_OTHER}, "reason"),
    ("record_outcome", {"outcome": Outcome.NOT_PICKED_UP_UNJUSTIFIED, "reason": "detention"}, "unjustified"),
    ("record_outcome", {"outcome": Outcome.NOT_PICKED_UP_UNJUSTIFIED, "unjustified": "detention"}, "unjustified"),
    ("record_outcome", {"corrects": "ja", "note": " "}, "note"),
    ("report_life_event", {"postcode": "12"}, "postcode"),
    ("report_life_event", {"house_number": "zeven"}, "house_number"),
    ("report_life_event", dict.fromkeys(("postcode", "house_number", "addition", "street", "town"), ""), "postcode"),
    ("record_signal_change", {"amount": "veel"}, "amount"),
    ("record_signal_change", {"amount": ""}, "amount"),
    ("record_signal_change", {"signal_id": "signal-of-somebody-else"}, "signal_id"),
    ("pass_on", {"to": ""}, "to"),
    ("pass_on", {"to": "Waterdorp"}, "to"),
    ("assign_case", {"to": "nobody"}, "to"),
    ("plan_visit", {"companion": "noor"}, "companion"),
    ("extend_deadline", {"deadline": ""}, "deadline"),
    ("extend_deadline", {"deadline": "notice"}, "deadline"),
    ("merge_case", {"into": "0a1b"}, "into"),
]


@pytest.mark.parametrize(("kind", "change", "field"), UNFINISHED)
def test_an_unfinished_form_names_the_field(kind: str, change: dict[str, str], field: str) -> None:
    with pytest.raises(Unfinished) as caught:
        _read(kind, **{**COMPLETE[kind], **change})
    assert caught.value.field == field
    assert caught.value.sentence.endswith((".", "?"))


NEEDED = [
    (kind, field.name, field.missing)
    for kind, form in FORMS.items()
    for field in form.questions
    if field.always and not isinstance(field, Hidden)
]


@pytest.mark.parametrize(("kind", "field", "sentence"), NEEDED)
def test_what_must_be_answered_is_asked_for(kind: str, field: str, sentence: str) -> None:
    with pytest.raises(Unfinished) as caught:
        _read(kind, **{**COMPLETE[kind], field: ""})
    assert (caught.value.field, caught.value.sentence) == (field, sentence)


@pytest.mark.parametrize("kind", [kind for kind, form in FORMS.items() if form.note.missing])
def test_a_reason_that_is_required_is_asked_for(kind: str) -> None:
    complete = {**COMPLETE[kind], **({"corrects": "ja"} if kind == "record_outcome" else {})}
    with pytest.raises(Unfinished) as caught:
        _read(kind, **{**complete, "note": "  "})
    assert (caught.value.field, caught.value.sentence) == ("note", FORMS[kind].note.missing)


@pytest.mark.parametrize("kind", [kind for kind in FORMS if "person_id" in COMPLETE[kind]])
def test_a_form_without_its_ids_is_not_complete(kind: str) -> None:
    with pytest.raises(Unfinished) as caught:
        _read(kind, **{**COMPLETE[kind], "person_id": ""})
    assert caught.value.field == "person_id"


def test_a_refusal_or_yes_without_a_reason_is_enough_where_nothing_is_refused() -> None:
    for kind, answer in (("approve", "agreed"), ("answer_referral", "accepted")):
        assert _read(kind, **{**COMPLETE[kind], answer: "ja", "note": ""}).note == ""


def test_an_unknown_kind_of_form_is_refused() -> None:
    with pytest.raises(Unfinished):
        _read("erase_everything")


def _sent(**typed: str) -> dict[str, str]:
    return {"command_id": str(uuid.uuid4()), **typed}


def _read(kind: str, **typed: str) -> Pressed:
    return read(kind, _sent(**typed), by=BY, now=NOW, offered=OFFERED)
