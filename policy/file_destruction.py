"""Whether people look first at what is going to be erased, as a policy file says it."""

from typing import Self

from pydantic import Field, model_validator

from models.destruction import Weekday
from policy.destruction import ListTerms
from policy.file_parts import Written


class FileDestructionList(Written):
    """A list a week of what is going to be erased, to which people agree before it is."""

    wanted: bool
    """Whether such lists are made. Without them everything goes on its date by itself."""
    weekday: Weekday
    """The day on which a list is made."""
    ahead_days: int = Field(ge=2, le=60)
    """How many days before the first date on it."""
    people: int = Field(ge=1, le=2)
    """How many different people must agree."""
    cooling_off_days: int = Field(ge=1, le=28)
    """How many days after that nothing is erased yet, so that somebody can come back on it."""
    longest_wait_days: int = Field(ge=0, le=28)
    """How many days erasure waits at most past its date for enough people to agree; 0: it never waits."""

    @model_validator(mode="after")
    def _leaves_time(self) -> Self:
        if self.ahead_days <= self.cooling_off_days:
            raise ValueError(
                "maak de lijst langer vooraf (ahead_days) dan de bedenktijd (cooling_off_days): anders kan niemand "
                "op tijd akkoord zijn"
            )
        return self

    def resolved(self) -> ListTerms | None:
        """None where no lists are made."""
        if not self.wanted:
            return None
        return ListTerms(
            weekday=self.weekday,
            ahead_days=self.ahead_days,
            people=self.people,
            cooling_off_days=self.cooling_off_days,
            longest_wait_days=self.longest_wait_days,
        )
