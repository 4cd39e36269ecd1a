"""Names by which Temporal knows that a thing was asked before."""

from datetime import timedelta

from tests.builders import a_signal
from workflows.names import joining_id


def test_a_signal_that_comes_back_within_a_second_joins_once_more() -> None:
    first = a_signal()
    again = first.model_copy(update={"joined_at": first.joined_at + timedelta(microseconds=1)})
    assert joining_id(again) != joining_id(first)
    assert joining_id(first.model_copy()) == joining_id(first)
