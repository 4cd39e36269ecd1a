"""What the persons register knows of a synthetic person, in the register's own shape."""

import re
from datetime import date
from typing import Any

from models.codes import RegisterResult
from simulation.people import MUNICIPALITY, TOWN, SyntheticPerson

Json = dict[str, Any]

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli",
    "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def record_of(person: SyntheticPerson) -> Json:
    """Everything the register knows of somebody."""
    record: Json = {
        "burgerservicenummer": person.bsn.text,
        "naam": {
            "voorletters": person.initials,
            "voorvoegsel": person.prefix,
            "geslachtsnaam": person.surname,
        },
        "geboorte": {"datum": _typed(person.birth_date)},
        "gemeenteVanInschrijving": {"code": MUNICIPALITY.text, "omschrijving": TOWN},
        "verblijfplaats": {"type": "Adres", "verblijfadres": _home(person)},
    }
    if person.secret:
        record["geheimhoudingPersoonsgegevens"] = True
    if person.situation is RegisterResult.DIED:
        record["opschortingBijhouding"] = {"reden": {"code": "O", "omschrijving": "overlijden"}}
    if person.situation is RegisterResult.NOT_A_RESIDENT:
        record |= _emigrated() if person.abroad else _moved()
    return record


def _emigrated() -> Json:
    return {
        "gemeenteVanInschrijving": {"code": "1999", "omschrijving": "Registratie Niet Ingezetenen (RNI)"},
        "verblijfplaats": {
            "type": "VerblijfplaatsBuitenland",
            "verblijfadres": {"land": {"code": "5010", "omschrijving": "België"}},
        },
        "opschortingBijhouding": {"reden": {"code": "E", "omschrijving": "emigratie"}},
    }


def _moved() -> Json:
    home = {"officieleStraatnaam": "Maanlaan", "korteStraatnaam": "Maanlaan", "huisnummer": 1}
    return {
        "gemeenteVanInschrijving": {"code": "9902", "omschrijving": "Maandijk"},
        "verblijfplaats": {"type": "Adres", "verblijfadres": home | {"postcode": "9980AA", "woonplaats": "Maandijk"}},
    }


def _home(person: SyntheticPerson) -> Json:
    address = person.address
    part = "huisletter" if re.fullmatch("[a-zA-Z]", address.addition) else "huisnummertoevoeging"
    return {
        "officieleStraatnaam": address.street,
        "korteStraatnaam": address.street,
        "huisnummer": address.number,
        part: address.addition,
        "postcode": address.postcode.text,
        "woonplaats": address.town,
    }


def _typed(day: date) -> Json:
    return {"type": "Datum", "datum": day.isoformat(), "langFormaat": f"{day.day} {_MONTHS[day.month - 1]} {day.year}"}
