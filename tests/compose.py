"""docker-compose.yml as its services see it, with the values of .env.example."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docker-compose.yml"
_ASKED = re.compile(r"\$\{(\w+):\?[^}]*\}")


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
    """The variables that the file wants from .env; all of them are required."""
    return set(_ASKED.findall(FILE.read_text(encoding="utf-8")))


def environment(service: str) -> dict[str, str]:
    """The variables of a service, filled in."""
    filled = example()
    given: dict[str, str] = services()[service].get("environment", {})
    return {name: _ASKED.sub(lambda found: filled[found[1]], value) for name, value in given.items()}
