"""The table of the recorded histories: how many events each has, so that growth shows in a diff."""

from collections import defaultdict
from collections.abc import Sequence

from tests.replay.golden import HISTORIES, documents, events_of, read, type_of
from tests.replay.journeys import JOURNEYS
from worker import WORKFLOWS

FILE = HISTORIES / "README.md"

_HEAD = """\
# Recorded histories

Written by `make histories`, replayed by `make test`; never edited. The journeys are in `tests/replay/journeys.py`;
what is changed in a recording, so that the same journey gives the same files, is in `tests/replay/neutral.py`.

The numbers are events; `a + b` are two histories.

"""
_KINDS = tuple(workflow.__name__.removesuffix("Workflow").lower() for workflow in WORKFLOWS)


def written() -> str:
    """The table of what is recorded now."""
    head = ("journey", *_KINDS, "what happens")
    rows = (head, ["---"] * len(head), *(_row(name) for name in JOURNEYS))
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(name: str) -> Sequence[str]:
    numbers = defaultdict[str, list[str]](list)
    for file in documents(HISTORIES / name):
        document = read(file)
        numbers[type_of(document).lower()].append(str(len(events_of(document))))
    counted = [" + ".join(numbers[kind]) for kind in _KINDS]
    return name, *counted, _first_sentence(name)


def _first_sentence(name: str) -> str:
    return (JOURNEYS[name].__doc__ or "").partition("\n")[0]
