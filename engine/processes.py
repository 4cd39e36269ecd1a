"""Child processes that never outlive this one: started in a group of their own, stopped politely, then not."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

PATIENCE_SECONDS = 10.0
"""How long a child may take to stop after SIGTERM before it is killed."""


def start(argv: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a child that writes to `log` (appending), with `env` added to our environment.

    Ctrl-C in the terminal does not reach it. On Linux it is killed when the *thread* that calls this ends, however
    that happens: call it from the main thread.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()
    with log.open("ab") as output:
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            process_group=0,
            preexec_fn=(lambda: die_with(parent)) if _LIBC else None,
        )


def stop(*children: subprocess.Popen[bytes], patience: float = PATIENCE_SECONDS) -> None:
    """Stop the children one after the other in the given order, each with its whole group; return when all ended."""
    for child in children:
        _signal_group(child, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
        kill(child)


def kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL the child and what is left of its group, as a power cut would."""
    _signal_group(child, signal.SIGKILL)
    child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody of the group is left
        os.killpg(child.pid, number)


def die_with(parent: int) -> None:
    """Have this process killed when the thread that made it ends (on Linux). Safe between fork and exec."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
