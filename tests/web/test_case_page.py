"""The page of a case and its buttons."""

from tests.web.browser import Browser
from tests.web.town import Town, a_case_in_contact


async def test_the_page_shows_who_and_what_happens_next(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    page = await noor.get(f"/zaak/{state.case_id}")
    assert page.status_code == 200
    assert "A.B. van den Beemd" in page.text
    print(page.text)
