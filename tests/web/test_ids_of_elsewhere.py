"""Ids of another municipality: on every route that takes one, what it names is not there, for whoever may do everything
in their own municipality; and it is there for who may in that one."""

import re
from collections.abc import Callable, Mapping

import httpx
import pytest
from fastapi import FastAPI

from adapters.call_requests import CallRequests
from adapters.registry import Member
from models.codes import CallRequestStatus, Role
from models.ids import StaffId
from models.personal import CallRequest
from models.values import PhoneNumber
from policy.permissions import Action
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.situations import proposed
from tests.web.test_access import ACTIONS, ONLY_SENT, PUBLIC
from tests.web.test_staff_api_access import EVERY, body_of
from tests.web.town import NOOR, OPENED, THEA, WATERDORP, Town, a_case_in_contact
from web.staff_api.access import SECRET
from web.staff_api.app import PATH

TESSA = StaffId("tessa")
"""A supervisor of Waterdorp."""
ELSEWHERE = {
    "{certificate_id}": "test_other_pages.py",
    "{upload_id}": "test_uploads.py",
    "{absence}": "test_absent_callbacks.py",
    "{batch}": "test_feedback_page.py and test_print_rounds_page.py",
    "{review_id}": "test_reviews.py",
    # A partner is of every municipality; what is asked of it is not.
    "{partner}": "test_partners_page.py and test_amounts.py",
    "{command_id}": "test_case_buttons.py",
    "{deed}": "test_together.py: no id",
    "{what}": "test_delivery_progress.py: no id",
    "{token}": "test_agenda.py",
    "{opdrachtId}": "test_staff_api.py",
    "{language}": "test_english.py: no id",
    "{staff_id}": "test_administration.py",
}
"""Other parts of addresses, and where they are tried."""


def a_case(town: Town) -> str:
    return a_case_in_contact(town).case_id


def a_delivery(town: Town) -> str:
    state = a_case_in_contact(town)
    return f"levering-{state.case_id[-4:]}-{state.resident[:4]}"


def a_proposal(town: Town) -> str:
    proposed(town)
    return "batch-1"


def a_request(town: Town) -> str:
    """That waits for a caseworker."""
    requests = CallRequests(town.stores.database, town.stores.vault)
    said = CallRequest(surname="Beemd", phone=PhoneNumber("0612345678"))
    requests.keep(said, ZONNEDIJK, by=NOOR, at=OPENED)
    [call] = requests.waiting(list(CallRequestStatus), [ZONNEDIJK])
    requests.open(call.id, "Er past geen zaak bij.", was=call.claim)
    return call.id


DECIDED = "/goedkeuren/{key}"
"""What a colleague decided meanwhile is told as such; what is of elsewhere, or never was, is told the same."""
NAMES_MORE = {
    "/terugbelverzoeken/{request_id}/koppelen",
    "/zaak/{case_id}/opdracht/{command_id}",
    "/zaak/{case_id}/bedrag",
    "/zaak/{case_id}/adres",
    "/huisbezoek/{case_id}/adres",
}
"""What something else that is named is not there for, in this case or for this person."""
MADE: Mapping[str, Callable[[Town], str]] = {
    "{case_id}": a_case,
    "{zaakId}": a_case,
    "{delivery_id}": a_delivery,
    "{aanleveringId}": a_delivery,
    "{key}": a_proposal,
    "{request_id}": a_request,
}
PAGES = [
    (path, path in ONLY_SENT)
    for path, action in sorted(ACTIONS.items())
    # The administrator's keys are no proposals: test_administration.py.
    if any(part in path for part in MADE) and action is not Action.ADMINISTER
]
OF_API = [way for way in EVERY if any(part in way[1] for part in MADE)]


@pytest.fixture
def tessa(town: Town) -> StaffId:
    town.stores.registry.ensure(staff=[Member(TESSA, "Tessa Bos", Role.SUPERVISOR, (WATERDORP,))])
    return TESSA


def test_every_part_of_an_address_is_tried_somewhere() -> None:
    paths = [*ACTIONS, *(path for _, path in PUBLIC), *(path for _, path in EVERY)]
    assert {part for path in paths for part in re.findall(r"\{\w+\}", path)} == {*MADE, *ELSEWHERE}


@pytest.mark.parametrize(("path", "sent"), PAGES)
async def test_on_the_pages_it_is_not_there(town: Town, app: FastAPI, tessa: StaffId, path: str, sent: bool) -> None:
    where = _filled(town, path)
    answers = list[httpx.Response]()
    for staff in (tessa, THEA):
        async with Browser(app) as browser:
            await browser.sign_in(staff)
            form = {"token": browser.secret, "zaak": "onbekend"}
            answers.append(await (browser.client.post(where, data=form) if sent else browser.get(where)))
    assert answers[0].status_code == (409 if path == DECIDED else 404)
    assert path in NAMES_MORE or answers[1].status_code not in (404, 409)


@pytest.mark.parametrize("way", OF_API, ids=" ".join)
async def test_in_the_api_it_is_not_there(town: Town, app: FastAPI, tessa: StaffId, way: tuple[str, str]) -> None:
    method, path = way
    where = PATH + _filled(town, path)
    answers = list[int]()
    for staff in (tessa, THEA):
        async with Browser(app) as browser:
            await browser.sign_in(staff)
            body = {"json": body_of(path)} if method == "POST" else {}
            answer = await browser.client.request(method, where, headers={SECRET: browser.secret}, **body)  # type: ignore[arg-type]
            answers.append(answer.status_code)
    assert answers[0] == 404
    assert path == "/zaken/{zaakId}/opdrachten/{opdrachtId}" or answers[1] != 404


def _filled(town: Town, path: str) -> str:
    parts = {"{command_id}": "c", "{deed}": "assign", "{what}": "pauze", "{opdrachtId}": "onbekend"}
    return re.sub(r"\{\w+\}", lambda part: parts.get(part[0]) or MADE[part[0]](town), path)
