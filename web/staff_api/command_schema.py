"""The forms of a case as JSON: what each asks, as a JSON Schema, and from JSON back to what a form reads."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from policy.calendar import local
from web.case_forms import CaseForm
from web.forms.fields import Choice, Day, Field, Hidden, HiddenTick, Moment, Tick, When, YesNo
from web.forms.form import NOTE_LIMIT, Form
from web.forms.of_case import AddressLines, OneOf
from web.problems import Fault

Said = Mapping[str, str | bool | None]
LONGEST = 2000
"""Of one answer, in characters."""
_ADDRESS = {
    "postcode": "Postcode",
    "house_number": "Huisnummer",
    "addition": "Toevoeging",
    "street": "Straat",
    "town": "Plaats",
}
_ADDRESS_NEEDS = ("postcode", "house_number")
_MOMENT = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$"
_Schema = dict[str, Any]


def schema_of(shown: CaseForm) -> _Schema:
    """What may stand in the fields of this command now (JSON Schema 2020-12)."""
    asked: dict[str, _Schema] = {}
    for field in shown.form.questions:
        asked |= _asked(field, shown)
    only_then = [condition for field in shown.form.questions for condition in _only_then(field, shown)]
    return {
        "type": "object",
        "properties": asked,
        "required": [name for field in shown.form.questions if field.always for name in _needed(field)],
        "additionalProperties": False,
        **({"allOf": only_then} if only_then else {}),
    }


def filled_in(shown: CaseForm) -> dict[str, str | bool]:
    """What the page has filled in already, by which a command is about what was shown."""
    found: dict[str, str | bool] = {}
    for field in shown.form.questions:
        for name in field.names:
            typed = shown.typed.get(name, "")
            if isinstance(field, Tick):
                found[name] = typed == "ja"
            elif typed:
                found[name] = typed
    return found


def typed_of(form: Form, said: Said) -> tuple[dict[str, str], list[Fault]]:
    """What a form reads, and what is wrong with what was said: a name that it does not ask, an answer of another
    kind. Whether the answers are good, the form says itself."""
    fields = {name: field for field in form.questions for name in field.names}
    typed: dict[str, str] = {}
    faults = list[Fault]()
    for name, value in said.items():
        field = fields.get(name)
        if field is None:
            faults.append(Fault(plaats="body.velden", reden="er staat een veld in dat deze opdracht niet kent"))
        elif (written := _written(field, value)) is None:
            faults.append(Fault(plaats=f"body.velden.{name}", reden=_kind_of(field)))
        else:
            typed[name] = written
    return typed, faults


def note_schema(shown: CaseForm) -> _Schema:
    return {
        "type": "string",
        "title": shown.form.note.text,
        "maxLength": NOTE_LIMIT,
        **({"minLength": 1} if shown.note_required else {}),
    }


def _written(field: Field, value: str | bool | None) -> str | None:
    """As the page's form would send it; None when it is of another kind."""
    is_yes_or_no = isinstance(field, Tick | YesNo)
    match value:
        case None:
            return ""
        case bool():
            no = "" if isinstance(field, Tick) else "nee"
            return ("ja" if value else no) if is_yes_or_no else None
        case str() if len(value) > LONGEST or is_yes_or_no or "\0" in value:
            return None
        case str():
            return _local(value) if isinstance(field, Moment) else value


def _local(text: str) -> str | None:
    """A moment with an offset, as the clock on the wall told it."""
    if not text:
        return text
    if re.fullmatch(_MOMENT, text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        here = moment if moment.tzinfo is None else local(moment)
    except (ValueError, OverflowError):
        return None
    return here.replace(tzinfo=None).isoformat(timespec="minutes")


def _kind_of(field: Field) -> str:
    if isinstance(field, Tick | YesNo):
        return "hier hoort true of false"
    if isinstance(field, Moment):
        return "hier hoort een moment, zoals 2027-04-05T09:00 of met een tijdzone erachter"
    return f"hier hoort tekst, van ten hoogste {LONGEST} tekens"


def _asked(field: Field, shown: CaseForm) -> dict[str, _Schema]:
    """What may stand in each input of a question."""
    if isinstance(field, AddressLines):
        return {name: {"type": "string", "title": title, "maxLength": LONGEST} for name, title in _ADDRESS.items()}
    said = {"title": field.text, "description": field.hint}
    return {field.name: {**_kind(field, shown), **{name: text for name, text in said.items() if text}}}


def _kind(field: Field, shown: CaseForm) -> _Schema:
    match field:
        case HiddenTick():
            return {"const": shown.typed.get(field.name) == "ja"}
        case Tick() | YesNo():
            return {"type": "boolean"}
        case Hidden():
            return {"type": "string", "const": shown.typed.get(field.name, "")}
        case Choice() | OneOf():
            return {"type": "string", "oneOf": list(_choices(field, shown))}
        case Moment():
            return {"type": "string", "pattern": _MOMENT}
        case Day():
            return {"type": "string", "format": "date"}
        case _:
            return {"type": "string", "maxLength": LONGEST}


def _choices(field: Field, shown: CaseForm) -> Iterator[_Schema]:
    if not field.always:
        yield {"const": "", "title": "Niet ingevuld"}
    for value, words in field.options(shown.offered):
        yield {"const": value, "title": words}


def _needed(field: Field) -> tuple[str, ...]:
    return _ADDRESS_NEEDS if isinstance(field, AddressLines) else field.names


def _only_then(field: Field, shown: CaseForm) -> Iterator[_Schema]:
    """That a question must be answered when another one has a certain answer."""
    if field.missing and field.when is not None and not (isinstance(field, OneOf) and not field.options(shown.offered)):
        yield {"if": _holds(field.when, shown.form), "then": {"required": list(_needed(field))}}


def _holds(when: When, form: Form) -> _Schema:
    yes_or_no = isinstance(form.field(when.field), Tick | YesNo)
    values = [value == "ja" for value in when.values] if yes_or_no else list(when.values)
    holds: _Schema = {"properties": {when.field: {"enum": values}}}
    return holds if "" in when.values else {**holds, "required": [when.field]}
