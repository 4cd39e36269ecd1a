"""Who in a case it is that somebody on the telephone says to be."""

from collections.abc import Mapping, Sequence

from adapters.blind import IndexKind, entries_of
from adapters.case_store import CaseStore, UnknownCase
from adapters.vault import Erased
from models.case import CaseState
from models.ids import PersonId
from models.personal import Resident

Asked = Mapping[IndexKind, Sequence[str]]
"""As `adapters.blind.asked_for` gives it."""


def person_called(cases: CaseStore, state: CaseState, asked: Asked) -> PersonId:
    """The person in the case who is known by all of it; the resident when it takes several."""
    return next(iter(people_known_by(cases, state, asked)), state.resident)


def people_known_by(cases: CaseStore, state: CaseState, asked: Asked) -> list[PersonId]:
    """Everybody in the case who is known by all of it, the resident first; nobody is known by nothing."""
    people = ((person.person_id, known_resident(cases, state, person.person_id)) for person in state.people)
    return [person for person, known in people if known is not None and _is_known_by(known, asked)]


def known_resident(cases: CaseStore, state: CaseState, person: PersonId) -> Resident | None:
    """None when nothing of them can be read any more."""
    try:
        return cases.resident(state.case_id, person)
    except (UnknownCase, Erased):
        return None


def _is_known_by(known: Resident, asked: Asked) -> bool:
    own = set(entries_of(known))
    return bool(asked) and all(any((kind, value) in own for value in values) for kind, values in asked.items())
