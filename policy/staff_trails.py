"""How long it stays known who did something, in what stays when the data themselves are gone. Pure."""

from datetime import datetime, time

from policy.calendar import add_months, at_local, local
from policy.file_parts import FileTrails


def forgotten_before(at: datetime, kept: FileTrails) -> datetime:
    """Of what happened before this moment it is not known any more who did it: midnight, local time."""
    return at_local(add_months(local(at).date(), -kept.staff_months), time())
