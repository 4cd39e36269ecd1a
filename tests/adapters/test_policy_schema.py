"""The JSON Schema beside the policy files."""

import json
import re
from datetime import date
from typing import Any

import pytest
import yaml

import config
from adapters import policy_schema
from policy.terms import Policy

FOLDER = config.read({}).policies
SCHEMA = json.loads((FOLDER / policy_schema.NAME).read_text(encoding="utf-8"))
FILES = sorted(FOLDER.glob("*.yaml"))


def test_the_published_schema_is_that_of_the_code() -> None:
    assert (FOLDER / policy_schema.NAME).read_text(encoding="utf-8") == policy_schema.schema()


def test_every_key_of_a_policy_is_in_the_schema() -> None:
    assert set(SCHEMA["properties"]) == {"base", "municipalities", *Policy.model_fields}


def test_the_schema_explains_what_the_docstrings_explain() -> None:
    assert SCHEMA["properties"]["identity_queue"]["title"] == "Identity Queue"
    household = SCHEMA["$defs"]["FileMatching"]["properties"]["household"]
    assert household["description"].startswith("Up to how many people of one address share a case")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_shipped_file_fits_the_schema_and_names_it(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={policy_schema.NAME}"
    assert _misfits(SCHEMA, yaml.safe_load(text), "") == []


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"plan": {}}, ".plan"),
        ({"triage": [{"route": "fast", "rule": "Zo."}]}, ".triage.0.route"),
        ({"matching": {"hour": "7"}}, ".matching.hour"),
        ({"retention": {"none": {}}}, ".retention.none"),
        ({"office_hours": {"Ochtend": {"opens": 540}}}, ".office_hours.Ochtend.opens"),
        ({"municipalities": {"9901": {"versions": "1"}}}, ".municipalities.9901.versions"),
    ],
)
def test_the_schema_refuses_what_a_file_may_not_say(content: dict[str, Any], place: str) -> None:
    assert _misfits(SCHEMA, content, "") == [place]


def test_null_takes_a_key_away() -> None:
    assert _misfits(SCHEMA, {"plans": {"warm": None}, "routes": {"cak": None}, "queues": None}, "") == []


_TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str | date, "integer": int, "number": int | float}


def _misfits(schema: dict[str, Any], value: Any, place: str) -> list[str]:
    """The places where a value does not fit: the part of JSON Schema that Pydantic writes."""
    if "$ref" in schema:
        return _misfits(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value, place)
    if "anyOf" in schema:
        found = [_misfits(one, value, place) for one in schema["anyOf"]]
        # Of what fits nowhere, the choice that comes closest tells where.
        return max(found, key=lambda places: (not places, max(map(len, places), default=0)))
    kind = schema.get("type")
    if kind == "boolean" or kind is None:
        return [] if isinstance(value, bool) or kind is None else [place]
    if kind == "null" or isinstance(value, bool) or value is None:
        return [] if kind == "null" and value is None else [place]
    if not isinstance(value, _TYPES[kind]):
        return [place]
    if "enum" in schema and value not in schema["enum"]:
        return [place]
    if "pattern" in schema and not re.search(schema["pattern"], str(value)):
        return [place]
    if kind == "array":
        return [
            each for number, one in enumerate(value) for each in _misfits(schema["items"], one, f"{place}.{number}")
        ]
    return _misfits_within(schema, value, place) if kind == "object" else []


def _misfits_within(schema: dict[str, Any], value: dict[str, Any], place: str) -> list[str]:
    known, other, found = schema.get("properties", {}), schema.get("additionalProperties", {}), []
    for key, inner in value.items():
        at = f"{place}.{key}"
        if _misfits(schema.get("propertyNames", {}), key, at) or (key not in known and other is False):
            found.append(at)
        else:
            found += _misfits(known.get(key, other), inner, at)
    return found
