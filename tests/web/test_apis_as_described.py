"""Both APIs against their own descriptions: whatever these allow, and much that they do not, is asked of the app in
front of a town. Nothing ends in an error of ours, and every answer is as described. The same questions each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.datastructures import State
from starlette.testclient import TestClient

from adapters.registry import Member
from models.codes import Role
from models.ids import StaffId
from tests.builders import ZONNEDIJK
from tests.web.situations import with_a_housemate
from tests.web.test_partner_api import SYSTEM, WOONSTEE, works_for
from tests.web.town import THEA, Town, a_case_in_contact
from web.auth import cookie_name
from web.forms.table import FORMS
from web.partner_api import app as partner_api
from web.staff_api import app as staff_api
from web.staff_api.access import SECRET

HOST = "http://127.0.0.1:8000"
KARIN = StaffId("karin")
EACH = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
Way = tuple[str, str]
Described = Mapping[str, OpenApiSchema]


def ways(described: dict[str, Any]) -> list[Way]:
    return [(method.upper(), path) for path, found in described["paths"].items() for method in found]


OF_STAFF = ways(staff_api.create_staff_api(State()).openapi())
OF_PARTNERS = ways(partner_api.create_api(State()).openapi())


@dataclass
class Asking:
    """An API with who asks, and the ids that are there to ask about."""

    schema: OpenApiSchema
    headers: dict[str, str]
    there: dict[str, str]

    def ask(self, way: Way, *, wrong: bool) -> None:
        """Everything of this way that Hypothesis comes up with; `wrong`: what the description does not allow."""
        method, path = way
        mode = schemathesis.GenerationMode.NEGATIVE if wrong else schemathesis.GenerationMode.POSITIVE
        cases = self.schema[path][method].as_strategy(generation_mode=mode)
        checks = [*CHECKS, *([negative_data_rejection] if wrong else [])]

        @EACH
        @given(st.data())
        def every(data: st.DataObject) -> None:
            case = data.draw(cases)
            if not wrong:
                self._about_something(case, data)
            answer = case.call(headers=self.headers)
            case.validate_response(answer, checks=checks)

        every()

    def _about_something(self, case: schemathesis.Case[Any], data: st.DataObject) -> None:
        """Made-up ids are only told that nothing is there, and made-up commands that there is no such command."""
        for name in case.path_parameters:
            if name in self.there and data.draw(st.integers(0, 3)):
                case.path_parameters[name] = self.there[name]
        if case.operation.path.endswith("/opdrachten") and isinstance(case.body, dict):
            form = FORMS[data.draw(st.sampled_from(sorted(FORMS)))]
            names = [name for field in form.questions for name in field.names]
            answers = st.text(max_size=20) | st.booleans() | st.sampled_from(["ja", "2027-04-06", "2027-04-06T10:00"])
            fields = st.dictionaries(st.sampled_from(names), answers) if names else st.just({})
            body: dict[str, Any] = {**case.body, "soort": form.kind, "velden": data.draw(fields)}
            case.body = body


@pytest.fixture(scope="session")
def described(built: FastAPI) -> dict[str, OpenApiSchema]:
    """As each API describes itself, read once."""
    return {
        base: schemathesis.openapi.from_asgi(f"{base}/openapi.json", built)
        for base in (staff_api.PATH, partner_api.PATH)
    }


def signed_in(town: Town, app: FastAPI, staff: StaffId) -> dict[str, str]:
    """What the browser of somebody who signed in sends along."""
    session = town.stores.sessions.begin(staff, at=town.now)
    named = {
        cookie_name(name, demo=True): value for name, value in (("signaalreis", session), ("signaalreis-browser", "b"))
    }
    cookies = "; ".join(f"{name}={value}" for name, value in named.items())
    me = TestClient(app, base_url=HOST).get(f"{staff_api.PATH}/ik", headers={"Cookie": cookies}).json()
    return {"Cookie": cookies, SECRET: me["formuliergeheim"]}


@pytest.fixture
def there(town: Town) -> dict[str, str]:
    state = with_a_housemate(town)
    a_case_in_contact(town)
    return {
        "zaakId": state.case_id,
        "aanleveringId": f"levering-{state.case_id[-4:]}-{state.resident[:4]}",
        "gemeentecode": ZONNEDIJK.text,
    }


@pytest.fixture
def as_supervisor(town: Town, app: FastAPI, described: Described, there: dict[str, str]) -> Asking:
    return Asking(described[staff_api.PATH], signed_in(town, app, THEA), there)


@pytest.fixture
def as_switchboard(town: Town, app: FastAPI, described: Described, there: dict[str, str]) -> Asking:
    town.stores.registry.ensure(staff=[Member(KARIN, "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK,))])
    return Asking(described[staff_api.PATH], signed_in(town, app, KARIN), there)


@pytest.fixture
def as_partner(town: Town, app: FastAPI, described: Described, there: dict[str, str]) -> Asking:
    key = works_for(town, SYSTEM, WOONSTEE)
    return Asking(described[partner_api.PATH], {"Authorization": f"Bearer {key}"}, there)


@pytest.mark.parametrize("wrong", [False, True], ids=["as described", "otherwise"])
@pytest.mark.parametrize("way", OF_STAFF, ids=" ".join)
def test_the_api_of_staff_answers_as_it_is_described(as_supervisor: Asking, way: Way, wrong: bool) -> None:
    as_supervisor.ask(way, wrong=wrong)


@pytest.mark.parametrize("wrong", [False, True], ids=["as described", "otherwise"])
def test_what_the_switchboard_sends_is_answered_as_it_is_described(as_switchboard: Asking, wrong: bool) -> None:
    as_switchboard.ask(("POST", "/terugbelverzoeken"), wrong=wrong)


@pytest.mark.parametrize("wrong", [False, True], ids=["as described", "otherwise"])
@pytest.mark.parametrize("way", OF_PARTNERS, ids=" ".join)
def test_the_api_of_partners_answers_as_it_is_described(as_partner: Asking, way: Way, wrong: bool) -> None:
    as_partner.ask(way, wrong=wrong)


@pytest.mark.parametrize(
    "way",
    [(staff_api.PATH, *way) for way in OF_STAFF] + [(partner_api.PATH, *way) for way in OF_PARTNERS],
    ids=" ".join,
)
def test_nobody_is_answered_who_is_not_known(
    town: Town, app: FastAPI, there: dict[str, str], way: tuple[str, str, str]
) -> None:
    base, method, path = way
    for name in ("opdrachtId", "id"):
        there.setdefault(name, "onbekend")
    headers = [
        {},
        {"Authorization": "Bearer geraden"},
        {"Authorization": "Basic bm9vcg=="},
        {"Cookie": "signaalreis=x"},
    ]
    client = TestClient(app, base_url=HOST)
    answers = [client.request(method, base + path.format(**there), headers=each) for each in headers]
    assert [answer.status_code for answer in answers] == [401] * len(headers)
