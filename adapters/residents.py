"""What a case's own copy of a person gains and loses with its signals. Pure."""

from collections.abc import Sequence

from models.codes import ItemSource
from models.personal import Mailbox, Phone, Resident

_FACETS = (("initials", "prefix", "surname"), ("address",), ("birth_date",), ("bsn",))
"""What is said of a person as one; the first two of everybody."""


def fuller(known: Resident, said: Resident) -> Resident:
    """With what the case did not know of its resident; what it knows stays as it is."""
    numbers = {phone.number for phone in known.phones}
    addresses = {mailbox.address for mailbox in known.mailboxes}
    return known.model_copy(
        update={
            "birth_date": known.birth_date or said.birth_date,
            "bsn": known.bsn or said.bsn,
            "phones": (*known.phones, *(phone for phone in said.phones if phone.number not in numbers)),
            "mailboxes": (*known.mailboxes, *(box for box in said.mailboxes if box.address not in addresses)),
        }
    )


def without(known: Resident, gone: Resident, left: Sequence[Resident]) -> Resident:
    """Without what only `gone` said, now that it turns out to be about somebody else. `left`: what the other signals
    say of this person, the oldest first. What a caseworker or the person added stays, and so does a name and an
    address when nobody says another one."""
    now = known
    for facet in _FACETS:
        if _of(known, facet) == _of(gone, facet) and all(_of(one, facet) != _of(known, facet) for one in left):
            now = _instead(now, facet, left)
    return now.model_copy(
        update={"phones": _phones(known, gone, left), "mailboxes": _mailboxes(known, gone, left)},
    )


def _of(resident: Resident, facet: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(resident, field) for field in facet)


def _instead(known: Resident, facet: Sequence[str], left: Sequence[Resident]) -> Resident:
    """With the facet as the first other signal says it; nothing when that may be and nobody says it."""
    unsaid = _of(known, facet) if facet in _FACETS[:2] else (None,)
    said = next((_of(one, facet) for one in left if any(_of(one, facet))), unsaid)
    return known.model_copy(update=dict(zip(facet, said, strict=True)))


def _phones(known: Resident, gone: Resident, left: Sequence[Resident]) -> tuple[Phone, ...]:
    brought = {phone.number for phone in gone.phones} - {phone.number for one in left for phone in one.phones}
    return tuple(
        phone for phone in known.phones if phone.source is not ItemSource.PARTNER or phone.number not in brought
    )


def _mailboxes(known: Resident, gone: Resident, left: Sequence[Resident]) -> tuple[Mailbox, ...]:
    brought = {box.address for box in gone.mailboxes} - {box.address for one in left for box in one.mailboxes}
    return tuple(box for box in known.mailboxes if box.source is not ItemSource.PARTNER or box.address not in brought)
