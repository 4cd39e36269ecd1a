"""What of a case may be about somebody else than the resident who asks."""

from collections.abc import Iterable, Sequence

from adapters.case_store import CaseStore, UnknownCase
from adapters.cases_of_person import InCase
from models.case import CaseState
from models.facts import AnyFact, CaseMerged, SignalSplitOff
from models.ids import CaseId, PersonId
from policy.permissions import Staff
from web.addresses import is_secret, may_look
from web.timeline import person_of


def is_shared(state: CaseState, person: PersonId, facts: Iterable[AnyFact]) -> bool:
    """Whether the case is or was about others too: who was split off is in it no more, what was noted of them is."""
    return len(state.people) > 1 or any(
        isinstance(fact, (SignalSplitOff, CaseMerged)) or person_of(fact) not in (None, person) for fact in facts
    )


def hides_address(cases: CaseStore, found: Sequence[InCase], staff: Staff) -> bool:
    """Whether the address stays out of the whole overview: it is secret in one of the person's cases, also one that is
    not in the overview, and whoever makes it may not see it."""
    states = [state for case, _ in found if (state := _loaded(cases, case)) is not None]
    return any(is_secret(state) and not may_look(state, staff) for state in states)


def _loaded(cases: CaseStore, case: CaseId) -> CaseState | None:
    """None when it was erased meanwhile."""
    try:
        return cases.load(case)
    except UnknownCase:
        return None
