"""What happened to what is known of the resident."""

from typing import assert_never

from models.codes import LifeEvent, PassOnChannel
from models.facts import (
    CorrectionTold,
    DisclosureAllowed,
    DisclosureWithdrawn,
    IdentityChecked,
    LifeEventReported,
    ObjectionDecided,
    ObjectionMade,
    PartyGaveUp,
    PassedOn,
    PersonRectified,
    RegisterAnswered,
    RepairSettled,
    RepresentativeEnded,
    RepresentativeRecorded,
    SurvivorsOffered,
    TraitRecorded,
)
from policy.calendar import local
from web import labels, words
from web.language import said

Told = (
    RegisterAnswered
    | PartyGaveUp
    | IdentityChecked
    | LifeEventReported
    | TraitRecorded
    | SurvivorsOffered
    | PassedOn
    | PersonRectified
    | CorrectionTold
    | ObjectionMade
    | ObjectionDecided
    | RepresentativeRecorded
    | RepresentativeEnded
    | DisclosureAllowed
    | DisclosureWithdrawn
    | RepairSettled
)


def sentence(fact: Told) -> str:
    match fact:
        case RegisterAnswered():
            return f"{labels.label(fact.result)}."
        case PartyGaveUp():
            return f"{labels.label(fact.party)} gaf te lang geen antwoord. Een medewerker neemt het over."
        case IdentityChecked():
            return f"Gegevens gecontroleerd: {labels.label(fact.standing).lower()}."
        case LifeEventReported():
            stops = "" if fact.event is LifeEvent.MOVED_WITHIN else " Er gaat niets meer naar de inwoner."
            return f"{labels.label(fact.event)}.{stops}"
        case TraitRecorded():
            so = "Vastgelegd" if fact.applies else "Klopt niet meer"
            return f"{so}: {labels.label(fact.trait).lower()}."
        case SurvivorsOffered():
            return "Hulp aangeboden aan de nabestaanden."
        case PassedOn(channel=PassOnChannel.NOT_POSSIBLE):
            return "Het signaal kon niet worden doorgegeven aan een andere gemeente."
        case PassedOn():
            where = f" (gemeente {fact.to.text})" if fact.to is not None else ""
            return f"Signaal doorgegeven aan een andere gemeente{where}: {labels.label(fact.channel).lower()}."
        case PersonRectified():
            what = labels.label(fact.what)
            if fact.partners_told:
                return said("Gegevens verbeterd: {what}.", what=what.lower())
            return said("Gegevens verbeterd: {what}. De partners moeten het nog weten.", what=what.lower())
        case CorrectionTold():
            return said("De partners weten dat de gegevens zijn verbeterd.")
        case ObjectionMade():
            return "De inwoner maakt bezwaar tegen het gebruik van de gegevens. Niemand zoekt nu contact."
        case ObjectionDecided():
            return _decided(fact)
        case RepresentativeRecorded():
            may = "mag" if fact.may_be_told else "mag niet"
            return f"{labels.label(fact.representative)} vastgelegd; die {may} over bedragen en partners horen."
        case DisclosureAllowed():
            return f"De partner mag meer van het resultaat horen, door {labels.label(fact.ground)}."
        case DisclosureWithdrawn():
            return "De partner mag niets meer horen dan landelijk vastligt."
        case RepresentativeEnded():
            return "De inwoner heeft geen vertegenwoordiger meer."
        case RepairSettled():
            return "Hersteld wat aan de verkeerde persoon was verteld."
        case _:
            assert_never(fact)


def _decided(fact: ObjectionDecided) -> str:
    if not fact.upheld:
        return "Bezwaar afgewezen."
    if fact.remembered is None:
        return "Bezwaar toegewezen."
    until = words.full_day(local(fact.remembered.until).date())
    return said(
        "Bezwaar toegewezen. Tot {until} blijft een versleuteld kenmerk, om een nieuw signaal te herkennen.",
        until=until,
    )
