"""Outside parties that are away for long, fail half of the time, or say things five times."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import httpx
import pytest

from adapters.command_desk import CommandDesk
from adapters.delivery_door import DeliveryDoor
from adapters.secrets import load_or_make
from config import Settings
from models.codes import Channel, MessageReport, Party, Phase, RegisterResult
from models.ids import CaseId
from policy.calendar import local
from simulation.deliveries import WOONSTEE, row_of
from simulation.installation import Installation
from simulation.people import SyntheticPerson, population
from tests.builders import at
from tests.web.town import CLAIMS, nobodys_provider
from web.app import create_app
from web.services import Services

Begin = Callable[[datetime], Awaitable[Installation]]
BEGINS = at("2027-04-05 09:00")


def residents(number: int) -> list[SyntheticPerson]:
    """Who live here and can be mailed, each at an address of their own."""
    found = [
        one.model_copy(update={"answers_in": None})
        for one in population(seed=53, count=120)
        if one.email and one.phone and not one.mail_refused and one.situation is RegisterResult.FOUND and not one.secret
    ]
    return found[:number]


async def are_reported(town: Installation, people: list[SyntheticPerson]) -> list[CaseId]:
    town.world.add(*people)
    signalled = local(BEGINS).date() - timedelta(days=2)
    rows = [
        row_of(random.Random(number), WOONSTEE, person, reference=f"S-{number}", signal_date=signalled)
        | {"crisis": "nee", "warme_overdracht": "nee", "bedrag": "640,00", "ondernemer": "nee"}
        for number, person in enumerate(people)
    ]
    await town.take_in(WOONSTEE.name, rows)
    return town.cases()


async def everybody_waits_until(town: Installation, moment: datetime) -> None:
    for case in town.cases():
        await town.travel(case, moment)


@pytest.mark.long
async def test_a_register_that_is_down_for_two_days_is_one_outage_and_no_work_for_anybody(begin: Begin) -> None:
    town, people = await begin(BEGINS), residents(2)
    town.world.fault(Party.REGISTER, "down")
    cases = await are_reported(town, people)
    await everybody_waits_until(town, BEGINS + timedelta(days=2))
    (outage,) = town.stores.health.outages()
    assert (outage.party, outage.waiting) == (Party.REGISTER, len(people))
    states = [town.state(case) for case in cases]
    assert {state.phase for state in states} == {Phase.IDENTITY_CHECK}
    assert [task for state in states for task in state.tasks] == []
    town.world.heal(Party.REGISTER)
    await everybody_waits_until(town, BEGINS + timedelta(days=2, hours=1))
    assert town.stores.health.outages() == []
    states = [town.state(case) for case in cases]
    assert {state.phase for state in states} == {Phase.CONTACT}
    assert sorted(mail.recipient for mail in town.world.mails()) == sorted(
        one.email.text for one in people if one.email
    )


async def test_when_half_of_the_mails_fail_everybody_gets_theirs_once(begin: Begin) -> None:
    town, people = await begin(BEGINS), residents(4)
    town.world.fault(Party.MAIL, "rcpt-451", every=2)
    cases = await are_reported(town, people)
    await everybody_waits_until(town, BEGINS + timedelta(hours=6))
    assert sorted(mail.recipient for mail in town.world.mails()) == sorted(
        one.email.text for one in people if one.email
    )
    states = [town.state(case) for case in cases]
    assert [attempt.channel for state in states for attempt in state.attempts] == [Channel.MAIL] * len(people)
    assert town.stores.health.outages() == []


async def test_news_that_comes_five_times_is_told_once_and_an_older_word_changes_nothing(begin: Begin) -> None:
    town = await begin(BEGINS)
    [case] = await are_reported(town, residents(1))
    await everybody_waits_until(town, BEGINS + timedelta(hours=1))
    [attempt] = town.state(case).attempts
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=create_app(_services(town))), base_url="https://signaalreis.example"
    ) as notify:
        token = load_or_make(Settings(data=town.folder).notify_callback, may_make=True).hex()
        for status in ("delivered",) * 5 + ("sending", "delivered", "temporary-failure", "delivered"):
            news = {"reference": attempt.step_id, "status": status, "to": "iemand@post.example"}
            answer = await notify.post(
                "/terugmeldingen/notify", json=news, headers={"Authorization": f"Bearer {token}"}
            )
            assert answer.status_code == 204
    await town.tell_reports()
    assert town.state(case).attempts[0].report is MessageReport.DELIVERED
    assert town.state(case).people[0].notified_at is not None


def _services(town: Installation) -> Services:
    stores = town.stores
    return Services(
        settings=Settings(data=town.folder),
        database=stores.database,
        vault=stores.vault,
        outbox=stores.outbox,
        desk=CommandDesk(town.client, stores.outbox),
        case_store=stores.cases,
        overview=stores.overview,
        health=stores.health,
        absences=stores.absences,
        prints=stores.prints,
        policies=stores.policies,
        deliveries=DeliveryDoor(town.client),
        uploads=stores.uploads,
        sessions=stores.sessions,
        provider=nobodys_provider(Settings(data=town.folder)),
        claims=CLAIMS,
        now=lambda: BEGINS,
    )
