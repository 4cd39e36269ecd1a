"""The synthetic people and what partners deliver about them."""

import csv
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from models.codes import AttemptResult, Daypart, PartnerType, RegisterResult
from models.values import Bsn, Unreadable
from simulation.deliveries import COLUMNS, PARTNERS, ZORGGOED, signals, write_csv
from simulation.people import BLOCK, CAPACITY, SEED, SyntheticPerson, answers, population

DAY = date(2025, 3, 28)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert population(SEED, BLOCK) == population(SEED, BLOCK)
    assert population(SEED, BLOCK) != population(SEED + 1, BLOCK)


def test_a_larger_population_begins_with_the_same_people() -> None:
    assert population(SEED, 3 * BLOCK + 5)[:BLOCK] == population(SEED, BLOCK)


def test_every_bsn_is_a_different_one_of_the_test_range_and_passes_the_eleven_test() -> None:
    people = population(SEED, CAPACITY)
    numbers = [Bsn.parse(person.bsn.text).text for person in people]
    assert len(set(numbers)) == CAPACITY
    assert all(999_900_000 <= int(number) <= 999_999_999 for number in numbers)
    with pytest.raises(ValueError, match="people"):
        population(SEED, CAPACITY + 1)


def test_each_block_has_its_share_of_every_situation() -> None:
    for number in range(3):
        people = population(SEED, 3 * BLOCK)[number * BLOCK : (number + 1) * BLOCK]
        assert Counter(person.situation for person in people) == {
            RegisterResult.DIED: 2,
            RegisterResult.NOT_A_RESIDENT: 3,
            RegisterResult.NOT_FOUND: 2,
            RegisterResult.SEVERAL: 2,
            RegisterResult.FOUND: BLOCK - 9,
        }
        assert sum(person.mail_refused for person in people) == 2
        [hidden] = (person for person in people if person.secret)
        assert hidden.situation is RegisterResult.FOUND and not hidden.mail_refused
        one, other = (person for person in people if person.situation is RegisterResult.SEVERAL)
        assert (one.surname, one.address) == (other.surname, other.address)


def test_only_housemates_share_an_address() -> None:
    homes = Counter(person.address.model_dump_json() for person in population(SEED, 10 * BLOCK))
    assert Counter(homes.values()) == {1: 10 * (BLOCK - 2), 2: 10}


def test_nobody_can_be_reached_in_the_real_world() -> None:
    for person in population(SEED, 500):
        assert person.phone is None or person.phone.text.startswith("+31612345")
        assert person.email is None or person.email.text.endswith(("@example.nl", "@example.org"))
        assert person.address.postcode.text.startswith("999")


def test_a_person_survives_json() -> None:
    for person in population(SEED, BLOCK):
        assert SyntheticPerson.model_validate_json(person.model_dump_json()) == person


def test_the_telephone_is_answered_in_one_daypart_and_otherwise_by_voicemail_or_nobody() -> None:
    person = population(SEED, 1)[0].model_copy(update={"answers_in": Daypart.EVENING, "has_voicemail": True})
    assert answers(person, Daypart.EVENING) is AttemptResult.CONVERSATION
    assert answers(person, Daypart.MORNING) is AttemptResult.VOICEMAIL
    silent = person.model_copy(update={"has_voicemail": False})
    assert answers(silent, Daypart.MORNING) is AttemptResult.NO_ANSWER
    dead = person.model_copy(update={"situation": RegisterResult.DIED})
    assert answers(dead, Daypart.EVENING) is AttemptResult.NO_ANSWER


def test_the_demonstration_is_forty_signals_and_two_bad_rows() -> None:
    people = population(SEED, BLOCK)
    deliveries = signals(people, SEED, signal_date=DAY)
    assert deliveries == signals(people, SEED, signal_date=DAY)
    assert [delivery.partner for delivery in deliveries] == list(PARTNERS)
    rows = [row for delivery in deliveries for row in delivery.rows]
    assert len(rows) == 42
    assert len({row["kenmerk"] for row in rows}) == 42
    homes = Counter((row["postcode"], row["huisnummer"]) for row in rows[:] if row["achternaam"][-9:] != "Wisselaar")
    assert sum(count == 2 for count in homes.values()) == 5
    assert sum(bool(row["bsn"]) and not passes(row["bsn"]) for row in rows) == 1
    assert sum(len(row["postcode"]) != 6 for row in rows) == 1


def test_a_partner_names_nobody_twice_and_only_the_insurer_uses_bsns() -> None:
    people = population(SEED, BLOCK)
    for partner, rows in signals(people, SEED, signal_date=DAY):
        assert all(bool(row["bsn"]) == (partner == ZORGGOED) for row in rows)
        homes = sorted((row["postcode"], row["huisnummer"], row["achternaam"]) for row in rows)
        assert all(one != other for one, other in pairwise(homes))


def test_the_first_signal_of_who_supplies_energy_or_water_announces_the_end_of_the_supply() -> None:
    announced = {
        partner.type: [row["einde_levering"] for row in rows if row["einde_levering"]]
        for partner, rows in signals(population(SEED, BLOCK), SEED, signal_date=DAY)
    }
    assert announced == {
        PartnerType.RENT: [],
        PartnerType.ENERGY: ["2025-04-18"],
        PartnerType.WATER: ["2025-04-18"],
        PartnerType.HEALTH: [],
    }


def test_a_few_signals_are_about_entrepreneurs() -> None:
    said = Counter(
        row["ondernemer"] for _, rows in signals(population(SEED, BLOCK), SEED, signal_date=DAY) for row in rows
    )
    assert said == {"ja": 2, "nee": 40}


def test_a_delivery_is_written_as_documented(tmp_path: Path) -> None:
    path = tmp_path / "aanleveringen" / "woonstee.csv"
    rows = signals(population(SEED, BLOCK), SEED, signal_date=DAY)[0].rows
    write_csv(path, rows)
    with path.open(encoding="utf-8", newline="") as file:
        assert file.readline().strip() == ";".join(COLUMNS)
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file, delimiter=";")) == list(rows)
    for row in rows:
        assert date.fromisoformat(row["ontstaansdatum"]) < date.fromisoformat(row["signaaldatum"]) == DAY
        assert {row["crisis"], row["warme_overdracht"]} <= {"ja", "nee"}


def passes(bsn: str) -> bool:
    try:
        Bsn.parse(bsn)
    except Unreadable:
        return False
    return True
