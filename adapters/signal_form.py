"""One row of a delivery, whatever file it came in: cells in, a signal or everything that is wrong with it out.

A fault names the column and the form it must have, never the value that stood there.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeVar

from adapters.blind import plain
from adapters.legal_form_words import legal_form
from models.codes import LegalForm
from models.ids import ItemId, PersonId, RowId, derived
from models.personal import Address, DeliveredSignal, Mailbox, Phone, Resident
from models.values import Bsn, EmailAddress, Euro, PhoneNumber, Postcode, Unreadable

COLUMNS = (
    "kenmerk", "klantnummer", "voorletters", "tussenvoegsel", "achternaam", "geboortedatum", "bsn",
    "postcode", "huisnummer", "toevoeging", "straat", "plaats", "telefoon", "email",
    "bedrag", "ontstaansdatum", "signaaldatum", "crisis", "warme_overdracht", "eigen_stappen",
)  # fmt: skip
"""What every header has."""
OPTIONAL_COLUMNS = ("einde_levering", "ondernemer", "rechtsvorm")
WHOLE_ROW = "rij"
"""The field of a fault that is not about one column."""
_SHORT = 200
_LONG = 4_000
_Value = TypeVar("_Value")


class UnreadableFile(Exception):
    """The file as a whole cannot be read; nothing of it was stored. The message is a sentence for the sender."""


class Fault(NamedTuple):
    """What is wrong with one field of one row."""

    field: str
    reason: str


@dataclass(frozen=True)
class ReadableRow:
    """A row that became a signal."""

    number: int
    signal: DeliveredSignal = field(repr=False)


@dataclass(frozen=True)
class FaultyRow:
    """A row that did not, with everything that is wrong with it."""

    number: int
    faults: tuple[Fault, ...]
    cells: dict[str, str] = field(repr=False)


ReadRow = ReadableRow | FaultyRow


# --- a row --------------------------------------------------------------------------------------------------------


def read_row(number: int, cells: Mapping[str, str], *, row: RowId, today: date) -> ReadRow:
    """A row of which each cell's column is known, as text in the forms of `docs/delivery-format.md`. A column that is
    not there is an empty cell. `today` is the day on which it was received: a signal cannot be of a later day."""
    form = _Form(cells)
    signal = _signal(form, row, today)
    if signal is None or form.faults:
        return FaultyRow(number, tuple(form.faults), dict(cells))
    return ReadableRow(number, signal)


class _Form:
    """The cells of one row, and the faults found so far."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.faults: list[Fault] = []

    def optional(self, name: str, parse: Callable[[str], _Value]) -> _Value | None:
        # An optional column need not be in the header.
        text = self._cells.get(name, "").strip()
        if not text:
            return None
        try:
            return parse(text)
        except Unreadable as error:
            self.fault(name, str(error))
            return None

    def required(self, name: str, parse: Callable[[str], _Value]) -> _Value | None:
        if not self._cells.get(name, "").strip():
            self.fault(name, "dit veld is verplicht")
        return self.optional(name, parse)

    def fault(self, name: str, reason: str) -> None:
        self.faults.append(Fault(name, reason))


def _signal(form: _Form, row: RowId, today: date) -> DeliveredSignal | None:
    """None when a required field is missing or unreadable; then the form has the fault."""
    reference = form.required("kenmerk", _reference)
    customer_number = form.optional("klantnummer", _line)
    resident = _resident(form, row, today)
    amount = form.required("bedrag", _ascii(Euro.parse, "een bedrag heeft de vorm 1234,56"))
    origin_date, signal_date, end_of_supply_on = _dates(form, today)
    crisis = form.optional("crisis", _yes_or_no)
    warm_handover = form.optional("warme_overdracht", _yes_or_no)
    entrepreneur = form.optional("ondernemer", _yes_or_no)
    legal = form.optional("rechtsvorm", legal_form)
    own_steps = form.optional("eigen_stappen", _paragraphs)
    if reference is None or resident is None or amount is None or signal_date is None:
        return None
    return DeliveredSignal(
        partner_reference=reference,
        customer_number=customer_number or "",
        resident=resident,
        amount=amount,
        origin_date=origin_date,
        signal_date=signal_date,
        crisis=crisis or False,
        warm_handover=warm_handover or False,
        entrepreneur=entrepreneur or False,
        legal_form=legal or LegalForm.PERSON,
        end_of_supply_on=end_of_supply_on,
        own_steps=own_steps or "",
    )


def _resident(form: _Form, row: RowId, today: date) -> Resident | None:
    initials = form.optional("voorletters", _line)
    prefix = form.optional("tussenvoegsel", _line)
    surname = form.required("achternaam", _name)
    birth_date = form.optional("geboortedatum", read_day)
    if birth_date is not None and birth_date > today:
        form.fault("geboortedatum", "een geboortedatum ligt niet in de toekomst")
    bsn = form.optional("bsn", _ascii(Bsn.parse, "een BSN heeft 9 cijfers"))
    address = _address(form)
    phone = form.optional(
        "telefoon", _ascii(PhoneNumber.parse, "een telefoonnummer heeft 10 cijfers (of begint met + en een landnummer)")
    )
    mailbox = form.optional("email", EmailAddress.parse)
    if surname is None or address is None:
        return None
    return Resident(
        person_id=PersonId(derived("person", row)),
        initials=initials or "",
        prefix=prefix or "",
        surname=surname,
        birth_date=birth_date,
        bsn=bsn,
        address=address,
        phones=() if phone is None else (Phone(id=ItemId(derived("phone", row)), number=phone),),
        mailboxes=() if mailbox is None else (Mailbox(address=mailbox),),
    )


def _address(form: _Form) -> Address | None:
    postcode = form.required(
        "postcode", _ascii(Postcode.parse, "een postcode is vier cijfers en twee letters, bijvoorbeeld 1234 AB")
    )
    number = form.required("huisnummer", _house_number)
    addition = form.optional("toevoeging", _line)
    street = form.optional("straat", _line)
    town = form.optional("plaats", _line)
    if postcode is None or number is None:
        return None
    return Address(postcode=postcode, number=number, addition=addition or "", street=street or "", town=town or "")


def _dates(form: _Form, today: date) -> tuple[date | None, date | None, date | None]:
    """Since when, reported when, and when supply ends."""
    origin_date = form.optional("ontstaansdatum", read_day)
    signal_date = form.required("signaaldatum", read_day)
    if signal_date is not None and signal_date > today:
        form.fault("signaaldatum", "een signaaldatum ligt niet in de toekomst")
    if origin_date is not None and signal_date is not None and origin_date > signal_date:
        form.fault("ontstaansdatum", "een ontstaansdatum ligt niet na de signaaldatum")
    end_of_supply_on = form.optional("einde_levering", read_day)
    if end_of_supply_on is not None and signal_date is not None and end_of_supply_on < signal_date:
        form.fault("einde_levering", "een einde van de levering ligt niet vóór de signaaldatum")
    return origin_date, signal_date, end_of_supply_on


# --- a cell -------------------------------------------------------------------------------------------------------


def _line(text: str) -> str:
    # A line break in a name would end up in the head of a mail.
    if len(text) > _SHORT or any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in text):
        raise Unreadable(f"dit is één regel van ten hoogste {_SHORT} tekens")
    return text


def _reference(text: str) -> str:
    if not plain(text):
        raise Unreadable("een kenmerk bestaat uit letters of cijfers")
    return _line(text)


def _name(text: str) -> str:
    if not any(sign.isalpha() for sign in text):
        raise Unreadable("een achternaam bestaat uit letters")
    return _line(text)


def _paragraphs(text: str) -> str:
    if len(text) > _LONG or any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n" for sign in text):
        raise Unreadable(f"dit is gewone tekst van ten hoogste {_LONG} tekens")
    return text


def read_day(text: str) -> date:
    """A day as partners write it. Raises `Unreadable`."""
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text, re.ASCII)
    dutch = re.fullmatch(r"(\d{1,2})-(\d{1,2})-(\d{4})", text, re.ASCII)
    parts = iso.groups() if iso else dutch.groups()[::-1] if dutch else None
    try:
        if parts is not None:
            year, month, day = map(int, parts)
            return date(year, month, day)
    except ValueError:
        pass
    raise Unreadable("een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj")


def _house_number(text: str) -> int:
    if re.fullmatch(r"0{0,4}[1-9]\d{0,4}", text, re.ASCII) is None:
        raise Unreadable("een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging")
    return int(text)


def _yes_or_no(text: str) -> bool:
    match text.lower():
        case "ja":
            return True
        case "nee":
            return False
        case _:
            raise Unreadable("vul ja of nee in, of laat het leeg")


def _ascii(parse: Callable[[str], _Value], form: str) -> Callable[[str], _Value]:
    """Digits of other scripts count as digits in a pattern, and would never match the same number in ours."""

    def checked(text: str) -> _Value:
        if not text.replace("€", "").replace("\u00a0", "").isascii():
            raise Unreadable(form)
        return parse(text)

    return checked
