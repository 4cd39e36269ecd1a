"""For how long a partner sees its signals."""

from models.codes import Outcome, OutcomeClass
from policy.file_parts import Length
from policy.partner_view import shown_days


def test_a_signal_is_shown_no_longer_than_whichever_goes_first_of_those_that_look_alike() -> None:
    classes = {outcome: OutcomeClass.NOT_PICKED_UP for outcome in Outcome} | {
        Outcome.FURTHER_HELP: OutcomeClass.HELP,
        Outcome.NEVER_REACHED: OutcomeClass.NO_CONTACT,
    }
    told_apart = (Outcome.DIED, Outcome.NOT_PICKED_UP_OTHER)
    retention = {
        OutcomeClass.HELP: Length(months=60),
        OutcomeClass.NO_CONTACT: Length(months=6),
        OutcomeClass.NOT_PICKED_UP: Length(days=200),
    }
    assert shown_days(retention, classes) == 6 * 28
    apart = {outcome: OutcomeClass.HELP for outcome in Outcome} | dict.fromkeys(told_apart, OutcomeClass.NOT_PICKED_UP)
    assert shown_days(retention, apart) == 60 * 28
