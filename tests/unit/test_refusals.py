"""Commands that are refused for what they say, each with a sentence for the caseworker."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import commands as told
from models import facts as happened
from models.case import Proposal
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
    SignalChange,
    Standing,
    TaskKind,
)
from models.commands import AnyCommand
from models.ids import CaseId, ItemId, ProposalId, ReferralId, SignalId, StepId
from policy.commands import refusal_of
from policy.refusals import CALL_RESULTS, INCOMING, OTHER_RESULTS, VISIT_RESULTS
from tests.builders import (
    NEIGHBOUR,
    NOOR,
    NOW,
    SAM,
    a_case_in,
    after,
    at,
    call_made,
    outcome_recorded,
)
from tests.unit.examples import ELSEWHERE, HELP, LATER, REFERRAL, TOMORROW, a_command, a_fact, a_form, kind_of
from tests.unit.situations import OTHERS, SITUATIONS, a_case_of_two

EARLIER = NOW - timedelta(minutes=1)
LATE = "Dit kan niet meer: de zaak is intussen verder."
FUTURE = "Dit kan niet in de toekomst liggen."
BEFORE = "Dit ligt voor het begin van de zaak."
AHEAD = "Kies een moment dat nog moet komen."
DEAD = "Deze persoon is overleden: er is geen contact meer."
SAME = "Dit stond er al."
ALONE = "Kies een ander dan uzelf."
NO_LONGER_PLANNED = (
    "Dit huisbezoek is al vastgelegd of afgezegd. Kijk bij wat er eerder gebeurde. Was u er nog een keer? Druk dan "
    "opnieuw op vastleggen."
)
NOT_SOUGHT = "Met deze persoon wordt nu geen contact gezocht: eerst is een ander aan de beurt."
TALK_FIRST = "Leg eerst het gesprek met deze persoon vast."

COMING = after(
    a_case_of_two(Phase.IN_CONVERSATION),
    a_fact(happened.LifeEventReported, person_id=NEIGHBOUR),
    outcome_recorded(Outcome.DIED, person_id=NEIGHBOUR),
)
"""The resident is spoken with; their neighbour died."""
MORE = {
    "neighbour died": COMING,
    "neighbour called back": after(a_case_of_two(), a_fact(happened.CallbackAgreed, person_id=NEIGHBOUR)),
    "neighbour referred": after(a_case_of_two(), a_fact(happened.ReferralMade, person_id=NEIGHBOUR)),
    "extended": after(a_case_in(Phase.IN_CONVERSATION), a_fact(happened.DeadlineExtended)),
    "mine": after(a_case_in(Phase.CONTACT), a_fact(happened.CaseClaimed)),
    "paid": after(a_case_in(Phase.IN_CONVERSATION), a_fact(happened.SignalChanged)),
    "moved": after(a_case_in(Phase.CONTACT), a_fact(happened.LifeEventReported, event=LifeEvent.MOVED_AWAY)),
    "dead": after(a_case_in(Phase.CONTACT), a_fact(happened.LifeEventReported)),
    "objected": after(SITUATIONS["objecting"], a_fact(happened.ObjectionDecided, upheld=False)),
    "referred twice": after(SITUATIONS["came back"], a_fact(happened.ReferralMade, referral_id="referral-2")),
    "judged": after(a_case_in(Phase.CONTACT), a_fact(happened.ThreatJudged)),
    "ends": after(
        a_case_in(Phase.CONTACT),
        a_fact(happened.SignalChanged, change=SignalChange.END_OF_SUPPLY, on=date(2027, 5, 10)),
    ),
    "called in": after(a_case_in(Phase.CONTACT), a_fact(happened.ContactReceived)),
    "mailed": after(SITUATIONS["calling"], call_made(AttemptResult.NO_ANSWER, at("2027-04-07 13:30"), step="call-1")),
    "one may be told": after(a_case_of_two(), a_fact(happened.DisclosureAllowed)),
    "rectified neighbour": after(a_case_of_two(), a_fact(happened.PersonRectified, person_id=NEIGHBOUR)),
    "asked twice": after(SITUATIONS["talking"], a_fact(happened.SignalJoined, signal=OTHERS)),
}

# (command, situation, what it says, the refusal; None: it is taken)
CONTENT: list[tuple[type[AnyCommand], str, dict[str, Any], str | None]] = [
    # --- whose case it is
    (told.ClaimCase, "mine", {}, "Deze zaak is al van u."),
    (told.ClaimCase, "mine", {"by": SAM}, None),
    (told.AssignCase, "mine", {"to": NOOR}, "Deze zaak is al van deze collega."),
    (told.AssignCase, "mine", {"to": None}, None),
    (told.AssignCase, "calling", {"to": None}, "Deze zaak is van niemand."),
    (told.PauseCase, "calling", {"until": NOW}, "De zaak rust tot een dag die nog moet komen."),
    (told.PauseCase, "calling", {"until": LATER}, None),
    (told.ExtendDeadline, "talking", {"deadline": DeadlineKind.NOTICE}, "Deze termijn kan niet worden uitgesteld."),
    (
        told.ExtendDeadline,
        "pending",
        {"deadline": DeadlineKind.FIRST_CONVERSATION, "task": TaskKind.HOLD_FIRST_CONVERSATION},
        "Deze termijn kan niet worden uitgesteld.",
    ),
    (
        told.ExtendDeadline,
        "objecting",
        {"task": TaskKind.DECIDE_OBJECTION},
        "Deze termijn kan niet worden uitgesteld.",
    ),
    (told.ExtendDeadline, "talking", {"task": TaskKind.CALL}, LATE),
    (told.ExtendDeadline, "talking", {"deadline": DeadlineKind.REFERRAL}, LATE),
    (told.ExtendDeadline, "talking", {"task": None}, LATE),
    (told.ExtendDeadline, "talking", {"deadline": DeadlineKind.ASSIGNMENT, "task": None}, None),
    (told.ExtendDeadline, "extended", {}, "Deze termijn is al een keer uitgesteld."),
    (told.ExtendDeadline, "talking", {"until": at("2027-04-07 23:59")}, "De nieuwe dag ligt na de oude."),
    (told.ExtendDeadline, "talking", {"until": NOW}, "De nieuwe dag ligt na de oude."),
    (
        told.ExtendDeadline,
        "talking",
        {"until": NOW + timedelta(days=60, minutes=1)},
        "Uitstel duurt hooguit zestig dagen.",
    ),
    (told.ExtendDeadline, "talking", {"until": NOW + timedelta(days=60)}, None),
    (told.ExtendDeadline, "referred", {"deadline": DeadlineKind.REFERRAL, "task": TaskKind.ACCEPT_REFERRAL}, None),
    # --- who the resident is
    (told.CheckIdentity, "doubtful", {"standing": Standing.DIED}, None),
    (told.CheckIdentity, "doubtful", {"standing": Standing.NOT_A_RESIDENT}, None),
    (told.CheckIdentity, "doubtful", {"standing": Standing.UNKNOWN}, "Kies wat u hebt vastgesteld."),
    (told.CheckIdentity, "doubtful", {"standing": Standing.TO_CHECK}, "Kies wat u hebt vastgesteld."),
    (told.ReportLifeEvent, "dead", {}, "Deze persoon is al als overleden vastgelegd."),
    (told.ReportLifeEvent, "moved", {}, "Deze persoon is al als verhuisd vastgelegd."),
    (told.ReportLifeEvent, "moved", {"event": LifeEvent.DIED}, None),
    (told.ReportLifeEvent, "calling", {"event": LifeEvent.MOVED_WITHIN}, None),
    (told.OfferToSurvivors, "neighbour died", {"person_id": NEIGHBOUR}, None),
    (told.OfferToSurvivors, "neighbour died", {}, "Deze persoon is niet als overleden vastgelegd."),
    (told.PassOn, "to pass on", {"to": None}, "Vul in aan welke gemeente u het doorgaf."),
    (told.PassOn, "to pass on", {"to": None, "channel": PassOnChannel.NOT_POSSIBLE}, None),
    (told.PassOn, "to pass on", {"to": ELSEWHERE, "channel": PassOnChannel.PHONE}, None),
    (told.RecordObjection, "objected", {}, "Dit bezwaar is al vastgelegd."),
    (told.RecordObjection, "neighbour died", {"person_id": NEIGHBOUR}, DEAD),
    (told.DecideObjection, "objecting", {"upheld": False}, None),
    (told.EndRepresentative, "represented", {}, None),
    (
        told.AllowDisclosure,
        "calling",
        {},
        "In het beleid van deze zaak ondertekende niemand wat partners meer mogen horen.",
    ),
    (told.AllowDisclosure, "may be told", {"ground": DisclosureGround.CONSENT}, "Dit stond er al."),
    (told.AllowDisclosure, "may be told", {"ground": DisclosureGround.BASIS}, None),
    (
        told.AllowDisclosure,
        "signed objecting",
        {},
        "Deze persoon heeft bezwaar gemaakt. Partners horen dan niet meer dan landelijk vastligt.",
    ),
    (told.Rectify, "calling", {}, None),
    (told.Rectify, "calling", {"what": PersonField.PHONE}, "Kies welk nummer niet klopt."),
    (told.Rectify, "calling", {"what": PersonField.PHONE, "phone_id": ItemId("phone-1")}, None),
    (told.TellCorrection, "calling", {}, "Er is niets verbeterd wat partners nog moeten weten."),
    (told.TellCorrection, "rectified", {}, None),
    (
        told.TellCorrection,
        "rectified neighbour",
        {},
        "Van deze persoon is niets verbeterd wat partners nog moeten weten.",
    ),
    (told.WithdrawDisclosure, "calling", {}, "Partners mogen in deze zaak niets meer horen dan landelijk vastligt."),
    (told.WithdrawDisclosure, "may be told", {}, None),
    (told.WithdrawDisclosure, "one may be told", {"person_id": NEIGHBOUR}, "Voor deze persoon stond er niets."),
    # --- contact
    (told.LogCall, "calling", {"result": AttemptResult.SENT}, "Kies wat er aan de telefoon gebeurde."),
    (told.LogCall, "calling", {"called_at": LATER}, FUTURE),
    (told.LogCall, "calling", {"called_at": EARLIER}, BEFORE),
    (told.LogCall, "calling", {"called_at": NOW}, None),
    (told.LogCall, "neighbour died", {"person_id": NEIGHBOUR}, DEAD),
    (told.LogAttempt, "calling", {"channel": Channel.SMS}, "Kies een kanaal en wat ervan kwam."),
    (told.LogAttempt, "calling", {"result": AttemptResult.SENT}, "Kies een kanaal en wat ervan kwam."),
    (told.LogAttempt, "calling", {"made_at": LATER}, FUTURE),
    (told.LogAttempt, "calling", {"made_at": EARLIER}, BEFORE),
    (told.LogAttempt, "neighbour died", {"person_id": NEIGHBOUR}, DEAD),
    (told.LogIncoming, "calling", {"channel": Channel.LETTER}, "Kies hoe de inwoner contact zocht."),
    (told.LogIncoming, "calling", {"came_at": LATER}, FUTURE),
    (told.LogIncoming, "calling", {"came_at": EARLIER}, BEFORE),
    (told.ContinueContact, "two talking", {"person_id": NEIGHBOUR}, NOT_SOUGHT),
    (told.CorrectAttempt, "talking", {"step_id": StepId("x")}, "Deze contactpoging hoort niet bij deze persoon."),
    (
        told.CorrectAttempt,
        "two talking",
        {"person_id": NEIGHBOUR},
        "Deze contactpoging hoort niet bij deze persoon.",
    ),
    (
        told.CorrectAttempt,
        "mailed",
        {"step_id": StepId("case-1.mail-1")},
        "Alleen een belpoging of huisbezoek kan worden verbeterd.",
    ),
    (
        told.CorrectAttempt,
        "called in",
        {"step_id": StepId("case-1.in-2")},
        "Alleen een belpoging of huisbezoek kan worden verbeterd.",
    ),
    (told.CorrectAttempt, "talking", {"result": AttemptResult.CARD_LEFT}, "Kies wat er werkelijk gebeurde."),
    (told.CorrectAttempt, "talking", {"result": AttemptResult.CONVERSATION}, SAME),
    (
        told.CorrectAttempt,
        "mailed",
        {"step_id": StepId("case-1.call-1"), "result": AttemptResult.VOICEMAIL},
        None,
    ),
    (told.CheckMail, "odd mail", {"step_id": StepId("case-1.mail-2")}, LATE),
    (told.CheckMail, "odd mail", {"sent": False}, None),
    # --- callbacks and visits
    (told.MakeCallback, "talking", {"due_at": NOW}, AHEAD),
    (told.MakeCallback, "neighbour died", {"person_id": NEIGHBOUR}, LATE),
    (told.MakeCallback, "dead", {}, DEAD),
    (told.MakeCallback, "asked twice", {"person_id": NEIGHBOUR}, None),
    (told.MoveCallback, "agreed", {"appointment_id": "other"}, LATE),
    (told.MoveCallback, "agreed", {"due_at": NOW}, AHEAD),
    (told.MoveCallback, "agreed", {"due_at": TOMORROW, "with_staff": SAM}, SAME),
    (told.MoveCallback, "agreed", {"due_at": TOMORROW, "with_staff": NOOR}, None),
    (told.MoveCallback, "neighbour called back", {}, LATE),
    (told.MoveCallback, "neighbour called back", {"person_id": NEIGHBOUR}, None),
    (told.CancelCallback, "agreed", {"appointment_id": "other"}, LATE),
    (told.PlanVisit, "talking", {"due_at": NOW}, AHEAD),
    (told.PlanVisit, "talking", {"companion": NOOR}, ALONE),
    (told.PlanVisit, "talking", {"companion": None}, None),
    (told.PlanVisit, "two talking", {"person_id": NEIGHBOUR}, NOT_SOUGHT),
    (told.PlanVisit, "dead", {}, DEAD),
    (told.LogVisit, "visiting", {"result": AttemptResult.VOICEMAIL}, "Kies wat er bij het huisbezoek gebeurde."),
    (
        told.LogVisit,
        "visiting",
        {"companion": None},
        "Een huisbezoek doet u met zijn tweeën: vul in wie er meeging.",
    ),
    (told.LogVisit, "visiting", {"companion": NOOR}, ALONE),
    (told.LogVisit, "visiting", {"visited_at": LATER}, FUTURE),
    (told.LogVisit, "visiting", {"visited_at": EARLIER}, BEFORE),
    (told.LogVisit, "dead", {}, DEAD),
    (told.LogVisit, "visiting", {"visit": StepId("case-1.visit-1")}, None),
    (told.LogVisit, "visiting", {"visit": StepId("case-1.another")}, NO_LONGER_PLANNED),
    (told.LogVisit, "talking", {"visit": StepId("case-1.visit-1")}, NO_LONGER_PLANNED),
    (told.CancelVisit, "visiting", {}, None),
    (told.BlockVisits, "visits blocked", {}, "Bij deze inwoner mogen geen huisbezoeken."),
    (told.AllowVisits, "visits blocked", {}, None),
    # --- signals
    (
        told.RecordSignalChange,
        "talking",
        {"signal_id": SignalId("x")},
        "Dit signaal hoort niet (meer) bij deze zaak.",
    ),
    (told.RecordSignalChange, "paid", {}, "Dit signaal was al betaald of ingetrokken."),
    (told.RecordSignalChange, "talking", {"change": SignalChange.NEW_AMOUNT}, None),
    (told.RecordSignalChange, "talking", {"change": SignalChange.END_OF_SUPPLY}, "Vul de dag in die de partner noemt."),
    (
        told.RecordSignalChange,
        "talking",
        {"change": SignalChange.COLLECTION_PAUSED, "on": date(2027, 4, 4)},
        "De dag die de partner noemt, is al voorbij.",
    ),
    (told.RecordSignalChange, "talking", {"change": SignalChange.COLLECTION_PAUSED, "on": date(2027, 4, 5)}, None),
    (told.RecordSignalChange, "talking", {"change": SignalChange.END_OF_SUPPLY, "on": date(2027, 5, 10)}, None),
    (told.RecordSignalChange, "ends", {"change": SignalChange.END_OF_SUPPLY, "on": date(2027, 5, 10)}, SAME),
    (told.RecordSignalChange, "ends", {"change": SignalChange.END_OF_SUPPLY, "on": date(2027, 5, 11)}, None),
    (
        told.RecordSignalChange,
        "told",
        {"change": SignalChange.END_OF_SUPPLY, "on": date(2027, 5, 10)},
        "Hoe dit afliep is al vastgelegd. Laat de partner een nieuw signaal sturen.",
    ),
    (told.JudgeThreat, "judged", {}, SAME),
    (told.JudgeThreat, "judged", {"threatening": False}, None),
    (told.JudgeThreat, "calling", {"threatening": False}, None),
    (
        told.SplitSignal,
        "two people",
        {"signal_id": SignalId("signal-1")},
        "De inwoner van deze zaak houdt ten minste één signaal.",
    ),
    (told.SplitSignal, "two people", {"signal_id": SignalId("x")}, "Dit signaal hoort niet (meer) bij deze zaak."),
    (told.MergeCase, "calling", {"into": CaseId("case-1")}, "Kies een andere zaak."),
    # --- help
    (told.Refer, "two people", {"person_id": NEIGHBOUR}, None),
    (told.Refer, "neighbour died", {"person_id": NEIGHBOUR}, LATE),
    (told.Refer, "neighbour referred", {}, TALK_FIRST),
    (
        told.Refer,
        "talking",
        {"consent": False},
        "Doorverwijzen kan alleen als de inwoner het goed vindt. Anders is het ‘Verwijzing zonder tussenkomst "
        "inwoner’, en daar beslist een tweede medewerker over.",
    ),
    (told.AnswerReferral, "referred", {"accepted": False, "note_id": None}, "Geef een reden voor de weigering."),
    (told.AnswerReferral, "referred", {"accepted": True, "note_id": None}, None),
    (told.AnswerReferral, "referred", {"referral_id": ReferralId("x")}, LATE),
    (told.AnswerReferral, "referred twice", {"referral_id": REFERRAL}, LATE),
    (told.AnswerReferral, "referred twice", {"referral_id": ReferralId("referral-2")}, None),
    (told.StartReferral, "taken", {"started_at": LATER}, FUTURE),
    (told.EndReferral, "started", {"referral_id": ReferralId("x")}, LATE),
    (told.HoldFirstConversation, "pending", {"conversation_at": LATER}, FUTURE),
    (told.HoldFirstConversation, "pending", {"started_at": LATER}, FUTURE),
    (told.HoldFirstConversation, "pending", {"started_at": None}, None),
    (
        told.HoldFirstConversation,
        "pending",
        {"started_at": EARLIER},
        "De hulp kan niet begonnen zijn voordat zij is afgesproken.",
    ),
    (told.StartHelp, "conversation held", {"started_at": LATER}, FUTURE),
    (
        told.StartHelp,
        "conversation held",
        {"started_at": EARLIER},
        "De hulp kan niet begonnen zijn voordat zij is afgesproken.",
    ),
    # --- outcome
    (told.RecordOutcome, "talking", {"outcome": Outcome.PAID_OR_ARRANGED}, None),
    (told.RecordOutcome, "talking", {"conversation_at": LATER}, FUTURE),
    (told.RecordOutcome, "talking", {"started_at": LATER}, FUTURE),
    (told.RecordOutcome, "talking", {"agreed_at": LATER}, FUTURE),
    (told.RecordOutcome, "talking", {"outcome": Outcome.FURTHER_HELP_FINANCIAL, **HELP}, None),
    (
        told.RecordOutcome,
        "talking",
        {"outcome": Outcome.FURTHER_HELP_FINANCIAL, **HELP, "agreed_at": None},
        "Vul in welke hulp is afgesproken en wanneer.",
    ),
    (told.RecordOutcome, "talking", {"corrects": True}, "Er is nog geen uitkomst om te verbeteren."),
    (told.RecordOutcome, "pending", {"corrects": True}, "Er is nog geen uitkomst om te verbeteren."),
    (told.RecordOutcome, "feedback", {"corrects": True}, None),
    (told.RecordOutcome, "second turn", {"corrects": True}, None),
    (
        told.RecordOutcome,
        "feedback",
        {"corrects": True, "note_id": None},
        "Schrijf op waarom u de uitkomst verbetert.",
    ),
    (
        told.RecordOutcome,
        "calling",
        {"batch_id": "batch-9", "outcome": Outcome.NOT_PICKED_UP_REPEAT},
        "In een keer kan alleen ‘Niet opgepakt: andere reden’, met een reden.",
    ),
    (
        told.RecordOutcome,
        "calling",
        {"batch_id": "batch-9", "reason": None},
        "In een keer kan alleen ‘Niet opgepakt: andere reden’, met een reden.",
    ),
    (told.RecordOutcome, "calling", {"batch_id": "batch-9", "reason": NotPickedUpReason.NO_CAPACITY}, None),
    # --- a second person
    (told.Approve, "proposed", {"by": NOOR}, "Een ander dan u moet hierover beslissen."),
    (told.Approve, "proposed", {"proposal_id": "x"}, LATE),
    (
        told.Approve,
        "proposed",
        {"agreed": False, "note_id": None},
        "Geef een reden waarom u het niet eens bent.",
    ),
    (told.Approve, "proposed", {"agreed": False}, None),
    # --- erasure
    (told.SetHold, "calling", {"until": NOW}, "Uitstel eindigt op een dag die nog moet komen."),
    (told.SetHold, "calling", {"note_id": None}, "Geef een reden voor het uitstel."),
]


@pytest.mark.parametrize(
    ("command", "situation", "says", "refusal"),
    CONTENT,
    ids=[f"{kind_of(command)}-{situation}-{number}" for number, (command, situation, *_) in enumerate(CONTENT)],
)
def test_a_command_is_refused_for_what_it_says(
    command: type[AnyCommand], situation: str, says: dict[str, Any], refusal: str | None
) -> None:
    state = MORE.get(situation) or SITUATIONS[situation]
    assert refusal_of(state, a_command(command, **says), now=NOW) == refusal


@pytest.mark.parametrize("result", AttemptResult)
def test_only_what_can_happen_is_a_result(result: AttemptResult) -> None:
    called = refusal_of(SITUATIONS["calling"], a_command(told.LogCall, result=result), now=NOW)
    visited = refusal_of(SITUATIONS["visiting"], a_command(told.LogVisit, result=result), now=NOW)
    assert (called is None, visited is None) == (result in CALL_RESULTS, result in VISIT_RESULTS)


@pytest.mark.parametrize("channel", Channel)
def test_only_a_channel_that_is_not_ours_is_recorded_by_hand_and_only_theirs_comes_in(channel: Channel) -> None:
    possible = [
        result
        for result in AttemptResult
        if refusal_of(SITUATIONS["calling"], a_command(told.LogAttempt, channel=channel, result=result), now=NOW)
        is None
    ]
    assert set(possible) == set(OTHER_RESULTS.get(channel, ()))
    assert _taken(a_command(told.LogIncoming, channel=channel)) is (channel in INCOMING)


def _taken(command: AnyCommand) -> bool:
    return refusal_of(SITUATIONS["calling"], command, now=NOW) is None


def test_where_visits_go_alone_nobody_asks_who_came_along() -> None:
    alone = SITUATIONS["visiting"]
    terms = alone.terms.model_copy(update={"visits_in_pairs": False}) if alone.terms else None
    state = alone.model_copy(update={"terms": terms})
    assert refusal_of(state, a_command(told.LogVisit, companion=None), now=NOW) is None


def test_a_proposal_that_no_longer_fits_can_be_refused_but_not_agreed_to() -> None:
    proposal = Proposal(proposal_id=ProposalId("p"), command=a_form(Outcome.NEVER_REACHED), at=NOW)
    asked = after(SITUATIONS["calling"], a_fact(happened.ApprovalAsked, proposal=proposal))
    reached = after(asked, a_fact(happened.ContactReceived))
    agree, refuse = (a_command(told.Approve, by=SAM, proposal_id="p", agreed=agreed) for agreed in (True, False))
    assert refusal_of(reached, agree, now=NOW) == (
        "Er is al contact geweest. Kies ‘Geen reactie na eerder contact’ of een andere uitkomst."
    )
    assert refusal_of(reached, refuse, now=NOW) is None


def test_what_was_agreed_with_one_person_is_not_lost_by_a_merge() -> None:
    assert refusal_of(MORE["neighbour referred"], a_command(told.MergeCase), now=NOW) is not None


@pytest.mark.parametrize(
    ("command", "situation"),
    [(told.CheckIdentity, "doubtful"), (told.CheckMail, "odd mail"), (told.HoldFirstConversation, "pending")],
)
def test_a_task_about_one_person_cannot_be_settled_for_another(command: type[AnyCommand], situation: str) -> None:
    both = after(SITUATIONS[situation], a_fact(happened.SignalJoined, signal=OTHERS))
    assert refusal_of(both, a_command(command, person_id=NEIGHBOUR), now=NOW) == LATE
    assert refusal_of(both, a_command(command), now=NOW) is None


@pytest.mark.parametrize("kind", HelpKind)
def test_every_kind_of_help_can_be_agreed(kind: HelpKind) -> None:
    form = a_command(told.RecordOutcome, outcome=Outcome.FURTHER_HELP_OTHER, **{**HELP, "help_kind": kind})
    assert refusal_of(SITUATIONS["talking"], form, now=NOW) is None
