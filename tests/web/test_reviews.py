"""The page of peer reviews: who sees what, what can be said, and what it tells of how often colleagues agree."""

import re

import pytest
from fastapi import FastAPI
from sqlmodel import select

from adapters.monitor import judged, quarter_of
from adapters.peer_reviews import PeerReviews, Review
from adapters.registry import Member
from models.codes import Outcome, ReviewReason, Role
from models.ids import StaffId
from models.tables import ReviewCountRow
from policy.figure_tables import Line
from policy.review_agreement import CLASSES
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser, Form, forms_of
from tests.web.situations import quick_fix, settled
from tests.web.town import NOOR, OPENED, RAVI, THEA, WATERDORP, Town
from web import labels

ADAM, EVA = StaffId("adam"), StaffId("eva")
IN_MAY = at("2027-05-03 09:00")


@pytest.fixture
def sampled(town: Town) -> Town:
    """Noor recorded two outcomes in April; in May Adam and Eva judge them."""
    for staff, name in ((ADAM, "Adam Bos"), (EVA, "Eva Smit")):
        town.stores.registry.ensure(staff=[Member(staff, name, Role.CASEWORKER, (ZONNEDIJK,))])
    quick_fix(town)
    settled(town)
    town.now = IN_MAY
    return town


def reviews(town: Town) -> PeerReviews:
    return PeerReviews(town.stores.database, town.stores.policies)


def the_review(town: Town, outcome: Outcome = Outcome.SETTLES_IT_HIMSELF) -> Review:
    return next(one for one in reviews(town).open(ZONNEDIJK) if one.outcome is outcome)


async def signed_in(app: FastAPI, staff: StaffId | None) -> Browser:
    browser = Browser(app)
    assert staff is not None
    await browser.sign_in(staff)
    return browser


def drawing(html: str) -> Form | None:
    return next((form for form in forms_of(html) if form.action == "/toets/steekproef"), None)


async def test_a_supervisor_draws_the_sample_once(sampled: Town, thea: Browser) -> None:
    page = (await thea.get("/toets")).text
    assert "De steekproef van april 2027" in page and "nog niet getrokken" in page
    form = drawing(page)
    assert form is not None
    assert (await thea.send(form)).headers["location"] == "/toets"
    page = (await thea.get("/toets")).text
    assert "Getrokken op 3 mei 2027 om 09:00: 2 resultaten, waarvan 0 beoordeeld." in page
    assert "Adam Bos 1, Eva Smit 1" in page
    assert drawing(page) is None
    assert (await thea.send(form)).status_code == 303
    assert len(reviews(sampled).open(ZONNEDIJK)) == 2


async def test_a_caseworker_draws_nothing_and_a_supervisor_only_at_home(sampled: Town, app: FastAPI) -> None:
    async with await signed_in(app, NOOR) as noor:
        page = (await noor.get("/toets")).text
        assert drawing(page) is None and "steekproef van april" not in page
        token = forms_of(page)[0].fields["token"]
        elsewhere = await noor.client.post("/toets/steekproef", data={"token": token, "municipality": "9901"})
        assert elsewhere.status_code == 404
    async with await signed_in(app, THEA) as thea:
        form = drawing((await thea.get("/toets")).text)
        assert form is not None
        assert (await thea.send(form, municipality="9902")).status_code == 404
    assert reviews(sampled).open(ZONNEDIJK) == []


async def test_a_colleague_sees_the_definitions_and_the_case_and_agrees(sampled: Town, app: FastAPI) -> None:
    reviews(sampled).draw(ZONNEDIJK, at=IN_MAY)
    review = the_review(sampled)
    async with await signed_in(app, review.reviewer) as colleague:
        work = (await colleague.get("/")).text
        assert "Collegiale toets: 1 resultaat van collega's om te beoordelen" in work
        assert f'href="/toets/{review.id}"' in (await colleague.get("/toets")).text
        page = (await colleague.get(f"/toets/{review.id}")).text
        assert "Er is alleen algemene informatie gegeven, of de inwoner wil geen hulp." in page
        assert "U bent ingegaan op de persoonlijke situatie" in page
        assert f'href="/zaak/{review.case_id}"' in page
        assert (await colleague.get(f"/zaak/{review.case_id}")).status_code == 200
        form = next(form for form in forms_of(page) if form.action == f"/toets/{review.id}")
        assert (await colleague.send(form, agreed="ja")).headers["location"] == "/toets"
        assert (await colleague.send(form, agreed="nee", said=Outcome.DIED, reason="unclear")).status_code == 303
        assert (await colleague.get(f"/toets/{review.id}")).headers["location"] == "/toets"
        assert "van collega" not in (await colleague.get("/")).text
    with sampled.stores.database.read() as session:
        [counted] = session.exec(select(ReviewCountRow)).all()
    assert (counted.said, counted.reason, counted.cases) == (Outcome.SETTLES_IT_HIMSELF, "", 1)


async def test_who_would_have_recorded_something_else_says_what_and_why(sampled: Town, app: FastAPI) -> None:
    reviews(sampled).draw(ZONNEDIJK, at=IN_MAY)
    review = the_review(sampled)
    async with await signed_in(app, review.reviewer) as colleague:
        form = next(
            form for form in forms_of((await colleague.get(f"/toets/{review.id}")).text) if "said" in form.names
        )
        help_given = Outcome.ADVICE_OR_QUICK_FIX
        for typed, sentence in (
            ({}, "Kies of u hetzelfde had vastgelegd."),
            ({"agreed": "nee"}, "Kies wat u had vastgelegd."),
            ({"agreed": "nee", "said": "onzin"}, "Kies wat u had vastgelegd."),
            ({"agreed": "nee", "said": review.outcome}, "Kies een ander resultaat dan is vastgelegd."),
            ({"agreed": "nee", "said": Outcome.FURTHER_HELP}, "Kies een ander resultaat dan is vastgelegd."),
            ({"agreed": "nee", "said": help_given}, "Kies waarom u iets anders had vastgelegd."),
        ):
            answer = await colleague.send(form, **typed)
            assert answer.status_code == 422 and sentence in answer.text, typed
        # A refusal loses nothing of what was chosen.
        assert re.search(rf'value="{re.escape(help_given)}" checked', answer.text)
        done = await colleague.send(form, agreed="nee", said=help_given, reason=ReviewReason.ENGAGED)
        assert done.status_code == 303
    async with await signed_in(app, THEA) as thea:
        page = (await thea.get("/toets")).text
    assert "Om samen te bespreken" in page and "Er is wel ingegaan op de persoonlijke situatie" in page
    assert page.count(f'href="/zaak/{review.case_id}"') == 1


async def test_only_who_it_was_given_to_sees_it_and_who_stands_in(sampled: Town, app: FastAPI) -> None:
    reviews(sampled).draw(ZONNEDIJK, at=IN_MAY)
    review = the_review(sampled)
    other = EVA if review.reviewer == ADAM else ADAM
    for staff, status in ((review.reviewer, 200), (THEA, 200), (other, 404), (NOOR, 404), (RAVI, 404)):
        async with await signed_in(app, staff) as browser:
            assert (await browser.get(f"/toets/{review.id}")).status_code == status, staff
            assert (f"/toets/{review.id}" in (await browser.get("/toets")).text) is (status == 200), staff
            assert (await browser.get("/toets/unknown")).status_code == 404


async def test_the_list_of_differences_is_the_supervisors(sampled: Town, app: FastAPI) -> None:
    reviews(sampled).draw(ZONNEDIJK, at=IN_MAY)
    review = the_review(sampled)
    assert review.reviewer is not None
    reviews(sampled).judge(
        review.id, by=review.reviewer, said=Outcome.PAID_OR_ARRANGED, reason=ReviewReason.UNCLEAR, at=IN_MAY
    )
    async with await signed_in(app, NOOR) as noor:
        page = (await noor.get("/toets")).text
    assert "Om samen te bespreken" not in page and "Beemd" not in page


async def test_what_was_erased_is_gone_from_the_page_and_its_counts_stay(sampled: Town, thea: Browser) -> None:
    count(sampled, Outcome.SETTLES_IT_HIMSELF, Outcome.SETTLES_IT_HIMSELF, 30)
    count(sampled, Outcome.SETTLES_IT_HIMSELF, Outcome.ADVICE_OR_QUICK_FIX, 10, ReviewReason.ENGAGED)
    count(sampled, Outcome.ADVICE_OR_QUICK_FIX, Outcome.ADVICE_OR_QUICK_FIX, 20)
    page = text_of((await thea.get("/toets")).text)
    assert "Over wel of geen hulp waren collega's het eens in 83 % van de 60 oordelen." in page
    assert "april 2027 100 % van 20 75 % van 40 83 % van 60" in page
    assert "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering → (Budget)advies en/of quick fix 10" in page
    assert "Er is wel ingegaan op de persoonlijke situatie 10" in page


async def test_few_judgements_are_not_shown(sampled: Town, thea: Browser) -> None:
    count(sampled, Outcome.SETTLES_IT_HIMSELF, Outcome.SETTLES_IT_HIMSELF, 30)
    count(sampled, Outcome.ADVICE_OR_QUICK_FIX, Outcome.SETTLES_IT_HIMSELF, 3, ReviewReason.NOT_ENGAGED)
    page = text_of((await thea.get("/toets")).text)
    assert "april 2027 – niet getoond – niet getoond 91 % van 33" in page
    assert "(Budget)advies en/of quick fix → Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering 3" in page


async def test_who_is_too_late_is_told(sampled: Town, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    reviews(sampled).draw(ZONNEDIJK, at=IN_MAY)
    review = the_review(sampled)
    async with await signed_in(app, review.reviewer) as colleague:
        page = (await colleague.get(f"/toets/{review.id}")).text
        form = next(form for form in forms_of(page) if form.action == f"/toets/{review.id}")
        monkeypatch.setattr("web.pages.reviews.PeerReviews.judge", lambda *_, **__: False)
        where = (await colleague.send(form, agreed="ja")).headers["location"]
        assert "uw oordeel is niet geteld" in (await colleague.get(where)).text


async def test_whole_quarters_are_shown_and_none_of_more_than_a_year_ago(sampled: Town, thea: Browser) -> None:
    count(sampled, Outcome.SETTLES_IT_HIMSELF, Outcome.SETTLES_IT_HIMSELF, 30, month="2026-03")
    assert "Er is nog niets beoordeeld." in (await thea.get("/toets")).text
    count(sampled, Outcome.SETTLES_IT_HIMSELF, Outcome.SETTLES_IT_HIMSELF, 30, month="2026-04")
    sampled.now = at("2027-07-31 12:00")
    page = (await thea.get("/toets")).text
    assert "april 2026" in page and "Kwartaal 2 van 2026" in page


async def test_no_month_is_the_difference_of_a_quarter_and_what_the_page_of_reviews_tells(
    sampled: Town, thea: Browser
) -> None:
    """Over quarters the four would be hidden with the twelve of another quarter, which the quarters tell."""
    settled = Outcome.SETTLES_IT_HIMSELF
    for month, cases in (("01", 4), ("02", 30), ("03", 40), ("04", 12)):
        count(sampled, settled, settled, cases, month=f"2027-{month}")
    page = text_of((await thea.get("/toets")).text)
    assert "januari 2027 – niet getoond – niet getoond februari 2027 – niet getoond – niet getoond maart 2027" in page
    assert "april 2027 100 % van 12" in page
    file = (await thea.get("/cijfers.csv?kwartaal=2027-1")).text
    assert "alle resultaten;oordelen;74;" in file and "Samen 100 % van 74" in page


async def test_the_quarters_figures_tell_it_too(sampled: Town, app: FastAPI) -> None:
    count(sampled, Outcome.SETTLES_IT_HIMSELF, Outcome.SETTLES_IT_HIMSELF, 30)
    database, policies = sampled.stores.database, sampled.stores.policies
    quarter = quarter_of(OPENED)
    assert judged(database, policies, ZONNEDIJK, quarter).lines == (Line("alle resultaten", (30, 100)),)
    assert judged(database, policies, WATERDORP, quarter).lines == ()
    async with await signed_in(app, THEA) as thea:
        for page in ("/cijfers", "/vastgelopen"):
            assert 'href="/toets"' in (await thea.get(page)).text
        assert "kwartaal 2027-2;Collegiale toets;alle resultaten;oordelen;30;" in (await thea.get("/cijfers.csv")).text


def test_a_class_is_called_as_it_is_elsewhere() -> None:
    assert {kind: labels.label(kind) for kind in CLASSES} == CLASSES


def count(
    town: Town, outcome: Outcome, said: Outcome, cases: int, reason: ReviewReason | None = None, month: str = "2027-04"
) -> None:
    with town.stores.database.write() as session:
        row = ReviewCountRow(
            municipality=ZONNEDIJK.text, month=month, outcome=outcome, said=said, reason=reason or "", cases=cases
        )
        session.add(row)


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").split())
