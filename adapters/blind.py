"""What a unit can be found by: normalised values that the vault keeps as keyed hashes only."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from models.ids import PartnerId
from models.personal import DeliveredSignal, Resident
from policy.legal_forms import is_legal_entity

Entry = tuple["IndexKind", str]

_ENTITY = "entity|"
_TAIL = 6
_MOST_SOUNDS = 4
"""Nobody's surname has more parts than this; a list of names looks for many people at once."""


class IndexKind(StrEnum):
    """The kinds of blind index; each has a hash key of its own in each municipality."""

    BSN = "bsn"
    HOUSE = "house"
    """Postcode and house number."""
    ADDRESS = "address"
    """Postcode, house number and addition."""
    BIRTH_DATE = "birth_date"
    SURNAME_SOUND = "surname_sound"
    """Of a double name the first part only: it tells people apart."""
    NAME_SOUND = "name_sound"
    """Every part of a surname, the partner's too: somebody who calls says one of them."""
    INITIAL = "initial"
    """The first initial: nobody is found by it, but it tells people of one surname and address apart."""
    STREET = "street"
    PHONE_TAIL = "phone_tail"
    """The last six digits of a phone number."""
    CALLER = "caller"
    """The whole number of somebody who asked at the switchboard to be called back."""
    MAIL = "mail"
    PARTNER_REFERENCE = "partner_reference"
    CONTENT = "content"
    """A whole delivered row: the same row twice gives the same value."""
    OBJECTION = "objection"
    """Of whoever was right to object; in a table of its own, which no unit erases (`adapters/objection_marks.py`)."""


RECOGNISED_BY = frozenset(
    {
        IndexKind.BSN,
        IndexKind.HOUSE,
        IndexKind.ADDRESS,
        IndexKind.BIRTH_DATE,
        IndexKind.SURNAME_SOUND,
        IndexKind.INITIAL,
        IndexKind.PARTNER_REFERENCE,
    }
)
"""What tells whether two signals are about one person; all that a delivered row itself can be found by."""


def entries_of(resident: Resident, *, legal_entity: bool = False) -> list[Entry]:
    """Everything by which this resident can be found, without doubles. A legal entity is found among legal entities
    only: a company is never its owner, nor of the household where it is registered."""
    entries = list(dict.fromkeys(_of_resident(resident)))
    return [_of_entity(entry) for entry in entries] if legal_entity else entries


def signal_entries(partner: PartnerId, signal: DeliveredSignal) -> list[Entry]:
    """Everything by which a signal's resident and arrears can be recognised."""
    initial = plain(signal.resident.initials)[:1]
    entries = [
        *entries_of(signal.resident),
        reference_entry(partner, signal.partner_reference),
        *([(IndexKind.INITIAL, initial)] if initial else []),
    ]
    return [_of_entity(entry) for entry in entries] if is_legal_entity(signal.legal_form) else entries


def asked_for(
    *, surname: str = "", street: str = "", birth_date: date | None = None, phone: str = ""
) -> dict[IndexKind, tuple[str, ...]]:
    """What somebody who calls says of themselves, as what a case may be found by: of each kind one of the values. What
    says too little is left out: a prefix alone, fewer than six digits. Of a surname the first four parts count."""
    digits, road = re.sub(r"\D", "", phone), plain(street)
    said = {
        IndexKind.PHONE_TAIL: (digits[-_TAIL:],) if len(digits) >= _TAIL else (),
        IndexKind.BIRTH_DATE: (birth_date.isoformat(),) if birth_date is not None else (),
        IndexKind.STREET: tuple(dict.fromkeys((road, re.sub(r"str$", "straat", road)))) if road else (),
        IndexKind.NAME_SOUND: name_sounds(surname)[:_MOST_SOUNDS],
    }
    return {kind: values for kind, values in said.items() if values}


def reference_entry(partner: PartnerId, reference: str) -> Entry:
    """A partner's own reference of the arrears of a person."""
    return IndexKind.PARTNER_REFERENCE, f"{partner}|{plain(reference)}"


def reference_entries(partner: PartnerId, reference: str) -> tuple[Entry, Entry]:
    """The same, and that of a legal entity: who names a reference need not know which."""
    known = reference_entry(partner, reference)
    return known, _of_entity(known)


def _of_entity(entry: Entry) -> Entry:
    kind, value = entry
    return kind, f"{_ENTITY}{value}"


def plain(text: str) -> str:
    """Small letters and digits only, without accents."""
    bare = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return re.sub(r"[^a-z0-9]", "", bare.casefold())


def sound_of(surname: str) -> str:
    """How a Dutch surname sounds, roughly: `Kuijpers`, `Kuypers` and `van der Kuypers` are one, `Smid` and `Smit` too.

    Of a double name the first part counts. Empty when nothing is left.
    """
    names = _names(surname)
    return _sound(names[0]) if names else ""


def name_sounds(surname: str) -> tuple[str, ...]:
    """How each part of a surname sounds, to find somebody by: of `Smit-de Vries` both. Foreign letters count as
    the Dutch ones that people write for them, and a soft c as an s."""
    folded = surname.casefold().translate(_FOREIGN)
    softened = (re.sub(r"c(?=[eiy])", "s", name.replace("ssch", "ss")) for name in _names(folded))
    sounds = map(_sound, softened)
    return tuple(dict.fromkeys(sound for sound in sounds if sound))


def surname_in(addressed_as: str) -> str:
    """Of `de heer P.A. van den Beemd-Jansen` what comes after the initials."""
    return re.sub(r"^.*?(?:\b[A-Z][a-z]?\.)+\s*", "", addressed_as)


def _names(surname: str) -> list[str]:
    """The parts of a surname without prefixes."""
    words = (re.sub(r"^['’`]?[td]['’`]", "", word) for word in re.split(r"[\s\-–/]+", surname.casefold()))
    return [name for word in words if (name := plain(word)) and name not in _PREFIXES]


def _sound(name: str) -> str:
    for pattern, replacement in _SOUNDS:
        name = re.sub(pattern, replacement, name)
    return name


_FOREIGN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_PREFIXES = frozenset(
    "van von der den de het t ter ten te op in aan bij uit la le el al du des d s".split()  # noqa: SIM905
)
_SOUNDS = (
    (r"sch(?=$|[^aeiouy])", "s"),
    (r"(?:eij|ij|ey|ei|y)", "i"),
    (r"(?:auw|ouw|au|ou)", "o"),
    (r"ae", "a"),
    (r"oe", "u"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"(?:ch|g)", "g"),
    (r"(?:ck|qu|q|c|k)", "k"),
    (r"x", "ks"),
    (r"(?:dt|d)$", "t"),
    (r"b$", "p"),
    (r"z", "s"),
    (r"v", "f"),
    (r"(.)\1+", r"\1"),
    (r"(?<=.)h", ""),
    (r"(?<=..)(?:ens?|e)$", ""),
)


def _of_resident(resident: Resident) -> Iterator[Entry]:
    if resident.bsn is not None:
        yield IndexKind.BSN, resident.bsn.text
    address = resident.address
    house = f"{address.postcode.text}|{address.number}"
    yield IndexKind.HOUSE, house
    yield IndexKind.ADDRESS, f"{house}|{plain(address.addition)}"
    if plain(address.street):
        yield IndexKind.STREET, plain(address.street)
    if resident.birth_date is not None:
        yield IndexKind.BIRTH_DATE, resident.birth_date.isoformat()
    if sound := sound_of(resident.surname):
        yield IndexKind.SURNAME_SOUND, sound
    for name in (resident.surname, surname_in(resident.addressed_as)):
        for sound in name_sounds(name):
            yield IndexKind.NAME_SOUND, sound
    for phone in resident.phones:
        yield IndexKind.PHONE_TAIL, phone.number.text[-_TAIL:]
    for mailbox in resident.mailboxes:
        yield IndexKind.MAIL, mailbox.address.text.casefold()
