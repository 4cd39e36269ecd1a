"""What a policy file says of what partners may hear beyond the national standard."""

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from models.codes import DisclosureGround, FeedbackCode, Outcome, PartnerType
from models.terms import Disclosure, DisclosureRow
from policy.disclosure import FULLER, is_settled
from policy.file_parts import Written


class FileDisclosureRow(Written):
    """A result that a partner may hear when there is a ground for it."""

    code: FeedbackCode
    outcomes: tuple[Outcome, ...] = Field(min_length=1)
    grounds: tuple[DisclosureGround, ...] = Field(min_length=1)
    partner_types: tuple[PartnerType, ...] | None = None
    """None: of every kind of partner."""

    @model_validator(mode="after")
    def _says_more(self) -> Self:
        if self.code not in FULLER:
            raise ValueError(f"kies als code {', '.join(FULLER)}: al het andere ligt landelijk vast")
        if any(is_settled(outcome) for outcome in self.outcomes):
            raise ValueError("een van deze outcomes ligt landelijk vast: haal die hier weg")
        return self


class FileDisclosure(Written):
    """The table of the municipality. Until somebody signed it, it has no effect."""

    signed_by: str | None = Field(default=None, min_length=1, max_length=200)
    signed_on: date | None = None
    rows: tuple[FileDisclosureRow, ...]

    @model_validator(mode="after")
    def _is_signed_whole(self) -> Self:
        if (self.signed_by is None) != (self.signed_on is None):
            raise ValueError("vul signed_by en signed_on allebei in, of geen van beide")
        seen = [cell for row in self.rows for cell in _cells(row)]
        if len(seen) != len(set(seen)):
            raise ValueError("twee regels gaan over hetzelfde resultaat, dezelfde partner en dezelfde grond")
        return self

    def resolved(self) -> Disclosure | None:
        """What cases obey: nothing of an unsigned table. Who signed it stays in the file."""
        if self.signed_on is None:
            return None
        rows = (DisclosureRow.model_validate(row.model_dump()) for row in self.rows)
        return Disclosure(signed_on=self.signed_on, rows=tuple(rows))


def _cells(row: FileDisclosureRow) -> Iterator[tuple[Outcome, PartnerType, DisclosureGround]]:
    for outcome in row.outcomes:
        for partner_type in row.partner_types or PartnerType:
            for ground in row.grounds:
                yield outcome, partner_type, ground
