"""The descriptions of both APIs by the Dutch API design rules, as far as a test can read them."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.datastructures import State

from tests.web.browser import Browser
from web.partner_api import app as partner_api
from web.staff_api import app as staff_api

APIS = {
    staff_api.PATH: (staff_api.create_staff_api(State()), staff_api.VERSION),
    partner_api.PATH: (partner_api.create_api(State()), partner_api.VERSION),
}
ONE_THING = {"ik", "volgende", "ontvangst", "antwoord"}
"""Parts of an address of which there is only one where they stand."""
ASKED = {
    "zaakId",
    "persoonId",
    "opdrachtId",
    "aanleveringId",
    "id",
    "gemeentecode",
    "gemeente",
    "pagina",
    "werkbakje",
    "overgeslagen",
    "oorzaak",
    "kwartaal",
    "maand",
}
"""What addresses hold: ids, codes and numbers, and nothing that a person is known by."""

base_and_described = pytest.mark.parametrize(
    ("base", "described"), [(base, api.openapi()) for base, (api, _) in APIS.items()], ids=list(APIS)
)


def ways(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, found in described["paths"].items():
        for method, way in found.items():
            yield path, method, way


@base_and_described
def test_the_version_stands_in_the_address_and_in_the_description(base: str, described: dict[str, Any]) -> None:
    version = APIS[base][1]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert base.endswith(f"/v{version.partition('.')[0]}")
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": base}]
    assert described["info"]["version"] == version
    assert described["info"]["title"] and described["info"]["description"] and described["info"]["contact"]["name"]


@base_and_described
def test_an_address_is_of_plural_nouns_without_a_slash_at_the_end(base: str, described: dict[str, Any]) -> None:
    for path in described["paths"]:
        assert not path.endswith("/") and "//" not in path
        for part in path.strip("/").split("/"):
            if part.startswith("{"):
                continue
            assert re.fullmatch(r"[a-z]+(-[a-z]+)*", part), path
            assert part in ONE_THING or part.endswith(("en", "s")), path


@base_and_described
def test_nothing_that_a_person_is_known_by_is_asked_in_an_address(base: str, described: dict[str, Any]) -> None:
    for path, _, way in ways(described):
        for asked in way.get("parameters", ()):
            if asked["in"] in ("path", "query"):
                assert asked["name"] in ASKED, path
                assert re.fullmatch(r"[a-z][a-zA-Z0-9]*", asked["name"]), path


@base_and_described
def test_every_way_says_what_it_does_and_how_it_can_end(base: str, described: dict[str, Any]) -> None:
    names = [way["operationId"] for _, _, way in ways(described)]
    assert len(set(names)) == len(names)
    for path, method, way in ways(described):
        assert way["summary"] and way["description"] and way["tags"] and way["security"], path
        assert {"400", "401", "404"} <= set(way["responses"]), path
        for status, answer in way["responses"].items():
            assert answer["description"], path
            assert "API-Version" in answer["headers"], path
            kinds = set(answer.get("content", {}))
            if status.startswith("2"):
                assert kinds == (set() if status == "204" else {"application/json"}), path
            else:
                assert kinds == {"application/problem+json"}, (path, method, status)
    assert "HTTPValidationError" not in json.dumps(described)


@base_and_described
def test_what_is_sent_may_hold_nothing_else(base: str, described: dict[str, Any]) -> None:
    for path, _, way in ways(described):
        if "requestBody" in way:
            shape = way["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert described["components"]["schemas"][shape]["additionalProperties"] is False, path


@base_and_described
def test_the_description_is_of_nobody(base: str, described: dict[str, Any]) -> None:
    """Its examples are of invented people, without a number that may be somebody's."""
    text = json.dumps(described, ensure_ascii=False)
    assert re.search(r"(?<!\d)(?!9999)\d{9}(?!\d)", text) is None
    assert not re.search(r"@(?!example\.)", text)


@pytest.mark.parametrize("base", APIS)
async def test_everybody_may_read_the_description(app: FastAPI, stranger: Browser, base: str) -> None:
    answer = await stranger.get(f"{base}/openapi.json")
    assert answer.json() == APIS[base][0].openapi()
    assert (answer.headers["access-control-allow-origin"], answer.headers["api-version"]) == ("*", APIS[base][1])
    with_slash = await stranger.get(f"{base}/openapi.json/")
    assert with_slash.status_code == 404
