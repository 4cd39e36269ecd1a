"""The texts of mails, letters and text messages: plain Dutch (B1), one resident, no amounts, no partner's name.

Every message names a public page and a general number by which the resident can check that it is real. A subject, a
text message and an envelope never mention debt: others may see them. Mails and letters say that data were received
(GDPR art. 14); the notice letter says all that the article asks.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from string import Template

from models.codes import Channel, OutcomeClass, RetentionStart
from models.errors import CodedError
from models.personal import Letter, Mail, Message, Resident, TextMessage
from models.terms import RetentionRule, Sender, Term
from policy.calendar import local


class CannotWrite(CodedError):
    """There is no such text for this channel, or what it has to say is not known."""

    retryable = False


SMS_LENGTH = 160
"""A longer text message is cut in pieces."""

_SUBJECT = "Een bericht van $municipality: wij denken graag met u mee"

_CHECK = """\
Twijfelt u of dit bericht echt van de gemeente is? Kijk op $page of bel het algemene nummer $phone.
"""

_SHORT_NOTICE = """\
Waarom u dit bericht krijgt: een organisatie waaraan u vaste lasten betaalt, heeft ons gevraagd of u hulp kunt
gebruiken. Wij kregen daarvoor uw naam, adres en contactgegevens. Wij gebruiken ze alleen om u hulp aan te bieden en
verwijderen ze daarna. Wat uw rechten zijn, leest u op $page.
"""

_GREETING = """\
Met vriendelijke groet,
$municipality
"""

_CLOSING = f"{_CHECK}\n{_SHORT_NOTICE}\n{_GREETING}"

_MAILS = {
    "first-mail": """\
Beste $name,

Soms lukt het even niet om een rekening op tijd te betalen. Dat kan iedereen gebeuren. De gemeente helpt daar gratis
bij, en wat u ons vertelt blijft tussen u en ons.

Wij bellen u binnenkort. U kunt ons ook zelf bellen: $phone.

""",
    "last-mail": """\
Beste $name,

Wij hebben geprobeerd u te bereiken, maar dat is niet gelukt. Ons aanbod blijft staan: wij denken graag gratis met u
mee over uw rekeningen.

Wilt u dat? Bel ons dan op $phone. U hoeft niets te doen als u geen hulp wilt.

""",
}

_INVITATIONS = {
    "callback-confirmed": (
        "$municipality belt u",
        """\
Beste $name,

Wij hebben afgesproken dat wij u bellen: $moment. U hoeft niets te doen.

Kunt u dan niet? Bel ons op $phone, dan zoeken wij een ander moment.

""",
    ),
    "callback-moved": (
        "$municipality belt u op een ander moment",
        """\
Beste $name,

Onze belafspraak is veranderd. Wij bellen u nu op een ander moment: $moment.

Kunt u dan niet? Bel ons op $phone, dan zoeken wij een ander moment.

""",
    ),
    "callback-cancelled": (
        "De belafspraak met $municipality gaat niet door",
        """\
Beste $name,

Onze belafspraak gaat niet door. Wij zouden u bellen: $moment. U hoeft niets te doen.

Wilt u ons toch spreken? Bel ons op $phone.

""",
    ),
    "callback-reminder": (
        "$municipality belt u morgen",
        """\
Beste $name,

Wij bellen u morgen, zoals wij hebben afgesproken: $moment. U hoeft niets te doen.

Kunt u dan niet? Bel ons op $phone, dan zoeken wij een ander moment.

""",
    ),
}
"""About a callback appointment: subject and text. Somebody was spoken to already, so nothing is explained again."""

_LETTERS = {
    "first-letter": (
        _SUBJECT,
        """\
Beste $name,

Soms lukt het even niet om een rekening op tijd te betalen. Dat kan iedereen gebeuren. De gemeente helpt daar gratis
bij, en wat u ons vertelt blijft tussen u en ons.

Wilt u met ons praten? Bel ons dan op $phone. Wij proberen ook zelf om u te bereiken.

"""
        + _CLOSING,
    ),
    "visit-letter": (
        "Wij komen graag bij u langs",
        """\
Beste $name,

Wij willen graag met u praten. Soms lukt het even niet om een rekening op tijd te betalen, en wij denken daar gratis
met u over mee. $visit

Wilt u geen bezoek, of liever op een andere dag? $answer Bel daarvoor $phone. U hoeft ons niet binnen te laten.

"""
        + _CLOSING,
    ),
    "last-letter": (
        _SUBJECT,
        """\
Beste $name,

Wij hebben geprobeerd u te bereiken, maar dat is niet gelukt. Ons aanbod blijft staan: wij denken graag gratis met u
mee over uw rekeningen.

Wilt u dat? Bel ons dan op $phone. U hoeft niets te doen als u geen hulp wilt.

"""
        + _CLOSING,
    ),
    "notice-letter": (
        "Wij hebben gegevens over u gekregen",
        """\
Beste $name,

Wij hebben gegevens over u gekregen. In deze brief leest u welke gegevens dat zijn, wat wij ermee doen en wat uw
rechten zijn. U hoeft niets te doen.

Van wie kregen wij de gegevens?
Van een organisatie waaraan u vaste lasten betaalt. Dat is een verhuurder, een hypotheekverstrekker, een energiebedrijf,
een waterbedrijf, een zorgverzekeraar of de overheid. Wilt u weten welke? Dan kunt u dat aan ons vragen.

Welke gegevens zijn het?
Uw naam en adres, en als die bekend waren uw geboortedatum, telefoonnummer, e-mailadres, burgerservicenummer en
klantnummer. Ook kregen wij te horen dat u een rekening nog niet heeft betaald, om welk bedrag het gaat en wat de
organisatie zelf al deed.

Waarom kregen wij ze?
Om u hulp aan te bieden voordat een probleem groter wordt. Dat moeten wij doen van de Wet gemeentelijke
schuldhulpverlening. Wij gebruiken de gegevens alleen daarvoor.

Met wie delen wij ze?
Alleen met wie u gaat helpen, en bijna altijd pas als u dat goed vindt. Woont u nu in een andere gemeente? Dan kunnen
wij het bericht aan die gemeente doorgeven. De organisatie hoort van ons alleen wat er met haar bericht is gebeurd,
bijvoorbeeld dat het is afgehandeld. Wat u met ons bespreekt, hoort zij niet.

Hoe lang bewaren wij ze?
$kept
Daarna verwijderen wij de gegevens.

Wat zijn uw rechten?
U mag de gegevens zien. U mag vragen om ze te verbeteren, te verwijderen of een tijd niet te gebruiken. U mag ook
bezwaar maken tegen het gebruik van uw gegevens: dan nemen wij geen contact meer met u op totdat wij daarover hebben
besloten. Bent u het niet eens met wat wij doen? Dan kunt u een klacht indienen bij de Autoriteit Persoonsgegevens.

Heeft u een vraag, of wilt u een recht gebruiken?
Bel ons op $phone, of kijk op $page. Daar staat ook hoe u onze functionaris gegevensbescherming bereikt.

"""
        + f"{_CHECK}\n{_GREETING}",
    ),
}

_TEXT_MESSAGES = {
    # Without a name: the number may be somebody else's by now.
    "call-sms": "$municipality belde u. Bel ons terug op $phone. Is dit bericht echt? Kijk op $page",
    "callback-confirmed": "$municipality belt u $moment. Kunt u niet? Bel $phone. Echt? Zie $page",
    "callback-moved": "$municipality belt u nu $moment. Kunt u niet? Bel $phone. Echt? Zie $page",
    "callback-cancelled": "$municipality belt u niet $moment. Vragen? Bel $phone. Echt? Zie $page",
    "callback-reminder": "$municipality belt u $moment. Kunt u niet? Bel $phone. Echt? Zie $page",
}

TEMPLATES: Mapping[Channel, frozenset[str]] = {
    Channel.MAIL: frozenset({*_MAILS, *_INVITATIONS}),
    Channel.LETTER: frozenset(_LETTERS),
    Channel.SMS: frozenset(_TEXT_MESSAGES),
}

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip

_KEPT_WHEN = {
    OutcomeClass.NO_CONTACT: "Als wij u niet kunnen bereiken",
    OutcomeClass.CONTACT_WITHOUT_HELP: "Als wij u spreken en er geen hulp nodig is",
    OutcomeClass.HELP: "Als wij u helpen",
    OutcomeClass.NOT_PICKED_UP: "Als het bericht over u niet klopt",
}
_KEPT_FROM = {
    RetentionStart.RECEIPT: "nadat wij ze kregen",
    RetentionStart.LAST_ATTEMPT: "nadat wij u voor het laatst probeerden te bereiken",
    RetentionStart.CLOSURE: "nadat wij klaar zijn",
    RetentionStart.END_OF_HELP: "nadat onze hulp is afgelopen",
}


def write(
    channel: Channel,
    template: str,
    resident: Resident,
    sender: Sender,
    *,
    reply_by: datetime | None = None,
    retention: Iterable[RetentionRule] = (),
    moment: datetime | None = None,
) -> Message | None:
    """The message as it is sent; None when the resident has no address or number for this channel.

    `retention` is what the case's terms say, `moment` when a callback is. Raises `CannotWrite`.
    """
    if template not in TEMPLATES.get(channel, ()):
        raise CannotWrite("message.unknown-template")
    words = _of_sender(sender) | {"name": resident.name} | _of_case(reply_by, retention)
    words |= _of_callback(moment, channel)
    match channel:
        case Channel.MAIL:
            return _mail(template, resident, words)
        case Channel.LETTER:
            return _letter(template, resident, words)
        case _:
            return _text_message(template, resident, words)


def sms_text(template: str, sender: Sender, *, moment: datetime | None = None) -> str:
    """The whole text: nothing in it depends on the resident but when they are called."""
    return _filled(_TEXT_MESSAGES[template], _of_sender(sender) | _of_callback(moment, Channel.SMS))


def _mail(template: str, resident: Resident, words: Mapping[str, str]) -> Mail | None:
    mailbox = resident.usable_mailbox()
    if mailbox is None:
        return None
    about_callback = _INVITATIONS.get(template)
    if about_callback is None:
        subject, text = _SUBJECT, _MAILS[template] + _CLOSING
    else:
        subject, text = about_callback[0], f"{about_callback[1]}{_CHECK}\n{_GREETING}"
    return Mail(address=mailbox.address, subject=_filled(subject, words), body=_filled(text, words))


def _letter(template: str, resident: Resident, words: Mapping[str, str]) -> Letter:
    subject, body = _LETTERS[template]
    return Letter(
        name=resident.on_envelope, address=resident.address, subject=_filled(subject, words), body=_filled(body, words)
    )


def _text_message(template: str, resident: Resident, words: Mapping[str, str]) -> TextMessage | None:
    phone = resident.usable_mobile()
    return None if phone is None else TextMessage(number=phone.number, body=_filled(_TEXT_MESSAGES[template], words))


def _filled(text: str, words: Mapping[str, str]) -> str:
    try:
        return Template(text).substitute(words)
    except KeyError:
        pass
    raise CannotWrite("message.nothing-to-fill-in")


def _of_sender(sender: Sender) -> dict[str, str]:
    return {"municipality": sender.name, "page": sender.page, "phone": sender.phone}


def _of_case(reply_by: datetime | None, retention: Iterable[RetentionRule]) -> dict[str, str]:
    words = _of_visit(reply_by)
    rules = {rule.outcome_class: rule for rule in retention}
    kept = [f"{when}: tot {_how_long(rules[its])}." for its, when in _KEPT_WHEN.items() if its in rules]
    return words | ({"kept": "\n".join(kept)} if kept else {})


def _of_visit(reply_by: datetime | None) -> dict[str, str]:
    if reply_by is None:
        return {"visit": "Wij komen binnenkort bij u langs.", "answer": "Laat het ons dan snel weten."}
    day = _day(reply_by)
    return {"visit": f"Wij komen bij u langs op of na {day}.", "answer": f"Laat het ons weten vóór {day}."}


def _day(moment: datetime) -> str:
    day = local(moment)
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _of_callback(moment: datetime | None, channel: Channel) -> dict[str, str]:
    if moment is None:
        return {}
    return {"moment": _short_moment(moment) if channel is Channel.SMS else _moment(moment)}


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} om {local(moment):%H:%M} uur"


def _short_moment(moment: datetime) -> str:
    """As a text message has room for."""
    day = local(moment)
    return f"{_DAYS[day.weekday()][:2]} {day.day}-{day.month} om {day:%H:%M}"


def _how_long(rule: RetentionRule) -> str:
    return f"{_length(rule.term)} {_KEPT_FROM[rule.start]}"


def _length(term: Term) -> str:
    years, months = divmod(term.months, 12)
    counted = (
        (years, "jaar", "jaar"),
        (months, "maand", "maanden"),
        (term.days, "dag", "dagen"),
        (term.minutes, "minuut", "minuten"),
    )
    return " en ".join(f"{amount} {one if amount == 1 else many}" for amount, one, many in counted if amount)
