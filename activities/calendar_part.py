"""What a mail about a callback appointment puts into the resident's calendar."""

from datetime import datetime

from pydantic import AwareDatetime

from models.base import Carried
from models.codes import InvitationKind
from models.ids import AppointmentId
from models.personal import CalendarPart, Mail
from models.terms import Sender


class InvitationOrder(Carried):
    """The callback appointment that a message is about."""

    appointment_id: AppointmentId
    about: InvitationKind
    sequence: int
    starts_at: AwareDatetime
    minutes: int


def with_calendar(mail: Mail, order: InvitationOrder, sender: Sender, *, at: datetime) -> Mail:
    """The mail with the appointment, its new moment, or its end; a reminder has nothing new for a calendar.

    Who shares a calendar sees that the municipality calls, and not why.
    """
    if order.about is InvitationKind.REMINDER:
        return mail
    part = CalendarPart(
        uid=f"{order.appointment_id}@signaalreis",
        sequence=order.sequence,
        cancelled=order.about is InvitationKind.CANCELLED,
        starts_at=order.starts_at,
        minutes=order.minutes,
        made_at=at,
        summary=f"{sender.name} belt u",
        description=f"Klopt dit bericht? Kijk op {sender.page} of bel {sender.phone}.",
    )
    return mail.model_copy(update={"calendar": part})
