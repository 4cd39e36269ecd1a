"""A policy file as YAML: plain values, and the line on which each of them stands."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from policy.faults import Place
from policy.terms import BadPolicy

_NO_YAML = "dit is geen YAML: let op inspringen, haakjes, aanhalingstekens en de spatie na een dubbele punt"


@dataclass(frozen=True)
class PolicyFile:
    """What a file says, and where."""

    path: Path
    content: dict[str, Any]
    lines: dict[Place, int]

    def at(self, *place: str | int) -> str:
        """The file, the line and the place in words; the nearest line above a place that is not in this file."""
        known = next((place[:end] for end in range(len(place), 0, -1) if place[:end] in self.lines), ())
        line = f", regel {self.lines[known]}" if known else ""
        return f"{self.path}{line}: {'.'.join(map(str, place))}"

    def located(self, error: BadPolicy, *, within: Place = ()) -> list[str]:
        """Each fault with its line in this file, also when it stands under the key of one municipality."""
        return [self.told(place, said, within=within) for place, said in error.faults]

    def told(self, place: Place, said: str, *, within: Place = ()) -> str:
        """What is said of a place, with its line in this file."""
        inner = (*within, *place)
        deep = any(inner[:end] in self.lines for end in range(len(within) + 1, len(inner) + 1))
        if not place and within not in self.lines:
            return f"{self.path}: {said}"
        return f"{self.at(*(inner if deep or not place else place))}: {said}"


def read(file: Path) -> PolicyFile:
    """Raises `BadPolicy` when there is no such file, or it is no YAML mapping, or names a key twice or no real day."""
    try:
        content, lines = _parsed(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadPolicy(f"{file}: dit bestand is er niet") from None
    except (OSError, UnicodeDecodeError):
        raise BadPolicy(f"{file}: dit bestand is niet te lezen: het hoort tekst te zijn, in UTF-8") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadPolicy(f"{file}{f', regel {mark.line + 1}' if mark else ''}: {_NO_YAML}") from None
    except yaml.YAMLError:
        raise BadPolicy(f"{file}: {_NO_YAML}") from None
    except _WrongLine as error:
        raise BadPolicy(f"{file}, regel {error.line}: {error}") from None
    if not isinstance(content, dict):
        raise BadPolicy(f"{file}: hier horen sleutels met elk een waarde, zoals `naam: waarde`")
    return PolicyFile(file, content, lines)


def _parsed(text: str) -> tuple[object, dict[Place, int]]:
    # A subclass of SafeLoader: it makes plain values only.
    loader, lines = _TextKeys(text), dict[Place, int]()
    try:
        root = loader.get_single_node()
        if root is None:
            return None, lines
        _note_lines(root, (), lines)
        return loader.construct_document(root), lines
    finally:
        loader.dispose()


class _WrongLine(ValueError):
    """A line that is YAML, but cannot be meant."""

    def __init__(self, node: yaml.Node, said: str) -> None:
        super().__init__(said)
        self.line: int = node.start_mark.line + 1


class _TextKeys(yaml.SafeLoader):
    """Reads keys as text, also the code of a municipality or a day that is written without quotes."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        made = super().construct_mapping(node, deep=deep)
        return {str(key) if isinstance(key, int | date) else key: value for key, value in made.items()}

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> date | datetime:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:
            raise _WrongLine(node, f"{node.value} is geen dag die bestaat") from None


_TextKeys.add_constructor("tag:yaml.org,2002:timestamp", _TextKeys.construct_yaml_timestamp)


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int]) -> None:
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                inner = (*place, str(key.value))
                if inner in lines:
                    # Plain YAML silently takes the last.
                    raise _WrongLine(key, f"{key.value} staat hier voor de tweede keer")
                lines[inner] = key.start_mark.line + 1
                _note_lines(value, inner, lines)
        case yaml.SequenceNode():
            for number, value in enumerate(node.value):
                inner = (*place, number)
                lines[inner] = value.start_mark.line + 1
                _note_lines(value, inner, lines)
        case _:
            pass
