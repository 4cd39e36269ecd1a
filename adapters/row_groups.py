"""Putting rows that share something together, so that nothing about one address or person is matched in parallel."""

from collections.abc import Hashable, Iterable, Iterator
from itertools import groupby

from models.ids import RowId


class RowGroups:
    """Rows linked by what they share. Keeps an id for each row and a key for each shared thing, no more."""

    def __init__(self) -> None:
        self._rows: list[RowId] = []
        self._parents: list[int] = []
        self._first_with: dict[Hashable, int] = {}

    def add(self, row: RowId, shared: Iterable[Hashable]) -> None:
        """The next row, in order, with everything that it may share with others."""
        place = len(self._rows)
        self._rows.append(row)
        self._parents.append(place)
        for key in shared:
            self._link(self._first_with.setdefault(key, place), place)

    def packed(self, size: int) -> Iterator[tuple[RowId, ...]]:
        """Groups of about `size` rows, in order; rows that share something are never parted, however many."""
        places = sorted(range(len(self._rows)), key=lambda place: (self._root(place), place))
        pack: list[int] = []
        for _, together in groupby(places, key=self._root):
            linked = list(together)
            if pack and len(pack) + len(linked) > size:
                yield self._named(pack)
                pack = []
            pack += linked
        if pack:
            yield self._named(pack)

    def _named(self, places: Iterable[int]) -> tuple[RowId, ...]:
        return tuple(self._rows[place] for place in sorted(places))

    def _link(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        # The earliest row stands for all, so that groups keep the order of the file.
        self._parents[max(one, other)] = min(one, other)

    def _root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place
