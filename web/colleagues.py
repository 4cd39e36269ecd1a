"""Whom somebody works with."""

from models.codes import Role
from policy.permissions import Action, Staff
from web import queries
from web.auth import scope
from web.services import Services


def seen_by(services: Services, me: Staff) -> list[Staff]:
    """The colleagues of whom somebody knows when they work; a referral party knows its own people only."""
    everyone = queries.workers(services.database, scope(me, Action.SEE_WORK_LIST))
    if me.role is Role.REFERRAL_PARTY:
        return [each for each in everyone if (each.role, each.party) == (me.role, me.party)]
    return everyone
