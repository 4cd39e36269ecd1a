"""What somebody must know of a case before they act: who stands for the resident, what may not be done, what was
agreed, and what waits for somebody else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState, Person, Proposal
from models.codes import Objection, Standing
from models.ids import PersonId, StaffId
from models.personal import KnownPerson, Representative
from policy.objections import is_recalled
from web import labels, words
from web.explain import end_of_supply
from web.language import said
from web.told.outcome import proposed


@dataclass(frozen=True)
class Warned:
    """A sentence that stands above everything that can be done; `strict`: something may not be done."""

    sentence: str
    strict: bool = False


@dataclass(frozen=True)
class Agreed:
    """Something that was agreed, or that waits for somebody: what, and how it stands."""

    what: str
    how: str


@dataclass(frozen=True)
class StandsFor:
    """Who stands for the resident, and whether they may hear about amounts and partners."""

    kind: str
    name: str
    reach: tuple[str, ...]
    may_be_told: bool


def warnings(state: CaseState, person: PersonId, *, now: datetime) -> tuple[Warned, ...]:
    """The strictest first."""
    known = state.person(person)
    found = [*(_of_person(state, known) if known is not None else ()), *_of_case(state, now)]
    return tuple(sorted(found, key=lambda warned: not warned.strict))


def agreements(
    state: CaseState,
    person: PersonId,
    *,
    names: Mapping[str, str],
    resident: KnownPerson | None,
    outside_hours: bool = False,
    now: datetime,
) -> tuple[Agreed, ...]:
    """Callbacks, visits, referrals and proposals about this person. `outside_hours`: whether whoever is to call does
    not work then."""
    return (
        *_appointments(state, person, names, resident, outside_hours, now),
        *_referrals(state, person, now),
        *_proposals(state, person, names),
    )


def stands_for(state: CaseState, person: PersonId, document: Representative | None) -> StandsFor | None:
    known = state.person(person)
    if known is None or known.representative is None:
        return None
    reach = (
        ()
        if document is None
        else (document.phone and words.phone(document.phone), document.mailbox and document.mailbox.text)
    )
    return StandsFor(
        kind=labels.label(known.representative),
        name=document.name if document is not None else "",
        reach=tuple(each for each in reach if each),
        may_be_told=known.representative_may_be_told,
    )


def staff_in(state: CaseState) -> tuple[StaffId, ...]:
    """Whose names the agreements mention."""
    callers = [one.staff for one in state.appointments]
    proposers = [one.command.by for one in state.proposals]
    companion = [state.visit.companion] if state.visit is not None and state.visit.companion is not None else []
    return (*callers, *proposers, *companion)


def _of_person(state: CaseState, person: Person) -> Iterator[Warned]:
    if person.standing is Standing.DIED:
        yield Warned(said("Deze inwoner is overleden. Er gaat niets meer naar deze inwoner."), strict=True)
    if is_recalled(state, person.person_id):
        text = (
            "De inwoner kreeg eerder gelijk bij een bezwaar tegen het gebruik van de gegevens. Zoek geen contact tot "
            "er is beslist of dat ook voor dit signaal geldt."
        )
        yield Warned(said(text), strict=True)
    elif person.objection is Objection.MADE:
        text = "De inwoner maakt bezwaar tegen het gebruik van de gegevens. Zoek nu geen contact."
        yield Warned(said(text), strict=True)
    if person.objection is Objection.UPHELD:
        text = "Het bezwaar van de inwoner is toegewezen. De gegevens worden niet meer gebruikt."
        yield Warned(said(text), strict=True)
    if person.correction_to_tell:
        yield Warned(
            said("Er zijn gegevens van deze inwoner verbeterd. Laat dat weten aan de partners die ze fout doorgaven.")
        )
    if person.visits_blocked:
        yield Warned(said("Bij deze inwoner mogen geen huisbezoeken."), strict=True)


def _of_case(state: CaseState, now: datetime) -> Iterator[Warned]:
    if state.threatening:
        yield Warned(said("De situatie is bedreigend: het eerste gesprek is binnen drie werkdagen."))
    if supply := end_of_supply(state, now=now):
        yield Warned(supply)
    if state.pause is not None:
        yield Warned(said("De zaak rust tot en met {day}.", day=words.due(state.pause.until, now=now)))


def _appointments(
    state: CaseState,
    person: PersonId,
    names: Mapping[str, str],
    resident: KnownPerson | None,
    outside_hours: bool,
    now: datetime,
) -> Iterator[Agreed]:
    agreed = state.appointment_of(person)
    if agreed is not None:
        phones = resident.phones if resident is not None else ()
        number = next((words.phone(phone.number) for phone in phones if phone.id == agreed.phone_id), "")
        told = said(
            "{moment}: {who} belt op {number}" if number else "{moment}: {who} belt",
            moment=words.moment(agreed.due_at, now=now),
            who=names.get(agreed.staff) or said("een collega"),
            number=number,
        )
        outside = f" {said('(buiten de werktijden)')}" if outside_hours else ""
        yield Agreed(said("Terugbelafspraak"), f"{told}{outside}")
    if state.visit is not None and state.visit.person_id == person:
        told, companion = words.moment(state.visit.due_at, now=now), state.visit.companion
        if companion:
            told = said("{moment}, {who} gaat mee", moment=told, who=names.get(companion) or said("een collega"))
        yield Agreed(said("Huisbezoek"), told)


def _referrals(state: CaseState, person: PersonId, now: datetime) -> Iterator[Agreed]:
    for one in state.referrals:
        if one.person_id == person:
            made = words.moment(one.made_at, now=now)
            yield Agreed(
                said("Doorverwezen: {party}", party=labels.label(one.party).lower()),
                said("{status} (sinds {moment})", status=labels.label(one.status), moment=made),
            )


def _proposals(state: CaseState, person: PersonId, names: Mapping[str, str]) -> Iterator[Agreed]:
    for one in state.proposals:
        if one.command.person_id == person:
            yield Agreed(said("Voorstel"), _proposal(one, names))


def _proposal(proposal: Proposal, names: Mapping[str, str]) -> str:
    return said(
        "{who} wil vastleggen: {what}. Een ander moet het goedkeuren.",
        who=names.get(proposal.command.by) or said("Een collega"),
        what=proposed(proposal),
    )
