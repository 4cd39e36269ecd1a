"""What a measurement's processes wrote down, for whoever asks why it failed: its folder goes with it."""

import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from observability import configure

_LINES = 40


@contextmanager
def measuring(name: str) -> Iterator[Path]:
    """A folder that goes afterwards, with the log of this process in it. When the measurement fails, why and the end of
    every log in the folder are on stderr first."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as made:
        folder = Path(made)
        configure(component="bench", to=folder / "bench.log")
        try:
            yield folder
        except Exception:
            traceback.print_exc()
            print_tails(folder)
            raise


def print_tails(folder: Path) -> None:
    """The last lines of every log below the folder that says something, on stderr."""
    for log in sorted(folder.rglob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        if lines:
            print(
                f"\n{log.relative_to(folder)}, {len(lines)} lines, ends with:",
                *lines[-_LINES:],
                sep="\n",
                file=sys.stderr,
            )
    sys.stderr.flush()
