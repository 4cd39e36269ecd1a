"""What is owed now: asked on the case, answered by the partner or by staff, shown beside the signal."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from adapters.amount_questions import AmountQuestions
from adapters.blind import reference_entry
from adapters.documents import Documents
from adapters.feedback_ledger import FeedbackLedger
from adapters.registry import Member, Partner
from models.case import CaseState
from models.codes import DocumentKind, PartnerType, ReferralParty, Role, SignalChange
from models.facts import ObjectionMade, ReferralMade, SignalChanged
from models.ids import PartnerId, ReferralId, SignalId, StaffId, UnitId
from models.personal import AmountAnswer, DeliveredSignal
from models.tables import AmountQuestionRow, SignalRow
from models.values import MunicipalityCode
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, Form, forms_of
from tests.web.situations import visit_planned, with_a_housemate
from tests.web.town import (
    NOOR,
    OPENED,
    RAVI,
    THEA,
    WATERDORP,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    closed_case,
)

WOONSTEE, STROOMNET = PartnerId("woonstee"), PartnerId("stroomnet")
WIEKE = StaffId("wieke")
ASK = "Vraag het actuele bedrag"
LIST = "/bedragen/woonstee?gemeente=9901"


@pytest.fixture
async def wieke(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """Somebody of the partner whose signals the town's cases are about."""
    works_for(town, WOONSTEE)
    async with Browser(app) as browser:
        await browser.sign_in(WIEKE)
        yield browser


# --- asking, on the case ------------------------------------------------------------------------------------------


async def test_after_a_conversation_the_partner_is_asked_with_one_press(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    answer = await noor.send(await asking(noor, state))
    assert answer.headers["location"] == f"/zaak/{state.case_id}?vastgelegd=bedrag#signalen"
    page = (await noor.get(answer.headers["location"])).text
    assert "De vraag staat op de lijst van de partner." in page
    assert "Vandaag gevraagd door Noor de Wit. De partner heeft nog niet geantwoord." in page
    assert "Aan Woonstee Zonnedijk gevraagd wat nu openstaat." in journey(page)
    assert f'href="{LIST}"' in page
    assert ASK not in page


async def test_before_a_visit_the_partner_may_be_asked_too(town: Town, noor: Browser) -> None:
    state = visit_planned(town)
    assert (await noor.send(await asking(noor, state))).status_code == 303
    assert len(rows(town)) == 1


async def test_two_colleagues_with_the_same_page_make_one_question(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_conversation(town)
    forms = [(noor, await asking(noor, state)), (thea, await asking(thea, state))]
    answers = [await browser.send(form) for browser, form in [*forms, *forms]]
    assert {answer.status_code for answer in answers} == {303}
    assert [row.asked_by for row in rows(town)] == [NOOR]


async def test_too_early_the_case_says_so_once_where_it_explains_itself(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    page = (await noor.get(case_of(state))).text
    assert page.count("Vraag de partner nog niet wat nu openstaat") == 1
    assert "wat nu openstaat" not in signals_in(page) and ASK not in page
    answer = await noor.send(Form(f"{case_of(state)}/bedrag", await fields(noor, state)))
    assert answer.status_code == 422 and "Vraag de partner nog niet" in answer.text
    assert rows(town) == []


async def test_a_case_that_ended_says_nothing_of_asking(town: Town, noor: Browser) -> None:
    state = closed_case(town)
    page = signals_in((await noor.get(case_of(state))).text)
    assert (ASK in page, "Vraag de partner" in page) == (False, False)


async def test_of_a_housemate_with_whom_nobody_spoke_nothing_is_asked(town: Town, noor: Browser) -> None:
    state = with_a_housemate(town)
    other = state.signals[1]
    page = (await noor.get(f"{case_of(state)}?persoon={other.person_id}")).text
    assert ASK not in signals_in(page)
    sent = await fields(noor, state) | {"signal": other.signal_id}
    assert (await noor.send(Form(f"{case_of(state)}/bedrag", sent))).status_code == 422


async def test_what_was_answered_lately_is_told_before_somebody_asks_again(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    answered(town, state)
    town.now = OPENED + timedelta(days=3)
    first = await noor.send(await asking(noor, state))
    assert first.status_code == 200
    assert "3 dagen geleden beantwoord: € 310,00 op 5 april 2027." in first.text
    assert len(rows(town)) == 1
    (again,) = [form for form in forms_of(first.text) if form.action.endswith("/bedrag")]
    assert "Vraag het toch opnieuw" in first.text
    assert (await noor.send(again)).status_code == 303
    assert len(rows(town)) == 2


async def test_a_second_press_counts_only_for_what_was_told(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    answered(town, state)
    town.now = OPENED + timedelta(days=3)
    first = await noor.send(await asking(noor, state))
    (again,) = [form for form in forms_of(first.text) if form.action.endswith("/bedrag")]
    # Meanwhile a colleague asked, and the partner answered.
    signal = state.signals[0].signal_id
    questions(town).ask(state.case_id, signal, by=THEA, at=town.now, again=OPENED)
    assert answer_it(town, state, "290")
    for form in (again, Form(again.action, again.fields | {"again": "ja"})):
        assert "Vandaag beantwoord: € 290,00" in (await noor.send(form)).text
    assert len(rows(town)) == 2


async def test_what_was_asked_lately_and_became_idle_is_told_too(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    with town.stores.database.write() as session:
        row = session.exec(select(AmountQuestionRow)).one()
        row.dropped = row.unlisted = True
    town.now = OPENED + timedelta(days=1)
    assert "Gisteren gevraagd, en niet beantwoord." in (await noor.send(await asking(noor, state))).text


async def test_an_old_answer_asks_for_no_second_press(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    answered(town, state)
    town.now = OPENED + timedelta(days=14)
    assert (await noor.send(await asking(noor, state))).status_code == 303
    page = (await noor.get(case_of(state))).text
    assert "€ 310,00 op 5 april 2027 (14 dagen geleden beantwoord, vastgelegd door Wieke Postma)." in page


@pytest.mark.parametrize("signal", ["", "none", "00000000-0000-4000-8000-000000000009"])
async def test_only_a_signal_of_the_case_is_asked_about(town: Town, noor: Browser, signal: str) -> None:
    state = a_case_in_conversation(town)
    sent = await fields(noor, state) | {"signal": signal}
    assert (await noor.send(Form(f"{case_of(state)}/bedrag", sent))).status_code == 404


async def test_staff_of_another_municipality_ask_nothing(town: Town, app: FastAPI, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    sent = await fields(noor, state)
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        token = forms_of((await ravi.get("/")).text)[0].fields["token"]
        assert (await ravi.send(Form(f"{case_of(state)}/bedrag", sent | {"token": token}))).status_code == 404
    assert rows(town) == []


async def test_a_referral_party_sees_the_answer_and_not_the_list(town: Town, app: FastAPI) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    made = ReferralMade(
        at=OPENED,
        by=NOOR,
        person_id=state.resident,
        referral_id=ReferralId("r"),
        party=ReferralParty.YOUTH_WORKER,
    )
    town.happens(state, made)
    town.youth_worker(StaffId("yara"))
    async with Browser(app) as yara:
        await yara.sign_in("yara")
        page = (await yara.get(case_of(state))).text
        assert ("Vandaag gevraagd door Noor de Wit." in page, "/bedragen" in page) == (True, False)
        assert (await yara.get(LIST)).status_code == 404


async def test_when_nothing_is_owed_the_case_suggests_to_record_that_it_was_paid(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    answered(town, state, "0")
    page = (await noor.get(case_of(state))).text
    assert "Volgens de partner staat er niets meer open." in page
    [link] = re.findall(r'href="([^"]+)#doe-record_signal_change"', page)
    opened = (await noor.get(unescape(link))).text
    assert '<details id="doe-record_signal_change" open>' in opened and "Niet vastgelegd" not in opened
    form = next(form for form in forms_of(opened) if form.fields.get("kind") == "record_signal_change")
    assert (form.fields["signal_id"], form.fields["change"]) == (state.signals[0].signal_id, SignalChange.PAID)
    assert town.reload(state).signals[0].ended is None
    happens(town, state, SignalChange.PAID)
    assert "Volgens de partner staat er niets meer open." not in (await noor.get(case_of(state))).text


async def test_the_signaalreis_tells_the_question_and_the_answer_where_they_belong(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    town.now = OPENED + timedelta(hours=1)
    ask(town, state)
    town.now = OPENED + timedelta(hours=2)
    assert answer_it(town, state, "310")
    town.now = OPENED + timedelta(hours=3)
    happens(town, state, SignalChange.WITHDRAWN)
    told = journey((await noor.get(case_of(state))).text)
    places = [
        told.index(text)
        for text in ("ontvangen", "gevraagd wat nu openstaat", "antwoordt wat openstaat: € 310,00", "meldt:")
    ]
    assert places == sorted(places)


# --- the list, for staff ------------------------------------------------------------------------------------------


async def test_nothing_is_open(noor: Browser) -> None:
    assert "Er staat nu geen vraag open." in (await noor.get("/bedragen")).text
    assert "Er staat nu geen vraag aan deze partner open." in (await noor.get(LIST)).text
    assert "wacht op antwoord" not in (await noor.get("/partners/woonstee")).text


async def test_the_list_holds_the_partners_references_and_nobodys_name(town: Town, noor: Browser) -> None:
    older, newer = (known_as(town, a_case_in_conversation(town), f"WO-{number}") for number in (1, 2))
    ask(town, older)
    town.now = OPENED + timedelta(days=2)
    ask(town, newer)
    overview, page = (await noor.get("/bedragen")).text, (await noor.get(LIST)).text
    assert f'href="{LIST}"' in overview and "2 dagen geleden" in overview
    assert page.index("WO-1") < page.index("WO-2")
    assert "ma 5 april, 2 dagen geleden" in page
    assert f'href="/zaak/{older.case_id}"' in page
    csv = await noor.get("/bedragen/woonstee/vragen.csv?gemeente=9901")
    assert csv.headers["content-disposition"] == 'attachment; filename="bedragen-9901.csv"'
    assert csv.content.decode("utf-8-sig").splitlines() == ["kenmerk;bedrag;datum", "WO-1;;", "WO-2;;"]
    assert "Beemd" not in overview + page + csv.text
    assert "(2 open)" in (await noor.get("/terugkoppeling")).text
    assert "2 vragen naar het actuele bedrag" in (await noor.get("/partners/woonstee")).text


async def test_staff_write_down_what_the_partner_said(town: Town, noor: Browser) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    answer = await noor.send(await answering(noor, LIST), amount="1.310,50", as_of="2027-04-04")
    assert answer.headers["location"] == f"{LIST}&vastgelegd=ja"
    assert "Het antwoord is vastgelegd" in (await noor.get(answer.headers["location"])).text
    page = (await noor.get(case_of(state))).text
    assert "€ 1.310,50 op 4 april 2027 (vandaag beantwoord, vastgelegd door Noor de Wit)." in page
    # What was reported stays as it was reported.
    assert "€ 412,50" in page


@pytest.mark.parametrize(
    ("amount", "as_of", "why"),
    [
        ("veel", "2027-04-05", "Bedrag: een bedrag heeft de vorm 1234,56."),
        ("-1", "2027-04-05", "Bedrag: een bedrag heeft de vorm 1234,56."),
        ("310", "2027-04-06", "Datum: deze dag moet nog komen."),
        ("310", "", "Datum: een datum is een bestaande dag"),
        ("310", "2027-04-01", "Datum: deze dag ligt vóór de signaaldatum."),
    ],
)
async def test_an_answer_that_cannot_be_read_loses_nothing(
    town: Town, noor: Browser, amount: str, as_of: str, why: str
) -> None:
    ask(town, a_case_in_conversation(town))
    answer = await noor.send(await answering(noor, LIST), amount=amount, as_of=as_of)
    assert answer.status_code == 422 and why in answer.text
    assert f'value="{amount}"' in answer.text
    assert rows(town)[0].answered_at is None


async def test_the_same_press_twice_is_one_answer_and_another_does_not_replace_it(town: Town, noor: Browser) -> None:
    ask(town, a_case_in_conversation(town))
    form = await answering(noor, LIST)
    for _ in range(2):
        assert (await noor.send(form, amount="310")).status_code == 303
    other = await noor.send(form, amount="12")
    assert other.status_code == 422 and "Deze vraag is al beantwoord" in other.text


async def test_a_question_that_is_idle_by_now_is_gone_for_staff_and_takes_no_answer_after_the_batch(
    town: Town, noor: Browser
) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    form = await answering(noor, LIST)
    happens(town, state, SignalChange.PAID)
    assert "WO-1" not in (await noor.get(LIST)).text
    assert "Er staat nu geen vraag open." in (await noor.get("/bedragen")).text
    assert "Naar de lijst" not in (await noor.get(case_of(state))).text
    # What staff hand out is the partner's own list: a shorter one would tell it.
    assert "WO-1" in (await noor.get("/bedragen/woonstee/vragen.csv?gemeente=9901")).text
    batch_moment(town)
    assert "WO-1" not in (await noor.get("/bedragen/woonstee/vragen.csv?gemeente=9901")).text
    answer = await noor.send(form, amount="310")
    assert answer.status_code == 422 and "Deze vraag staat niet meer open." in answer.text


async def test_the_filled_in_list_comes_back_as_a_file(town: Town, noor: Browser) -> None:
    first, second, third = (known_as(town, a_case_in_conversation(town), f"WO-{number}") for number in (1, 2, 3))
    for state in (first, second, third):
        ask(town, state)
    for _ in range(2):
        page = (await send(noor, LIST, "WO-1;310,00;04-04-2027", "wo 2;0;5-4-2027", "WO-3;;", "WO-9;1;04-04-2027")).text
        assert "2 rijen: vastgelegd." in page and "1 rij: niet ingevuld." in page
        assert "hierover staat geen vraag open" in page
    assert [amount_of(town, state) for state in (first, second, third)] == ["310.00", "0.00", None]
    page = (await send(noor, LIST, "WO-3;x;04-04-2027")).text
    assert "bedrag: een bedrag heeft de vorm 1234,56" in page
    page = (await send(noor, LIST, "WO-3;10;01-04-2027")).text
    assert '<td data-label="Rij" class="number">2</td>' in page
    assert "datum: deze dag ligt vóór de signaaldatum" in page


@pytest.mark.parametrize("path", ["/bedragen/woonstee/bestand", "/bedragen/woonstee/antwoord"])
async def test_where_answers_were_sent_leads_to_the_list_when_it_is_opened_again(
    town: Town, app: FastAPI, noor: Browser, path: str
) -> None:
    ask(town, a_case_in_conversation(town))
    answer = await noor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}&opnieuw=ja")
    page = (await noor.get(answer.headers["location"])).text
    assert "Dit is de lijst zoals zij nu is." in page and "WO-1" in page
    assert (await noor.get(path.replace("woonstee", "niemand"))).status_code == 404
    works_for(town, WOONSTEE)
    town.stores.registry.ensure(staff=[Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK, WATERDORP))])
    assert (await noor.get(path)).headers["location"] == "/bedragen"
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        assert (await somebody.get(path)).status_code == 404


@pytest.mark.parametrize("path", ["/partner/bedragen", "/partner/bedragen/bestand"])
async def test_where_a_partner_sent_its_answers_leads_to_its_page_when_it_is_opened_again(
    town: Town, wieke: Browser, noor: Browser, path: str
) -> None:
    ask(town, a_case_in_conversation(town))
    answer = await wieke.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/partner?opnieuw=ja#vragen")
    page = (await wieke.get("/partner?opnieuw=ja")).text
    assert "Dit is de lijst zoals zij nu is." in page and "WO-1" in page
    assert (await noor.get(path)).status_code == 404


async def test_a_file_of_another_shape_is_refused(town: Town, noor: Browser) -> None:
    ask(town, a_case_in_conversation(town))
    answer = await send(noor, LIST, "WO-1;betaald", header="kenmerk;soort")
    assert answer.status_code == 422 and "De kopregel is: kenmerk;bedrag;datum." in answer.text


async def test_a_long_list_comes_in_pages(town: Town, noor: Browser) -> None:
    for number in range(51):
        ask(town, known_as(town, a_case_in_conversation(town), f"WO-{number}"))
    assert (await noor.get(LIST)).text.count('class="answer"') == 50
    assert (await noor.get(f"{LIST}&pagina=2")).text.count('class="answer"') == 1
    assert (await noor.get("/bedragen/woonstee/vragen.csv?gemeente=9901")).text.count("WO-") == 51


@pytest.mark.parametrize("path", ["/bedragen/woonstee", "/bedragen/woonstee/vragen.csv"])
async def test_lists_of_elsewhere_and_of_nobody_do_not_exist(town: Town, app: FastAPI, path: str) -> None:
    ask(town, a_case_in_conversation(town))
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        for place, status in (("9901", 404), ("0000", 404), ("", 404), ("9902", 200)):
            answer = await ravi.get(f"{path}?gemeente={place}")
            assert (answer.status_code, "WO-1" in answer.text) == (status, False)
        assert (await ravi.get(f"{path.replace('woonstee', 'niemand')}?gemeente=9902")).status_code == 404
        assert "Woonstee" not in (await ravi.get("/bedragen")).text


async def test_staff_of_another_municipality_answer_nothing(town: Town, app: FastAPI, noor: Browser) -> None:
    ask(town, a_case_in_conversation(town))
    form = await answering(noor, LIST)
    async with Browser(app) as ravi:
        await ravi.sign_in(RAVI)
        token = forms_of((await ravi.get("/")).text)[0].fields["token"]
        sent = form.fields | {"token": token, "amount": "310"}
        assert (await ravi.send(Form(form.action, sent))).status_code == 404
        assert (await ravi.send(Form(form.action, sent | {"gemeente": "9902"}))).status_code == 422
        file = form.action.replace("antwoord", "bestand")
        assert (await ravi.send(Form(file, sent))).status_code == 404
    assert rows(town)[0].answered_at is None


# --- the partner's own page ---------------------------------------------------------------------------------------


async def test_a_partner_answers_on_its_own_page(town: Town, wieke: Browser) -> None:
    state = a_case_in_conversation(town)
    assert "De gemeente vraagt u nu niets." in (await wieke.get("/partner")).text
    ask(town, state)
    town.now = OPENED + timedelta(days=2)
    page = (await wieke.get("/partner")).text
    asked = page.partition("Vragen van de gemeente")[2].partition("Signalen van april 2027")[0]
    assert "WO-1" in asked
    # When and why it was asked tells of the resident, who asked is nobody's business.
    hidden = ("dagen geleden", "5 april", "gesprek", "huisbezoek", "Noor", "Beemd", state.case_id, "/zaak/")
    assert [word for word in hidden if word in asked] == []
    answer = await wieke.send(await answering(wieke, "/partner"), amount="250,00", as_of="2027-04-06")
    assert answer.headers["location"] == "/partner?gemeente=9901&vastgelegd=ja"
    page = (await wieke.get(answer.headers["location"])).text
    assert "Uw antwoord is vastgelegd." in page and "De gemeente vraagt u nu niets." in page
    (row,) = rows(town)
    assert (row.answered_by, row.answered_at, amount_of(town, state)) == (WIEKE, town.now, "250.00")


async def test_a_partner_sends_its_answers_as_a_file(town: Town, wieke: Browser) -> None:
    state = known_as(town, a_case_in_conversation(town), "WO-1")
    ask(town, state)
    csv = await wieke.get("/partner/bedragen.csv?gemeente=9901")
    assert csv.content.decode("utf-8-sig").splitlines() == ["kenmerk;bedrag;datum", "WO-1;;"]
    assert "1 rij: vastgelegd." in (await send(wieke, "/partner", "WO-1;99,95;05-04-2027")).text
    assert amount_of(town, state) == "99.95"
    ask(town, known_as(town, a_case_in_conversation(town), "WO-2"))
    assert (await send(wieke, "/partner", "WO-2", header="kenmerk")).status_code == 422


async def test_a_partners_answer_that_cannot_be_read_is_shown_again(town: Town, wieke: Browser) -> None:
    ask(town, a_case_in_conversation(town))
    answer = await wieke.send(await answering(wieke, "/partner"), amount="veel")
    assert answer.status_code == 422
    assert "Bedrag: een bedrag heeft de vorm 1234,56." in answer.text and 'value="veel"' in answer.text


@pytest.mark.parametrize("change", [SignalChange.PAID, SignalChange.WITHDRAWN])
async def test_what_is_of_no_use_any_more_leaves_the_partners_page_with_the_batch(
    town: Town, wieke: Browser, change: SignalChange
) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    before = (await wieke.get("/partner")).text
    happens(town, state, change)
    assert (await wieke.get("/partner")).text == before
    batch_moment(town)
    assert "De gemeente vraagt u nu niets." in (await wieke.get("/partner")).text


async def test_an_objection_takes_the_question_away_and_is_told_by_no_moment(town: Town, wieke: Browser) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    before, csv = [(await wieke.get(path)).text for path in ("/partner", "/partner/bedragen.csv?gemeente=9901")]
    town.happens(town.reload(state), ObjectionMade(at=OPENED, by=NOOR, person_id=state.resident))
    assert (await wieke.get("/partner")).text == before
    assert (await wieke.get("/partner/bedragen.csv?gemeente=9901")).text == csv
    batch_moment(town)
    assert "De gemeente vraagt u nu niets." in (await wieke.get("/partner")).text


@pytest.mark.parametrize("partner", [None, WOONSTEE, STROOMNET])
@pytest.mark.parametrize("municipality", [ZONNEDIJK, WATERDORP])
async def test_a_question_of_another_partner_or_municipality_does_not_exist(
    town: Town, app: FastAPI, partner: PartnerId | None, municipality: MunicipalityCode
) -> None:
    state = known_as(town, a_case_in_conversation(town), "WO-1")
    ask(town, state)
    own = (partner, municipality) == (WOONSTEE, ZONNEDIJK)
    works_for(town, partner, (municipality,))
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        token = await token_of(somebody)
        for place in ("9901", "9902"):
            there = partner is not None and place == municipality.text
            sent = {"token": token, "gemeente": place, "amount": "310", "as_of": "2027-04-05"}
            csv = await somebody.get(f"/partner/bedragen.csv?gemeente={place}")
            assert (csv.status_code, "WO-1" in csv.text) == (200 if there else 404, own and there)
            known = await somebody.send(Form("/partner/bedragen", sent | {"question": rows(town)[0].id}))
            never = await somebody.send(Form("/partner/bedragen", sent | {"question": "none"}))
            assert never.status_code == (422 if there else 404)
            assert known.status_code == (303 if own and there else never.status_code)
            if not (own and there):
                assert _sentence(known) == _sentence(never)
            assert (await somebody.get(f"/bedragen/woonstee?gemeente={place}")).status_code == 404
    assert (rows(town)[0].answered_by == WIEKE) is own


async def test_a_file_of_another_partner_answers_nothing(town: Town, app: FastAPI) -> None:
    ask(town, known_as(town, a_case_in_conversation(town), "WO-1"))
    works_for(town, STROOMNET)
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        fields = {"token": await token_of(somebody), "gemeente": "9901"}
        content = b"kenmerk;bedrag;datum\nWO-1;310;05-04-2027\nWO-9;310;05-04-2027"
        page = await somebody.client.post(
            "/partner/bedragen/bestand", data=fields, files={"bestand": ("a.csv", content)}
        )
    assert "2 rijen: hierover staat geen vraag open." in page.text
    assert rows(town)[0].answered_at is None


async def test_a_partner_of_two_municipalities_is_told_of_the_other_one(town: Town, app: FastAPI) -> None:
    ask(town, a_case_in_conversation(town, municipality=WATERDORP))
    works_for(town, WOONSTEE, (ZONNEDIJK, WATERDORP))
    async with Browser(app) as somebody:
        await somebody.sign_in(WIEKE)
        first = (await somebody.get("/partner?gemeente=9901")).text
        assert "De gemeente vraagt u nu niets." in first
        assert 'Ook Waterdorp vraagt u iets: <a href="/partner?gemeente=9902#vragen">1 vraag</a>' in first
        assert "WO-1" in (await somebody.get("/partner?gemeente=9902")).text


async def test_erased_signals_leave_the_lists(town: Town, noor: Browser, wieke: Browser) -> None:
    state = a_case_in_conversation(town)
    ask(town, state)
    town.stores.vault.destroy([state.signals[0].unit_id])
    assert "WO-1" not in (await noor.get(LIST)).text + (await wieke.get("/partner")).text


# --- small parts --------------------------------------------------------------------------------------------------


def questions(town: Town) -> AmountQuestions:
    return AmountQuestions(town.stores.database, town.stores.vault)


def ask(town: Town, state: CaseState) -> None:
    signal = state.signals[0].signal_id
    assert questions(town).ask(state.case_id, signal, by=NOOR, at=town.now) == "asked"


def batch_moment(town: Town) -> None:
    """The moment at which what is owed to the partner leaves, if anything is."""
    FeedbackLedger(town.stores.database, town.stores.vault).owed(ZONNEDIJK, WOONSTEE, at=town.now)


def answer_it(town: Town, state: CaseState, amount: str) -> bool:
    answer = AmountAnswer.model_validate({"amount": amount, "as_of": date(2027, 4, 5)})
    signal = state.signals[0].signal_id
    row = next(row for row in rows(town) if row.signal_id == signal and row.answered_at is None)
    became = questions(town).answer_one(WOONSTEE, state.municipality, row.id, answer, by=WIEKE, at=town.now)
    return became == "recorded"


def answered(town: Town, state: CaseState, amount: str = "310") -> None:
    works_for(town, WOONSTEE)
    ask(town, state)
    assert answer_it(town, state, amount)


def amount_of(town: Town, state: CaseState) -> str | None:
    signal = SignalId(state.signals[0].signal_id)
    (one,) = questions(town).of_signals([signal])[signal]
    return None if one.answer is None else one.answer.amount.text


def rows(town: Town) -> list[AmountQuestionRow]:
    with town.stores.database.read() as session:
        return list(session.exec(select(AmountQuestionRow)))


def happens(town: Town, state: CaseState, change: SignalChange) -> None:
    signal = state.signals[0].signal_id
    town.happens(town.reload(state), SignalChanged(at=town.now, by=NOOR, signal_id=signal, change=change))


def known_as(town: Town, state: CaseState, reference: str) -> CaseState:
    """The partner calls the arrears so."""
    unit = UnitId(state.signals[0].unit_id)
    town.stores.vault.index(unit, state.municipality, [reference_entry(WOONSTEE, reference)])
    documents = Documents(town.stores.vault)
    with town.stores.database.write() as session:
        row = session.get_one(SignalRow, state.signals[0].signal_id).row_id
        content = documents.read(session, DocumentKind.ROW, row)
        assert isinstance(content, DeliveredSignal)
        renamed = content.model_copy(update={"partner_reference": reference})
        documents.keep(session, unit, DocumentKind.ROW, row, renamed, at=OPENED)
    return state


def works_for(
    town: Town, partner: PartnerId | None, municipalities: tuple[MunicipalityCode, ...] = (ZONNEDIJK,)
) -> None:
    town.stores.registry.ensure(
        partners=[Partner(STROOMNET, "Stroomnet", PartnerType.ENERGY)],
        staff=[Member(WIEKE, "Wieke Postma", Role.PARTNER, municipalities, partner=partner)],
    )


def case_of(state: CaseState) -> str:
    return f"/zaak/{state.case_id}"


async def asking(browser: Browser, state: CaseState) -> Form:
    """The form with which the partner is asked."""
    page = (await browser.get(case_of(state))).text
    assert ASK in page
    (form,) = [form for form in forms_of(page) if form.action == f"{case_of(state)}/bedrag"]
    return form


async def fields(browser: Browser, state: CaseState) -> dict[str, str]:
    """What that form would send where the page does not have it."""
    page = (await browser.get(case_of(state))).text
    return {"token": forms_of(page)[0].fields["token"], "signal": state.signals[0].signal_id}


async def answering(browser: Browser, path: str) -> Form:
    """The form of the first question on a list."""
    return next(form for form in forms_of((await browser.get(path)).text) if "question" in form.fields)


async def send(browser: Browser, path: str, *lines: str, header: str = "kenmerk;bedrag;datum") -> httpx.Response:
    found = forms_of((await browser.get(path)).text)
    form = next((form for form in found if form.action.endswith("/bestand")), None)
    action = form.action if form else f"{path.partition('?')[0]}/bestand"
    fields = {"token": found[0].fields["token"], "gemeente": ZONNEDIJK.text}
    content = "\n".join([header, *lines]).encode()
    return await browser.client.post(action, data=fields, files={"bestand": ("antwoorden.csv", content)})


async def token_of(browser: Browser) -> str:
    return browser.secret


def journey(page: str) -> str:
    return page.partition('<ol class="journey">')[2].partition("</ol>")[0]


def signals_in(page: str) -> str:
    return page.partition('<h2 id="signalen">')[2].partition("</section>")[0]


def _sentence(answer: httpx.Response) -> str:
    return "".join(re.findall(r"Niet vastgelegd.</strong>([^<]*)", answer.text))
