"""How often anybody may try something. Kept in the memory of this process: the web app is one process, and whoever
starts it anew forgets no more than a minute."""

import threading
from collections import Counter, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

WINDOW = timedelta(minutes=1)
FROM_ONE_ADDRESS = 60
"""A whole town hall may come from one address, at nine o'clock."""
IN_TOTAL = 6_000
"""A hundred town halls: it bounds what lies in memory and in the database, and is too many for a few strangers to use
up for everybody else."""


class TooOften(Exception):
    """Not now; after `WINDOW` it is quiet enough again."""


class RateLimit:
    """So many tries within the last `WINDOW`, from one address and from all together. Who was refused is not counted,
    so that nobody is kept out by trying on."""

    def __init__(self, *, from_one: int = FROM_ONE_ADDRESS, in_total: int = IN_TOTAL) -> None:
        self._from_one = from_one
        self._in_total = in_total
        self._tries: deque[tuple[datetime, str]] = deque()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, address: str, *, at: datetime) -> None:
        """Counts a try. Raises `TooOften`."""
        whose = _household(address)
        with self._lock:
            while self._tries and self._tries[0][0] <= at - WINDOW:
                _, before = self._tries.popleft()
                self._counts -= Counter((before,))
            if len(self._tries) >= self._in_total or self._counts[whose] >= self._from_one:
                raise TooOften
            self._tries.append((at, whose))
            self._counts[whose] += 1


def _household(address: str) -> str:
    """Whoever has an address of IPv6 has a whole network of them. One of IPv4 may be written as one of IPv6, and all of
    those would be a single network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else str(known)
