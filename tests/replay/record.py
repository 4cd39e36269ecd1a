"""Records the histories of the journeys anew: `make histories`, or `python -m tests.replay.record NAME ...` for some.

Each history is replayed before it is written. All that was recorded of a journey before goes.
"""

import argparse
import asyncio
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.journeys.town import a_town
from tests.replay import table
from tests.replay.golden import CASE, HISTORIES, Document, document_of, events_of, history_of, type_of, write
from tests.replay.journeys import JOURNEYS, Journey
from tests.replay.neutral import neutral
from tests.replay.play import BEGINS, Play
from tests.replay.replaying import replayer


async def recorded(journey: Journey) -> dict[str, Document]:
    """The neutral histories of everything that took part, by file name without ending."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_town(Path(folder), begins=BEGINS) as town:
            play = Play(town)
            await journey(play)
            histories = await play.histories()
    return neutral(dict(_named(document_of(history) for history in histories)))


async def main() -> None:
    """Plays one journey after the other."""
    # A party that is away in a journey fails hundreds of times.
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    for name in _chosen():
        documents = await recorded(JOURNEYS[name])
        for document in documents.values():
            await replayer().replay_workflow(history_of(document))
        _keep(HISTORIES / name, documents)
        print(f"{name}: {len(events_of(documents[CASE]))} events in the case's history")
    _forget_all_but(JOURNEYS)
    table.FILE.write_text(table.written(), encoding="utf-8")


def _chosen() -> Sequence[str]:
    arguments = argparse.ArgumentParser(prog="python -m tests.replay.record", description=__doc__)
    arguments.add_argument("name", nargs="*", help=f"only these journeys, of {', '.join(JOURNEYS)}")
    chosen: list[str] = arguments.parse_args().name
    if unknown := [name for name in chosen if name not in JOURNEYS]:
        arguments.error(f"no such journey: {', '.join(unknown)}")
    return chosen or list(JOURNEYS)


def _named(documents: Iterable[Document]) -> Iterator[tuple[str, Document]]:
    """`case`, `delivery`; a second one of its kind is `delivery-2`."""
    seen = Counter[str]()
    for document in documents:
        kind = type_of(document).lower()
        seen[kind] += 1
        yield kind if seen[kind] == 1 else f"{kind}-{seen[kind]}", document


def _keep(folder: Path, documents: Mapping[str, Document]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for name, document in documents.items():
        write(folder / f"{name}.json", document)


def _forget_all_but(names: Iterable[str]) -> None:
    for folder in HISTORIES.iterdir():
        if folder.is_dir() and folder.name not in names:
            shutil.rmtree(folder)


if __name__ == "__main__":
    asyncio.run(main())
