"""Whether a question to the persons register is well formed, and what the register says about it if not.

After openapi 2.7.0 and the features "fout cases", github.com/BRP-API/Haal-Centraal-BRP-bevragen.
"""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

Json = dict[str, Any]
Fault = tuple[str, str, str]
"""Code, name of the parameter, reason."""

BY_BSN, BY_ADDRESS = "RaadpleegMetBurgerservicenummer", "ZoekMetPostcodeEnHuisnummer"
BY_BIRTH, BY_NAME = "ZoekMetGeslachtsnaamEnGeboortedatum", "ZoekMetNaamEnGemeenteVanInschrijving"
AUTOMATIC = ("opschortingBijhouding", "geheimhoudingPersoonsgegevens", "inOnderzoek", "rni", "verificatie")
"""Told without being asked for; it is not allowed to ask for them."""

_MAX_FIELDS, _MAX_NUMBERS = 130, 20
_COMMON = ("type", "fields", "gemeenteVanInschrijving")
_NAMED = ("geslachtsnaam", "voornamen", "voorvoegsel", "geslacht", "inclusiefOverledenPersonen")
_PARAMETERS = {
    BY_BSN: (*_COMMON, "burgerservicenummer"),
    BY_ADDRESS: (
        *_COMMON, "postcode", "huisnummer", "huisletter", "huisnummertoevoeging",
        "geboortedatum", "geslachtsnaam", "inclusiefOverledenPersonen",
    ),
    BY_BIRTH: (*_COMMON, *_NAMED, "geboortedatum"),
    BY_NAME: (*_COMMON, *_NAMED),
}  # fmt: skip
_REQUIRED = {
    BY_ADDRESS: ("postcode", "huisnummer"),
    BY_BIRTH: ("geslachtsnaam", "geboortedatum"),
    BY_NAME: ("geslachtsnaam", "voornamen", "gemeenteVanInschrijving"),
}
_PATTERNS = {
    "gemeenteVanInschrijving": r"^[0-9]{4}$",
    "postcode": r"^[1-9]{1}[0-9]{3}[ ]?[A-Za-z]{2}$",
    "huisletter": r"^[a-zA-Z]{1}$",
    "huisnummertoevoeging": r"^[a-zA-Z0-9 \-]{1,4}$",
    "geslachtsnaam": r"^[a-zA-Z0-9À-ž \.\-\']{1,200}$|^[a-zA-Z0-9À-ž \.\-\']{3,199}\*{1}$",
    "voornamen": r"^[a-zA-Z0-9À-ž \.\-\']{1,200}$|^[a-zA-Z0-9À-ž \.\-\']{3,199}\*{1}$",
    "voorvoegsel": r"^[a-zA-Z \']{1,10}$",
    "geslacht": r"^([Mm]|[Vv]|[Oo])$",
}
_SEARCH_FIELDS = (
    "burgerservicenummer", "leeftijd", "geslacht",
    "naam", "naam.voornamen", "naam.voorletters", "naam.voorvoegsel", "naam.geslachtsnaam", "naam.volledigeNaam",
    "geboorte", "geboorte.datum",
    "adressering", "adressering.adresregel1", "adressering.adresregel2",
)  # fmt: skip
_HOME = "verblijfplaats.verblijfadres"
_PERSON_FIELDS = (
    *_SEARCH_FIELDS, "gemeenteVanInschrijving", "indicatieCurateleRegister",
    "adressering.aanhef", "adressering.aanschrijfwijze",
    "verblijfplaats", "verblijfplaats.datumVan", "verblijfplaats.indicatieVastgesteldVerblijftNietOpAdres", _HOME,
    f"{_HOME}.officieleStraatnaam", f"{_HOME}.korteStraatnaam", f"{_HOME}.huisnummer", f"{_HOME}.huisletter",
    f"{_HOME}.huisnummertoevoeging", f"{_HOME}.postcode", f"{_HOME}.woonplaats", f"{_HOME}.land",
)  # fmt: skip


class BadQuestion(Exception):
    """The question has faulty parameters."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("faulty parameters")
        self.faults = faults


def checked(body: bytes) -> Json:
    """The question, when it is one. Raises BadQuestion."""
    try:
        question = json.loads(body)
    except ValueError:
        question = None
    if not isinstance(question, dict) or "type" not in question:
        raise BadQuestion([("required", "type", "Parameter is verplicht.")])
    if question["type"] not in _PARAMETERS:
        raise BadQuestion([("value", "type", "Waarde is geen geldig zoek type.")])
    if problems := [*_unknown(question), *_faulty_fields(question), *_faulty(question)]:
        raise BadQuestion(problems)
    return question


def _unknown(question: Json) -> Iterator[Fault]:
    for name in question:
        if name not in _PARAMETERS[question["type"]]:
            yield "unknownParam", name, "Parameter is niet verwacht."


def _faulty_fields(question: Json) -> Iterator[Fault]:
    fields = question.get("fields")
    allowed = _PERSON_FIELDS if question["type"] == BY_BSN else _SEARCH_FIELDS
    yield from _faulty_list("fields", fields, _MAX_FIELDS)
    for place, path in enumerate(fields if isinstance(fields, list) else []):
        if str(path).split(".")[0] in AUTOMATIC:
            yield "fields", f"fields[{place}]", "Parameter bevat een niet toegestane veldnaam."
        elif path not in allowed:
            yield "fields", f"fields[{place}]", "Parameter bevat een niet bestaande veldnaam."


def _faulty_list(name: str, value: object, longest: int) -> Iterator[Fault]:
    match value:
        case None:
            yield "required", name, "Parameter is verplicht."
        case []:
            yield "minItems", name, "Array bevat minder dan 1 items."
        case list() if len(value) > longest:
            yield "maxItems", name, f"Array bevat meer dan {longest} items."
        case list():
            return
        case _:
            yield "array", name, "Parameter is geen array."


def _faulty(question: Json) -> Iterator[Fault]:
    for name, pattern in _PATTERNS.items():
        value = question.get(name)
        if value not in (None, "") and re.fullmatch(pattern, str(value)) is None:
            yield "pattern", name, f"Waarde voldoet niet aan patroon {pattern}."
    if question["type"] == BY_BSN:
        yield from _faulty_numbers(question.get("burgerservicenummer"))
    else:
        yield from _faulty_search(question)


def _faulty_numbers(numbers: object) -> Iterator[Fault]:
    yield from _faulty_list("burgerservicenummer", numbers, _MAX_NUMBERS)
    for place, number in enumerate(numbers if isinstance(numbers, list) else []):
        if re.fullmatch(r"[0-9]{9}", str(number)) is None:
            yield "pattern", f"burgerservicenummer[{place}]", "Waarde voldoet niet aan patroon ^[0-9]{9}$."


def _faulty_search(question: Json) -> Iterator[Fault]:
    for name in _REQUIRED[question["type"]]:
        if question.get(name) in (None, ""):
            yield "required", name, "Parameter is verplicht."
    match question.get("huisnummer"):
        case None | "":
            pass
        case int(number) if number < 1:
            yield "minimum", "huisnummer", "Waarde is lager dan minimum 1."
        case int(number) if number > 99_999:
            yield "maximum", "huisnummer", "Waarde is hoger dan maximum 99999."
        case int():
            pass
        case _:
            yield "integer", "huisnummer", "Waarde is geen geldig getal."
    if not isinstance(question.get("inclusiefOverledenPersonen", False), bool):
        yield "boolean", "inclusiefOverledenPersonen", "Waarde is geen boolean."
    try:
        date.fromisoformat(question.get("geboortedatum", "2000-01-01"))
    except (TypeError, ValueError):
        yield "date", "geboortedatum", "Waarde is geen geldige datum."
