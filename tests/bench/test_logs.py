"""A measurement that fails says why: its logs go with its folder."""

import subprocess
import sys
from pathlib import Path

_MEASURED = """
import sys
from pathlib import Path
from bench.figures import NotMeasured
from bench.logs import measuring
from observability import get_logger
with measuring("bench") as folder:
    print(folder)
    (folder / "logs").mkdir()
    (folder / "logs" / "worker.log").write_text("".join(f"line {number}\\n" for number in range(100)))
    (folder / "server.log").write_text("")
    get_logger().error("worker.failed")
    if sys.argv[1] == "fails":
        raise NotMeasured("the worker does not run")
"""


def measured(how: str) -> tuple[int, Path, str]:
    """Its return code, its folder and what it said on stderr."""
    done = subprocess.run([sys.executable, "-c", _MEASURED, how], capture_output=True, text=True, check=False)
    return done.returncode, Path(done.stdout.strip()), done.stderr


def test_a_measurement_that_fails_shows_why_and_the_end_of_every_log() -> None:
    code, folder, said = measured("fails")
    assert (code, folder.exists()) == (1, False)
    assert "NotMeasured: the worker does not run" in said
    assert "worker.failed" in said
    assert "logs/worker.log, 100 lines" in said
    assert ("line 99\n" in said, "line 60\n" in said, "line 59\n" in said) == (True, True, False)
    assert "server.log" not in said


def test_a_measurement_that_succeeds_shows_no_log() -> None:
    code, folder, said = measured("succeeds")
    assert (code, folder.exists(), said) == (0, False, "")
