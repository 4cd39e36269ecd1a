"""What a partner says of somebody beside whom the persons register knows, for whoever has to check it."""

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.documents import Documents
from adapters.vault import Erased
from models.case import CaseState
from models.codes import DocumentKind, TaskKind
from models.ids import PersonId
from models.personal import Address, RegisteredPerson, RegisterRecord, Resident
from web import words
from web.services import Services

SECRET = "geheim"
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


def both_sides(services: Services, state: CaseState, person: PersonId, resident: Resident | None) -> BothSides | None:
    """None when nothing has to be checked, or when there is nobody (left) to compare with. What it returns never
    holds a secret address."""
    if resident is None or state.task_of(TaskKind.CHECK_IDENTITY, person) is None:
        return None
    record = _record(services, person)
    if record is None or not record.people:
        return None
    return BothSides(
        asked=words.moment(record.asked_at, now=services.now()),
        columns=("De partner", *_columns(record.people)),
        rows=_rows(resident, record.people),
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
        return ("Het register",)
    return tuple(f"Het register: persoon {number}" for number in range(1, len(people) + 1))


def _rows(resident: Resident, people: Sequence[RegisteredPerson]) -> tuple[Compared, ...]:
    born = words.full_day(resident.birth_date) if resident.birth_date else _UNKNOWN
    rows = (
        ("Naam", resident.name, [one.name or _UNKNOWN for one in people]),
        ("Geboren", born, [one.born or _UNKNOWN for one in people]),
        ("Adres", _place(resident.address), [_address(one) for one in people]),
        ("Woont", _NO, [_unless_secret(one, _HOMES.get(one.lives, one.lives)) for one in people]),
        ("Sinds", _NO, [_unless_secret(one, one.since) for one in people]),
        ("Gemeente", _NO, [_unless_secret(one, one.municipality) for one in people]),
        ("Overleden", _NO, ["ja" if one.died else "nee" for one in people]),
        ("Onder curatele", _NO, ["ja" if one.guardianship else "nee" for one in people]),
    )
    return tuple(Compared(what, (partner, *register)) for what, partner, register in rows)


def _address(person: RegisteredPerson) -> str:
    return _unless_secret(person, _place(person.address) if person.address is not None else "")


def _unless_secret(person: RegisteredPerson, told: str) -> str:
    return SECRET if person.secret else told or _UNKNOWN


def _place(address: Address) -> str:
    house = " ".join(part for part in (address.street, str(address.number), address.addition) if part)
    return f"{house}, {words.postcode(address.postcode)} {address.town}".rstrip()
