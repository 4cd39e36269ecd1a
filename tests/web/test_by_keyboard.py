"""Every page by keyboard alone, twice as large, on a telephone and on paper. Which pages there are, the menu says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from adapters.registry import Member
from models.codes import ReferralParty, Role
from models.ids import PartnerId, StaffId
from tests.builders import ZONNEDIJK
from tests.web.situations import proposed, represented, with_a_housemate
from tests.web.test_amounts import ask
from tests.web.town import Town, a_case_in_conversation, a_case_to_check
from tests.web.windows import a_page, signed_in
from web.menu import menu

pytestmark = pytest.mark.browser

WIDTHS = (640, 320)
"""A window of 1280 at 200 %, and the narrowest that pages must fit in (WCAG 1.4.10)."""
_PAPER = 718
"""An A4 between its margins, in pixels of CSS."""
_OF_EVERYBODY = ("/toegankelijkheid",)


def _own_pages() -> dict[Role, tuple[str, ...]]:
    """The pages in the menu of each role that are in none before it, caseworkers first."""
    known, found = set[str](), dict[Role, tuple[str, ...]]()
    for role in (Role.CASEWORKER, *Role):
        own = [entry.link for group in menu(role, "/") for entry in group.entries if entry.link not in known]
        known |= {*own}
        if own:
            found[role] = tuple(own)
    return found


_OWN = _own_pages()


@dataclass
class Visit:
    """Somebody's window, and the pages that are for them to look at."""

    page: Page
    paths: tuple[str, ...]

    def each(self, *, open_all: bool = True) -> Iterator[str]:
        for path in self.paths:
            self.page.goto(path)
            if open_all:
                self.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
            yield path

    def tab(self, times: int) -> None:
        """As many presses as are asked, without waiting for what each does."""
        keyboard = self.page.context.new_cdp_session(self.page)
        key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        for _ in range(times):
            keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
            keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
        keyboard.detach()


@pytest.fixture(params=_OWN, ids=str)
def visit(request: pytest.FixtureRequest, town: Town, chromium: Browser, address: str) -> Iterator[Visit]:
    role: Role = request.param
    with _visit(role, town, chromium, address) as opened:
        yield opened


@contextmanager
def _visit(role: Role, town: Town, chromium: Browser, address: str) -> Iterator[Visit]:
    cases = [
        way
        for state in (proposed(town), a_case_to_check(town), represented(town), with_a_housemate(town))
        for way in (f"/zaak/{state.case_id}", f"/bellen/{state.case_id}")
    ]
    ask(town, a_case_in_conversation(town))
    somebody = Member(
        StaffId("somebody"),
        "Sanne Meer",
        role,
        (ZONNEDIJK,),
        ReferralParty.YOUTH_WORKER if role is Role.REFERRAL_PARTY else None,
        partner=PartnerId("woonstee") if role is Role.PARTNER else None,
    )
    town.stores.registry.ensure(staff=[somebody])
    also = (*cases, *_OF_EVERYBODY) if role is Role.CASEWORKER else ()
    with a_page(chromium, address, signed_in(town, somebody.id)) as page:
        yield Visit(page, (*_OWN[role], *also))


def test_tab_comes_by_everything_in_the_order_of_the_page(visit: Visit) -> None:
    wrong = dict[str, Any]()
    for path in visit.each():
        stops, presses = visit.page.evaluate(_BEGIN_WALK)
        visit.tab(presses)
        walked: list[int] = visit.page.evaluate("window.walked.map(stop => stop.at)")
        if walked[:stops] != list(range(stops)):
            missed = visit.page.evaluate("at => window.stops[at].outerHTML.slice(0, 160)", _first_wrong(walked, stops))
            wrong[path] = missed
        if unseen := visit.page.evaluate("window.walked.filter(stop => !stop.shown).map(stop => stop.what)"):
            wrong[f"{path}, no focus to be seen"] = unseen[:3]
    assert wrong == {}


def _first_wrong(walked: list[int], stops: int) -> int:
    return next(at for at in range(stops) if at >= len(walked) or walked[at] != at)


def test_the_menu_can_be_skipped(visit: Visit) -> None:
    for path in visit.each():
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.textContent") == "Naar de inhoud", path
        visit.page.keyboard.press("Enter")
        assert visit.page.evaluate("document.activeElement.id") == "inhoud", path
        visit.page.keyboard.press("Tab")
        after = "document.activeElement.closest('main, .foot') !== null"
        assert visit.page.evaluate(after), path


def test_what_can_be_pressed_is_what_browsers_know(visit: Visit) -> None:
    """So that Enter and Space do what they do everywhere, and nothing is ahead of its turn."""
    for path in visit.each():
        assert visit.page.evaluate(_HOME_MADE) == [], path


def test_what_is_folded_opens_with_enter_and_closes_with_space(visit: Visit) -> None:
    for path in visit.each(open_all=False):
        for summary in visit.page.query_selector_all("main details:not(details details) > summary"):
            opened = summary.evaluate("one => one.parentElement.open")
            summary.focus()
            visit.page.keyboard.press("Enter")
            assert summary.evaluate("one => one.parentElement.open") is not opened, path
            visit.page.keyboard.press("Space")
            assert summary.evaluate("one => one.parentElement.open") is opened, path


@pytest.mark.parametrize("width", WIDTHS)
def test_nobody_has_to_scroll_sideways(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    wrong = dict[str, Any]()
    for path in visit.each():
        if wide := visit.page.evaluate(_STICKS_OUT):
            wrong[path] = wide
        if over := visit.page.evaluate(_OVERLAPS):
            wrong[f"{path}, text over text"] = over
    assert wrong == {}


_NEVER_ON_PAPER = "/huisbezoek"
"""Paper with addresses is not erased with its case."""


def test_on_paper_there_is_what_is_to_be_read_and_no_more(visit: Visit) -> None:
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size({"width": _PAPER, "height": 1000})
    wrong = dict[str, Any]()
    for path in visit.each(open_all=False):
        if shown := visit.page.evaluate(_NOT_FOR_PAPER):
            wrong[f"{path}, not for paper"] = shown
        if wide := visit.page.evaluate(_STICKS_OUT):
            wrong[f"{path}, cut off"] = wide
        assert visit.page.is_visible("h1") is not path.startswith(_NEVER_ON_PAPER), path
    assert wrong == {}


_BEGIN_WALK = """() => {
  const one_of_group = new Map();
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0);
  const radios = stops.filter(one => one.type === "radio");
  for (const radio of radios) {
    const group = JSON.stringify([[...document.forms].indexOf(radio.form), radio.name]);
    if (!one_of_group.has(group) || radio.checked) one_of_group.set(group, radio);
  }
  const kept = new Set(one_of_group.values());
  window.stops = stops.filter(one => one.type !== "radio" || kept.has(one));
  window.walked = [];
  document.addEventListener("focusin", event => {
    const at = window.stops.indexOf(event.target), last = window.walked.at(-1);
    if (last !== undefined && last.at === at) return;
    const style = getComputedStyle(event.target), box = event.target.getBoundingClientRect();
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const shown = ringed && box.right > 0 && box.width > 0 && box.height > 0;
    window.walked.push({ at, shown, what: event.target.outerHTML.slice(0, 120) });
  });
  // A field for a moment has a stop for its day, its month, and so on.
  const within = window.stops.filter(one => /^(date|time|month|week)/.test(one.type)).length * 8;
  document.activeElement.blur();
  return [window.stops.length, window.stops.length + within + 1];
}"""
_HOME_MADE = """() =>
  [...document.querySelectorAll("[role=button], [role=link], [role=checkbox], [role=tab], [onclick], [tabindex]")]
    .filter(one => one.getAttribute("tabindex") !== "-1").map(one => one.outerHTML.slice(0, 120))"""
_STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > width + 1)
    .map(one => one.outerHTML.slice(0, 120)).slice(-3);
}"""
_OVERLAPS = """() => [...document.querySelectorAll("td, th, dd, dt")]
  .filter(one => one.checkVisibility() && !one.closest("thead") && one.scrollHeight > one.clientHeight + 3)
  .map(one => one.outerHTML.slice(0, 120)).slice(0, 3)"""
_NOT_FOR_PAPER = """() =>
  [...document.querySelectorAll("nav, header.top, footer, .skip, button, .outages")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 0)
    .map(one => one.outerHTML.slice(0, 120)).slice(0, 3)"""
