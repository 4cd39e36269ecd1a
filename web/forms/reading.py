"""From what somebody typed to a command, and back: the same field names both ways, so that nothing typed is lost."""

import uuid
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

_NOTHING_OFFERED = Offered()


@dataclass(frozen=True)
class Pressed:
    """A form that was read: the command, and beside it what may not travel."""

    command: AnyCommand
    note: str
    particulars: Particulars


def read(kind: str, typed: Typed, *, by: Staff, now: datetime, offered: Offered = _NOTHING_OFFERED) -> Pressed:
    """The command of a form. A day without a clock counts until its end, or until now if it is today.

    Raises `Unfinished`.
    """
    form = FORMS.get(kind)
    if form is None:
        raise Unfinished("kind", "Deze handeling bestaat niet.")
    reading = Reading(typed, offered, now)
    # What was typed last is what the caseworker looks at: fields first, the note under them.
    open_answers, sealed_answers = _answers(form, reading)
    note = _note(form, reading)
    origin = {"command_id": _command_id(typed), "by": by.staff_id, "role": by.role}
    command = form.command.model_validate({**open_answers, **origin})
    return Pressed(cast(AnyCommand, command), note, Particulars.model_validate(sealed_answers))


def typed_of(command: AnyCommand, note: str, particulars: Particulars) -> dict[str, str]:
    """What was typed to give this command, by field."""
    answers = {**dict(command), **dict(particulars)}
    back = {"kind": command.kind, "note": note}
    for field in FORMS[command.kind].questions:
        back |= field.back(answers)
    return back


def _answers(form: Form, reading: Reading) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those that the command takes, and those that are sealed beside it."""
    taken, sealed = dict[str, Any](), dict[str, Any]()
    for field in form.questions:
        (sealed if field.sealed else taken).update(field.read(reading))
    return taken, sealed


def _note(form: Form, reading: Reading) -> str:
    text = reading.text("note")
    if len(text) > NOTE_LIMIT:
        raise Unfinished("note", f"De toelichting is te lang: kort haar in tot {NOTE_LIMIT} tekens.")
    if not text and form.note.must(reading):
        raise Unfinished("note", form.note.missing)
    return text


def _command_id(typed: Typed) -> CommandId:
    try:
        return CommandId(str(uuid.UUID(typed.get("command_id", ""))))
    except ValueError:
        raise Unfinished("command_id", INCOMPLETE) from None
