"""What a partner may be told about its signal."""

from models.codes import DisclosureGround, FeedbackCode, Outcome, PartnerType
from models.terms import Disclosure

_SETTLED = {
    Outcome.NOT_PICKED_UP_REPEAT: FeedbackCode.REPEAT,
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: FeedbackCode.UNJUSTIFIED,
    Outcome.DIED: FeedbackCode.DIED,
    Outcome.NOT_A_RESIDENT: FeedbackCode.NOT_A_RESIDENT,
    # The reason (detention, unsafe address, no capacity ...) is never the partner's business.
    Outcome.NOT_PICKED_UP_OTHER: FeedbackCode.NOT_PICKED_UP,
}


FULLER = (FeedbackCode.HELPED, FeedbackCode.NO_HELP, FeedbackCode.NOT_REACHED)
"""What only a signed table may tell."""


def is_settled(outcome: Outcome) -> bool:
    """Whether the national standard settles what is told of it."""
    return outcome in _SETTLED


def code_for(
    outcome: Outcome, partner_type: PartnerType, ground: DisclosureGround | None, table: Disclosure | None
) -> FeedbackCode:
    """What the partner is told. Without a ground on the case or a signed table no more than the standard settles."""
    rows = () if table is None else table.rows
    fitting = (
        row.code
        for row in rows
        if outcome in row.outcomes
        and ground in row.grounds
        and (row.partner_types is None or partner_type in row.partner_types)
    )
    # The standard comes first, whatever a table says.
    return feedback_for(outcome) if is_settled(outcome) else next(fitting, FeedbackCode.HANDLED)


def feedback_for(outcome: Outcome) -> FeedbackCode:
    """The five results the national standard settles; every other one is told as `afgehandeld`."""
    return _SETTLED.get(outcome, FeedbackCode.HANDLED)
