"""Where somebody lives, as a page may show it. A secret address (geheimhouding) is shown to staff with that right only,
once they say why; the pages know a resident without an address, so none shows it by accident."""

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.address_looks import AddressLooks
from adapters.documents import Documents
from adapters.vault import Erased
from models.case import CaseState
from models.codes import DocumentKind, LookReason, Trait
from models.ids import PersonId
from models.personal import Address, Resident
from policy.permissions import Staff
from web import labels, queries, words
from web.language import said
from web.services import Services

SECRET = "geheim"


@dataclass(frozen=True)
class Looked:
    """Who saw the address, in words."""

    who: str
    when: str
    why: str


@dataclass(frozen=True)
class ShownAddress:
    """The address of a resident on a page."""

    lines: tuple[str, ...]
    """Street and place; empty when it is hidden."""
    secret: bool
    may_look: bool
    reasons: tuple[tuple[str, str], ...]
    """What may be said to see it: code and words."""
    looks: tuple[Looked, ...]
    """Who saw it; for whoever may see it too."""

    @property
    def text(self) -> str:
        return ", ".join(self.lines) if self.lines else said(SECRET)


def is_secret(state: CaseState) -> bool:
    """Whether the addresses of a case are hidden: who lives with somebody whose address is secret, lives there too."""
    return any(Trait.SECRET_ADDRESS in person.traits for person in state.people)


def may_look(state: CaseState, staff: Staff) -> bool:
    """Whether somebody who may see the case may see a secret address in it."""
    return staff.sees_secret_addresses and state.municipality in staff.municipalities


def shown_address(
    services: Services, state: CaseState, person: PersonId, staff: Staff, *, looked: bool = False
) -> ShownAddress | None:
    """None when the resident's data are gone. `looked`: the reason was given and written down just now."""
    secret, may = is_secret(state), may_look(state, staff)
    address = _address(services, person)
    if address is None:
        return None
    return ShownAddress(
        lines=lines_of(address) if not secret or (may and looked) else (),
        secret=secret,
        may_look=secret and may,
        reasons=tuple((reason.value, labels.label(reason)) for reason in LookReason),
        looks=_looks(services, state, person) if secret and may else (),
    )


def open_addresses(services: Services, doors: Iterable[tuple[CaseState, PersonId]]) -> dict[PersonId, Address]:
    """Where these people live, but for whose address is secret or gone."""
    documents, found = Documents(services.vault), dict[PersonId, Address]()
    with services.database.read() as session:
        for state, person in doors:
            if is_secret(state):
                continue
            try:
                document = documents.read(session, DocumentKind.PERSON, person)
            except Erased:
                continue
            if isinstance(document, Resident):
                found[person] = document.address
    return found


def shown_street(state: CaseState, resident: Resident) -> str:
    """Street and house of somebody in this case, as a list shows them: of a secret address that it is secret."""
    return said(SECRET) if is_secret(state) else lines_of(resident.address)[0]


def lines_of(address: Address) -> tuple[str, str]:
    """Street and house; postcode and place."""
    house = " ".join(part for part in (address.street, str(address.number), address.addition) if part)
    return house, f"{words.postcode(address.postcode)} {address.town}".rstrip()


def _address(services: Services, person: PersonId) -> Address | None:
    with services.database.read() as session:
        try:
            found = Documents(services.vault).read(session, DocumentKind.PERSON, person)
        except Erased:
            return None
    return found.address if isinstance(found, Resident) else None


def _looks(services: Services, state: CaseState, person: PersonId) -> tuple[Looked, ...]:
    found = AddressLooks(services.database).of(state.case_id, person)
    names = queries.staff_names(services.database, [look.staff for look in found])
    now = services.now()
    return tuple(
        Looked(names.get(look.staff) or said("een collega"), words.moment(look.at, now=now), labels.label(look.reason))
        for look in found
    )
