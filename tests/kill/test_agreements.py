"""Killed while something is agreed with a resident, or with who helps further."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from adapters.command_desk import Answer
from models.codes import AttemptResult, ReferralParty, ReferralStatus, Role, TaskKind
from models.commands import AnswerReferral, LogCall, MakeCallback, Refer
from models.ids import CaseId, StaffId
from models.tables import AppointmentRow, TaskRow
from tests.kill.harness import Site, a_command
from tests.kill.moments import Moment

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]


async def spoken_with(site: Site) -> CaseId:
    """A case whose resident was spoken to."""
    case = await site.opened(site.somebody())
    resident = site.stores.cases.load(case).resident
    await site.obeyed(case, a_command(LogCall, person_id=resident, result=AttemptResult.CONVERSATION))
    return case


async def test_a_callback_saved_just_before_the_kill_is_agreed_once_and_due_at_its_minute(site: Site) -> None:
    site.start_worker(dies=Moment.CALLBACK_SAVED)
    case = await site.opened(site.somebody())
    resident = site.stores.cases.load(case).resident
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    staff = StaffId("samira")
    callback = a_command(MakeCallback, person_id=resident, due_at=due, with_staff=staff)
    await site.killed_over(case, callback)

    state = site.stores.cases.load(case)
    [agreed], [task], terms = state.appointments, state.tasks, state.terms
    assert terms is not None
    assert (agreed.due_at, agreed.staff) == (due, staff)
    assert (task.kind, task.opens_at) == (
        TaskKind.CALLBACK,
        due - timedelta(minutes=terms.callback.reminder_minutes),
    )
    assert task.deadline.due_at == due + timedelta(minutes=terms.callback.patience.term.minutes)
    assert site.kinds(case).count("callback_agreed") == 1
    with site.stores.database.read() as session:
        [booked] = session.exec(select(AppointmentRow).where(AppointmentRow.case_id == case)).all()
    assert (booked.id, booked.staff, booked.starts_at) == (agreed.appointment_id, staff, due)
    await site.is_well(case)

    # Nobody else is promised that time.
    other = await site.opened(site.somebody())
    again = a_command(MakeCallback, person_id=site.stores.cases.load(other).resident, due_at=due, with_staff=staff)
    assert await site.press(other, again) is Answer.REFUSED


@pytest.mark.parametrize("moment", [Moment.REFERRAL_SAVED, Moment.REFERRAL_ANSWER_SAVED])
async def test_a_referral_under_way_at_the_kill_is_made_once_and_answered_once(site: Site, moment: Moment) -> None:
    site.start_worker(dies=moment)
    case = await spoken_with(site)
    resident = site.stores.cases.load(case).resident
    refer = a_command(Refer, person_id=resident, party=ReferralParty.DEBT_COUNSELLING, consent=True)
    first = site.killed_over if moment is Moment.REFERRAL_SAVED else site.obeyed
    await first(case, refer)
    [referral] = site.stores.cases.load(case).referrals
    answer = a_command(
        AnswerReferral,
        role=Role.REFERRAL_PARTY,
        person_id=resident,
        referral_id=referral.referral_id,
        accepted=True,
    )
    then = site.killed_over if moment is Moment.REFERRAL_ANSWER_SAVED else site.obeyed
    await then(case, answer)

    state = site.stores.cases.load(case)
    assert [one.status for one in state.referrals] == [ReferralStatus.ACCEPTED]
    assert [task.kind for task in state.tasks] == [TaskKind.START_REFERRAL]
    assert [site.kinds(case).count(kind) for kind in ("referral_made", "referral_accepted")] == [1, 1]
    with site.stores.database.read() as session:
        assert session.exec(select(TaskRow.kind).where(TaskRow.case_id == case)).all() == [TaskKind.START_REFERRAL]
    await site.is_well(case)
