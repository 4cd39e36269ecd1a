"""What is counted of a case that closes."""

from datetime import timedelta

import pytest

from models.case import CaseState
from models.codes import AttemptResult, Channel, NotPickedUpReason, Outcome, Phase
from models.facts import AnyFact, ContactReceived
from models.ids import PartnerId, SignalId
from models.values import Postcode
from policy.closing_counts import FirstAttempt, area, first_attempt, partners, reach, unjustified
from tests.builders import NOW, RESIDENT, a_case_in, a_signal, after, at, call_made, outcome_recorded


def contacted(*attempts: AnyFact) -> CaseState:
    return after(a_case_in(Phase.CONTACT), *attempts)


def came_in(channel: Channel) -> ContactReceived:
    return ContactReceived(at=NOW, person_id=RESIDENT, channel=channel)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, FirstAttempt.DAYS_0_3),
        (3, FirstAttempt.DAYS_0_3),
        (4, FirstAttempt.DAYS_4_7),
        (7, FirstAttempt.DAYS_4_7),
        (8, FirstAttempt.DAYS_8_14),
        (14, FirstAttempt.DAYS_8_14),
        (15, FirstAttempt.DAYS_15_28),
        (28, FirstAttempt.DAYS_15_28),
        (29, FirstAttempt.LATER),
    ],
)
def test_days_to_the_first_attempt_are_counted_in_bands(days: int, band: FirstAttempt) -> None:
    later = call_made(AttemptResult.VOICEMAIL, NOW + timedelta(days=days + 30), step="later")
    first = call_made(AttemptResult.VOICEMAIL, NOW + timedelta(days=days))
    assert first_attempt(contacted(first, later)) == band


def test_a_day_is_a_local_day() -> None:
    opened = at("2027-04-05 23:50")
    state = after(
        a_case_in(Phase.CONTACT, opened_at=opened), call_made(AttemptResult.VOICEMAIL, at("2027-04-09 00:10"))
    )
    assert first_attempt(state) is FirstAttempt.DAYS_4_7


@pytest.mark.parametrize(
    ("outcome", "reason", "kept"),
    [
        (Outcome.NOT_PICKED_UP_UNJUSTIFIED, NotPickedUpReason.LEGAL_ENTITY, "legal_entity"),
        (Outcome.NOT_PICKED_UP_UNJUSTIFIED, None, ""),
        (Outcome.NOT_PICKED_UP_OTHER, NotPickedUpReason.DETENTION, ""),
    ],
)
def test_only_why_a_signal_was_unjustified_outlives_the_case(
    outcome: Outcome, reason: NotPickedUpReason | None, kept: str
) -> None:
    [result] = contacted(outcome_recorded(outcome, reason=reason)).outcomes
    assert unjustified(result) == kept
    assert unjustified(None) == ""


def test_only_what_went_out_is_a_first_attempt() -> None:
    assert first_attempt(contacted()) is FirstAttempt.NONE
    assert first_attempt(contacted(call_made(AttemptResult.CALLED_OFF))) is FirstAttempt.NONE
    assert first_attempt(contacted(came_in(Channel.DESK))) is FirstAttempt.NONE


def test_reach_is_counted_by_kind_of_contact_and_daypart() -> None:
    state = contacted(
        call_made(AttemptResult.NO_ANSWER, at("2027-04-06 09:00"), step="a"),
        call_made(AttemptResult.VOICEMAIL, at("2027-04-07 11:59"), step="b"),
        call_made(AttemptResult.CONVERSATION, at("2027-04-08 18:00"), step="c"),
        came_in(Channel.CALL),
    )
    assert reach(state) == {"Telefoon/Ochtend": (2, 0), "Telefoon/Avond": (1, 1)}


def test_a_partner_that_reports_twice_is_one_partner() -> None:
    again = a_signal(signal_id=SignalId("signal-2"))
    other = a_signal(signal_id=SignalId("signal-3"), partner_id=PartnerId("stroomnet"))
    assert partners(a_case_in(Phase.CONTACT, signals=(a_signal(), again))) == 1
    assert partners(a_case_in(Phase.CONTACT, signals=(a_signal(), again, other))) == 2


def test_a_neighbourhood_does_not_name_a_street() -> None:
    assert area(Postcode("9990AB")) == area(Postcode("9990ZZ")) == "9990"
