"""The texts of mails: plain Dutch (B1), one resident, no amounts, no partner's name.

Every mail says that data were received (GDPR art. 14) and names a public page and a general number by which the
resident can check that it is real. Subjects never mention debt.
"""

from string import Template

from models.errors import CodedError
from models.personal import Message, Resident
from models.terms import Sender
from models.values import EmailAddress


class UnknownTemplate(CodedError):
    """The policy names a template that does not exist."""

    retryable = False


_SUBJECT = Template("Een bericht van $municipality: wij denken graag met u mee")

_CLOSING = """\
Twijfelt u of dit bericht echt van de gemeente is? Kijk op $page of bel het algemene nummer $phone.

Waarom u dit bericht krijgt: een organisatie waaraan u vaste lasten betaalt, heeft ons gevraagd of u hulp kunt
gebruiken. Wij kregen daarvoor uw naam, adres en contactgegevens. Wij gebruiken ze alleen om u hulp aan te bieden en
verwijderen ze daarna. Wat uw rechten zijn, leest u op $page.

Met vriendelijke groet,
$municipality
"""

_BODIES = {
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

TEMPLATES = frozenset(_BODIES)


def write(template: str, resident: Resident, address: EmailAddress, sender: Sender) -> Message:
    """The mail as it is sent. Raises `UnknownTemplate`."""
    if template not in _BODIES:
        raise UnknownTemplate("mail.unknown-template")
    words = {
        "name": resident.name,
        "municipality": sender.name,
        "page": sender.page,
        "phone": sender.phone,
    }
    return Message(
        address=address,
        subject=_SUBJECT.substitute(words),
        body=Template(_BODIES[template] + _CLOSING).substitute(words),
    )
