"""What a policy file says of the legal basis on which signals of a kind of partner may be received."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from policy.faults import Wrong
from policy.file_parts import Written


class FileBasis(Written):
    """A legal basis, with the days on which it counts; both are included."""

    ground: str = Field(min_length=1, max_length=200)
    """The law, decree or agreement in words, with its article."""
    since: date
    until: date | None = None
    """The last day; none while it has no end."""
    checked: bool = False
    """Whether the municipality looked this up. Until then it is only believed."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise Wrong([(("until",), "ligt voor since: zo geldt deze grondslag nooit")])
        return self

    def counts_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def basis_on(known: Iterable[FileBasis], day: date) -> FileBasis | None:
    """The first of these that counts on the day."""
    return next((basis for basis in known if basis.counts_on(day)), None)
