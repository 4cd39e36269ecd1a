"""Who types a command, and what they may do."""

from adapters.stores import Stores
from models.ids import StaffId
from policy.permissions import Staff


class NotAllowed(Exception):
    """This member of staff may not do this."""


def known_staff(stores: Stores, staff: StaffId) -> Staff:
    """Raises `NotAllowed` when there is nobody by this id."""
    member = stores.registry.member(staff)
    if member is None:
        raise NotAllowed("This member of staff is not known.")
    return Staff(member.id, member.name, member.role, frozenset(member.municipalities))
