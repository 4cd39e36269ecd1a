"""When an outcome may be recorded, and whether it counts as help accepted.

Source: the definitions of the national exchange standard (DDAS). Help with an arrangement is a quick fix; general
information without going into the situation is "regelt het zelf". An acceptance without a held first conversation,
or help that was agreed but has not started, stays pending.
"""

from models.case import CaseState
from models.codes import Acceptance, Outcome
from models.commands import HoldFirstConversation, RecordOutcome, StartHelp
from models.ids import PersonId
from policy.reasons import fits, reasons_of

HELP_OUTCOMES = frozenset({Outcome.ADVICE_OR_QUICK_FIX, Outcome.FURTHER_HELP_FINANCIAL, Outcome.FURTHER_HELP_OTHER})

_OF_ANOTHER = "De reden die u koos, hoort bij een ander resultaat. Kies een reden die erbij hoort."
_STARTED_TOO_SOON = "De hulp kan niet begonnen zijn voordat zij is afgesproken."

DEFINITIONS = {
    Outcome.ADVICE_OR_QUICK_FIX: "U bent ingegaan op de persoonlijke situatie en de achterstand kan binnen 30 dagen "
    "zijn opgelost. Hulp bij een betalingsregeling hoort hierbij.",
    Outcome.FURTHER_HELP_FINANCIAL: "De inwoner heeft financiële vervolghulp aangenomen. Telt pas als de hulp echt "
    "is begonnen.",
    Outcome.FURTHER_HELP_OTHER: "De inwoner heeft andere vervolghulp aangenomen. Telt pas als de hulp echt is "
    "begonnen.",
    Outcome.SETTLES_IT_HIMSELF: "Er is alleen algemene informatie gegeven, of de inwoner wil geen hulp.",
    Outcome.PAID_OR_ARRANGED: "De inwoner had al betaald of zelf een regeling getroffen.",
    Outcome.KNOWN_AT_DEBT_HELP: "De inwoner wordt al geholpen door schuldhulpverlening.",
    Outcome.OTHER_TRAJECT: "Een andere hulpverlener neemt deze achterstand over. Een bewindvoerder is geen "
    "hulpverlener.",
    Outcome.NO_RESPONSE_AFTER_CONTACT: "Er was eerder contact, daarna reageert de inwoner niet meer.",
    Outcome.NEVER_REACHED: "Er is nooit contact geweest.",
    Outcome.DIED: "De inwoner is overleden. Er gaat niets meer uit aan deze persoon.",
    Outcome.NOT_A_RESIDENT: "De persoon woont niet (meer) in de gemeente.",
    Outcome.REFERRED_WITHOUT_RESIDENT: "Alleen in uiterste gevallen. Een tweede medewerker beslist mee.",
    Outcome.NOT_PICKED_UP_OTHER: "Bijvoorbeeld detentie of een onveilig adres. De partner hoort de reden nooit.",
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: "Onder de drempel, te oud of te nieuw, of geen natuurlijk persoon.",
    Outcome.NOT_PICKED_UP_REPEAT: "Dezelfde achterstand van dezelfde partner, niet hoger dan eerder gemeld.",
}
"""What each choice of the outcome form means, shown beside it."""


def acceptance_of(command: RecordOutcome) -> Acceptance:
    """Accepted only when the first conversation was held and the help started (a quick fix starts when agreed)."""
    if command.outcome not in HELP_OUTCOMES:
        return Acceptance.NOT_ACCEPTED
    if command.outcome is Outcome.ADVICE_OR_QUICK_FIX:
        started = command.started_at or command.agreed_at
    else:
        started = command.started_at
    held = command.conversation_at is not None
    return Acceptance.ACCEPTED if held and started is not None else Acceptance.PENDING


def refusal_of_outcome(state: CaseState, command: RecordOutcome) -> str | None:
    """Why this outcome with these answers may not be recorded, as a sentence; None if it may."""
    if command.outcome in HELP_OUTCOMES:
        return _refusal_of_help(command)
    match command.outcome:
        case Outcome.FURTHER_HELP:
            return "Kies financieel of niet financieel: ‘Vervolghulp’ zonder soort is alleen voor overgenomen zaken."
        case Outcome.NOT_PICKED_UP_OTHER if command.reason is None:
            return "Kies waarom het signaal niet wordt opgepakt."
        case Outcome.NOT_PICKED_UP_OTHER | Outcome.NOT_PICKED_UP_UNJUSTIFIED if _is_of_another(command):
            return _OF_ANOTHER
        case Outcome.NEVER_REACHED if _was_reached(state, command.person_id):
            return "Er is al contact geweest. Kies ‘Geen reactie na eerder contact’ of een andere uitkomst."
        case Outcome.NO_RESPONSE_AFTER_CONTACT if not _was_reached(state, command.person_id):
            return "Er is nog nooit contact geweest, dus er kan geen ‘eerder contact’ zijn."
        case Outcome.SETTLES_IT_HIMSELF if command.engaged and command.help_kind is not None:
            return "U bent ingegaan op de situatie en er is hulp afgesproken: dat is advies, quick fix of vervolghulp."
        case _:
            return None


def refusal_of_answers(command: RecordOutcome) -> str | None:
    """Why a form with this reason is not complete, whatever the case is like; None if it is."""
    if command.outcome is Outcome.NOT_PICKED_UP_UNJUSTIFIED and command.reason is None:
        return "Kies waarom het signaal onterecht is."
    if not _is_of_another(command):
        return None
    return _OF_ANOTHER if reasons_of(command.outcome) else "Bij deze uitkomst hoort geen reden. Haal de reden weg."


def refusal_of_start(state: CaseState, command: HoldFirstConversation | StartHelp) -> str | None:
    """Why the help that was agreed may not have begun then; None if it may."""
    agreed = (result.accepted_at for result in state.outcomes if result.person_id == command.person_id)
    first = max((moment for moment in agreed if moment is not None), default=None)
    too_soon = first is not None and command.started_at is not None and command.started_at < first
    return _STARTED_TOO_SOON if too_soon else None


def _is_of_another(command: RecordOutcome) -> bool:
    return command.reason is not None and not fits(command.reason, command.outcome)


def _was_reached(state: CaseState, person_id: PersonId) -> bool:
    return any(attempt.reached for attempt in state.attempts if attempt.person_id == person_id)


def _refusal_of_help(command: RecordOutcome) -> str | None:
    if command.engaged is None:
        return "Beantwoord eerst: bent u ingegaan op de persoonlijke situatie?"
    if not command.engaged:
        return "Zonder in te gaan op de persoonlijke situatie is dit ‘Inwoner regelt het zelf’."
    if command.help_kind is None or command.agreed_at is None:
        return "Vul in welke hulp is afgesproken en wanneer."
    if command.within_30_days is None:
        return "Beantwoord eerst: kan de inwoner dit binnen 30 dagen (zelf) oplossen?"
    if command.outcome is Outcome.ADVICE_OR_QUICK_FIX and not command.within_30_days:
        return "Een quick fix is binnen 30 dagen op te lossen. Duurt het langer, kies dan vervolghulp."
    return _STARTED_TOO_SOON if command.started_at is not None and command.started_at < command.agreed_at else None
