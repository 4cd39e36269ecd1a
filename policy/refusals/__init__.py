"""Why a case does not take a command, as a sentence for the caseworker; None when it does.

`of_content` looks at what the command says; the other functions at the case alone, so that a page need not offer what
would be refused.
"""

from datetime import datetime

from models.case import CaseState
from models.commands import AnyCommand
from policy.refusals.case import (
    HELD_TOO_SHORT,
    may_be_put_off,
    of_case_command,
    of_hold_of_case,
    of_holding,
    of_merging,
    of_pausing,
    of_releasing,
    of_resuming,
    of_short_hold,
    of_splitting,
)
from policy.refusals.contact import (
    CALL_RESULTS,
    INCOMING,
    OTHER_RESULTS,
    VISIT_RESULTS,
    ContactCommand,
    of_allowing_visits,
    of_cancelling_visit,
    of_contact_command,
    of_continuing,
    of_correcting_attempt,
)
from policy.refusals.outcome import OutcomeCommand, of_ending_referral, of_outcome_command, of_referring
from policy.refusals.resident import (
    ResidentCommand,
    of_allowing_disclosure,
    of_ending_representative,
    of_resident_command,
    of_survivors,
    of_telling_correction,
    of_withdrawing_disclosure,
)

__all__ = [
    "CALL_RESULTS",
    "HELD_TOO_SHORT",
    "INCOMING",
    "OTHER_RESULTS",
    "VISIT_RESULTS",
    "may_be_put_off",
    "of_allowing_disclosure",
    "of_allowing_visits",
    "of_cancelling_visit",
    "of_content",
    "of_continuing",
    "of_correcting_attempt",
    "of_ending_referral",
    "of_ending_representative",
    "of_hold_of_case",
    "of_holding",
    "of_merging",
    "of_pausing",
    "of_referring",
    "of_releasing",
    "of_resuming",
    "of_short_hold",
    "of_splitting",
    "of_survivors",
    "of_telling_correction",
    "of_withdrawing_disclosure",
]


def of_content(state: CaseState, command: AnyCommand, *, now: datetime) -> str | None:
    """Why the case does not take what this command says."""
    if isinstance(command, ContactCommand):
        return of_contact_command(state, command, now)
    if isinstance(command, ResidentCommand):
        return of_resident_command(state, command)
    if isinstance(command, OutcomeCommand):
        return of_outcome_command(state, command, now)
    return of_case_command(state, command, now)
