"""The case's own steps: choosing its route and writing what happened. Local and idempotent."""

from datetime import datetime

from temporalio import activity

from activities.ports import CaseSlots, CaseStore, PartyHealth, PolicyBook
from activities.records import CaseRecord
from models.base import Carried
from models.facts import CaseClosed, CaseMerged, PartyGaveUp
from models.ids import CaseId, PersonId
from models.terms import Terms
from models.values import MunicipalityCode
from policy.calendar import local, years_between


class RouteQuestion(Carried):
    """Which route and terms the case of this resident gets at this moment."""

    case_id: CaseId
    person_id: PersonId
    municipality: MunicipalityCode
    at: datetime


class CaseActivities:
    """Steps on our own databases."""

    def __init__(self, *, store: CaseStore, slots: CaseSlots, policies: PolicyBook, health: PartyHealth) -> None:
        self._store = store
        self._slots = slots
        self._policies = policies
        self._health = health

    @activity.defn(name="choose_route")
    def choose_route(self, question: RouteQuestion) -> Terms:
        """The route that fits the resident, with its terms of the policy as it is now. The age stays here."""
        born = self._store.resident(question.case_id, question.person_id).birth_date
        age = None if born is None else years_between(born, local(question.at).date())
        route = self._policies.route(question.municipality, age)
        return self._policies.terms(question.municipality, route, question.at)

    @activity.defn(name="save_case")
    def save(self, record: CaseRecord) -> None:
        """Writes a new state with its facts. A closed case can no longer be joined; what a party left undone, and what
        was called off because somebody was quicker, no longer waits for it."""
        for recorded in record.facts:
            match recorded.fact:
                case CaseClosed() | CaseMerged():
                    self._slots.case_closed(record.state.case_id)
                case PartyGaveUp() as gave_up:
                    self._health.gave_up(gave_up.party, waiting=record.state.case_id)
                case _:
                    pass
        self._store.save(record)
        still = None if record.next is None else record.next.party
        self._health.waits_only_for(still, waiting=record.state.case_id)
