"""Which months of its signals a partner may see: on its page, in the API, and when both look together."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from adapters.partner_signals import Window
from models.ids import PartnerId
from models.values import MunicipalityCode
from policy.calendar import at_local, local
from policy.partner_view import shown_days
from web.services import Services


def months_shown(services: Services, partner: PartnerId, place: MunicipalityCode) -> Mapping[str, Window]:
    """This month and the whole months before it of which everything is still there, the newest first, each by its name
    (`2027-04`)."""
    today = local(services.now()).date()
    policy = services.policies.policy(place)
    oldest = today - timedelta(days=shown_days(policy.retention, policy.outcome_classes))
    months, first = dict[str, Window](), today.replace(day=1)
    after = _next(first)
    while not months or first >= oldest:
        months[f"{first:%Y-%m}"] = Window(partner, place, at_local(first, time()), at_local(after, time()))
        first, after = (first - timedelta(days=1)).replace(day=1), first
    return months


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
