"""A policy file as YAML: plain values, and the line on which each of them stands."""

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from policy.faults import Place
from policy.terms import BadPolicy


@dataclass(frozen=True)
class PolicyFile:
    """What a file says, and where."""

    path: Path
    content: dict[str, Any]
    lines: dict[Place, int]

    def at(self, *place: str | int) -> str:
        """The file, the line and the place in words; the nearest line above a place that is not in this file."""
        known = next((place[:end] for end in range(len(place), 0, -1) if place[:end] in self.lines), ())
        line = f", line {self.lines[known]}" if known else ""
        return f"{self.path}{line}: {'.'.join(map(str, place))}"

    def located(self, error: BadPolicy, *, within: Place = ()) -> list[str]:
        """Each fault with its line in this file, also when it stands under the key of one municipality."""
        return [self._fault(place, said, within) for place, said in error.faults]

    def _fault(self, place: Place, said: str, within: Place) -> str:
        inner = (*within, *place)
        deep = any(inner[:end] in self.lines for end in range(len(within) + 1, len(inner) + 1))
        start = self.at(*(inner if deep else place)) if place else str(self.path)
        return f"{start}: {said}"


def read(file: Path) -> PolicyFile:
    """Raises `BadPolicy` when there is no such file, or it is no YAML mapping, or names a key twice."""
    try:
        text = file.read_text(encoding="utf-8")
        root = yaml.compose(text, yaml.SafeLoader)
        lines = dict[Place, int]()
        if root is not None:
            _note_lines(root, (), lines)
        # A subclass of SafeLoader: it makes plain values only.
        content = yaml.load(text, _TextKeys)
    except FileNotFoundError:
        raise BadPolicy(f"{file}: there is no such file") from None
    except (yaml.YAMLError, BadPolicy) as error:
        raise BadPolicy(f"{file}: {error}") from None
    if not isinstance(content, dict):
        raise BadPolicy(f"{file}: not a list of keys with values")
    return PolicyFile(file, content, lines)


class _TextKeys(yaml.SafeLoader):
    """Reads the code of a municipality as text also when it is written without quotes."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        made = super().construct_mapping(node, deep=deep)
        return {str(key) if isinstance(key, int) else key: value for key, value in made.items()}


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                inner = (*place, str(key.value))
                if inner in lines:
                    # Plain YAML silently takes the last.
                    raise BadPolicy(f"line {key.start_mark.line + 1}: {key.value} stands there twice")
                lines[inner] = key.start_mark.line + 1
                _note_lines(value, inner, lines)
        case yaml.SequenceNode():
            for number, value in enumerate(node.value):
                inner = (*place, number)
                lines[inner] = value.start_mark.line + 1
                _note_lines(value, inner, lines)
        case _:
            pass
