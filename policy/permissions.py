"""Who may do what: one function, asked by every page, query and command."""

from dataclasses import dataclass
from enum import StrEnum

from models.codes import Role
from models.ids import StaffId
from models.values import MunicipalityCode


class Action(StrEnum):
    """Everything somebody may be allowed to do."""

    SEE_CASE = "see_case"
    SEE_WORK_LIST = "see_work_list"
    SEE_STALLED = "see_stalled"
    SEE_RETENTION = "see_retention"
    IMPORT_DELIVERY = "import_delivery"
    WORK_ON_CASE = "work_on_case"
    HOLD_ERASURE = "hold_erasure"


_OF_ROLE: dict[Role, frozenset[Action]] = {
    Role.CASEWORKER: frozenset({Action.SEE_CASE, Action.SEE_WORK_LIST, Action.WORK_ON_CASE, Action.IMPORT_DELIVERY}),
    Role.SUPERVISOR: frozenset(Action),
    # The later product's roles see nothing until their pages exist.
    Role.REFERRAL_PARTY: frozenset(),
    Role.POLICY_OFFICER: frozenset(),
    Role.PRIVACY_OFFICER: frozenset(),
    Role.PARTNER: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
    Role.SWITCHBOARD: frozenset(),
}


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in, with the municipalities they work for."""

    staff_id: StaffId
    name: str
    role: Role
    municipalities: frozenset[MunicipalityCode]


def may(staff: Staff, action: Action, municipality: MunicipalityCode) -> bool:
    """Whether this person may do this in this municipality. Nobody sees a municipality they do not work for."""
    return municipality in staff.municipalities and action in _OF_ROLE[staff.role]


def role_may(role: Role, action: Action) -> bool:
    """Whether the role allows the action at all, for a workflow that knows the role and is the municipality's own."""
    return action in _OF_ROLE[role]
