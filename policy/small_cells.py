"""Small counts are hidden, and so is what they could be worked out from. Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

LEAST = 10


def hidden(counts: Mapping[K, int], least: int = LEAST) -> Mapping[K, int | None]:
    """The counts of one whole, in their order, with None for what is hidden.

    Whoever knows the total learns of the hidden ones together no less than `least`: next to a small count the smallest
    others are hidden too, at least one.
    """
    gone = {key for key, count in counts.items() if count < least}
    rest = sorted((key for key in counts if key not in gone), key=lambda key: counts[key])
    for key in rest:
        if not gone or (len(gone) > 1 and sum(counts[small] for small in gone) >= least):
            break
        gone.add(key)
    return {key: None if key in gone else count for key, count in counts.items()}
