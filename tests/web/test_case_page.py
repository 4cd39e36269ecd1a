"""What the page of a case tells, and to whom."""

import re
from datetime import timedelta

from models.case import CaseState
from models.codes import Channel, Language, Party, RegisterResult, Route, StallCause, Trait
from models.facts import CaseAssigned, PartyGaveUp, RouteChosen, TraitRecorded
from models.ids import CaseId, StepId, resident_of, unit_of_case
from models.vault_tables import CertificateRow
from tests.builders import ZONNEDIJK, at, the_terms
from tests.web.browser import Browser, form_of, kinds_of
from tests.web.situations import (
    HOUSEMATE,
    callback_agreed,
    died,
    ending_supply,
    objected,
    paused,
    referral_accepted,
    visit_planned,
    visits_blocked,
    with_a_housemate,
)
from tests.web.town import (
    NOOR,
    OPENED,
    THEA,
    Town,
    a_case_in_contact,
    a_case_to_check,
    a_register_answer,
    a_route,
    closed_case,
    next_case,
)
from web import queries

OTHER = HOUSEMATE


# --- what the page tells ------------------------------------------------------------------------------------------


async def test_the_page_tells_who_and_how_to_reach_them(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(a_case_in_contact(town)))
    for told in ("A.B. van den Beemd", "Zonnelaan 12 A", "9990 AB Zonnedijk", "06 1234 5678", "beemd@example.nl"):
        assert told in page.text
    for told in ("Woonstee Zonnedijk", "Huur", "€ 412,50", "1 januari 2027", "Warme overdracht: eerst bellen"):
        assert told in page.text
    assert "Twee keer gebeld, een keer geschreven." in page.text


async def test_the_signaalreis_is_read_by_day_from_its_beginning_to_now(town: Town, noor: Browser) -> None:
    state = callback_agreed(town)
    town.now += timedelta(hours=23)
    town.happens(state, CaseAssigned(at=town.now, by=THEA, to=NOOR))
    page = (await noor.get(_page(state))).text
    journey = page.partition('<ol class="journey">')[2].partition("</ol>")[0]
    assert re.findall(r"<h3>(.*?)</h3>", journey) == ["maandag 5 april", "dinsdag 6 april", "Nu"]
    assert journey.index("Signaal ontvangen van Woonstee Zonnedijk.") < journey.index("Terugbelafspraak voor")
    assert "Terugbellen, zoals afgesproken." in journey.partition("<h3>Nu</h3>")[2]


async def test_who_makes_a_visit_stands_beside_it_with_a_way_to_its_page(town: Town, noor: Browser) -> None:
    visiting, calling = visit_planned(town), callback_agreed(town)
    page = (await noor.get(_page(visiting))).text
    assert "Nog niemand neemt dit huisbezoek mee." in page and f'href="/huisbezoek/{visiting.case_id}"' in page
    assert "/huisbezoek/" not in (await noor.get(_page(calling))).text


async def test_who_calls_or_visits_sees_what_to_say_to_a_machine_and_write_on_a_card(town: Town, noor: Browser) -> None:
    voicemail, card = "Goedendag, dit is een bericht van Gemeente Zonnedijk.", "Wij waren bij u aan de deur"
    calling, visiting = callback_agreed(town), visit_planned(town)
    town.now += timedelta(days=60)
    called, visited = (await noor.get(_page(calling))).text, (await noor.get(_page(visiting))).text
    assert (voicemail in called, card in called) == (True, False)
    assert card in visited
    checking = (await noor.get(_page(a_case_to_check(town)))).text
    assert (voicemail in checking, card in checking) == (False, False)


async def test_what_a_resident_reads_is_in_their_language_and_what_they_do_not_want_is_told(
    town: Town, noor: Browser
) -> None:
    changes = {"language": Language.ENGLISH, "unwanted": (Channel.MAIL, Channel.SMS)}
    state = callback_agreed(town)
    town.person(state.case_id, state.resident, **changes)
    town.now += timedelta(days=60)
    page = (await noor.get(_page(state))).text
    assert '<blockquote lang="en"><p>Good day, this is a message from Gemeente Zonnedijk.' in page
    assert "<dt>Taal</dt><dd>Engels</dd>" in page
    assert "<dt>Niet gewenst</dt><dd>geen e-mail, geen sms</dd>" in page


async def test_nothing_personal_stands_in_the_title_or_the_address(town: Town, noor: Browser) -> None:
    # The browser's own history is out of the eraser's reach.
    page = await noor.get(_page(a_case_in_contact(town)))
    assert "Beemd" not in page.text.split("</title>")[0]
    assert "Beemd" not in str(page.url)


async def test_the_next_step_explains_its_deadline(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(a_case_to_check(town)))
    assert "Controleer gegevens: register vond meer personen." in page.text
    assert "uiterlijk wo 7 april" in page.text
    assert "2 werkdagen na het begin van de taak (vandaag 09:00); geteld op de werkdagen van de gemeente." in page.text


async def test_free_days_that_moved_a_deadline_are_named(town: Town, noor: Browser) -> None:
    # 27 April 2027 (King's Day) is a Tuesday.
    town.now = at("2027-04-26 09:00")
    case_id = next_case(town)
    doubted = a_register_answer(case_id, RegisterResult.SEVERAL).model_copy(update={"at": town.now})
    page = await noor.get(_page(town.case(a_route(town.now), doubted)))
    assert "Opgeschoven door: di 27 april (Koningsdag)." in page.text


async def test_a_stalled_case_says_since_when_and_why(town: Town, noor: Browser) -> None:
    state = _gave_up(town)
    town.now += timedelta(hours=3)
    page = await noor.get(_page(state))
    assert "Vastgelopen: een ander systeem gaf te lang geen antwoord" in page.text
    assert "Sinds vandaag 09:00 (3 uur)." in page.text


async def test_a_case_that_waits_for_a_party_says_so(town: Town, noor: Browser) -> None:
    state = town.case(a_route())
    town.stores.health.failed(Party.REGISTER, waiting=state.case_id, code="register.timeout", at=OPENED)
    page = await noor.get(_page(state))
    assert "Persoonsregister niet bereikbaar sinds 09:00. 1 zaak wacht en gaat vanzelf verder." in page.text
    assert "Persoonsregister is nu niet bereikbaar; de zaak wacht en gaat vanzelf verder." in page.text


async def test_the_signaalreis_tells_what_by_whom_with_the_note(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "log_call", result="voicemail", note="Vriendelijke stem.")
    page = await noor.get(_page(state))
    assert "ochtend · Noor de Wit" in page.text
    assert "Gebeld: voicemail ingesproken." in page.text
    assert "<blockquote>Vriendelijke stem.</blockquote>" in page.text


async def test_what_somebody_typed_is_text_and_never_markup(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town, surname="<b>Beemd</b>")
    note = "<script>alert(1)</script></textarea><img src=x>"
    await noor.press(_page(state), "log_call", result="voicemail", note=note)
    page = await noor.get(_page(state))
    assert "<script>" not in page.text and "<img" not in page.text and "<b>Beemd" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


async def test_what_must_be_known_first_stands_on_top(town: Town, noor: Browser) -> None:
    warned = {
        objected: "De inwoner maakt bezwaar tegen het gebruik van de gegevens. Zoek nu geen contact.",
        visits_blocked: "Bij deze inwoner mogen geen huisbezoeken.",
        died: "Deze inwoner is overleden. Er gaat niets meer naar deze inwoner.",
        paused: "De zaak rust tot en met ma 3 mei.",
    }
    for situation, told in warned.items():
        page = (await noor.get(_page(situation(town)))).text
        assert told in page.split("Wat er nu gebeurt")[0]


async def test_a_threat_is_told(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "judge_threat", threatening="ja")
    assert "De situatie is bedreigend" in (await noor.get(_page(state))).text.split("Wat er nu gebeurt")[0]


async def test_the_end_of_supply_is_counted_down_in_working_days(town: Town, noor: Browser) -> None:
    # Of the weekdays in between only 27 April (King's Day) does not count.
    state = ending_supply(town)
    assert "Nog 19 werkdagen tot het einde van de levering (ma 3 mei)." in (await noor.get(_page(state))).text
    town.now = at("2027-04-30 09:00")
    page = (await noor.get(_page(state))).text
    assert "Nog 1 werkdag tot het einde van de levering (ma 3 mei)." in page
    assert "Levering stopt op 3 mei 2027" in page
    town.now = at("2027-05-03 09:00")
    assert "De levering stopt vandaag (ma 3 mei)." in (await noor.get(_page(state))).text
    town.now = at("2027-05-04 09:00")
    assert "De levering is gestopt op ma 3 mei." in (await noor.get(_page(state))).text


async def test_who_stands_for_the_resident_and_what_they_may_hear(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    typed = {"representative": "administrator", "name": "mr. B. Windvaer", "phone": "0301234567", "may_be_told": "nee"}
    await noor.press(_page(state), "record_representative", **typed)
    page = (await noor.get(_page(state))).text
    assert "Bewindvoerder: mr. B. Windvaer." in page and "030 123 4567" in page
    assert "Praat met de vertegenwoordiger niet over bedragen en partners." in page
    await noor.press(_page(state), "end_representative")
    assert "Windvaer" not in (await noor.get(_page(state))).text


async def test_what_was_agreed_stands_beside_the_resident(town: Town, noor: Browser) -> None:
    agreed = {
        callback_agreed: "morgen 10:00: Noor de Wit belt op 06 1234 5678",
        visit_planned: "morgen 10:00, Thea Vos gaat mee",
        referral_accepted: "aangenomen, nog niet begonnen (sinds vandaag 09:00)",
    }
    for situation, told in agreed.items():
        assert told in (await noor.get(_page(situation(town)))).text


async def test_why_nobody_may_visit_is_read_by_the_supervisor_only(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "block_visits", note="Er is geweld geweest.")
    seen, known = (await noor.get(_page(state))).text, (await thea.get(_page(state))).text
    assert ("geweld" in seen, "De reden mag alleen de teamleider lezen." in seen) == (False, True)
    assert "<blockquote>Er is geweld geweest.</blockquote>" in known


# --- several people -----------------------------------------------------------------------------------------------


async def test_what_is_about_somebody_else_does_not_stand_on_the_page(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    page = await noor.get(_page(state))
    assert page.text.count('data-label="Bedrag"') == 1
    assert "Nog een signaal" not in page.text and "C. Anders" not in page.text
    assert "nog een inwoner" in page.text
    other = await noor.get(f"{_page(state)}?persoon={OTHER}")
    assert "C. Anders" in other.text and "Nog een signaal" in other.text
    assert form_of(other.text, "log_call").fields["person_id"] == OTHER


async def test_an_unknown_person_is_the_resident(town: Town, noor: Browser) -> None:
    page = await noor.get(f"{_page(a_case_in_contact(town))}?persoon=iemand-anders")
    assert "A.B. van den Beemd" in page.text


# --- closed and erased --------------------------------------------------------------------------------------------


async def test_a_closed_case_says_when_its_data_go_and_why(town: Town, noor: Browser) -> None:
    page = await noor.get(_page(closed_case(town)))
    assert "De zaak is afgesloten. De gegevens worden vernietigd." in page.text
    assert "6 maanden na ontvangst van het signaal (vandaag 09:00)." in page.text
    assert kinds_of(page.text) == set()


async def test_an_erased_case_shows_its_certificate_and_nobody(town: Town, noor: Browser, thea: Browser) -> None:
    state = closed_case(town)
    certificate = _erase(town, state)
    page = await noor.get(_page(state))
    assert page.status_code == 200
    assert "Deze zaak is verwijderd" in page.text and certificate in page.text
    assert "Beemd" not in page.text
    assert f"/bewaren/{certificate}" not in page.text
    assert f'href="/bewaren/{certificate}"' in (await thea.get(_page(state))).text


async def test_a_case_whose_key_is_gone_shows_nothing_personal(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.press(_page(state), "log_call", result="voicemail", note="Een geheim.")
    town.stores.vault.destroy([unit_of_case(state.case_id)])
    page = await noor.get(_page(state))
    assert page.status_code == 410
    assert "De gegevens zijn verwijderd" in page.text
    assert "Beemd" not in page.text and "geheim" not in page.text


# --- small parts --------------------------------------------------------------------------------------------------


def _page(state: CaseState) -> str:
    return f"/zaak/{state.case_id}"


def _gave_up(town: Town) -> CaseState:
    case_id = next_case(town)
    gave_up = PartyGaveUp(
        at=OPENED, party=Party.REGISTER, step_id=StepId(f"{case_id}.register"), person_id=resident_of(case_id)
    )
    state = town.case(a_route(), gave_up)
    assert any(task.deadline.cause is StallCause.PARTY_BUDGET_SPENT for task in state.tasks)
    return state


def _erase(town: Town, state: CaseState) -> str:
    """What is left of an erased case: no row, no key, and the proof."""
    units = [retention.unit_id for retention in state.retention]
    town.stores.vault.destroy(units)
    with town.stores.database.write() as session:
        session.delete(_case_row(town, state.case_id))
    row = CertificateRow(
        id="verklaring-1",
        municipality=ZONNEDIJK.text,
        case_id=state.case_id,
        units=list(units),
        rule=state.retention[-1].model_dump(mode="json"),
        rows=14,
        executions=2,
        erased_at=OPENED,
    )
    with town.stores.vault.database.write() as session:
        session.add(row)
    return "verklaring-1"


def _case_row(town: Town, case_id: CaseId) -> object:
    found = queries.closed_cases(town.stores.database, [ZONNEDIJK], page=1)
    return next(row for row in found.rows if row.id == case_id)


# --- why, and what then -------------------------------------------------------------------------------------------


async def test_the_page_explains_the_case_below_what_is_next(town: Town, noor: Browser) -> None:
    state = town.happens(a_case_in_contact(town), CaseAssigned(at=OPENED, to=NOOR))
    page = (await noor.get(_page(state))).text
    box = _explanation(page)
    assert page.index("Wat er nu gebeurt") < page.index("Waarom, en wat daarna") < page.index('id="inwoner"')
    for told in (
        "Deze zaak volgt de gewone route.",
        "De zaak ligt bij het team Vroegsignalering en is van Noor de Wit.",
        '<li>Bellen in de middag <span class="soft">rond wo 7 april</span></li>',
        "Komt er geen contact tot do 22 april, dan legt het systeem als uitkomst vast:",
        "Als de inwoner zelf belt: uitkomst vastleggen, uiterlijk wo 7 april.",
        "Vraag de partner nog niet wat nu openstaat: eerst is er een gesprek of een huisbezoek.",
    ):
        assert told in box


async def test_the_explanation_is_shut_until_it_is_asked_for_and_needs_no_script(town: Town, noor: Browser) -> None:
    page = (await noor.get(_page(a_case_in_contact(town)))).text
    scripts = re.findall(r'<script src="/static/(\w+)\.js"', page)
    assert '<details class="explained" id="uitleg">' in page and set(scripts) == {"menu", "note"}
    assert page.count("<script") == len(scripts)


async def test_the_explanation_says_nothing_of_who_the_resident_is(town: Town, noor: Browser) -> None:
    for situation in (a_case_in_contact, callback_agreed, referral_accepted, closed_case):
        box = _explanation((await noor.get(_page(situation(town)))).text)
        for personal in ("Beemd", "Zonnelaan", "1234 5678", "example.nl", "412,50", "Woonstee"):
            assert personal not in box


async def test_the_page_of_somebody_else_in_the_case_does_not_explain_it(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    assert "Waarom, en wat daarna" in (await noor.get(_page(state))).text
    assert "Waarom, en wat daarna" not in (await noor.get(f"{_page(state)}?persoon={OTHER}")).text


async def test_a_route_that_was_chosen_again_is_explained_on_the_page(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    found = TraitRecorded(at=OPENED, person_id=state.resident, trait=Trait.ENTREPRENEUR, applies=True)
    entrepreneurs = the_terms().model_copy(update={"route": Route.ENTREPRENEUR, "why": "Beleid: ondernemers."})
    other = RouteChosen(at=OPENED, route=Route.ENTREPRENEUR, why="Beleid: ondernemers.", terms=entrepreneurs)
    box = _explanation((await noor.get(_page(town.happens(state, found, other)))).text)
    assert "Deze zaak volgt de route voor ondernemers (Beleid: ondernemers)." in box
    assert "De route is opnieuw gekozen: vandaag 09:00. Daarvoor gebeurde dit: " in box


def _explanation(page: str) -> str:
    """The box that explains the case, on a page that has it."""
    return page.split('<details class="explained"')[1].split("</details>")[0]


async def test_signals_that_are_otherwise_alike_are_told_apart_by_the_partners_reference(
    town: Town, noor: Browser
) -> None:
    state = a_case_in_contact(town)
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    assert "kenmerk WO-1" in page.split('id="signalen"')[1].split("</section>")[0]
    assert "Huur, € 412,50, kenmerk WO-1" in page
