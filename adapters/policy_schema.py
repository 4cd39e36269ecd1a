"""What a policy file may say, as JSON Schema, so that an editor helps whoever writes one.

`python -m adapters.policy_schema` writes it beside the policy files (`make policy-schema`).
"""

import json
from typing import Any

import config
from policy.terms import Policy

NAME = "schema.json"
_NULL = {"type": "null"}


def schema() -> str:
    """Of a file that says what differs from another one: everything may be left out, `null` takes a key away."""
    made = _as_overlay(Policy.model_json_schema(mode="validation"))
    base = {
        "description": "The file (without .yaml) that this one lies over; default where nothing is said.",
        "type": "string",
    }
    municipalities = {
        "description": "The code of each municipality that this file is for, with what differs only there.",
        "type": "object",
        "propertyNames": {"pattern": "^[0-9]{4}$"},
        "additionalProperties": {"anyOf": [{"$ref": "#/$defs/PolicyOfOne"}, _NULL]},
    }
    of_one = {key: made[key] for key in ("properties", "type", "additionalProperties")}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A policy file of Signaalreis",
        "description": made["description"],
        "type": "object",
        "additionalProperties": False,
        "properties": {"base": base, "municipalities": municipalities, **made["properties"]},
        "$defs": {**made["$defs"], "PolicyOfOne": of_one},
    }
    return json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _as_overlay(part: Any) -> Any:
    """The same schema, of which every key may be absent or `null`; what is missing is found once files are merged."""
    if isinstance(part, list):
        return [_as_overlay(each) for each in part]
    if not isinstance(part, dict):
        return part
    loose = {key: _as_overlay(value) for key, value in part.items() if key not in ("required", "minProperties")}
    if isinstance(part.get("properties"), dict):
        loose["properties"] = {name: _or_null(value) for name, value in loose["properties"].items()}
    if isinstance(part.get("additionalProperties"), dict):
        loose["additionalProperties"] = _or_null(loose["additionalProperties"])
    return loose


def _or_null(part: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in part:
        return part if _NULL in part["anyOf"] else {**part, "anyOf": [*part["anyOf"], _NULL]}
    said: dict[str, Any] = {key: part[key] for key in ("title", "description", "default") if key in part}
    return {**said, "anyOf": [{key: value for key, value in part.items() if key not in said}, _NULL]}


def main() -> None:
    (config.read().policies / NAME).write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
