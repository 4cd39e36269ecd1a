"""The persons register: the subset of Haal Centraal "BRP Personen Bevragen" 2.x that early signalling needs.

Faithful where a client can go wrong: required and unknown parameters and fields, a limited person for a search, the
dead only when asked for, dates with a type, at most ten hits, nothing that is null or false.
Source: openapi 2.7.0 and its features, github.com/BRP-API/Haal-Centraal-BRP-bevragen.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from models.codes import Party
from simulation import register_question
from simulation.faults import Faults
from simulation.inhabitants import Inhabitants
from simulation.register_question import AUTOMATIC, BY_ADDRESS, BY_BIRTH, BY_BSN, BY_NAME, BadQuestion, Fault, Json
from simulation.register_record import record_of

PATH = "/haalcentraal/api/brp/personen"
_MAX_HITS = {BY_ADDRESS: 30, BY_BIRTH: 10, BY_NAME: 10}
"""How many the register tells of, by the kind of search; one more, and it tells of nobody."""


class _TooMany(Exception):
    """More people than the register tells of."""


def router(inhabitants: Inhabitants, faults: Faults) -> APIRouter:
    """The register's only endpoint."""
    routes, records = APIRouter(), _Records(inhabitants)

    @routes.post(PATH)
    async def ask(request: Request) -> Response:
        await faults.gate(Party.REGISTER)
        if faults.kind(Party.REGISTER) == "malformed":
            return Response('{"personen": [{"geboorte": ', media_type="application/json")
        try:
            question = register_question.checked(await request.body())
            found = list(_answers(inhabitants, records, question))
        except BadQuestion as error:
            return _bad_request(error.faults)
        except _TooMany as most:
            detail = f"Meer dan maximum van {most} zoekresultaten gevonden. Verfijn de zoekopdracht."
            return _problem(code="tooManyResults", title="Teveel zoekresultaten.", detail=detail)
        content = {"type": question["type"], "personen": [_only(one, question["fields"]) for one in found]}
        return JSONResponse(content, media_type="application/json; charset=utf-8")

    return routes


class _Records:
    """The records of everybody, so that a question is not asked of thousands who live elsewhere."""

    def __init__(self, inhabitants: Inhabitants) -> None:
        self._inhabitants = inhabitants
        self._of_change = -1
        self._all: list[Json] = []
        self._by_number: dict[str, list[Json]] = {}

    def near(self, question: Json) -> Sequence[Json]:
        """Whom the question can be about, by the house number if it names one."""
        if self._of_change != self._inhabitants.changes:
            self._make()
        if "huisnummer" not in question:
            return self._all
        return self._by_number.get(str(question["huisnummer"]).replace(" ", "").casefold(), [])

    def _make(self) -> None:
        self._of_change = self._inhabitants.changes
        registered = (person for person in self._inhabitants if self._inhabitants.registered(person.bsn.text))
        self._all, self._by_number = [record_of(person) for person in registered], {}
        for record in self._all:
            number = record["verblijfplaats"].get("verblijfadres", {}).get("huisnummer", "")
            self._by_number.setdefault(str(number).casefold(), []).append(record)


def _answers(inhabitants: Inhabitants, records: _Records, question: Json) -> Iterable[Json]:
    """Whole records of whom the question is about. Raises _TooMany."""
    if question["type"] == BY_BSN:
        persons = [inhabitants.registered(number) for number in question["burgerservicenummer"]]
        return [record_of(person) for person in persons if person is not None]
    found = [record for record in records.near(question) if _is_found(record, question)]
    if len(found) > (most := _MAX_HITS[question["type"]]):
        raise _TooMany(most)
    return found


def _is_found(record: Json, question: Json) -> bool:
    home = record["verblijfplaats"].get("verblijfadres", {})
    died = record.get("opschortingBijhouding", {}).get("reden", {}).get("code") == "O"
    wanted: Json = {
        name: str(question[name]).replace(" ", "")
        for name in ("postcode", "huisnummer", "huisletter", "huisnummertoevoeging")
        if name in question
    }
    born = record["geboorte"]["datum"].get("datum", "")
    kept_by = record["gemeenteVanInschrijving"]["code"]
    name = record["naam"]
    return (
        all(_same(home.get(part, ""), value) for part, value in wanted.items())
        and question.get("geboortedatum", born) == born
        and question.get("gemeenteVanInschrijving", kept_by) == kept_by
        and _is_named(name["geslachtsnaam"], question.get("geslachtsnaam", "*"))
        and _is_named(name["voornamen"], question.get("voornamen", "*"))
        and _same(name["voorvoegsel"], question.get("voorvoegsel", name["voorvoegsel"]))
        and (not died or bool(question.get("inclusiefOverledenPersonen")))
    )


def _is_named(surname: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return surname.casefold().startswith(wanted[:-1].casefold())
    return _same(_bare(surname), _bare(wanted))


def _bare(name: str) -> str:
    """The register finds `Käster` by `Kaster` too."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _same(one: object, other: object) -> bool:
    return str(one).casefold() == str(other).casefold()


def _only(record: Mapping[str, Any], fields: Iterable[str]) -> Json:
    """What was asked for and what is always told, without what is empty."""
    chosen: Json = {}
    for path in fields:
        _copy(record, chosen, path.split("."))
    if "verblijfplaats" in chosen:
        chosen["verblijfplaats"]["type"] = record["verblijfplaats"]["type"]
    return chosen | {name: record[name] for name in AUTOMATIC if name in record}


def _copy(source: Mapping[str, Any], target: Json, path: Sequence[str]) -> None:
    name, *deeper = path
    value = source.get(name)
    if deeper and isinstance(value, dict):
        _copy(value, target.setdefault(name, {}), deeper)
    elif value not in (None, "", False):
        target[name] = _filled(value)


def _filled(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _filled(part) for name, part in value.items() if part not in (None, "", False)}


def _bad_request(faults: Sequence[Fault]) -> Response:
    names = ", ".join(dict.fromkeys(name for _, name, _ in faults))
    return _problem(
        code="paramsValidation",
        title="Een of meerdere parameters zijn niet correct.",
        detail=f"De foutieve parameter(s) zijn: {names}.",
        invalidParams=[{"code": code, "name": name, "reason": reason} for code, name, reason in faults],
    )


def _problem(*, code: str, title: str, detail: str, **more: object) -> Response:
    kind = "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1"
    content = {"type": kind, "title": title, "status": 400, "detail": detail, "instance": PATH, "code": code, **more}
    return JSONResponse(content, status_code=400, media_type="application/problem+json")
