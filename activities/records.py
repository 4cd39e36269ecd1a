"""What activities take and give: ids and codes on their way between workflows and the read model."""

from enum import StrEnum

from pydantic import AwareDatetime, model_validator

from models.base import Carried
from models.case import CaseSignal, CaseState, Deadline, Retention
from models.codes import Channel, FeedbackCode, Party, Phase, RegisterResult, StallCause
from models.destruction import Asked, OnList
from models.facts import AnyFact
from models.ids import (
    BatchId,
    CaseId,
    DeliveryId,
    FactId,
    PartnerId,
    PersonId,
    RowId,
    SignalId,
    StepId,
    UnitId,
)
from models.terms import QueueKey, Terms
from models.values import MunicipalityCode


class RegisterVerdict(Carried):
    """What follows from the persons register's answer, as codes; the answer itself is sealed."""

    result: RegisterResult
    secret: bool = False
    guardianship: bool = False
    since: AwareDatetime | None = None
    """When the register told exactly this of the person for the first time."""

    @model_validator(mode="before")
    @classmethod
    def _once_a_code_alone(cls, value: object) -> object:
        # So it stands in the histories of cases that asked before the rest was told.
        return {"result": value} if isinstance(value, str) else value


class RecordedFact(Carried):
    """A fact with the id under which it is written once."""

    fact_id: FactId
    fact: AnyFact


class NextAction(Carried):
    """What happens next with a case, for lists: what, when, who, and why it stands still if it does."""

    code: str
    queue: QueueKey
    due_at: AwareDatetime
    """When the next step is due for whoever does it."""
    wake_at: AwareDatetime
    """When the workflow's own timer goes off next; the same moment or earlier."""
    deadline: Deadline | None = None
    stall: StallCause | None = None
    stalled_since: AwareDatetime | None = None
    urgent: bool = False
    """Goes before other work."""
    priority: int = 2
    """How soon the route's work is to be done: 1 first, 4 last."""
    party: Party | None = None
    """Who of outside is asked for the next step; None when nobody is."""


class CaseRecord(Carried):
    """A new state with the facts that made it. `state.terms` is left out; `terms` is there when they changed."""

    record_id: str
    phase_before: Phase
    state: CaseState
    facts: tuple[RecordedFact, ...]
    next: NextAction | None
    terms: Terms | None = None


class MessageFate(StrEnum):
    """What became of a message."""

    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class MessageClaim(Carried):
    """A message about to be handed over."""

    step_id: StepId
    case_id: CaseId
    person_id: PersonId
    channel: Channel
    template: str
    at: AwareDatetime


class RowGroup(Carried):
    """Rows that must be matched one after the other."""

    rows: tuple[RowId, ...]


class MatchedRow(Carried):
    """Where a row goes: a case to open with this state, one to join with this signal, or neither (all done)."""

    row_id: RowId
    case_id: CaseId
    open: CaseState | None = None
    join: CaseSignal | None = None


class RowWindow(Carried):
    """The next part of a delivery: its unfinished rows, in groups."""

    groups: tuple[RowGroup, ...] = ()
    last: int | None = None
    """Number of the last row that was looked at; None when there is none left, or while the delivery is paused."""
    paused: bool = False


class DeliveryReport(Carried):
    """What became of a delivery, in numbers."""

    delivery_id: DeliveryId
    stored: int
    opened: int
    joined: int
    repeated: int
    refused: int
    successive: int = 0
    """Signals at an address that was reported before."""
    not_compared: int = 0
    """Signals of which that cannot be told any more."""
    legal_entities: int = 0
    """Signals about a company, a foundation or the like, whom nobody contacts."""


class OwedSignal(Carried):
    """What one partner is told of one signal."""

    signal_id: SignalId
    case_id: CaseId
    code: FeedbackCode


class OwedBatch(Carried):
    """Feedback that leaves together."""

    batch_id: BatchId
    partner_id: PartnerId
    signals: tuple[OwedSignal, ...]
    more: bool = False
    """Whether the partner is owed more than one batch holds."""


class ErasureOrder(Carried):
    """What must go, by which rule, and since when it was due."""

    order_id: str
    municipality: MunicipalityCode
    units: tuple[UnitId, ...]
    case_id: CaseId | None
    workflow_ids: tuple[str, ...]
    retention: Retention
    on_list: OnList | None = None
    """What became of it on a destruction list; None where there are none."""
    defect: str = ""
    """Set when the sweep found what a timer should have erased."""


class ErasureQuestion(Carried):
    """Units of a closed case of which is asked whether they may be erased."""

    municipality: MunicipalityCode
    asked: tuple[Asked, ...]
    at: AwareDatetime


class Certificate(Carried):
    """Proof that a unit was erased."""

    certificate_id: str
    order: ErasureOrder
    erased_at: AwareDatetime
    rows: int
    executions: int


class OpenCase(Carried):
    """A case that SQL believes is open."""

    case_id: CaseId
    wake_at: AwareDatetime | None
    has_next: bool
    has_queue: bool
