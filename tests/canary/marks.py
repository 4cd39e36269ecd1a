"""People whose every personal value carries a mark that stands nowhere else, so that a search can find it anywhere."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from adapters.blind import name_sounds
from models.codes import RegisterResult
from models.personal import Address, Particulars
from models.values import Bsn, EmailAddress, Euro, PhoneNumber, Postcode
from simulation.deliveries import Row, SyntheticPartner, row_of
from simulation.people import SyntheticPerson

NAME = "Kanari"
"""In surnames, mail addresses, references, customer numbers, notes and what partners wrote. Also how it sounds."""
STREET = "Mërelmark"
"""Not ASCII, so that it looks different in JSON, in addresses and in old encodings."""
POSTCODE = "9987QX"
BORN = "1957-03-"
BSNS = ("999912", "999915", "999916", "999917")
"""How the BSNs of these people begin; no amount of theirs in cents does."""
PHONE = "612345"
"""How their phone numbers begin, without trunk prefix or country."""
PEOPLE = 300
"""So many there can be."""


@dataclass(frozen=True)
class Learned:
    """What becomes known of somebody while their case is open: where they live now, and who stands for them."""

    number: int

    @property
    def phones(self) -> tuple[str, str]:
        """Nine digits each: their own new one, and that of who stands for them."""
        return f"{PHONE}{self.number + PEOPLE}", f"{PHONE}{self.number + 2 * PEOPLE}"

    @property
    def told(self) -> Particulars:
        """By the resident."""
        return Particulars(
            phone=PhoneNumber(f"0{self.phones[0]}"),
            mailbox=EmailAddress(f"{NAME.lower()}nieuw{self.number:04}@example.nl"),
            preferred=True,
        )

    @property
    def moved(self) -> Particulars:
        street = f"{STREET}laan"
        return Particulars(
            address=Address(postcode=Postcode(POSTCODE), number=72_000 + self.number, street=street, town="Zonnedijk")
        )

    @property
    def amount(self) -> Particulars:
        return Particulars(amount=self._euros(9999130))

    @property
    def owed(self) -> Euro:
        """What the partner says is owed now."""
        return self._euros(9999140)

    def _euros(self, begin: int) -> Euro:
        return Euro(f"{begin + self.number // 100}.{self.number % 100:02}")

    @property
    def representative(self) -> Particulars:
        return Particulars(
            name=f"B. {NAME}voogd{self.number:04}",
            phone=PhoneNumber(f"0{self.phones[1]}"),
            mailbox=EmailAddress(f"{NAME.lower()}voogd{self.number:04}@example.nl"),
        )

    @property
    def values(self) -> dict[str, str]:
        """By kind of blind index, what they could be looked up by since."""
        address, told = self.moved.address, self.told
        assert address is not None and told.phone is not None and told.mailbox is not None
        house = f"{address.postcode.text}|{address.number}"
        return {
            "house": house,
            "address": f"{house}|",
            "phone_tail": told.phone.text[-6:],
            "mail": told.mailbox.text,
        }


@dataclass(frozen=True)
class Marked:
    """Somebody who does not exist, with the text that caseworkers write about them."""

    number: int
    person: SyntheticPerson

    @property
    def note(self) -> str:
        return (
            f"Notitie {NAME}note{self.number:04} over {self.person.surname}, belt met {self.number:04}; zie {STREET}."
        )

    @property
    def learned(self) -> Learned:
        return Learned(self.number)

    @property
    def values(self) -> dict[str, str]:
        """By kind of blind index, what a person could be looked up by."""
        person, address = self.person, self.person.address
        house = f"{address.postcode.text}|{address.number}"
        assert person.phone is not None and person.email is not None
        return {
            "bsn": person.bsn.text,
            "house": house,
            "address": f"{house}|",
            "birth_date": person.birth_date.isoformat(),
            "name_sound": name_sounds(person.surname)[0],
            "phone_tail": person.phone.text[-6:],
            "mail": person.email.text,
        }

    def reference(self, arrears: int = 1) -> str:
        """What a partner calls their arrears."""
        return f"{NAME.upper()}-REF-{self.number:04}-{arrears}"

    def row(self, partner: SyntheticPartner, signal_date: date, *, arrears: int = 1, **cells: str) -> Row:
        """The person in a partner's file; `arrears` tells one reference of theirs from another."""
        chance, reference = random.Random(self.number), self.reference(arrears)
        row = row_of(chance, partner, self.person, reference=reference, signal_date=signal_date)
        marked = {
            "klantnummer": f"{NAME.upper()}-KLANT-{self.number:04}",
            "bsn": self.person.bsn.text,
            # Enough for the route on which people are called.
            "bedrag": "640,15",
            "eigen_stappen": f"{NAME}stappen: {self.number:04} twee keer gebeld.",
        }
        return row | marked | cells


@cache
def bsns() -> tuple[str, ...]:
    """All BSNs of the test range 999900000-999999999 that pass the eleven-test."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2)
    found = []
    for prefix in range(99_990_000, 100_000_000):
        check = sum(weight * int(digit) for weight, digit in zip(weights, str(prefix), strict=True)) % 11
        if check < 10:
            found.append(f"{prefix}{check}")
    return tuple(found)


@cache
def _numbers() -> tuple[str, ...]:
    return tuple(bsn for bsn in bsns() if bsn.startswith(BSNS))


def marked(number: int, situation: RegisterResult = RegisterResult.FOUND, **changes: Any) -> Marked:
    """Person `number` (below `PEOPLE`); the same number is the same person."""
    numbers = _numbers()
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:02}")
    values: dict[str, Any] = {
        "bsn": Bsn(numbers[number]),
        "initials": "Q.",
        "surname": f"{NAME}ezang{letters}",
        "birth_date": date(1957, 3, 1) + timedelta(days=number % 30),
        "address": Address(
            postcode=Postcode(POSTCODE), number=71_000 + number, street=f"{STREET}straat", town="Zonnedijk"
        ),
        "phone": PhoneNumber(f"0{PHONE}{number:03}"),
        "email": EmailAddress(f"{NAME.lower()}{number:04}@example.nl"),
        "situation": situation,
    }
    return Marked(number, SyntheticPerson(**{**values, **changes}))
