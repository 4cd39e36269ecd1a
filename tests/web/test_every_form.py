"""Each kind of form on the page: offered, filled in, given back after a refusal, and pressed."""

from typing import Any

import pytest
from fastapi import FastAPI

from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    DisclosureGround,
    HelpKind,
    LifeEvent,
    Outcome,
    PassOnChannel,
    PersonField,
    Phase,
    ReferralParty,
    RepresentativeKind,
    Route,
    SignalChange,
    Standing,
    TaskKind,
    Trait,
)
from models.facts import RouteChosen
from models.ids import StaffId
from models.personal import Address, Particulars
from models.values import EmailAddress, Euro, MunicipalityCode, PhoneNumber, Postcode
from tests.builders import at, the_terms
from tests.web.browser import Browser, form_of
from tests.web.situations import HOUSEMATE, TAKEN_IN
from tests.web.town import NOOR, OPENED, PHONE, THEA, Town, a_case_in_contact, a_register_answer, next_case
from web.forms.fields import Hidden, HiddenTick
from web.forms.table import FORMS

END = at("2027-04-30 23:59")
LATER = at("2027-04-06 10:00")
NOTE = "Een hele zin."
REACH = {"phone": "06 8765 4321", "mailbox": "nieuw@post.example", "preferred": "ja"}
REACHED = Particulars(phone=PhoneNumber("0687654321"), mailbox=EmailAddress("nieuw@post.example"), preferred=True)
NOTHING = Particulars()

FILLED: dict[str, tuple[dict[str, str], dict[str, Any], Particulars]] = {
    "claim_case": ({}, {}, NOTHING),
    "assign_case": ({"to": THEA}, {"to": THEA}, NOTHING),
    "pause_case": ({"until_on": "2027-04-30"}, {"until": END}, NOTHING),
    "resume_case": ({}, {}, NOTHING),
    "extend_deadline": (
        {"deadline": "task/record_outcome", "until_on": "2027-04-30"},
        {"deadline": DeadlineKind.TASK, "task": TaskKind.RECORD_OUTCOME, "until": END},
        NOTHING,
    ),
    "check_identity": ({"standing": "confirmed", **REACH}, {"standing": Standing.CONFIRMED}, REACHED),
    "report_life_event": (
        {"event": "moved_within", "postcode": "9902 XZ", "house_number": "7", "town": "Zonnedijk"},
        {"event": LifeEvent.MOVED_WITHIN},
        Particulars(address=Address(postcode=Postcode("9902XZ"), number=7, town="Zonnedijk")),
    ),
    "offer_to_survivors": ({}, {}, NOTHING),
    "pass_on": (
        {"channel": "portal", "to": "9902"},
        {"channel": PassOnChannel.PORTAL, "to": MunicipalityCode("9902")},
        NOTHING,
    ),
    "rectify": (
        {"what": "name", "initials": "B.", "prefix": "de", "surname": "Jong", "partners_told": "nee"},
        {"what": PersonField.NAME, "partners_told": False},
        Particulars(initials="B.", prefix="de", surname="Jong"),
    ),
    "tell_correction": ({}, {}, NOTHING),
    "record_objection": ({}, {}, NOTHING),
    "decide_objection": ({"upheld": "nee"}, {"upheld": False}, NOTHING),
    "record_representative": (
        {"representative": "guardian", "name": "mw. C. Urator", "phone": "0301234567", "may_be_told": "nee"},
        {"representative": RepresentativeKind.GUARDIAN, "may_be_told": False},
        Particulars(name="mw. C. Urator", phone=PhoneNumber("0301234567")),
    ),
    "end_representative": ({}, {}, NOTHING),
    "allow_disclosure": ({"ground": "basis"}, {"ground": DisclosureGround.BASIS}, NOTHING),
    "withdraw_disclosure": ({}, {}, NOTHING),
    "log_call": (
        {"result": "wrong_number", "called_at": "2027-04-05T09:00", "phone_id": PHONE, **REACH},
        {"result": AttemptResult.WRONG_NUMBER, "called_at": OPENED, "phone_id": PHONE},
        REACHED,
    ),
    "log_attempt": (
        {"channel": "card", "result": "card_left"},
        {"channel": Channel.CARD, "result": AttemptResult.CARD_LEFT, "made_at": None},
        NOTHING,
    ),
    "log_incoming": (
        {"channel": "desk", "came_at": "2027-04-05T09:00", **REACH},
        {"channel": Channel.DESK, "came_at": OPENED},
        REACHED,
    ),
    "write_by_hand": ({"channel": "letter"}, {"channel": Channel.LETTER}, NOTHING),
    "continue_contact": ({}, {}, NOTHING),
    "correct_attempt": (
        {"step_id": "extra-1", "result": "voicemail"},
        {"step_id": "extra-1", "result": AttemptResult.VOICEMAIL},
        NOTHING,
    ),
    "check_mail": ({"sent": "nee"}, {"sent": False}, NOTHING),
    "check_address": ({"found": "ja", **REACH}, {"found": True}, REACHED),
    "make_callback": (
        {"due_at": "2027-04-06T10:00", "phone_id": PHONE, "with_staff": THEA},
        {"due_at": LATER, "phone_id": PHONE, "with_staff": THEA},
        NOTHING,
    ),
    "move_callback": (
        {"due_at": "2027-04-30T23:59", "with_staff": NOOR},
        {"due_at": END, "with_staff": NOOR, "appointment_id": "agreed-1"},
        NOTHING,
    ),
    "cancel_callback": ({}, {"appointment_id": "agreed-1"}, NOTHING),
    "plan_visit": (
        {"due_at": "2027-04-06T10:00", "companion": THEA, "announced": "ja"},
        {"due_at": LATER, "companion": THEA, "announced": True},
        NOTHING,
    ),
    "log_visit": (
        {"result": "nobody_home", "companion": THEA},
        {"result": AttemptResult.NOBODY_HOME, "companion": THEA, "visited_at": None},
        NOTHING,
    ),
    "cancel_visit": ({}, {}, NOTHING),
    "block_visits": ({}, {}, NOTHING),
    "record_trait": (
        {"trait": "entrepreneur", "applies": "ja"},
        {"trait": Trait.ENTREPRENEUR, "applies": True},
        NOTHING,
    ),
    "allow_visits": ({}, {}, NOTHING),
    "record_signal_change": (
        {"change": "new_amount", "amount": "1.234,56"},
        {"change": SignalChange.NEW_AMOUNT},
        Particulars(amount=Euro("1234.56")),
    ),
    "judge_threat": ({"threatening": "ja"}, {"threatening": True}, NOTHING),
    "split_signal": ({"wrong_person_told": "ja"}, {"wrong_person_told": True}, NOTHING),
    "merge_case": ({}, {}, NOTHING),
    "settle_repair": ({}, {}, NOTHING),
    "refer": (
        {"party": "volunteers", "consent": "ja"},
        {"party": ReferralParty.VOLUNTEERS, "consent": True},
        NOTHING,
    ),
    "answer_referral": ({"accepted": "ja"}, {"accepted": True, "referral_id": "referral-1"}, NOTHING),
    "start_referral": ({"started_on": "2027-04-05"}, {"started_at": OPENED, "referral_id": "referral-1"}, NOTHING),
    "end_referral": ({}, {"referral_id": "referral-1"}, NOTHING),
    "record_outcome": (
        {
            "outcome": Outcome.ADVICE_OR_QUICK_FIX,
            "engaged": "ja",
            "help_kind": "payment_plan",
            "agreed_on": "2027-04-05",
            "within_30_days": "ja",
        },
        {"engaged": True, "help_kind": HelpKind.PAYMENT_PLAN, "agreed_at": OPENED, "within_30_days": True},
        NOTHING,
    ),
    "hold_first_conversation": (
        {"conversation_on": "2027-04-05", "started_on": "2027-04-05"},
        {"conversation_at": OPENED, "started_at": OPENED},
        NOTHING,
    ),
    "start_help": ({"started_on": "2027-04-05"}, {"started_at": OPENED}, NOTHING),
    "check_quick_fix": ({"solved": "ja"}, {"solved": True}, NOTHING),
    "approve": ({"agreed": "ja"}, {"agreed": True, "proposal_id": "proposal-1"}, NOTHING),
    "set_hold": ({"until_on": "2027-04-30"}, {"until": END}, NOTHING),
    "release_hold": ({}, {}, NOTHING),
}
"""What is typed, what the command must say, and what must be sealed beside it."""

BECOMES = {
    "claim_case": ["case_claimed"],
    "assign_case": ["case_assigned"],
    "log_call": ["attempt_made"],
    "log_incoming": ["contact_received"],
    "record_outcome": ["outcome_recorded"],
    "approve": ["approval_given", "outcome_recorded"],
    "record_signal_change": ["signal_changed"],
    "split_signal": ["signal_split_off"],
    "merge_case": ["case_merged"],
}


def test_every_form_is_tried() -> None:
    assert set(FILLED) == set(TAKEN_IN) == set(FORMS)


@pytest.mark.parametrize("kind", FORMS)
async def test_a_form_is_given_back_as_it_was_typed_and_then_becomes_what_was_meant(
    town: Town, noor: Browser, thea: Browser, kind: str
) -> None:
    state = TAKEN_IN[kind](town)
    somebody = thea if kind.endswith("_hold") else noor
    typed, meant, sealed = _typed(town, state, kind)
    page = _page(state, kind)
    town.desk.refusals = ["Dit kan nu even niet."]
    refused = await somebody.press(page, kind, **typed)
    again = (await somebody.get(refused.headers["location"])).text
    assert "Niet vastgelegd.</strong> Dit kan nu even niet." in again
    form = form_of(again, kind)
    assert {name: _as_typed(form.fields.get(name, "")) for name in typed} == {
        name: _as_typed(value) for name, value in typed.items()
    }
    assert town.reload(state).sequence == state.sequence
    done = await somebody.send(form)
    assert f"?vastgelegd={kind}" in done.headers["location"]
    command = town.desk.presses[-1]
    assert {name: getattr(command, name) for name in meant} == meant
    assert town.stores.outbox.answer(town.desk.presses[0].command_id).particulars == sealed
    facts = [entry.fact.kind for entry in town.stores.cases.journey(state.case_id)]
    assert facts[-len(BECOMES.get(kind, [""])) :] == BECOMES.get(kind, facts[-1:])
    assert len(facts) > state.sequence
    assert FORMS[kind].done in (await somebody.get(done.headers["location"])).text


@pytest.mark.parametrize("kind", FORMS)
async def test_a_form_shows_every_question_it_reads(town: Town, noor: Browser, thea: Browser, kind: str) -> None:
    form = await (thea if kind.endswith("_hold") else noor).form(_page(TAKEN_IN[kind](town), kind), kind)
    asked = {name for field in FORMS[kind].questions for name in field.names}
    assert asked | {"note", "token", "command_id", "kind", "shown"} == form.names


async def test_a_number_given_with_a_callback_is_the_one_to_call(town: Town, noor: Browser) -> None:
    state = TAKEN_IN["make_callback"](town)
    typed = {"due_at": "2027-04-06T10:00", "with_staff": NOOR, "phone": "0687654321", "phone_id": ""}
    await noor.press(_page(state, "make_callback"), "make_callback", **typed)
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    assert "morgen 10:00: Noor de Wit belt op 06 8765 4321" in page


async def test_a_moment_that_is_taken_gives_everything_back(town: Town, noor: Browser) -> None:
    first, second = TAKEN_IN["make_callback"](town), TAKEN_IN["make_callback"](town)
    typed = {"due_at": "2027-04-06T10:00", "with_staff": THEA, "note": NOTE}
    await noor.press(_page(first, ""), "make_callback", **typed)
    refused = await noor.press(_page(second, ""), "make_callback", **typed)
    page = (await noor.get(refused.headers["location"])).text
    assert "Thea Vos heeft dan al een terugbelafspraak (10:00 tot 10:15)." in page
    assert {name: form_of(page, "make_callback").fields[name] for name in typed} == typed


async def test_a_case_is_merged_into_one_that_is_there_and_that_the_reader_may_work_on(
    town: Town, noor: Browser
) -> None:
    state = a_case_in_contact(town)
    page = await noor.press(_page(state, "merge_case"), "merge_case", into="ffffffff-0000", note=NOTE)
    assert page.status_code == 422
    assert "Er is geen lopende zaak met dit nummer." in page.text
    assert form_of(page.text, "merge_case").fields["into"] == "ffffffff-0000"
    assert town.desk.presses == []


async def test_a_case_is_not_merged_into_one_that_the_reader_may_not_see(town: Town, app: FastAPI) -> None:
    young = the_terms().model_copy(update={"route": Route.YOUNG_ADULT})
    route = RouteChosen(at=OPENED, route=Route.YOUNG_ADULT, terms=young)
    state = town.case(route, a_register_answer(next_case(town)))
    other = a_case_in_contact(town)
    town.youth_worker(StaffId("yara"))
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        page = await yara.press(_page(state, ""), "merge_case", into=other.case_id, note=NOTE)
    assert "Er is geen lopende zaak met dit nummer." in page.text


async def test_a_correction_of_the_outcome_says_why(town: Town, noor: Browser) -> None:
    state = TAKEN_IN["record_outcome"](town)
    await noor.press(_page(state, ""), "record_outcome", outcome=Outcome.SETTLES_IT_HIMSELF)
    assert town.reload(state).phase is Phase.FEEDBACK
    page = (await noor.get(_page(state, ""))).text
    assert "Uitkomst verbeteren" in page
    without = await noor.send(form_of(page, "record_outcome"), outcome=Outcome.PAID_OR_ARRANGED)
    assert "Schrijf op waarom u de uitkomst verbetert." in without.text
    await noor.send(form_of(without.text, "record_outcome"), note="Verkeerd gekozen.")
    assert [result.outcome for result in town.reload(state).outcomes] == [Outcome.PAID_OR_ARRANGED]


def _typed(town: Town, state: CaseState, kind: str) -> tuple[dict[str, str], dict[str, Any], Particulars]:
    """What is typed; what only this case has is typed and meant as the case has it."""
    typed, meant, sealed = FILLED[kind]
    if kind == "merge_case":
        into = a_case_in_contact(town).case_id
        return {"into": into, "note": NOTE}, {"into": into}, sealed
    if kind in ("record_signal_change", "split_signal"):
        signal = state.signals[-1].signal_id
        return {**typed, "signal_id": signal, "note": NOTE}, {**meant, "signal_id": signal}, sealed
    hidden = {field.name for field in FORMS[kind].questions if isinstance(field, Hidden | HiddenTick)}
    assert not hidden & set(typed)
    return {**typed, "note": NOTE}, meant, sealed


def _page(state: CaseState, kind: str) -> str:
    about = f"?persoon={HOUSEMATE}" if kind == "split_signal" else ""
    return f"/zaak/{state.case_id}{about}"


def _as_typed(value: str) -> str:
    """A value as the page writes it: the same number or amount may be written in several ways."""
    texts = {"06 8765 4321": "+31687654321", "0301234567": "+31301234567", "9902 XZ": "9902XZ", "1.234,56": "1234.56"}
    return texts.get(value, value)
