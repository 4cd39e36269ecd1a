"""What people do before a screen: they read, fill in forms and press keys."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.async_api import Locator, Page

from models.case import CaseState
from models.codes import RegisterResult
from models.ids import CaseId
from policy.calendar import local
from simulation.deliveries import WOONSTEE, row_of
from simulation.office import Office
from simulation.people import SyntheticPerson, population
from simulation.scenarios import moment

BEGINS = moment("2027-04-05 09:00")
"""A Monday."""
AFTERNOON = moment("2027-04-05 13:05")
"""When the first calls may be made."""


@dataclass
class Somebody:
    """Signed in, before a page."""

    page: Page
    office: Office

    async def reads(self, path: str) -> str:
        """Everything that a page says."""
        await self.page.goto(path)
        return await self.page.inner_text("body")

    async def fills_in(self, path: str, kind: str, *, done: str = ".notice.done", **typed: str) -> None:
        """Fills in a form of a case and presses its button; returns when the page shows `done`."""
        await self.page.goto(path)
        form = await self.form(kind)
        for name, text in typed.items():
            await _fill(form, name, text)
        await form.get_by_role("button").last.click()
        await self.page.wait_for_selector(done)

    async def form(self, kind: str) -> Locator:
        """That of this kind of command on the page, with everything unfolded in which it lies."""
        form = self.page.locator(f"#doe-{kind} form")
        await form.evaluate(_UNFOLD)
        return form

    async def tabs_to(self, name: str) -> None:
        """Presses Tab until the thing of this name has the focus."""
        for _ in range(200):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate(_NAME_OF_FOCUS) == name:
                return
        raise AssertionError(f"nothing that is called {name!r} can be reached")

    def case_shown(self) -> CaseId:
        """That of the page's address."""
        return CaseId(self.page.url.split("?")[0].rstrip("/").split("/")[-1])


async def _fill(form: Locator, name: str, text: str) -> None:
    field = form.locator(f"[name={name}]").first
    kind = await field.evaluate("one => one.type")
    if kind in ("radio", "checkbox"):
        await form.locator(f'[name={name}][value="{text}"]').check()
    elif kind == "select-one":
        await field.select_option(text)
    else:
        await field.fill(text)


def residents(number: int) -> list[SyntheticPerson]:
    """People of 45 who live here, and can be mailed and called."""
    found = [
        one.model_copy(update={"birth_date": date(1981, 6, 12)})
        for one in population(seed=61, count=120)
        if one.email and one.phone and not one.mail_refused and one.situation is RegisterResult.FOUND and not one.secret
    ]
    surnames = {one.surname: one for one in reversed(found)}
    return list(surnames.values())[:number]


async def are_reported(office: Office, people: list[SyntheticPerson]) -> dict[str, CaseId]:
    """The landlord's file about them; the case of each, by the partner's reference."""
    office.world.add(*people)
    signalled = local(office.now).date() - timedelta(days=2)
    plain = {"crisis": "nee", "warme_overdracht": "nee", "bedrag": "640,00", "ondernemer": "nee"}
    cases = dict[str, CaseId]()
    for number, person in enumerate(people, start=1):
        reference = f"W-{number}"
        row = row_of(random.Random(number), WOONSTEE, person, reference=reference, signal_date=signalled)
        before = set(office.town.cases())
        await office.town.take_in(WOONSTEE.name, [row | plain], at=office.now)
        [cases[reference]] = set(office.town.cases()) - before
    return cases


def notes(office: Office, case: CaseId) -> list[str]:
    """What was written down in a case, in order."""
    # A browser ends the lines of what was typed in its own way.
    journey = office.town.stores.cases.journey(case)
    return [entry.note.replace("\r\n", "\n") for entry in journey if entry.note]


def state(office: Office, case: CaseId) -> CaseState:
    return office.town.state(case)


_UNFOLD = "one => { for (let up = one; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true; }"
_NAME_OF_FOCUS = """() => {
  const one = document.activeElement;
  const text = one.labels && one.labels.length ? one.labels[0].textContent : one.textContent;
  return text.trim().replace(/\\s+/g, " ");
}"""
