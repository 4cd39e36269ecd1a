"""What a partner may be told."""

import pytest

from models.codes import FeedbackCode, Outcome
from policy.disclosure import feedback_for

TOLD = {
    Outcome.ADVICE_OR_QUICK_FIX: "afgehandeld",
    Outcome.NEVER_REACHED: "afgehandeld",
    Outcome.NO_RESPONSE_AFTER_CONTACT: "afgehandeld",
    Outcome.KNOWN_AT_DEBT_HELP: "afgehandeld",
    Outcome.OTHER_TRAJECT: "afgehandeld",
    Outcome.PAID_OR_ARRANGED: "afgehandeld",
    Outcome.DIED: "inwoner is overleden",
    Outcome.SETTLES_IT_HIMSELF: "afgehandeld",
    Outcome.NOT_PICKED_UP_OTHER: "niet opgepakt",
    Outcome.NOT_PICKED_UP_REPEAT: "herhaalde melding",
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: "onterecht signaal",
    Outcome.NOT_A_RESIDENT: "geen inwoner (meer) in de gemeente",
    Outcome.FURTHER_HELP: "afgehandeld",
    Outcome.FURTHER_HELP_FINANCIAL: "afgehandeld",
    Outcome.FURTHER_HELP_OTHER: "afgehandeld",
    Outcome.REFERRED_WITHOUT_RESIDENT: "afgehandeld",
}


@pytest.mark.parametrize("outcome", Outcome)
def test_a_partner_hears_no_more_than_the_national_standard_settles(outcome: Outcome) -> None:
    assert feedback_for(outcome) == TOLD[outcome]


def test_a_hidden_reason_is_never_told() -> None:
    assert feedback_for(Outcome.NOT_PICKED_UP_OTHER) is FeedbackCode.NOT_PICKED_UP
    assert "reden" not in feedback_for(Outcome.NOT_PICKED_UP_OTHER)
