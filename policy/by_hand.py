"""A mail or letter that a caseworker sends beside the contact plan: when it may go, and what follows from it.

It is the first text of its channel. Whoever had that text does not get it again, whoever sends it; the plan's next
attempt is counted from it.
"""

from collections.abc import Mapping
from datetime import datetime

from models.case import AskedMessage, CaseState
from models.codes import NOT_SENT, Channel, DeadlineKind, Phase, TaskKind, Trait
from models.commands import WriteByHand
from models.facts import MessageAsked
from models.ids import PersonId
from models.terms import PlanStep
from policy.asking import is_doubted
from policy.changes import changed, is_suspended, terms_of
from policy.deadlines import moment_after
from policy.next_step import plan_step

TEXTS: Mapping[Channel, str] = {Channel.MAIL: "first-mail", Channel.LETTER: "first-letter"}
"""What can be sent by hand, and its text."""
_BY_ITSELF = {
    Channel.MAIL: "Deze mail gaat vanzelf, volgens het contactplan.",
    Channel.LETTER: "Deze brief gaat vanzelf, volgens het contactplan.",
}
_HAD = {
    Channel.MAIL: "De inwoner kreeg deze mail al.",
    Channel.LETTER: "De inwoner kreeg deze brief al.",
}


def message_asked(state: CaseState, fact: MessageAsked) -> CaseState:
    if state.phase is not Phase.CONTACT or fact.person_id != state.subject:
        return state
    asked = AskedMessage(step_id=fact.step_id, person_id=fact.person_id, channel=fact.channel, template=fact.template)
    return changed(state, asked=asked)


def asked_counted(state: CaseState) -> CaseState:
    """Without a message that was asked for, once it is known whether it left, while it is not known whether an earlier
    one did, when its person is not sought any more, and without a letter to an address that proves to be secret."""
    asked = state.asked
    if asked is None:
        return state
    is_known = any(one.step_id == asked.step_id for one in state.attempts)
    in_doubt = state.task_of(TaskKind.CHECK_MAIL, asked.person_id) is not None
    sought = state.phase is Phase.CONTACT and state.subject == asked.person_id and not is_suspended(state)
    hidden = asked.channel is Channel.LETTER and _is_secret(state)
    return changed(state, asked=None) if is_known or in_doubt or hidden or not sought else state


# --- why not ------------------------------------------------------------------------------------------------------


def refusal_of_writing(state: CaseState) -> str | None:
    """Why nothing may be written by hand to whoever is sought in this case."""
    terms, subject = terms_of(state), state.subject
    if terms.by_hand is None:
        return "Het beleid van deze zaak is ouder en kent geen bericht tussendoor."
    if terms.ends_as is not None:
        return "Op deze route zoekt niemand contact."
    if state.pause is not None:
        return "De zaak rust."
    if is_suspended(state):
        return "Deze persoon heeft bezwaar gemaakt. Tot daarover is beslist, zoekt niemand contact."
    if is_doubted(state, subject):
        return "Controleer eerst de gegevens van de inwoner."
    if state.task_of(TaskKind.CHECK_MAIL, subject) is not None:
        return "Zoek eerst uit of het vorige bericht is verstuurd."
    if state.asked is not None:
        return "Er gaat al een bericht naar de inwoner."
    if state.appointment_of(subject) is not None or state.visit is not None:
        return "Er is al iets afgesproken of gepland met de inwoner."
    return "De partner vroeg om een telefoontje: bel eerst." if _is_to_be_called_first(state) else None


def refusal_of_message(state: CaseState, command: WriteByHand, now: datetime) -> str | None:
    """Why this message may not be written to this person now."""
    if command.channel not in TEXTS:
        return "Kies een mail of een brief."
    if command.person_id != state.subject:
        return "Met deze persoon wordt nu geen contact gezocht: eerst is een ander aan de beurt."
    if command.channel is Channel.LETTER and _is_secret(state):
        return "Het adres is geheim: er gaat geen brief."
    step, text = plan_step(state), TEXTS[command.channel]
    if step is not None and step.template == text:
        return _BY_ITSELF[command.channel]
    if _is_on_its_way(state, step, now):
        return "Er gaat al een bericht naar de inwoner."
    if _had(state, command.person_id, command.channel):
        return _HAD[command.channel]
    return "De laatste contactpoging is te kort geleden." if _is_recent(state, command.person_id, now) else None


def _is_to_be_called_first(state: CaseState) -> bool:
    mine = [one for one in state.signals if one.person_id == state.subject]
    called = any(one.channel is Channel.CALL for one in state.attempts if one.person_id == state.subject)
    return not called and any(one.warm_handover and one.ended is None for one in mine)


def _is_secret(state: CaseState) -> bool:
    """They share the address: who hides, hides for all."""
    return any(Trait.SECRET_ADDRESS in person.traits for person in state.people)


def _is_on_its_way(state: CaseState, step: PlanStep | None, now: datetime) -> bool:
    """Whether the plan's own message is being sent at this moment, or tried again."""
    planned = state.deadline(DeadlineKind.PLAN_STEP)
    return step is not None and bool(step.template) and planned is not None and planned.due_at <= now


def _had(state: CaseState, person_id: PersonId, channel: Channel) -> bool:
    """What another system sent by this channel introduced us too."""
    own = (one for one in state.attempts if one.person_id == person_id and one.channel is channel)
    return any(one.result not in NOT_SENT and (one.elsewhere or one.template == TEXTS[channel]) for one in own)


def _is_recent(state: CaseState, person_id: PersonId, now: datetime) -> bool:
    """Whether somebody sought them, or they us, so shortly ago that policy wants to wait."""
    terms = terms_of(state)
    made = [one.at for one in state.attempts if one.person_id == person_id and one.result not in NOT_SENT]
    if not made or terms.by_hand is None:
        return False
    rule = terms.by_hand.again_after
    until, _ = moment_after(max(made), rule.term, rule.calendar, terms.calendars)
    return now < until
