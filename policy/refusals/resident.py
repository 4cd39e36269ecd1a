"""Why a case does not take a command about who a person of it is, and what is known or allowed of them."""

from typing import assert_never

from models.case import CaseState
from models.codes import LifeEvent, PassOnChannel, PersonField, Standing
from models.commands import (
    AllowDisclosure,
    CheckIdentity,
    DecideObjection,
    EndRepresentative,
    OfferToSurvivors,
    PassOn,
    RecordObjection,
    RecordRepresentative,
    RecordTrait,
    Rectify,
    ReportLifeEvent,
    TellCorrection,
    WithdrawDisclosure,
)
from policy.changes import is_objecting
from policy.identity import DECIDED
from policy.refusals.grounds import of_gone

ResidentCommand = (
    CheckIdentity
    | ReportLifeEvent
    | RecordTrait
    | OfferToSurvivors
    | PassOn
    | RecordObjection
    | DecideObjection
    | Rectify
    | TellCorrection
    | RecordRepresentative
    | AllowDisclosure
    | WithdrawDisclosure
    | EndRepresentative
)


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


def of_telling_correction(state: CaseState) -> str | None:
    untold = any(person.correction_to_tell for person in state.people)
    return None if untold else "Er is niets verbeterd wat partners nog moeten weten."


def of_resident_command(state: CaseState, command: ResidentCommand) -> str | None:
    match command:
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
            return "Dit bezwaar is al vastgelegd." if known else of_gone(state, command.person_id)
        case AllowDisclosure():
            person = state.person(command.person_id)
            known = person is not None and person.disclosure is command.ground
            if is_objecting(state, command.person_id):
                return "Deze persoon heeft bezwaar gemaakt. Partners horen dan niet meer dan landelijk vastligt."
            return "Dit stond er al." if known else of_gone(state, command.person_id)
        case WithdrawDisclosure():
            person = state.person(command.person_id)
            allowed = person is not None and person.disclosure is not None
            return None if allowed else "Voor deze persoon stond er niets."
        case EndRepresentative():
            person = state.person(command.person_id)
            represented = person is not None and person.representative is not None
            return None if represented else "Deze persoon heeft geen vertegenwoordiger."
        case Rectify(what=PersonField.PHONE, phone_id=None):
            return "Kies welk nummer niet klopt."
        case TellCorrection():
            person = state.person(command.person_id)
            untold = person is not None and person.correction_to_tell
            return None if untold else "Van deze persoon is niets verbeterd wat partners nog moeten weten."
        case DecideObjection() | RecordRepresentative() | Rectify():
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


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
