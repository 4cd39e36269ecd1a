"""A contact attempt as the signaalreis tells it."""

from collections.abc import Mapping

from models.codes import AttemptResult, Channel, MessageReport
from web.language import said

_HOW: Mapping[Channel, str] = {
    Channel.MAIL: "E-mail",
    Channel.LETTER: "Brief",
    Channel.SMS: "Sms",
    Channel.CALL: "Gebeld",
    Channel.VISIT: "Huisbezoek",
    Channel.CARD: "Kaartje",
    Channel.WHATSAPP: "WhatsApp",
    Channel.DESK: "Aan de balie",
    Channel.OTHER: "Contactpoging",
}
RESULTS: Mapping[AttemptResult, str] = {
    AttemptResult.CONVERSATION: "gesproken met de inwoner",
    AttemptResult.SAYS_PAID: "gesproken; de inwoner zegt dat het al is betaald",
    AttemptResult.WANTS_NO_HELP: "gesproken; de inwoner wil geen hulp",
    AttemptResult.VOICEMAIL: "voicemail ingesproken",
    AttemptResult.NO_ANSWER: "niet opgenomen",
    AttemptResult.WRONG_PERSON: "iemand anders gesproken",
    AttemptResult.WRONG_NUMBER: "nummer klopt niet",
    AttemptResult.HUNG_UP: "opgehangen",
    AttemptResult.NOBODY_HOME: "niemand thuis",
    AttemptResult.CARD_LEFT: "niemand thuis, kaartje achtergelaten",
    AttemptResult.SENT: "verstuurd",
    AttemptResult.REFUSED: "geweigerd; niet aangekomen",
    AttemptResult.UNKNOWN: "het is onzeker of het is verstuurd",
    AttemptResult.NO_ADDRESS: "niet verstuurd: er is geen bruikbaar adres",
    AttemptResult.CALLED_OFF: "niet verstuurd: er mag nu niets naar de inwoner",
}
REPORTS: Mapping[MessageReport, str] = {
    MessageReport.POSTED: "De brief is gedrukt en op de post",
    MessageReport.DELIVERED: "Het bericht is aangekomen",
    MessageReport.FAILED: "Het bericht is niet aangekomen",
    MessageReport.BOUNCED: "Het bericht kwam terug: het adres werkt niet",
    MessageReport.WITHDRAWN: "Het bericht is op tijd tegengehouden: er mocht niets naar de inwoner",
}
_SAID_OTHERWISE: Mapping[tuple[Channel, AttemptResult], str] = {
    (Channel.MAIL, AttemptResult.SENT): "E-mail verstuurd",
    (Channel.MAIL, AttemptResult.REFUSED): "E-mail geweigerd door de mailserver; niet aangekomen",
    (Channel.MAIL, AttemptResult.UNKNOWN): "E-mail aangeboden; het is onzeker of hij is verstuurd",
    (Channel.MAIL, AttemptResult.NO_ADDRESS): "Geen e-mail verstuurd: er is geen bruikbaar adres",
    (Channel.LETTER, AttemptResult.SENT): "Brief verstuurd",
    (Channel.SMS, AttemptResult.SENT): "Sms verstuurd",
    (Channel.SMS, AttemptResult.NO_ADDRESS): "Geen sms verstuurd: er is geen mobiel nummer",
    (Channel.CALL, AttemptResult.NO_ADDRESS): "Niet gebeld: er is geen nummer bekend",
    (Channel.CALL, AttemptResult.WRONG_PERSON): "Gebeld: iemand anders aan de lijn",
    (Channel.VISIT, AttemptResult.WRONG_PERSON): "Huisbezoek: iemand anders deed open",
    (Channel.CARD, AttemptResult.SENT): "Kaartje in de bus gedaan",
    (Channel.WHATSAPP, AttemptResult.SENT): "WhatsApp gestuurd",
}


def told(channel: Channel, result: AttemptResult) -> str:
    """How contact was sought and what came of it."""
    otherwise = _SAID_OTHERWISE.get((channel, result))
    return said(otherwise) if otherwise else f"{said(_HOW[channel])}: {said(RESULTS[result])}"
