"""The case's own steps: choosing its route and writing what happened. Local and idempotent."""

from temporalio import activity

from activities.ports import CaseSlots, CaseStore, EarlierCases, PartyHealth, PolicyBook
from activities.records import CaseRecord
from activities.route_choice import RouteChooser, RouteQuestion
from models.facts import CaseClosed, CaseMerged, PartyGaveUp
from models.terms import Terms


class CaseActivities:
    """Steps on our own databases."""

    def __init__(
        self, *, store: CaseStore, slots: CaseSlots, earlier: EarlierCases, policies: PolicyBook, health: PartyHealth
    ) -> None:
        self._store = store
        self._slots = slots
        self._routes = RouteChooser(store=store, earlier=earlier, policies=policies)
        self._health = health

    @activity.defn(name="choose_route")
    def choose_route(self, question: RouteQuestion) -> Terms:
        """The route that fits the person and their signals."""
        return self._routes.choose(question)

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
