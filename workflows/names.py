"""Ids of executions. They derive from our own ids, so the same thing is never run twice."""

from models.case import CaseSignal
from models.ids import CaseId, DeliveryId, PartnerId
from models.values import MunicipalityCode

CASE_PREFIX = "case/"
RETENTION_PREFIX = "retention/"


def case_workflow_id(case: CaseId) -> str:
    return f"{CASE_PREFIX}{case}"


def joining_id(signal: CaseSignal) -> str:
    """Of bringing a signal to a case. One that was split off may come back: that is another joining, at another
    moment, be it within the same second."""
    return f"join-{signal.signal_id}-{signal.joined_at.timestamp():.6f}"


def retention_workflow_id(case: CaseId) -> str:
    return f"{RETENTION_PREFIX}{case}"


def delivery_workflow_id(delivery: DeliveryId) -> str:
    return f"delivery/{delivery}"


def feedback_workflow_id(municipality: MunicipalityCode, partner: PartnerId) -> str:
    return f"feedback/{municipality.text}/{partner}"


def print_workflow_id(municipality: MunicipalityCode) -> str:
    return f"print/{municipality.text}"


def digest_workflow_id(municipality: MunicipalityCode) -> str:
    return f"digest/{municipality.text}"


SWEEP_ID = "sweep"
RECONCILIATION_ID = "reconciliation"
BOUNCES_ID = "bounces"
PEER_REVIEW_ID = "peer-review"
DESTRUCTION_LISTS_ID = "destruction-lists"
