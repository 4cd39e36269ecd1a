"""What is counted of a case that closes, in bands so wide that the counts tell of nobody. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from models.case import Attempt, CaseState, PersonOutcome
from models.codes import NotPickedUpReason, Outcome
from models.values import Postcode
from policy.calendar import local
from policy.ddas import CONTACT_KINDS, is_contact
from policy.takeover import began_elsewhere


class FirstAttempt(StrEnum):
    """How many days after it was opened a case saw its first attempt."""

    DAYS_0_3 = "0-3"
    DAYS_4_7 = "4-7"
    DAYS_8_14 = "8-14"
    DAYS_15_28 = "15-28"
    LATER = "29+"
    NONE = "none"


_UP_TO = {
    3: FirstAttempt.DAYS_0_3,
    7: FirstAttempt.DAYS_4_7,
    14: FirstAttempt.DAYS_8_14,
    28: FirstAttempt.DAYS_15_28,
}


def first_attempt(state: CaseState) -> FirstAttempt:
    """From the day of opening to the day on which somebody was first sought; both are local days. A case that was taken
    over opened elsewhere, when its first signal came in there."""
    came_over = began_elsewhere(state)
    made = [attempt.at for attempt in _sought(state) if came_over or not attempt.elsewhere]
    if not made:
        return FirstAttempt.NONE
    received = [signal.received_at for signal in state.signals if signal.taken_over_at is not None]
    opened_at = min(received) if came_over else state.opened_at
    days = (local(min(made)).date() - local(opened_at).date()).days
    return next((band for most, band in _UP_TO.items() if days <= most), FirstAttempt.LATER)


def reach(state: CaseState) -> Mapping[str, tuple[int, int]]:
    """How often somebody was sought, and how often reached, by national kind of contact and daypart
    ("Telefoon/Ochtend"). Who sought contact with us is not in it."""
    counts: dict[str, tuple[int, int]] = {}
    for attempt in _sought(state):
        key = f"{CONTACT_KINDS[attempt.channel]}/{attempt.daypart}"
        sought, reached = counts.get(key, (0, 0))
        counts[key] = sought + 1, reached + attempt.reached
    return counts


def partners(state: CaseState) -> int:
    """How many partners reported the case."""
    return len({signal.partner_id for signal in state.signals})


def unjustified(outcome: PersonOutcome | None) -> str:
    """Why the signals were not justified; empty when they were. Why somebody was left alone for another reason
    (detention, an unsafe address) goes with the case."""
    if outcome is None or outcome.reason is None or outcome.outcome is not Outcome.NOT_PICKED_UP_UNJUSTIFIED:
        return ""
    return outcome.reason


def is_resident(why_unjustified: str) -> bool:
    """Whether a case is about a resident and not about a legal entity, which nobody seeks; by `unjustified`."""
    return why_unjustified != NotPickedUpReason.LEGAL_ENTITY


def area(postcode: Postcode) -> str:
    """The neighbourhood: the digits of a postcode, without the letters that name a street."""
    return postcode.text[:4]


def _sought(state: CaseState) -> list[Attempt]:
    return [attempt for attempt in state.attempts if is_contact(attempt) and not attempt.incoming]
