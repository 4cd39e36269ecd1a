"""Writing to a resident, effectively once: a mail, a letter or a text message.

Each message is booked in the ledger before it is handed over and settled after. What a booking without an answer means
(killed between handing over and settling, the answer lost) depends on the party. A mail server cannot be asked what
became of a mail: it is `unknown`, a person finds out, and nothing is sent again. Whoever can be asked is asked by the
message's reference first; what they do not have is handed over again, as it was booked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import assert_never

from pydantic import AwareDatetime
from temporalio import activity

from activities.calendar_part import InvitationOrder, with_calendar
from activities.limits import PARTY_OF_CHANNEL
from activities.ports import (
    AnswerLost,
    Booking,
    CaseStore,
    FateUnknown,
    MailServer,
    MessageRefused,
    Messages,
    PartyHealth,
    PartyUnavailable,
    PolicyBook,
    Printer,
    SmsGateway,
)
from activities.records import MessageClaim, MessageFate
from models.codes import AttemptResult, Party
from models.errors import CodedError
from models.personal import Letter, Mail, Message, TextMessage
from models.values import MunicipalityCode
from policy.message_writing import Occasion, write
from policy.step_names import is_invitation, is_notice

SETTLING = timedelta(seconds=60)
"""How long somebody may be busy with a message whose answer was lost, before they can be believed to not have it."""
REMEMBERED = timedelta(days=5)
"""How long somebody surely still knows a message; the one who forgets soonest keeps them for a week."""

_RESULTS = {
    MessageFate.SENT: AttemptResult.SENT,
    MessageFate.REFUSED: AttemptResult.REFUSED,
    MessageFate.UNKNOWN: AttemptResult.UNKNOWN,
}


class MessageOrder(MessageClaim):
    """A message to send, without its content."""

    municipality: MunicipalityCode
    reply_by: AwareDatetime | None = None
    """Until when the resident can answer before the step that follows."""
    invitation: InvitationOrder | None = None
    only_look: bool = False
    """Whether only to tell what became of it: called off means that it surely did not leave."""


class MessageActivities:
    """One message."""

    def __init__(
        self,
        *,
        mail: MailServer,
        letters: Printer,
        sms: SmsGateway,
        messages: Messages,
        store: CaseStore,
        policies: PolicyBook,
        health: PartyHealth,
        settling: timedelta = SETTLING,
    ) -> None:
        self._settling = settling
        self._mail = mail
        self._letters = letters
        self._sms = sms
        self._messages = messages
        self._store = store
        self._policies = policies
        self._health = health

    @activity.defn(name="send_message")
    def send(self, order: MessageOrder) -> AttemptResult:
        """Sent, refused, unknown, nowhere to send it to, or called off because the person may not be written to.

        Raises `PartyUnavailable` (try again) and other coded errors (the party cannot be used as it is configured).
        """
        booking = self._messages.booked(order.step_id)
        if order.only_look:
            return self._seen(order, booking)
        return self._first(order) if booking is None else self._again(order, booking)

    def _first(self, order: MessageOrder) -> AttemptResult:
        if not self._may_write(order):
            return self._without_party(order, AttemptResult.CALLED_OFF)
        message = self._written(order)
        if message is None:
            return self._without_party(order, AttemptResult.NO_ADDRESS)
        # Looked up already, but an attempt that was taken for dead can have booked it since.
        booking = self._messages.claim(MessageClaim.model_validate(dict(order)), message)
        return self._hand_over(order, message) if booking is None else self._again(order, booking)

    def _seen(self, order: MessageOrder, booking: Booking | None) -> AttemptResult:
        """What an earlier attempt came to. Nothing is handed over."""
        if booking is None:
            return self._without_party(order, AttemptResult.CALLED_OFF)
        if booking.fate is not None:
            return self._without_party(order, _RESULTS[booking.fate])
        way = self._way_of(booking.message)
        if not way.can_be_asked or self._is_beyond_asking(booking, way.carrier):
            return self._without_party(order, AttemptResult.UNKNOWN)
        if self._took(order, booking, way):
            return self._became(order, MessageFate.SENT)
        self._messages.release(order.step_id)
        self._answered(order)
        return AttemptResult.CALLED_OFF

    def _may_write(self, order: MessageOrder) -> bool:
        # The month within which the law wants a resident told does not rest while the case does.
        # Nor does a promise to call: whoever had the moment must hear that it changed.
        always = is_notice(order.step_id) or is_invitation(order.step_id)
        return self._store.may_write(order.case_id, order.person_id, in_pause=always)

    def _written(self, order: MessageOrder) -> Message | None:
        sender = self._policies.sender(order.municipality)
        terms = self._store.terms(order.case_id)
        message = write(
            self._policies.texts(order.municipality),
            order.channel,
            order.template,
            self._store.resident(order.case_id, order.person_id),
            sender,
            Occasion(
                route=terms.route,
                reply_by=order.reply_by,
                retention=terms.retention,
                moment=None if order.invitation is None else order.invitation.starts_at,
            ),
        )
        if order.invitation is None or not isinstance(message, Mail):
            return message
        return with_calendar(message, order.invitation, sender, at=order.at)

    def _again(self, order: MessageOrder, booking: Booking) -> AttemptResult:
        """An earlier attempt booked the message, and perhaps could not tell what became of it."""
        if booking.fate is not None:
            # That attempt had its answer, and was perhaps gone before it could say so.
            self._answered(order)
            return _RESULTS[booking.fate]
        way = self._way_of(booking.message)
        if not way.can_be_asked or self._is_beyond_asking(booking, way.carrier):
            return self._without_party(order, AttemptResult.UNKNOWN)
        if self._took(order, booking, way):
            return self._became(order, MessageFate.SENT)
        # Surely not taken: it is written anew, as things are now.
        self._messages.release(order.step_id)
        self._answered(order)
        return self._first(order)

    def _took(self, order: MessageOrder, booking: Booking, way: MailServer | Printer | SmsGateway) -> bool:
        """Whether it is known there. Raises `AnswerLost` while "no" says nothing yet."""
        with self._failures_shown(order):
            if way.took(order.step_id):
                return True
            if booking.handed_over is not None and booking.handed_over < self._settling:
                # It may be on its way into their books at this moment.
                raise AnswerLost(f"{PARTY_OF_CHANNEL[order.channel]}.too-early", retry_after=self._settling)
        return False

    def _is_beyond_asking(self, booking: Booking, carrier: str) -> bool:
        """Whether "no" would prove nothing: others carried it, or it may be forgotten there by now."""
        if booking.handed_over is None:
            return False
        return booking.carrier != carrier or booking.handed_over > REMEMBERED

    def _hand_over(self, order: MessageOrder, message: Message) -> AttemptResult:
        self._messages.handing_over(order.step_id, self._way_of(message).carrier)
        with self._failures_shown(order):
            fate = self._fate(order, message)
        return self._became(order, fate)

    def _fate(self, order: MessageOrder, message: Message) -> MessageFate:
        try:
            self._send(message, reference=order.step_id)
        except MessageRefused:
            return MessageFate.REFUSED
        except FateUnknown:
            return MessageFate.UNKNOWN
        except AnswerLost:
            raise
        except PartyUnavailable:
            # Surely not sent: without its booking the next attempt writes it as things are then.
            self._messages.release(order.step_id)
            raise
        return MessageFate.SENT

    def _way_of(self, message: Message) -> MailServer | Printer | SmsGateway:
        match message:
            case Mail():
                return self._mail
            case Letter():
                return self._letters
            case TextMessage():
                return self._sms
            case _:
                assert_never(message)

    def _send(self, message: Message, *, reference: str) -> None:
        match message:
            case Mail():
                self._mail.send(message, reference=reference)
            case Letter():
                self._letters.send(message, reference=reference)
            case TextMessage():
                self._sms.send(message, reference=reference)
            case _:
                assert_never(message)

    def _became(self, order: MessageOrder, fate: MessageFate) -> AttemptResult:
        self._messages.settle(order.step_id, fate, at=order.at)
        self._answered(order)
        return _RESULTS[fate]

    def _answered(self, order: MessageOrder) -> None:
        party = PARTY_OF_CHANNEL[order.channel]
        if party is Party.LETTERS and self._letters.is_queue:
            # That the queue took a letter says nothing of the printer behind it.
            self._health.gave_up(party, waiting=order.case_id)
        else:
            self._health.answered(party, waiting=order.case_id)

    def _without_party(self, order: MessageOrder, result: AttemptResult) -> AttemptResult:
        """The party is not asked; what an earlier attempt waited for is waited for no longer."""
        self._health.gave_up(PARTY_OF_CHANNEL[order.channel], waiting=order.case_id)
        return result

    @contextmanager
    def _failures_shown(self, order: MessageOrder) -> Iterator[None]:
        """A party that does not do what it is asked is known to everybody before it is asked again."""
        try:
            yield
        except CodedError as error:
            party = PARTY_OF_CHANNEL[order.channel]
            self._health.failed(party, waiting=order.case_id, code=error.code, at=order.at)
            raise
