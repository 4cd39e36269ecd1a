"""A delivery of any size by one invented partner: the same rows for the same seed, in a mixture as partners send it."""

import itertools
import random
from collections.abc import Iterator
from datetime import date

from models.codes import RegisterResult
from simulation.deliveries import Row, SyntheticPartner, row_of
from simulation.people import CAPACITY, SEED, SyntheticPerson, population

_REPEATED, _JOINED, _REFUSED, _ENTITIES = 0.03, 0.10, 0.02, 0.02
"""Parts of all rows, about: said before; other arrears of somebody named before; unreadable; about a company."""


def many_rows(number: int, *, seed: int, partner: SyntheticPartner, signal_date: date) -> Iterator[Row]:
    """`number` rows, one at a time; of a larger number they are the first.

    Nobody is named twice whose case may end by itself meanwhile: what becomes of a row must not depend on how fast
    the rows before it are worked through.
    """
    chance, people, named = random.Random(seed), _people(), list[tuple[SyntheticPerson, Row]]()
    for place in range(1, number + 1):
        reference, lot = f"R-{place:06}", chance.random()
        if named and lot < _REPEATED:
            yield chance.choice(named)[1]
        elif named and lot < _REPEATED + _JOINED:
            yield row_of(chance, partner, chance.choice(named)[0], reference=reference, signal_date=signal_date)
        else:
            person = next(people)
            row = row_of(chance, partner, person, reference=reference, signal_date=signal_date)
            if lot > 1 - _REFUSED:
                row["postcode"] = "99 onbekend"
            elif lot > 1 - _REFUSED - _ENTITIES:
                row |= {"rechtsvorm": "bv", "voorletters": "", "tussenvoegsel": "", "geboortedatum": ""}
            elif person.situation is RegisterResult.FOUND:
                named.append((person, row))
            yield row


def _people() -> Iterator[SyntheticPerson]:
    """Everybody whom the register of the outside world knows, then people of whom it has never heard: one at each
    address."""
    known = {person.address.model_dump_json(): person for person in population(SEED, CAPACITY)}
    for further in itertools.count():
        for person in known.values():
            number = person.address.number + further * CAPACITY
            yield person.model_copy(update={"address": person.address.model_copy(update={"number": number})})
