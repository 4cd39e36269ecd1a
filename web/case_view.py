"""What the page of a case shows, gathered and put in words; the template only prints it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.case_store import JourneyEntry
from adapters.partner_directory import PartnerDirectory
from models.case import CaseState
from models.codes import PartnerType, Phase, Route, SignalChange
from models.facts import AnyFact
from models.ids import SYSTEM, PartnerId, PersonId, RowId, SignalId
from models.personal import DeliveredSignal, KnownPerson
from models.tables import SignalRow
from policy.calendar import local
from policy.next_step import stall_of
from policy.permissions import Action, Staff, may
from web import labels, people, queries, situation, timeline, words
from web.addresses import ShownAddress, shown_address
from web.asked_amounts import AskedAmount, AskedOfPartners, asked_amounts
from web.auth import scope
from web.case_forms import Begun, PageForms, Refusal, elsewhere, page_forms
from web.explain import Explained, explain, explained_deadlines, stalled_deadline
from web.explained_case import Explanation, explained
from web.free_moments import is_outside_hours
from web.language import said
from web.next_up import NextUp, next_up
from web.offered import offered_to
from web.outages import Outage
from web.partner_facts import FactsOfPartner, beside_signals
from web.queues import queue_names
from web.register_side import BothSides, both_sides
from web.scripts import Script, scripts
from web.services import Services
from web.situation import Agreed, StandsFor, Warned
from web.timeline import Entry


@dataclass(frozen=True)
class SignalLine:
    """A signal as the page shows it."""

    row: SignalRow
    partner: str
    type: str
    amount: str
    origin: str
    sent: str
    received: str
    to_statistics: str
    """When it went to the national statistics."""
    flags: tuple[str, ...]
    own_steps: str
    reference: str
    """By which the partner knows it; empty when it is erased."""
    asked: AskedAmount | None
    """What is known of what is owed now."""


@dataclass(frozen=True)
class Stalled:
    """Why the case stands still, and whose attention it has."""

    cause: str
    since: str
    rung: str
    why: Explained | None


@dataclass(frozen=True)
class CaseView:
    """Everything on the page of a case about one of its people."""

    case_id: str
    person_id: PersonId
    resident: KnownPerson | None
    birth: str
    address: ShownAddress | None
    standing: str
    both_sides: BothSides | None
    phase: str
    route: str
    place: str
    opened: str
    owner: str
    others: tuple[PersonId, ...]
    """Other people in the case, whose signals do not stand on this page."""
    signals: tuple[SignalLine, ...]
    signals_of_others: int
    partner_facts: tuple[FactsOfPartner, ...]
    """Of the partners of these signals, for whoever may see partners."""
    warnings: tuple[Warned, ...]
    stands_for: StandsFor | None
    agreements: tuple[Agreed, ...]
    next: NextUp
    explained: Explanation | None
    """On the page of whom contact is sought with."""
    stalled: Stalled | None
    forms: PageForms
    scripts: tuple[Script, ...]
    unwanted: str
    """What the resident does not want to get."""
    elsewhere: tuple[PersonId, ...]
    """People whose page has a form for an open task."""
    entries: tuple[Entry, ...]
    entries_of_others: int
    deadlines: tuple[Explained, ...]
    hold: str


def case_view(
    services: Services,
    state: CaseState,
    staff: Staff,
    *,
    person: PersonId,
    before: Refusal | Begun | None,
    outages: tuple[Outage, ...],
    looked: bool = False,
    ask_again: SignalId | None = None,
) -> CaseView:
    now, agreed = services.now(), state.appointment_of(person)
    rows = queries.signals(services.database, state.case_id, scope(staff, Action.SEE_CASE))
    mine = [(row, partner) for row, partner in rows if row.person_id == person]
    partners = {SignalId(row.id): partner for row, partner in rows}
    happened = services.case_store.journey(state.case_id)
    journey = timeline.worth_telling(happened)
    told = [entry for entry in journey if timeline.person_of(entry.fact) in (None, person)]
    names = _names(services, state, told)
    sent = people.delivered(services, [RowId(row.row_id) for row, _ in mine])
    exported = queries.exported(services.database, [row.id for row, _ in mine])
    resident, known = people.residents(services, [person]).get(person), state.person(person)
    places = queries.municipality_names(services.database, [state.municipality])
    address = shown_address(services, state, person, staff, looked=looked)
    down = frozenset(outage.party for outage in outages)
    following = next_up(state, now=now, down=down)
    offered = offered_to(services, state, person, staff)
    asked = asked_amounts(services, state, staff, mine, ask_again=ask_again, now=now)
    return CaseView(
        case_id=state.case_id,
        person_id=person,
        resident=resident,
        birth=words.full_day(resident.birth_date) if resident and resident.birth_date else "",
        address=address,
        standing=labels.label(known.standing) if known else "",
        both_sides=both_sides(services, state, person, resident, address),
        phase=labels.label(state.phase),
        route=_route(state),
        place=places.get(state.municipality.text, ""),
        opened=words.moment(state.opened_at, now=now),
        owner=_owner(state, staff, names),
        others=tuple(other.person_id for other in state.people if other.person_id != person),
        signals=tuple(
            _signal(state, row, partner, sent.get(RowId(row.row_id)), exported, asked, now) for row, partner in mine
        ),
        signals_of_others=len(rows) - len(mine),
        partner_facts=_partner_facts(services, state, staff, [row for row, _ in mine], now),
        warnings=situation.warnings(state, person, now=now),
        stands_for=situation.stands_for(state, person, people.representative(services, person)),
        agreements=situation.agreements(
            state,
            person,
            names=names,
            resident=resident,
            outside_hours=agreed is not None and is_outside_hours(services, state, agreed),
            now=now,
        ),
        next=following,
        explained=None
        if person != state.subject
        else explained(
            state,
            now=now,
            down=down,
            queues=queue_names(services.policies, scope(staff, Action.SEE_CASE)),
            names=names,
            journey=[entry.fact for entry in happened],
        ),
        stalled=_stalled(state, now, told=following.reasons),
        forms=page_forms(state, staff, person, offered, before, now=now),
        scripts=scripts(services, state, person, resident, now=now),
        unwanted=", ".join(said(labels.UNWANTED[channel]) for channel in resident.unwanted) if resident else "",
        elsewhere=elsewhere(state, staff, person),
        entries=(
            *timeline.beginning(state, partners=partners, about=person, now=now),
            *timeline.woven(
                _entries(
                    told,
                    names,
                    partners=partners,
                    may_read_safety=may(staff, Action.SEE_SAFETY_NOTE, state.municipality),
                    now=now,
                ),
                asked.entries,
            ),
        ),
        entries_of_others=len(journey) - len(told),
        deadlines=explained_deadlines(state, now=now),
        hold=said("Vernietiging uitgesteld tot en met {day}.", day=words.due(state.hold.until, now=now))
        if state.hold
        else "",
    )


def _names(services: Services, state: CaseState, told: list[JourneyEntry]) -> dict[str, str]:
    mentioned = [staff_id for entry in told for staff_id in timeline.staff_of(entry.fact)]
    return queries.staff_names(services.database, [state.owner, *situation.staff_in(state), *mentioned])


def _route(state: CaseState) -> str:
    """Empty for the standard one, which needs no words."""
    special = state.terms is not None and state.terms.route is not Route.STANDARD
    return labels.label(state.terms.route) if special and state.terms is not None else ""


def _owner(state: CaseState, staff: Staff, names: Mapping[str, str]) -> str:
    if state.owner is None:
        return "" if state.phase is Phase.CLOSED else said("nog van niemand")
    if state.owner == staff.staff_id:
        return said("van u")
    return said("van {who}", who=names.get(state.owner) or said("een collega"))


def _signal(
    state: CaseState,
    row: SignalRow,
    partner: str,
    sent: DeliveredSignal | None,
    exported: Mapping[str, datetime],
    asked: AskedOfPartners,
    now: datetime,
) -> SignalLine:
    return SignalLine(
        row=row,
        partner=partner,
        type=labels.label(PartnerType(row.partner_type)),
        amount=words.amount(row.amount_cents),
        origin=words.full_day(row.origin_date) if row.origin_date else "",
        sent=words.full_day(row.signal_date),
        received=words.moment(row.received_at, now=now),
        to_statistics=words.full_day(local(told).date()) if (told := exported.get(row.id)) else "",
        flags=_flags(state, row),
        own_steps=sent.own_steps if sent is not None else "",
        reference=sent.partner_reference if sent is not None else "",
        asked=asked.beside.get(SignalId(row.id)),
    )


def _partner_facts(
    services: Services, state: CaseState, staff: Staff, signals: list[SignalRow], now: datetime
) -> tuple[FactsOfPartner, ...]:
    if not may(staff, Action.SEE_PARTNERS, state.municipality):
        return ()
    partners = [PartnerId(row.partner_id) for row in signals]
    directory = PartnerDirectory(services.database)
    return beside_signals(directory, state.municipality, partners, today=local(now).date())


def _flags(state: CaseState, row: SignalRow) -> tuple[str, ...]:
    known = state.signal(SignalId(row.id))
    ends = known.end_of_supply_on if known is not None else None
    told = {SignalChange.PAID: "Betaald, zegt de partner", SignalChange.WITHDRAWN: "Ingetrokken door de partner"}
    paused = known.collection_paused_until if known is not None else None
    flags = (
        (said("Rechtspersoon: hier zoekt niemand contact"), row.legal_entity),
        (said("Crisissignaal"), row.crisis),
        (said("Warme overdracht: eerst bellen"), row.warm_handover),
        (said("Incasso staat stil tot en met {day}", day=words.full_day(paused)) if paused else "", paused is not None),
        (said("Levering stopt op {day}", day=words.full_day(ends)) if ends else "", ends is not None),
        (said(told.get(known.ended, "")) if known is not None and known.ended else "", known is not None),
    )
    return tuple(text for text, applies in flags if applies and text)


def _stalled(state: CaseState, now: datetime, *, told: tuple[Explained, ...]) -> Stalled | None:
    """Why the case stands still; without the deadline's explanation when the next step tells it already."""
    stall, deadline = stall_of(state), stalled_deadline(state)
    if stall is None or deadline is None:
        return None
    why = explain(deadline, now=now, title=said("Uiterlijk"))
    return Stalled(
        cause=labels.label(stall.cause),
        since=f"{words.moment(stall.since, now=now)} ({words.age(stall.since, now=now)})",
        rung=labels.label(stall.rung),
        why=None if why in told else why,
    )


def _entries(
    told: list[JourneyEntry],
    names: Mapping[str, str],
    *,
    partners: Mapping[SignalId, str],
    may_read_safety: bool,
    now: datetime,
) -> tuple[tuple[datetime, Entry], ...]:
    """Each with its moment."""
    return tuple(
        (
            fact.at,
            timeline.entry(
                fact,
                by=_by(fact, names),
                note=note,
                partners=partners,
                names=names,
                may_read_safety=may_read_safety,
                now=now,
            ),
        )
        for fact, note in told
    )


def _by(fact: AnyFact, names: Mapping[str, str]) -> str:
    if fact.by == SYSTEM:
        return said("automatisch")
    return names.get(fact.by) or said("een collega")
