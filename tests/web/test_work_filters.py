"""The work list narrowed down: by what stands in the address, with how much there is of each."""

import re
from html import unescape

import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col, select

from adapters.areas import add_areas
from adapters.registry import Member
from models.codes import PartnerType, Role, Trait
from models.facts import CaseClaimed, SignalJoined, Stalled, TraitRecorded
from models.ids import PersonId, StaffId, unit_of_case
from models.personal import Address
from models.steps import RaiseStall
from models.tables import TaskRow
from models.values import Postcode
from policy.next_step import next_step
from tests.builders import at
from tests.web.browser import Browser
from tests.web.town import NOOR, OPENED, THEA, WATERDORP, Town, a_case_in_conversation, a_case_to_check


def _lives(postcode: str) -> Address:
    return Address(postcode=Postcode(postcode), number=3, addition="", street="Havenkade", town="Zonnedijk")


def _names(page: str) -> list[str]:
    return re.findall(r'data-label="Inwoner">[^<]*?(\w+)</td>', page)


def _choices(page: str, facet: str) -> dict[str, str]:
    """What can be chosen of a facet, with what stands beside it."""
    [field] = re.findall(rf'<select id="filter-{facet}".*?</select>', page, re.DOTALL)
    found = re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)</option>', field)
    return {value: unescape(text) for value, text in found}


async def _shown(browser: Browser, asked: str) -> set[str]:
    return set(_names((await browser.get(f"/?{asked}")).text))


async def test_each_filter_shows_its_part_and_together_they_narrow(town: Town, noor: Browser) -> None:
    a_case_to_check(town, surname="Haven", address=_lives("9991AB"))
    a_case_in_conversation(town, surname="Laan")
    hers = a_case_in_conversation(town, surname="Theas", address=_lives("9991CD"))
    town.happens(hers, CaseClaimed(at=OPENED, by=THEA))
    asked = {
        "wie=team": {"Haven", "Laan", "Theas"},
        "bak=identity": {"Haven"},
        "soort=record_outcome": {"Laan", "Theas"},
        "buurt=9991": {"Haven", "Theas"},
        "van=niemand": {"Haven", "Laan"},
        "van=thea": {"Theas"},
        "route=standard": {"Haven", "Laan", "Theas"},
        "route=cak": set(),
        "buurt=9991&soort=record_outcome": {"Theas"},
        "buurt=9991&soort=record_outcome&van=niemand": set(),
        "bak=&soort=": {"Haven", "Laan", "Theas"},
    }
    assert {question: await _shown(noor, question) for question in asked} == asked


async def test_a_kind_of_partner_finds_who_has_a_signal_of_one_beside_others(town: Town, noor: Browser) -> None:
    a_case_to_check(town, surname="Huurder")
    both = a_case_to_check(town, surname="Beide")
    energy = town.signal(both.case_id, PersonId("another-supplier"))
    energy = energy.model_copy(update={"person_id": both.resident, "partner_type": PartnerType.ENERGY})
    town.happens(both, SignalJoined(at=OPENED, signal=energy))
    assert await _shown(noor, "partner=Huur") == {"Huurder", "Beide"}
    assert await _shown(noor, "partner=Energie") == {"Beide"}
    page = (await noor.get("/")).text
    assert _choices(page, "partner") == {"Energie": "Energie (1)", "Huur": "Huur (2)"}
    assert _choices((await noor.get("/?partner=Energie")).text, "soort") == {
        "check_identity": "Controleer gegevens (1)"
    }


async def test_a_number_past_the_limit_is_not_told(town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        a_case_to_check(town)
    for module in ("web.paging", "web.words"):
        monkeypatch.setattr(f"{module}.COUNTED", 2)
    page = (await noor.get("/")).text
    assert _choices(page, "soort") == {"check_identity": "Controleer gegevens (2+)"}
    assert re.findall(r'<span class="count">([^<]*)</span>', page) == ["0", "2+", "0", "2+"]


async def test_a_choice_counts_what_the_other_filters_leave_of_it(town: Town, noor: Browser) -> None:
    a_case_to_check(town, address=_lives("9991AB"))
    a_case_in_conversation(town)
    page = (await noor.get("/?buurt=9991")).text
    assert _choices(page, "buurt") == {"9990": "9990 (1)", "9991": "9991 (1)"}
    assert _choices(page, "soort") == {"check_identity": "Controleer gegevens (1)"}
    assert _choices((await noor.get("/?buurt=9992")).text, "buurt")["9992"] == "9992 (0)"


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2027-04-06 09:00", "deze-week"),
        ("2027-04-07 09:00", "vandaag"),
        ("2027-04-08 09:00", "te-laat"),
        ("2027-04-04 09:00", "later"),
    ],
)
async def test_work_is_due_in_one_part_of_time(town: Town, noor: Browser, moment: str, due: str) -> None:
    # The check is due on Wednesday 7 April; on Sunday the 4th that is in the next week.
    a_case_to_check(town)
    town.now = at(moment)
    parts = ("te-laat", "vandaag", "deze-week", "later")
    assert [part for part in parts if await _shown(noor, f"uiterlijk={part}")] == [due]
    assert list(_choices((await noor.get("/")).text, "uiterlijk")) == [due]


async def test_a_reminder_does_not_make_late_work_in_time(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    town.now = at("2027-04-08 09:00")
    step = next_step(state, now=town.now)
    assert isinstance(step, RaiseStall)
    town.happens(state, Stalled(at=town.now, cause=step.cause, deadline=step.deadline))
    assert await _shown(noor, "uiterlijk=te-laat") == {"Beemd"}
    assert await _shown(noor, "uiterlijk=deze-week") == set()


@pytest.mark.parametrize(
    "asked",
    [
        *("route=snel", "partner=Bank", "soort=koffie", "uiterlijk=ooit", "bak=kelder", "buurt=99", "buurt=9990AB"),
        *("buurt=%D9%A1%D9%A2%D9%A3%D9%A4", "van=niemandsland", "van=ravi"),
    ],
)
async def test_what_there_is_not_is_not_there(town: Town, noor: Browser, asked: str) -> None:
    assert (await noor.get(f"/?{asked}")).status_code == 404


async def test_nothing_found_says_so_and_one_link_clears_all(town: Town, noor: Browser) -> None:
    a_case_to_check(town)
    page = (await noor.get("/?wie=team&buurt=1111&soort=call")).text
    assert "Er is niets gevonden met deze filters." in page and "Er is hier nu niets te doen." not in page
    assert '<a href="/?wie=team">Wis alle filters</a>' in page
    assert "Wis alle filters" not in (await noor.get("/")).text


async def test_filters_are_kept_by_tabs_and_pages(town: Town, noor: Browser) -> None:
    for _ in range(52):
        a_case_to_check(town)
    page = unescape((await noor.get("/?wie=team&buurt=9990&van=niemand&bak=identity")).text)
    assert 'href="/?wie=team&buurt=9990&van=niemand&bak=identity&pagina=2"' in page.replace(
        "bak=identity&buurt=9990&van=niemand", "buurt=9990&van=niemand&bak=identity"
    )
    assert 'href="/?wie=mij&bak=identity&buurt=9990"' in page
    # A queue's work is nobody's by itself.
    assert 'href="/?wie=identity&buurt=9990"' in page
    counts = re.findall(r'<span class="count">(\d+)</span>', page)
    assert counts == ["0", "52", "0", "52"]


async def test_pages_are_in_one_order_over_now_and_later(town: Town, noor: Browser) -> None:
    for number in range(60):
        state = a_case_to_check(town, surname=f"Nummer{number:02}")
        if number >= 30:
            with town.stores.database.write() as session:
                later = at(f"2027-04-06 10:{number - 30:02}")
                session.execute(update(TaskRow).where(col(TaskRow.case_id) == state.case_id).values(opens_at=later))
    first, second = [_names((await noor.get(f"/?pagina={number}")).text) for number in (1, 2)]
    assert len(first) == 50 and len(second) == 10
    assert set(first[:30]) == {f"Nummer{number:02}" for number in range(30)}
    assert [*first[30:], *second] == [f"Nummer{number:02}" for number in range(30, 60)]


async def test_the_work_of_who_left_can_be_asked_for(town: Town, noor: Browser) -> None:
    gone = StaffId("gone")
    town.stores.registry.ensure(staff=[Member(gone, "Wil Weg", Role.CASEWORKER, (WATERDORP,))])
    assert (await noor.get("/?van=gone")).status_code == 404
    town.happens(a_case_to_check(town), CaseClaimed(at=OPENED, by=gone))
    page = (await noor.get("/?van=gone")).text
    assert _names(page) == ["Beemd"] and _choices(page, "van") == {"gone": "Wil Weg (1)"}


async def test_others_municipalities_are_in_no_count(town: Town, noor: Browser) -> None:
    a_case_to_check(town, municipality=WATERDORP)
    page = (await noor.get("/")).text
    assert [_choices(page, facet) for facet in ("bak", "route", "buurt", "soort", "van", "uiterlijk")] == [{}] * 6


async def test_a_party_sees_counts_of_its_own_queue_only(town: Town, app: FastAPI) -> None:
    town.youth_worker(StaffId("yara"))
    a_case_to_check(town)
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        page = (await yara.get("/")).text
    assert _choices(page, "soort") == {}


# --- the neighbourhood --------------------------------------------------------------------------------------------


def _areas(town: Town) -> list[str | None]:
    with town.stores.database.read() as session:
        return list(session.exec(select(TaskRow.area).order_by(TaskRow.case_id)))


async def test_a_secret_address_is_in_no_neighbourhood(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town, surname="Geheim")
    assert _areas(town) == ["9990"]
    secret = TraitRecorded(at=OPENED, by=NOOR, person_id=state.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    town.happens(state, secret)
    assert _areas(town) == [""]
    assert await _shown(noor, "buurt=9990") == set()
    assert await _shown(noor, "buurt=onbekend") == {"Geheim"}
    assert _choices((await noor.get("/")).text, "buurt") == {"onbekend": "geheim of onbekend (1)"}


def test_tasks_from_before_get_their_neighbourhood_once(town: Town) -> None:
    a_case_to_check(town)
    a_case_to_check(town, address=_lives("9991AB"))
    with town.stores.database.write() as session:
        session.execute(update(TaskRow).values(area=None))
    assert add_areas(town.stores.database, town.stores.vault) == 2
    assert _areas(town) == ["9990", "9991"]
    assert add_areas(town.stores.database, town.stores.vault) == 0


def test_a_task_of_an_erased_case_gets_none(town: Town) -> None:
    state = a_case_to_check(town)
    with town.stores.database.write() as session:
        session.execute(update(TaskRow).values(area=None))
    town.stores.vault.destroy([unit_of_case(state.case_id)])
    assert add_areas(town.stores.database, town.stores.vault) == 1
    assert _areas(town) == [""]
