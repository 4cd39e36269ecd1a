"""An outcome that was corrected reaches each partner once more when it had heard another one, and never otherwise."""

from datetime import datetime, timedelta

import pytest

from activities.records import OwedBatch
from adapters.feedback_ledger import FeedbackLedger
from models.case import CaseState
from models.codes import Acceptance, FeedbackCode, Outcome, Phase
from models.facts import AnyFact, FeedbackDelivered, FeedbackOwed, OutcomeRecorded
from models.ids import BatchId, PartnerId, SignalId, StaffId
from models.tables import FeedbackRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case
from tests.builders import NOW, RESIDENT, ZONNEDIJK, a_case_in

HANDLED, DIED, UNJUSTIFIED = FeedbackCode.HANDLED, FeedbackCode.DIED, FeedbackCode.UNJUSTIFIED
SIGNAL = SignalId("signal-1")
SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(days=1)


class Story:
    """A case that owes one partner feedback on one signal, and the ledger beside it."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self.ledger = FeedbackLedger(databases.main, databases.vault)
        self.state = store_case(databases, a_case_in(Phase.FEEDBACK))
        self.owes(HANDLED, NOW)

    def happens(self, *facts: AnyFact) -> None:
        self.state = happened(self._databases, self.state, *facts)

    def owes(self, code: FeedbackCode, at: datetime) -> None:
        self.happens(FeedbackOwed(at=at, signal_id=SIGNAL, code=code))

    def corrected(self, outcome: Outcome, code: FeedbackCode, at: datetime = SOON) -> None:
        """Somebody corrects the outcome, and the case says what the partner must hear by now."""
        self.happens(
            OutcomeRecorded(
                at=at,
                by=StaffId("noor"),
                person_id=RESIDENT,
                outcome=outcome,
                acceptance=Acceptance.NOT_ACCEPTED,
                corrects=True,
            )
        )
        self.owes(code, at)

    def batch(self) -> OwedBatch | None:
        """What leaves now."""
        return self.ledger.owed(ZONNEDIJK, PartnerId("woonstee"), at=LATER)

    def told(self, batch: OwedBatch) -> None:
        """The case hears that the partner took the batch."""
        code = batch.signals[0].code
        self.happens(FeedbackDelivered(at=LATER, signal_id=SIGNAL, batch_id=batch.batch_id, code=code))

    @property
    def row(self) -> FeedbackRow:
        with self._databases.main.read() as session:
            return session.get_one(FeedbackRow, SIGNAL)


@pytest.fixture
def story(databases: Databases) -> Story:
    return Story(databases)


def left(batch: OwedBatch | None) -> OwedBatch:
    assert batch is not None
    return batch


def codes(batch: OwedBatch | None) -> list[FeedbackCode]:
    return [signal.code for signal in left(batch).signals]


def is_told(state: CaseState) -> bool:
    return state.signals[0].feedback_delivered_at is not None


def test_a_correction_before_the_batch_leaves_is_all_that_the_partner_hears(story: Story) -> None:
    story.corrected(Outcome.DIED, DIED)
    batch = left(story.batch())
    assert codes(batch) == [DIED]
    story.ledger.delivered(batch.batch_id, at=LATER)
    story.told(batch)
    assert (story.batch(), is_told(story.state)) == (None, True)


def test_a_correction_while_the_batch_is_on_its_way_follows_in_the_next_one(story: Story) -> None:
    first = left(story.batch())
    story.corrected(Outcome.DIED, DIED)
    assert left(story.batch()) == first
    assert story.ledger.content(first.batch_id) == [("ref-signal-1", HANDLED)]
    story.ledger.delivered(first.batch_id, at=LATER)
    story.told(first)
    assert not is_told(story.state)
    story.owes(DIED, SOON)
    assert (story.row.batch_id, story.row.delivered_at, story.row.owed_at) == (None, None, SOON)
    assert (story.row.told_code, story.row.told_at) == (HANDLED, LATER)
    second = left(story.batch())
    assert (codes(second), second.batch_id != first.batch_id) == ([DIED], True)
    story.ledger.delivered(second.batch_id, at=LATER)
    story.told(second)
    assert (story.batch(), is_told(story.state)) == (None, True)


def test_a_correction_before_the_case_hears_that_the_batch_arrived_follows_too(story: Story) -> None:
    first = left(story.batch())
    story.ledger.delivered(first.batch_id, at=LATER)
    story.corrected(Outcome.DIED, DIED)
    assert (story.row.code, story.row.batch_id, story.row.delivered_at) == (DIED, None, None)
    story.told(first)
    story.owes(DIED, SOON)
    assert codes(story.batch()) == [DIED]


def test_a_correction_that_was_corrected_back_tells_nothing_new(story: Story) -> None:
    first = left(story.batch())
    story.ledger.delivered(first.batch_id, at=LATER)
    story.corrected(Outcome.DIED, DIED)
    story.corrected(Outcome.NEVER_REACHED, HANDLED, at=SOON + timedelta(minutes=1))
    story.told(first)
    assert (story.batch(), is_told(story.state)) == (None, True)
    assert (story.row.batch_id, story.row.delivered_at) == (first.batch_id, LATER)


def test_news_of_an_earlier_batch_does_not_touch_one_that_is_on_its_way(story: Story) -> None:
    first = left(story.batch())
    story.ledger.delivered(first.batch_id, at=LATER)
    story.corrected(Outcome.DIED, DIED)
    second = left(story.batch())
    story.told(first)
    assert (story.row.batch_id, story.row.delivered_at) == (second.batch_id, None)


def test_a_correction_with_the_same_code_tells_nothing_new(story: Story) -> None:
    first = left(story.batch())
    story.ledger.delivered(first.batch_id, at=LATER)
    story.corrected(Outcome.NEVER_REACHED, HANDLED)
    assert (story.batch(), story.row.batch_id) == (None, first.batch_id)


def test_news_that_names_no_code_counts_for_its_own_batch(story: Story) -> None:
    batch = left(story.batch())
    story.happens(FeedbackDelivered(at=LATER, signal_id=SIGNAL, batch_id=batch.batch_id))
    assert (story.row.delivered_at, story.row.batch_id) == (LATER, batch.batch_id)
    story.happens(FeedbackDelivered(at=LATER, signal_id=SIGNAL, batch_id=BatchId("another")))
    assert story.row.batch_id == batch.batch_id


def test_a_signal_that_came_from_another_case_is_owed_by_this_one(story: Story, databases: Databases) -> None:
    """The partner heard how the other case ended; how this one does, it has yet to hear."""
    batch = left(story.batch())
    story.ledger.delivered(batch.batch_id, at=LATER)
    with databases.main.write() as session:
        session.get_one(FeedbackRow, SIGNAL).case_id = "another"
    story.owes(HANDLED, SOON)
    assert (codes(story.batch()), story.row.case_id) == ([HANDLED], "case-1")
