"""The months of which a partner sees the signals that it sent."""

from datetime import date, time, timedelta

from adapters.partner_signals import Window
from models.ids import PartnerId
from models.values import MunicipalityCode
from policy.calendar import at_local, local
from policy.partner_view import shown_days
from web.services import Services


def shown_months(services: Services, partner: PartnerId, place: MunicipalityCode) -> list[Window]:
    """This month and the whole months before it of which everything is still there; the newest first."""
    today = local(services.now()).date()
    policy = services.policies.policy(place)
    oldest = today - timedelta(days=shown_days(policy.retention, policy.outcome_classes))
    months, first = list[Window](), today.replace(day=1)
    after = _next(first)
    while not months or first >= oldest:
        months.append(Window(partner, place, at_local(first, time()), at_local(after, time())))
        first, after = (first - timedelta(days=1)).replace(day=1), first
    return months


def month_code(window: Window) -> str:
    """`2027-04`."""
    return f"{local(window.since):%Y-%m}"


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
