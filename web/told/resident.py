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
            party = labels.label(fact.party)
            return said("{party} gaf te lang geen antwoord. Een medewerker neemt het over.", party=party)
        case IdentityChecked():
            return said("Gegevens gecontroleerd: {standing}.", standing=labels.label(fact.standing).lower())
        case LifeEventReported():
            stops = "" if fact.event is LifeEvent.MOVED_WITHIN else f" {said('Er gaat niets meer naar de inwoner.')}"
            return f"{labels.label(fact.event)}.{stops}"
        case TraitRecorded():
            trait = labels.label(fact.trait).lower()
            return said("Vastgelegd: {trait}." if fact.applies else "Klopt niet meer: {trait}.", trait=trait)
        case SurvivorsOffered():
            return said("Hulp aangeboden aan de nabestaanden.")
        case PassedOn(channel=PassOnChannel.NOT_POSSIBLE):
            return said("Het signaal kon niet worden doorgegeven aan een andere gemeente.")
        case PassedOn():
            return _passed_on(fact)
        case PersonRectified():
            what = labels.label(fact.what)
            if fact.partners_told:
                return said("Gegevens verbeterd: {what}.", what=what.lower())
            return said("Gegevens verbeterd: {what}. De partners moeten het nog weten.", what=what.lower())
        case CorrectionTold():
            return said("De partners weten dat de gegevens zijn verbeterd.")
        case ObjectionMade():
            return said("De inwoner maakt bezwaar tegen het gebruik van de gegevens. Niemand zoekt nu contact.")
        case ObjectionDecided():
            return _decided(fact)
        case RepresentativeRecorded():
            return said(
                "{who} vastgelegd; die mag over bedragen en partners horen."
                if fact.may_be_told
                else "{who} vastgelegd; die mag niet over bedragen en partners horen.",
                who=labels.label(fact.representative),
            )
        case DisclosureAllowed():
            ground = labels.label(fact.ground)
            return said("De partner mag meer van het resultaat horen, door {ground}.", ground=ground)
        case DisclosureWithdrawn():
            return said("De partner mag niets meer horen dan landelijk vastligt.")
        case RepresentativeEnded():
            return said("De inwoner heeft geen vertegenwoordiger meer.")
        case RepairSettled():
            return said("Hersteld wat aan de verkeerde persoon was verteld.")
        case _:
            assert_never(fact)


def _decided(fact: ObjectionDecided) -> str:
    if not fact.upheld:
        return said("Bezwaar afgewezen.")
    if fact.remembered is None:
        return said("Bezwaar toegewezen.")
    until = words.full_day(local(fact.remembered.until).date())
    return said(
        "Bezwaar toegewezen. Tot {until} blijft een versleuteld kenmerk, om een nieuw signaal te herkennen.",
        until=until,
    )


def _passed_on(fact: PassedOn) -> str:
    how = labels.label(fact.channel).lower()
    if fact.to is None:
        return said("Signaal doorgegeven aan een andere gemeente: {how}.", how=how)
    return said("Signaal doorgegeven aan een andere gemeente (gemeente {code}): {how}.", code=fact.to.text, how=how)
