"""What a partner delivered, whatever form it came in: by what it is recognised, and its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from adapters.signal_form import ReadRow
from models.ids import DeliveryId


@dataclass(frozen=True)
class DeliveredFile:
    """A file that could be read as a whole. The same fingerprint is the same delivery."""

    fingerprint: str = field(repr=False)
    """A function of personal data: only the vault may keep it, and only as a keyed hash."""
    rows: Callable[[DeliveryId, date], Iterator[ReadRow]] = field(repr=False)
    """The rows of this delivery as received on this day, in order, one at a time. May be asked again."""
