"""What one case holds of somebody, in words that they can read themselves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from activities.records import MessageFate
from adapters.case_store import CaseStore, JourneyEntry
from adapters.own_data import HeldInCase, MessageHeld, OwnData, SignalHeld
from models.case import CaseState, Person, Retention
from models.codes import Channel, ItemSource, LookPurpose, PassOnChannel
from models.facts import AnyFact, PassedOn, ReferralMade, RegisterAnswered, RouteChosen, VisitsBlocked
from models.ids import SYSTEM, PersonId, SignalId, unit_of_case
from models.personal import Address, Letter, Mail, Mailbox, Phone, RegisteredPerson, Resident, TextMessage
from models.tables import LookRow
from policy.calendar import local
from policy.changes import outcome_of
from policy.looks import OF_ONE_PERSON
from web import labels, words
from web.addresses import lines_of
from web.look_lines import role_of
from web.own_data.others import is_shared
from web.own_data.shape import (
    Bericht,
    Bewaartermijn,
    Gebeurtenis,
    Inzage,
    Persoon,
    Register,
    Signaal,
    Verstrekking,
    Zaak,
)
from web.timeline import person_of, worth_telling
from web.told.around import Around
from web.told.sentence import sentence

_FATES: Mapping[str | None, str] = {
    MessageFate.SENT: "verstuurd",
    MessageFate.REFUSED: "niet verstuurd: het werd geweigerd",
    MessageFate.UNKNOWN: "niet zeker of het is verstuurd",
    None: "wordt verstuurd",
}
_PRINTER = "De drukker van de gemeente"
_CARRIERS = {"mail": "De maildienst van de gemeente", "sms": "De sms-dienst van de gemeente"}


@dataclass(frozen=True)
class Telling:
    """What goes for the whole of the overview."""

    now: datetime
    hides: bool
    """Whether the address stays out, of every case: it is the same address."""
    without: Collection[str] = ()
    """Notes that are left out: they are about somebody else."""
    only: Collection[str] | None = None
    """The notes that somebody read and gives; None when all were read."""

    def leaves_out(self, note: str | None) -> bool:
        return note in self.without or self.is_unread(note)

    def is_unread(self, note: str | None) -> bool:
        return self.only is not None and note not in self.only


def in_case(cases: CaseStore, held_by: OwnData, state: CaseState, person: PersonId, telling: Telling) -> Zaak:
    held = held_by.in_case(state.case_id, person)
    journey = cases.journey(state.case_id)
    shared = is_shared(state, person, (each.fact for each in journey))
    mine = {SignalId(one.row.id): one.partner for one in held.signals if one.row is not None}
    told = [each for each in worth_telling(journey) if _is_told(each.fact, person, mine, shared=shared)]
    hides = telling.hides
    result, known = outcome_of(state, person), state.person(person)
    around = Around(partners=mine, names={}, now=telling.now)
    return Zaak(
        nummer=state.case_id,
        stand=labels.label(state.phase),
        begonnen=state.opened_at,
        afgesloten=state.closed_at,
        resultaat=result.outcome.value if result is not None else "",
        persoon=_person(held, known, hides=hides),
        persoonsregister=_register(held, hides=hides),
        signalen=[_signal(one, state, hides=hides) for one in held.signals],
        gebeurtenissen=[_event(each, around, telling, shared=shared) for each in told],
        berichten=[_message(one, hides=hides) for one in held.messages],
        afspraken=[*_agreed(state, person)],
        verstrekt=sorted(_given(held, [each.fact for each in told]), key=lambda one: one.op),
        ingezien=[_look(one) for one in held.looks if not (shared and _is_of_one(one))],
        bewaren=[*_kept(state, held)],
        weggelaten=[*_left_out(held, told, telling, shared=shared)],
    )


def _is_told(fact: AnyFact, person: PersonId, mine: Mapping[SignalId, str], *, shared: bool) -> bool:
    """What happened to the person or to a signal about them, and what goes for the case as a whole."""
    signal = getattr(fact, "signal_id", None)
    if signal is not None and signal not in mine:
        return False
    # A route can be chosen because of anybody in the case.
    if isinstance(fact, RouteChosen) and shared:
        return False
    return person_of(fact) in (None, person)


def _event(happened: JourneyEntry, around: Around, telling: Telling, *, shared: bool) -> Gebeurtenis:
    fact = happened.fact
    note = "" if _is_hidden(happened, shared=shared) else happened.note
    return Gebeurtenis(
        op=fact.at,
        wat=sentence(fact, around),
        door="automatisch" if fact.by == SYSTEM else "een medewerker",
        notitie="" if telling.leaves_out(fact.note_id) else note,
        sleutel=fact.note_id or "" if note else "",
    )


def _is_hidden(happened: JourneyEntry, *, shared: bool) -> bool:
    """A note that protects somebody else, or may be about another person of the case."""
    return isinstance(happened.fact, VisitsBlocked) or (shared and person_of(happened.fact) is None)


def _is_of_one(look: LookRow) -> bool:
    """Of a look it is not written down at whom of the case it was."""
    return LookPurpose(look.purpose) in OF_ONE_PERSON


def _left_out(held: HeldInCase, told: Collection[JourneyEntry], telling: Telling, *, shared: bool) -> Iterator[str]:
    if telling.hides:
        yield "Het adres: het is geheim. Vraag een collega met dat recht om dit overzicht te maken."
    if shared:
        yield (
            "Alles over andere mensen in deze zaak, nu of eerder, en notities over de zaak als geheel: die kunnen ook "
            "over anderen gaan."
        )
    if shared and any(_is_of_one(one) for one in held.looks):
        yield (
            "Wie gegevens bekeek van één persoon in deze zaak, bijvoorbeeld om te bellen, voor een huisbezoek of voor "
            "een inzageverzoek: wij leggen niet vast om wie het ging."
        )
    if held.register is not None and len(held.register.people) != 1:
        yield "Wat het persoonsregister antwoordde: dat gaat over meer dan één persoon."
    if any(isinstance(each.fact, VisitsBlocked) and each.note for each in told):
        yield "Waarom er geen huisbezoek mag komen: dat beschermt anderen (UAVG artikel 41)."
    notes = [each.fact.note_id for each in told if each.note and not _is_hidden(each, shared=shared)]
    if any(note in telling.without for note in notes):
        yield "Notities, of delen ervan, die over iemand anders gaan."
    if any(telling.is_unread(note) for note in notes):
        yield "Notities waarvan niemand nakeek of zij ook over iemand anders gaan. U mag er nog om vragen."
    if held.resident is None:
        yield "De gegevens van de inwoner zelf zijn verwijderd."


# --- who it is -------------------------------------------------------------------------------------------------------


def _person(held: HeldInCase, known: Person | None, *, hides: bool) -> Persoon | None:
    resident = held.resident
    if resident is None:
        return None
    stands_for = ""
    if held.representative is not None and known is not None and known.representative is not None:
        stands_for = f"{labels.label(known.representative)}: {held.representative.name}".rstrip(": ")
    return Persoon(
        naam=resident.name,
        aanschrijving=resident.addressed_as,
        geboortedatum=resident.birth_date,
        burgerservicenummer=resident.bsn.text if resident.bsn is not None else "",
        adres=[] if hides else _address(resident.address),
        telefoonnummers=[_reach(words.phone(one.number), one) for one in resident.phones],
        mailadressen=[_reach(one.address.text, one) for one in resident.mailboxes],
        taal=labels.LANGUAGES[resident.language],
        nietGewenst=[labels.UNWANTED[channel] for channel in resident.unwanted],
        controle=labels.label(known.standing) if known is not None else "",
        bijzonderheden=[*_particular(known)] if known is not None else [],
        vertegenwoordiger=stands_for,
    )


def _particular(known: Person) -> Iterator[str]:
    yield from (labels.label(trait) for trait in known.traits)
    if known.objection is not None:
        yield labels.label(known.objection)
    if known.visits_blocked:
        yield "Er mogen geen huisbezoeken"
    if known.disclosure is not None:
        yield f"Partners mogen meer horen, door {labels.label(known.disclosure)}"


def _reach(text: str, item: Phone | Mailbox) -> str:
    said = (labels.label(item.source), labels.label(item.state))
    about = ", ".join(each for each in said if each)
    owner = "van een ander: " if item.source is ItemSource.REPRESENTATIVE else ""
    return f"{text} ({owner}{about})"


def _address(address: Address) -> list[str]:
    return [line for line in lines_of(address) if line]


def _register(held: HeldInCase, *, hides: bool) -> Register | None:
    record = held.register
    if record is None or len(record.people) != 1:
        return None
    told: RegisteredPerson = record.people[0]
    return Register(
        gevraagdOp=record.asked_at,
        naam=told.name,
        aanschrijving=told.addressed_as,
        geboren=told.born,
        adres=[] if hides or told.address is None else _address(told.address),
        verblijf=told.lives,
        sinds=told.since,
        overleden=told.died,
        geheim=told.secret,
        curatele=told.guardianship,
    )


def _signal(held: SignalHeld, state: CaseState, *, hides: bool) -> Signaal:
    said, row = held.said, held.row
    flags = (
        ("Crisissignaal", said.crisis),
        ("Warme overdracht", said.warm_handover),
        ("Ondernemer", said.entrepreneur),
        (f"Levering stopt op {words.full_day(said.end_of_supply_on)}" if said.end_of_supply_on else "", True),
        ("Herkend: eerder bezwaar toegewezen", row is not None and _objected(state, SignalId(row.id))),
    )
    return Signaal(
        partner=held.partner,
        soort=held.partner_type,
        kenmerk=said.partner_reference,
        klantnummer=said.customer_number,
        bedragInCenten=row.amount_cents if row is not None else said.amount.cents,
        ontstaanOp=said.origin_date,
        signaaldatum=said.signal_date,
        ontvangenOp=held.received_at,
        eigenStappen=said.own_steps,
        bijzonderheden=[text for text, applies in flags if text and applies],
        zoDoorgegeven=[*_as_sent(said.resident, hides=hides)],
        gevraagdeBedragen=[
            f"{words.euro(answer.amount)} op {words.full_day(answer.as_of)}"
            for _, answer in held.questions
            if answer is not None
        ],
        status=row.status if row is not None else "Herhaalde melding: hoort bij een signaal dat er al was",
    )


def _objected(state: CaseState, signal: SignalId) -> bool:
    known = state.signal(signal)
    return known is not None and known.objected


def _as_sent(said: Resident, *, hides: bool) -> Iterator[str]:
    yield said.name
    if said.birth_date is not None:
        yield f"geboren op {words.full_day(said.birth_date)}"
    if said.bsn is not None:
        yield f"burgerservicenummer {said.bsn.text}"
    if not hides:
        yield from _address(said.address)
    yield from (words.phone(phone.number) for phone in said.phones)
    yield from (mailbox.address.text for mailbox in said.mailboxes)


def _message(held: MessageHeld, *, hides: bool) -> Bericht:
    written = held.written
    match written:
        case Mail():
            to, subject = written.address.text, written.subject
        case Letter():
            to, subject = ", ".join([written.name, *([] if hides else _address(written.address))]), written.subject
        case TextMessage():
            to, subject = words.phone(written.number), ""
    return Bericht(
        op=held.row.claimed_at,
        soort=labels.label(Channel(held.row.channel)),
        aan=to,
        onderwerp=subject,
        tekst=written.body,
        verstuurd=_FATES.get(held.row.fate, ""),
    )


def _agreed(state: CaseState, person: PersonId) -> Iterator[str]:
    if (agreed := state.appointment_of(person)) is not None:
        yield f"Terugbelafspraak op {words.full_moment(agreed.due_at)}"
    if state.visit is not None and state.visit.person_id == person:
        yield f"Huisbezoek op {words.full_moment(state.visit.due_at)}"
    for referral in state.referrals:
        if referral.person_id == person:
            party, status = labels.label(referral.party), labels.label(referral.status).lower()
            yield f"Doorverwezen naar {party} op {words.full_day(local(referral.made_at).date())}: {status}"


# --- who else has it, and how long -----------------------------------------------------------------------------------


def _given(held: HeldInCase, facts: Collection[AnyFact]) -> Iterator[Verstrekking]:
    for fact in facts:
        match fact:
            case RegisterAnswered():
                asked = "De gegevens waarmee u in het register wordt opgezocht"
                yield Verstrekking(op=fact.at, aan="Het persoonsregister (BRP)", wat=asked)
            case ReferralMade():
                yield Verstrekking(op=fact.at, aan=labels.label(fact.party), wat="De zaak, voor de doorverwijzing")
            case PassedOn() if fact.channel is not PassOnChannel.NOT_POSSIBLE:
                where = f"De gemeente met code {fact.to.text}" if fact.to is not None else "Een andere gemeente"
                yield Verstrekking(op=fact.at, aan=where, wat="Het signaal")
            case _:
                pass
    for signal in held.signals:
        yield from _given_of(signal)
    for message in held.messages:
        carrier = _CARRIERS.get(message.row.channel)
        if carrier is not None and message.row.handed_at is not None:
            yield Verstrekking(op=message.row.handed_at, aan=carrier, wat="Het bericht, om het te bezorgen")
        if message.printed_at is not None:
            yield Verstrekking(op=message.printed_at, aan=_PRINTER, wat="De brief, om die te drukken en te bezorgen")


def _given_of(signal: SignalHeld) -> Iterator[Verstrekking]:
    if signal.told is not None and signal.told.told_at is not None:
        heard = f"Terugkoppeling over het signaal: {signal.told.told_code}"
        yield Verstrekking(op=signal.told.told_at, aan=signal.partner, wat=heard)
    for question, _ in signal.questions:
        yield Verstrekking(op=question.asked_at, aan=signal.partner, wat="De vraag hoeveel er nu openstaat")
    if signal.to_statistics is not None:
        yield Verstrekking(op=signal.to_statistics, aan="Het CBS", wat="Het signaal, voor de landelijke cijfers")


def _look(row: LookRow) -> Inzage:
    return Inzage(
        van=row.first_at,
        tot=row.last_at,
        rol=labels.label(role_of(row)),
        doel=labels.label(LookPurpose(row.purpose)),
        keer=row.times,
    )


def _kept(state: CaseState, held: HeldInCase) -> Iterator[Bewaartermijn]:
    units = {one.delivered.unit_id: one.partner for one in held.signals}
    for retention in state.retention:
        if retention.unit_id == unit_of_case(state.case_id):
            yield _term("De zaak", retention)
        elif retention.unit_id in units:
            yield _term(f"Het signaal van {units[retention.unit_id]}", retention)
    if not state.retention and state.terms is not None:
        for rule in state.terms.retention:
            yield Bewaartermijn(
                wat=f"Als de zaak zo eindigt: {labels.label(rule.outcome_class).lower()}",
                tot="nog niet bekend",
                regel=f"{words.term(rule.term)} na {labels.label(rule.start)}",
                grond=rule.ground,
            )
    for one in held.signals:
        if one.delivered.erase_at is not None:
            yield Bewaartermijn(
                wat=f"De herhaalde melding van {one.partner}",
                tot=words.full_moment(one.delivered.erase_at),
                regel="Eigen termijn van een melding zonder zaak",
                grond="Beleid van de gemeente",
            )
    if state.hold is not None:
        yield Bewaartermijn(
            wat="Uitstel van de vernietiging",
            tot=words.full_moment(state.hold.until),
            regel="Een teamleider stelde het uit, met een reden",
            grond="De reden staat bij wat er gebeurde",
        )


def _term(what: str, retention: Retention) -> Bewaartermijn:
    return Bewaartermijn(
        wat=what,
        tot=words.full_moment(retention.due_at),
        regel=f"{words.term(retention.term)} na {labels.label(retention.start)}",
        grond=retention.ground,
    )
