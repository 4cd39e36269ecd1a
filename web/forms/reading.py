"""From what somebody typed to a command, and back: the same field names both ways, so that nothing typed is lost."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from models.commands import AnyCommand
from models.ids import CommandId
from models.personal import Particulars
from policy.permissions import Staff
from web.forms.fields import INCOMPLETE, Offered, Reading, Typed, Unfinished
from web.forms.form import NOTE_LIMIT, Form
from web.forms.table import FORMS
from web.language import said

_NOTHING_OFFERED = Offered()


@dataclass(frozen=True)
class Pressed:
    """A form that was read: the command, and beside it what may not travel."""

    command: AnyCommand
    note: str
    particulars: Particulars


@dataclass(frozen=True)
class Filled:
    """What somebody filled in: the answers by the command's own names, and what may not travel."""

    answers: Mapping[str, Any]
    note: str
    particulars: Particulars


def read(kind: str, typed: Typed, *, by: Staff, now: datetime, offered: Offered = _NOTHING_OFFERED) -> Pressed:
    """The command of a form. A day without a clock counts until its end, or until now if it is today.

    Raises `Unfinished`.
    """
    form = FORMS.get(kind)
    if form is None:
        raise Unfinished("kind", "Deze handeling bestaat niet.")
    filled = filled_in(form, Reading(typed, offered, now))
    command_id = uuid_of(typed, "command_id")
    return Pressed(
        command_of(form, filled.answers, command_id=CommandId(command_id), by=by), filled.note, filled.particulars
    )


def filled_in(form: Form, reading: Reading) -> Filled:
    """The answers of a form. Raises `Unfinished`, for the first question that is not finished."""
    taken, sealed = dict[str, Any](), dict[str, Any]()
    for field in form.questions:
        (sealed if field.sealed else taken).update(field.read(reading))
    return Filled(taken, _note(form, reading), Particulars.model_validate(sealed))


def command_of(form: Form, answers: Mapping[str, Any], *, command_id: CommandId, by: Staff) -> AnyCommand:
    """The command that these answers make, pressed by this member of staff."""
    origin = {"command_id": command_id, "by": by.staff_id, "role": by.role}
    return cast(AnyCommand, form.command.model_validate({**answers, **origin}))


def typed_of(command: AnyCommand, note: str, particulars: Particulars) -> dict[str, str]:
    """What was typed to give this command, by field."""
    answers = {**dict(command), **dict(particulars)}
    back = {"kind": command.kind, "note": note}
    for field in FORMS[command.kind].questions:
        back |= field.back(answers)
    return back


def _note(form: Form, reading: Reading) -> str:
    text = reading.text("note")
    if len(text) > NOTE_LIMIT:
        raise Unfinished("note", said("De toelichting is te lang: kort haar in tot {most} tekens.", most=NOTE_LIMIT))
    if not text and form.note.must(reading):
        raise Unfinished("note", form.note.missing)
    return text


def uuid_of(typed: Typed, name: str) -> str:
    """An id that the page made for its form. Raises `Unfinished`."""
    try:
        return str(uuid.UUID(typed.get(name, "")))
    except ValueError:
        raise Unfinished(name, INCOMPLETE) from None
