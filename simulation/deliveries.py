"""What the invented partners deliver: CSV files as their systems would export them.

The columns, in this order, separated by semicolons, UTF-8, dates as yyyy-mm-dd, yes and no as `ja` and `nee`, amounts
as `123,45`; everything but kenmerk, achternaam, postcode, huisnummer, bedrag and signaaldatum may be empty:

kenmerk            the partner's own reference of the signal, which comes back in the feedback
klantnummer        the resident's number with the partner
voorletters, tussenvoegsel, achternaam, geboortedatum, bsn
postcode, huisnummer, toevoeging, straat, plaats
telefoon, email
bedrag             the arrears in euros
ontstaansdatum     when the arrears began
signaaldatum       when the partner made the signal
crisis             whether the partner calls it a crisis signal
warme_overdracht   whether the partner has contact with the resident and asks for pick-up
eigen_stappen      what the partner did itself
einde_levering     the day on which the supply ends, if that was announced
ondernemer         whether the resident has a business of their own
rechtsvorm         the legal form; empty of a person
"""

import csv
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from models.codes import PartnerType, RegisterResult
from models.ids import PartnerId
from simulation.people import SyntheticPerson

COLUMNS = (
    "kenmerk", "klantnummer", "voorletters", "tussenvoegsel", "achternaam", "geboortedatum", "bsn",
    "postcode", "huisnummer", "toevoeging", "straat", "plaats", "telefoon", "email",
    "bedrag", "ontstaansdatum", "signaaldatum", "crisis", "warme_overdracht", "eigen_stappen", "einde_levering",
    "ondernemer", "rechtsvorm",
)  # fmt: skip

Row = dict[str, str]


class SyntheticPartner(NamedTuple):
    """A partner that does not exist. Only the health insurer may use BSNs."""

    partner_id: PartnerId
    name: str
    type: PartnerType
    knows_bsn: bool = False


WOONSTEE = SyntheticPartner(PartnerId("woonstee"), "Woonstee Zonnedijk", PartnerType.RENT)
LICHTKRACHT = SyntheticPartner(PartnerId("lichtkracht"), "Lichtkracht", PartnerType.ENERGY)
DIJKWATER = SyntheticPartner(PartnerId("dijkwater"), "Dijkwater", PartnerType.WATER)
ZORGGOED = SyntheticPartner(PartnerId("zorggoed"), "Zorggoed", PartnerType.HEALTH, knows_bsn=True)
PARTNERS = (WOONSTEE, LICHTKRACHT, DIJKWATER, ZORGGOED)

_WITH_TWO_PARTNERS = 5
_CUTS_OFF = frozenset({PartnerType.ENERGY, PartnerType.WATER})
_ANNOUNCED_BEFORE = timedelta(days=21)
_OWN_STEPS = (
    "2 keer gebeld, herinnering gestuurd, hulp aangeboden",
    "brief en sms gestuurd, niet bereikt",
    "huisbezoek gedaan, niemand thuis; herinnering gestuurd",
    "herinnering gestuurd, betalingsregeling aangeboden",
)


class Delivery(NamedTuple):
    """One partner's file."""

    partner: SyntheticPartner
    rows: tuple[Row, ...]


def signals(people: Sequence[SyntheticPerson], seed: int, *, signal_date: date) -> tuple[Delivery, ...]:
    """The partners' deliveries about these people, the same for the same seed: one signal for each person, two for
    five of them, and two rows that nobody can read. The first signal of who supplies energy or water announces the end
    of the supply, the second one is about an entrepreneur.

    Who moved away is delivered with a BSN (without one the register cannot say more than "not found"), and of people
    with one surname at one address only the first, without birth date.
    """
    chance = random.Random(seed)
    rows: dict[SyntheticPartner, list[Row]] = {partner: [] for partner in PARTNERS}

    def add(partner: SyntheticPartner, person: SyntheticPerson) -> None:
        reference = f"{partner.partner_id[:2].upper()}-{len(rows[partner]) + 1:04}"
        rows[partner].append(row_of(chance, partner, person, reference=reference, signal_date=signal_date))

    subjects = _subjects(people)
    for person in subjects:
        add(_partner_of(chance, person), person)
    regular = [person for person in subjects if person.situation is RegisterResult.FOUND]
    for person in chance.sample(regular, min(_WITH_TWO_PARTNERS, len(regular))):
        told = {partner for partner in PARTNERS if _names(rows[partner], person)}
        add(next(partner for partner in PARTNERS if partner not in told), person)
    _spoil(rows)
    _mark_entrepreneurs(rows)
    _announce(rows, signal_date + _ANNOUNCED_BEFORE)
    return tuple(Delivery(partner, tuple(rows[partner])) for partner in PARTNERS)


def write_csv(path: Path, rows: Iterable[Row]) -> None:
    """Writes a delivery as a partner's system does; see the head of this module."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def _subjects(people: Sequence[SyntheticPerson]) -> list[SyntheticPerson]:
    """Everybody, but one of those who share surname and address."""
    households: set[str] = set()
    subjects = []
    for person in people:
        home = person.address.model_dump_json()
        if person.situation is RegisterResult.SEVERAL and home in households:
            continue
        households.add(home)
        subjects.append(person)
    return subjects


def _partner_of(chance: random.Random, person: SyntheticPerson) -> SyntheticPartner:
    if person.situation is RegisterResult.NOT_A_RESIDENT:
        return ZORGGOED
    if person.situation is RegisterResult.SEVERAL:
        return WOONSTEE
    return chance.choice(PARTNERS)


def row_of(
    chance: random.Random,
    partner: SyntheticPartner,
    person: SyntheticPerson,
    *,
    reference: str,
    signal_date: date,
) -> Row:
    """The person's arrears as the partner's system exports them; `chance` decides amounts and dates."""
    address = person.address
    shares_surname = person.situation is RegisterResult.SEVERAL
    return {
        "kenmerk": reference,
        "klantnummer": f"K{chance.randrange(100, 1000)}-{chance.randrange(100, 1000)}",
        "voorletters": person.initials,
        "tussenvoegsel": person.prefix,
        "achternaam": person.surname,
        "geboortedatum": "" if shares_surname else person.birth_date.isoformat(),
        "bsn": person.bsn.text if partner.knows_bsn else "",
        "postcode": address.postcode.text,
        "huisnummer": str(address.number),
        "toevoeging": address.addition,
        "straat": address.street,
        "plaats": address.town,
        "telefoon": _dialled(person),
        "email": person.email.text if person.email else "",
        "bedrag": f"{chance.randrange(80, 900)},{chance.randrange(100):02}",
        "ontstaansdatum": (signal_date - timedelta(days=chance.randrange(35, 90))).isoformat(),
        "signaaldatum": signal_date.isoformat(),
        "crisis": "ja" if chance.random() < 0.05 else "nee",
        "warme_overdracht": "ja" if chance.random() < 0.1 else "nee",
        "eigen_stappen": chance.choice(_OWN_STEPS),
        "einde_levering": "",
        "ondernemer": "nee",
        "rechtsvorm": "",
    }


def _dialled(person: SyntheticPerson) -> str:
    """As people write a Dutch number."""
    return person.phone.text.replace("+316", "06-") if person.phone else ""


def _names(rows: Iterable[Row], person: SyntheticPerson) -> bool:
    home = (person.address.postcode.text, str(person.address.number))
    return any((row["postcode"], row["huisnummer"]) == home for row in rows)


def _announce(rows: dict[SyntheticPartner, list[Row]], ends: date) -> None:
    for partner, delivered in rows.items():
        if partner.type in _CUTS_OFF and delivered:
            delivered[0]["einde_levering"] = ends.isoformat()


def _mark_entrepreneurs(rows: dict[SyntheticPartner, list[Row]]) -> None:
    for partner, delivered in rows.items():
        if partner.type in _CUTS_OFF and len(delivered) > 1:
            delivered[1]["ondernemer"] = "ja"


def _spoil(rows: dict[SyntheticPartner, list[Row]]) -> None:
    """Two rows as they come in practice: an unreadable postcode, and a BSN with two digits exchanged."""
    for partner, number, update in (
        (LICHTKRACHT, "0090", {"postcode": "99 onbekend", "achternaam": "Leesbaarniet"}),
        (ZORGGOED, "0091", {"bsn": "999900060", "achternaam": "Wisselaar"}),
    ):
        if rows[partner]:
            reference = f"{partner.partner_id[:2].upper()}-{number}"
            rows[partner].append(rows[partner][0] | update | {"kenmerk": reference})
