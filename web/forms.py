"""From what somebody typed to a command, and back: the same field names both ways, so that nothing typed is lost."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypedDict, TypeVar, assert_never

from models.codes import AttemptResult, HelpKind, Outcome, Role, Standing
from models.commands import (
    AnyCommand,
    CheckIdentity,
    CheckMail,
    ClaimCase,
    HoldFirstConversation,
    LogCall,
    RecordOutcome,
    ReleaseHold,
    SetHold,
)
from models.ids import CommandId, PersonId, StaffId, StepId
from policy.calendar import at_local, local
from policy.deadlines import END_OF_DAY
from policy.permissions import Staff

NOTE_LIMIT = 4000
Typed = Mapping[str, str]
_Code = TypeVar("_Code", bound=StrEnum)
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class Unfinished(Exception):
    """What was typed is not a command yet. `field` is where, the message what to do about it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class _Origin(TypedDict):
    command_id: CommandId
    by: StaffId
    role: Role


@dataclass(frozen=True)
class Pressed:
    """A form that was read: the command and the free text that goes with it, sealed, beside it."""

    command: AnyCommand
    note: str


def read(kind: str, typed: Typed, *, by: Staff, now: datetime) -> Pressed:
    """The command of a form. A day without a clock counts until its end, or until now if it is today.

    Raises `Unfinished`.
    """
    note = typed.get("note", "").strip()
    if len(note) > NOTE_LIMIT:
        raise Unfinished("note", f"De toelichting is te lang: kort haar in tot {NOTE_LIMIT} tekens.")
    reader = _READERS.get(kind)
    if reader is None:
        raise Unfinished("kind", "Deze handeling bestaat niet.")
    if kind == "set_hold" and not note:
        raise Unfinished("note", "Geef een reden voor het uitstel.")
    return Pressed(reader(typed, by, now), note)


def typed_of(command: AnyCommand, note: str) -> dict[str, str]:
    """What was typed to give this command, by field."""
    fields = {"kind": command.kind, "note": note}
    match command:
        case ClaimCase() | ReleaseHold():
            pass
        case CheckIdentity():
            fields |= {"person_id": command.person_id, "standing": command.standing}
        case LogCall():
            called = "" if command.called_at is None else f"{local(command.called_at):%Y-%m-%dT%H:%M}"
            fields |= {"person_id": command.person_id, "result": command.result, "called_at": called}
        case CheckMail():
            fields |= {"person_id": command.person_id, "step_id": command.step_id, "sent": _yes_no(command.sent)}
        case RecordOutcome():
            fields |= {
                "person_id": command.person_id,
                "outcome": command.outcome,
                "engaged": _yes_no(command.engaged),
                "help_kind": command.help_kind or "",
                "agreed_on": _day_of(command.agreed_at),
                "conversation_on": _day_of(command.conversation_at),
                "started_on": _day_of(command.started_at),
                "within_30_days": _yes_no(command.within_30_days),
            }
        case HoldFirstConversation():
            fields |= {
                "person_id": command.person_id,
                "conversation_on": _day_of(command.conversation_at),
                "started_on": _day_of(command.started_at),
            }
        case SetHold():
            fields |= {"until_on": _day_of(command.until)}
        case _:
            assert_never(command)
    return fields


# --- readers ------------------------------------------------------------------------------------------------------


def _claim(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    return ClaimCase(**_origin(typed, by))


def _identity(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    standing = _choice(typed, "standing", Standing, "Kies wat u hebt vastgesteld.")
    return CheckIdentity(person_id=_person(typed), standing=standing, **_origin(typed, by))


def _call(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    result = _choice(typed, "result", AttemptResult, "Kies wat er aan de telefoon gebeurde.")
    called_at = _moment(typed, "called_at")
    return LogCall(person_id=_person(typed), result=result, called_at=called_at, **_origin(typed, by))


def _mail(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    sent = _answer(typed, "sent")
    if sent is None:
        raise Unfinished("sent", "Kies of de e-mail is verstuurd.")
    step = StepId(typed.get("step_id", ""))
    return CheckMail(step_id=step, person_id=_person(typed), sent=sent, **_origin(typed, by))


def _outcome(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    return RecordOutcome(
        person_id=_person(typed),
        outcome=_choice(typed, "outcome", Outcome, "Kies een uitkomst."),
        engaged=_answer(typed, "engaged"),
        help_kind=_choice(typed, "help_kind", HelpKind, "Kies welke hulp.") if typed.get("help_kind") else None,
        agreed_at=_day(typed, "agreed_on", now),
        conversation_at=_day(typed, "conversation_on", now),
        started_at=_day(typed, "started_on", now),
        within_30_days=_answer(typed, "within_30_days"),
        **_origin(typed, by),
    )


def _first_conversation(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    held, started = _day(typed, "conversation_on", now), _day(typed, "started_on", now)
    if held is None:
        raise Unfinished("conversation_on", "Vul in op welke dag het eerste gesprek was.")
    if started is None:
        raise Unfinished("started_on", "Vul in op welke dag de hulp begon.")
    return HoldFirstConversation(
        person_id=_person(typed),
        conversation_at=held,
        started_at=started,
        **_origin(typed, by),
    )


def _hold(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    until = _day(typed, "until_on", now)
    if until is None:
        raise Unfinished("until_on", "Vul in tot en met welke dag de vernietiging wordt uitgesteld.")
    return SetHold(until=until, **_origin(typed, by))


def _release(typed: Typed, by: Staff, now: datetime) -> AnyCommand:
    return ReleaseHold(**_origin(typed, by))


_READERS: Mapping[str, Callable[[Typed, Staff, datetime], AnyCommand]] = {
    "claim_case": _claim,
    "check_identity": _identity,
    "log_call": _call,
    "check_mail": _mail,
    "record_outcome": _outcome,
    "hold_first_conversation": _first_conversation,
    "set_hold": _hold,
    "release_hold": _release,
}


# --- fields -------------------------------------------------------------------------------------------------------


def _origin(typed: Typed, by: Staff) -> _Origin:
    try:
        command_id = str(uuid.UUID(typed.get("command_id", "")))
    except ValueError:
        raise Unfinished("command_id", "Dit formulier is niet compleet. Open de zaak opnieuw.") from None
    return {"command_id": CommandId(command_id), "by": by.staff_id, "role": by.role}


def _person(typed: Typed) -> PersonId:
    return PersonId(typed.get("person_id", ""))


def _choice(typed: Typed, field: str, codes: type[_Code], missing: str) -> _Code:
    try:
        return codes(typed.get(field, ""))
    except ValueError:
        raise Unfinished(field, missing) from None


def _answer(typed: Typed, field: str) -> bool | None:
    return {"ja": True, "nee": False}.get(typed.get(field, ""))


def _day(typed: Typed, field: str, now: datetime) -> datetime | None:
    text = typed.get(field, "").strip()
    if not text:
        return None
    try:
        day = _sensible(date.fromisoformat(text))
        return now if day == local(now).date() else at_local(day, END_OF_DAY)
    except ValueError:
        raise Unfinished(field, "Schrijf de dag als jjjj-mm-dd, bijvoorbeeld 2025-04-30.") from None


def _moment(typed: Typed, field: str) -> datetime | None:
    text = typed.get(field, "").strip()
    if not text:
        return None
    try:
        clock = datetime.fromisoformat(text)
        return at_local(_sensible(clock.date()), clock.time())
    except ValueError:
        raise Unfinished(field, "Schrijf dag en tijd als jjjj-mm-dd uu:mm, bijvoorbeeld 2025-04-30 14:15.") from None


def _sensible(day: date) -> date:
    """The day itself; ValueError for a slip of the keyboard (0027, 20270)."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError("no such year here")
    return day


def _day_of(moment: datetime | None) -> str:
    return "" if moment is None else local(moment).date().isoformat()


def _yes_no(answer: bool | None) -> str:
    return "" if answer is None else "ja" if answer else "nee"
