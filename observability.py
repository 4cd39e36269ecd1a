"""Logs as events in JSON lines, counters, and the filter that keeps personal data out of both.

    log = get_logger()
    log.info("letter.sent", case_id=case_id, attempt=2)

What is written of our own events: the event's name and the fields of `FIELDS`, when their value cannot be somebody's
data. Of everybody else's log lines, of warnings and of exceptions: where they arose and the names of the types,
never a word of their text.
"""

import json
import logging
import re
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TextIO
from uuid import UUID

import structlog
from structlog.stdlib import BoundLogger
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"

FIELDS = frozenset(
    {
        "action",
        "activity",
        "address",
        "attempt",
        "attempts",
        "batch_id",
        "case_id",
        "certificate_hash",
        "certificate_id",
        "certificate_number",
        "channel",
        "code",
        "command_id",
        "component",
        "count",
        "delivery_id",
        "document_id",
        "due",
        "error",
        "event_id",
        "exit_code",
        "failed",
        "feedback_id",
        "from_version",
        "hold_id",
        "kind",
        "migration",
        "mode",
        "municipality",
        "namespace",
        "outcome",
        "partner",
        "party",
        "phase",
        "pid",
        "policy_version",
        "port",
        "priority",
        "process",
        "queue",
        "retry_in",
        "role",
        "route",
        "row",
        "rows",
        "run_id",
        "seconds",
        "signal_id",
        "signals",
        "since",
        "stage",
        "stalled",
        "status",
        "step",
        "step_id",
        "succeeded",
        "task_id",
        "task_queue",
        "terms_version",
        "to_version",
        "total",
        "unit_id",
        "until",
        "update_id",
        "version",
        "wake_at",
        "waiting",
        "workflow_id",
        "workflow_type",
    }
)
"""The only fields whose values are written. Add a name when no value of it can come from a form or a file."""

_Fields = dict[str, object]

_OURS = "signaalreis"
_SAFE_FIELDS = "signaalreis_fields"
_OUR_ROOT = Path(__file__).resolve().parent
_CHAIN_LIMIT = 10

_EVENT_NAME = re.compile(r"[a-z][a-z0-9_.]{0,79}")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TYPE_NAME = re.compile(r"[A-Za-z_]\w{0,79}", re.ASCII)
_PLACE = re.compile(r"[\w.():/<>-]{1,120}", re.ASCII)
_SAFE_TEXT = re.compile(r"[\w.:/+-]{1,120}", re.ASCII)
_BIGGEST_NUMBER = 9_999_999

# Ids, moments of this century and addresses are full of digits that are nobody's: they are set aside first.
_NOBODYS_DIGITS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?=[0-9]*[A-Z])[0-9A-HJKMNP-TV-Z]{26}"
    r"|(?=[0-9]*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})"
    r"|20[0-9]{2}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
    r"|(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?::[0-9]{1,5})?"
    r")(?![A-Za-z0-9])"
)
# Eight digits, however separated (BSN, telephone, account, date of birth), and a postcode.
_SOMEBODYS_DIGITS = re.compile(r"[0-9](?:[-.:/+_]?[0-9]){7}|(?<![0-9])[0-9]{4}[A-Z]{2}(?![A-Za-z0-9])")

_counts: Counter[str] = Counter()
_counts_lock = threading.Lock()


def configure(*, component: str, to: Path | None = None) -> None:
    """Send every log line of this process, filtered, to the file `to` (appended) or to stderr; may be called again.

    Our own events from INFO, others from WARNING. Uncaught exceptions and warnings go there too. Libraries that
    brought log handlers of their own lose them; one that sets them up later must be told not to
    (`uvicorn.run(..., log_config=None)`).
    """
    handler = logging.FileHandler(to, encoding="utf-8") if to else _StderrHandler()
    handler.setFormatter(_SafeFormatter(component))
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or hasattr(record, _SAFE_FIELDS))
    for library in (logging.getLogger(name) for name in list(logging.Logger.manager.loggerDict)):
        library.handlers.clear()
        library.propagate = True
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.raiseExceptions = False  # a handler that fails would print the record with its arguments
    sys.excepthook = lambda kind, error, trace: _log_uncaught(error)
    sys.unraisablehook = lambda broken: _log_uncaught(broken.exc_value)
    threading.excepthook = lambda broken: _log_uncaught(broken.exc_value)
    warnings.showwarning = _on_warning


def get_logger() -> BoundLogger:
    """The logger of our own events; it filters from the moment this module is imported."""
    logger: BoundLogger = structlog.stdlib.get_logger(_OURS)
    return logger


def count(name: str, by: int = 1) -> None:
    """Add to the counter `name` of this process."""
    with _counts_lock:
        _counts[name] += by


def counts() -> Mapping[str, int]:
    """The counters as they are now."""
    with _counts_lock:
        return MappingProxyType(dict(_counts))


def _keep_safe_fields(_logger: WrappedLogger, level: str, event: EventDict) -> EventDict:
    """The structlog processor that lets only names and safe values of our own events through."""
    name = event.pop("event", None)
    error = event.pop("exc_info", None)
    safe: _Fields = {"event": name if isinstance(name, str) and _EVENT_NAME.fullmatch(name) else HIDDEN}
    for field, value in event.items():
        if _FIELD_NAME.fullmatch(field):
            safe[field] = _safe_value(value) if field in FIELDS else HIDDEN
    return safe | _described(_exception_of(error))


def _safe_value(value: object) -> object:
    match value:
        case None | bool():
            return value
        case int() | float():
            return value if abs(value) <= _BIGGEST_NUMBER else HIDDEN
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case str() | UUID():
            return text if _is_safe(text := str(value)) else HIDDEN
        case _:
            return HIDDEN


def _is_safe(text: str) -> bool:
    return bool(_SAFE_TEXT.fullmatch(text)) and not _SOMEBODYS_DIGITS.search(_NOBODYS_DIGITS.sub(" ", text))


def _hand_over(_logger: WrappedLogger, _level: str, safe: EventDict) -> EventDict:
    return {"msg": safe["event"], "extra": {_SAFE_FIELDS: dict(safe)}}


structlog.configure(
    processors=[structlog.stdlib.filter_by_level, _keep_safe_fields, _hand_over],
    wrapper_class=structlog.stdlib.BoundLogger,
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


class _SafeFormatter(logging.Formatter):
    """One JSON object a line. Of a record that is not ours, neither text nor arguments are looked at."""

    def __init__(self, component: str) -> None:
        super().__init__()
        self._component = component

    def format(self, record: logging.LogRecord) -> str:
        head = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "component": self._component,
        }
        ours: _Fields | None = getattr(record, _SAFE_FIELDS, None)
        return json.dumps(head | (_foreign(record) if ours is None else ours))


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at that moment."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _foreign(record: logging.LogRecord) -> _Fields:
    place = f"{record.filename}:{record.lineno}"
    return {
        "event": "foreign",
        "logger": record.name if _PLACE.fullmatch(record.name) else HIDDEN,
        "place": place if _PLACE.fullmatch(place) else HIDDEN,
    } | _described(_exception_of(record.exc_info))


def _exception_of(exc_info: object) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case None | False | (None, None, None):
            return None
        case _:
            return sys.exc_info()[1]


def _described(error: BaseException | None) -> _Fields:
    """The type names of an exception and its causes, and the lines of our own code that it passed."""
    if error is None:
        return {}
    names = [type(link).__name__ for link in _chain(error)]
    return {
        "exception": [name if _TYPE_NAME.fullmatch(name) else HIDDEN for name in names],
        "frames": [frame for link in _chain(error) for frame in _our_frames(link.__traceback__)],
    }


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_CHAIN_LIMIT):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _our_frames(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_OUR_ROOT) and ".venv" not in path.parts:
            yield f"{path.relative_to(_OUR_ROOT).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next


def _log_uncaught(error: BaseException | None) -> None:
    if not isinstance(error, KeyboardInterrupt):
        get_logger().critical("uncaught", exc_info=error)


def _on_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    record = logging.LogRecord(f"warnings.{category.__name__}", logging.WARNING, filename, lineno, "", (), None)
    logging.getLogger("py.warnings").handle(record)
