"""Whether the daily sweep behind the retention timers ran when it should have."""

from datetime import datetime, timedelta

LATE_AFTER = timedelta(hours=26)
"""A day, with room for a long sweep and for the clock change. What goes by the sweep is late only after this too."""


def sweep_is_late(ended_at: datetime | None, *, since: datetime | None, now: datetime) -> bool:
    """`ended_at`: when it last came to its end; `since`: when the oldest of the data came in, for where it never did.
    Where there is nothing to sweep it is never late."""
    begun = ended_at or since
    return begun is not None and now - begun > LATE_AFTER
