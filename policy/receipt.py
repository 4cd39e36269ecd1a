"""What a municipality owes from the day it received a signal: to tell the person, and not to keep the data for ever."""

from datetime import datetime

from models.case import CaseSignal, CaseState, Person
from models.codes import DeadlineKind, Phase, StallCause
from models.ids import PersonId
from policy.changes import changed, of_person, terms_of, with_deadline, without

OPEN_TO_SIGNALS = frozenset({Phase.RECEIVED, Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
"""Another signal may join until the outcome is known."""


def signal_added(state: CaseState, signal: CaseSignal) -> CaseState:
    """With the signal, its person, and what is owed from its receipt. A route must have been chosen, or come later."""
    people = state.people
    if state.person(signal.person_id) is None:
        people = (*people, Person(person_id=signal.person_id))
    added = changed(state, signals=(*state.signals, signal), people=people)
    return added if state.phase is Phase.RECEIVED else duties_counted(added)


def duties_counted(state: CaseState) -> CaseState:
    """With the deadlines that run from receipt, for the signals and people as they are now."""
    return _retained(_noticed(state))


def notified(state: CaseState, person_id: PersonId, at: datetime) -> CaseState:
    """The person knows that data were received; the first time counts."""
    told = of_person(
        state, person_id, lambda person: person.model_copy(update={"notified_at": person.notified_at or at})
    )
    return _noticed(told)


def _noticed(state: CaseState) -> CaseState:
    """GDPR art. 14: everyone must hear that data were received, counted from the first signal about them."""
    untold = {person.person_id for person in state.people if person.notified_at is None}
    receipts = [signal.received_at for signal in state.signals if signal.person_id in untold]
    # With the outcome known nobody writes to the resident any more, so the notice can no longer come from us.
    if not receipts or state.terms is None or state.phase not in OPEN_TO_SIGNALS:
        return without(state, DeadlineKind.NOTICE)
    return _counted_from(state, min(receipts), DeadlineKind.NOTICE)


def _retained(state: CaseState) -> CaseState:
    """An open case whose data reach their age must be decided on by a person."""
    return _counted_from(state, min(signal.received_at for signal in state.signals), DeadlineKind.RETENTION)


def _counted_from(state: CaseState, first: datetime, kind: DeadlineKind) -> CaseState:
    known = state.deadline(kind)
    if known is not None and known.started_at == first:
        return state
    terms = terms_of(state)
    rule, cause = {
        DeadlineKind.NOTICE: (terms.notice, StallCause.NOTICE_NOT_GIVEN),
        DeadlineKind.RETENTION: (terms.open_case_retention, StallCause.RETENTION_REACHED),
    }[kind]
    return with_deadline(state, kind, rule, start_event="signal.received", started_at=first, cause=cause)
