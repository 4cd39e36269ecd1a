"""What supervisors see and hear of the work, as a policy file says it."""

from typing import Annotated

from pydantic import Field

from policy.file_parts import Schedule, Written

Address = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+'\-]{1,64}@([A-Za-z0-9\-]+\.)+[A-Za-z]{2,}$")]


class FileSupervision(Written):
    """What supervisors see and hear of the work."""

    figures_per_caseworker: bool
    """Whether what each caseworker has is counted. Off unless the municipality decided it, with its works council."""
    digest_schedule: Schedule
    """When the mail with the counts of the day leaves, on working days; more often only tries again."""
    digest_to: tuple[Address, ...]
    """Who gets it: the team's own mailboxes, not people's. Nobody: there is no such mail."""
