"""The accessibility statement: for everybody, from every page."""

import pytest

from adapters.policy_book import PolicyFiles
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.town import Town, a_case_in_contact
from web.pages.accessibility import DRAWN_UP
from web.words import full_day

WHERE = "/toegankelijkheid"


async def test_whoever_is_not_signed_in_can_read_it(stranger: Browser) -> None:
    answer = await stranger.get(WHERE)
    assert answer.status_code == 200
    assert "Toegankelijkheidsverklaring" in answer.text and "EN 301 549" in answer.text
    assert f"Opgesteld op {full_day(DRAWN_UP)}" in answer.text
    assert "Hoofdmenu" not in answer.text


async def test_whoever_is_signed_in_keeps_the_menu(noor: Browser) -> None:
    assert 'aria-label="Hoofdmenu"' in (await noor.get(WHERE)).text


async def test_it_says_whom_to_tell(town: Town, stranger: Browser) -> None:
    """Of municipalities that work here, as their policy names them; one without a policy has nothing to name."""
    sender = town.stores.policies.policy(ZONNEDIJK).sender
    text = (await stranger.get(WHERE)).text
    assert f"<dd>{sender.name}</dd>" in text and f"<dd>{sender.phone}</dd>" in text
    assert text.count("<dt>Organisatie</dt>") == len(_named(town.stores.policies, town))


def _named(policies: PolicyFiles, town: Town) -> set[str]:
    return {code.text for code in policies.municipalities()} & {
        code.text for code in town.stores.registry.municipalities()
    }


@pytest.mark.parametrize("path", ["/", "/zaak/{case}", "/bellen/{case}", "/bestaat-niet", "/afgemeld", WHERE])
async def test_every_page_ends_with_the_way_to_it(town: Town, noor: Browser, path: str) -> None:
    page = await noor.get(path.format(case=a_case_in_contact(town).case_id))
    foot = page.text.partition('<footer class="foot">')[2]
    assert f'<a href="{WHERE}">Toegankelijkheid</a>' in foot and foot.rstrip().endswith("</footer>\n</body>\n</html>")
