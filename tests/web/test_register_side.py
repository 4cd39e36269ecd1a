"""What a caseworker who has to check somebody sees of both sides."""

from datetime import timedelta

from models.case import CaseState
from models.codes import Role, Standing
from models.facts import IdentityChecked
from models.personal import Address, RegisteredPerson, RegisterRecord
from models.values import Postcode
from policy.permissions import Staff
from tests.web.browser import Browser
from tests.web.town import NOOR, OPENED, Town, a_case_in_contact, a_case_to_check
from web import people
from web.addresses import SECRET, shown_address
from web.register_side import BothSides, both_sides

ELSEWHERE = Address(postcode=Postcode("9902XZ"), number=7, street="Zeeweg", town="Zonnedijk")
SISTER = RegisteredPerson(
    first_names="Bea", prefix="van den", surname="Beemd", born="2 juni 1991", address=ELSEWHERE, since="1 mei 2020"
)
HIDDEN = SISTER.model_copy(update={"first_names": "Anna", "municipality": "Zonnedijk", "secret": True})


async def test_the_page_puts_the_partner_beside_everybody_who_may_be_meant(town: Town, noor: Browser) -> None:
    state = _told(town, a_case_to_check(town), SISTER, SISTER.model_copy(update={"first_names": "Cato"}))
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    for told in ("Wie is dit?", "De partner", "Het register: persoon 2", "Bea van den Beemd", "Cato van den Beemd"):
        assert told in page
    assert "Zeeweg 7, 9902 XZ Zonnedijk" in page


async def test_what_is_shown_stands_under_whoever_said_it(town: Town) -> None:
    shown = _shown(town, _told(town, a_case_to_check(town), SISTER))
    assert shown is not None
    assert shown.columns == ("De partner", "Het register")
    assert {row.what: row.said for row in shown.rows}["Naam"] == ("A.B. van den Beemd", "Bea van den Beemd")
    assert {row.what: row.said for row in shown.rows}["Geboren"] == ("2 juni 1991", "2 juni 1991")
    assert {row.what: row.said for row in shown.rows}["Gemeente"] == ("–", "niet bekend")


async def test_a_secret_address_of_a_candidate_is_not_on_the_page(town: Town, noor: Browser) -> None:
    state = _told(town, a_case_to_check(town), HIDDEN)
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    assert "Anna van den Beemd" in page
    assert [told for told in ("Zeeweg", "9902 XZ", "1 mei 2020") if told in page] == []


def test_nothing_that_tells_where_a_secret_address_is_leaves_the_store(town: Town) -> None:
    shown = _shown(town, _told(town, a_case_to_check(town), HIDDEN))
    assert shown is not None
    said = {row.what: row.said[1] for row in shown.rows}
    assert [said[what] for what in ("Adres", "Woont", "Sinds", "Gemeente")] == [SECRET] * 4


def test_where_somebody_lives_is_told_in_plain_words(town: Town) -> None:
    abroad = SISTER.model_copy(update={"lives": "VerblijfplaatsBuitenland", "address": None, "died": True})
    shown = _shown(town, _told(town, a_case_to_check(town), abroad))
    assert shown is not None
    said = {row.what: row.said[1] for row in shown.rows}
    assert [said[what] for what in ("Adres", "Woont", "Overleden")] == ["niet bekend", "in het buitenland", "ja"]


def test_nothing_is_compared_when_nothing_has_to_be_checked(town: Town) -> None:
    assert _shown(town, _told(town, a_case_in_contact(town), SISTER)) is None
    checked = _told(town, a_case_to_check(town), SISTER)
    found = IdentityChecked(
        at=OPENED + timedelta(hours=1), by=NOOR, person_id=checked.resident, standing=Standing.CONFIRMED
    )
    assert _shown(town, town.happens(checked, found)) is None


def test_nobody_is_compared_with_nobody(town: Town) -> None:
    assert _shown(town, a_case_to_check(town)) is None
    assert _shown(town, _told(town, a_case_to_check(town))) is None


def _told(town: Town, state: CaseState, *candidates: RegisteredPerson) -> CaseState:
    town.stores.cases.keep_register(state.case_id, state.resident, RegisterRecord(asked_at=OPENED, people=candidates))
    return state


def _shown(town: Town, state: CaseState) -> BothSides | None:
    resident = people.residents(town.services, [state.resident]).get(state.resident)
    address = shown_address(town.services, state, state.resident, Staff(NOOR, "Noor", Role.CASEWORKER, frozenset()))
    return both_sides(town.services, state, state.resident, resident, address)
