"""What all values of the product have in common: they never change."""

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value that never changes; unknown fields are refused and rejected input is never repeated in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Carried(Frozen):
    """A value that travels through Temporal or lies in a history.

    Unknown fields are ignored and new fields get defaults, so that during an upgrade old and new workers
    can read each other's messages.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
