"""The supervisor as a process of its own, with small Python programs as its children."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.servers import free_port
from engine.supervisor import CannotStart, Child, check_port_free, check_writable, supervise

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = "import time; time.sleep(600)"
# Writes its own and its child's process id, so that a test can see who is left.
FAMILY = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
pathlib.Path(sys.argv[1]).write_text(f"{__import__('os').getpid()} {child.pid}")
time.sleep(600)
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)


def python(name: str, program: str, *args: str, once: bool = False, **options: object) -> str:
    """The source of a Child that runs `program`."""
    argv = [sys.executable, "-c", program, *args]
    rest = "".join(f", {key}={value}" for key, value in options.items())
    return f"Child(name={name!r}, argv={argv!r}, once={once}{rest})"


@dataclass
class Running:
    process: subprocess.Popen[str]
    logs: Path

    def finish(self, number: signal.Signals | None = None) -> tuple[int, list[str]]:
        if number is not None:
            self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=30)
        return self.process.returncode, output.splitlines()

    def wait_for(self, line: str) -> None:
        assert self.process.stdout is not None
        for said in self.process.stdout:
            if line in said:
                return
        raise AssertionError(f"never said {line!r}")


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started: list[Running] = []

    def start(*children: str, patience: float = 10) -> Running:
        program = textwrap.dedent(f"""
            import functools, pathlib, sys
            from engine import processes, supervisor
            from engine.supervisor import Child, answers_http, answers_tcp, supervise
            processes.stop = functools.partial(processes.stop, patience={patience})
            say = functools.partial(print, flush=True)
            sys.exit(supervise([{", ".join(children)}], logs=pathlib.Path({str(tmp_path)!r}), say=say,
                               when_running=lambda: say("all running")))
        """)
        process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        started.append(Running(process, tmp_path))
        return started[-1]

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()
        assert running.process.stdout is not None
        running.process.stdout.close()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_in_the_opposite_order(launch: Callable[..., Running], number: signal.Signals) -> None:
    running = launch(python("one", SLEEPER), python("two", SLEEPER))
    running.wait_for("all running")
    code, said = running.finish(number)
    assert (code, said) == (0, ["two: stopped", "one: stopped"])


def test_a_signal_while_starting_stops_what_has_started(launch: Callable[..., Running]) -> None:
    running = launch(python("one", SLEEPER), python("two", SLEEPER, is_ready="lambda: False"))
    running.wait_for("one: running")
    assert running.finish(signal.SIGINT)[0] == 0


def test_a_child_that_dies_takes_the_others_with_it(launch: Callable[..., Running]) -> None:
    running = launch(python("one", SLEEPER), python("two", "import time; time.sleep(0.5); print('bye'); exit(3)"))
    code, said = running.finish()
    log = running.logs / "two.log"
    assert code == 1
    assert f"two ended by itself (exit code 3); see {log}. Everything is stopped." in said
    assert said[-1] == "one: stopped"
    assert log.read_text() == "bye\n"


def test_a_service_that_never_gets_ready_is_named(launch: Callable[..., Running]) -> None:
    running = launch(python("one", SLEEPER, is_ready="lambda: False", ready_within_seconds=0.3))
    code, said = running.finish()
    assert code == 1
    assert said[0].startswith("one was not ready within 0 s; see ")


def test_a_step_is_done_before_the_next_one_starts(launch: Callable[..., Running], tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    first = python("first", f"import time, pathlib; time.sleep(0.3); pathlib.Path({str(flag)!r}).touch()", once=True)
    second = python("second", f"import pathlib, time; assert pathlib.Path({str(flag)!r}).exists(); time.sleep(600)")
    running = launch(first, second)
    running.wait_for("all running")
    assert running.finish(signal.SIGTERM) == (0, ["second: stopped"])


def test_a_step_that_fails_stops_all(launch: Callable[..., Running]) -> None:
    code, said = launch(python("one", SLEEPER), python("migrate", "exit(2)", once=True)).finish()
    assert code == 1
    assert said[1].startswith("migrate failed (exit code 2); see ")


def test_readiness_is_asked_over_http_and_tcp(launch: Callable[..., Running]) -> None:
    port = free_port()
    server = textwrap.dedent(f"""
        import http.server, socketserver, time
        time.sleep(0.3)
        socketserver.TCPServer(("127.0.0.1", {port}), http.server.SimpleHTTPRequestHandler).serve_forever()
    """)
    running = launch(
        python("http", server, is_ready=f"answers_http('http://127.0.0.1:{port}/')"),
        python("tcp", SLEEPER, is_ready=f"answers_tcp({port})"),
    )
    running.wait_for("all running")
    assert running.finish(signal.SIGINT)[0] == 0


def test_a_child_that_ignores_the_signal_is_killed(launch: Callable[..., Running]) -> None:
    running = launch(python("deaf", STUBBORN), patience=0.3)
    wait_until(lambda: (running.logs / "deaf.log").exists() and "deaf" in (running.logs / "deaf.log").read_text())
    running.wait_for("all running")
    assert running.finish(signal.SIGTERM) == (0, ["deaf: stopped"])


def test_the_children_of_a_child_are_stopped_too(launch: Callable[..., Running], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    running = launch(
        python("family", FAMILY, str(pids), is_ready=f"lambda: bool(pathlib.Path({str(pids)!r}).exists())")
    )
    running.wait_for("all running")
    wait_until(lambda: len(pids.read_text().split()) == 2)
    running.finish(signal.SIGTERM)
    wait_until(lambda: not any(is_alive(int(pid)) for pid in pids.read_text().split()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_killed_supervisor_leaves_no_child(launch: Callable[..., Running], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    running = launch(python("family", FAMILY, str(pids)))
    wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    running.process.kill()
    wait_until(lambda: not is_alive(int(pids.read_text().split()[0])))
    os.kill(int(pids.read_text().split()[1]), signal.SIGKILL)  # a grandchild is its parent's business


def test_the_environment_of_a_child_is_ours_and_its_own(tmp_path: Path) -> None:
    program = "import os; print(os.environ['COLOUR'], 'PATH' in os.environ, flush=True); exit(1)"
    child = Child(name="env", argv=[sys.executable, "-c", program], env={"COLOUR": "blue"}, once=True)
    said: list[str] = []
    assert supervise([child], logs=tmp_path, say=said.append) == 1
    assert (tmp_path / "env.log").read_text() == "blue True\n"


def test_a_port_in_use_is_refused_with_advice() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} is in use.*choose another port with THE_PORT"):
            check_port_free(port, setting="THE_PORT")
    check_port_free(port, setting="THE_PORT")


def test_a_folder_that_cannot_be_written_is_refused_with_advice(tmp_path: Path) -> None:
    check_writable(tmp_path / "new" / "folder", setting="THE_FOLDER")
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match=r"cannot be written: change its owner.*choose another with THE_FOLDER"):
        check_writable(tmp_path / "file", setting="THE_FOLDER")
