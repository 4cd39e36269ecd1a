"""What residents are told of callback appointments: when one was made, moved or called off, and the day before.

Nothing here is a contact attempt. What was told is remembered (`CaseState.invitations`), so that whoever had a moment
in their calendar always hears that it changed, and whoever never had it hears nothing of its end.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from models.case import Appointment, CaseState, Deadline, Invitation
from models.codes import (
    AttemptResult,
    CalendarName,
    Channel,
    DeadlineKind,
    InvitationKind,
    Objection,
    Standing,
)
from models.ids import AppointmentId, PersonId
from models.steps import SendInvitation
from models.terms import InvitationTerms, Term
from policy.calendar import at_local, local
from policy.changes import terms_of
from policy.step_names import INVITATION, step_id_of

_REQUESTS = frozenset({InvitationKind.CONFIRMED, InvitationKind.MOVED})
"""What puts the moment into the resident's calendar."""
_PERHAPS_THERE = frozenset({AttemptResult.SENT, AttemptResult.UNKNOWN})
_NOT_BY_MAIL = frozenset({AttemptResult.NO_ADDRESS, AttemptResult.REFUSED})
_NOT_WRITTEN_TO = frozenset({Standing.DIED, Standing.NOT_A_RESIDENT})
_OBJECTING = frozenset({Objection.MADE, Objection.UPHELD})


def invitation_due(state: CaseState, *, now: datetime) -> SendInvitation | None:
    """What a resident must be told now of a callback; None when there is nothing.

    That a case rests is no reason to be silent: what was promised before is kept, and a move of it must be heard of.
    Nothing is told of a moment that has passed.
    """
    if state.terms is None or (terms := terms_of(state).callback.invitation) is None:
        return None
    return next(_due(state, terms, now), None)


def reminders_ahead(state: CaseState) -> tuple[Deadline, ...]:
    """When the case must wake up because somebody is to be reminded."""
    if state.terms is None or (terms := terms_of(state).callback.invitation) is None or terms.remind_at is None:
        return ()
    waiting = (one for one in state.appointments if _is_to_be_reminded(state, one, terms.remind_at))
    return tuple(_reminder(one, terms.remind_at) for one in waiting)


def of_appointment(state: CaseState, appointment_id: AppointmentId) -> tuple[Invitation, ...]:
    """What was written about one appointment, the first one first."""
    return tuple(one for one in state.invitations if one.appointment_id == appointment_id)


def is_in_doubt(state: CaseState, invitation: Invitation) -> bool:
    """Whether somebody must find out what became of it: nobody knows, and nothing later took its place."""
    if (
        invitation.result is not AttemptResult.UNKNOWN
        or invitation.over
        or not _may_be_told(state, invitation.person_id)
    ):
        return False
    agreed = state.appointment_of(invitation.person_id)
    if agreed is None or agreed.appointment_id != invitation.appointment_id:
        return invitation.about is InvitationKind.CANCELLED
    return agreed.moves == invitation.sequence


def _due(state: CaseState, terms: InvitationTerms, now: datetime) -> Iterator[SendInvitation]:
    for agreed in state.appointments:
        if agreed.due_at > now and _may_be_told(state, agreed.person_id):
            yield from _of_agreed(state, agreed, terms, now)
    for told in _left_over(state):
        if told.due_at > now and _may_be_told(state, told.person_id):
            yield from _with_text_message(
                state, told, InvitationKind.CANCELLED, sequence=told.sequence + 1, due_at=told.due_at, terms=terms
            )


def _of_agreed(
    state: CaseState, agreed: Appointment, terms: InvitationTerms, now: datetime
) -> Iterator[SendInvitation]:
    had = any(one.sequence < agreed.moves for one in _in_calendar(state, agreed.appointment_id))
    about = InvitationKind.MOVED if had else InvitationKind.CONFIRMED
    yield from _with_text_message(state, agreed, about, sequence=agreed.moves, due_at=agreed.due_at, terms=terms)
    remind_at = terms.remind_at
    if remind_at is None or not _is_to_be_reminded(state, agreed, remind_at) or _moment(agreed, remind_at) > now:
        return
    told = _told_of(state, agreed)
    channel = told.channel if told is not None else Channel.MAIL
    yield _step(state, agreed, InvitationKind.REMINDER, channel, sequence=agreed.moves, due_at=agreed.due_at)


def _with_text_message(
    state: CaseState,
    about_whom: Appointment | Invitation,
    about: InvitationKind,
    *,
    sequence: int,
    due_at: datetime,
    terms: InvitationTerms,
) -> Iterator[SendInvitation]:
    """The mail; and if there is no address that works, the text message."""
    wanted = {about} if about is InvitationKind.CANCELLED else _REQUESTS
    tried = {
        one.channel: one
        for one in of_appointment(state, about_whom.appointment_id)
        if one.sequence == sequence and one.about in wanted and not one.missing
    }
    if Channel.MAIL not in tried:
        yield _step(state, about_whom, about, Channel.MAIL, sequence=sequence, due_at=due_at)
    elif terms.text_messages and Channel.SMS not in tried and tried[Channel.MAIL].result in _NOT_BY_MAIL:
        yield _step(state, about_whom, about, Channel.SMS, sequence=sequence, due_at=due_at)


def _step(
    state: CaseState,
    about_whom: Appointment | Invitation,
    about: InvitationKind,
    channel: Channel,
    *,
    sequence: int,
    due_at: datetime,
) -> SendInvitation:
    appointment = about_whom.appointment_id
    missing = sum(1 for one in of_appointment(state, appointment) if one.missing)
    again = f".again-{missing}" if missing else ""
    name = f"{INVITATION}-{appointment}.{sequence}.{about.removeprefix('callback-')}.{channel}{again}"
    return SendInvitation(
        step_id=step_id_of(state, name),
        person_id=about_whom.person_id,
        appointment_id=appointment,
        about=about,
        channel=channel,
        sequence=sequence,
        due_at=due_at,
    )


def _may_be_told(state: CaseState, person_id: PersonId) -> bool:
    person = state.person(person_id)
    return person is not None and person.standing not in _NOT_WRITTEN_TO and person.objection not in _OBJECTING


def _in_calendar(state: CaseState, appointment: AppointmentId) -> tuple[Invitation, ...]:
    """What may have put a moment into the resident's calendar."""
    written = of_appointment(state, appointment)
    return tuple(one for one in written if one.about in _REQUESTS and one.result in _PERHAPS_THERE and not one.missing)


def _told_of(state: CaseState, agreed: Appointment) -> Invitation | None:
    known = (one for one in _in_calendar(state, agreed.appointment_id) if one.sequence == agreed.moves)
    return next((one for one in known if one.result is AttemptResult.SENT), None)


def _left_over(state: CaseState) -> Iterator[Invitation]:
    """Of each appointment that is not there any more: what the resident may still have in their calendar."""
    agreed = {one.appointment_id for one in state.appointments}
    gone = dict.fromkeys(one.appointment_id for one in state.invitations if not one.over)
    for appointment in gone:
        if appointment not in agreed and (had := _in_calendar(state, appointment)):
            yield had[-1]


# --- the reminder -------------------------------------------------------------------------------------------------


def _is_to_be_reminded(state: CaseState, agreed: Appointment, remind_at: time) -> bool:
    """Whoever heard of the moment itself only on the day before it needs no reminder that day."""
    told = _told_of(state, agreed)
    reminded = any(
        one.about is InvitationKind.REMINDER and one.sequence == agreed.moves
        for one in of_appointment(state, agreed.appointment_id)
    )
    if told is None or reminded:
        return False
    return local(told.at).date() < local(_moment(agreed, remind_at)).date()


def _moment(agreed: Appointment, remind_at: time) -> datetime:
    day_before = local(agreed.due_at).date() - timedelta(days=1)
    return at_local(day_before, remind_at).astimezone(UTC)


def _reminder(agreed: Appointment, remind_at: time) -> Deadline:
    return Deadline(
        kind=DeadlineKind.CALLBACK_REMINDER,
        rule="De inwoner krijgt de dag ervoor een herinnering.",
        start_event="callback.due",
        started_at=agreed.due_at,
        due_at=_moment(agreed, remind_at),
        term=Term(),
        calendar=CalendarName.ALL,
    )
