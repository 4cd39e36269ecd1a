"""A signal about a company or foundation is nobody's: it ends by itself, and nobody is contacted."""

import pytest

from models.case import CaseState
from models.codes import (
    AttemptResult,
    DeadlineKind,
    LegalForm,
    NotPickedUpReason,
    Outcome,
    Phase,
    RegisterResult,
    Route,
)
from models.ids import SignalId
from models.steps import ChooseRoute, Conclude
from policy.legal_forms import ENTERPRISES, ENTITIES, is_enterprise, is_legal_entity
from policy.next_step import next_step
from policy.reasons import TABLE, fits, reason_of_route, reasons_of, untold_ground
from policy.receipt import is_untold, notice_owed
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    a_case_state,
    a_signal,
    after,
    call_made,
    outcome_recorded,
    register_says,
)

ENDS = Conclude(person_id=RESIDENT, outcome=Outcome.NOT_PICKED_UP_UNJUSTIFIED, reason=NotPickedUpReason.LEGAL_ENTITY)
RECORDED = outcome_recorded(Outcome.NOT_PICKED_UP_UNJUSTIFIED, reason=NotPickedUpReason.LEGAL_ENTITY)


def about_a_company(state: CaseState) -> CaseState:
    signals = tuple(signal.model_copy(update={"legal_entity": True}) for signal in state.signals)
    return state.model_copy(update={"signals": signals})


@pytest.mark.parametrize(
    ("form", "enterprise", "entity"),
    [
        (LegalForm.PERSON, False, False),
        (LegalForm.SOLE_TRADER, True, False),
        (LegalForm.GENERAL_PARTNERSHIP, True, False),
        (LegalForm.LIMITED_PARTNERSHIP, True, False),
        (LegalForm.PROFESSIONAL_PARTNERSHIP, True, False),
        (LegalForm.PRIVATE_COMPANY, False, True),
        (LegalForm.PUBLIC_COMPANY, False, True),
        (LegalForm.FOUNDATION, False, True),
        (LegalForm.ASSOCIATION, False, True),
        (LegalForm.COOPERATIVE, False, True),
        (LegalForm.MUTUAL_INSURER, False, True),
        (LegalForm.CHURCH, False, True),
    ],
)
def test_a_legal_form_is_of_people_or_of_nobody(form: LegalForm, enterprise: bool, entity: bool) -> None:
    assert (is_enterprise(form), is_legal_entity(form)) == (enterprise, entity)
    assert not ENTERPRISES & ENTITIES


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT])
def test_a_signal_about_a_company_ends_before_anything_is_done(phase: Phase) -> None:
    assert next_step(about_a_company(a_case_in(phase)), now=NOW) == ENDS


def test_a_route_is_chosen_first() -> None:
    assert next_step(about_a_company(a_case_state()), now=NOW) == ChooseRoute()


@pytest.mark.parametrize("phase", [Phase.IN_CONVERSATION, Phase.FEEDBACK])
def test_whoever_is_spoken_with_or_has_an_outcome_is_left_to_the_caseworker(phase: Phase) -> None:
    assert not isinstance(next_step(about_a_company(a_case_in(phase)), now=NOW), Conclude)


def test_of_somebody_with_a_signal_of_their_own_besides_nothing_ends() -> None:
    state = about_a_company(a_case_in(Phase.CONTACT))
    own = a_signal(signal_id=SignalId("signal-2"))
    assert next_step(state.model_copy(update={"signals": (*state.signals, own)}), now=NOW) != ENDS


def test_a_company_is_not_told_that_data_were_received() -> None:
    state = about_a_company(a_case_in(Phase.IDENTITY_CHECK))
    ended = after(state, RECORDED)
    [result] = ended.outcomes
    assert result.untold_ground == "AVG overweging 14: gegevens van een rechtspersoon zijn geen persoonsgegevens."
    assert ended.phase is Phase.FEEDBACK
    assert not is_untold(ended, ended.people[0])
    assert ended.deadline(DeadlineKind.NOTICE) is None


def test_a_caseworker_who_finds_out_later_tells_nobody_either() -> None:
    known = after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.FOUND))
    called = after(known, call_made(AttemptResult.NO_ANSWER), RECORDED)
    assert notice_owed(called) == ()
    # For any other reason somebody does hear it.
    other = outcome_recorded(Outcome.NOT_PICKED_UP_UNJUSTIFIED, reason=NotPickedUpReason.DAYS_TOO_HIGH)
    assert notice_owed(after(known, call_made(AttemptResult.NO_ANSWER), other)) == (RESIDENT,)


# --- the list of reasons ------------------------------------------------------------------------------------------


def test_every_reason_has_one_national_result() -> None:
    assert set(TABLE.results) == set(NotPickedUpReason)
    assert set(TABLE.results.values()) == {Outcome.NOT_PICKED_UP_OTHER, Outcome.NOT_PICKED_UP_UNJUSTIFIED}
    assert (TABLE.version, TABLE.standard) == ("2026-1", "1.2")


def test_the_reasons_of_a_result_are_those_that_fit_it() -> None:
    for outcome in Outcome:
        assert reasons_of(outcome) == tuple(reason for reason in NotPickedUpReason if fits(reason, outcome))


@pytest.mark.parametrize(
    ("route", "outcome", "reason"),
    [
        (Route.BELOW_THRESHOLD, Outcome.NOT_PICKED_UP_UNJUSTIFIED, NotPickedUpReason.BELOW_THRESHOLD),
        (Route.LOW_AMOUNT, Outcome.NOT_PICKED_UP_UNJUSTIFIED, NotPickedUpReason.UNJUSTIFIED_OTHER),
        (Route.KNOWN_AT_DEBT_HELP, Outcome.KNOWN_AT_DEBT_HELP, None),
    ],
)
def test_a_route_without_contact_gives_its_reason(
    route: Route, outcome: Outcome, reason: NotPickedUpReason | None
) -> None:
    assert reason_of_route(route, outcome) is reason


def test_only_of_a_legal_entity_is_there_a_ground_to_tell_nobody() -> None:
    assert [reason for reason in NotPickedUpReason if untold_ground(reason)] == [NotPickedUpReason.LEGAL_ENTITY]
    assert untold_ground(None) == ""
