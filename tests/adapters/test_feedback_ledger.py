from datetime import timedelta

import pytest

from activities import ports
from activities.records import OwedSignal
from adapters.feedback_ledger import FeedbackLedger
from adapters.vault import Erased
from models.codes import FeedbackCode, Phase
from models.facts import FeedbackOwed
from models.ids import CaseId, PartnerId, SignalId, UnitId
from models.tables import FeedbackBatchRow, FeedbackRow
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case
from tests.builders import NOW, ZONNEDIJK, a_case_in, a_signal

WOONSTEE, STROOMNET = PartnerId("woonstee"), PartnerId("stroomnet")
LATER = NOW + timedelta(days=1)
SIGNALS = (
    a_signal(),
    a_signal(signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2")),
    a_signal(signal_id=SignalId("signal-3"), unit_id=UnitId("signal-row-3"), partner_id=STROOMNET),
)


@pytest.fixture
def ledger(databases: Databases) -> ports.FeedbackLedger:
    """One case owes two partners feedback on three signals."""
    state = a_case_in(Phase.FEEDBACK).model_copy(update={"signals": SIGNALS})
    state = store_case(databases, state)
    for signal in SIGNALS:
        state = happened(databases, state, FeedbackOwed(at=NOW, signal_id=signal.signal_id, code=FeedbackCode.HANDLED))
    return FeedbackLedger(databases.main, databases.vault)


def test_a_batch_holds_what_one_partner_is_owed(ledger: ports.FeedbackLedger) -> None:
    batch = ledger.owed(ZONNEDIJK, WOONSTEE, at=LATER)
    assert batch is not None
    case = CaseId("case-1")
    assert (batch.partner_id, batch.signals) == (
        WOONSTEE,
        tuple(
            OwedSignal(signal_id=SignalId(signal), case_id=case, code=FeedbackCode.HANDLED)
            for signal in ("signal-1", "signal-2")
        ),
    )
    assert ledger.content(batch.batch_id) == [("ref-signal-1", "afgehandeld"), ("ref-signal-2", "afgehandeld")]


def test_an_undelivered_batch_comes_first_and_does_not_grow(ledger: ports.FeedbackLedger, databases: Databases) -> None:
    with databases.main.write() as session:
        session.get_one(FeedbackRow, "signal-2").owed_at = LATER
    first = ledger.owed(ZONNEDIJK, WOONSTEE, at=NOW)
    assert first is not None
    assert ledger.owed(ZONNEDIJK, WOONSTEE, at=LATER) == first
    ledger.delivered(first.batch_id, at=LATER)
    second = ledger.owed(ZONNEDIJK, WOONSTEE, at=LATER)
    assert second is not None
    assert ([told.signal_id for told in first.signals], [told.signal_id for told in second.signals]) == (
        ["signal-1"],
        ["signal-2"],
    )


def test_more_than_a_batch_holds_leaves_in_several_by_nothing_but_their_ids(
    ledger: ports.FeedbackLedger, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.feedback_ledger.LARGEST", 1)
    with databases.main.write() as session:
        session.get_one(FeedbackRow, "signal-2").owed_at = NOW - timedelta(minutes=1)
    left = []
    while (batch := ledger.owed(ZONNEDIJK, WOONSTEE, at=LATER)) is not None:
        left.append(([told.signal_id for told in batch.signals], batch.more))
        ledger.delivered(batch.batch_id, at=LATER)
    assert left == [(["signal-1"], True), (["signal-2"], False)]


def test_when_everything_is_delivered_nothing_is_owed(ledger: ports.FeedbackLedger, databases: Databases) -> None:
    batch = ledger.owed(ZONNEDIJK, STROOMNET, at=LATER)
    assert batch is not None
    ledger.delivered(batch.batch_id, at=LATER)
    ledger.delivered(batch.batch_id, at=LATER + timedelta(days=1))
    assert ledger.owed(ZONNEDIJK, STROOMNET, at=LATER) is None
    with databases.main.read() as session:
        assert session.get_one(FeedbackRow, "signal-3").delivered_at == LATER


def test_feedback_of_later_and_of_elsewhere_is_not_owed_now(ledger: ports.FeedbackLedger) -> None:
    assert ledger.owed(ZONNEDIJK, WOONSTEE, at=NOW - timedelta(seconds=1)) is None
    assert ledger.owed(MunicipalityCode("9902"), WOONSTEE, at=LATER) is None


def test_a_batch_is_not_guessed_when_a_reference_is_gone(ledger: ports.FeedbackLedger, databases: Databases) -> None:
    batch = ledger.owed(ZONNEDIJK, STROOMNET, at=LATER)
    assert batch is not None
    databases.vault.destroy([UnitId("signal-row-3")])
    with pytest.raises(Erased):
        ledger.content(batch.batch_id)


@pytest.mark.parametrize("code", FeedbackCode)
@pytest.mark.parametrize("minutes", [0, 1, 600])
def test_whatever_is_told_and_whenever_it_was_known_it_leaves_in_the_same_batch_in_the_same_place(
    databases: Databases, code: FeedbackCode, minutes: int
) -> None:
    """A partner learns from the moment and the order of a batch nothing of what is behind a code."""
    state = store_case(databases, a_case_in(Phase.FEEDBACK).model_copy(update={"signals": SIGNALS[:2]}))
    known = {SignalId("signal-1"): (NOW + timedelta(minutes=minutes), code)}
    for signal in SIGNALS[:2]:
        at, told = known.get(signal.signal_id, (NOW + timedelta(minutes=300), FeedbackCode.HANDLED))
        state = happened(databases, state, FeedbackOwed(at=at, signal_id=signal.signal_id, code=told))
    ledger = FeedbackLedger(databases.main, databases.vault)
    batch = ledger.owed(ZONNEDIJK, WOONSTEE, at=LATER)
    assert batch is not None
    content = ledger.content(batch.batch_id)
    assert content == [("ref-signal-1", code.value), ("ref-signal-2", "afgehandeld")]
    ledger.delivered(batch.batch_id, at=LATER)
    with databases.main.read() as session:
        told_at = [session.get_one(FeedbackRow, signal.signal_id).told_at for signal in SIGNALS[:2]]
        kept = session.get_one(FeedbackBatchRow, batch.batch_id)
    assert told_at == [LATER, LATER]
    assert (kept.partner_id, kept.signals, kept.delivered_at, kept.received_at) == (WOONSTEE, 2, LATER, None)
