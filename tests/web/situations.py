"""For each kind of command a case that takes it, brought there by what happens in real life."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from adapters.destruction_lists import DestructionLists
from models.case import CaseState, Proposal
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DisclosureGround,
    HelpKind,
    LifeEvent,
    MessageReport,
    NotPickedUpReason,
    Outcome,
    Party,
    PersonField,
    ReferralParty,
    RepresentativeKind,
    Role,
    Route,
)
from models.commands import RecordOutcome
from models.destruction import Weekday
from models.facts import (
    AnyFact,
    ApprovalAsked,
    AttemptMade,
    CallbackAgreed,
    CasePaused,
    DisclosureAllowed,
    FirstConversationHeld,
    HoldSet,
    LifeEventReported,
    MessageReported,
    ObjectionMade,
    OutcomeRecorded,
    PartyGaveUp,
    PersonRectified,
    ReferralAccepted,
    ReferralMade,
    ReferralStarted,
    RepresentativeRecorded,
    RouteChosen,
    SignalJoined,
    SignalSplitOff,
    VisitPlanned,
    VisitsBlocked,
)
from models.ids import AppointmentId, BatchId, CommandId, PersonId, ProposalId, ReferralId, StepId, derived
from models.personal import Address
from models.steps import SendMessage
from models.values import Postcode
from policy.destruction import ListTerms, name_of, week_of
from policy.next_step import next_step
from tests.builders import ZONNEDIJK, at, signed_terms
from tests.web.town import (
    NOOR,
    OPENED,
    PHONE,
    THEA,
    Town,
    a_case_in_contact,
    a_case_in_conversation,
    a_case_to_check,
)

HOUSEMATE = PersonId("11111111-2222-4333-8444-555555555555")
REFERRAL = ReferralId("referral-1")
Situation = Callable[[Town], CaseState]


def with_a_housemate(town: Town) -> CaseState:
    """Two signals about two people of one address."""
    state = a_case_in_contact(town)
    town.person(state.case_id, HOUSEMATE, initials="C.", prefix="", surname="Anders")
    return town.happens(state, SignalJoined(at=OPENED, signal=town.signal(state.case_id, HOUSEMATE)))


def mail_came_back(town: Town) -> CaseState:
    state = a_case_in_contact(town)
    step = next_step(state, now=OPENED)
    assert isinstance(step, SendMessage)
    person, message = step.person_id, step.step_id
    sent = AttemptMade(at=OPENED, person_id=person, step_id=message, channel=step.channel, result=AttemptResult.SENT)
    came_back = MessageReported(at=OPENED, person_id=person, step_id=message, report=MessageReport.BOUNCED)
    return town.happens(state, sent, came_back)


def mail_given_up(town: Town) -> CaseState:
    state = a_case_in_contact(town)
    step = next_step(state, now=OPENED)
    assert isinstance(step, SendMessage)
    return town.happens(state, PartyGaveUp(at=OPENED, party=Party.MAIL, step_id=step.step_id, person_id=state.resident))


def a_mail_refused(town: Town) -> CaseState:
    """The plan's first mail did not leave, and it goes on with a call."""
    state = a_case_in_contact(town)
    refused = AttemptMade(
        at=OPENED,
        step_id=StepId(f"{state.case_id}.mail-1"),
        person_id=state.resident,
        channel=Channel.MAIL,
        result=AttemptResult.REFUSED,
        template="first-mail",
    )
    return town.happens(state, refused)


def called(town: Town) -> CaseState:
    return _after(town, a_case_in_contact, lambda person: _call(person, AttemptResult.NO_ANSWER))


def table_signed(town: Town) -> CaseState:
    chosen = RouteChosen(at=OPENED, route=Route.STANDARD, terms=signed_terms())
    return town.happens(a_case_in_contact(town), chosen)


def may_be_told(town: Town) -> CaseState:
    def consent(person: PersonId) -> AnyFact:
        return DisclosureAllowed(at=OPENED, by=NOOR, person_id=person, ground=DisclosureGround.CONSENT)

    return _after(town, table_signed, consent)


def represented(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_contact,
        lambda person: RepresentativeRecorded(
            at=OPENED,
            by=NOOR,
            person_id=person,
            representative=RepresentativeKind.ADMINISTRATOR,
            may_be_told=False,
        ),
    )


def callback_agreed(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_conversation,
        lambda person: CallbackAgreed(
            at=OPENED,
            by=NOOR,
            person_id=person,
            appointment_id=AppointmentId("agreed-1"),
            due_at=at("2027-04-06 10:00"),
            phone_id=PHONE,
            staff=NOOR,
        ),
    )


def visits_blocked(town: Town) -> CaseState:
    return _after(town, a_case_in_contact, lambda person: VisitsBlocked(at=OPENED, by=NOOR, person_id=person))


def visit_planned(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_contact,
        lambda person: VisitPlanned(
            at=OPENED, by=NOOR, person_id=person, due_at=at("2027-04-06 10:00"), companion=THEA, announced=False
        ),
    )


def a_door(
    town: Town, surname: str, street: str = "Zonnelaan", number: int = 12, *, at_moment: datetime, **more: Any
) -> CaseState:
    """A visit that somebody planned at this moment, to this address."""
    address = Address(postcode=Postcode(more.pop("postcode", "9990AB")), number=number, street=street, town="Zonnedijk")
    state = a_case_in_contact(town, surname=surname, address=address, **more)
    planned = VisitPlanned(
        at=OPENED, by=NOOR, person_id=state.resident, due_at=at_moment, companion=None, announced=False
    )
    return town.happens(state, planned)


def rectified(town: Town) -> CaseState:
    def wrong(person: PersonId) -> AnyFact:
        return PersonRectified(at=OPENED, by=NOOR, person_id=person, what=PersonField.NAME, partners_told=False)

    return _after(town, a_case_in_contact, wrong)


def objected(town: Town) -> CaseState:
    return _after(town, a_case_in_contact, lambda person: ObjectionMade(at=OPENED, by=NOOR, person_id=person))


def died(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_contact,
        lambda person: LifeEventReported(at=OPENED, by=NOOR, person_id=person, event=LifeEvent.DIED),
    )


def moved_away(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_contact,
        lambda person: LifeEventReported(at=OPENED, by=NOOR, person_id=person, event=LifeEvent.MOVED_AWAY),
        lambda person: _outcome(person, Outcome.NOT_A_RESIDENT),
    )


def paused(town: Town) -> CaseState:
    return _after(town, a_case_in_contact, lambda person: CasePaused(at=OPENED, by=NOOR, until=at("2027-05-03 23:59")))


def repairing(town: Town) -> CaseState:
    state = with_a_housemate(town)
    split = SignalSplitOff(at=OPENED, by=NOOR, signal_id=state.signals[-1].signal_id, wrong_person_told=True)
    return town.happens(state, split)


def referred(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_conversation,
        lambda person: ReferralMade(
            at=OPENED, by=NOOR, person_id=person, referral_id=REFERRAL, party=ReferralParty.NEIGHBOURHOOD_TEAM
        ),
    )


def referral_accepted(town: Town) -> CaseState:
    return _after(
        town,
        referred,
        lambda person: ReferralAccepted(at=OPENED, by=NOOR, person_id=person, referral_id=REFERRAL),
    )


def referral_started(town: Town) -> CaseState:
    return _after(
        town,
        referral_accepted,
        lambda person: ReferralStarted(at=OPENED, by=NOOR, person_id=person, referral_id=REFERRAL, started_at=OPENED),
    )


def help_agreed(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_conversation,
        lambda person: _outcome(person, Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING),
    )


def conversation_held(town: Town) -> CaseState:
    return _after(
        town,
        help_agreed,
        lambda person: FirstConversationHeld(at=OPENED, by=NOOR, person_id=person, conversation_at=OPENED),
    )


def quick_fix(town: Town) -> CaseState:
    return _after(
        town,
        a_case_in_conversation,
        lambda person: _outcome(person, Outcome.ADVICE_OR_QUICK_FIX, Acceptance.ACCEPTED),
    )


def settled(town: Town) -> CaseState:
    return _after(town, a_case_in_conversation, lambda person: _outcome(person, Outcome.SETTLES_IT_HIMSELF))


def proposed(town: Town, batch: BatchId | None = None) -> CaseState:
    """Thea wants to record that the signal is not picked up."""
    state = a_case_in_contact(town)
    proposal = ProposalId(f"proposal-{town.cases}")
    command = RecordOutcome(
        command_id=CommandId(proposal),
        by=THEA,
        role=Role.SUPERVISOR,
        person_id=state.resident,
        outcome=Outcome.NOT_PICKED_UP_OTHER,
        reason=NotPickedUpReason.NO_CAPACITY,
        batch_id=batch or BatchId("batch-1"),
    )
    asked = ApprovalAsked(
        at=OPENED,
        by=THEA,
        person_id=state.resident,
        proposal=Proposal(proposal_id=proposal, command=command, at=OPENED),
    )
    return town.happens(state, asked)


def ending_supply(town: Town) -> CaseState:
    """A second signal announces that the supply ends on Monday 3 May."""
    state = with_a_housemate(town)
    signal = town.signal(state.case_id, PersonId("22222222-2222-4333-8444-555555555555"))
    announced = signal.model_copy(update={"person_id": state.resident, "end_of_supply_on": date(2027, 5, 3)})
    return town.happens(state, SignalJoined(at=OPENED, signal=announced))


def held(town: Town) -> CaseState:
    return _after(town, a_case_in_contact, lambda person: HoldSet(at=OPENED, by=THEA, until=at("2027-12-31 23:59")))


TAKEN_IN: Mapping[str, Situation] = {
    "claim_case": a_case_in_contact,
    "assign_case": a_case_in_contact,
    "pause_case": a_case_in_contact,
    "resume_case": paused,
    "extend_deadline": a_case_in_conversation,
    "check_identity": a_case_to_check,
    "report_life_event": a_case_in_contact,
    "offer_to_survivors": died,
    "pass_on": moved_away,
    "rectify": a_case_in_contact,
    "tell_correction": rectified,
    "record_objection": a_case_in_contact,
    "decide_objection": objected,
    "record_representative": a_case_in_contact,
    "end_representative": represented,
    "allow_disclosure": table_signed,
    "withdraw_disclosure": may_be_told,
    "log_call": a_case_in_contact,
    "log_attempt": a_case_in_contact,
    "log_incoming": a_case_to_check,
    "write_by_hand": a_mail_refused,
    "continue_contact": a_case_in_conversation,
    "correct_attempt": called,
    "check_mail": mail_given_up,
    "check_address": mail_came_back,
    "make_callback": a_case_in_conversation,
    "move_callback": callback_agreed,
    "cancel_callback": callback_agreed,
    "plan_visit": a_case_in_contact,
    "log_visit": visit_planned,
    "cancel_visit": visit_planned,
    "block_visits": a_case_in_contact,
    "record_trait": a_case_in_contact,
    "allow_visits": visits_blocked,
    "record_signal_change": a_case_in_contact,
    "judge_threat": a_case_in_contact,
    "split_signal": with_a_housemate,
    "merge_case": a_case_in_contact,
    "settle_repair": repairing,
    "refer": a_case_in_conversation,
    "answer_referral": referred,
    "start_referral": referral_accepted,
    "end_referral": referral_started,
    "record_outcome": a_case_in_conversation,
    "hold_first_conversation": help_agreed,
    "start_help": conversation_held,
    "check_quick_fix": quick_fix,
    "approve": proposed,
    "set_hold": a_case_in_contact,
    "release_hold": held,
}


def _after(town: Town, begin: Situation, *happened: Callable[[PersonId], AnyFact]) -> CaseState:
    state = begin(town)
    return town.happens(state, *(fact(state.resident) for fact in happened))


def _call(person: PersonId, result: AttemptResult) -> AnyFact:
    return AttemptMade(
        at=OPENED,
        by=NOOR,
        person_id=person,
        step_id=StepId("extra-1"),
        channel=Channel.CALL,
        result=result,
        phone_id=PHONE,
    )


def _outcome(person: PersonId, outcome: Outcome, acceptance: Acceptance = Acceptance.NOT_ACCEPTED) -> AnyFact:
    helped = acceptance is not Acceptance.NOT_ACCEPTED
    return OutcomeRecorded(
        at=OPENED,
        by=NOOR,
        person_id=person,
        outcome=outcome,
        acceptance=acceptance,
        help_kind=HelpKind.PAYMENT_PLAN if helped else None,
        accepted_at=OPENED if helped else None,
    )


LISTS = ListTerms(weekday=Weekday.MONDAY, ahead_days=14, people=2, cooling_off_days=7, longest_wait_days=0)


def made_list(town: Town, terms: ListTerms = LISTS, moment: str = "2027-09-20 05:30") -> str:
    """The destruction list of Zonnedijk of this moment, which then is now: closed cases of `OPENED` stand on it."""
    town.now = at(moment)
    DestructionLists(town.stores.database, {ZONNEDIJK: terms}.get).make(ZONNEDIJK, at=town.now)
    return derived("destruction-list", ZONNEDIJK.text, name_of(week_of(town.now, terms.weekday)))
