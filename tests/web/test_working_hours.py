"""The page on which somebody's weekly hours are kept."""

from datetime import time

import pytest

from adapters.working_hours import WorkingHours
from models.ids import StaffId
from policy.slots import MIDNIGHT, Hours
from tests.web.browser import Browser, Form, forms_of
from tests.web.town import NOOR, RAVI, THEA, Town

MONDAY = {"van-0-ochtend": "09:00", "tot-0-ochtend": "12:00"}
EVENING = {"van-3-avond": "19:00", "tot-3-avond": "00:00"}


def pattern(town: Town, staff: StaffId) -> tuple[Hours, ...]:
    return WorkingHours(town.stores.database).of(staff)


async def form(browser: Browser, path: str = "/werktijden") -> Form:
    found = [each for each in forms_of((await browser.get(path)).text) if "van-0-ochtend" in each.names]
    (only,) = found
    return only


async def test_somebody_keeps_their_own_hours_and_finds_them_again(town: Town, noor: Browser) -> None:
    answer = await noor.send(await form(noor), **MONDAY, **EVENING)
    assert answer.status_code == 303
    assert pattern(town, NOOR) == (Hours(0, time(9), time(12)), Hours(3, time(19), MIDNIGHT))
    again = await form(noor)
    assert (again.fields["van-0-ochtend"], again.fields["tot-3-ochtend"]) == ("09:00", "00:00")
    assert (await noor.send(again)).status_code == 303
    assert pattern(town, NOOR) == (Hours(0, time(9), time(12)), Hours(3, time(19), MIDNIGHT))


async def test_a_supervisor_keeps_those_of_a_colleague(town: Town, thea: Browser) -> None:
    answer = await thea.send(await form(thea, f"/werktijden?wie={NOOR}"), **MONDAY)
    assert answer.headers["location"] == f"/werktijden?wie={NOOR}"
    assert (len(pattern(town, NOOR)), pattern(town, THEA)) == (1, ())


@pytest.mark.parametrize("whose", [THEA, RAVI])
async def test_nobody_else_does(town: Town, noor: Browser, whose: StaffId) -> None:
    await noor.send(await form(noor, f"/werktijden?wie={whose}"), **MONDAY, staff=whose)
    assert (pattern(town, whose), len(pattern(town, NOOR))) == ((), 1)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"van-0-ochtend": "09:00"}, "Maandag: vul een begintijd en een eindtijd in."),
        ({"van-0-ochtend": "vroeg", "tot-0-ochtend": "12:00"}, "Maandag: vul een begintijd en een eindtijd in."),
        ({"van-2-middag": "14:00", "tot-2-middag": "13:00"}, "Woensdag: de eindtijd ligt voor de begintijd."),
    ],
)
async def test_a_refusal_says_why_and_keeps_what_was_typed(
    town: Town, noor: Browser, typed: dict[str, str], sentence: str
) -> None:
    answer = await noor.send(await form(noor), **typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    again = next(each for each in forms_of(answer.text) if "van-0-ochtend" in each.names)
    assert {name: again.fields[name] for name in typed} == typed
    assert pattern(town, NOOR) == ()


async def test_two_blocks_that_begin_together_are_refused(town: Town, noor: Browser) -> None:
    twice = {**MONDAY, "van-0-middag": "09:00", "tot-0-middag": "10:00"}
    answer = await noor.send(await form(noor), **twice)
    assert (answer.status_code, pattern(town, NOOR)) == (409, ())
