"""The callback form offers when somebody is free; what somebody types counts as before."""

from datetime import time

import pytest

from adapters.working_hours import WorkingHours
from models.case import Appointment, CaseState
from policy.slots import Hours
from tests.builders import at
from tests.web.browser import Browser
from tests.web.situations import callback_agreed
from tests.web.town import NOOR, THEA, Town, a_case_in_conversation

OWN = "2027-04-06T07:00Z/noor"
"""Nine o'clock in Zonnedijk."""


@pytest.fixture
def talking(town: Town) -> CaseState:
    hours = WorkingHours(town.stores.database)
    hours.replace(NOOR, [Hours(1, time(9), time(10))], by=NOOR)
    hours.replace(THEA, [Hours(1, time(19), time(20))], by=THEA)
    return a_case_in_conversation(town)


def agreed(town: Town, state: CaseState) -> Appointment | None:
    return town.reload(state).appointment_of(state.resident)


async def test_the_form_offers_ones_own_moments_first_and_then_those_of_colleagues(
    talking: CaseState, noor: Browser
) -> None:
    page = (await noor.get(f"/zaak/{talking.case_id}")).text
    offered = [part.split("<")[0] for part in page.split('/noor">')[1:]] + [
        part.split("<")[0] for part in page.split('/thea">')[1:]
    ]
    assert offered[0] == "morgen 09:00, u"
    assert "morgen 19:00, Thea Vos" in offered
    assert page.index('/noor">morgen 09:15') < page.index('/thea">morgen 19:00')


async def test_an_offered_moment_says_when_and_who(town: Town, talking: CaseState, noor: Browser) -> None:
    answer = await noor.press(f"/zaak/{talking.case_id}", "make_callback", free_moment="2027-04-06T17:00Z/thea")
    assert answer.status_code == 303
    made = agreed(town, talking)
    assert made is not None
    assert (made.due_at, made.staff) == (at("2027-04-06 19:00"), THEA)


async def test_a_moment_that_somebody_typed_is_taken_outside_the_hours_too_and_the_page_says_so(
    town: Town, talking: CaseState, noor: Browser
) -> None:
    path = f"/zaak/{talking.case_id}"
    await noor.press(path, "make_callback", due_at="2027-04-06T12:00", with_staff=NOOR)
    made = agreed(town, talking)
    assert made is not None
    assert (made.due_at, made.staff) == (at("2027-04-06 12:00"), NOOR)
    assert "(buiten de werktijden)" in (await noor.get(path)).text
    await noor.press(path, "move_callback", free_moment=OWN)
    assert "(buiten de werktijden)" not in (await noor.get(path)).text


async def test_whoever_has_no_hours_promised_nothing_odd(town: Town, noor: Browser) -> None:
    state = callback_agreed(town)
    page = (await noor.get(f"/zaak/{state.case_id}")).text
    assert "Terugbelafspraak" in page and "(buiten de werktijden)" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"free_moment": OWN, "due_at": "2027-04-06T12:00"},
            "Kies een vrij moment of vul er zelf een in, niet allebei.",
        ),
        ({}, "Vul de dag en de tijd van de afspraak in."),
        ({"free_moment": "morgen/noor"}, "Kies een van de mogelijkheden."),
        ({"free_moment": "2027-04-06T07:00Z/ravi"}, "Kies een van de mogelijkheden."),
    ],
)
async def test_what_is_not_clear_is_asked_again(
    town: Town, talking: CaseState, noor: Browser, typed: dict[str, str], sentence: str
) -> None:
    answer = await noor.press(f"/zaak/{talking.case_id}", "make_callback", **typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert agreed(town, talking) is None


async def test_a_moment_that_was_taken_since_the_page_was_made_is_refused_by_name(
    town: Town, talking: CaseState, noor: Browser
) -> None:
    other = a_case_in_conversation(town)
    for state, sentence in ((talking, ""), (other, "Noor de Wit heeft dan al een terugbelafspraak")):
        form = await noor.form(f"/zaak/{state.case_id}", "make_callback")
        answer = await noor.send(form, free_moment=OWN)
        shown = answer if answer.status_code == 200 else await noor.get(answer.headers["location"])
        assert sentence in shown.text
    assert agreed(town, other) is None


async def test_what_is_promised_is_not_offered_again(town: Town, talking: CaseState, noor: Browser) -> None:
    await noor.press(f"/zaak/{talking.case_id}", "make_callback", free_moment=OWN)
    other = a_case_in_conversation(town)
    page = (await noor.get(f"/zaak/{other.case_id}")).text
    assert OWN not in page and "2027-04-06T07:15Z/noor" in page
