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


def person_called(state: CaseState, known: Mapping[PersonId, Resident], asked: Asked) -> PersonId:
    """The person in the case who is known by all of it; the resident when it takes several. `known`: whoever of the
    case can still be read."""
    return next(iter(_known_by(state, known, asked)), state.resident)


def people_known_by(cases: CaseStore, state: CaseState, asked: Asked) -> list[PersonId]:
    """Everybody in the case who is known by all of it, the resident first; nobody is known by nothing."""
    found = {person.person_id: known_resident(cases, state, person.person_id) for person in state.people}
    return _known_by(state, {person: known for person, known in found.items() if known is not None}, asked)


def known_resident(cases: CaseStore, state: CaseState, person: PersonId) -> Resident | None:
    """None when nothing of them can be read any more."""
    try:
        return cases.resident(state.case_id, person)
    except (UnknownCase, Erased):
        return None


def _known_by(state: CaseState, known: Mapping[PersonId, Resident], asked: Asked) -> list[PersonId]:
    people = (person.person_id for person in state.people if person.person_id in known)
    return [person for person in people if _is_known_by(known[person], asked)]


def _is_known_by(known: Resident, asked: Asked) -> bool:
    own = set(entries_of(known))
    return bool(asked) and all(any((kind, value) in own for value in values) for kind, values in asked.items())
