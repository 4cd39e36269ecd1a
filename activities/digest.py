"""The mail that supervisors get on working days, effectively once a day for each address.

That it is handed over is written down before it happens. Whoever finds that and no answer asks who can be asked; a mail
server cannot, and then nobody sends it again: a day without this mail is better than a day with two.
"""

from datetime import timedelta

from pydantic import AwareDatetime
from temporalio import activity

from activities.messages import SETTLING
from activities.ports import (
    AnswerLost,
    Digests,
    DueDigest,
    FateUnknown,
    MailServer,
    MessageRefused,
    NotAuthorised,
    PartyHealth,
    PartyUnavailable,
)
from activities.records import MessageFate
from models.base import Carried
from models.codes import Party
from models.errors import CodedError
from models.values import MunicipalityCode


class DigestOrder(Carried):
    """The mail of this municipality's supervisors, of the day of this moment."""

    municipality: MunicipalityCode
    at: AwareDatetime


class DigestActivities:
    """May be repeated."""

    def __init__(
        self, *, digests: Digests, mail: MailServer, health: PartyHealth, settling: timedelta = SETTLING
    ) -> None:
        self._digests = digests
        self._mail = mail
        self._health = health
        self._settling = settling

    @activity.defn(name="send_digest")
    def send(self, order: DigestOrder) -> int:
        """How many mails left now. Raises `PartyUnavailable` (try again) and other coded errors."""
        try:
            fates = [self._send(due) for due in self._digests.due(order.municipality, at=order.at)]
        except CodedError as error:
            self._health.failed(Party.MAIL, waiting=_waiting(order), code=error.code, at=order.at)
            raise
        if any(fates):
            self._health.answered(Party.MAIL, waiting=_waiting(order))
        else:
            # The mail server was not asked; what an earlier day waited for is waited for no longer.
            self._health.gave_up(Party.MAIL, waiting=_waiting(order))
        return fates.count(MessageFate.SENT)

    @activity.defn(name="give_up_digest")
    def give_up(self, order: DigestOrder) -> None:
        """Nothing is sent any more today."""
        self._health.gave_up(Party.MAIL, waiting=_waiting(order))

    def _send(self, due: DueDigest) -> MessageFate | None:
        """What became of the mail now; None when it was not handed over."""
        if due.handed_over is not None and not self._may_go_again(due, due.handed_over):
            return None
        # Another attempt that was taken for dead can have come first.
        if not self._digests.handing_over(due, again=due.handed_over is not None):
            return None
        fate = self._fate(due)
        self._digests.became(due.reference, fate)
        return fate

    def _may_go_again(self, due: DueDigest, handed_over: timedelta) -> bool:
        """Whether a mail that was handed over before, without an answer, surely was not taken."""
        if not self._mail.can_be_asked:
            self._digests.became(due.reference, MessageFate.UNKNOWN)
            return False
        if self._mail.took(due.reference):
            self._digests.became(due.reference, MessageFate.SENT)
            return False
        if handed_over < self._settling:
            # It may be on its way into their books at this moment.
            raise AnswerLost("mail.too-early", retry_after=self._settling)
        return True

    def _fate(self, due: DueDigest) -> MessageFate:
        try:
            self._mail.send(due.mail, reference=due.reference)
        except MessageRefused:
            return MessageFate.REFUSED
        except FateUnknown:
            return MessageFate.UNKNOWN
        except AnswerLost:
            raise
        except (PartyUnavailable, NotAuthorised):
            # Surely not sent: the next attempt writes it as things are then.
            self._digests.became(due.reference, None)
            raise
        return MessageFate.SENT


def _waiting(order: DigestOrder) -> str:
    return f"digest/{order.municipality.text}"
