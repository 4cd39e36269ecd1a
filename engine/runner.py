"""How workflows run: in the worker's own interpreter, as they are imported there."""

from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner


def workflow_runner() -> WorkflowRunner:
    """The runner for every worker, replayer and test of workflows.

    Temporal's sandbox guards modules that it imports itself. All of ours are shared with the activities, because of a
    value imported twice `isinstance` tells two classes apart; so it guarded nothing, and took a sixth of the worker's
    time. What keeps workflows pure is ruff, the import contracts and the histories that are replayed.
    """
    return UnsandboxedWorkflowRunner()
