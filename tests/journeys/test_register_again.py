"""What became of a resident between the first answer of the persons register and a letter weeks later."""

from datetime import timedelta

from models.codes import Channel, Outcome, RegisterResult, Role, Standing, TaskKind
from models.commands import CheckIdentity
from models.ids import CaseId, CommandId, StaffId, fresh
from simulation.installation import Installation
from simulation.people import SyntheticPerson
from tests.journeys.test_outages import BEGINS, Begin, are_reported, everybody_waits_until, residents

BEFORE_NOTICE = BEGINS + timedelta(days=20)
AFTER_NOTICE = BEGINS + timedelta(days=22)
"""After three weeks without a message the system writes a letter that data were received."""


def without_mailbox(number: int) -> list[SyntheticPerson]:
    return [one.model_copy(update={"email": None}) for one in residents(number)]


def letters_of(town: Installation, case: CaseId) -> list[str]:
    return [attempt.template for attempt in town.state(case).attempts if attempt.channel is Channel.LETTER]


async def test_a_letter_goes_to_whoever_still_lives_there_and_not_to_whoever_died_or_is_in_doubt(begin: Begin) -> None:
    town = await begin(BEGINS)
    people = without_mailbox(3)
    stays, dies, doubted = await are_reported(town, people)
    await everybody_waits_until(town, BEFORE_NOTICE)
    assert {town.state(case).people[0].standing for case in (stays, dies, doubted)} == {Standing.CONFIRMED}
    situations = (RegisterResult.FOUND, RegisterResult.DIED, RegisterResult.NOT_AT_ADDRESS)
    town.world.add(
        *(one.model_copy(update={"situation": now_so}) for one, now_so in zip(people, situations, strict=True))
    )
    await everybody_waits_until(town, AFTER_NOTICE)
    assert letters_of(town, stays) == ["notice-letter"]
    assert [result.outcome for result in town.state(dies).outcomes] == [Outcome.DIED]
    [look] = [task for task in town.state(doubted).tasks if task.kind is TaskKind.CHECK_IDENTITY]
    assert (look.code, letters_of(town, dies), letters_of(town, doubted)) == ("register.not_at_address", [], [])
    seen = CheckIdentity(
        command_id=CommandId(fresh()),
        by=StaffId("noor"),
        role=Role.CASEWORKER,
        person_id=look.person_id,
        standing=Standing.CONFIRMED,
    )
    await town.press(doubted, seen)
    await town.travel(doubted, AFTER_NOTICE + timedelta(hours=1))
    assert letters_of(town, doubted) == ["notice-letter"]
