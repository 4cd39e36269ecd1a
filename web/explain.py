"""A deadline and a next step in plain Dutch: what, by when, by which rule, and what moved it."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from models.case import CaseState, Deadline, Task
from models.codes import DeadlineKind, Party, Phase, StallCause, TaskKind
from models.steps import (
    AskRegister,
    ChooseRoute,
    Close,
    Conclude,
    OweFeedback,
    RaiseStall,
    Rest,
    SendMail,
    WaitUntil,
)
from policy.calendar import local
from policy.next_step import next_step
from web import labels, words


@dataclass(frozen=True)
class Explained:
    """A deadline as the page tells it."""

    title: str
    when: str
    left: str
    late: bool
    rule: str
    counted: str
    """How the moment was found: term, start event, calendar."""
    moved: str
    """The free days that moved it; empty when none did."""
    reminders: str
    """That it passed, since when, and when it is brought up again; empty while it has not."""


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


def explain(deadline: Deadline, *, now: datetime, title: str = "") -> Explained:
    today = local(now).date()
    event = labels.START_EVENTS.get(deadline.start_event, deadline.start_event)
    length = words.term(deadline.term)
    began = f"na {event} ({words.moment(deadline.started_at, now=now)})"
    moved = words.free_days(deadline.moved_by, today=today)
    given_up = has_given_up(deadline)
    return Explained(
        title=title or labels.DEADLINES[deadline.kind],
        when=words.due(deadline.due_at if given_up else deadline.raised_at or deadline.due_at, now=now),
        left="vastgelopen" if given_up else words.days_left(deadline, now=now),
        late=deadline.raised_at is not None or (deadline.cause is not None and deadline.due_at <= now),
        rule=deadline.rule,
        counted=f"{length[0].upper()}{length[1:]} {began}; {words.calendar(deadline.calendar)}.",
        moved=f"Opgeschoven door: {moved}." if moved else "",
        reminders=_reminders(deadline, now),
    )


def has_given_up(deadline: Deadline) -> bool:
    """Whether the case stands still because a party did not answer: then the work is stalled, not late."""
    return deadline.raised_at is not None and deadline.cause is StallCause.PARTY_BUDGET_SPENT


def explained_deadlines(state: CaseState, *, now: datetime) -> tuple[Explained, ...]:
    """Everything with a due moment, the earliest first."""
    own = [(deadline, "") for deadline in state.deadlines]
    tasks = [(task.deadline, f"Taak: {labels.TASKS[task.kind].lower()}") for task in state.tasks]
    planned = [
        (task.planned, f"{labels.TASKS[task.kind]} gepland")
        for task in state.tasks
        if task.planned is not None and task.opens_at > now
    ]
    everything = sorted(own + tasks + planned, key=lambda pair: pair[0].raised_at or pair[0].due_at)
    return tuple(explain(deadline, now=now, title=title) for deadline, title in everything)


def stalled_deadline(state: CaseState) -> Deadline | None:
    """The deadline that passed first; None while the case moves."""
    passed = [deadline for deadline in state.all_deadlines() if deadline.raised_at is not None and deadline.cause]
    return min(passed, key=lambda deadline: deadline.raised_at or deadline.due_at, default=None)


def next_up(state: CaseState, *, now: datetime, down: frozenset[Party] = frozenset()) -> NextUp:
    """The one thing that happens next: work that is open, else what the case does by itself, else work that is planned.

    `down` names the parties that do not answer now.
    """
    opened = [task for task in state.tasks if task.opens_at <= now]
    if opened:
        return _task(min(opened, key=lambda task: task.deadline.raised_at or task.deadline.due_at), now)
    match next_step(state, now=now):
        case ChooseRoute():
            return NextUp("Het systeem kiest hoe deze zaak wordt behandeld.", "nu", True)
        case AskRegister():
            return _waits_or_acts(Party.REGISTER, down, "Het systeem vraagt het persoonsregister wie dit is.")
        case SendMail():
            return _waits_or_acts(Party.MAIL, down, "Het systeem verstuurt de e-mail.")
        case Conclude(outcome=outcome):
            return NextUp(f"Het systeem legt de uitkomst vast: {outcome.value}.", "nu", True)
        case OweFeedback() | Close():
            return NextUp("Het systeem rondt de zaak af.", "nu", True)
        case RaiseStall() | WaitUntil():
            return _planned(state, now, down)
        case Rest():
            return _rests(state, now)
        case unknown:
            assert_never(unknown)


def _task(task: Task, now: datetime) -> NextUp:
    why = labels.reason(task.kind, task.code)
    part = f" Beste dagdeel: {task.daypart.lower()}." if task.daypart else ""
    planned = () if task.planned is None else (explain(task.planned, now=now, title="Gepland"),)
    due = explain(task.deadline, now=now, title="Uiterlijk")
    when = f"te laat, uiterlijk {due.when}" if due.late and not has_given_up(task.deadline) else f"uiterlijk {due.when}"
    return NextUp(f"{labels.TASKS[task.kind]}: {why}.{part}", when, False, (due, *planned))


def _planned(state: CaseState, now: datetime, down: frozenset[Party]) -> NextUp:
    call = state.task(TaskKind.CALL)
    mail, end = state.deadline(DeadlineKind.PLAN_STEP), state.deadline(DeadlineKind.PLAN_END)
    feedback = state.deadline(DeadlineKind.FEEDBACK)
    if call is not None and call.planned is not None:
        part = f" in de {call.daypart.lower()}" if call.daypart else ""
        why = explain(call.planned, now=now, title="Bellen kan vanaf")
        due = explain(call.deadline, now=now, title="Uiterlijk")
        return NextUp(f"Bellen{part}.", f"vanaf {why.when}", False, (why, due))
    if mail is not None:
        why = explain(mail, now=now, title="E-mail")
        return NextUp("Het systeem verstuurt een e-mail.", why.when, True, (why,))
    if end is not None and state.terms is not None:
        why = explain(end, now=now)
        return NextUp(
            "Alle pogingen zijn gedaan. Komt er geen contact, dan legt het systeem als uitkomst vast: "
            f"{state.terms.plan.outcome.value}.",
            why.when,
            True,
            (why,),
        )
    if state.phase is Phase.FEEDBACK and feedback is not None:
        return _waits_or_acts(
            Party.PARTNERS,
            down,
            "Het systeem koppelt terug aan de signaalpartner. Daarna sluit de zaak vanzelf.",
            explain(feedback, now=now),
        )
    every = explained_deadlines(state, now=now)
    return NextUp("De zaak wacht.", every[0].when if every else "", True, every[:1])


def _waits_or_acts(party: Party, down: frozenset[Party], act: str, *reasons: Explained) -> NextUp:
    if party in down:
        waits = f"{act} {labels.PARTIES[party]} is nu niet bereikbaar; de zaak wacht en gaat vanzelf verder."
        return NextUp(waits, "zodra het weer kan", True, reasons)
    return NextUp(act, reasons[0].when if reasons else "nu", True, reasons)


def _rests(state: CaseState, now: datetime) -> NextUp:
    if not state.retention:
        return NextUp("De zaak is afgesloten.", "", True)
    last = max(state.retention, key=lambda retention: retention.due_at)
    began = f"{labels.label(last.start)} ({words.moment(last.started_at, now=now)})"
    ground = f"{words.term(last.term)} na {began}. {last.ground}"
    sentence = "De zaak is afgesloten. De gegevens worden vernietigd."
    if state.hold is not None and state.hold.until > now:
        when = f"na {words.due(state.hold.until, now=now)}"
        return NextUp("De zaak is afgesloten. De vernietiging is uitgesteld.", when, True, ground=ground)
    return NextUp(sentence, words.moment(last.due_at, now=now), True, ground=ground)


def _reminders(deadline: Deadline, now: datetime) -> str:
    if deadline.raised_at is None:
        return ""
    passed = "Vastgelopen" if has_given_up(deadline) else "Verlopen"
    again = f"{words.count(deadline.raised, 'keer', 'keer')} gemeld; volgende herinnering"
    return f"{passed} {words.moment(deadline.raised_at, now=now)}, {again} {words.due(deadline.due_at, now=now)}."
