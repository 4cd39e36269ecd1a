"""The one thing that happens next with a case, in a sentence, and the deadlines that say why then."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from models.case import CaseState, Task
from models.codes import Channel, Daypart, DeadlineKind, Party, Phase, TaskKind
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    EndPause,
    ExpireReferral,
    OweFeedback,
    PickUp,
    RaiseStall,
    Rest,
    SendInvitation,
    SendMessage,
    WaitUntil,
)
from policy.changes import QUEUE_OF_PARTY
from policy.next_step import next_step, plan_of, plan_step
from web import labels, words
from web.explain import Explained, explain, explained_deadlines, has_given_up
from web.in_dutch import marked
from web.language import said
from web.work_labels import reason

_PARTIES = {Channel.MAIL: Party.MAIL, Channel.LETTER: Party.LETTERS, Channel.SMS: Party.SMS}
_A_MESSAGE = {Channel.MAIL: "een e-mail", Channel.LETTER: "een brief", Channel.SMS: "een sms"}


@dataclass(frozen=True)
class NextUp:
    """What happens next with a case, and the deadlines that say why then."""

    sentence: str
    when: str
    by_itself: bool
    """Whether it happens without anybody doing anything."""
    reasons: tuple[Explained, ...] = ()
    ground: str = ""
    """By which rule, when it is not a deadline that says so."""
    task: Task | None = None
    """The work, when it is somebody's work."""


def next_up(state: CaseState, *, now: datetime, down: frozenset[Party] = frozenset()) -> NextUp:
    """The one thing that happens next: work that is open, else what the case does by itself, else work that is planned.

    `down` names the parties that do not answer now.
    """
    opened = [task for task in state.tasks if task.opens_at <= now]
    if opened:
        return _task(state, min(opened, key=_goes_first), now)
    return _of_the_system(state, now, down)


def at_once(state: CaseState, *, now: datetime) -> NextUp | None:
    """What the system does now whatever work is open; None when it does nothing or depends on another party."""
    match next_step(state, now=now):
        case ChooseRoute() | PickUp() | Conclude() | EndPause() | ExpireReferral() | OweFeedback() | Close():
            return _of_the_system(state, now, frozenset())
        case _:
            return None


def _of_the_system(state: CaseState, now: datetime, down: frozenset[Party]) -> NextUp:
    match next_step(state, now=now):
        case ChooseRoute():
            return NextUp(said("Het systeem kiest hoe deze zaak wordt behandeld."), said("nu"), True)
        case PickUp():
            return NextUp(said("Het systeem pakt de zaak op."), said("nu"), True)
        case AskRegister():
            return _waits_or_acts(Party.REGISTER, down, said("Het systeem vraagt het persoonsregister wie dit is."))
        case SendMessage(channel=channel):
            act = said("Het systeem verstuurt {message}.", message=_a_message(channel))
            return _waits_or_acts(_PARTIES.get(channel, Party.MAIL), down, act)
        case SendInvitation() if state.tasks:
            # That the resident hears of a callback is the least of it: the callback itself is what comes.
            return _planned(state, now, down)
        case SendInvitation(channel=channel):
            act = said("Het systeem verstuurt {message} over de terugbelafspraak.", message=_a_message(channel))
            return _waits_or_acts(_PARTIES.get(channel, Party.MAIL), down, act)
        case Conclude(outcome=outcome):
            act = said("Het systeem legt de uitkomst vast: {outcome}.", outcome=labels.label(outcome))
            return NextUp(act, said("nu"), True)
        case EndPause():
            return NextUp(said("De rust is voorbij; de zaak gaat verder."), said("nu"), True)
        case ExpireReferral():
            return NextUp(said("Er kwam geen antwoord op de doorverwijzing; zij komt terug."), said("nu"), True)
        case OweFeedback() | Close():
            return NextUp(said("Het systeem rondt de zaak af."), said("nu"), True)
        case RaiseStall() | WaitUntil():
            return _planned(state, now, down)
        case Rest():
            return _rests(state, now)
        case unknown:
            assert_never(unknown)


def _a_message(channel: Channel | None) -> str:
    return said("een bericht" if channel is None else _A_MESSAGE.get(channel, "een bericht"))


def _goes_first(task: Task) -> tuple[bool, datetime]:
    return not task.urgent, task.deadline.raised_at or task.deadline.due_at


def _task(state: CaseState, task: Task, now: datetime) -> NextUp:
    why = reason(task.kind, task.code)
    part = f" {said('Beste dagdeel: {daypart}.', daypart=_daypart(task.daypart))}" if task.daypart else ""
    others = task.queue in QUEUE_OF_PARTY.values()
    whose = f" {said('Dit is werk van: {queue}.', queue=labels.queue(task.queue).lower())}" if others else ""
    planned = () if task.planned is None else (explain(task.planned, now=now, title=said("Gepland")),)
    due = explain(task.deadline, now=now, title=said("Uiterlijk"))
    sentence = f"{labels.label(task.kind)}: {why}.{part}{whose}"
    return NextUp(sentence, _when(state, task, due, now), False, (due, *planned), task=task)


def _when(state: CaseState, task: Task, due: Explained, now: datetime) -> str:
    if due.late and not has_given_up(task.deadline):
        return said("te laat, uiterlijk {when}", when=due.when)
    agreed = state.appointment_of(task.person_id) if task.kind is TaskKind.CALLBACK else None
    if agreed is None:
        return said("uiterlijk {when}", when=due.when)
    return said("afgesproken {when}", when=words.moment(agreed.due_at, now=now))


def _daypart(part: Daypart) -> str:
    return labels.label(part).lower()


def _planned(state: CaseState, now: datetime, down: frozenset[Party]) -> NextUp:
    ahead = min((task for task in state.tasks if task.opens_at > now), key=lambda task: task.opens_at, default=None)
    pause, matching = state.deadline(DeadlineKind.PAUSE), state.deadline(DeadlineKind.MATCHING)
    message, end = state.deadline(DeadlineKind.PLAN_STEP), state.deadline(DeadlineKind.PLAN_END)
    feedback = state.deadline(DeadlineKind.FEEDBACK)
    if pause is not None:
        why = explain(pause, now=now)
        rests = said("De zaak rust tot en met {when}. Daarna gaat zij verder.", when=why.when)
        return NextUp(rests, "", True, (why,))
    if ahead is not None:
        return _task_ahead(state, ahead, now)
    if message is not None:
        return _message_ahead(state, explain(message, now=now, title=said("Bericht")))
    if end is not None and state.terms is not None:
        why = explain(end, now=now)
        silence = said(
            "Alle pogingen zijn gedaan. Komt er geen contact, dan legt het systeem als uitkomst vast: {outcome}.",
            outcome=labels.label(plan_of(state).outcome),
        )
        return NextUp(silence, why.when, True, (why,))
    if matching is not None:
        why = explain(matching, now=now)
        return NextUp(said("De zaak wacht op de andere signalen van deze periode."), why.when, True, (why,))
    if state.phase is Phase.FEEDBACK and feedback is not None:
        act = said("Het systeem koppelt terug aan de signaalpartner. Daarna sluit de zaak vanzelf.")
        return _waits_or_acts(Party.PARTNERS, down, act, explain(feedback, now=now))
    every = explained_deadlines(state, now=now)
    return NextUp(said("De zaak wacht."), every[0].when if every else "", True, every[:1])


def _task_ahead(state: CaseState, task: Task, now: datetime) -> NextUp:
    due = explain(task.deadline, now=now, title=said("Uiterlijk"))
    agreed = state.appointment_of(task.person_id)
    if task.kind is TaskKind.CALLBACK and agreed is not None:
        when = words.moment(agreed.due_at, now=now)
        return NextUp(said("Terugbellen, zoals afgesproken."), when, False, (due,), task=task)
    if task.kind is TaskKind.CALL and task.planned is not None:
        part = task.daypart
        act = said("Bellen in de {daypart}.", daypart=_daypart(part)) if part else said("Bellen.")
        why = explain(task.planned, now=now, title=said("Bellen kan vanaf"))
        return NextUp(act, said("vanaf {when}", when=why.when), False, (why, due), task=task)
    since = said("vanaf {when}", when=words.moment(task.opens_at, now=now))
    return NextUp(f"{labels.label(task.kind)}.", since, False, (due,), task=task)


def _message_ahead(state: CaseState, why: Explained) -> NextUp:
    step = plan_step(state)
    message = _a_message(None if step is None else step.channel)
    return NextUp(said("Het systeem verstuurt {message}.", message=message), why.when, True, (why,))


def _waits_or_acts(party: Party, down: frozenset[Party], act: str, *reasons: Explained) -> NextUp:
    if party in down:
        text = "{party} is nu niet bereikbaar; de zaak wacht en gaat vanzelf verder."
        waits = f"{act} {said(text, party=labels.label(party))}"
        return NextUp(waits, said("zodra het weer kan"), True, reasons)
    return NextUp(act, reasons[0].when if reasons else said("nu"), True, reasons)


def _rests(state: CaseState, now: datetime) -> NextUp:
    if state.merged_into is not None and not state.retention:
        return NextUp(said("De zaak ging op in zaak {case}.", case=state.merged_into[:8]), "", True)
    if not state.retention:
        return NextUp(said("De zaak is afgesloten."), "", True)
    last = max(state.retention, key=lambda retention: retention.due_at)
    began = f"{labels.label(last.start)} ({words.moment(last.started_at, now=now)})"
    counted = said("{term} na {began}.", term=words.term(last.term), began=began)
    ground = marked(f"{counted} {last.ground}", last.ground)
    sentence = said("De zaak is afgesloten. De gegevens worden vernietigd.")
    if state.hold is not None and state.hold.until > now:
        when = said("na {when}", when=words.due(state.hold.until, now=now))
        return NextUp(said("De zaak is afgesloten. De vernietiging is uitgesteld."), when, True, ground=ground)
    return NextUp(sentence, words.moment(last.due_at, now=now), True, ground=ground)
