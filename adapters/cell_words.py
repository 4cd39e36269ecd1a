"""A cell of a partner's file as the text that `signal_form` reads: what spreadsheets do to dates, numbers and zeros is
undone, as far as the column tells what was meant."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from adapters.csv_cells import plain
from adapters.table import Cell, TableRow

_DATES = frozenset({"geboortedatum", "ontstaansdatum", "signaaldatum", "einde_levering", "datum", "ontvangen_op"})
_YES_OR_NO = frozenset({"crisis", "warme_overdracht", "ondernemer"})
_YES = frozenset({"ja", "j", "true", "waar", "1", "x", "yes", "y"})
_NO = frozenset({"nee", "n", "false", "onwaar", "0", "no"})
_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet's calendar."""
_SERIALS = range(1, 80_000)
_LARGEST = 1e15
"""Below this every whole number is itself as a float."""
_AMOUNT = re.compile(r"-?\d+\.\d{1,2}")
_HOUSE = re.compile(r"\s*(\d{1,5})\s*[-/ ]?\s*([^\d\s].*|\d.*)?\s*")


def texts(row: TableRow, mapping: Mapping[str, int]) -> dict[str, str]:
    """Each mapped column's text; a cell that is not there is empty."""
    found = {column: _text(column, _at(row, place)) for column, place in mapping.items()}
    if "toevoeging" not in mapping and (house := _HOUSE.fullmatch(found.get("huisnummer", ""))) is not None:
        number, addition = house.groups()
        found |= {"huisnummer": number, "toevoeging": (addition or "").strip()}
    return found


def _at(row: TableRow, place: int) -> Cell:
    return row.cells[place] if 0 <= place < len(row.cells) else None


def _text(column: str, cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "ja" if cell else "nee"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case int() | float():
            return _of_number(column, cell)
        case str():
            # A list of refused rows of ours comes back with an apostrophe before +31.
            return _of_text(column, plain(cell.strip()))


def _of_number(column: str, number: float) -> str:
    whole = int(number) if number == number and abs(number) < _LARGEST and number == int(number) else None
    if column in _DATES and whole in _SERIALS:
        return (_EPOCH + timedelta(days=whole or 0)).isoformat()
    if column in _YES_OR_NO and whole in (0, 1):
        return "ja" if whole else "nee"
    # A whole number of hundreds of digits, which JSON may hold, is no amount, and no float either.
    if column == "bedrag" and abs(number) < _LARGEST:
        return f"{number:.2f}".replace(".", ",")
    return _of_text(column, str(number) if whole is None else str(whole))


def _of_text(column: str, text: str) -> str:
    if column == "bsn" and text.isascii() and text.isdigit():
        return text.zfill(9)
    if column == "telefoon" and re.fullmatch(r"[1-9]\d{8}", text, re.ASCII):
        return f"0{text}"
    if column == "bedrag" and _AMOUNT.fullmatch(text):
        return text.replace(".", ",")
    if column in _DATES:
        return _of_date(text)
    if column in _YES_OR_NO:
        said = text.casefold()
        return "ja" if said in _YES else "nee" if said in _NO else text
    return text


def _of_date(text: str) -> str:
    """Without the time that some systems put behind it, and with dashes."""
    day = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$", "", text)
    return re.sub(r"[./]", "-", day) if re.fullmatch(r"\d{1,4}[./]\d{1,2}[./]\d{1,4}", day, re.ASCII) else day
