"""What a case's own copy of a person gains and loses with its signals. Pure."""

from collections.abc import Iterator, Sequence

from models.codes import ItemSource
from models.personal import Mailbox, Phone, Resident

_FACETS = (("initials", "prefix", "surname"), ("address",), ("birth_date",), ("bsn",))
"""What is said of a person as one; the first two of everybody."""


def fuller(known: Resident, said: Resident) -> Resident:
    """With what the case did not know of its resident; what it knows stays as it is."""
    return known.model_copy(
        update={
            "birth_date": known.birth_date or said.birth_date,
            "bsn": known.bsn or said.bsn,
            "phones": (*known.phones, *_new_phones(known, said)),
            "mailboxes": (*known.mailboxes, *_new_mailboxes(known, said)),
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


def _new_phones(known: Resident, said: Resident) -> Iterator[Phone]:
    numbers, has_preferred = {phone.number for phone in known.phones}, any(phone.preferred for phone in known.phones)
    for phone in said.phones:
        # Who stood for the resident in another case is not recorded in this one, and must not be taken for them.
        if phone.number not in numbers and phone.source is not ItemSource.REPRESENTATIVE:
            yield phone.model_copy(update={"preferred": phone.preferred and not has_preferred})


def _new_mailboxes(known: Resident, said: Resident) -> Iterator[Mailbox]:
    addresses, has_preferred = {box.address for box in known.mailboxes}, any(box.preferred for box in known.mailboxes)
    for box in said.mailboxes:
        if box.address not in addresses and box.source is not ItemSource.REPRESENTATIVE:
            yield box.model_copy(update={"preferred": box.preferred and not has_preferred})
