"""A signal leaves its case, and two cases become one, with real workflows: nothing is lost."""

import random
from datetime import date

from activities.records import MessageClaim
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from models.case import CaseState
from models.codes import Channel, MessageReport, Phase, Role, TaskKind
from models.commands import AnyCommand, MergeCase, SplitSignal
from models.ids import CaseId, CommandId, SignalId, StaffId, StepId, case_opened_by, fresh
from models.personal import Mail
from simulation.deliveries import PARTNERS, row_of
from simulation.installation import Installation
from simulation.people import population
from tests.builders import at
from tests.journeys.conftest import Begin
from workflows.client import Ending

RESIDENT = next(one for one in population(seed=7, count=30) if one.email and one.phone)
SAMIRA = StaffId("samira")


def split(signal: SignalId) -> SplitSignal:
    return SplitSignal(
        command_id=CommandId(fresh()), by=SAMIRA, role=Role.CASEWORKER, signal_id=signal, wrong_person_told=False
    )


def merge(into: CaseId) -> MergeCase:
    return MergeCase(command_id=CommandId(fresh()), by=SAMIRA, role=Role.CASEWORKER, into=into)


async def obeyed(town: Installation, case: CaseId, command: AnyCommand) -> None:
    answer = await town.press(case, command, note="De namen lijken op elkaar.")
    assert answer.ending is Ending.OBEYED, answer.sentence


def mail_of(town: Installation, case: CaseId) -> StepId:
    """The case wrote to its resident."""
    step, resident = StepId(f"{case}.extra"), town.state(case).resident
    mailbox = town.stores.cases.resident(case, resident).usable_mailbox()
    assert mailbox is not None
    claim = MessageClaim(
        step_id=step,
        case_id=case,
        person_id=resident,
        channel=Channel.MAIL,
        template="first-mail",
        at=at("2025-04-15 10:00"),
    )
    Messages(town.stores.database, town.stores.vault).claim(
        claim, Mail(address=mailbox.address, subject="Hulp", body="Dag.")
    )
    return step


def signals(state: CaseState) -> set[SignalId]:
    return {signal.signal_id for signal in state.signals}


async def test_a_signal_gets_a_case_of_its_own_and_the_other_one_follows_it(begin: Begin) -> None:
    town = await begin(at("2025-04-15 09:00"))
    town.world.add(RESIDENT)
    for number, partner in enumerate(PARTNERS[:2]):
        row = row_of(random.Random(1), partner, RESIDENT, reference=f"R-{number}", signal_date=date(2025, 4, 14))
        await town.take_in(partner.name, [row])
    [case] = town.cases()
    both = signals(town.state(case))
    second = town.state(case).signals[1].signal_id

    await obeyed(town, case, split(second))
    own = case_opened_by(second, attempt=2)
    await town.machine.quiet(town.case(own))
    assert set(town.cases()) == {case, own}
    assert (signals(town.state(case)), signals(town.state(own))) == (both - {second}, {second})
    assert town.state(own).phase is Phase.CONTACT
    assert await town.reconcile(at("2025-04-15 10:00")) == 0

    mailed = mail_of(town, case)
    await obeyed(town, case, merge(own))
    await town.machine.quiet(town.case(own))
    assert town.cases() == [own]
    assert (signals(town.state(own)), town.state(case).merged_into) == (both, own)
    assert {signal.person_id for signal in town.state(own).signals} == {town.state(own).resident}
    assert town.stores.matching.earlier_cases(own) == (case,)
    assert await town.reconcile(at("2025-04-15 11:00")) == 0

    # The mail of the case that is gone comes back: the one that goes on writes there no more.
    reports = MessageReports(town.stores.database, town.stores.vault)
    for _ in range(2):
        assert reports.keep(mailed, MessageReport.BOUNCED, at=at("2025-04-15 12:00"))
    await town.tell_reports()
    await town.machine.quiet(town.case(own))
    resident = town.state(own).resident
    assert town.state(own).task_of(TaskKind.CHECK_ADDRESS, resident) is not None
    assert town.stores.cases.resident(own, resident).usable_mailbox() is None


async def test_a_signal_that_was_split_off_comes_back(begin: Begin) -> None:
    town = await begin(at("2025-04-15 09:00"))
    town.world.add(RESIDENT)
    for number, partner in enumerate(PARTNERS[:2]):
        row = row_of(random.Random(1), partner, RESIDENT, reference=f"R-{number}", signal_date=date(2025, 4, 14))
        await town.take_in(partner.name, [row])
    [case] = town.cases()
    both, second = signals(town.state(case)), town.state(case).signals[1].signal_id
    await obeyed(town, case, split(second))
    own = case_opened_by(second, attempt=2)
    await town.machine.quiet(town.case(own))
    await obeyed(town, own, merge(case))
    await town.machine.quiet(town.case(case))
    assert (town.cases(), signals(town.state(case))) == ([case], both)
    joined = [entry.fact.kind for entry in town.stores.cases.journey(case)].count("signal_joined")
    assert joined == 2


async def test_a_case_is_not_merged_into_one_that_is_gone(begin: Begin) -> None:
    town = await begin(at("2025-04-15 09:00"))
    town.world.add(RESIDENT)
    row = row_of(random.Random(1), PARTNERS[0], RESIDENT, reference="R-1", signal_date=date(2025, 4, 14))
    await town.take_in(PARTNERS[0].name, [row])
    [case] = town.cases()
    before = town.state(case)
    answer = await town.press(case, merge(CaseId("nothing")), note="De namen lijken op elkaar.")
    assert (answer.ending, town.state(case)) == (Ending.REFUSED, before)
