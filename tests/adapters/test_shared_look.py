"""What a partner said of its signal stays with the signal, in whichever case that is."""

from datetime import date, timedelta

import pytest

from adapters.partner_signals import Window
from adapters.shared_look import SharedLooks
from models.codes import Phase, SignalChange
from models.facts import AnyFact, CaseMerged, SignalChanged, SignalJoined, SignalSplitOff
from models.ids import CaseId, PartnerId, SignalId
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case, store_signal
from tests.builders import NOW, ZONNEDIJK, a_case_in, a_case_state, a_signal

WINDOW = Window(PartnerId("woonstee"), ZONNEDIJK, NOW - timedelta(days=30), NOW + timedelta(days=30))
MOVED = SignalId("signal-2")
ELSEWHERE = CaseId("case-2")
FIRST = (date(2027, 4, 6), SignalChange.NEW_AMOUNT)
THEN = (date(2027, 4, 8), SignalChange.PAID)


def said(days: int, change: SignalChange, signal: SignalId = MOVED) -> SignalChanged:
    return SignalChanged(at=NOW + timedelta(days=days), signal_id=signal, change=change)


@pytest.mark.parametrize(
    "left",
    [
        SignalSplitOff(at=NOW + timedelta(days=2), signal_id=MOVED, wrong_person_told=False),
        CaseMerged(at=NOW + timedelta(days=2), into=ELSEWHERE),
    ],
    ids=["split", "merge"],
)
def test_what_was_said_before_a_signal_went_to_another_case_is_still_there(databases: Databases, left: AnyFact) -> None:
    state = store_case(databases, a_case_in(Phase.IN_CONVERSATION))
    moved = a_signal(signal_id=MOVED, unit_id="signal-row-2")
    store_signal(databases, moved)
    state = happened(databases, state, SignalJoined(at=NOW, signal=moved))
    state = happened(
        databases, state, said(1, SignalChange.NEW_AMOUNT), said(1, SignalChange.PAID, SignalId("signal-1"))
    )
    happened(databases, state, left)
    own = a_signal(ELSEWHERE, signal_id="signal-3", unit_id="signal-row-3")
    other = store_case(databases, a_case_state(ELSEWHERE, signals=(own,)))
    other = happened(databases, other, SignalJoined(at=NOW + timedelta(days=2), signal=moved))
    happened(databases, other, said(3, SignalChange.PAID))
    looks = SharedLooks(databases.main, databases.vault)
    (known,) = looks.look([MOVED], [WINDOW])
    assert known.changes == (FIRST, THEN)
    assert looks.look([SignalId("none")], [WINDOW]) == []
