"""Facts of every kind as chance makes them, also such as never come: whatever happens, the rules must hold."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from models.facts import AnyFact, ApprovalAsked, OutcomeRecorded
from models.ids import AppointmentId, PersonId, ProposalId, ReferralId, SignalId, StepId
from tests.builders import NEIGHBOUR, NOOR, RESIDENT, a_signal, the_terms
from tests.unit.examples import APPOINTMENT, FACT_KINDS, PROPOSAL, REFERRAL, SECOND, a_fact, a_proposal
from tests.unit.pressing import Pick
from tests.unit.situations import OTHERS

STRANGER = PersonId("stranger")
_STEPS = ("register", "mail-1", "call-1", "mail-2", "1.call-1", "1.letter-1", "extra", "notice-1", "visit-1")
SHORT_TERMS = the_terms().model_copy(
    update={"plan": the_terms().plan.model_copy(update={"steps": the_terms().plan.steps[:2]})}
)
_BY_NAME: Mapping[str, Sequence[Any]] = {
    "person_id": (RESIDENT, RESIDENT, NEIGHBOUR, STRANGER),
    "signal_id": (SignalId("signal-1"), SECOND.signal_id, SignalId("none")),
    "step_id": tuple(StepId(f"case-1.{name}") for name in _STEPS),
    "appointment_id": (APPOINTMENT, AppointmentId("none")),
    "referral_id": (REFERRAL, ReferralId("none")),
    "proposal_id": (PROPOSAL, ProposalId("none")),
    "proposal": (a_proposal(), a_proposal(person_id=NEIGHBOUR)),
    "signal": (SECOND, OTHERS, SECOND.model_copy(update={"crisis": True}), a_signal()),
    "terms": (the_terms(), SHORT_TERMS),
}


def any_fact(kind: type[AnyFact], pick: Pick) -> AnyFact:
    """A complete fact of this kind; person, ids and codes by chance."""
    choices = {name: possible for name in kind.model_fields if (possible := _possible(kind, name))}
    return _in_keeping(a_fact(kind, **{name: pick(possible) for name, possible in choices.items()}))


@st.composite
def any_facts(draw: st.DrawFn) -> AnyFact:
    """Facts of any kind."""

    def pick(things: Sequence[Any], /) -> Any:
        return draw(st.sampled_from(things))

    return any_fact(pick(FACT_KINDS), pick)


def _possible(kind: type[AnyFact], name: str) -> Sequence[Any]:
    if name in _BY_NAME:
        return _BY_NAME[name]
    annotation = kind.model_fields[name].annotation
    if annotation is bool:
        return (False, True)
    return list(annotation) if isinstance(annotation, type) and issubclass(annotation, StrEnum) else ()


def _in_keeping(fact: AnyFact) -> AnyFact:
    """What is never said is not said: a proposal is about its own person, and only people correct."""
    match fact:
        case ApprovalAsked():
            return fact.model_copy(update={"person_id": fact.proposal.command.person_id})
        case OutcomeRecorded():
            return fact.model_copy(update={"by": NOOR})
        case _:
            return fact
