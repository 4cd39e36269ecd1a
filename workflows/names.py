"""Ids of executions. They derive from our own ids, so the same thing is never run twice."""

from models.ids import CaseId, DeliveryId, PartnerId
from models.values import MunicipalityCode

CASE_PREFIX = "case/"


def case_workflow_id(case: CaseId) -> str:
    return f"{CASE_PREFIX}{case}"


def retention_workflow_id(case: CaseId) -> str:
    return f"retention/{case}"


def delivery_workflow_id(delivery: DeliveryId) -> str:
    return f"delivery/{delivery}"


def feedback_workflow_id(municipality: MunicipalityCode, partner: PartnerId) -> str:
    return f"feedback/{municipality.text}/{partner}"


SWEEP_ID = "sweep"
RECONCILIATION_ID = "reconciliation"
