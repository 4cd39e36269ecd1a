"""What the forms of one case offer to choose from: numbers, colleagues, signals, attempts, deadlines."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from models.case import CaseState
from models.codes import Channel, ItemState, PartnerType
from models.ids import PersonId, RowId
from models.personal import DeliveredSignal, Phone
from models.tables import SignalRow
from policy.permissions import Action, Staff
from policy.refusals import may_be_put_off
from web import attempts, labels, people, queries, words
from web.auth import scope
from web.forms.fields import Offered, Options
from web.free_moments import moments
from web.language import said
from web.services import Services

_CORRECTABLE = frozenset({Channel.CALL, Channel.VISIT})


def offered_to(services: Services, state: CaseState, person: PersonId, me: Staff) -> Offered:
    """What this member of staff can choose from in the forms about this person."""
    now = services.now()
    resident = people.residents(services, [person]).get(person)
    within = scope(me, Action.SEE_CASE)
    signals = [
        pair for pair in queries.signals(services.database, state.case_id, within) if pair[0].person_id == person
    ]
    able = queries.colleagues(services.database, state)
    everyone = tuple((each.staff_id, _name(each, me)) for each in able)
    return Offered(
        phones=tuple((phone.id, _phone(phone)) for phone in resident.phones) if resident is not None else (),
        colleagues=everyone,
        others=tuple((staff_id, name) for staff_id, name in everyone if staff_id != me.staff_id),
        moments=moments(services, state, me, able),
        signals=_signals(services, state, signals),
        attempts=_attempts(state, person, now),
        deadlines=_deadlines(state, person, now),
    )


def _name(staff: Staff, me: Staff) -> str:
    return said("{name} (u)", name=staff.name) if staff.staff_id == me.staff_id else staff.name


def _phone(phone: Phone) -> str:
    remarks = [labels.label(phone.source)]
    if phone.preferred:
        remarks.append(said("voorkeur"))
    if phone.state is not ItemState.USABLE:
        remarks.append(labels.label(phone.state))
    return f"{words.phone(phone.number)} ({', '.join(remarks)})"


def _signals(services: Services, state: CaseState, signals: Iterable[tuple[SignalRow, str]]) -> Options:
    known: Mapping[str, bool] = {signal.signal_id: signal.ended is None for signal in state.signals}
    running = [(row, partner) for row, partner in signals if known.get(row.id)]
    sent = people.delivered(services, [RowId(row.row_id) for row, _ in running])
    return tuple((row.id, _signal(row, partner, sent.get(RowId(row.row_id)))) for row, partner in running)


def _signal(row: SignalRow, partner: str, sent: DeliveredSignal | None) -> str:
    """With the partner's reference: one partner may have sent two that are otherwise alike."""
    signal = f"{partner}, {labels.label(PartnerType(row.partner_type))}, {words.amount(row.amount_cents)}"
    if sent is None:
        return signal
    return said("{signal}, kenmerk {reference}", signal=signal, reference=sent.partner_reference)


def _attempts(state: CaseState, person: PersonId, now: datetime) -> Options:
    return tuple(
        (one.step_id, f"{words.moment(one.at, now=now)}: {attempts.told(one.channel, one.result)}")
        for one in reversed(state.attempts)
        if one.person_id == person and one.channel in _CORRECTABLE and not one.incoming
    )


def _deadlines(state: CaseState, person: PersonId, now: datetime) -> Options:
    """Those that may be put off and were not yet."""
    own = [(str(due.kind), labels.label(due.kind), due, None) for due in state.deadlines]
    tasks = [
        (f"{task.deadline.kind}/{task.kind}", labels.label(task.kind), task.deadline, task.kind)
        for task in state.tasks
        if task.person_id == person
    ]
    return tuple(
        (value, said("{what} (uiterlijk {when})", what=title, when=words.due(due.raised_at or due.due_at, now=now)))
        for value, title, due, task in (*own, *tasks)
        if may_be_put_off(due.kind, task) and not due.extended
    )
