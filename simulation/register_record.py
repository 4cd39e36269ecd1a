"""What the persons register knows of a synthetic person, in the register's own shape."""

import re
from datetime import date
from typing import Any

from models.codes import RegisterResult
from models.personal import Address
from simulation.people import MUNICIPALITY, TOWN, SyntheticPerson

Json = dict[str, Any]

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli",
    "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def record_of(person: SyntheticPerson) -> Json:
    """Everything the register knows of somebody."""
    surname = person.registered_as or person.surname
    written = person.addressed_as or " ".join(filter(None, (person.initials, person.prefix, person.surname)))
    record: Json = {
        "burgerservicenummer": person.bsn.text,
        "naam": {
            "voornamen": person.first_names,
            "voorletters": person.initials,
            "voorvoegsel": person.prefix,
            "geslachtsnaam": surname,
        },
        "geboorte": {"datum": _year(person.born_in) if person.born_in else _typed(person.birth_date)},
        "leeftijd": 0 if person.born_in else None,
        "adressering": {"aanschrijfwijze": written, "aanhef": f"Geachte {written}"},
        "gemeenteVanInschrijving": {"code": MUNICIPALITY.text, "omschrijving": TOWN},
        "verblijfplaats": _lives(person),
    }
    if person.secret:
        record["geheimhoudingPersoonsgegevens"] = True
    if person.guardianship:
        record["indicatieCurateleRegister"] = True
    if person.situation is RegisterResult.DIED:
        record["opschortingBijhouding"] = {"reden": {"code": "O", "omschrijving": "overlijden"}}
    if person.situation in (RegisterResult.NOT_A_RESIDENT, RegisterResult.ABROAD):
        gone = person.abroad or person.situation is RegisterResult.ABROAD
        record |= _emigrated() if gone else _moved()
    return record


def _lives(person: SyntheticPerson) -> Json:
    match person.situation:
        case RegisterResult.RESIDENCE_UNKNOWN:
            return {"type": "VerblijfplaatsOnbekend", "datumVan": _unknown_date()}
        case RegisterResult.NOT_AT_ADDRESS:
            return _at(person.address) | {"indicatieVastgesteldVerblijftNietOpAdres": True}
        case RegisterResult.MOVED_WITHIN if person.moved_to is not None:
            return _at(person.moved_to)
        case _:
            return _at(person.address)


def _at(address: Address) -> Json:
    return {"type": "Adres", "verblijfadres": _home(address), "datumVan": _year_month(2019, 5)}


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


def _home(address: Address) -> Json:
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


def _year_month(year: int, month: int) -> Json:
    return {"type": "JaarMaandDatum", "jaar": year, "maand": month, "langFormaat": f"{_MONTHS[month - 1]} {year}"}


def _year(year: int) -> Json:
    return {"type": "JaarDatum", "jaar": year, "langFormaat": str(year)}


def _unknown_date() -> Json:
    return {"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}
