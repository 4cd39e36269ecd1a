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
from web.language import said
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
            elsewhere = f" {said('Dit deed het vorige systeem.')}" if fact.taken_over_at is not None else ""
            return f"{_attempt(fact, around)}{elsewhere}"
        case AttemptCorrected():
            return said("Contactpoging verbeterd. Het was: {result}.", result=said(attempts.RESULTS[fact.result]))
        case ContactReceived():
            return said("De inwoner zocht zelf contact ({channel}).", channel=labels.label(fact.channel))
        case ContactContinued():
            return said("Het gesprek leverde nog niets op. Er wordt weer contact gezocht.")
        case MessageAsked():
            channel = labels.label(fact.channel).lower()
            return said("Tussendoor schrijven: {channel} naar de inwoner.", channel=channel)
        case MailChecked():
            return said(
                "Bericht gecontroleerd: wel verstuurd." if fact.sent else "Bericht gecontroleerd: niet verstuurd."
            )
        case MessageReported():
            return f"{said(attempts.REPORTS[fact.report])}."
        case AddressChecked():
            return said(
                "Ander adres gezocht: gevonden." if fact.found else "Ander adres gezocht: er is geen ander adres."
            )
        case CallbackAgreed():
            return said(
                "Terugbelafspraak voor {moment}. {who} belt.",
                moment=around.moment(fact.due_at),
                who=around.who(fact.staff, first=True),
            )
        case CallbackMoved():
            return said(
                "Terugbelafspraak verzet naar {moment}. {who} belt.",
                moment=around.moment(fact.due_at),
                who=around.who(fact.staff, first=True),
            )
        case CallbackCancelled():
            return said("Terugbelafspraak afgezegd.")
        case CallbackKept():
            return said("Terugbelafspraak nagekomen.")
        case CallbackMissed():
            return said("Terugbelafspraak gemist: de inwoner was niet te bereiken.")
        case InvitationSent():
            about = labels.label(fact.about)
            how = attempts.told(fact.channel, fact.result)
            return f"{about} ({around.moment(fact.due_at)}): {how[0].lower()}{how[1:]}."
        case VisitPlanned():
            letter = f" {said('De inwoner krijgt vooraf een brief.')}" if fact.announced else ""
            return f"{_planned(fact, around)}{letter}"
        case VisitCancelled():
            return said("Huisbezoek afgezegd.")
        case VisitsBlocked():
            return said("Bij deze inwoner mogen geen huisbezoeken meer.")
        case VisitsAllowed():
            return said("Huisbezoeken mogen weer.")
        case _:
            assert_never(fact)


def _attempt(fact: AttemptMade, around: Around) -> str:
    told = attempts.told(fact.channel, fact.result)
    if not fact.companion:
        return f"{told}."
    return said("{attempt}, samen met {who}.", attempt=told, who=around.who(fact.companion))


def _planned(fact: VisitPlanned, around: Around) -> str:
    moment = around.moment(fact.due_at)
    if not fact.companion:
        return said("Huisbezoek gepland voor {moment}.", moment=moment)
    return said("Huisbezoek gepland voor {moment}, samen met {who}.", moment=moment, who=around.who(fact.companion))
