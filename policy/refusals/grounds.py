"""Grounds on which commands about several subjects are refused."""

from datetime import datetime

from models.case import CaseState
from models.codes import Role, Standing
from models.ids import PersonId
from policy.changes import terms_of
from policy.deadlines import moment_after

LATE = "Dit kan niet meer: de zaak is intussen verder."
"""For a caseworker whose page showed an older state."""


def of_gone(state: CaseState, person_id: PersonId) -> str | None:
    person = state.person(person_id)
    died = person is not None and person.standing is Standing.DIED
    return "Deze persoon is overleden: er is geen contact meer." if died else None


def of_future(now: datetime, *moments: datetime | None) -> str | None:
    future = any(moment is not None and moment > now for moment in moments)
    return "Dit kan niet in de toekomst liggen." if future else None


def of_late_correction(state: CaseState, role: Role, recorded_at: datetime, now: datetime) -> str | None:
    """What was recorded a while ago only a supervisor corrects."""
    rule = terms_of(state).corrections
    if rule is None or role is Role.SUPERVISOR:
        return None
    until, _ = moment_after(recorded_at, rule.within.term, rule.within.calendar, terms_of(state).calendars)
    return None if now <= until else "Dit is te lang geleden om zelf te verbeteren. Vraag uw teamleider."
