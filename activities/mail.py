"""Sending a mail, effectively once.

The mail is booked in the ledger before it is sent. A mail server cannot be asked what became of a mail, so a booking
without an answer (killed between sending and settling, connection lost after the data) is `unknown`: a person finds
out, and nothing is sent again.
"""

from temporalio import activity

from activities.mail_texts import write
from activities.ports import (
    CaseStore,
    FateUnknown,
    MailRefused,
    MailServer,
    Messages,
    PartyHealth,
    PartyUnavailable,
    PolicyBook,
)
from activities.records import MessageClaim, MessageFate
from models.codes import AttemptResult, Party
from models.personal import Message
from models.values import MunicipalityCode

_RESULTS = {
    MessageFate.SENT: AttemptResult.SENT,
    MessageFate.REFUSED: AttemptResult.REFUSED,
    MessageFate.UNKNOWN: AttemptResult.UNKNOWN,
}


class MailOrder(MessageClaim):
    """A mail to send, without its content."""

    municipality: MunicipalityCode


class MailActivities:
    """One mail."""

    def __init__(
        self,
        *,
        server: MailServer,
        messages: Messages,
        store: CaseStore,
        policies: PolicyBook,
        health: PartyHealth,
    ) -> None:
        self._server = server
        self._messages = messages
        self._store = store
        self._policies = policies
        self._health = health

    @activity.defn(name="send_mail")
    def send(self, order: MailOrder) -> AttemptResult:
        """Sent, refused, unknown, or no address to send to. Raises `PartyUnavailable` (surely not sent, try again)."""
        resident = self._store.resident(order.case_id, order.person_id)
        mailbox = resident.usable_mailbox()
        if mailbox is None:
            return AttemptResult.NO_ADDRESS
        message = write(order.template, resident, mailbox.address, self._policies.sender(order.municipality))
        known = self._messages.claim(MessageClaim.model_validate(dict(order)), message)
        if known is not None:
            return _RESULTS[known]
        fate = self._hand_over(order, message)
        self._messages.settle(order.step_id, fate, at=order.at)
        self._health.answered(Party.MAIL, waiting=order.case_id)
        return _RESULTS[fate]

    def _hand_over(self, order: MailOrder, message: Message) -> MessageFate:
        try:
            self._server.send(message, reference=order.step_id)
        except MailRefused:
            return MessageFate.REFUSED
        except FateUnknown:
            return MessageFate.UNKNOWN
        except PartyUnavailable as error:
            # Surely not sent: without its booking the next attempt may send it.
            self._messages.release(order.step_id)
            self._health.failed(Party.MAIL, waiting=order.case_id, code=error.code, at=order.at)
            raise
        return MessageFate.SENT
