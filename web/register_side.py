"""What a partner says of somebody beside whom the persons register knows, for whoever has to check it."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.documents import Documents
from adapters.vault import Erased
from models.case import CaseState
from models.codes import DocumentKind, TaskKind
from models.ids import PersonId
from models.personal import Address, KnownPerson, RegisteredPerson, RegisterRecord
from web import words
from web.addresses import SECRET, ShownAddress, lines_of
from web.language import said
from web.services import Services

_UNKNOWN = "niet bekend"
_NO = "–"
_HOMES = {
    "Adres": "een adres",
    "Locatie": "een plek zonder adres, zoals een ligplaats",
    "VerblijfplaatsBuitenland": "in het buitenland",
    "VerblijfplaatsOnbekend": "het register weet niet waar",
}
"""The register's own words for where somebody lives, in plain ones."""


@dataclass(frozen=True)
class Compared:
    """One thing that can be compared: its name, and what each side says of it, in the order of the columns."""

    what: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class BothSides:
    """A table with a column for the partner and one for everybody in the register who may be meant."""

    asked: str
    columns: tuple[str, ...]
    rows: tuple[Compared, ...]


def both_sides(
    services: Services, state: CaseState, person: PersonId, resident: KnownPerson | None, address: ShownAddress | None
) -> BothSides | None:
    """None when nothing has to be checked, or when there is nobody (left) to compare with. What it returns never
    holds a secret address."""
    if resident is None or address is None or state.task_of(TaskKind.CHECK_IDENTITY, person) is None:
        return None
    record = _record(services, person)
    if record is None or not record.people:
        return None
    return BothSides(
        asked=words.moment(record.asked_at, now=services.now()),
        columns=(said("De partner"), *_columns(record.people)),
        rows=_rows(resident, address, record.people),
    )


def _record(services: Services, person: PersonId) -> RegisterRecord | None:
    with services.database.read() as session:
        try:
            found = Documents(services.vault).read(session, DocumentKind.REGISTER, person)
        except Erased:
            return None
    return found if isinstance(found, RegisterRecord) else None


def _columns(people: Sequence[RegisteredPerson]) -> tuple[str, ...]:
    if len(people) == 1:
        return (said("Het register"),)
    return tuple(said("Het register: persoon {number}", number=number) for number in range(1, len(people) + 1))


def _rows(resident: KnownPerson, address: ShownAddress, people: Sequence[RegisteredPerson]) -> tuple[Compared, ...]:
    unknown, hidden = said(_UNKNOWN), said(SECRET)
    born = words.full_day(resident.birth_date) if resident.birth_date else unknown
    seen = not address.secret or bool(address.lines)

    def told(person: RegisteredPerson, what: str) -> str:
        # Where one address of the case is secret, whoever the register may mean has the same protection.
        return hidden if person.secret or not seen else what or unknown

    rows = (
        ("Naam", resident.name, [one.name or unknown for one in people]),
        ("Geboren", born, [one.born or unknown for one in people]),
        ("Adres", address.text, [told(one, _place(one.address)) for one in people]),
        ("Woont", _NO, [told(one, _home(one.lives)) for one in people]),
        ("Sinds", _NO, [told(one, one.since) for one in people]),
        ("Gemeente", _NO, [told(one, one.municipality) for one in people]),
        ("Overleden", _NO, [said("ja" if one.died else "nee") for one in people]),
        ("Onder curatele", _NO, [said("ja" if one.guardianship else "nee") for one in people]),
    )
    return tuple(Compared(said(what), (partner, *register)) for what, partner, register in rows)


def _home(lives: str) -> str:
    return said(_HOMES[lives]) if lives in _HOMES else lives


def _place(address: Address | None) -> str:
    return "" if address is None else ", ".join(lines_of(address))
