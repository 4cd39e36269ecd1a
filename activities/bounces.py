"""Reading what mail servers wrote back, and remembering it before it is thrown away."""

from datetime import datetime

from temporalio import activity

from activities.ports import BounceMailbox, PartyHealth, Reports
from activities.retention import Moment
from models.codes import MessageReport, Party
from models.errors import CodedError

AT_ONCE = 100
"""Notices in one reading; what is left comes with the next."""


class BounceActivities:
    """The bounce mailbox of the installation; without one nothing is read."""

    def __init__(self, *, mailbox: BounceMailbox | None, reports: Reports, health: PartyHealth) -> None:
        self._mailbox = mailbox
        self._reports = reports
        self._health = health

    @activity.defn(name="read_bounces")
    def read(self, moment: Moment) -> int:
        """How many notices were taken. May be repeated: each is kept once, and deleted only after that.

        Raises `PartyUnavailable` (try again) or `NotAuthorised`.
        """
        if self._mailbox is None:
            return 0
        try:
            taken = self._mailbox.take(lambda about, report: self._keep(about, report, moment.at), at_most=AT_ONCE)
        except CodedError as error:
            self._health.failed(Party.BOUNCES, waiting=Party.BOUNCES, code=error.code, at=moment.at)
            raise
        self._health.answered(Party.BOUNCES, waiting=Party.BOUNCES)
        return taken

    def _keep(self, reference: str, report: MessageReport, at: datetime) -> None:
        # Whether it is still known or erased since: its notice is as much personal data as the message was, and goes.
        self._reports.keep(reference, report, at=at)
