"""Which route a case goes: what is known of the person is gathered, and the policy chooses."""

from datetime import date, datetime

from activities.ports import CaseStore, EarlierCases, PolicyBook
from models.base import Carried
from models.codes import Route
from models.ids import CaseId, PersonId
from models.terms import Terms
from models.values import MunicipalityCode
from policy.calendar import add_months, local, years_between
from policy.triage import Known, Situation


class RouteQuestion(Carried):
    """Which route and terms the case gets for this person at this moment.

    `version_of`: the day whose version of the policy is asked for; None for that of the moment.
    """

    case_id: CaseId
    person_id: PersonId
    municipality: MunicipalityCode
    at: datetime
    known: Known
    version_of: date | None = None


class RouteChooser:
    """Answers by what our own databases know. Age, address and amounts stay here."""

    def __init__(self, *, store: CaseStore, earlier: EarlierCases, policies: PolicyBook) -> None:
        self._store = store
        self._earlier = earlier
        self._policies = policies

    def choose(self, question: RouteQuestion) -> Terms:
        """The route that fits the person and their signals."""
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
