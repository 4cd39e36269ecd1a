"""The facts that a command becomes."""

from datetime import timedelta

import pytest

from models import commands as told
from models import facts as happened
from models.case import Proposal
from models.codes import Acceptance, AttemptResult, Channel, HelpKind, NotPickedUpReason, Outcome, Phase, TaskKind
from models.commands import AnyCommand
from models.facts import AnyFact
from models.ids import DocumentId, ProposalId, derived
from policy.commands import decide
from policy.obeying import _READERS, facts_of
from policy.transitions import apply
from tests.builders import NEIGHBOUR, NOOR, NOW, SAM, a_case_in, after, at, mail_made
from tests.unit.answer_tables import TAKEN, answers_of
from tests.unit.examples import (
    COMMAND_KINDS,
    FACT_KINDS,
    HELP,
    TOMORROW,
    a_command,
    a_fact,
    a_form,
    a_proposal,
    kind_of,
)
from tests.unit.situations import SITUATIONS, a_case_of_two

EARLIER = at("2027-04-05 09:20")
LATER = at("2027-04-05 10:00")

# Every command that says the same as its fact, and the fact.
SAME = {
    told.ClaimCase: happened.CaseClaimed,
    told.AssignCase: happened.CaseAssigned,
    told.PauseCase: happened.CasePaused,
    told.ResumeCase: happened.PauseEnded,
    told.ExtendDeadline: happened.DeadlineExtended,
    told.CheckIdentity: happened.IdentityChecked,
    told.ReportLifeEvent: happened.LifeEventReported,
    told.OfferToSurvivors: happened.SurvivorsOffered,
    told.PassOn: happened.PassedOn,
    told.RecordObjection: happened.ObjectionMade,
    told.DecideObjection: happened.ObjectionDecided,
    told.RecordRepresentative: happened.RepresentativeRecorded,
    told.EndRepresentative: happened.RepresentativeEnded,
    told.AllowDisclosure: happened.DisclosureAllowed,
    told.WithdrawDisclosure: happened.DisclosureWithdrawn,
    told.Rectify: happened.PersonRectified,
    told.TellCorrection: happened.CorrectionTold,
    told.LogIncoming: happened.ContactReceived,
    told.WriteByHand: happened.MessageAsked,
    told.ContinueContact: happened.ContactContinued,
    told.CorrectAttempt: happened.AttemptCorrected,
    told.CheckMail: happened.MailChecked,
    told.CheckAddress: happened.AddressChecked,
    told.MakeCallback: happened.CallbackAgreed,
    told.MoveCallback: happened.CallbackMoved,
    told.CancelCallback: happened.CallbackCancelled,
    told.PlanVisit: happened.VisitPlanned,
    told.CancelVisit: happened.VisitCancelled,
    told.BlockVisits: happened.VisitsBlocked,
    told.RecordTrait: happened.TraitRecorded,
    told.AllowVisits: happened.VisitsAllowed,
    told.RecordSignalChange: happened.SignalChanged,
    told.JudgeThreat: happened.ThreatJudged,
    told.SplitSignal: happened.SignalSplitOff,
    told.MergeCase: happened.CaseMerged,
    told.SettleRepair: happened.RepairSettled,
    told.Refer: happened.ReferralMade,
    told.AnswerReferral: happened.ReferralAccepted,
    told.StartReferral: happened.ReferralStarted,
    told.EndReferral: happened.ReferralEnded,
    told.RecordOutcome: happened.OutcomeRecorded,
    told.HoldFirstConversation: happened.FirstConversationHeld,
    told.StartHelp: happened.HelpStarted,
    told.CheckQuickFix: happened.QuickFixChecked,
    told.SetHold: happened.HoldSet,
    told.ReleaseHold: happened.HoldReleased,
    told.LogCall: happened.AttemptMade,
    told.LogAttempt: happened.AttemptMade,
    told.LogVisit: happened.AttemptMade,
    told.Approve: happened.ApprovalGiven,
    told.ApplyPolicy: happened.RouteChosen,
}
BY_THE_SYSTEM = {
    happened.RouteChosen,
    happened.CasePickedUp,
    happened.Stalled,
    happened.CaseClosed,
    happened.RegisterAnswered,
    happened.PartyGaveUp,
    happened.MessageReported,
    happened.InvitationSent,
    happened.SignalJoined,
    happened.FeedbackOwed,
    happened.FeedbackDelivered,
    happened.ReferralExpired,
}
BY_AN_ANSWER = {
    happened.CallbackKept,
    happened.CallbackMissed,
    happened.ReferralRefused,
    happened.ApprovalAsked,
    happened.ApprovalRefused,
}


def test_every_command_becomes_something_and_every_fact_comes_from_somewhere() -> None:
    assert set(_READERS) == set(SAME) == set(COMMAND_KINDS)
    assert set(SAME.values()) | BY_THE_SYSTEM | BY_AN_ANSWER == set(FACT_KINDS)


@pytest.mark.parametrize("command", COMMAND_KINDS, ids=map(kind_of, COMMAND_KINDS))
def test_what_is_taken_becomes_the_fact_of_its_name_and_remembers_who_pressed_the_button(
    command: type[AnyCommand],
) -> None:
    taken = [name for name, answer in answers_of(command).items() if answer == TAKEN]
    state, given = SITUATIONS[taken[0]], a_command(command)
    fact = decide(state, given, now=LATER).facts[0]
    assert type(fact) is SAME[command]
    assert (fact.at, fact.by, fact.command_id, fact.note_id) == (LATER, given.by, "c-1", "note-1")
    shared = set(given.model_dump()) & set(fact.model_dump()) - {"kind"}
    assert fact.model_dump(include=shared) == given.model_dump(include=shared)
    assert apply(state, fact).commands[-1] == "c-1"


def obeyed(situation: str, command: AnyCommand) -> tuple[AnyFact, ...]:
    return facts_of(SITUATIONS[situation], command, at=LATER)


# --- attempts ------------------------------------------------------------------------------------------------------


def test_a_call_answers_the_planned_call_also_before_its_day_and_happened_when_it_was_made() -> None:
    (fact,) = obeyed("calling", a_command(told.LogCall, called_at=EARLIER, phone_id="phone-1"))
    assert isinstance(fact, happened.AttemptMade)
    assert (fact.step_id, fact.channel, fact.at, fact.phone_id) == ("case-1.call-1", Channel.CALL, EARLIER, "phone-1")


def test_a_call_without_a_planned_one_stands_beside_the_plan() -> None:
    (fact,) = obeyed("talking", a_command(told.LogCall))
    assert isinstance(fact, happened.AttemptMade)
    assert (fact.step_id, fact.at) == ("case-1.extra-c-1", LATER)


def test_a_call_to_somebody_else_does_not_answer_the_residents_planned_call() -> None:
    planned = after(a_case_of_two(), mail_made(AttemptResult.SENT))
    (fact,) = facts_of(planned, a_command(told.LogCall, person_id=NEIGHBOUR), at=LATER)
    assert isinstance(fact, happened.AttemptMade)
    assert fact.step_id == "case-1.extra-c-1"


def test_a_call_that_was_logged_meanwhile_does_not_make_the_second_press_a_second_plan_step() -> None:
    first = decide(SITUATIONS["calling"], a_command(told.LogCall), now=LATER).facts
    (fact,) = facts_of(after(SITUATIONS["talking"], *first), a_command(told.LogCall, command_id="c-2"), at=LATER)
    assert isinstance(fact, happened.AttemptMade)
    assert fact.step_id == "case-1.extra-c-2"


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        (AttemptResult.CONVERSATION, happened.CallbackKept),
        (AttemptResult.SAYS_PAID, happened.CallbackKept),
        (AttemptResult.WANTS_NO_HELP, happened.CallbackKept),
        (AttemptResult.NO_ANSWER, happened.CallbackMissed),
        (AttemptResult.VOICEMAIL, happened.CallbackMissed),
        (AttemptResult.WRONG_NUMBER, happened.CallbackMissed),
        (AttemptResult.HUNG_UP, happened.CallbackMissed),
    ],
)
def test_a_call_at_the_agreed_moment_keeps_the_callback_or_misses_it(
    result: AttemptResult, answer: type[AnyFact]
) -> None:
    agreed = SITUATIONS["agreed"]
    made, answered = facts_of(agreed, a_command(told.LogCall, result=result, called_at=TOMORROW), at=TOMORROW)
    assert (type(made), type(answered)) == (happened.AttemptMade, answer)
    # The note stands once, with the call.
    assert (made.note_id, answered.note_id, answered.command_id) == ("note-1", None, "c-1")
    assert after(agreed, made, answered).appointments == ()


def test_a_call_before_the_agreed_moment_does_not_answer_it() -> None:
    agreed = SITUATIONS["agreed"]
    opens = TOMORROW - timedelta(minutes=15)
    early = facts_of(agreed, a_command(told.LogCall, called_at=opens - timedelta(minutes=1)), at=TOMORROW)
    on_time = facts_of(agreed, a_command(told.LogCall, called_at=opens), at=TOMORROW)
    assert (len(early), len(on_time)) == (1, 2)
    assert after(agreed, *early).appointments == agreed.appointments


def test_a_call_to_somebody_else_does_not_answer_the_callback() -> None:
    both = after(a_case_of_two(), a_fact(happened.CallbackAgreed, person_id=NEIGHBOUR))
    assert len(facts_of(both, a_command(told.LogCall), at=TOMORROW)) == 1
    assert len(facts_of(both, a_command(told.LogCall, person_id=NEIGHBOUR), at=TOMORROW)) == 2


def test_an_attempt_over_a_channel_that_is_not_ours_stands_beside_the_plan() -> None:
    (fact,) = obeyed("calling", a_command(told.LogAttempt, channel=Channel.WHATSAPP, result=AttemptResult.SENT))
    assert isinstance(fact, happened.AttemptMade)
    assert (fact.step_id, fact.channel, fact.at) == ("case-1.extra-c-1", Channel.WHATSAPP, LATER)


def test_a_visit_answers_the_planned_visit_and_names_who_came_along() -> None:
    (fact,) = obeyed("visiting", a_command(told.LogVisit, visited_at=EARLIER))
    assert isinstance(fact, happened.AttemptMade)
    assert (fact.step_id, fact.companion, fact.at) == ("case-1.visit-1", SAM, EARLIER)
    (beside,) = obeyed("calling", a_command(told.LogVisit))
    assert isinstance(beside, happened.AttemptMade)
    assert beside.step_id == "case-1.extra-c-1"


def test_who_came_to_us_came_when_they_came() -> None:
    (fact,) = obeyed("calling", a_command(told.LogIncoming, came_at=EARLIER))
    assert (type(fact), fact.at) == (happened.ContactReceived, EARLIER)


# --- ids that follow from the press --------------------------------------------------------------------------------


def test_a_callback_and_a_referral_are_named_after_the_press_so_that_a_second_try_names_the_same() -> None:
    (agreed,) = obeyed("talking", a_command(told.MakeCallback))
    (made,) = obeyed("talking", a_command(told.Refer))
    assert isinstance(agreed, happened.CallbackAgreed)
    assert isinstance(made, happened.ReferralMade)
    assert (agreed.appointment_id, agreed.staff) == (derived("appointment", "c-1"), SAM)
    assert made.referral_id == derived("referral", "c-1")


def test_a_party_that_does_not_take_a_referral_refuses_it() -> None:
    (fact,) = obeyed("referred", a_command(told.AnswerReferral, accepted=False))
    assert type(fact) is happened.ReferralRefused


# --- outcome and a second person -----------------------------------------------------------------------------------


def test_the_outcome_form_says_whether_help_was_accepted() -> None:
    (fact,) = obeyed("talking", a_command(told.RecordOutcome, outcome=Outcome.FURTHER_HELP_FINANCIAL, **HELP))
    assert isinstance(fact, happened.OutcomeRecorded)
    assert (fact.acceptance, fact.accepted_at, fact.help_kind) == (
        Acceptance.PENDING,
        NOW,
        HelpKind.DEBT_COUNSELLING,
    )


@pytest.mark.parametrize(
    "form",
    [
        a_form(Outcome.REFERRED_WITHOUT_RESIDENT),
        a_form(Outcome.NOT_PICKED_UP_OTHER, reason=NotPickedUpReason.NO_CAPACITY, batch_id="batch-9"),
    ],
)
def test_what_needs_a_second_person_is_proposed_and_recorded_by_whoever_proposed_it(form: told.RecordOutcome) -> None:
    talking = a_case_in(Phase.IN_CONVERSATION)
    (asked,) = facts_of(talking, form, at=LATER)
    assert isinstance(asked, happened.ApprovalAsked)
    assert asked.proposal == Proposal(proposal_id=ProposalId(form.command_id), command=form, at=LATER)
    waiting = after(talking, asked)
    yes = a_command(told.Approve, proposal_id=form.command_id, note_id=DocumentId("yes"))
    given, recorded = facts_of(waiting, yes, at=TOMORROW)
    assert isinstance(recorded, happened.OutcomeRecorded)
    assert (type(given), given.by, given.note_id) == (happened.ApprovalGiven, SAM, "yes")
    assert (recorded.by, recorded.at, recorded.outcome, recorded.reason, recorded.command_id, recorded.note_id) == (
        NOOR,
        TOMORROW,
        form.outcome,
        form.reason,
        "c-1",
        None,
    )
    assert after(waiting, given, recorded).phase is Phase.FEEDBACK


def test_what_a_second_person_refuses_is_not_recorded() -> None:
    (fact,) = obeyed("proposed", a_command(told.Approve, agreed=False))
    assert type(fact) is happened.ApprovalRefused
    assert after(SITUATIONS["proposed"], fact).task(TaskKind.APPROVE) is None


def test_a_proposed_correction_stays_one() -> None:
    proposal = a_proposal(corrects=True)
    asked = after(SITUATIONS["told"], a_fact(happened.ApprovalAsked, proposal=proposal))
    _, recorded = facts_of(asked, a_command(told.Approve), at=LATER)
    assert isinstance(recorded, happened.OutcomeRecorded)
    assert recorded.corrects
    corrected = after(asked, *facts_of(asked, a_command(told.Approve), at=LATER))
    assert [result.outcome for result in corrected.outcomes] == [Outcome.REFERRED_WITHOUT_RESIDENT]
