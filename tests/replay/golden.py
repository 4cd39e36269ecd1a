"""A recorded history as a file: JSON in which every payload can be read, with one short thing on a line."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

HISTORIES = Path(__file__).parent / "histories"
CASE = "case"
"""The file name, without ending, of a case's history."""

Document = dict[str, Any]

_WIDTH = 120


def documents(folder: Path = HISTORIES) -> list[Path]:
    """The files of recorded histories, in order; of all, or of one journey's folder."""
    return sorted(folder.rglob("*.json"), key=lambda file: (file.parent, file.stem))


def read(file: Path) -> Document:
    document: Document = json.loads(file.read_text(encoding="utf-8"))
    return document


def write(file: Path, document: Document) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(laid_out(document) + "\n", encoding="utf-8")


def document_of(history: WorkflowHistory) -> Document:
    """The history with its payloads opened. Raises ValueError when one of them is not JSON."""
    document: Document = _opened(json.loads(history.to_json()))
    return document


def history_of(document: Document) -> WorkflowHistory:
    """The history as Temporal reads it."""
    return WorkflowHistory.from_json(started_of(document)["workflowId"], _closed(document))


def events_of(document: Document) -> list[Document]:
    """What happened to the workflow, in order."""
    events: list[Document] = document["events"]
    return events


def started_of(document: Document) -> Document:
    """How the workflow was started."""
    started: Document = events_of(document)[0]["workflowExecutionStartedEventAttributes"]
    return started


def type_of(document: Document) -> str:
    """The name of the workflow whose history it is."""
    name: str = started_of(document)["workflowType"]["name"]
    return name


def is_payload(value: Any) -> bool:
    """Whether this part of a document is an opened payload: encoding, other metadata, and content unless empty."""
    return isinstance(value, dict) and "encoding" in value


def laid_out(value: Any, *, indent: str = "", before: str = "") -> str:
    """JSON that is short, and changes on few lines when little changes: what fits on a line stays on it.

    `before` is what stands before it on its first line.
    """
    line = before + json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) < _WIDTH or not isinstance(value, dict | list) or not value:
        return line
    inner = indent + " "
    parts = ",\n".join(inner + part for part in _parts(value, inner))
    start, end = "{}" if isinstance(value, dict) else "[]"
    return f"{before}{start}\n{parts}\n{indent}{end}"


def _parts(value: dict[str, Any] | list[Any], indent: str) -> Iterator[str]:
    if isinstance(value, list):
        yield from (laid_out(item, indent=indent) for item in value)
    else:
        yield from (laid_out(item, indent=indent, before=f"{json.dumps(name)}: ") for name, item in value.items())


def _opened(value: Any) -> Any:
    match value:
        case {"metadata": {"encoding": str()} as metadata, **rest} if rest.keys() <= {"data"}:
            return _payload_opened({name: _text(known) for name, known in metadata.items()}, str(rest.get("data", "")))
        case dict():
            return {name: _opened(part) for name, part in value.items()}
        case list():
            return [_opened(part) for part in value]
        case _:
            return value


def _payload_opened(metadata: dict[str, str], data: str) -> Document:
    return {**metadata, "content": json.loads(_text(data))} if data else metadata


def _closed(value: Any) -> Any:
    match value:
        case {"encoding": str()}:
            return _payload_closed(value)
        case dict():
            return {name: _closed(part) for name, part in value.items()}
        case list():
            return [_closed(part) for part in value]
        case _:
            return value


def _payload_closed(payload: Document) -> Document:
    metadata = {name: _base64(text) for name, text in payload.items() if name != "content"}
    if "content" not in payload:
        return {"metadata": metadata}
    content = json.dumps(payload["content"], ensure_ascii=False, separators=(",", ":"))
    return {"metadata": metadata, "data": _base64(content)}


def _text(data: str) -> str:
    return base64.b64decode(data).decode()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
