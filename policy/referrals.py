"""Referring a resident to somebody who helps further: made, accepted or come back, begun, reported back."""

from typing import Any

from models.case import CaseState, Referral
from models.codes import DeadlineKind, Phase, ReferralStatus, StallCause, TaskKind
from models.facts import (
    ReferralAccepted,
    ReferralEnded,
    ReferralExpired,
    ReferralMade,
    ReferralRefused,
    ReferralStarted,
)
from models.ids import PersonId
from policy.changes import QUEUE_OF_PARTY, changed, is_settled, outcome_of, terms_of, with_task, without_task_of
from policy.contact import to_record
from policy.settling import help_started

OPEN = frozenset({ReferralStatus.MADE, ReferralStatus.ACCEPTED})
"""The party has not begun and not come back."""
_News = ReferralAccepted | ReferralRefused | ReferralExpired | ReferralStarted | ReferralEnded
_OTHERS = frozenset({Phase.IDENTITY_CHECK, Phase.CONTACT})
"""Phases of the subject in which others may be spoken with."""
_TASKS = (TaskKind.ACCEPT_REFERRAL, TaskKind.START_REFERRAL)


def open_referral(state: CaseState, person_id: PersonId) -> Referral | None:
    """The referral of this person that is under way; there is one at most."""
    return next((one for one in state.referrals if one.person_id == person_id and one.status in OPEN), None)


def may_be_referred(state: CaseState, person_id: PersonId) -> bool:
    """Whether help elsewhere may be sought for this person: in conversation, or when a referral came back."""
    if state.task_of(TaskKind.DECIDE_REFERRAL, person_id) is not None:
        return True
    talking = state.phase is Phase.IN_CONVERSATION or (state.phase in _OTHERS and person_id != state.subject)
    return talking and not is_settled(state, person_id)


def referral_made(state: CaseState, fact: ReferralMade) -> CaseState:
    if open_referral(state, fact.person_id) is not None or not may_be_referred(state, fact.person_id):
        return state
    made = Referral(
        referral_id=fact.referral_id,
        person_id=fact.person_id,
        party=fact.party,
        status=ReferralStatus.MADE,
        made_at=fact.at,
        by=fact.by,
    )
    bare = without_task_of(state, fact.person_id, TaskKind.RECORD_OUTCOME, TaskKind.DECIDE_REFERRAL)
    return with_task(
        changed(bare, referrals=(*state.referrals, made)),
        TaskKind.ACCEPT_REFERRAL,
        terms_of(state).referral.acceptance,
        fact.person_id,
        fact.at,
        queue=QUEUE_OF_PARTY[fact.party],
        referral_id=fact.referral_id,
        kind_of_deadline=DeadlineKind.REFERRAL,
        # When the party does not answer, the system takes the referral back.
        cause=None,
        start_event="referral.made",
    )


def referral_accepted(state: CaseState, fact: ReferralAccepted) -> CaseState:
    known = _known(state, fact)
    if known is None or known.status is not ReferralStatus.MADE:
        return state
    accepted = _with(state, known, status=ReferralStatus.ACCEPTED)
    return with_task(
        without_task_of(accepted, fact.person_id, *_TASKS),
        TaskKind.START_REFERRAL,
        terms_of(state).referral.start,
        fact.person_id,
        fact.at,
        queue=QUEUE_OF_PARTY[known.party],
        referral_id=known.referral_id,
        kind_of_deadline=DeadlineKind.REFERRAL,
        cause=StallCause.TASK_OVERDUE,
        start_event="referral.accepted",
    )


def referral_refused(state: CaseState, fact: ReferralRefused) -> CaseState:
    return _came_back(state, fact, ReferralStatus.REFUSED)


def referral_expired(state: CaseState, fact: ReferralExpired) -> CaseState:
    return _came_back(state, fact, ReferralStatus.EXPIRED)


def referral_started(state: CaseState, fact: ReferralStarted) -> CaseState:
    """The help really began, which may make a pending acceptance count."""
    known = _known(state, fact)
    if known is None or known.status not in OPEN:
        return state
    started = _with(state, known, status=ReferralStatus.STARTED, started_at=fact.started_at)
    bare = without_task_of(started, fact.person_id, *_TASKS)
    if outcome_of(bare, fact.person_id) is None:
        return to_record(bare, fact.person_id, fact.at, code="referral.started")
    return help_started(bare, fact.person_id, started_at=fact.started_at, at=fact.at)


def referral_ended(state: CaseState, fact: ReferralEnded) -> CaseState:
    known = _known(state, fact)
    if known is None or known.status is not ReferralStatus.STARTED:
        return state
    return _with(state, known, status=ReferralStatus.ENDED)


def _came_back(state: CaseState, fact: ReferralRefused | ReferralExpired, status: ReferralStatus) -> CaseState:
    """It comes back to the caseworker, before other work."""
    known = _known(state, fact)
    if known is None or known.status not in OPEN:
        return state
    back = without_task_of(_with(state, known, status=status), fact.person_id, *_TASKS)
    expired = status is ReferralStatus.EXPIRED
    return with_task(
        back,
        TaskKind.DECIDE_REFERRAL,
        terms_of(state).referral.decision,
        fact.person_id,
        fact.at,
        code=f"referral.{status}",
        urgent=True,
        cause=StallCause.REFERRAL_NOT_ACCEPTED if expired else StallCause.TASK_OVERDUE,
        start_event="referral.came_back",
    )


def _known(state: CaseState, fact: _News) -> Referral | None:
    """The referral that the news is about."""
    told = (fact.referral_id, fact.person_id)
    return next((one for one in state.referrals if (one.referral_id, one.person_id) == told), None)


def _with(state: CaseState, known: Referral, **changes: Any) -> CaseState:
    referrals = tuple(
        one.model_copy(update=changes) if one.referral_id == known.referral_id else one for one in state.referrals
    )
    return changed(state, referrals=referrals)
