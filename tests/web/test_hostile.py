"""What somebody who means harm may try on every route and in every field: a form from elsewhere, markup for text, an
address of another host. Generated from the tables of routes and forms, so that new ones are tried too."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from adapters.registry import Member, Partner
from models.codes import PartnerType, Role
from models.ids import PartnerId, StaffId
from policy.permissions import role_may
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, form_of, forms_of
from tests.web.situations import HOUSEMATE, TAKEN_IN
from tests.web.test_access import ACTIONS, ONLY_SENT, filled, routes_of
from tests.web.town import NOOR, THEA, Town, a_case_in_contact, a_case_in_conversation, a_case_to_check
from web.described_api import WithVersion
from web.forms.fields import Line
from web.forms.of_case import AddressLines
from web.forms.table import FORMS
from web.middleware import HEADERS, SafeAnswers
from web.staff_api.app import PATH

MARKUP = "<script>alert(1)</script>\"'></textarea></title><img src=x onerror=alert(1)>"
RAW = re.compile(r"<script>alert|<img src=x|onerror=alert\(1\)>")
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
ONE_OF_EACH = {role: StaffId(f"een-{role.value}") for role in Role}
PAGES = sorted(set(ACTIONS) - ONLY_SENT)


@pytest.fixture
def everybody(town: Town) -> None:
    """Somebody of each role in Zonnedijk."""
    town.stores.registry.ensure(
        staff=[
            Member(staff, "Iemand", role, (ZONNEDIJK,), partner=PartnerId("woonstee") if role is Role.PARTNER else None)
            for role, staff in ONE_OF_EACH.items()
        ]
    )


def somebody_who_may(path: str) -> StaffId:
    return next(staff for role, staff in ONE_OF_EACH.items() if role_may(role, ACTIONS[path]))


# --- forms from elsewhere -----------------------------------------------------------------------------------------


async def test_no_form_counts_that_a_page_elsewhere_sent(town: Town, app: FastAPI, everybody: None) -> None:
    state = a_case_in_contact(town)
    sent = [(path, method) for path, method in _ways(app) if method != "GET"]
    assert len(sent) >= 25
    async with Browser(app) as browser:
        for path, method in sent:
            await browser.sign_in(somebody_who_may(path))
            for token in ({}, {"token": ""}, {"token": "0" * 64}):
                answer = await browser.client.request(method, filled(path, state.case_id), data=token)
                assert answer.status_code == 403, path
    assert (town.desk.presses, town.reload(state).sequence) == ([], state.sequence)


# --- markup for text ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMS)
async def test_what_is_typed_into_a_form_is_shown_as_text(town: Town, noor: Browser, thea: Browser, kind: str) -> None:
    """Given back after a refusal, and told when it was recorded."""
    state = TAKEN_IN[kind](town)
    somebody = thea if kind.endswith("_hold") else noor
    about = f"?persoon={HOUSEMATE}" if kind == "split_signal" else ""
    page = f"/zaak/{state.case_id}{about}"
    form = await somebody.form(page, kind)
    everything = [name for name in form.names if name not in ("token", "command_id", "kind", "shown")]
    free = [name for field in FORMS[kind].questions for name in field.names if _takes_anything(kind, name)]
    for names in (everything, ["note", *free]):
        town.desk.refusals = ["Dit kan nu even niet."]
        answer = await somebody.send(form, **dict.fromkeys(names, MARKUP))
        again = await somebody.get(answer.headers["location"]) if answer.status_code == 303 else answer
        assert RAW.search(again.text) is None and ESCAPED in again.text
        form = form_of(again.text, kind)
        assert form.fields["note"] == MARKUP


@pytest.mark.parametrize("kind", ["log_incoming", "record_representative", "record_objection"])
async def test_what_was_written_down_is_told_as_text(town: Town, noor: Browser, kind: str) -> None:
    state = TAKEN_IN[kind](town)
    page = f"/zaak/{state.case_id}"
    said = {
        "log_incoming": {"channel": "desk", "came_at": "2027-04-05T09:00"},
        "record_representative": {"representative": "guardian", "name": MARKUP, "may_be_told": "nee"},
        "record_objection": {},
    }[kind]
    done = await noor.press(page, kind, **said, note=MARKUP)
    assert f"?vastgelegd={kind}" in done.headers["location"]
    told = (await noor.get(page)).text
    assert RAW.search(told) is None and ESCAPED in told


async def test_names_of_anybody_are_text_on_every_page(town: Town, app: FastAPI, everybody: None) -> None:
    """Of a resident, as a partner's file may bring them in, of a partner, and of members of staff."""
    partner = Partner(PartnerId("woonstee"), MARKUP, PartnerType.RENT)
    staff = [Member(NOOR, MARKUP, Role.CASEWORKER, (ZONNEDIJK,)), Member(THEA, MARKUP, Role.SUPERVISOR, (ZONNEDIJK,))]
    town.stores.registry.ensure(partners=[partner], staff=staff)
    states = [
        situation(town, surname=MARKUP, initials=MARKUP, prefix=MARKUP)
        for situation in (a_case_in_contact, a_case_to_check, a_case_in_conversation)
    ]
    shown, seen = 0, 0
    async with Browser(app) as browser:
        for path in PAGES:
            await browser.sign_in(THEA if role_may(Role.SUPERVISOR, ACTIONS[path]) else somebody_who_may(path))
            for where in dict.fromkeys(filled(path, state.case_id) for state in states):
                answer = await browser.get(where.replace("/partners/p", "/partners/woonstee"))
                assert answer.status_code != 500, where
                if not answer.headers.get("content-type", "").startswith("text/html"):
                    continue
                assert RAW.search(answer.text) is None, where
                seen += answer.status_code == 200
                shown += ESCAPED in answer.text
    # The list, the case, the call, what is stalled: the names are there, and are names.
    assert (seen > 30, shown > 8) == (True, True)


@pytest.mark.parametrize("path", ["/zoeken", "/terugbelverzoek"])
async def test_what_is_typed_of_a_caller_is_text(app: FastAPI, everybody: None, path: str) -> None:
    async with Browser(app) as browser:
        await browser.sign_in(somebody_who_may(path))
        page = (await browser.get(path)).text
        form = next(form for form in forms_of(page) if form.action == path)
        typed = {name: MARKUP for name in form.names if name != "token"}
        answer = await browser.send(form, **typed)
    assert answer.status_code == 422
    assert RAW.search(answer.text) is None and ESCAPED in answer.text


# --- every answer -------------------------------------------------------------------------------------------------


async def test_every_page_is_safe_and_kept_by_nobody(town: Town, app: FastAPI, everybody: None) -> None:
    """Also when it is not there, when nobody is signed in, and when it is asked in another way."""
    state = a_case_in_contact(town)
    async with Browser(app) as browser, Browser(app) as stranger:
        for path in PAGES:
            where = filled(path, state.case_id)
            await browser.sign_in(somebody_who_may(path))
            for asker, method in ((browser, "GET"), (stranger, "GET"), (browser, "PATCH"), (browser, "HEAD")):
                _is_safe(await asker.client.request(method, where), where)
        for nothing in ("/static/geen.css", "/thema/geen.css", "/static/../config.py", "/zaak/", "/%2e%2e/config.py"):
            answer = await browser.get(nothing)
            assert answer.status_code in (404, 405), nothing
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def test_an_answer_never_speaks_of_the_host_that_was_asked_for(town: Town, app: FastAPI, everybody: None) -> None:
    """A link or redirect that is made of it would lead whoever follows it elsewhere."""
    state = a_case_in_contact(town)
    elsewhere = {"Host": "elders.example", "X-Forwarded-Host": "elders.example", "X-Forwarded-Proto": "https"}
    async with Browser(app) as browser, Browser(app) as stranger:
        for path in PAGES:
            where = filled(path, state.case_id)
            await browser.sign_in(somebody_who_may(path))
            for asker, address in (
                (browser, where),
                (stranger, where),
                (browser, where + "/"),
                (stranger, where + "/"),
            ):
                answer = await asker.client.get(address, headers=elsewhere)
                assert "elders.example" not in answer.text + str(answer.headers), address


@pytest.mark.parametrize(
    "path", ["//elders.example", "//elders.example/", "/\\elders.example", "/%2f%2felders.example/"]
)
async def test_no_address_leads_elsewhere(noor: Browser, stranger: Browser, path: str) -> None:
    for asker in (noor, stranger):
        answer = await asker.client.get(f"{asker.client.base_url}{path}")
        assert answer.status_code == 404
        assert "location" not in answer.headers


# --- bytes that no database takes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query"), [("/zaak/\0", b""), ("/", b"wie=%00"), (f"{PATH}/zaken/a\0b", b""), (f"{PATH}/taken", b"x=%00")]
)
async def test_of_an_address_with_a_zero_byte_nothing_is_asked(path: str, query: bytes) -> None:
    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the app was asked")

    async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body"})

    told = list[Message]()

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    guarded = SafeAnswers(WithVersion(asked, "1.0.0"), failed=lambda: nowhere, nowhere=lambda: nowhere)
    await guarded({"type": "http", "path": path, "query_string": query}, receive, send)
    assert told[0]["status"] == 404


async def test_a_form_with_a_zero_byte_is_not_of_our_pages(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    form = await noor.form(f"/zaak/{state.case_id}", "log_incoming")
    assert (await noor.send(form, channel="desk", note="Een\0note")).status_code == 403
    twice = form.fields | {"channel": "desk", "note": ["Een\0note", "Een toelichting"]}
    assert (await noor.client.post(form.action, data=twice)).status_code == 403
    assert town.desk.presses == []


# --- small parts --------------------------------------------------------------------------------------------------


def _ways(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in routes_of(app):
        for method in sorted(route.methods or ()):
            if route.path in ACTIONS:
                yield route.path, method


def _takes_anything(kind: str, name: str) -> bool:
    field = next(field for field in FORMS[kind].questions if name in field.names)
    free_line = isinstance(field, Line) and field.parse is str
    return free_line or (isinstance(field, AddressLines) and name in ("addition", "street", "town"))


def _is_safe(answer: httpx.Response, where: str) -> None:
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, where
    assert answer.headers["cache-control"] == "no-store", where
    assert answer.headers.get("access-control-allow-origin") is None, where
    assert "server" not in answer.headers, where
