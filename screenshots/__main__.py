"""`python -m screenshots`: plays days of the demonstration and pictures its main pages (docs/pages.md)."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from engine.client import leave
from observability import configure
from screenshots.pictures import A_WEEK_LATER, AT_THE_SWITCHBOARD, ON_WEDNESDAY, Photographer
from screenshots.story import BEGINS, Story
from screenshots.visitors import NoChromium, chromium
from simulation.office import Office

FOLDER = Path(__file__).parent.parent / "docs" / "screenshots"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m screenshots", description=__doc__)
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures (default: %(default)s)")
    return parser.parse_args()


async def picture(folder: Path) -> None:
    """Raises `NoChromium`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as data:
        configure(component="screenshots", to=Path(data) / "log")
        # What goes wrong here is for whoever runs it, not for a log that goes with the folder.
        sys.excepthook = sys.__excepthook__
        async with chromium() as browser, Office(Path(data) / "data", begins=BEGINS) as office:
            story = Story(office)
            photographer = Photographer(browser, story, folder)
            await story.monday()
            await story.tuesday()
            await story.wednesday()
            await photographer.take(AT_THE_SWITCHBOARD)
            await office.wait_until(office.now)
            await photographer.take(ON_WEDNESDAY)
            await story.a_week_later()
            await photographer.take(A_WEEK_LATER)


def main() -> int:
    """1 where there is no browser."""
    folder: Path = _arguments().to
    try:
        asyncio.run(picture(folder))
    except NoChromium as error:
        print(error, file=sys.stderr)
        return 1
    files = sorted(folder.glob("*.png"))
    print(f"{len(files)} pictures, {sum(file.stat().st_size for file in files) // 1024} kB, in {folder}")
    return 0


if __name__ == "__main__":
    leave(main())
