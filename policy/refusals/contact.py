"""Why a case does not take a command about contact: calls, visits, callbacks, and what came of them."""

from datetime import datetime
from typing import assert_never

from models.case import CaseState
from models.codes import REACHED, AttemptResult, Channel, TaskKind
from models.commands import (
    AllowVisits,
    BlockVisits,
    CancelCallback,
    CancelVisit,
    CheckAddress,
    CheckMail,
    ContinueContact,
    CorrectAttempt,
    LogAttempt,
    LogCall,
    LogIncoming,
    LogVisit,
    MakeCallback,
    MoveCallback,
    PlanVisit,
    WriteByHand,
)
from models.ids import PersonId
from policy.by_hand import refusal_of_message
from policy.changes import is_objecting, is_suspended, outcome_of, terms_of
from policy.referrals import open_referral
from policy.refusals.grounds import LATE, of_future, of_gone, of_late_correction

ContactCommand = (
    LogCall
    | LogAttempt
    | LogIncoming
    | WriteByHand
    | ContinueContact
    | CorrectAttempt
    | CheckMail
    | CheckAddress
    | MakeCallback
    | MoveCallback
    | CancelCallback
    | PlanVisit
    | LogVisit
    | CancelVisit
    | BlockVisits
    | AllowVisits
)
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
_NO_VISITS = "Bij deze inwoner mogen geen huisbezoeken."
_NO_LONGER_PLANNED = (
    "Dit huisbezoek is al vastgelegd of afgezegd. Kijk bij wat er eerder gebeurde. Was u er nog een keer? Druk dan "
    "opnieuw op vastleggen."
)
_NOT_SOUGHT = "Met deze persoon wordt nu geen contact gezocht: eerst is een ander aan de beurt."
_ALREADY_AGREED = "Er is al een terugbelafspraak. Verplaats die, of zeg haar af."


def of_continuing(state: CaseState) -> str | None:
    subject = state.subject
    if outcome_of(state, subject) is not None:
        return LATE
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


def of_contact_command(state: CaseState, command: ContactCommand, now: datetime) -> str | None:
    match command:
        case LogCall():
            return _of_call(state, command, now)
        case LogAttempt():
            possible = command.result in OTHER_RESULTS.get(command.channel, ())
            if not possible:
                return "Kies een kanaal en wat ervan kwam."
            return of_gone(state, command.person_id) or _of_moment(state, now, command.made_at)
        case LogIncoming():
            known = command.channel in INCOMING
            return _of_moment(state, now, command.came_at) if known else "Kies hoe de inwoner contact zocht."
        case WriteByHand():
            return of_gone(state, command.person_id) or refusal_of_message(state, command, now)
        case ContinueContact():
            return None if command.person_id == state.subject else _NOT_SOUGHT
        case CorrectAttempt():
            return _of_correction(state, command, now)
        case CheckMail():
            task = state.task_of(TaskKind.CHECK_MAIL, command.person_id)
            return None if task is not None and task.step_id == command.step_id else LATE
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
        case CheckAddress():
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _of_call(state: CaseState, command: LogCall, now: datetime) -> str | None:
    if command.result not in CALL_RESULTS:
        return "Kies wat er aan de telefoon gebeurde."
    return of_gone(state, command.person_id) or _of_moment(state, now, command.called_at)


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
    return of_late_correction(state, command.role, known.at, now)


def _of_callback(state: CaseState, command: MakeCallback, now: datetime) -> str | None:
    if state.appointment_of(command.person_id) is not None:
        return _ALREADY_AGREED
    if outcome_of(state, command.person_id) is not None:
        return LATE
    if state.visit is not None and state.visit.person_id == command.person_id:
        return "Er is al een huisbezoek gepland. Zeg dat eerst af."
    return _of_seeking(state, command.person_id) or _of_past(now, command.due_at)


def _of_known_callback(state: CaseState, command: MoveCallback | CancelCallback, now: datetime) -> str | None:
    known = state.appointment_of(command.person_id)
    if known is None or known.appointment_id != command.appointment_id:
        return LATE
    if isinstance(command, CancelCallback):
        return None
    same = (known.due_at, known.staff) == (command.due_at, command.with_staff)
    return "Dit stond er al." if same else _of_past(now, command.due_at)


def _of_planning_visit(state: CaseState, command: PlanVisit, now: datetime) -> str | None:
    if outcome_of(state, command.person_id) is not None:
        return LATE
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
        or of_gone(state, command.person_id)
        or _of_planned(state, command)
        or _of_company(command)
        or _of_moment(state, now, command.visited_at)
    )


def _of_planned(state: CaseState, command: LogVisit) -> str | None:
    planned = state.visit is not None and state.visit.step_id == command.visit
    return None if command.visit is None or planned else _NO_LONGER_PLANNED


def _of_place(state: CaseState, person_id: PersonId) -> str | None:
    person = state.person(person_id)
    return _NO_VISITS if person is not None and person.visits_blocked else None


def _of_company(command: PlanVisit | LogVisit) -> str | None:
    return "Kies een ander dan uzelf." if command.companion == command.by else None


def _of_seeking(state: CaseState, person_id: PersonId) -> str | None:
    """Why nothing may be planned for somebody that seeks contact with them."""
    if is_objecting(state, person_id):
        return "Deze persoon heeft bezwaar gemaakt. Tot daarover is beslist, zoekt niemand contact."
    return of_gone(state, person_id)


def _of_moment(state: CaseState, now: datetime, moment: datetime | None) -> str | None:
    """Why an attempt cannot have been made then."""
    if moment is not None and moment < state.opened_at:
        return "Dit ligt voor het begin van de zaak."
    return of_future(now, moment)


def _of_past(now: datetime, moment: datetime) -> str | None:
    return None if moment > now else "Kies een moment dat nog moet komen."
