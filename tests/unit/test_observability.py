"""What reaches a log line, and what never does."""

import asyncio
import json
import logging
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import observability
from observability import FIELDS, HIDDEN, configure, count, counts, get_logger

SECRET = "Jansen 999990020 1234AB j.jansen@voorbeeld.nl"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Logging as the product has it, into a file; put back afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    for owner, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    log = tmp_path / "test.log"
    root.handlers.clear()
    configure(component="test", to=log)
    yield lambda: [json.loads(line) for line in _read(log).splitlines()]
    root.handlers[0].close()
    root.handlers[:], root.level = before


def _read(log: Path) -> str:
    text = log.read_text(encoding="utf-8")
    assert not any(word in text for word in SECRET.split())
    return text


def logged(lines: Lines, **fields: object) -> dict[str, Any]:
    get_logger().info("case.opened", **fields)
    return lines()[-1]


def test_an_event_of_ours_is_one_line_of_json(lines: Lines) -> None:
    line = logged(lines, case_id="01JD8ZK4M2V7Q3N5R9T1W6X8Y0", attempt=2, since=datetime(2025, 3, 3, 9, tzinfo=UTC))
    assert datetime.fromisoformat(line.pop("at")).tzinfo is not None
    assert line == {
        "level": "info",
        "component": "test",
        "event": "case.opened",
        "case_id": "01JD8ZK4M2V7Q3N5R9T1W6X8Y0",
        "attempt": 2,
        "since": "2025-03-03T09:00:00+00:00",
    }


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        7,
        0.25,
        "case/01JD8ZK4M2V7Q3N5R9T1W6X8Y0",
        "retention/6c1f2a90-1111-2222-3333-444455556666",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0bb822cd15d6c15b0f00a8",
        "2025-03-03T09:00:00+01:00",
        "127.0.0.1:54321",
        "smtp.421",
        "gm0363",
        "household-2",
    ],
)
def test_codes_ids_and_moments_come_through(lines: Lines, value: object) -> None:
    assert logged(lines, code=value)["code"] == value


@pytest.mark.parametrize(
    "value",
    [
        "999990020",
        "1234.56.782",
        "12345678",
        999990020,
        999990020.0,
        float("nan"),
        "0612345678",
        "06-12345678",
        "+31-6-12345678",
        "NL91ABNA0417164300",
        "1980-05-04",
        "04-05-1980",
        "1234AB",
        "person/1234AB",
        "j.jansen@voorbeeld.nl",
        "Jan de Vries",
        "Jan\u00e9",
        "",
        "x" * 121,
        b"999990020",
        ["999990020"],
        {"name": "Jansen"},
        ValueError(SECRET),
        object(),
        Path("/home/jansen"),
    ],
)
def test_what_could_be_somebodys_is_hidden(lines: Lines, value: object) -> None:
    assert logged(lines, code=value)["code"] == HIDDEN


def test_a_field_that_nobody_allowed_is_hidden(lines: Lines) -> None:
    assert "surname" not in FIELDS
    line = logged(lines, surname="jansen", **{"Jansen 999990020": 1})
    assert line["surname"] == HIDDEN
    assert "Jansen 999990020" not in line


def test_an_event_that_is_a_sentence_is_hidden(lines: Lines) -> None:
    get_logger().warning(f"mail to {SECRET} failed")
    get_logger().warning("mail to %s failed", SECRET)
    assert [line["event"] for line in lines()] == [HIDDEN, HIDDEN]


def test_a_duration_is_in_seconds(lines: Lines) -> None:
    assert logged(lines, retry_in=timedelta(minutes=2))["retry_in"] == 120


def test_an_exception_leaves_type_names_and_places(lines: Lines) -> None:
    try:
        try:
            raise ConnectionError(SECRET)
        except ConnectionError as error:
            raise ValueError(SECRET) from error
    except ValueError:
        get_logger().exception("letter.failed", attempt=1)
    (line,) = lines()
    assert line["exception"] == ["ValueError", "ConnectionError"]
    assert all(frame.startswith("tests/unit/test_observability.py:") for frame in line["frames"])
    assert len(line["frames"]) == 2


@pytest.mark.parametrize("name", ["temporalio.core", "uvicorn.error", "httpx", "sqlalchemy.engine", "mail.log"])
def test_other_loggers_leave_their_name_and_place(lines: Lines, name: str) -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger(name).exception("%s failed", SECRET, extra={"body": SECRET}, stack_info=True)
    (line,) = lines()
    assert (line["event"], line["logger"], line["exception"]) == ("foreign", name, ["ValueError"])
    assert line["place"].startswith("test_observability.py:")


def test_other_loggers_speak_from_warning_on(lines: Lines) -> None:
    logging.getLogger("httpx").info("GET https://register/999990020")
    logging.getLogger("httpx").warning(SECRET)
    assert [line["level"] for line in lines()] == ["warning"]


def test_a_handler_that_a_library_brought_is_taken_away(tmp_path: Path, lines: Lines) -> None:
    library = logging.getLogger("a.library")
    own = logging.FileHandler(tmp_path / "library.log")
    library.addHandler(own)
    library.propagate = False
    configure(component="test", to=tmp_path / "test.log")
    library.error(SECRET)
    own.close()
    assert not (tmp_path / "library.log").read_text()
    assert lines()[-1]["logger"] == "a.library"


def test_a_warning_leaves_its_category_and_place(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = observability._on_warning
        warnings.warn(SECRET, UserWarning, stacklevel=1)
    (line,) = lines()
    assert line["logger"] == "warnings.UserWarning"
    assert line["place"].startswith("test_observability.py:")


async def test_a_task_that_nobody_awaits_leaves_its_type(lines: Lines) -> None:
    async def fail() -> None:
        raise ValueError(SECRET)

    task = asyncio.ensure_future(fail())
    await asyncio.wait([task])
    del task
    await asyncio.sleep(0)
    assert lines()[-1]["exception"] == ["ValueError"]


def test_an_uncaught_exception_of_a_thread_leaves_its_type(lines: Lines) -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert (lines()[-1]["event"], lines()[-1]["exception"]) == ("uncaught", ["ValueError"])


def test_a_process_that_dies_says_no_more_than_the_type() -> None:
    program = textwrap.dedent(f"""
        from observability import configure
        configure(component="test")
        def fail(text):
            raise ValueError(text)
        fail({SECRET!r})
    """)
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert not ended.stdout
    line = json.loads(ended.stderr)
    assert (line["event"], line["exception"], line["level"]) == ("uncaught", ["ValueError"], "critical")


def test_an_event_before_configuration_is_filtered_as_well() -> None:
    program = f"from observability import get_logger; get_logger().warning('case.opened', code={SECRET!r})"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "999990020" not in ended.stdout + ended.stderr


def test_counters_add_up() -> None:
    before = counts().get("letters.sent", 0)
    count("letters.sent")
    count("letters.sent", 2)
    assert counts()["letters.sent"] == before + 3
