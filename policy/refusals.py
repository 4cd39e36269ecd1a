"""Why a case does not take a command, as a sentence for the caseworker; None when it does.

`of_content` looks at what the command says; the other functions at the case alone, so that a page need not offer what
would be refused.
"""

from datetime import datetime, timedelta
from typing import assert_never

from models.case import CaseSignal, CaseState
from models.codes import (
    CHANGES_WITH_A_DAY,
    REACHED,
    AttemptResult,
    Channel,
    DeadlineKind,
    LifeEvent,
    Outcome,
    PassOnChannel,
    ReferralStatus,
    Role,
    SignalChange,
    Standing,
    TaskKind,
)
from models.commands import (
    AllowDisclosure,
    AllowVisits,
    AnswerReferral,
    AnyCommand,
    ApplyPolicy,
    Approve,
    AssignCase,
    BlockVisits,
    CancelCallback,
    CancelVisit,
    CheckAddress,
    CheckIdentity,
    CheckMail,
    CheckQuickFix,
    ClaimCase,
    ContinueContact,
    CorrectAttempt,
    DecideObjection,
    EndReferral,
    EndRepresentative,
    ExtendDeadline,
    HoldFirstConversation,
    JudgeThreat,
    LogAttempt,
    LogCall,
    LogIncoming,
    LogVisit,
    MakeCallback,
    MergeCase,
    MoveCallback,
    OfferToSurvivors,
    PassOn,
    PauseCase,
    PlanVisit,
    RecordObjection,
    RecordOutcome,
    RecordRepresentative,
    RecordSignalChange,
    RecordTrait,
    Refer,
    ReleaseHold,
    ReportLifeEvent,
    ResumeCase,
    SetHold,
    SettleRepair,
    SplitSignal,
    StartHelp,
    StartReferral,
    WithdrawDisclosure,
)
from models.ids import PersonId
from policy.calendar import local
from policy.changes import is_objecting, is_settled, is_suspended, outcome_of, terms_of
from policy.deadlines import moment_after
from policy.identity import DECIDED
from policy.moving import refusal_of_move
from policy.outcomes import refusal_of_outcome, refusal_of_start
from policy.referrals import may_be_referred, open_referral
from policy.signals import may_leave

CALL_RESULTS = (
    AttemptResult.CONVERSATION,
    AttemptResult.SAYS_PAID,
    AttemptResult.WANTS_NO_HELP,
    AttemptResult.VOICEMAIL,
    AttemptResult.NO_ANSWER,
    AttemptResult.WRONG_PERSON,
    AttemptResult.WRONG_NUMBER,
    AttemptResult.HUNG_UP,
)
VISIT_RESULTS = (
    AttemptResult.CONVERSATION,
    AttemptResult.SAYS_PAID,
    AttemptResult.WANTS_NO_HELP,
    AttemptResult.CARD_LEFT,
    AttemptResult.NOBODY_HOME,
    AttemptResult.WRONG_PERSON,
)
OTHER_RESULTS = {
    Channel.CARD: (AttemptResult.CARD_LEFT,),
    Channel.WHATSAPP: (AttemptResult.SENT, AttemptResult.CONVERSATION),
    Channel.LETTER: (AttemptResult.SENT,),
    Channel.MAIL: (AttemptResult.SENT, AttemptResult.CONVERSATION),
    Channel.OTHER: (AttemptResult.SENT, AttemptResult.CONVERSATION, AttemptResult.NO_ANSWER),
}
"""What can come of an attempt over a channel that is not ours."""
INCOMING = (Channel.CALL, Channel.MAIL, Channel.DESK, Channel.WHATSAPP, Channel.OTHER)
"""How a resident seeks contact with us."""
_FOLLOWS = {
    AnswerReferral: ReferralStatus.MADE,
    StartReferral: ReferralStatus.ACCEPTED,
    EndReferral: ReferralStatus.STARTED,
}
"""How far a referral must be for what a party says of it."""
EXTENDABLE = frozenset({DeadlineKind.TASK, DeadlineKind.REFERRAL, DeadlineKind.ASSIGNMENT})
"""Deadlines that are policy; those of the law are never put off."""
_BY_LAW = frozenset({TaskKind.DECIDE_OBJECTION})
LONGEST_EXTENSION = timedelta(days=60)

_LATE = "Dit kan niet meer: de zaak is intussen verder."
_NO_VISITS = "Bij deze inwoner mogen geen huisbezoeken."
_NOT_SOUGHT = "Met deze persoon wordt nu geen contact gezocht: eerst is een ander aan de beurt."
_ALREADY_AGREED = "Er is al een terugbelafspraak. Verplaats die, of zeg haar af."


def may_be_put_off(deadline: DeadlineKind, task: TaskKind | None) -> bool:
    """Whether a deadline, of that task or of the case itself, is the municipality's own."""
    return deadline in EXTENDABLE and task not in _BY_LAW


# --- of the case alone --------------------------------------------------------------------------------------------


def of_pausing(state: CaseState) -> str | None:
    if is_suspended(state):
        return "De zaak rust al."
    if state.appointments or state.visit is not None:
        return "Er is nog iets afgesproken met de inwoner. Zeg dat eerst af."
    return None


def of_resuming(state: CaseState) -> str | None:
    return None if state.pause is not None else "De zaak rust niet."


def of_survivors(state: CaseState) -> str | None:
    died = any(person.standing is Standing.DIED for person in state.people)
    return None if died else "Niemand in deze zaak is overleden."


def of_allowing_disclosure(state: CaseState) -> str | None:
    signed = state.terms is not None and state.terms.disclosure is not None
    return None if signed else "In het beleid van deze zaak ondertekende niemand wat partners meer mogen horen."


def of_withdrawing_disclosure(state: CaseState) -> str | None:
    allowed = any(person.disclosure is not None for person in state.people)
    return None if allowed else "Partners mogen in deze zaak niets meer horen dan landelijk vastligt."


def of_ending_representative(state: CaseState) -> str | None:
    represented = any(person.representative is not None for person in state.people)
    return None if represented else "Er is geen vertegenwoordiger."


def of_continuing(state: CaseState) -> str | None:
    subject = state.subject
    if outcome_of(state, subject) is not None:
        return _LATE
    if state.appointment_of(subject) is not None:
        return _ALREADY_AGREED
    if is_suspended(state):
        return "De zaak rust."
    return "Er loopt nog een doorverwijzing." if open_referral(state, subject) is not None else None


def of_correcting_attempt(state: CaseState) -> str | None:
    return None if state.attempts else "Er is nog geen contactpoging."


def of_cancelling_visit(state: CaseState) -> str | None:
    return None if state.visit is not None else "Er is geen huisbezoek gepland."


def of_allowing_visits(state: CaseState) -> str | None:
    blocked = any(person.visits_blocked for person in state.people)
    return None if blocked else "Huisbezoeken mogen al."


def of_splitting(state: CaseState) -> str | None:
    return None if len(state.signals) > 1 else "Deze zaak heeft maar één signaal."


def of_merging(state: CaseState) -> str | None:
    """What was agreed with the resident would be lost with the case."""
    agreed = state.appointments or state.visit is not None or state.proposals or state.outcomes
    under_way = any(open_referral(state, person.person_id) is not None for person in state.people)
    if agreed or under_way:
        return "In deze zaak is al iets afgesproken of vastgelegd. Voeg de andere zaak bij deze."
    return None


def of_referring(state: CaseState) -> str | None:
    possible = any(may_be_referred(state, person.person_id) for person in state.people)
    return None if possible else "Leg eerst het gesprek met de inwoner vast."


def of_ending_referral(state: CaseState) -> str | None:
    started = any(referral.status is ReferralStatus.STARTED for referral in state.referrals)
    return None if started else "Er is geen hulp begonnen na een doorverwijzing."


def of_holding(state: CaseState) -> str | None:
    return None if state.hold is None else "De vernietiging is al uitgesteld."


def of_releasing(state: CaseState) -> str | None:
    return None if state.hold is not None else "De vernietiging is niet uitgesteld."


# --- of what the command says -------------------------------------------------------------------------------------


def of_content(state: CaseState, command: AnyCommand, *, now: datetime) -> str | None:
    match command:
        case ClaimCase():
            return "Deze zaak is al van u." if state.owner == command.by else None
        case AssignCase():
            return _of_assigning(state, command)
        case PauseCase():
            return None if command.until > now else "De zaak rust tot een dag die nog moet komen."
        case ExtendDeadline():
            return _of_extending(state, command, now)
        case CheckIdentity():
            return None if command.standing in DECIDED else "Kies wat u hebt vastgesteld."
        case ReportLifeEvent():
            return _of_life_event(state, command)
        case PassOn():
            return _of_passing_on(command)
        case OfferToSurvivors():
            person = state.person(command.person_id)
            died = person is not None and person.standing is Standing.DIED
            return None if died else "Deze persoon is niet als overleden vastgelegd."
        case RecordTrait():
            person = state.person(command.person_id)
            known = person is not None and (command.trait in person.traits) is command.applies
            return "Dit stond er al." if known else None
        case RecordObjection():
            person = state.person(command.person_id)
            known = person is not None and person.objection is not None
            return "Dit bezwaar is al vastgelegd." if known else _of_gone(state, command.person_id)
        case AllowDisclosure():
            person = state.person(command.person_id)
            known = person is not None and person.disclosure is command.ground
            if is_objecting(state, command.person_id):
                return "Deze persoon heeft bezwaar gemaakt. Partners horen dan niet meer dan landelijk vastligt."
            return "Dit stond er al." if known else _of_gone(state, command.person_id)
        case WithdrawDisclosure():
            person = state.person(command.person_id)
            allowed = person is not None and person.disclosure is not None
            return None if allowed else "Voor deze persoon stond er niets."
        case EndRepresentative():
            person = state.person(command.person_id)
            represented = person is not None and person.representative is not None
            return None if represented else "Deze persoon heeft geen vertegenwoordiger."
        case LogCall():
            return _of_call(state, command, now)
        case LogAttempt():
            possible = command.result in OTHER_RESULTS.get(command.channel, ())
            if not possible:
                return "Kies een kanaal en wat ervan kwam."
            return _of_gone(state, command.person_id) or _of_moment(state, now, command.made_at)
        case LogIncoming():
            known = command.channel in INCOMING
            return _of_moment(state, now, command.came_at) if known else "Kies hoe de inwoner contact zocht."
        case ContinueContact():
            return None if command.person_id == state.subject else _NOT_SOUGHT
        case CorrectAttempt():
            return _of_correction(state, command, now)
        case CheckMail():
            task = state.task_of(TaskKind.CHECK_MAIL, command.person_id)
            return None if task is not None and task.step_id == command.step_id else _LATE
        case MakeCallback():
            return _of_callback(state, command, now)
        case MoveCallback() | CancelCallback():
            return _of_known_callback(state, command, now)
        case PlanVisit():
            return _of_planning_visit(state, command, now)
        case LogVisit():
            return _of_visit(state, command, now)
        case CancelVisit():
            planned = state.visit is not None and state.visit.person_id == command.person_id
            return None if planned else "Bij deze persoon is geen huisbezoek gepland."
        case BlockVisits():
            return _of_place(state, command.person_id)
        case AllowVisits():
            return None if _of_place(state, command.person_id) else "Bij deze persoon mogen huisbezoeken al."
        case RecordSignalChange() | SplitSignal():
            return _of_signal(state, command, now)
        case JudgeThreat():
            return "Dit stond er al." if state.threatening is command.threatening else None
        case MergeCase():
            return "Kies een andere zaak." if command.into == state.case_id else None
        case Refer():
            return _of_referring(state, command)
        case AnswerReferral() | StartReferral() | EndReferral():
            return _of_referral(state, command, now)
        case RecordOutcome():
            return _of_outcome(state, command, now)
        case HoldFirstConversation():
            return _of_future(now, command.conversation_at, command.started_at) or refusal_of_start(state, command)
        case StartHelp():
            return _of_future(now, command.started_at) or refusal_of_start(state, command)
        case Approve():
            return _of_approval(state, command)
        case ApplyPolicy():
            return refusal_of_move(state, command.terms, now)
        case SetHold():
            return _of_hold(command, now)
        case (
            ResumeCase()
            | CheckAddress()
            | DecideObjection()
            | RecordRepresentative()
            | SettleRepair()
            | CheckQuickFix()
            | ReleaseHold()
        ):
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _of_assigning(state: CaseState, command: AssignCase) -> str | None:
    if state.owner != command.to:
        return None
    return "Deze zaak is van niemand." if command.to is None else "Deze zaak is al van deze collega."


def _of_extending(state: CaseState, command: ExtendDeadline, now: datetime) -> str | None:
    if not may_be_put_off(command.deadline, command.task):
        return "Deze termijn kan niet worden uitgesteld."
    if command.task is None:
        known = state.deadline(command.deadline)
    else:
        task = state.task_of(command.task, command.person_id)
        known = task.deadline if task is not None and task.deadline.kind is command.deadline else None
    if known is None:
        return _LATE
    if known.extended:
        return "Deze termijn is al een keer uitgesteld."
    if command.until <= now or command.until <= known.due_at:
        return "De nieuwe dag ligt na de oude."
    return "Uitstel duurt hooguit zestig dagen." if command.until > now + LONGEST_EXTENSION else None


def _of_life_event(state: CaseState, command: ReportLifeEvent) -> str | None:
    person = state.person(command.person_id)
    died = person is not None and person.standing is Standing.DIED
    if died:
        return "Deze persoon is al als overleden vastgelegd."
    gone = person is not None and person.standing is Standing.NOT_A_RESIDENT
    return "Deze persoon is al als verhuisd vastgelegd." if gone and command.event is not LifeEvent.DIED else None


def _of_passing_on(command: PassOn) -> str | None:
    possible = command.channel is not PassOnChannel.NOT_POSSIBLE
    return "Vul in aan welke gemeente u het doorgaf." if possible and command.to is None else None


def _of_call(state: CaseState, command: LogCall, now: datetime) -> str | None:
    if command.result not in CALL_RESULTS:
        return "Kies wat er aan de telefoon gebeurde."
    return _of_gone(state, command.person_id) or _of_moment(state, now, command.called_at)


def _of_correction(state: CaseState, command: CorrectAttempt, now: datetime) -> str | None:
    known = next((one for one in state.attempts if one.step_id == command.step_id), None)
    if known is None or known.person_id != command.person_id:
        return "Deze contactpoging hoort niet bij deze persoon."
    results = {Channel.CALL: CALL_RESULTS, Channel.VISIT: VISIT_RESULTS}.get(known.channel)
    if results is None or known.incoming:
        return "Alleen een belpoging of huisbezoek kan worden verbeterd."
    if command.result not in results:
        return "Kies wat er werkelijk gebeurde."
    if known.result is command.result:
        return "Dit stond er al."
    if (known.result in REACHED) and outcome_of(state, command.person_id) is not None:
        return "Er is al een uitkomst. Verbeter eerst die."
    return _of_late_correction(state, command.role, known.at, now)


def _of_late_correction(state: CaseState, role: Role, recorded_at: datetime, now: datetime) -> str | None:
    """What was recorded a while ago only a supervisor corrects."""
    rule = terms_of(state).corrections
    if rule is None or role is Role.SUPERVISOR:
        return None
    until, _ = moment_after(recorded_at, rule.within.term, rule.within.calendar, terms_of(state).calendars)
    return None if now <= until else "Dit is te lang geleden om zelf te verbeteren. Vraag uw teamleider."


def _of_callback(state: CaseState, command: MakeCallback, now: datetime) -> str | None:
    if state.appointment_of(command.person_id) is not None:
        return _ALREADY_AGREED
    if outcome_of(state, command.person_id) is not None:
        return _LATE
    if state.visit is not None and state.visit.person_id == command.person_id:
        return "Er is al een huisbezoek gepland. Zeg dat eerst af."
    return _of_seeking(state, command.person_id) or _of_past(now, command.due_at)


def _of_known_callback(state: CaseState, command: MoveCallback | CancelCallback, now: datetime) -> str | None:
    known = state.appointment_of(command.person_id)
    if known is None or known.appointment_id != command.appointment_id:
        return _LATE
    if isinstance(command, CancelCallback):
        return None
    same = (known.due_at, known.staff) == (command.due_at, command.with_staff)
    return "Dit stond er al." if same else _of_past(now, command.due_at)


def _of_planning_visit(state: CaseState, command: PlanVisit, now: datetime) -> str | None:
    if outcome_of(state, command.person_id) is not None:
        return _LATE
    if command.person_id != state.subject:
        return _NOT_SOUGHT
    if state.appointment_of(command.person_id) is not None:
        return _ALREADY_AGREED
    return (
        _of_place(state, command.person_id)
        or _of_seeking(state, command.person_id)
        or _of_past(now, command.due_at)
        or _of_company(command)
    )


def _of_visit(state: CaseState, command: LogVisit, now: datetime) -> str | None:
    if command.result not in VISIT_RESULTS:
        return "Kies wat er bij het huisbezoek gebeurde."
    if terms_of(state).visits_in_pairs and command.companion is None:
        return "Een huisbezoek doet u met zijn tweeën: vul in wie er meeging."
    return (
        _of_place(state, command.person_id)
        or _of_gone(state, command.person_id)
        or _of_company(command)
        or _of_moment(state, now, command.visited_at)
    )


def _of_place(state: CaseState, person_id: PersonId) -> str | None:
    person = state.person(person_id)
    return _NO_VISITS if person is not None and person.visits_blocked else None


def _of_company(command: PlanVisit | LogVisit) -> str | None:
    return "Kies een ander dan uzelf." if command.companion == command.by else None


def _of_gone(state: CaseState, person_id: PersonId) -> str | None:
    person = state.person(person_id)
    died = person is not None and person.standing is Standing.DIED
    return "Deze persoon is overleden: er is geen contact meer." if died else None


def _of_seeking(state: CaseState, person_id: PersonId) -> str | None:
    """Why nothing may be planned for somebody that seeks contact with them."""
    if is_objecting(state, person_id):
        return "Deze persoon heeft bezwaar gemaakt. Tot daarover is beslist, zoekt niemand contact."
    return _of_gone(state, person_id)


def _of_signal(state: CaseState, command: RecordSignalChange | SplitSignal, now: datetime) -> str | None:
    known = state.signal(command.signal_id)
    if known is None:
        return "Dit signaal hoort niet (meer) bij deze zaak."
    if isinstance(command, RecordSignalChange):
        return _of_change(state, known, command, now)
    return None if may_leave(state, known) else "De inwoner van deze zaak houdt ten minste één signaal."


def _of_change(state: CaseState, signal: CaseSignal, command: RecordSignalChange, now: datetime) -> str | None:
    if signal.ended is not None:
        return "Dit signaal was al betaald of ingetrokken."
    if command.change not in CHANGES_WITH_A_DAY:
        return None
    ends = command.change is SignalChange.END_OF_SUPPLY
    if command.on is None:
        return "Vul de dag in die de partner noemt."
    if command.on == (signal.end_of_supply_on if ends else signal.collection_paused_until):
        return "Dit stond er al."
    if command.on < local(now).date():
        return "De dag die de partner noemt, is al voorbij."
    if ends and is_settled(state, signal.person_id):
        return "Hoe dit afliep is al vastgelegd. Laat de partner een nieuw signaal sturen."
    return None


def _of_referring(state: CaseState, command: Refer) -> str | None:
    if open_referral(state, command.person_id) is not None:
        return "Er loopt al een doorverwijzing van deze persoon."
    if not may_be_referred(state, command.person_id):
        return "Leg eerst het gesprek met deze persoon vast." if outcome_of(state, command.person_id) is None else _LATE
    if not command.consent:
        return (
            "Doorverwijzen kan alleen als de inwoner het goed vindt. Anders is het ‘Verwijzing zonder tussenkomst "
            "inwoner’, en daar beslist een tweede medewerker over."
        )
    return _of_gone(state, command.person_id)


def _of_referral(state: CaseState, command: AnswerReferral | StartReferral | EndReferral, now: datetime) -> str | None:
    known = next((one for one in state.referrals if one.referral_id == command.referral_id), None)
    if known is None or known.person_id != command.person_id or known.status is not _FOLLOWS[type(command)]:
        return _LATE
    if isinstance(command, AnswerReferral) and not command.accepted and command.note_id is None:
        return "Geef een reden voor de weigering."
    return _of_future(now, command.started_at) if isinstance(command, StartReferral) else None


def _of_outcome(state: CaseState, command: RecordOutcome, now: datetime) -> str | None:
    settled = is_settled(state, command.person_id)
    if settled and not command.corrects:
        return "Er is al een uitkomst. Klopt die niet, verbeter haar dan."
    if command.corrects and not settled:
        return "Er is nog geen uitkomst om te verbeteren."
    if command.corrects and command.note_id is None:
        return "Schrijf op waarom u de uitkomst verbetert."
    known = outcome_of(state, command.person_id)
    # Where the form lies ready, the case itself asks for another outcome: a quick fix that solved nothing.
    asked = state.task_of(TaskKind.RECORD_OUTCOME, command.person_id) is not None
    if known is not None and command.corrects and not asked:
        late = _of_late_correction(state, command.role, known.at, now)
        if late is not None:
            return late
    if command.batch_id is not None and (command.outcome is not Outcome.NOT_PICKED_UP_OTHER or not command.reason):
        return "In een keer kan alleen ‘Niet opgepakt: andere reden’, met een reden."
    future = _of_future(now, command.agreed_at, command.conversation_at, command.started_at)
    return future or refusal_of_outcome(state, command)


def _of_approval(state: CaseState, command: Approve) -> str | None:
    proposal = next((one for one in state.proposals if one.proposal_id == command.proposal_id), None)
    if proposal is None or proposal.command.person_id != command.person_id:
        return _LATE
    if proposal.command.by == command.by:
        return "Een ander dan u moet hierover beslissen."
    if not command.agreed:
        return "Geef een reden waarom u het niet eens bent." if command.note_id is None else None
    return refusal_of_outcome(state, proposal.command)


def _of_hold(command: SetHold, now: datetime) -> str | None:
    if command.until <= now:
        return "Uitstel eindigt op een dag die nog moet komen."
    return "Geef een reden voor het uitstel." if command.note_id is None else None


def _of_future(now: datetime, *moments: datetime | None) -> str | None:
    future = any(moment is not None and moment > now for moment in moments)
    return "Dit kan niet in de toekomst liggen." if future else None


def _of_moment(state: CaseState, now: datetime, moment: datetime | None) -> str | None:
    """Why an attempt cannot have been made then."""
    if moment is not None and moment < state.opened_at:
        return "Dit ligt voor het begin van de zaak."
    return _of_future(now, moment)


def _of_past(now: datetime, moment: datetime) -> str | None:
    return None if moment > now else "Kies een moment dat nog moet komen."
