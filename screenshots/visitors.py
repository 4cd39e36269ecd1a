"""People before a browser: each has a window of their own, and signs in at the demonstration's provider."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT = 1280, 800


class NoChromium(Exception):
    """There is no browser on this machine; the message says which are known."""

    def __init__(self) -> None:
        super().__init__(f"no {', '.join(NAMES)} on this machine")


def found() -> str | None:
    """Where the browser is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Raises `NoChromium`."""
    path = found()
    if path is None:
        raise NoChromium
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def window(browser: Browser, address: str, *, width: int = WIDTH, height: int = HEIGHT) -> BrowserContext:
    """Of somebody who is not signed in."""
    return await browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        reduced_motion="reduce",
    )


async def sign_in(page: Page, staff: str, path: str = "/") -> None:
    """Through the provider's page, to their own first page or to `path`."""
    await page.goto(path)
    async with page.expect_navigation():
        await page.click(f"button[value={staff}]")
