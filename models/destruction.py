"""Lists of what is going to be erased, to which people agree first: what an erasure needs to know of them."""

from enum import StrEnum

from pydantic import AwareDatetime

from models.base import Carried
from models.codes import Role
from models.ids import UnitId


class ListFate(StrEnum):
    """What became of a unit on its way past a destruction list."""

    APPROVED = "approved"
    """Enough people agreed, and had time to come back on it."""
    COOLED_SHORT = "cooled_short"
    """Enough people agreed, so late that its date came before the time to come back on it was over."""
    NOT_APPROVED = "not_approved"
    """Its date came before enough people agreed."""
    ON_NO_LIST = "on_no_list"
    """Its date was known too late for a list."""


class OnList(Carried):
    """What a certificate says of the list that its unit stood on: never who agreed, only in which roles."""

    list_name: str = ""
    """Empty when it stood on none."""
    fate: ListFate
    roles: tuple[Role, ...] = ()


class Permit(Carried):
    """From when a unit may be erased, as things stand now."""

    unit_id: UnitId
    not_before: AwareDatetime
    on_list: OnList | None = None
    """None where the municipality makes no lists."""


class Asked(Carried):
    """A unit of which is asked whether it may be erased. `due_at`: its date, or the end of a hold that came later."""

    unit_id: UnitId
    due_at: AwareDatetime


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
