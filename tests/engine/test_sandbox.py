"""What the sandbox of workflows passes through."""

import sys

from engine.sandbox import workflow_runner
from worker import WORKFLOWS

OURS = ("activities", "models", "policy", "workflows")


def test_nothing_that_a_case_imports_of_ours_is_imported_anew_for_every_case() -> None:
    restrictions = workflow_runner().restrictions
    assert {workflow.__module__.partition(".")[0] for workflow in WORKFLOWS} == {"workflows"}
    imported = {name.partition(".")[0] for name in sys.modules}
    assert set(OURS) <= imported & restrictions.passthrough_modules
