"""When an outcome may be recorded, and when it counts as help accepted."""

from datetime import timedelta
from typing import Any

import pytest

from models.codes import Acceptance, AttemptResult, HelpKind, NotPickedUpReason, Outcome, Phase, Role
from models.commands import HoldFirstConversation, RecordOutcome, StartHelp
from models.ids import CommandId, PersonId, StaffId
from policy.commands import refusal_at_the_door
from policy.outcomes import DEFINITIONS, HELP_OUTCOMES, acceptance_of, refusal_of_outcome, refusal_of_start
from policy.reasons import fits, reasons_of
from tests.builders import NOW, RESIDENT, a_case_in, a_case_state, after, call_made, outcome_recorded
from tests.unit.examples import a_command

EARLIER = NOW - timedelta(hours=1)


def a_form(outcome: Outcome, **answers: Any) -> RecordOutcome:
    return RecordOutcome(
        command_id=CommandId("c-1"),
        by=StaffId("noor"),
        role=Role.CASEWORKER,
        person_id=RESIDENT,
        outcome=outcome,
        **answers,
    )


def a_help_form(outcome: Outcome = Outcome.ADVICE_OR_QUICK_FIX, **answers: Any) -> RecordOutcome:
    complete = {"engaged": True, "help_kind": HelpKind.QUICK_FIX, "agreed_at": NOW, "within_30_days": True}
    return a_form(outcome, **{**complete, **answers})


ACCEPTANCE = [
    (Outcome.ADVICE_OR_QUICK_FIX, {"conversation_at": NOW}, Acceptance.ACCEPTED),
    (Outcome.ADVICE_OR_QUICK_FIX, {"conversation_at": NOW, "started_at": NOW}, Acceptance.ACCEPTED),
    (Outcome.ADVICE_OR_QUICK_FIX, {}, Acceptance.PENDING),
    (Outcome.ADVICE_OR_QUICK_FIX, {"conversation_at": NOW, "agreed_at": None}, Acceptance.PENDING),
    (Outcome.FURTHER_HELP_FINANCIAL, {"conversation_at": NOW, "started_at": NOW}, Acceptance.ACCEPTED),
    (Outcome.FURTHER_HELP_FINANCIAL, {"conversation_at": NOW}, Acceptance.PENDING),
    (Outcome.FURTHER_HELP_OTHER, {"started_at": NOW}, Acceptance.PENDING),
    (Outcome.SETTLES_IT_HIMSELF, {"conversation_at": NOW, "started_at": NOW}, Acceptance.NOT_ACCEPTED),
    (Outcome.PAID_OR_ARRANGED, {"conversation_at": NOW}, Acceptance.NOT_ACCEPTED),
]


@pytest.mark.parametrize(("outcome", "answers", "acceptance"), ACCEPTANCE)
def test_help_counts_once_the_conversation_was_held_and_the_help_began(
    outcome: Outcome, answers: dict[str, Any], acceptance: Acceptance
) -> None:
    assert acceptance_of(a_help_form(outcome, **answers)) is acceptance


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - HELP_OUTCOMES))
def test_no_other_outcome_is_an_acceptance(outcome: Outcome) -> None:
    assert acceptance_of(a_help_form(outcome, conversation_at=NOW, started_at=NOW)) is Acceptance.NOT_ACCEPTED


HELP_REFUSALS = [
    ({}, None),
    ({"engaged": None}, "Beantwoord eerst: bent u ingegaan op de persoonlijke situatie?"),
    ({"engaged": False}, "Zonder in te gaan op de persoonlijke situatie is dit ‘Inwoner regelt het zelf’."),
    ({"help_kind": None}, "Vul in welke hulp is afgesproken en wanneer."),
    ({"agreed_at": None}, "Vul in welke hulp is afgesproken en wanneer."),
    ({"within_30_days": None}, "Beantwoord eerst: kan de inwoner dit binnen 30 dagen (zelf) oplossen?"),
    (
        {"within_30_days": False},
        "Een quick fix is binnen 30 dagen op te lossen. Duurt het langer, kies dan vervolghulp.",
    ),
    ({"started_at": EARLIER}, "De hulp kan niet begonnen zijn voordat zij is afgesproken."),
    ({"started_at": NOW}, None),
]


@pytest.mark.parametrize(("answers", "refusal"), HELP_REFUSALS)
def test_help_needs_every_answer_of_its_definition(answers: dict[str, Any], refusal: str | None) -> None:
    assert refusal_of_outcome(a_case_in(Phase.IN_CONVERSATION), a_help_form(**answers)) == refusal


@pytest.mark.parametrize("outcome", [Outcome.FURTHER_HELP_FINANCIAL, Outcome.FURTHER_HELP_OTHER])
def test_further_help_may_take_longer_than_thirty_days(outcome: Outcome) -> None:
    form = a_help_form(outcome, within_30_days=False)
    assert refusal_of_outcome(a_case_in(Phase.IN_CONVERSATION), form) is None


CONTACT = "Er is al contact geweest. Kies ‘Geen reactie na eerder contact’ of een andere uitkomst."
NO_CONTACT = "Er is nog nooit contact geweest, dus er kan geen ‘eerder contact’ zijn."
REASON = "Kies waarom het signaal niet wordt opgepakt."
KIND = "Kies financieel of niet financieel: ‘Vervolghulp’ zonder soort is alleen voor overgenomen zaken."

# (outcome, refusal when nobody was ever reached, refusal after a conversation)
OTHERS: list[tuple[Outcome, str | None, str | None]] = [
    (Outcome.NEVER_REACHED, None, CONTACT),
    (Outcome.NO_RESPONSE_AFTER_CONTACT, NO_CONTACT, None),
    (Outcome.FURTHER_HELP, KIND, KIND),
    (Outcome.REFERRED_WITHOUT_RESIDENT, None, None),
    (Outcome.KNOWN_AT_DEBT_HELP, None, None),
    (Outcome.OTHER_TRAJECT, None, None),
    (Outcome.PAID_OR_ARRANGED, None, None),
    (Outcome.DIED, None, None),
    (Outcome.SETTLES_IT_HIMSELF, None, None),
    (Outcome.NOT_PICKED_UP_OTHER, REASON, REASON),
    (Outcome.NOT_PICKED_UP_REPEAT, None, None),
    (Outcome.NOT_PICKED_UP_UNJUSTIFIED, None, None),
    (Outcome.NOT_A_RESIDENT, None, None),
]


@pytest.mark.parametrize(("outcome", "never_reached", "after_contact"), OTHERS)
def test_each_other_outcome_fits_what_happened(
    outcome: Outcome, never_reached: str | None, after_contact: str | None
) -> None:
    assert refusal_of_outcome(a_case_in(Phase.CONTACT), a_form(outcome)) == never_reached
    assert refusal_of_outcome(a_case_in(Phase.IN_CONVERSATION), a_form(outcome)) == after_contact


def test_the_table_names_every_outcome() -> None:
    assert {row[0] for row in OTHERS} | HELP_OUTCOMES == set(Outcome)


def test_contact_with_somebody_else_is_not_contact_with_this_person() -> None:
    other = call_made(AttemptResult.CONVERSATION).model_copy(update={"person_id": PersonId("other")})
    state = a_case_state()
    state = state.model_copy(
        update={"people": (*state.people, state.people[0].model_copy(update={"person_id": "other"}))}
    )
    assert refusal_of_outcome(after(state, other), a_form(Outcome.NEVER_REACHED)) is None


def test_help_that_was_agreed_is_not_the_resident_settling_it() -> None:
    helped = a_form(Outcome.SETTLES_IT_HIMSELF, engaged=True, help_kind=HelpKind.PAYMENT_PLAN)
    refusal = "U bent ingegaan op de situatie en er is hulp afgesproken: dat is advies, quick fix of vervolghulp."
    assert refusal_of_outcome(a_case_in(Phase.IN_CONVERSATION), helped) == refusal
    talked = a_form(Outcome.SETTLES_IT_HIMSELF, engaged=True)
    assert refusal_of_outcome(a_case_in(Phase.IN_CONVERSATION), talked) is None


def test_every_outcome_that_may_be_chosen_has_its_definition_beside_it() -> None:
    assert set(DEFINITIONS) == set(Outcome) - {Outcome.FURTHER_HELP}


@pytest.mark.parametrize("reason", NotPickedUpReason)
@pytest.mark.parametrize("outcome", [Outcome.NOT_PICKED_UP_OTHER, Outcome.NOT_PICKED_UP_UNJUSTIFIED])
def test_with_a_reason_of_its_own_a_signal_may_be_left(outcome: Outcome, reason: NotPickedUpReason) -> None:
    refused = "De reden die u koos, hoort bij een ander resultaat. Kies een reden die erbij hoort."
    said = refusal_of_outcome(a_case_in(Phase.CONTACT), a_form(outcome, reason=reason))
    assert said == (None if fits(reason, outcome) else refused)


NEEDED = "Kies waarom het signaal onterecht is."
OF_ANOTHER = "De reden die u koos, hoort bij een ander resultaat. Kies een reden die erbij hoort."
NONE = "Bij deze uitkomst hoort geen reden. Haal de reden weg."


@pytest.mark.parametrize("reason", [None, *NotPickedUpReason])
@pytest.mark.parametrize("outcome", Outcome)
def test_a_new_outcome_comes_with_a_reason_of_its_own_and_never_with_one_of_another(
    outcome: Outcome, reason: NotPickedUpReason | None
) -> None:
    if reason is None:
        expected = NEEDED if outcome is Outcome.NOT_PICKED_UP_UNJUSTIFIED else None
    elif fits(reason, outcome):
        expected = None
    else:
        expected = OF_ANOTHER if reasons_of(outcome) else NONE
    assert refusal_at_the_door(a_case_in(Phase.IN_CONVERSATION), a_form(outcome, reason=reason)) == expected


def test_of_other_commands_nothing_is_asked_at_the_door() -> None:
    assert refusal_at_the_door(a_case_in(Phase.IN_CONVERSATION), a_command(StartHelp)) is None


@pytest.mark.parametrize(
    ("accepted_at", "refused"), [(NOW, True), (EARLIER - timedelta(days=1), False), (EARLIER, False), (None, False)]
)
def test_help_cannot_have_begun_before_it_was_agreed(accepted_at: Any, refused: bool) -> None:
    pending = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING, accepted_at=accepted_at)
    state = after(a_case_in(Phase.IN_CONVERSATION), pending)
    command = HoldFirstConversation(
        command_id=CommandId("c-2"),
        by=StaffId("noor"),
        role=Role.CASEWORKER,
        person_id=RESIDENT,
        conversation_at=EARLIER,
        started_at=EARLIER,
    )
    assert (refusal_of_start(state, command) is not None) is refused
