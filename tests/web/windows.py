"""Windows of a real browser on the app of a test's town."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from models.ids import StaffId
from tests.web.town import Town


def signed_in(town: Town, staff: StaffId) -> dict[str, str]:
    """The cookies of somebody who came back from their provider just now."""
    return {
        "signaalreis": town.stores.sessions.begin(staff, at=town.now),
        "signaalreis-browser": secrets.token_urlsafe(32),
    }


@contextmanager
def a_page(chromium: Browser, address: str, cookies: Mapping[str, str]) -> Iterator[Page]:
    """Fails when the browser refused anything."""
    context = chromium.new_context(base_url=address)
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    opened, refused = context.new_page(), list[str]()
    opened.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    yield opened
    context.close()
    assert refused == []
