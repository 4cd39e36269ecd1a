"""What the page of a file that is being looked at shows."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.signal_form import FaultyRow, ReadableRow, ReadRow
from adapters.uploads import FAULTS_SHOWN, Preview, Upload
from web import words
from web.language import said

FIELDS: tuple[tuple[str, str], ...] = (
    ("kenmerk", "Kenmerk"),
    ("klantnummer", "Klantnummer"),
    ("voorletters", "Voorletters"),
    ("tussenvoegsel", "Tussenvoegsel"),
    ("achternaam", "Achternaam"),
    ("geboortedatum", "Geboortedatum"),
    ("bsn", "BSN"),
    ("postcode", "Postcode"),
    ("huisnummer", "Huisnummer"),
    ("toevoeging", "Toevoeging"),
    ("straat", "Straat"),
    ("plaats", "Plaats"),
    ("telefoon", "Telefoon"),
    ("email", "E-mail"),
    ("bedrag", "Bedrag"),
    ("ontstaansdatum", "Achterstand sinds"),
    ("signaaldatum", "Signaaldatum"),
    ("crisis", "Crisis"),
    ("warme_overdracht", "Warme overdracht"),
    ("eigen_stappen", "Eigen stappen"),
    ("einde_levering", "Einde levering"),
    ("ondernemer", "Ondernemer"),
    ("rechtsvorm", "Rechtsvorm"),
)
"""Our columns, and their names in words."""
_NAMES: Mapping[str, str] = dict(FIELDS)


@dataclass(frozen=True)
class Field:
    """One of our columns, which column of the file it is, and how the first rows are read."""

    name: str
    text: str
    place: int
    needed: bool
    examples: str


@dataclass(frozen=True)
class Fault:
    number: int
    field: str
    reason: str


@dataclass(frozen=True)
class PreviewView:
    partner: str
    columns: tuple[tuple[int, str], ...]
    """Place and name of each column of the file."""
    fields: tuple[Field, ...]
    missing: tuple[str, ...]
    unused: tuple[str, ...]
    """Columns of the file that say something and are not read."""
    legal_entities: int
    good: int
    refused: int
    passed_over: int
    faults: tuple[Fault, ...]
    more_faults: int
    people: tuple[tuple[int, str, str, str, str], ...]
    """Row, name, address, amount and date of the first rows as they are read."""


def preview_view(upload: Upload, found: Preview, *, partner: str) -> PreviewView:
    columns = tuple((place, name or said("kolom {place}", place=place + 1)) for place, name in enumerate(found.header))
    faults = tuple(
        Fault(row.number, said(_NAMES.get(fault.field, fault.field)), fault.reason)
        for row in found.faulty
        for fault in row.faults
    )
    return PreviewView(
        partner=partner,
        columns=columns,
        fields=tuple(_field(upload, found, name, said(text)) for name, text in FIELDS),
        missing=tuple(said(_NAMES[name]) for name in found.missing),
        unused=tuple(name for place, name in columns if place in found.unused),
        legal_entities=found.legal_entities,
        good=found.good,
        refused=found.refused,
        passed_over=found.passed_over,
        faults=faults,
        more_faults=max(found.refused - FAULTS_SHOWN, 0),
        people=tuple(_read(row) for row in found.first),
    )


def _field(upload: Upload, found: Preview, name: str, text: str) -> Field:
    place = upload.mapping.get(name, -1)
    cells = [cells[place] for cells in found.first_cells if 0 <= place < len(cells) and cells[place]]
    return Field(name, text, place, name in found.missing, ", ".join(cells[:3]))


def _read(row: ReadRow) -> tuple[int, str, str, str, str]:
    if isinstance(row, FaultyRow):
        return row.number, said("wordt geweigerd"), "", "", ""
    assert isinstance(row, ReadableRow)
    signal, resident = row.signal, row.signal.resident
    address = resident.address
    home = " ".join(part for part in (address.street, str(address.number), address.addition) if part)
    place = f"{home}, {words.postcode(address.postcode)} {address.town}".rstrip()
    return (
        row.number,
        resident.name,
        place,
        words.amount(signal.amount.cents),
        words.full_day(signal.signal_date),
    )
