"""The mail of supervisors in a whole installation: it arrives, once, with nothing of anybody in it."""

from datetime import timedelta

from models.codes import Party
from simulation.deliveries import WOONSTEE
from tests.builders import at
from tests.journeys.conftest import Begin
from tests.journeys.test_outages import are_reported, everybody_waits_until, residents
from tests.journeys.town import SUPERVISORS

BEGINS = at("2025-04-15 09:00")


async def test_supervisors_get_the_counts_of_the_day_once(begin: Begin) -> None:
    town, people = await begin(BEGINS), residents(2)
    cases = await are_reported(town, people)
    await everybody_waits_until(town, BEGINS + timedelta(hours=1))
    morning = BEGINS + timedelta(hours=2)
    assert [await town.send_digest(morning) for _ in range(2)] == [1, 0]
    # Good Friday, Easter and Easter Monday pass in silence, and no old mail comes after them.
    assert [await town.send_digest(at(f"2025-04-{day} 07:30")) for day in (18, 19, 21, 22)] == [0, 0, 0, 1]
    first, second = town.world.mails_to(SUPERVISORS)
    assert first.subject == "Vroegsignalering: stand van 15 april 2025"
    assert second.subject == "Vroegsignalering: stand van 22 april 2025"
    assert "Vastgelopen zaken: 0." in first.body
    for one in people:
        assert one.surname not in first.body
    for case in cases:
        assert case not in first.body
    assert WOONSTEE.name not in first.body


async def test_when_the_mail_server_is_back_the_mail_goes_once(begin: Begin) -> None:
    town = await begin(BEGINS)
    town.world.fault(Party.MAIL, "rcpt-451", every=2)
    sent = [await town.send_digest(BEGINS + timedelta(days=day)) for day in range(2)]
    assert (sent, len(town.world.mails_to(SUPERVISORS))) == ([1, 1], 2)
    assert town.stores.health.outages() == []
