"""Our finer types in the words of the national standard (DDAS vroegsignalering 1.2). Pure.

Every code of ours has exactly one national one; what the standard does not know is not made up.
"""

from collections.abc import Mapping

from models.case import Attempt
from models.codes import AttemptResult, Channel, ContactKind

CONTACT_KINDS: Mapping[Channel, ContactKind] = {
    Channel.MAIL: ContactKind.MAIL,
    Channel.LETTER: ContactKind.LETTER,
    Channel.SMS: ContactKind.SMS,
    Channel.CALL: ContactKind.PHONE,
    Channel.VISIT: ContactKind.HOME_VISIT,
    Channel.CARD: ContactKind.CARD,
    Channel.WHATSAPP: ContactKind.SMS,
    Channel.DESK: ContactKind.APPOINTMENT,
    Channel.OTHER: ContactKind.OTHER,
}
"""WhatsApp counts with SMS, who comes to the desk with appointments on location."""

_NOT_MADE = frozenset({AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF})


def is_contact(attempt: Attempt) -> bool:
    """Whether it was an attempt to the outside at all: there was an address, and it was not called off."""
    return attempt.result not in _NOT_MADE


def whole_euros(cents: int) -> int:
    """Rounded, half a euro upwards: the standard wants whole euros and says no more of it."""
    return (cents + 50) // 100
