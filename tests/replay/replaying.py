"""Replaying as the product's worker runs: its workflows, its runner, its converter."""

from temporalio.worker import Replayer

from engine.client import DATA_CONVERTER, runtime
from engine.runner import workflow_runner
from models.errors import CodedError
from worker import WORKFLOWS


def replayer() -> Replayer:
    """Refuses a history that today's workflows would not have made."""
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=[CodedError],
        data_converter=DATA_CONVERTER,
        runtime=runtime(),
    )
