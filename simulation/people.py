"""Synthetic people of the invented municipality Zonnedijk, and how they behave.

Nobody here exists: BSNs come from the test range 999900000-999999999, postcodes and streets from nowhere, mail from
example.nl and example.org, telephone numbers from 06 12345 000-999.
"""

import functools
import itertools
import random
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from models.base import Frozen
from models.codes import AttemptResult, Daypart, RegisterResult
from models.ids import ItemId, PersonId, derived
from models.personal import Address, Mailbox, Phone, Resident
from models.values import Bsn, EmailAddress, MunicipalityCode, PhoneNumber, Postcode

MUNICIPALITY = MunicipalityCode("9901")
TOWN = "Zonnedijk"
SEED = 2025
"""The seed of the demonstration."""
BLOCK = 36
"""People come in blocks of this size, each with the same mixture of situations."""
CAPACITY = 9_000
"""More people than this do not fit in the test range of BSNs."""

_NAMES = (
    ("", "Aalbers"), ("", "Bakkerink"), ("van den", "Beemd"), ("", "Çelikay"), ("de", "Duinker"), ("", "Eelsing"),
    ("", "Fennema"), ("van", "Galenhof"), ("", "Haddioui"), ("", "Ibrahimsen"), ("", "Jonkman"), ("", "Kłosowicz"),
    ("van de", "Landweer"), ("", "Mokkenstorm"), ("", "Nguyenhuis"), ("", "Oosterveld"), ("", "Pinasari"),
    ("", "Quispelaar"), ("", "Ramdaslal"), ("", "Schuurdijk"), ("ter", "Terwogt"), ("", "Ündersma"),
    ("", "Vreeswijker"), ("", "Wagemaker"), ("van 't", "Zandpad"), ("", "Zomerdal-Kuiper"),
)  # fmt: skip
_STREETS = ("Zonnelaan", "Kadewal", "Dijkgraafhof", "Lichtbaken", "Waterloperij", "Molentocht", "Rietkraag")
_INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"


class SyntheticPerson(Frozen):
    """Somebody who does not exist, with habits. `address` is where partners believe that the person lives."""

    bsn: Bsn
    initials: str
    prefix: str = ""
    surname: str
    birth_date: date
    address: Address
    phone: PhoneNumber | None = None
    email: EmailAddress | None = None
    answers_in: Daypart | None = None
    """The daypart in which the telephone is answered; None: never."""
    has_voicemail: bool = True
    mail_refused: bool = False
    """Whether the mail server says no to the address."""
    situation: RegisterResult = RegisterResult.FOUND
    """What the register answers to whoever asks by address (SEVERAL: without birth date) or, if moved, by BSN."""
    secret: bool = False
    """Whether the register keeps the address secret."""
    abroad: bool = False
    """Where somebody who moved away (NOT_A_RESIDENT) went."""
    first_names: str = ""
    registered_as: str = ""
    """The surname in the register, when that is another one than partners use: a maiden name."""
    addressed_as: str = ""
    """How the register writes to them; empty: by initials and surname."""
    moved_to: Address | None = None
    """Where somebody lives now who moved within the municipality (MOVED_WITHIN)."""
    born_in: int | None = None
    """The year of birth, when the register knows no more than that."""
    guardianship: bool = False

    def as_resident(self, person_id: PersonId, *, with_bsn: bool, with_birth_date: bool = True) -> Resident:
        """The person as a partner would describe them."""
        return Resident(
            person_id=person_id,
            initials=self.initials,
            prefix=self.prefix,
            surname=self.surname,
            birth_date=self.birth_date if with_birth_date else None,
            bsn=self.bsn if with_bsn else None,
            address=self.address,
            phones=(Phone(id=ItemId(derived("phone", person_id)), number=self.phone),) if self.phone else (),
            mailboxes=(Mailbox(address=self.email),) if self.email else (),
        )


def population(seed: int, count: int) -> tuple[SyntheticPerson, ...]:
    """`count` people; the same seed gives the same people, and a larger count the same ones first.

    Each full block of `BLOCK` has 2 who died, 3 who moved away, 2 unknown to the register, 2 of one surname at one
    address, 2 whose mail is refused and 1 with a secret address. Raises ValueError above `CAPACITY`.
    """
    if not 0 <= count <= CAPACITY:
        raise ValueError(f"between 0 and {CAPACITY} people")
    chance = random.Random(seed)
    everyone = (person for number in itertools.count() for person in _block(chance, number * BLOCK))
    return tuple(itertools.islice(everyone, count))


def answers(person: SyntheticPerson, daypart: Daypart) -> AttemptResult:
    """What a call in this daypart meets. The dead do not answer, and neither does their voicemail."""
    if person.situation is RegisterResult.DIED:
        return AttemptResult.NO_ANSWER
    if person.answers_in is daypart:
        return AttemptResult.CONVERSATION
    return AttemptResult.VOICEMAIL if person.has_voicemail else AttemptResult.NO_ANSWER


def _block(chance: random.Random, first: int) -> Iterator[SyntheticPerson]:
    people = [_someone(chance, number) for number in range(first, first + BLOCK)]
    special = iter(chance.sample(range(BLOCK), 11))

    def change(**update: object) -> SyntheticPerson:
        place = next(special)
        people[place] = people[place].model_copy(update=update)
        return people[place]

    for _ in range(2):
        change(situation=RegisterResult.DIED)
    for abroad in (True, False, False):
        change(situation=RegisterResult.NOT_A_RESIDENT, abroad=abroad)
    for _ in range(2):
        change(situation=RegisterResult.NOT_FOUND)
    one = change(situation=RegisterResult.SEVERAL)
    change(situation=RegisterResult.SEVERAL, prefix=one.prefix, surname=one.surname, address=one.address)
    for number in range(2):
        change(mail_refused=True, email=_mailbox("volgelopen", first + number))
    # Drawn by no lot, so that everybody else stays who they were.
    usual = [
        place for place, one in enumerate(people) if one.situation is RegisterResult.FOUND and not one.mail_refused
    ]
    people[usual[-1]] = people[usual[-1]].model_copy(update={"secret": True})
    yield from people


def _someone(chance: random.Random, number: int) -> SyntheticPerson:
    prefix, surname = chance.choice(_NAMES)
    street = chance.randrange(len(_STREETS))
    mailbox = _mailbox(surname, number)
    return SyntheticPerson(
        bsn=_test_bsns()[number],
        initials="".join(f"{chance.choice(_INITIALS)}." for _ in range(chance.choice((1, 1, 2)))),
        prefix=prefix,
        surname=surname,
        birth_date=date(1945, 1, 1) + timedelta(days=chance.randrange(61 * 365)),
        address=Address(
            postcode=Postcode(f"{9990 + street}{chance.choice('AB')}{chance.choice('ABCDEFGH')}"),
            # One address for each person, so that only those meant to be housemates are.
            number=1 + number % 90_000,
            addition=chance.choice(("", "", "", "A", "2")),
            street=_STREETS[street],
            town=TOWN,
        ),
        phone=PhoneNumber(f"0612345{number % 1000:03}") if chance.random() < 0.9 else None,
        email=mailbox if chance.random() < 0.85 else None,
        answers_in=chance.choice((*Daypart, None)),
        has_voicemail=chance.random() < 0.7,
    )


def _mailbox(surname: str, number: int) -> EmailAddress:
    plain = unicodedata.normalize("NFKD", surname.lower())
    letters = "".join(letter for letter in plain if "a" <= letter <= "z")
    return EmailAddress(f"{letters}{number}@{'example.nl' if number % 3 else 'example.org'}")


@functools.cache
def _test_bsns() -> tuple[Bsn, ...]:
    """Every BSN of the test range that passes the eleven-test; the last digit follows from the others."""
    numbers = ((prefix, _check_digit(prefix)) for prefix in range(99_990_000, 100_000_000))
    return tuple(Bsn(f"{prefix}{check}") for prefix, check in numbers if check < 10)


def _check_digit(prefix: int) -> int:
    """Ten means that no digit fits."""
    weighted = zip(range(9, 1, -1), str(prefix), strict=True)
    return sum(weight * int(digit) for weight, digit in weighted) % 11
