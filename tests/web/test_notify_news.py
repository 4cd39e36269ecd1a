"""NotifyNL tells what became of messages: believed with its token only, kept once, betraying nothing."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from activities.records import MessageClaim
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from adapters.secrets import load_or_make
from models.codes import Channel, MessageReport
from models.ids import StepId
from models.personal import TextMessage
from models.values import PhoneNumber
from tests.web.town import OPENED, Town, a_case_in_contact
from web.pages.notify_news import LARGEST

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATH = "/terugmeldingen/notify"


@pytest.fixture
def reference(town: Town) -> str:
    """Of a message that a case sent."""
    state = a_case_in_contact(town)
    step = StepId(f"{state.case_id}.sms-1")
    claim = MessageClaim(
        step_id=step,
        case_id=state.case_id,
        person_id=state.resident,
        channel=Channel.SMS,
        template="call-sms",
        at=OPENED,
    )
    text = TextMessage(number=PhoneNumber("0612345678"), body="Gemeente Zonnedijk belde u.")
    Messages(town.stores.database, town.stores.vault).claim(claim, text)
    return step


@pytest.fixture
def token(town: Town) -> str:
    return load_or_make(town.settings.notify_callback, may_make=True).hex()


def news(reference: str | None, status: str = "delivered") -> dict[str, Any]:
    """As NotifyNL sends it."""
    return {
        "id": "99990000-0000-4000-8000-00000000abcd",
        "reference": reference,
        "to": "+31612345678",
        "status": status,
        "created_at": "2027-04-05T07:00:00.000000Z",
        "completed_at": "2027-04-05T07:00:03.000000Z",
        "sent_at": "2027-04-05T07:00:01.000000Z",
        "notification_type": "sms",
        "template_id": "99990000-0000-4000-8000-00000000000b",
        "template_version": 1,
    }


async def tell(app: FastAPI, content: Any, token: str | None, *, raw: bytes | None = None) -> int:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    body = raw if raw is not None else json.dumps(content).encode()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://signaalreis.example") as client:
        return (await client.post(PATH, content=body, headers=headers)).status_code


def heard(town: Town) -> list[MessageReport]:
    reports = MessageReports(town.stores.database, town.stores.vault)
    return [one.news.report for one in reports.untold(50)]


async def test_what_is_told_five_times_is_heard_once(town: Town, app: FastAPI, reference: str, token: str) -> None:
    assert [await tell(app, news(reference), token) for _ in range(5)] == [204] * 5
    assert heard(town) == [MessageReport.DELIVERED]


@pytest.mark.parametrize(
    ("status", "report"),
    [
        ("delivered", MessageReport.DELIVERED),
        ("permanent-failure", MessageReport.BOUNCED),
        ("temporary-failure", MessageReport.FAILED),
        ("technical-failure", MessageReport.FAILED),
        ("received", MessageReport.POSTED),
        ("sending", None),
        ("iets nieuws", None),
    ],
)
async def test_each_status_means_what_its_documentation_says(
    town: Town, app: FastAPI, reference: str, token: str, status: str, report: MessageReport | None
) -> None:
    assert await tell(app, news(reference, status), token) == 204
    assert heard(town) == ([] if report is None else [report])


@pytest.mark.parametrize("shown", [None, "", "0" * 64, "geheim"])
async def test_whoever_shows_no_token_is_told_and_believed_nothing(
    town: Town, app: FastAPI, reference: str, token: str, shown: str | None
) -> None:
    assert await tell(app, news(reference, "permanent-failure"), shown) == 401
    assert heard(town) == []


async def test_without_a_token_of_our_own_nobody_is_believed(town: Town, app: FastAPI, reference: str) -> None:
    town.settings.notify_callback.unlink(missing_ok=True)
    assert await tell(app, news(reference), "") == 401
    assert heard(town) == []


@pytest.mark.parametrize("reference_of", ["somebody-elses", None, "x" * 200])
async def test_nobody_learns_which_messages_are_ours(
    town: Town, app: FastAPI, token: str, reference_of: str | None
) -> None:
    assert await tell(app, news(reference_of), token) == 204
    assert heard(town) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"reference": 5}', b'{"status": null}', b"\xff\xfe"])
async def test_what_the_message_service_never_says_is_refused(
    town: Town, app: FastAPI, token: str, body: bytes
) -> None:
    assert await tell(app, None, token, raw=body) == 422
    assert heard(town) == []


async def test_a_long_story_is_not_read_to_its_end(town: Town, app: FastAPI, token: str) -> None:
    assert await tell(app, None, token, raw=b"{" + b" " * LARGEST) == 413
