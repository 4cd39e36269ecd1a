"""Which pages are pictured, as whom, and what is done on them first."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page

from screenshots.png import smaller
from screenshots.story import Story
from screenshots.visitors import HEIGHT, WIDTH, sign_in, window
from simulation.people import BLOCK, SEED, population

TELEPHONE = (390, 844)
Do = Callable[[Page], Awaitable[None]]
Where = Callable[[Story], str]


async def _nothing(page: Page) -> None:
    """The page is pictured as it opens."""


@dataclass(frozen=True)
class Picture:
    """`where`: the path, or what it follows from; `does`: what is done there before the picture is taken."""

    name: str
    staff: str
    where: str | Where
    does: Do = _nothing
    narrow: bool = False
    """As on a telephone."""

    def path(self, story: Story) -> str:
        return self.where if isinstance(self.where, str) else self.where(story)


async def _checked(page: Page) -> None:
    await page.keyboard.press("g")


async def _outcome(page: Page) -> None:
    await page.evaluate("document.querySelector('#doe-record_outcome').scrollIntoView()")


async def _journey(page: Page) -> None:
    await page.evaluate("document.querySelector('#doen').scrollIntoView()")


async def _search(page: Page) -> None:
    somebody = next(one for one in population(SEED, BLOCK) if one.email and one.phone)
    await page.fill("#achternaam", somebody.surname)
    await page.fill("#straat", somebody.address.street)
    async with page.expect_navigation():
        await page.click("main button")


async def _ask_for_a_call(page: Page) -> None:
    await page.fill("#achternaam", "Fennema-van Oosterveld")
    await page.fill("#telefoon", "06 87654321")
    await page.check("input[name=dagdeel][value=Middag]")
    await page.fill("#notitie", "Kreeg een brief en wil weten van wie die komt.")


async def _note_the_call(page: Page) -> None:
    await _ask_for_a_call(page)
    async with page.expect_navigation():
        await page.click("main button")


def _case(story: Story) -> str:
    return f"/zaak/{story.told}"


AT_THE_SWITCHBOARD = (
    Picture("terugbelverzoek", "karin", "/terugbelverzoek", _ask_for_a_call),
    Picture("terugbelverzoek-genoteerd", "karin", "/terugbelverzoek", _note_the_call),
)
ON_WEDNESDAY = (
    Picture("werkvoorraad", "samira", "/"),
    Picture("bellen", "samira", lambda story: f"/bellen/{story.promised}", _checked),
    Picture("zaak", "samira", _case),
    Picture("zaak-resultaat", "samira", _case, _outcome),
    Picture("zaak-signaalreis", "samira", _case, _journey),
    Picture("zoeken", "samira", "/zoeken", _search),
    Picture("terugbelverzoeken", "samira", "/terugbelverzoeken"),
    Picture("aanleveringen", "samira", "/aanleveringen"),
    Picture("partner-adresboek", "samira", "/partners/woonstee"),
    Picture("huisbezoek", "samira", "/huisbezoek", narrow=True),
    Picture("partner-sleutels", "hanna", "/partners/woonstee/sleutels"),
    Picture("beleid", "samira", "/beleid"),
    Picture("toegankelijkheid", "samira", "/toegankelijkheid"),
    Picture("werkvoorraad-telefoon", "samira", "/", narrow=True),
    Picture("zaak-telefoon", "samira", _case, narrow=True),
    Picture("jongerenwerker", "noah", "/"),
    Picture("jongerenwerker-zaak", "noah", lambda story: f"/zaak/{story.young}"),
    Picture("partner", "wieke", "/partner"),
    Picture("partner-kwaliteit", "wieke", "/partner/kwaliteit"),
    Picture("goedkeuren", "hanna", "/goedkeuren"),
)
"""After what the switchboard wrote down was looked at."""
A_WEEK_LATER = (
    Picture("overzicht", "hanna", "/overzicht"),
    Picture("vastgelopen", "hanna", "/vastgelopen"),
    Picture("cijfers", "hanna", "/cijfers?kwartaal=2027-1"),
    Picture("cijfers-partners", "hanna", "/cijfers/partners"),
    Picture("collegiale-toets", "samira", "/toets"),
    Picture("brieven", "hanna", "/printrondes"),
    Picture("bewaren", "hanna", "/bewaren"),
    Picture("inzage", "farida", "/inzage"),
    Picture("beheer", "bram", "/beheer"),
)
PICTURES = (*AT_THE_SWITCHBOARD, *ON_WEDNESDAY, *A_WEEK_LATER)


class Photographer:
    """Takes pictures of one story. Everybody has a window of their own, in which they stay signed in."""

    def __init__(self, browser: Browser, story: Story, folder: Path) -> None:
        self._browser = browser
        self._story = story
        self._folder = folder
        self._windows: dict[str, BrowserContext] = {}

    async def take(self, pictures: Iterable[Picture]) -> None:
        for picture in pictures:
            await self._take(picture)

    async def _take(self, picture: Picture) -> None:
        page = await (await self._window(picture.staff)).new_page()
        width, height = TELEPHONE if picture.narrow else (WIDTH, HEIGHT)
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(picture.path(self._story))
        await picture.does(page)
        taken = await page.screenshot(animations="disabled", caret="hide")
        # A page of our own would refuse to read it.
        await page.goto("about:blank")
        (self._folder / f"{picture.name}.png").write_bytes(await smaller(page, taken))
        await page.close()

    async def _window(self, staff: str) -> BrowserContext:
        if staff not in self._windows:
            opened = await window(self._browser, self._story.office.address)
            self._windows[staff] = opened
            page = await opened.new_page()
            await sign_in(page, staff)
            await page.close()
        return self._windows[staff]
