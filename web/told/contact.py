"""Attempts, appointments and visits."""

from typing import assert_never

from models.facts import (
    AddressChecked,
    AttemptCorrected,
    AttemptMade,
    CallbackAgreed,
    CallbackCancelled,
    CallbackKept,
    CallbackMissed,
    CallbackMoved,
    ContactContinued,
    ContactReceived,
    InvitationSent,
    MailChecked,
    MessageAsked,
    MessageReported,
    VisitCancelled,
    VisitPlanned,
    VisitsAllowed,
    VisitsBlocked,
)
from web import attempts, labels
from web.told.around import Around

Told = (
    AttemptMade
    | AttemptCorrected
    | ContactReceived
    | ContactContinued
    | MessageAsked
    | MailChecked
    | MessageReported
    | AddressChecked
    | CallbackAgreed
    | CallbackMoved
    | CallbackCancelled
    | CallbackKept
    | CallbackMissed
    | InvitationSent
    | VisitPlanned
    | VisitCancelled
    | VisitsBlocked
    | VisitsAllowed
)


def sentence(fact: Told, around: Around) -> str:
    match fact:
        case AttemptMade():
            company = f", samen met {around.who(fact.companion)}" if fact.companion else ""
            elsewhere = " Dit deed het vorige systeem." if fact.taken_over_at is not None else ""
            return f"{attempts.told(fact.channel, fact.result)}{company}.{elsewhere}"
        case AttemptCorrected():
            return f"Contactpoging verbeterd. Het was: {attempts.RESULTS[fact.result]}."
        case ContactReceived():
            return f"De inwoner zocht zelf contact ({labels.label(fact.channel)})."
        case ContactContinued():
            return "Het gesprek leverde nog niets op. Er wordt weer contact gezocht."
        case MessageAsked():
            return f"Tussendoor schrijven: {labels.label(fact.channel).lower()} naar de inwoner."
        case MailChecked():
            return f"Bericht gecontroleerd: {'wel' if fact.sent else 'niet'} verstuurd."
        case MessageReported():
            return f"{attempts.REPORTS[fact.report]}."
        case AddressChecked():
            return "Ander adres gezocht: " + ("gevonden." if fact.found else "er is geen ander adres.")
        case CallbackAgreed():
            return f"Terugbelafspraak voor {around.moment(fact.due_at)}. {around.who(fact.staff, first=True)} belt."
        case CallbackMoved():
            return (
                f"Terugbelafspraak verzet naar {around.moment(fact.due_at)}. {around.who(fact.staff, first=True)} belt."
            )
        case CallbackCancelled():
            return "Terugbelafspraak afgezegd."
        case CallbackKept():
            return "Terugbelafspraak nagekomen."
        case CallbackMissed():
            return "Terugbelafspraak gemist: de inwoner was niet te bereiken."
        case InvitationSent():
            about = labels.label(fact.about)
            how = attempts.told(fact.channel, fact.result)
            return f"{about} ({around.moment(fact.due_at)}): {how[0].lower()}{how[1:]}."
        case VisitPlanned():
            company = f", samen met {around.who(fact.companion)}" if fact.companion else ""
            letter = " De inwoner krijgt vooraf een brief." if fact.announced else ""
            return f"Huisbezoek gepland voor {around.moment(fact.due_at)}{company}.{letter}"
        case VisitCancelled():
            return "Huisbezoek afgezegd."
        case VisitsBlocked():
            return "Bij deze inwoner mogen geen huisbezoeken meer."
        case VisitsAllowed():
            return "Huisbezoeken mogen weer."
        case _:
            assert_never(fact)
