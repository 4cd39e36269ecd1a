"""Our finer types in the words of the national standard."""

import pytest

from models.codes import AttemptResult, Channel, ContactKind, Phase
from policy.ddas import CONTACT_KINDS, is_contact, whole_euros
from tests.builders import a_case_in, after, mail_made


def test_every_channel_has_one_national_kind() -> None:
    assert set(CONTACT_KINDS) == set(Channel)
    assert set(CONTACT_KINDS.values()) <= set(ContactKind)


@pytest.mark.parametrize("result", [AttemptResult.SENT, AttemptResult.REFUSED, AttemptResult.UNKNOWN])
def test_what_was_sent_is_an_attempt_whatever_came_of_it(result: AttemptResult) -> None:
    (attempt,) = after(a_case_in(Phase.CONTACT), mail_made(result)).attempts
    assert is_contact(attempt)


@pytest.mark.parametrize("result", [AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF])
def test_what_was_never_sent_is_none(result: AttemptResult) -> None:
    (sent,) = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT)).attempts
    assert not is_contact(sent.model_copy(update={"result": result}))


def test_amounts_are_rounded_half_a_euro_upwards() -> None:
    assert [whole_euros(cents) for cents in (0, 49, 50, 149, 150, 41_250)] == [0, 0, 1, 1, 2, 413]
