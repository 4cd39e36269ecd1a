"""The sandbox in which workflows run: everything is imported afresh, but for what is named here."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

PASSED_THROUGH = (
    # Our own values and rules: imported twice, `isinstance` would tell two classes of one name apart, and
    # `zoneinfo` breaks. That takes them from under Temporal's guard, so their purity has checks of its own.
    "models",
    "activities",
    "policy",
    # And the workflows themselves: imported anew for every case they took ten times what the case's own step takes.
    "workflows",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
)


def workflow_runner() -> SandboxedWorkflowRunner:
    """The runner for every worker, replayer and test of workflows."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))
