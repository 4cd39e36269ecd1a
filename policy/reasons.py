"""Why a signal was not picked up, in our own finer words, and the national result that each of them is. Pure.

The partner hears what the standard settles for the result, never the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.codes import DDAS_VERSION, NotPickedUpReason, Outcome, Route


@dataclass(frozen=True)
class ReasonTable:
    """`version` is of our own list, `standard` of the national one; either changes when its list does."""

    version: str
    standard: str
    results: Mapping[NotPickedUpReason, Outcome]


TABLE = ReasonTable(
    version="2026-1",
    standard=DDAS_VERSION,
    results={
        NotPickedUpReason.IRREGULAR_STAY: Outcome.NOT_PICKED_UP_OTHER,
        NotPickedUpReason.DETENTION: Outcome.NOT_PICKED_UP_OTHER,
        NotPickedUpReason.UNSAFE_ADDRESS: Outcome.NOT_PICKED_UP_OTHER,
        NotPickedUpReason.NO_CAPACITY: Outcome.NOT_PICKED_UP_OTHER,
        NotPickedUpReason.MOVED_UNKNOWN: Outcome.NOT_PICKED_UP_OTHER,
        NotPickedUpReason.OBJECTION: Outcome.NOT_PICKED_UP_OTHER,
        NotPickedUpReason.BELOW_THRESHOLD: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        NotPickedUpReason.DAYS_TOO_HIGH: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        NotPickedUpReason.DAYS_TOO_LOW: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        NotPickedUpReason.LEGAL_ENTITY: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        NotPickedUpReason.PAID_BEFORE_SIGNAL: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        NotPickedUpReason.WITHDRAWN: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
        NotPickedUpReason.UNJUSTIFIED_OTHER: Outcome.NOT_PICKED_UP_UNJUSTIFIED,
    },
)
UNJUSTIFIED: Mapping[str, str] = {
    NotPickedUpReason.BELOW_THRESHOLD: "onder de drempel",
    NotPickedUpReason.DAYS_TOO_HIGH: "achterstand te oud",
    NotPickedUpReason.DAYS_TOO_LOW: "achterstand te nieuw",
    NotPickedUpReason.LEGAL_ENTITY: "rechtspersoon",
    NotPickedUpReason.PAID_BEFORE_SIGNAL: "al betaald voor de signaaldatum",
    NotPickedUpReason.WITHDRAWN: "ingetrokken door de partner",
    NotPickedUpReason.UNJUSTIFIED_OTHER: "andere reden",
    "": "niet bekend",
}
"""What figures call the reasons of an unjustified signal, in this order; without one it was closed before there were
reasons."""
_UNTOLD = {
    # Nobody's data were received: the regulation is about people.
    NotPickedUpReason.LEGAL_ENTITY: "AVG overweging 14: gegevens van een rechtspersoon zijn geen persoonsgegevens.",
}


def reasons_of(outcome: Outcome) -> tuple[NotPickedUpReason, ...]:
    """The reasons that this result can have, in the order of the list."""
    return tuple(reason for reason, result in TABLE.results.items() if result is outcome)


def fits(reason: NotPickedUpReason, outcome: Outcome) -> bool:
    """Whether this result is the reason's."""
    return TABLE.results[reason] is outcome


def reason_of_route(route: Route, outcome: Outcome) -> NotPickedUpReason | None:
    """Why a route without contact ends so; None for a result that has no reasons."""
    if outcome is not Outcome.NOT_PICKED_UP_UNJUSTIFIED:
        return None
    below = route is Route.BELOW_THRESHOLD
    return NotPickedUpReason.BELOW_THRESHOLD if below else NotPickedUpReason.UNJUSTIFIED_OTHER


def untold_ground(reason: NotPickedUpReason | None) -> str:
    """Why nobody needs to hear that data were received; empty when somebody does."""
    return "" if reason is None else _UNTOLD.get(reason, "")
