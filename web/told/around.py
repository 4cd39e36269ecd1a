"""What the sentences of the signaalreis need beside their fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from models.ids import SignalId
from policy.calendar import local
from web import words
from web.language import said


@dataclass(frozen=True)
class Around:
    """The partner of each signal, the names of staff, and the moment at which somebody reads."""

    partners: Mapping[SignalId, str]
    names: Mapping[str, str]
    now: datetime

    def partner(self, signal_id: SignalId, *, first: bool = False) -> str:
        """`first`: at the beginning of a sentence."""
        return self.partners.get(signal_id) or said("De signaalpartner" if first else "de signaalpartner")

    def who(self, staff_id: str, *, first: bool = False) -> str:
        """`first`: at the beginning of a sentence."""
        return self.names.get(staff_id) or said("Een collega" if first else "een collega")

    def day(self, at: datetime) -> str:
        return words.weekday(local(at).date(), today=self.today)

    def moment(self, at: datetime) -> str:
        return words.at_clock(self.day(at), at)

    @property
    def today(self) -> date:
        return local(self.now).date()
