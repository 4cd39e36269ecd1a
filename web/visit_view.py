"""What a day of home visits shows, and what one visit needs at the door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from adapters.at_work import CasesAtWork
from adapters.visits_taken import Taken, VisitsTaken
from models.case import CaseState
from models.codes import AttemptResult, TaskKind
from models.ids import CaseId, PersonId, StaffId
from models.message_text import TextName
from models.personal import Address
from models.terms import QueueKey
from policy.calendar import local
from policy.file_routes import neighbourhood_of
from policy.message_writing import VISIT_CARD, VISIT_OPENING, VISIT_TALK
from policy.permissions import Action, Staff, may_in_case
from policy.visiting import Company, Stop, Stretch, company_for, walked
from web import people, queries, words
from web.addresses import is_secret, lines_of, may_look, open_addresses
from web.auth import scope
from web.call_view import reader_of
from web.case_forms import CaseForm, Refusal
from web.case_view import CaseView, case_view
from web.explain import explain, has_given_up
from web.forms.contact import VISIT_RESULTS
from web.forms.fields import Options
from web.language import said
from web.outages import outages
from web.queues import queue_names
from web.scripts import Script, script
from web.services import Services
from web.visit_queries import DayOfVisits, DueVisit, day_of_visits, next_visit_on

FURTHEST = timedelta(days=60)
"""So far ahead a day can be looked at."""
_BARRED = "Ga niet langs: bij iemand op dit adres mogen geen huisbezoeken."
_SECRET = "Geheim adres: alleen een collega met dat recht kan langsgaan."
_HINTS: Mapping[AttemptResult, str] = {
    AttemptResult.WANTS_NO_HELP: "Ook wie de deur dichtdoet nadat u zei waarvoor u kwam.",
    AttemptResult.WRONG_PERSON: "Zeg niet waarvoor u komt. Ook als iemand zegt dat de inwoner hier niet woont.",
    AttemptResult.CARD_LEFT: "In een envelop, met de naam erop.",
}
"""What to know before choosing a result at the door."""


@dataclass(frozen=True)
class Door:
    """One visit in a list."""

    case_id: CaseId
    who: str
    where: tuple[str, ...]
    """Street and place; empty when the list may not say."""
    when: str
    late: bool
    urgent: bool
    own: bool
    with_whom: str
    """Who comes along, or whom this person comes along with."""
    by_whom: str
    """A colleague who takes it along."""
    barred: str
    """Why it cannot be taken along; empty when it can."""
    chosen: bool


@dataclass(frozen=True)
class Way:
    """Doors that lie near each other, or that have a moment."""

    title: str
    doors: tuple[Door, ...]


@dataclass(frozen=True)
class DayView:
    """The visits of a day, for one person."""

    day: date
    told: str
    is_today: bool
    before: str
    after: str
    """The days beside it, as the address of a page wants them; empty where there is none."""
    round: tuple[Way, ...]
    free: tuple[Way, ...]
    of_colleagues: tuple[Door, ...]
    more: bool
    queues: tuple[tuple[str, str, bool], ...]
    """Queues to choose from: key, name, whether it is the one shown."""
    companions: Options
    in_pairs: bool
    """Whether somebody must come along for any of what is free."""
    first: str
    next_from: str

    @property
    def number(self) -> int:
        return sum(len(way.doors) for way in self.round)


@dataclass(frozen=True)
class Result:
    """What can come of a visit, as a button at the door."""

    value: str
    text: str
    hint: str


@dataclass(frozen=True)
class VisitView:
    """One visit: where, what to say, and the forms of what came of it."""

    case: CaseView
    about: str
    barred: bool
    in_pairs: bool
    companions: Options
    companion: str
    """Who comes along, by name."""
    mine: bool
    """Whether this person takes it along, or comes along."""
    colleague: str
    """Who does instead of them."""
    taken_from: str
    day: date
    at_work: str
    form: CaseForm | None
    gone: CaseForm | None
    unsafe: CaseForm | None
    results: tuple[Result, ...]
    opening: Script | None
    talk: Script | None
    card: Script | None
    onward: str
    """The next door of this person's round; empty when this is the last one."""
    left: int
    """How many others there are in the round."""


def day_view(
    services: Services, staff: Staff, day: date, *, queue: QueueKey | None = None, chosen: Iterable[str] = ()
) -> DayView:
    """`chosen`: the cases whose boxes are ticked."""
    now, within = services.now(), scope(staff, Action.WORK_ON_CASE)
    today, reader = local(now).date(), reader_of(services, staff)
    found = _allowed(day_of_visits(services.database, reader, day, today=today, queue=queue), staff)
    listed = _Listed(services, staff, (*found.round, *found.free, *found.of_colleagues), frozenset(chosen), now)
    names = queue_names(services.policies, within)
    kept = next_visit_on(services.database, reader, after=now) if not (found.round or found.free) else None
    the_round = listed.ways(found.round, day)
    return DayView(
        day=day,
        told=words.day(day, today=today),
        is_today=day == today,
        before="" if day <= today else (day - timedelta(days=1)).isoformat(),
        after="" if day >= today + FURTHEST else (day + timedelta(days=1)).isoformat(),
        round=the_round,
        free=listed.ways(found.free, day),
        of_colleagues=tuple(listed.door(each) for each in found.of_colleagues),
        more=found.more,
        queues=tuple((key, names.get(key, key), key == queue) for key in found.queues),
        companions=_companions(services, staff),
        in_pairs=any(company_for(each.state) is Company.IN_PAIRS for each in found.free),
        first=the_round[0].doors[0].case_id if the_round else "",
        next_from="" if kept is None else words.moment(kept, now=now),
    )


def visit_view(
    services: Services,
    state: CaseState,
    staff: Staff,
    person: PersonId,
    *,
    refusal: Refusal | None = None,
    looked: bool = False,
) -> VisitView:
    """Says that this member of staff is at work on the case, unless a colleague is."""
    now = services.now()
    today = local(now).date()
    taken = VisitsTaken(services.database).of([state.case_id], today=today).get(state.case_id)
    at_work = CasesAtWork(services.database).begin(state.case_id, staff.staff_id, now=now)
    names = _names(services, taken, at_work.staff)
    down = outages(services, now=now)
    case = case_view(services, state, staff, person=person, before=refusal, outages=down, looked=looked)
    company, mine = company_for(state), taken is not None and taken.is_of(staff.staff_id)
    way = doors_on(services, staff, today if taken is None else taken.day)
    scripts = _scripts(services, state, case, staff.name)
    return VisitView(
        case=case,
        about=_about(state, person, now),
        barred=company is Company.NOBODY_GOES,
        in_pairs=company is Company.IN_PAIRS,
        companions=_companions(services, staff, state),
        companion=_other(taken, staff.staff_id, names) if mine else "",
        mine=mine,
        colleague="" if taken is None or mine else names.get(taken.staff) or said("Een collega"),
        taken_from=names.get(taken.taken_from or "", "") if taken is not None and taken.staff == staff.staff_id else "",
        day=today if taken is None else taken.day,
        at_work="" if at_work.staff == staff.staff_id else names.get(at_work.staff) or said("Een collega"),
        form=_with_company(case.forms.of_kind("log_visit"), _companion_of(state, taken, staff.staff_id)),
        gone=case.forms.of_kind("report_life_event"),
        unsafe=case.forms.of_kind("block_visits"),
        results=tuple(
            Result(result, said(text), said(_HINTS.get(result, ""))) for result, text in VISIT_RESULTS.items()
        ),
        opening=scripts.get("opening"),
        talk=scripts.get("talk"),
        card=scripts.get("visit-card"),
        onward=next_of(way, state.case_id),
        left=sum(case_id != state.case_id for case_id in way),
    )


def doors_on(services: Services, staff: Staff, day: date) -> tuple[CaseId, ...]:
    """The doors of this person's round of a day, in the order of the way."""
    today = local(services.now()).date()
    found = _allowed(day_of_visits(services.database, reader_of(services, staff), day, today=today), staff)
    return tuple(stop.case_id for stretch in _walked(services, found.round, day) for stop in stretch.stops)


def next_of(way: Sequence[CaseId], case: CaseId) -> CaseId | str:
    """The door after this one; after the last one the first that is left, and nothing when none is."""
    place = way.index(case) + 1 if case in way else 0
    return next((other for other in (*way[place:], *way[:place]) if other != case), "")


def person_visited(state: CaseState) -> PersonId:
    """Whom the visit is about; the resident when none is planned."""
    return state.resident if state.visit is None else state.visit.person_id


def may_take(state: CaseState, staff: Staff) -> str:
    """Why this person cannot take the visit along; empty when they can."""
    if not any(task.kind is TaskKind.VISIT for task in state.tasks):
        return said("Hier is geen huisbezoek meer te doen.")
    if company_for(state) is Company.NOBODY_GOES:
        return said(_BARRED)
    return said(_SECRET) if is_secret(state) and not may_look(state, staff) else ""


# --- lists --------------------------------------------------------------------------------------------------------


def _allowed(found: DayOfVisits, staff: Staff) -> DayOfVisits:
    """Without the cases on which this person may not work."""

    def seen(visits: Sequence[DueVisit]) -> tuple[DueVisit, ...]:
        return tuple(each for each in visits if may_in_case(staff, Action.WORK_ON_CASE, each.state))

    return replace(found, round=seen(found.round), free=seen(found.free), of_colleagues=seen(found.of_colleagues))


class _Listed:
    """Makes the lines of lists; names and addresses are unsealed once, for what is shown and no more."""

    def __init__(
        self, services: Services, staff: Staff, visits: Sequence[DueVisit], chosen: frozenset[str], now: datetime
    ) -> None:
        self._services, self._staff, self._chosen, self._now = services, staff, chosen, now
        self._visits = {each.state.case_id: each for each in visits}
        self._known = people.residents(services, [person_visited(each.state) for each in visits])
        self._where = open_addresses(services, [(each.state, person_visited(each.state)) for each in visits])
        taken = [each.taken for each in visits if each.taken is not None]
        self._names = queries.staff_names(
            services.database, [who for row in taken for who in (row.staff, row.companion)]
        )

    def ways(self, visits: Sequence[DueVisit], day: date) -> tuple[Way, ...]:
        stretches = _walked(self._services, visits, day, self._where)
        return tuple(
            Way(_title(each, self._towns(each)), tuple(self.door(self._visits[stop.case_id]) for stop in each.stops))
            for each in stretches
        )

    def door(self, visit: DueVisit) -> Door:
        state, me, taken = visit.state, self._staff.staff_id, visit.taken
        person = person_visited(state)
        where = self._where.get(person)
        barred = may_take(state, self._staff)
        others = taken is not None and me not in (taken.staff, taken.companion)
        return Door(
            case_id=state.case_id,
            who=people.name_of(self._known, person),
            # Whoever does not go there needs no address.
            where=() if where is None or company_for(state) is Company.NOBODY_GOES or others else lines_of(where),
            when=_when(state, person, self._now),
            late=_is_late(state, person, self._now),
            urgent=visit.task.urgent,
            own=state.owner == me,
            with_whom=""
            if taken is None or others
            else self._name(taken.companion if taken.staff == me else taken.staff),
            by_whom=self._name(taken.staff) if taken is not None and others else "",
            barred=barred,
            chosen=state.case_id in self._chosen,
        )

    def _name(self, staff: str | None) -> str:
        return "" if staff is None else self._names.get(staff) or said("een collega")

    def _towns(self, stretch: Stretch) -> str:
        return ", ".join(sorted({stop.address.town for stop in stretch.stops if stop.address is not None}))


def _walked(
    services: Services, visits: Sequence[DueVisit], day: date, where: Mapping[PersonId, Address] | None = None
) -> tuple[Stretch, ...]:
    doors = [(each.state, person_visited(each.state)) for each in visits]
    known = open_addresses(services, doors) if where is None else where
    return walked(_stop(services, state, known.get(person), day) for state, person in doors)


def _stop(services: Services, state: CaseState, address: Address | None, day: date) -> Stop:
    named = ""
    if address is not None and state.municipality in services.policies.municipalities():
        places = services.policies.policy(state.municipality).neighbourhoods
        named = neighbourhood_of(address.postcode.text, places) or ""
    return Stop(state.case_id, address, named, _expected_on(state, day))


def _expected_on(state: CaseState, day: date) -> datetime | None:
    """The moment of that day at which somebody is to be there."""
    visit = state.visit
    expected = visit is not None and visit.agreed and local(visit.due_at).date() == day
    return visit.due_at if visit is not None and expected else None


def _title(stretch: Stretch, towns: str) -> str:
    if stretch.agreed:
        return said("Op een afgesproken tijd")
    if not stretch.area:
        return said("Adres niet zichtbaar in deze lijst")
    area = said("postcode {digits}", digits=stretch.area)
    return ", ".join(part for part in (stretch.neighbourhood, towns, area) if part)


def _when(state: CaseState, person: PersonId, now: datetime) -> str:
    visit, task = state.visit, state.task_of(TaskKind.VISIT, person)
    if visit is not None and visit.agreed:
        return said("afgesproken {when}", when=words.moment(visit.due_at, now=now))
    return "" if task is None else said("uiterlijk {when}", when=explain(task.deadline, now=now).when)


def _is_late(state: CaseState, person: PersonId, now: datetime) -> bool:
    task = state.task_of(TaskKind.VISIT, person)
    return task is not None and explain(task.deadline, now=now).late and not has_given_up(task.deadline)


# --- one visit ----------------------------------------------------------------------------------------------------


def _about(state: CaseState, person: PersonId, now: datetime) -> str:
    told = _when(state, person, now)
    return said("Huisbezoek, {when}", when=told) if told else said("Er staat nu geen huisbezoek open")


def _names(services: Services, taken: Taken | None, at_work: StaffId) -> dict[str, str]:
    of_taken = () if taken is None else (taken.staff, taken.companion, taken.taken_from)
    return queries.staff_names(services.database, [at_work, *of_taken])


def _other(taken: Taken | None, me: StaffId, names: Mapping[str, str]) -> str:
    if taken is None:
        return ""
    other = taken.companion if taken.staff == me else taken.staff
    return "" if other is None else names.get(other) or said("een collega")


def _companion_of(state: CaseState, taken: Taken | None, me: StaffId) -> str:
    """With whom this person most likely went."""
    if taken is not None and taken.is_of(me):
        return (taken.companion if taken.staff == me else taken.staff) or ""
    planned = None if state.visit is None else state.visit.companion
    return "" if planned is None or planned == me else planned


def _with_company(form: CaseForm | None, companion: str) -> CaseForm | None:
    if form is None:
        return None
    return replace(form, typed={"companion": companion, **form.typed})


def _companions(services: Services, staff: Staff, state: CaseState | None = None) -> Options:
    """Who can come along: whoever works on such cases, or on this one."""
    if state is not None:
        able = queries.colleagues(services.database, state)
    else:
        able = queries.workers(services.database, scope(staff, Action.WORK_ON_CASE))
    return tuple((each.staff_id, each.name) for each in able if each.staff_id != staff.staff_id)


def _scripts(services: Services, state: CaseState, case: CaseView, caller: str) -> Mapping[str, Script]:
    if case.resident is None or state.municipality not in services.policies.municipalities():
        return {}
    resident = case.resident
    told: tuple[tuple[str, TextName], ...] = (
        ("Zo begint u", VISIT_OPENING),
        ("Zo gaat u verder", VISIT_TALK),
        ("Niemand thuis? Dit staat op het kaartje", VISIT_CARD),
    )
    return {name.template: script(services, state, title, name, resident, caller) for title, name in told}
