"""A life in which nearly everything happens that can happen to a case, in the order in which it can."""

from datetime import timedelta

from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    DisclosureGround,
    HelpKind,
    LifeEvent,
    NotPickedUpReason,
    Outcome,
    PassOnChannel,
    PersonField,
    Phase,
    ReferralParty,
    RepresentativeKind,
    Role,
    SignalChange,
    TaskKind,
    Trait,
)
from models.commands import (
    AllowDisclosure,
    AllowVisits,
    AnswerReferral,
    Approve,
    AssignCase,
    BlockVisits,
    CancelCallback,
    CancelVisit,
    CheckQuickFix,
    ContinueContact,
    CorrectAttempt,
    DecideObjection,
    EndReferral,
    EndRepresentative,
    ExtendDeadline,
    JudgeThreat,
    LogAttempt,
    LogCall,
    LogIncoming,
    LogVisit,
    MakeCallback,
    MergeCase,
    MoveCallback,
    PassOn,
    PauseCase,
    PlanVisit,
    RecordObjection,
    RecordOutcome,
    RecordRepresentative,
    RecordSignalChange,
    RecordTrait,
    Rectify,
    Refer,
    ReportLifeEvent,
    ResumeCase,
    SettleRepair,
    SplitSignal,
    StartReferral,
    TellCorrection,
    WithdrawDisclosure,
    WriteByHand,
)
from models.ids import BatchId, CaseId, ReferralId, case_opened_by, fresh
from models.values import MunicipalityCode
from tests.canary.desk import JORIS, NOAH, SAMIRA, Desk
from tests.web.browser import forms_of

_A_WHILE, _A_DAY = timedelta(hours=1), timedelta(days=1)
_IN_TURN = timedelta(minutes=20)
"""So much lies between what is agreed with one person and with the next: nobody can call two at once."""


async def lives_through_everything(desk: Desk) -> None:
    await _two_signals_turn_out_to_be_about_one_person(desk)
    await desk.checks_mail()
    await _is_let_rest(desk)
    await _somebody_stands_for_them(desk)
    await _is_visited(desk)
    await _is_called_back(desk)
    await _is_asked_about(desk)
    await _is_referred(desk)
    await _helps_themselves_and_fails(desk)
    await _a_second_person_decides(desk)
    await _was_somebody_elses(desk)


def split_off(desk: Desk) -> CaseId:
    """The case that the last signal gets when it is split off."""
    return case_opened_by(desk.state.signals[-1].signal_id, attempt=2)


async def _two_signals_turn_out_to_be_about_one_person(desk: Desk) -> None:
    """One is split off and comes back, with another amount."""
    signal, other = desk.state.signals[-1].signal_id, split_off(desk)
    await desk.does_what_takes_long(SplitSignal, signal_id=signal, wrong_person_told=True)
    await desk.does(SettleRepair)
    await desk.at(other).does_what_takes_long(MergeCase, into=desk.case)
    assert desk.at(other).state.merged_into == desk.case
    assert desk.state.signal(signal) is not None
    amount = desk.somebody.learned.amount
    await desk.does(RecordSignalChange, signal_id=signal, change=SignalChange.NEW_AMOUNT, particulars=amount)
    await desk.does(JudgeThreat, threatening=True)


async def _is_let_rest(desk: Desk) -> None:
    await desk.does(AssignCase, to=JORIS)
    await desk.does(
        ExtendDeadline, deadline=DeadlineKind.TASK, task=TaskKind.CALL, until=await desk.now() + 30 * _A_DAY
    )
    await desk.does(PauseCase, until=await desk.now() + _A_DAY)
    await desk.does(ResumeCase)
    await desk.does(RecordObjection)
    await desk.does(DecideObjection, upheld=False)
    await desk.waits(4 * _A_DAY)
    await desk.does(WriteByHand, channel=Channel.LETTER)
    await desk.waits(_A_WHILE)


async def _somebody_stands_for_them(desk: Desk) -> None:
    await desk.does(
        RecordRepresentative,
        representative=RepresentativeKind.ADMINISTRATOR,
        may_be_told=True,
        particulars=desk.somebody.learned.representative,
    )
    await desk.does(EndRepresentative)
    await desk.does(AllowDisclosure, ground=DisclosureGround.CONSENT)
    await desk.does(WithdrawDisclosure)
    await desk.does(ReportLifeEvent, event=LifeEvent.MOVED_WITHIN, particulars=desk.somebody.learned.moved)
    right = desk.somebody.learned.moved
    await desk.does(Rectify, what=PersonField.ADDRESS, partners_told=False, particulars=right)
    await desk.does(TellCorrection)


async def _is_visited(desk: Desk) -> None:
    """Announced by letter, called off, and not at home; then it is not safe for a while."""
    await desk.does(PlanVisit, due_at=await desk.now() + 2 * _A_DAY, companion=JORIS, announced=True)
    await desk.waits(_A_WHILE)
    await desk.does(CancelVisit)
    await desk.does(LogVisit, result=AttemptResult.NOBODY_HOME, companion=JORIS)
    await desk.does(LogAttempt, channel=Channel.CARD, result=AttemptResult.CARD_LEFT)
    await desk.does(BlockVisits)
    await desk.does(RecordTrait, trait=Trait.ENTREPRENEUR, applies=True)
    await desk.does(AllowVisits)


async def _is_called_back(desk: Desk) -> None:
    """They call, and are written to once more when nothing comes of it; a callback is called off, missed and kept."""
    await desk.does(LogIncoming, channel=Channel.CALL, particulars=desk.somebody.learned.told)
    await desk.does(ContinueContact)
    await desk.waits(_A_WHILE)
    await desk.calls(AttemptResult.NO_ANSWER)
    called = [attempt.step_id for attempt in desk.state.attempts if attempt.channel is Channel.CALL]
    await desk.does(CorrectAttempt, step_id=called[-1], result=AttemptResult.VOICEMAIL)
    await _agrees(desk)
    agreed = desk.state.appointments[0]
    await desk.does(
        MoveCallback,
        appointment_id=agreed.appointment_id,
        due_at=agreed.due_at + 5 * _A_DAY,
        with_staff=SAMIRA,
    )
    await desk.does(CancelCallback, appointment_id=agreed.appointment_id)
    for result in (AttemptResult.NO_ANSWER, AttemptResult.CONVERSATION):
        await _agrees(desk)
        await desk.town.travel(desk.case, desk.state.appointments[0].due_at)
        await desk.does(LogCall, result=result)
    assert desk.state.phase is Phase.IN_CONVERSATION


async def _is_asked_about(desk: Desk) -> None:
    """The partner says what is owed now, first in a way that cannot be read; asked once more it does not answer."""
    await _asks_what_is_owed(desk)
    unreadable = next(form for form in forms_of((await desk.partner.get("/partner")).text) if "question" in form.fields)
    assert (await desk.partner.send(unreadable, amount=desk.somebody.note)).status_code == 422
    owed = f"{desk.somebody.reference()};{desk.somebody.learned.owed.text};{desk.town.begins:%Y-%m-%d}"
    answer = await desk.partner.client.post(
        "/partner/bedragen/bestand",
        data={"token": unreadable.fields["token"], "gemeente": unreadable.fields["gemeente"]},
        files={"bestand": (f"{desk.somebody.person.surname}.csv", f"kenmerk;bedrag;datum\n{owed}".encode())},
    )
    assert "1 rij: vastgelegd." in answer.text
    await _asks_what_is_owed(desk)


async def _asks_what_is_owed(desk: Desk) -> None:
    """On the page of the case, and all the same when it says that an answer came lately."""
    page, signal = f"/zaak/{desk.case}", desk.state.signals[0].signal_id
    shown = await desk.browser.get(page)
    for _ in range(2):
        asking = next(
            form for form in forms_of(shown.text) if form.action == f"{page}/bedrag" and form.fields["signal"] == signal
        )
        shown = await desk.browser.send(asking)
        if shown.status_code == 303:
            return
    raise AssertionError(f"nobody can be asked: {shown.status_code}")


async def _agrees(desk: Desk) -> None:
    due_at = await desk.now() + _A_WHILE + _IN_TURN * desk.somebody.number
    await desk.does(MakeCallback, due_at=due_at, with_staff=SAMIRA)


async def _is_referred(desk: Desk) -> None:
    """Refused, not answered and left lying, and taken."""
    party = desk.as_(NOAH, Role.REFERRAL_PARTY)
    await party.does(AnswerReferral, referral_id=await _refers(desk), accepted=False)
    await _refers(desk)
    await desk.waits(11 * _A_DAY)
    referral = await _refers(desk)
    await party.does(AnswerReferral, referral_id=referral, accepted=True)
    await party.does(StartReferral, referral_id=referral, started_at=desk.town.begins)
    await party.does(EndReferral, referral_id=referral)


async def _refers(desk: Desk) -> ReferralId:
    await desk.does(Refer, party=ReferralParty.YOUTH_WORKER, consent=True)
    return desk.state.referrals[-1].referral_id


async def _helps_themselves_and_fails(desk: Desk) -> None:
    await desk.does(
        RecordOutcome,
        outcome=Outcome.ADVICE_OR_QUICK_FIX,
        engaged=True,
        help_kind=HelpKind.QUICK_FIX,
        agreed_at=desk.town.begins,
        conversation_at=desk.town.begins,
        within_30_days=True,
    )
    await desk.does(CheckQuickFix, solved=False)


async def _a_second_person_decides(desk: Desk) -> None:
    await desk.does(RecordOutcome, outcome=Outcome.REFERRED_WITHOUT_RESIDENT)
    await _decides(desk, agreed=False)
    await desk.does(
        RecordOutcome,
        outcome=Outcome.NOT_PICKED_UP_OTHER,
        reason=NotPickedUpReason.DETENTION,
        batch_id=BatchId(fresh()),
    )
    await _decides(desk, agreed=True)


async def _decides(desk: Desk, *, agreed: bool) -> None:
    await desk.as_(JORIS).does(Approve, proposal_id=desk.state.proposals[0].proposal_id, agreed=agreed)


async def _was_somebody_elses(desk: Desk) -> None:
    """The outcome was wrong: they had moved away."""
    await desk.does(RecordOutcome, outcome=Outcome.NOT_A_RESIDENT, corrects=True)
    await desk.does(PassOn, channel=PassOnChannel.SECURE_MAIL, to=MunicipalityCode("9902"))
