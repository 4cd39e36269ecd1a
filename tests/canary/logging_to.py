"""The product's logging in a process that is not the product's."""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from observability import configure


@contextmanager
def logging_to(file: Path, *, component: str) -> Iterator[None]:
    """`observability.configure` with this file; at the end everything that it set is as it was."""
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning
    configure(component=component, to=file)
    ours = root.handlers[:]
    try:
        yield
    finally:
        root.handlers[:], root.level, logging.raiseExceptions = handlers, level, raising
        sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning = hooks
        for handler in ours:
            handler.close()
