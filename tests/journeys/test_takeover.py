"""Running cases of another system go on here with the next step of their plan, and nothing is sent again."""

import random
from datetime import date, datetime, timedelta

from adapters.intake import TakenIn
from adapters.takeover import take_over
from models.case import CaseState
from models.codes import AttemptResult as Result
from models.codes import DeadlineKind, Outcome, Phase, RegisterResult, Route, TaskKind
from models.commands import LogCall
from models.ids import CaseId
from policy.calendar import local
from simulation import demo
from simulation.deliveries import LICHTKRACHT, PARTNERS, WOONSTEE, Row, SyntheticPartner, row_of
from simulation.desk import Desk
from simulation.installation import Installation
from simulation.people import SyntheticPerson, population
from tests.builders import at
from tests.journeys.conftest import Begin

BEGINS = at("2027-04-05 09:00")
"""A Monday."""
_A_MINUTE = timedelta(minutes=1)


def residents() -> list[SyntheticPerson]:
    """People of 43 who live here and can be mailed and called."""
    return [
        one.model_copy(update={"birth_date": date(1984, 6, 12)})
        for one in population(seed=73, count=80)
        if one.email and one.phone and not one.mail_refused and one.situation is RegisterResult.FOUND and not one.secret
    ]


def running(
    person: SyntheticPerson, attempts: str, *, received: str = "2027-03-29", partner: SyntheticPartner = WOONSTEE
) -> Row:
    """A row of the file: a signal of 640 euros on the ordinary route, unless another partner reports as well."""
    day = date.fromisoformat(received)
    row = row_of(random.Random(7), partner, person, reference=f"T-{person.bsn.text}", signal_date=day)
    plain = {"crisis": "nee", "warme_overdracht": "nee", "bedrag": "640,00", "ondernemer": "nee", "einde_levering": ""}
    return row | plain | {"ontvangen_op": received, "pogingen": attempts}


def csv_of(*rows: Row) -> bytes:
    lines = [";".join(rows[0]), *(";".join(f'"{cell}"' for cell in row.values()) for row in rows)]
    return "\n".join(lines).encode("windows-1252")


async def taken_over(
    town: Installation, content: bytes, *, partner: SyntheticPartner = WOONSTEE, moment: datetime = BEGINS
) -> TakenIn:
    taken = await take_over(
        town.client,
        town.stores,
        content,
        municipality=town.municipality,
        partner=partner.name,
        by=demo.IMPORTED_BY,
        at=moment,
        clock_offset=town.offset,
    )
    for case in town.cases():
        await town.machine.quiet(town.case(case))
    return taken


def made(state: CaseState) -> list[str]:
    by_moment = sorted(state.attempts, key=lambda attempt: attempt.at)
    return [f"{local(one.at):%-d-%-m %H:%M} {one.channel} {one.result}" for one in by_moment]


def the_case(town: Installation) -> CaseId:
    [case] = town.cases()
    return case


async def test_a_mail_and_a_call_of_the_past_count_and_the_plan_goes_on_after_them(begin: Begin) -> None:
    town, [person, *_] = await begin(BEGINS), residents()
    town.world.add(person)
    content = csv_of(running(person, "2027-03-30 mail verstuurd | 2027-04-02 10:15 telefoon niet opgenomen"))
    taken = await taken_over(town, content)
    assert (taken.report.opened, taken.stored.refused) == (1, 0)
    desk = Desk(town, the_case(town))
    assert made(desk.state) == ["30-3 12:00 mail sent", "2-4 10:15 call no_answer"]
    [who] = desk.state.people
    assert who.notified_at == at("2027-03-30 12:00")
    kept = desk.state.deadline(DeadlineKind.RETENTION)
    assert kept is not None
    assert (kept.started_at, kept.raised) == (at("2027-03-29 00:00"), 0)
    [call] = desk.state.tasks
    # Two working days after the call of Friday, at a daypart at which nobody called.
    assert (call.kind, call.opens_at) == (TaskKind.CALL, at("2027-04-06 13:00"))
    await desk.press(at("2027-04-06 13:05"), LogCall, result=Result.NO_ANSWER)
    [call] = desk.state.tasks
    assert call.opens_at == at("2027-04-08 18:00")
    assert town.world.mails() == []
    await desk.press(at("2027-04-08 18:05"), LogCall, result=Result.NO_ANSWER)
    # The last mail says that it ends: that was never sent.
    await desk.wait_until(at("2027-04-12 09:05"))
    assert len(town.world.mails()) == 1
    await desk.wait_until(at("2027-04-20 00:30"))
    assert [result.outcome for result in desk.state.outcomes] == [Outcome.NEVER_REACHED]
    assert made(desk.state)[2:] == ["6-4 13:05 call no_answer", "8-4 18:05 call no_answer", "12-4 09:00 mail sent"]
    await town.feedback_batch(WOONSTEE.partner_id, at("2027-04-20 06:00"))
    assert desk.state.phase is Phase.CLOSED
    # Six months after it came in at the other system, for the signal as well as for the case.
    assert {kept.due_at for kept in desk.state.retention} == {at("2027-09-29 00:00")}


async def test_the_same_file_again_changes_nothing(begin: Begin) -> None:
    town, people = await begin(BEGINS), residents()[:3]
    town.world.add(*people)
    content = csv_of(*(running(person, "2027-03-30 mail verstuurd") for person in people))
    first = await taken_over(town, content)
    before = {case: town.state(case) for case in town.cases()}
    again = await taken_over(town, content)
    assert (first.stored.already, again.stored.already) == (False, True)
    assert again.report == first.report
    assert {case: town.state(case) for case in town.cases()} == before
    assert len(before) == 3


async def test_what_was_overdue_is_due_once_on_the_next_working_day(begin: Begin) -> None:
    town, [person, *_] = await begin(BEGINS), residents()
    town.world.add(person)
    await taken_over(town, csv_of(running(person, "", received="2027-02-15")))
    desk = Desk(town, the_case(town))
    assert (desk.state.phase, desk.state.attempts, town.world.mails()) == (Phase.CONTACT, (), [])
    await desk.wait_until(at("2027-04-06 08:59"))
    assert town.world.mails() == []
    await desk.wait_until(at("2027-04-06 09:01"))
    assert len(town.world.mails()) == 1
    # The month in which the resident must hear of us was over: the mail told it, and nobody was troubled.
    assert "stalled" not in kinds(town, desk.case)
    await desk.wait_until(at("2027-04-07 09:01"))
    assert (len(town.world.mails()), town.world.letters()) == (1, [])


async def test_what_one_partner_was_told_of_counts_for_the_signal_of_another(begin: Begin) -> None:
    town, [person, *_] = await begin(BEGINS), residents()
    town.world.add(person)
    await taken_over(town, csv_of(running(person, "")))
    other = running(person, "2027-03-30 mail verstuurd | 2027-04-01 14:00 telefoon voicemail", partner=LICHTKRACHT)
    await taken_over(town, csv_of(other), partner=LICHTKRACHT, moment=BEGINS + 5 * _A_MINUTE)
    # Each tells of the same mail.
    third = running(person, "2027-03-30 mail verstuurd", partner=PARTNERS[2])
    await taken_over(town, csv_of(third), partner=PARTNERS[2], moment=BEGINS + 10 * _A_MINUTE)
    desk = Desk(town, the_case(town))
    assert desk.state.terms is not None
    assert desk.state.terms.route is Route.MULTIPLE
    assert made(desk.state) == ["30-3 12:00 mail sent", "1-4 14:00 call voicemail"]
    [call] = desk.state.tasks
    assert (call.kind, call.opens_at) == (TaskKind.CALL, at("2027-04-06 18:00"))
    await desk.wait_until(at("2027-04-06 18:00"))
    assert town.world.mails() == []


async def test_who_was_spoken_to_waits_for_an_outcome(begin: Begin) -> None:
    town, [person, *_] = await begin(BEGINS), residents()
    town.world.add(person)
    await taken_over(town, csv_of(running(person, "2027-03-02 brief verstuurd | 2027-03-11 huisbezoek gesproken")))
    state = town.state(the_case(town))
    assert state.phase is Phase.IN_CONVERSATION
    [task] = state.tasks
    assert (task.kind, task.deadline.due_at) == (TaskKind.RECORD_OUTCOME, at("2027-04-07 23:59"))
    assert town.world.mails() == []


def kinds(town: Installation, case: CaseId) -> list[str]:
    return [entry.fact.kind for entry in town.stores.cases.journey(case)]
