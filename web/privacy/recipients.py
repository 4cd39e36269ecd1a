"""Who gets what, outside the municipality."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.codes import Party


@dataclass(frozen=True)
class Recipient:
    who: str
    what: str
    why: str


_OF_PARTY: Mapping[Party, Recipient] = {
    Party.REGISTER: Recipient(
        "Het persoonsregister (BRP)", "BSN, of naam, geboortedatum en adres van de inwoner", "Nagaan om wie het gaat"
    ),
    Party.MAIL: Recipient(
        "De mailserver van de gemeente", "Mailadres, naam en tekst van de mail", "De inwoner schrijven"
    ),
    Party.BOUNCES: Recipient(
        "De mailbox voor mail die terugkwam",
        "Mailadres en bericht van wie de mail niet bereikte",
        "Een ander adres zoeken",
    ),
    Party.LETTERS: Recipient("De drukker", "Naam, adres en tekst van de brief", "De inwoner schrijven"),
    Party.SMS: Recipient("NotifyNL", "Mobiel nummer en tekst van de sms", "De inwoner schrijven"),
    Party.PARTNERS: Recipient(
        "De signaalpartner die het signaal stuurde",
        "Het eigen kenmerk, en het resultaat voor zover dat landelijk vastligt of op de zaak een grondslag staat",
        "Terugkoppeling",
    ),
}
_OTHERS = (
    Recipient(
        "Verwijspartijen, zoals de jongerenwerker",
        "De zaken die aan hen zijn gegeven, en geen andere",
        "De inwoner verder helpen",
    ),
    Recipient(
        "CBS",
        "De landelijke levering (DDAS): per signaal BSN of adres, soort partner, bedrag, resultaat en contactpogingen",
        "Landelijke cijfers",
    ),
    Recipient(
        "De gemeente waar de inwoner nu woont", "Wat een medewerker zelf doorgeeft, buiten het systeem", "Doorgeven"
    ),
    Recipient("De aanmelddienst van de gemeente", "Wie zich aanmeldt; niets van een inwoner", "Aanmelden"),
)
RECIPIENTS = (*_OF_PARTY.values(), *_OTHERS)
"""A test fails when an outside party that the system speaks to is not among them."""
PARTIES = frozenset(_OF_PARTY)
