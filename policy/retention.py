"""When the data of a closed case go."""

from datetime import date, datetime, timedelta

from models.case import CaseState, Hold, Retention
from models.codes import CalendarName, Outcome, OutcomeClass, RetentionStart
from models.ids import UnitId, unit_of_case
from models.terms import RetentionRule, Terms
from policy.calendar import at_local, local
from policy.deadlines import END_OF_DAY, moment_after

# Help first: its data serve a resident who is still being helped, so nothing shorter may win from it.
_ORDER = tuple(OutcomeClass)


def retention_of(state: CaseState, *, closed_at: datetime, terms: Terms) -> tuple[Retention, ...]:
    """One date for each erasure unit: every signal by its own receipt, the case when the last of them goes.

    With several outcomes the one whose data stay longest by the order of classes counts, for the whole case.
    """
    rule = _rule_of(state, terms)
    signals = tuple(
        _term(signal.unit_id, rule, _start(rule, state, closed_at, signal.received_at), terms)
        for signal in state.signals
    )
    last = max(signals, key=lambda retention: retention.due_at)
    return (*signals, last.model_copy(update={"unit_id": unit_of_case(state.case_id)}))


def retention_of_merged(state: CaseState, *, terms: Terms) -> tuple[Retention, ...]:
    """Of a case whose signals went to another one only its own unit is left: kept as if nothing more had come of it."""
    came_to = Outcome.NO_RESPONSE_AFTER_CONTACT if state.reached() else Outcome.NEVER_REACHED
    rule = next(rule for rule in terms.retention if came_to in rule.outcomes)
    started_at = min(signal.received_at for signal in state.signals)
    return (_term(unit_of_case(state.case_id), rule, started_at, terms),)


def goes_at(unit: Retention, hold: Hold | None) -> datetime:
    """When a unit is erased: on its date, and while its case is held not before the hold ends."""
    return unit.due_at if hold is None else max(unit.due_at, hold.until)


def first_day_that_holds(due_at: datetime) -> date:
    """The first day such that a hold until its end puts off what goes at that moment."""
    day = local(due_at).date()
    return day if at_local(day, END_OF_DAY) > due_at else day + timedelta(days=1)


def _rule_of(state: CaseState, terms: Terms) -> RetentionRule:
    outcomes = {result.outcome for result in state.outcomes}
    rules = [rule for rule in terms.retention if outcomes & set(rule.outcomes)]
    return min(rules, key=lambda rule: _ORDER.index(rule.outcome_class))


def _start(rule: RetentionRule, state: CaseState, closed_at: datetime, received_at: datetime) -> datetime:
    if rule.start is RetentionStart.RECEIPT:
        return received_at
    if rule.start is RetentionStart.LAST_ATTEMPT:
        return max((attempt.at for attempt in state.attempts), default=closed_at)
    # The end of help is not followed yet: a case with help is closed when the help began.
    return closed_at


def _term(unit: UnitId, rule: RetentionRule, started_at: datetime, terms: Terms) -> Retention:
    due_at, _ = moment_after(started_at, rule.term, CalendarName.ALL, terms.calendars)
    return Retention(
        unit_id=unit,
        outcome_class=rule.outcome_class,
        due_at=due_at,
        start=rule.start,
        started_at=started_at,
        term=rule.term,
        ground=rule.ground,
    )
