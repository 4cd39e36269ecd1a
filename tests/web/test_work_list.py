"""The work list: what is due, for whom, and why."""

import re

import pytest
from fastapi import FastAPI

from models.case import CaseState
from models.codes import AttemptResult, Channel, Party, ReferralParty, RegisterResult
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClaimed,
    PartyGaveUp,
    ReferralMade,
    ReferralRefused,
    Stalled,
)
from models.ids import ReferralId, StaffId, StepId, resident_of, unit_of_case
from models.steps import RaiseStall, SendMessage
from policy.next_step import next_step
from tests.builders import at
from tests.web.browser import Browser
from tests.web.situations import callback_agreed, referred
from tests.web.town import (
    NOOR,
    OPENED,
    THEA,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
    a_register_answer,
    a_route,
    next_case,
)


async def test_an_empty_list_says_so(noor: Browser) -> None:
    assert "Er is hier nu niets te doen." in (await noor.get("/")).text


async def test_a_list_that_is_too_long_to_count_says_so_and_goes_on(
    town: Town, noor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Een", "Twee", "Drie", "Vier", "Vijf"):
        a_case_to_check(town, surname=name)
    for module in ("web.paging", "web.words"):
        monkeypatch.setattr(f"{module}.COUNTED", 2)
    for module in ("web.paging", "web.work_queries"):
        monkeypatch.setattr(f"{module}.PAGE", 2)
    pages = [(await noor.get(f"/?pagina={number}")).text for number in (1, 2, 3)]
    assert [len(_rows(page)) for page in pages] == [2, 2, 1]
    assert all("(meer dan 2 in totaal)" in page for page in pages)
    assert [('rel="prev"' in page, 'rel="next"' in page) for page in pages] == [
        (False, True),
        (True, True),
        (True, False),
    ]


async def test_a_row_says_what_for_whom_why_and_by_when(town: Town, noor: Browser) -> None:
    a_case_to_check(town)
    row = ["Controleer gegevens", "A.B. van den Beemd", "register vond meer personen", "", "wo 7 april"]
    assert _rows((await noor.get("/")).text) == [[*row, "werkbakje gegevens"]]


async def test_what_is_late_comes_first_then_what_is_due_first_then_what_comes_later(town: Town, noor: Browser) -> None:
    _planned_call(town, surname="Later")
    a_case_in_conversation(town, surname="Straks")
    _stalled(town, surname="Vast")
    town.now = at("2027-04-06 09:00")
    second = town.case(a_route(), _doubted(town, "2027-04-06 08:00"), surname="Tweede")
    assert second.tasks[0].deadline.due_at > OPENED
    page = (await noor.get("/")).text
    assert [row[1].split()[-1] for row in _rows(page)] == ["Vast", "Straks", "Tweede", "Later"]
    now, later = page.split("<h2>Later</h2>")
    assert "Vast" in now and "vanaf" not in now.lower().split("<table")[0]
    assert "Bellen" in later and "morgen 13:00" in later


async def test_a_late_task_says_so(town: Town, noor: Browser) -> None:
    a_case_to_check(town)
    town.now = at("2027-04-08 09:00")
    assert _rows((await noor.get("/")).text)[0][4] == "gisteren te laat"


async def test_a_task_that_a_party_left_behind_is_stalled_and_not_late(town: Town, noor: Browser) -> None:
    case_id = next_case(town)
    step = StepId(f"{case_id}.register")
    town.case(a_route(), PartyGaveUp(at=OPENED, party=Party.REGISTER, step_id=step, person_id=resident_of(case_id)))
    row = _rows((await noor.get("/")).text)[0]
    assert row[2] == "register gaf te lang geen antwoord"
    assert row[4].endswith("vastgelopen") and "te laat" not in row[4]


async def test_what_goes_before_other_work_stands_on_top_and_says_so(town: Town, noor: Browser) -> None:
    a_case_to_check(town, surname="Gewoon")
    _stalled(town, surname="Vast")
    town.happens(*_came_back(town, surname="Terug"))
    rows = _rows((await noor.get("/")).text)
    assert [row[1].split()[-1] for row in rows] == ["Terug", "Vast", "Gewoon"]
    assert rows[0][2] == "de doorverwijzing is geweigerd"
    assert rows[0][4].endswith("gaat voor")


async def test_a_callback_shows_at_its_minute(town: Town, noor: Browser) -> None:
    callback_agreed(town)
    later = (await noor.get("/")).text.split("<h2>Later</h2>")[1]
    assert _rows(later)[0][0] == "Terugbellen" and _rows(later)[0][4] == "morgen 10:00"
    town.now = at("2027-04-06 09:44")
    assert "Er is hier nu niets te doen." in (await noor.get("/?wie=mij")).text
    town.now = at("2027-04-06 09:45")
    a_case_to_check(town)
    now = (await noor.get("/?wie=team")).text
    assert [row[0] for row in _rows(now)] == ["Terugbellen", "Controleer gegevens"]
    assert _rows(now)[0][4:] == ["vandaag 10:00 gaat voor", "u"]


async def test_the_tab_of_another_queue_is_there_when_it_holds_work(town: Town, noor: Browser) -> None:
    assert "wijkteam" not in (await noor.get("/")).text
    assert (await noor.get("/?wie=neighbourhood_team")).status_code == 200
    referred(town)
    page = (await noor.get("/")).text
    assert 'href="/?wie=neighbourhood_team"' in page and 'href="/?wie=volunteers"' not in page
    rows = _rows((await noor.get("/?wie=neighbourhood_team")).text)
    assert [row[:1] + row[2:3] for row in rows] == [["Doorverwijzing beantwoorden", "inwoner is doorverwezen"]]


async def test_a_referral_party_sees_its_own_queue(town: Town, app: FastAPI) -> None:
    town.youth_worker(StaffId("yara"))
    a_case_in_conversation(town)
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        page = (await yara.get("/")).text
    assert re.findall(r'href="/\?wie=(\w+)"', page) == ["mij", "team", "youth_workers"]
    assert _rows(page) == []


async def test_the_work_of_whom_one_stands_in_for_is_ones_own(town: Town, noor: Browser) -> None:
    hers = a_case_to_check(town, surname="Vanhaar")
    town.happens(hers, CaseClaimed(at=OPENED, by=THEA))
    assert _rows((await noor.get("/?wie=mij")).text) == []
    today = OPENED.date()
    town.stores.absences.record(staff=THEA, first_day=today, last_day=today, deputy=NOOR, by=THEA)
    assert [row[5] for row in _rows((await noor.get("/?wie=mij")).text)] == ["Thea Vos"]
    town.now = at("2027-04-06 09:00")
    assert _rows((await noor.get("/?wie=mij")).text) == []


async def test_an_unknown_part_of_the_work_does_not_exist(noor: Browser) -> None:
    assert (await noor.get("/?wie=iedereen")).status_code == 404


async def test_every_row_can_be_ticked(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    page = (await noor.get("/")).text
    assert f'<input type="checkbox" form="samen" name="zaak" value="{state.case_id}">' in page
    assert "Kies de zaak van A.B. van den Beemd" in page
    assert re.findall(r'name="wat" value="(\w+)"', page) == ["mail", "letter", "assign", "not_picked_up"]


async def test_the_tabs_divide_the_work(town: Town, noor: Browser) -> None:
    mine = a_case_to_check(town, surname="Vanmij")
    town.happens(mine, CaseClaimed(at=OPENED, by=NOOR))
    hers = a_case_to_check(town, surname="Vanhaar")
    town.happens(hers, CaseClaimed(at=OPENED, by=THEA))
    a_case_to_check(town, surname="Onbekend")
    a_case_in_conversation(town, surname="Gesprek")
    expected = {
        "/?wie=mij": {("Vanmij", "u")},
        "/?wie=team": {
            ("Vanmij", "u"),
            ("Vanhaar", "Thea Vos"),
            ("Onbekend", "werkbakje gegevens"),
            ("Gesprek", "werkbakje vroegsignalering"),
        },
        "/?wie=identity": {("Onbekend", "werkbakje gegevens")},
        "/?wie=early_signals": {("Gesprek", "werkbakje vroegsignalering")},
    }
    found = {path: {(row[1].split()[-1], row[5]) for row in _rows((await noor.get(path)).text)} for path in expected}
    assert found == expected
    counts = re.findall(r'<span class="count">(\d+)</span>', (await noor.get("/")).text)
    assert counts == ["1", "4", "1", "1"]


async def test_a_long_list_comes_in_pages_of_fifty(town: Town, noor: Browser) -> None:
    for _ in range(52):
        a_case_to_check(town)
    first = (await noor.get("/?wie=identity")).text
    assert len(_rows(first)) == 50
    assert "Pagina 1 van 2 (52 in totaal)" in first
    assert 'href="/?wie=identity&amp;pagina=2"' in first
    assert len(_rows((await noor.get("/?wie=identity&pagina=2")).text)) == 2


async def test_an_outage_is_one_line_on_every_page(town: Town, noor: Browser) -> None:
    for number in range(12):
        town.stores.health.failed(Party.REGISTER, waiting=f"case-{number}", code="register.timeout", at=OPENED)
    for path in ("/", "/aanleveringen"):
        page = (await noor.get(path)).text
        assert "Persoonsregister niet bereikbaar sinds 09:00. 12 zaken wachten en gaan vanzelf verder." in page
    town.stores.health.answered(Party.REGISTER, waiting="case-0")
    assert "niet bereikbaar" not in (await noor.get("/")).text


async def test_a_name_that_was_just_erased_is_gone(town: Town, noor: Browser) -> None:
    state = a_case_to_check(town)
    town.stores.vault.destroy([unit_of_case(state.case_id)])
    assert _rows((await noor.get("/")).text)[0][1] == "(verwijderd)"


def _rows(html: str) -> list[list[str]]:
    """Of each body row, as text: what, who, why, daypart, when, whose."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html, re.DOTALL)
    cells = [re.findall(r"<td data-label[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[*_apart(who, what), *map(_text, rest)] for who, what, *rest in filter(None, cells)]


def _apart(who: str, what: str) -> tuple[str, str, str]:
    deed, _, why = what.partition("</a>")
    return _text(deed), _text(who), _text(why)


def _text(cell: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", cell).split())


def _doubted(town: Town, moment: str) -> AnyFact:
    answer = a_register_answer(next_case(town), RegisterResult.SEVERAL)
    return answer.model_copy(update={"at": at(moment)})


def _came_back(town: Town, **resident: str) -> tuple[CaseState, AnyFact, AnyFact]:
    state = a_case_in_conversation(town, **resident)
    person, referral = state.resident, ReferralId("referral-1")
    return (
        state,
        ReferralMade(at=OPENED, by=NOOR, person_id=person, referral_id=referral, party=ReferralParty.VOLUNTEERS),
        ReferralRefused(at=OPENED, by=NOOR, person_id=person, referral_id=referral),
    )


def _planned_call(town: Town, **resident: str) -> None:
    state = a_case_in_contact(town, **resident)
    step = next_step(state, now=OPENED)
    assert isinstance(step, SendMessage)
    sent = AttemptMade(
        at=OPENED, step_id=step.step_id, person_id=state.resident, channel=Channel.MAIL, result=AttemptResult.SENT
    )
    town.happens(state, sent)


def _stalled(town: Town, **resident: str) -> None:
    state = a_case_to_check(town, **resident)
    late = at("2027-04-30 09:00")
    step = next_step(state, now=late)
    assert isinstance(step, RaiseStall)
    # Raised at the moment that the clock of this test has not reached: the order must not lean on the due moment.
    town.happens(state, Stalled(at=late, cause=step.cause, deadline=step.deadline))
