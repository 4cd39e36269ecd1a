"""The situations in which a case can be, each brought about by the facts that lead there."""

from collections.abc import Mapping
from typing import Any

from models import facts as happened
from models.case import CaseState
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    HelpKind,
    Outcome,
    Party,
    Phase,
    RegisterResult,
)
from models.facts import AnyFact
from models.ids import StepId
from models.terms import PlanStep, Terms
from policy.conclude import owed
from tests.builders import (
    NEIGHBOUR,
    NOW,
    a_case_in,
    a_signal,
    after,
    mail_made,
    outcome_recorded,
    register_says,
    route_chosen,
    signed_terms,
    the_terms,
)
from tests.unit.examples import SECOND, a_fact

OTHERS = SECOND.model_copy(update={"person_id": NEIGHBOUR})
"""A signal about somebody else at the address."""
PENDING = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING, accepted_at=NOW)
"""The resident said yes to help that has yet to begin."""
QUICK_FIX = outcome_recorded(
    Outcome.ADVICE_OR_QUICK_FIX, Acceptance.ACCEPTED, help_kind=HelpKind.QUICK_FIX, accepted_at=NOW
)


def with_plan(*channels: Channel) -> Terms:
    """Terms whose first plan has these attempts, two working days between them, the first at once."""
    waits = (the_terms().plan.steps[0].wait, *(the_terms().plan.steps[1].wait for _ in channels[1:]))
    steps = tuple(
        PlanStep(
            id=f"{channel}-{number}", channel=channel, template="" if channel in _MADE else f"{channel}-text", wait=wait
        )
        for number, (channel, wait) in enumerate(zip(channels, waits, strict=True), start=1)
    )
    return the_terms().model_copy(update={"plan": the_terms().plan.model_copy(update={"steps": steps})})


_MADE = frozenset({Channel.CALL, Channel.VISIT})


def in_contact(terms: Terms | None = None, **changes: Any) -> CaseState:
    """In contact by these terms, before the first attempt."""
    case = a_case_in(Phase.RECEIVED, **changes)
    return after(case, route_chosen(terms=terms), register_says(RegisterResult.FOUND))


def a_case_of_two(phase: Phase = Phase.CONTACT) -> CaseState:
    """The resident and their neighbour, each with a signal; the phase is the resident's."""
    return a_case_in(phase, signals=(a_signal(), OTHERS), people=_two())


def _two() -> tuple[Any, ...]:
    alone = a_case_in(Phase.RECEIVED)
    return after(alone, happened.SignalJoined(at=NOW, signal=OTHERS)).people


def _in(phase: Phase, *facts: AnyFact | type[AnyFact]) -> CaseState:
    return after(a_case_in(phase), *(fact if isinstance(fact, happened.Fact) else a_fact(fact) for fact in facts))


def _told() -> CaseState:
    state = after(a_case_in(Phase.FEEDBACK), *owed(a_case_in(Phase.FEEDBACK), at=NOW))
    return after(state, a_fact(happened.FeedbackDelivered))


_TALKING = Phase.IN_CONVERSATION
_STARTED = (happened.ReferralMade, happened.ReferralAccepted, happened.ReferralStarted)


def situations() -> Mapping[str, CaseState]:
    """All of them, under the terms that the builders have now."""
    return {
        "received": a_case_in(Phase.RECEIVED),
        "waiting": a_case_in(Phase.WAITING),
        "asking": a_case_in(Phase.IDENTITY_CHECK),
        "doubtful": _in(Phase.IDENTITY_CHECK, register_says(RegisterResult.SEVERAL)),
        "register silent": _in(Phase.IDENTITY_CHECK, happened.PartyGaveUp),
        "contact": a_case_in(Phase.CONTACT),
        "calling": _in(Phase.CONTACT, mail_made(AttemptResult.SENT)),
        "odd mail": _in(Phase.CONTACT, mail_made(AttemptResult.UNKNOWN)),
        "mail silent": _in(
            Phase.CONTACT, a_fact(happened.PartyGaveUp, party=Party.MAIL, step_id=StepId("case-1.mail-1"))
        ),
        "bounced": _in(Phase.CONTACT, mail_made(AttemptResult.SENT), happened.MessageReported),
        "visiting": in_contact(with_plan(Channel.VISIT, Channel.CALL)),
        "plan done": after(in_contact(with_plan(Channel.MAIL)), mail_made(AttemptResult.SENT)),
        "visit planned": _in(Phase.CONTACT, a_fact(happened.VisitPlanned, announced=True)),
        "doubted again": _in(
            Phase.CONTACT,
            mail_made(AttemptResult.SENT),
            a_fact(
                happened.RegisterAnswered, result=RegisterResult.NOT_AT_ADDRESS, step_id=StepId("case-1.register-1")
            ),
        ),
        "visits blocked": _in(Phase.CONTACT, mail_made(AttemptResult.SENT), happened.VisitsBlocked),
        "objecting": _in(Phase.CONTACT, happened.ObjectionMade),
        "paused": _in(Phase.CONTACT, happened.CasePaused),
        "paused talking": _in(_TALKING, happened.CasePaused),
        "represented": _in(Phase.CONTACT, happened.RepresentativeRecorded),
        "table signed": in_contact(signed_terms()),
        "may be told": after(in_contact(signed_terms()), a_fact(happened.DisclosureAllowed)),
        "rectified": after(in_contact(), a_fact(happened.PersonRectified)),
        "signed objecting": after(in_contact(signed_terms()), a_fact(happened.ObjectionMade)),
        "talking": a_case_in(_TALKING),
        "agreed": _in(_TALKING, happened.CallbackAgreed),
        "missed": _in(_TALKING, happened.CallbackAgreed, happened.CallbackMissed),
        "following up": _in(_TALKING, happened.ContactContinued),
        "referred": _in(_TALKING, happened.ReferralMade),
        "taken": _in(_TALKING, happened.ReferralMade, happened.ReferralAccepted),
        "came back": _in(_TALKING, happened.ReferralMade, happened.ReferralRefused),
        "expired": _in(_TALKING, happened.ReferralMade, happened.ReferralExpired),
        "started": _in(_TALKING, *_STARTED),
        "proposed": _in(_TALKING, happened.ApprovalAsked),
        "pending": _in(_TALKING, PENDING),
        "conversation held": _in(_TALKING, PENDING.model_copy(update={"conversation_at": NOW})),
        "held and taken": _in(
            _TALKING,
            happened.ReferralMade,
            happened.ReferralAccepted,
            PENDING.model_copy(update={"conversation_at": NOW}),
        ),
        "pending and referred": _in(_TALKING, happened.ReferralMade, PENDING),
        "to repair": after(a_case_in(_TALKING), a_fact(happened.SignalJoined), a_fact(happened.SignalSplitOff)),
        "two people": a_case_of_two(),
        "two talking": a_case_of_two(_TALKING),
        "second turn": after(a_case_of_two(_TALKING), outcome_recorded()),
        "feedback": a_case_in(Phase.FEEDBACK),
        "quick fix": _in(_TALKING, QUICK_FIX),
        "to pass on": _in(_TALKING, outcome_recorded(Outcome.NOT_A_RESIDENT)),
        "died": _in(Phase.CONTACT, happened.LifeEventReported, outcome_recorded(Outcome.DIED)),
        "told": _told(),
        "held": _in(Phase.FEEDBACK, happened.HoldSet),
        "closed": a_case_in(Phase.CLOSED),
        "merged": _in(Phase.CONTACT, happened.CaseMerged),
    }


SITUATIONS = situations()
"""By the name under which the tables list them."""
