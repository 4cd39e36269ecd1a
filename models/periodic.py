"""What the workflows beside the case start with."""

from datetime import timedelta

from models.base import Carried
from models.case import CaseState
from models.ids import DeliveryId, PartnerId
from models.values import MunicipalityCode


class RetentionInput(Carried):
    """A closed case waiting for its erasure."""

    state: CaseState
    clock_offset: timedelta = timedelta(0)


class DeliveryInput(Carried):
    """A stored delivery whose rows must become cases."""

    delivery_id: DeliveryId
    clock_offset: timedelta = timedelta(0)
    after: int = 0
    """The number of the last row up to which all is done."""
    upload: str = ""
    """The file whose rows are stored first; empty when they are stored already."""


class FeedbackInput(Carried):
    """A partner's batch of one municipality."""

    municipality: MunicipalityCode
    partner_id: PartnerId
    budget_hours: int
    """How long the partner is tried; then the same batch goes with the next run."""
    clock_offset: timedelta = timedelta(0)
    told: int = 0
    """Signals that left in batches before this one."""


class PeriodicInput(Carried):
    """A job that a schedule starts. `found` counts over continued runs."""

    found: int = 0
    clock_offset: timedelta = timedelta(0)


class DigestInput(Carried):
    """The mail of a municipality's supervisors."""

    municipality: MunicipalityCode
    clock_offset: timedelta = timedelta(0)


class PrintInput(Carried):
    """A municipality's print round. `printed` counts over continued runs."""

    municipality: MunicipalityCode
    budget_hours: int
    """How long the printer is tried; then the same batch goes with the next round."""
    printed: int = 0
    clock_offset: timedelta = timedelta(0)
