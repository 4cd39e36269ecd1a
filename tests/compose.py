"""docker-compose.yml as its services see it, with the values of .env.example."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(:\?|\?|:-)([^}]*)\}")
"""`:?` wants a value, `?` one that may be empty, `:-` has one by itself."""


def compose() -> dict[str, Any]:
    """The file itself."""
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def ours() -> list[str]:
    """The services that run our own image."""
    return [name for name, service in services().items() if "build" in service]


def example() -> dict[str, str]:
    """What an operator fills in."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def asked() -> set[str]:
    """The variables that the file wants from .env."""
    return {name for name, how, _ in _variables() if how != ":-"}


def by_itself() -> dict[str, str]:
    """The variables that .env may hold, with what stands in the file for when it does not."""
    return {name: text for name, how, text in _variables() if how == ":-"}


def environment(service: str, filled: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a service, filled in as Compose does. Raises `ValueError` for what must be filled in."""
    known = example() if filled is None else filled

    def value(found: re.Match[str]) -> str:
        name, how, text = found.groups()
        given = known.get(name)
        if how == ":-":
            return given or text
        if given is None or (how == ":?" and not given):
            raise ValueError(f"{name}: {text}")
        return given

    variables: dict[str, str] = services()[service].get("environment", {})
    return {name: _VARIABLE.sub(value, text) for name, text in variables.items()}


def _variables() -> list[tuple[str, str, str]]:
    return _VARIABLE.findall(FILE.read_text(encoding="utf-8"))
