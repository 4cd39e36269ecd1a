"""Facts that are about different things may come in any order."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from models import facts as happened
from models.case import CaseState
from models.facts import AnyFact
from policy.triage import is_due
from tests.builders import after
from tests.unit.examples import FACT_KINDS, a_fact
from tests.unit.situations import SITUATIONS
from tests.unit.soundness import only_counted

# Facts that change what nothing else looks at, with the few that they depend on, and why.
INDEPENDENT: Mapping[type[AnyFact], set[type[AnyFact]]] = {
    # The last one counts.
    happened.CaseClaimed: {happened.CaseAssigned},
    happened.CaseAssigned: {happened.CaseClaimed},
    happened.HoldSet: {happened.HoldReleased},
    happened.HoldReleased: {happened.HoldSet},
    # Before its route a case takes little.
    happened.RepresentativeRecorded: {happened.RepresentativeEnded, happened.RouteChosen},
    happened.ThreatJudged: {happened.RouteChosen},
    # What is over, or not there yet, cannot be changed.
    happened.RepresentativeEnded: {happened.RepresentativeRecorded},
    happened.SignalJoined: {happened.SignalSplitOff},
    happened.CallbackMoved: {happened.CallbackAgreed},
    happened.RepairSettled: {happened.SignalSplitOff},
    happened.PassedOn: set(),
    happened.SurvivorsOffered: set(),
    happened.FeedbackDelivered: {happened.FeedbackOwed},
    happened.ReferralAccepted: {happened.ReferralMade},
    happened.ApprovalRefused: {happened.ApprovalAsked},
}
ENDINGS = {happened.CaseClosed, happened.CaseMerged}
"""After these a case takes nothing more, whatever it is."""


@cache
def once(kind: type[AnyFact], situation: str) -> CaseState:
    """The situation after the fact."""
    return after(SITUATIONS[situation], a_fact(kind))


@cache
def does_nothing(kind: type[AnyFact], situation: str) -> bool:
    return only_counted(SITUATIONS[situation], a_fact(kind))


@pytest.mark.parametrize("kind", INDEPENDENT, ids=[kind.__name__ for kind in INDEPENDENT])
def test_what_concerns_nothing_else_may_come_before_or_after(kind: type[AnyFact]) -> None:
    for other in set(FACT_KINDS) - INDEPENDENT[kind] - ENDINGS:
        for situation in SITUATIONS:
            before = once(kind, situation)
            if does_nothing(other, situation):
                assert only_counted(before, a_fact(other)), f"{other.__name__} in {situation}"
                continue
            first, last = after(before, a_fact(other)), after(once(other, situation), a_fact(kind))
            assert first == last or _content(first) == _content(last), f"{other.__name__} in {situation}"


def _content(state: CaseState) -> dict[str, Any]:
    """What the state says, without the order in which it came to that."""
    # What a route was chosen by matters as long as it may be chosen again.
    bare = state if is_due(state) else state.model_copy(update={"triaged": ""})
    text = re.sub(r"\b(visit|in)-\d+\b", r"\1-n", bare.model_dump_json(exclude={"sequence", "terms", "routes"}))
    said = CaseState.model_validate_json(text).model_dump()
    return {name: sorted(part, key=repr) if isinstance(part, tuple) else part for name, part in said.items()}
