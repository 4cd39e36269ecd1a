"""What supervisors see of the work, as a policy file says it."""

from policy.file_parts import Written


class FileSupervision(Written):
    """What supervisors see of the work."""

    figures_per_caseworker: bool
    """Whether what each caseworker has is counted. Off unless the municipality decided it, with its works council."""
