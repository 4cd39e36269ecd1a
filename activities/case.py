"""The case's own steps: choosing its route and writing what happened. Local and idempotent."""

from datetime import date, datetime

from temporalio import activity

from activities.ports import CaseSlots, CaseStore, EarlierCases, PartyHealth, PolicyBook
from activities.records import CaseRecord
from models.base import Carried
from models.codes import Route
from models.facts import CaseClosed, CaseMerged, PartyGaveUp
from models.ids import CaseId, PersonId
from models.terms import Terms
from models.values import MunicipalityCode
from policy.calendar import add_months, local, years_between
from policy.triage import Known, Situation


class RouteQuestion(Carried):
    """Which route and terms the case gets for this person at this moment.

    `version_of`: the day whose version of the policy the case has; None when it is new.
    """

    case_id: CaseId
    person_id: PersonId
    municipality: MunicipalityCode
    at: datetime
    known: Known
    version_of: date | None = None


class CaseActivities:
    """Steps on our own databases."""

    def __init__(
        self, *, store: CaseStore, slots: CaseSlots, earlier: EarlierCases, policies: PolicyBook, health: PartyHealth
    ) -> None:
        self._store = store
        self._slots = slots
        self._earlier = earlier
        self._policies = policies
        self._health = health

    @activity.defn(name="choose_route")
    def choose_route(self, question: RouteQuestion) -> Terms:
        """The route that fits the person and their signals. Age, address and amounts stay here."""
        today = local(question.at).date()
        version = question.version_of or today
        person = self._store.resident(question.case_id, question.person_id)
        months = self._policies.look_back(question.municipality, version)
        earlier = self._earlier.latest(question.case_id, question.person_id, since=add_months(today, -months))
        situation = Situation(
            known=question.known,
            arrears=self._store.arrears(question.known.signals),
            age=None if person.birth_date is None else years_between(person.birth_date, today),
            postcode=person.address.postcode.text,
            returning=earlier is not None,
        )
        terms = self._policies.choose(question.municipality, situation, version)
        knows = earlier.owner if earlier is not None and terms.route is Route.RETURNING else None
        return terms.model_copy(update={"known_by": knows})

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
