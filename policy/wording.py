"""What Pydantic finds wrong in a policy file, said in Dutch: what is wrong and what is allowed."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from policy.faults import Fault, Place, Wrong

_NUMBER = "hier hoort een heel getal"
_EUROS = "hier hoort een bedrag in euro's, zoals 75 of 75.50"
_KEYS = "hier horen sleutels met elk een waarde, zoals `naam: waarde`"
_DAY = "hier hoort een datum: jaar-maand-dag, zoals 2027-01-31"
_CLOCK = 'hier hoort een tijd tussen aanhalingstekens, zoals "09:00"'
_YES_OR_NO = "hier hoort true (ja) of false (nee)"
_UNNAMED = "dit kan hier niet staan: kijk in default.yaml hoe het daar staat"
_FINITE = "kies een gewoon getal"

_SAID = {
    "invalid_key": "zet deze sleutel tussen aanhalingstekens: het hoort tekst te zijn",
    "missing": "dit ontbreekt: vul het in",
    "enum": "dit kan hier niet; kies uit: {expected}",
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "int_parsing_size": _NUMBER,
    "finite_number": _FINITE,
    "greater_than_equal": "te laag: minstens {ge}",
    "less_than_equal": "te hoog: hooguit {le}",
    "string_type": "hier hoort een tekst; zet een getal tussen aanhalingstekens",
    "string_too_short": "hier hoort een tekst: leeg kan niet",
    "string_too_long": "te lang: hooguit {max_length} tekens",
    "string_pattern_mismatch": "{pattern}",
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "time_type": _CLOCK,
    "time_parsing": _CLOCK,
    "decimal_type": _EUROS,
    "decimal_parsing": _EUROS,
    "decimal_max_digits": "te hoog: hooguit 9 cijfers",
    "decimal_max_places": "hooguit twee cijfers achter de punt",
    "decimal_whole_digits": "te hoog: hooguit 7 cijfers voor de punt",
    "too_short": "leeg kan niet: noem er minstens één",
    "tuple_type": "hier hoort een lijst, zoals [een, twee]",
    "dict_type": _KEYS,
    "model_type": _KEYS,
}
"""By the kind of error."""

_PATTERNS = {
    "^[a-z0-9-]{1,40}$": "alleen kleine letters, cijfers en streepjes, hooguit 40 tekens",
    "^[a-z0-9_]{1,40}$": "alleen kleine letters, cijfers en lage streepjes, hooguit 40 tekens",
    r"^\d{1,4}([A-Z]{0,2})$": "het begin van een postcode: een tot vier cijfers, dan hooguit twee hoofdletters",
    r"^[A-Za-z0-9._%+'\-]{1,64}@([A-Za-z0-9\-]+\.)+[A-Za-z]{2,}$": "hier hoort een mailadres",
    r"^[a-z]+([-'][a-z]+)*\*?$": "één woord in kleine letters, zonder accenten; * erachter: alles wat zo begint",
    "^https://": "het adres van een pagina begint met https://",
}


def faults_in(model: type[BaseModel], found: Sequence[ErrorDetails]) -> tuple[Fault, ...]:
    """What Pydantic's errors say, each with its place."""
    places = [each["loc"] for each in found]

    def follows(each: ErrorDetails) -> bool:
        # Of a list only the right items count: with one wrong item it is called empty too.
        place = each["loc"]
        return each["type"] == "too_short" and any(place == other[: len(place)] != other for other in places)

    return tuple(fault for each in found if not follows(each) for fault in _faults_of(model, each))


def _faults_of(model: type[BaseModel], found: ErrorDetails) -> tuple[Fault, ...]:
    # Pydantic puts "[key]" behind a key that is wrong itself.
    place = tuple(part for part in found["loc"] if part != "[key]")
    context: Mapping[str, Any] = found.get("ctx", {})
    if found["type"] == "value_error":
        cause = context["error"]
        faults = cause.faults if isinstance(cause, Wrong) else (((), str(cause)),)
        return tuple(((*place, *inner), said) for inner, said in faults)
    if found["type"] == "extra_forbidden":
        return ((place, _no_such_key(str(place[-1]), _keys_at(model, place[:-1]))),)
    return (
        (
            place,
            _SAID.get(found["type"], _UNNAMED).format_map(
                {name: _allowed(name, value) for name, value in context.items()}
            ),
        ),
    )


def _allowed(name: str, value: object) -> str:
    if name == "expected":
        return ", ".join(re.findall("'([^']*)'", str(value)))
    return _PATTERNS[str(value)] if name == "pattern" else str(value)


def _no_such_key(key: str, known: list[str]) -> str:
    meant = get_close_matches(key, known, n=1)
    return "deze sleutel bestaat niet; " + (f"bedoelt u {meant[0]}?" if meant else f"wel: {', '.join(known)}")


def _keys_at(model: type[BaseModel], place: Place) -> list[str]:
    """The keys that the model knows at this place, where it has a model of its own."""
    kind: Any = model
    for part in place:
        kind = kind.model_fields[part].annotation if _is_model(kind) else _inside(kind)
        kind = next((one for one in get_args(kind) if _is_model(one)), kind) if type(None) in get_args(kind) else kind
    return list(kind.model_fields)


def _inside(kind: Any) -> Any:
    """What a mapping or a list holds."""
    return get_args(kind)[1 if get_origin(kind) is dict else 0]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
