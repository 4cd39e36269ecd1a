"""The case's own steps: choosing its route and writing what happened. Local and idempotent."""

from datetime import datetime

from temporalio import activity

from activities.ports import CaseSlots, CaseStore, PartyHealth, PolicyBook
from activities.records import CaseRecord
from models.base import Carried
from models.codes import Route
from models.facts import CaseClosed, PartyGaveUp
from models.terms import Terms
from models.values import MunicipalityCode


class RouteQuestion(Carried):
    """Which terms a case of this municipality gets at this moment."""

    municipality: MunicipalityCode
    route: Route
    at: datetime


class CaseActivities:
    """Steps on our own databases."""

    def __init__(self, *, store: CaseStore, slots: CaseSlots, policies: PolicyBook, health: PartyHealth) -> None:
        self._store = store
        self._slots = slots
        self._policies = policies
        self._health = health

    @activity.defn(name="resolve_terms")
    def resolve_terms(self, question: RouteQuestion) -> Terms:
        """The terms of the municipality's policy as it is now."""
        return self._policies.terms(question.municipality, question.route, question.at)

    @activity.defn(name="save_case")
    def save(self, record: CaseRecord) -> None:
        """Writes a new state with its facts. A closed case can no longer be joined; what a party left undone no
        longer waits for it."""
        for recorded in record.facts:
            match recorded.fact:
                case CaseClosed():
                    self._slots.case_closed(record.state.case_id)
                case PartyGaveUp() as gave_up:
                    self._health.gave_up(gave_up.party, waiting=record.state.case_id)
                case _:
                    pass
        self._store.save(record)
