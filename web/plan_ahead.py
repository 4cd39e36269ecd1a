"""What comes after the next thing if nobody is reached: the rest of the contact plan, played with the case's own rules.

Nothing is planned here. Attempts that reach nobody are applied to the state at the moments that `policy` gives them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState
from models.codes import AttemptResult, Channel, DeadlineKind, Phase, RegisterResult, Standing, TaskKind
from models.facts import (
    AnyFact,
    AttemptMade,
    CasePickedUp,
    IdentityChecked,
    MailChecked,
    PauseEnded,
    RegisterAnswered,
)
from models.ids import StepId
from models.steps import Conclude
from policy.calendar import daypart_of, local
from policy.changes import is_objecting
from policy.next_step import next_step, plan_step, plan_step_id
from policy.transitions import apply
from policy.triage import is_due
from web import labels, words
from web.language import said

_NAMES = {Channel.CALL: "Bellen", Channel.MAIL: "E-mail", Channel.LETTER: "Brief", Channel.SMS: "Sms"}
_NOT_REACHED = {Channel.CALL: AttemptResult.NO_ANSWER, Channel.VISIT: AttemptResult.NOBODY_HOME}
_SOUGHT = frozenset({Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT})


@dataclass(frozen=True)
class Later:
    """An attempt that comes later: what, and about when."""

    what: str
    when: str


@dataclass(frozen=True)
class Ahead:
    """The rest of the plan, and how it ends, as long as nobody is reached and nothing else happens."""

    steps: tuple[Later, ...]
    end: str
    """A sentence: the outcome that follows on silence, or why there is no plan."""


def plan_ahead(state: CaseState, *, now: datetime, next_id: StepId | None, busy: bool) -> Ahead:
    """`next_id`: the attempt that is the next thing and so does not come later; `busy`: whether the next thing is
    another one, so that even the plan's next attempt comes after it."""
    if state.terms is None:
        return Ahead((), said("De stappen staan vast zodra de route is gekozen."))
    if is_objecting(state, state.subject):
        return Ahead((), said("Zolang over het bezwaar niet is beslist, zoekt niemand contact."))
    if state.phase not in _SOUGHT or state.appointment_of(state.subject) is not None:
        return Ahead((), _without_plan(state))
    made, end = _played(state, now)
    later = made if busy else tuple(one for one in made[:1] if one.step_id != next_id) + made[1:]
    return Ahead(tuple(_later(one, now) for one in later), end)


def _without_plan(state: CaseState) -> str:
    if state.phase is Phase.IN_CONVERSATION or state.phase in _SOUGHT:
        return said("Er is contact met de inwoner. Wat daarna komt, hangt af van wat u afspreekt.")
    if state.phase is Phase.FEEDBACK:
        return said("Is alles gedaan, dan sluit de zaak en gaat de bewaartermijn in.")
    return said("Hierna gebeurt er niets meer in deze zaak.")


def _played(state: CaseState, now: datetime) -> tuple[tuple[AttemptMade, ...], str]:
    """The attempts of the plan as if each reaches nobody, and the sentence about what follows."""
    made = list[AttemptMade]()
    moment = now
    for _ in range(_ENOUGH):
        if (silence := state.deadline(DeadlineKind.PLAN_END)) is not None:
            moment = max(moment, silence.due_at)
        ended = next_step(state, now=moment)
        if isinstance(ended, Conclude):
            return tuple(made), _ends(state, ended, moment, now)
        if is_due(state):
            return tuple(made), said("Daarna kiest het systeem opnieuw een route.")
        fact = _happens(state, moment)
        if fact is None:
            return tuple(made), said("Wat daarna komt, hangt af van wat er gebeurt.")
        moment = max(moment, fact.at)
        if isinstance(fact, AttemptMade):
            made.append(fact)
        state = apply(state, fact)
    return tuple(made), said("Daarna gaat het contactplan verder.")


_ENOUGH = 40
"""More facts than any plan has, so that playing always ends."""


def _happens(state: CaseState, moment: datetime) -> AnyFact | None:
    """The fact that brings the case to its next attempt, or makes that without reaching anybody."""
    person = state.subject
    pause, matching = state.deadline(DeadlineKind.PAUSE), state.deadline(DeadlineKind.MATCHING)
    if pause is not None:
        return PauseEnded(at=max(pause.due_at, moment))
    if state.phase is Phase.WAITING and matching is not None:
        return CasePickedUp(at=max(matching.due_at, moment))
    if state.phase is Phase.IDENTITY_CHECK:
        if state.task_of(TaskKind.CHECK_IDENTITY, person) is not None:
            return IdentityChecked(at=moment, person_id=person, standing=Standing.CONFIRMED)
        return RegisterAnswered(at=moment, person_id=person, result=RegisterResult.FOUND)
    doubted = state.task_of(TaskKind.CHECK_MAIL, person)
    if doubted is not None and doubted.step_id is not None:
        return MailChecked(at=moment, person_id=person, step_id=doubted.step_id, sent=True)
    return next(_attempt(state, moment), None) if state.phase is Phase.CONTACT else None


def _attempt(state: CaseState, moment: datetime) -> Iterator[AttemptMade]:
    """The attempt that is planned now, made on its moment."""
    call, step = state.task_of(TaskKind.CALL, state.subject), plan_step(state)
    message = state.deadline(DeadlineKind.PLAN_STEP)
    if state.visit is not None:
        yield _unreached(state, state.visit.step_id, Channel.VISIT, max(state.visit.due_at, moment))
    if call is not None and call.step_id is not None:
        yield _unreached(state, call.step_id, Channel.CALL, max(call.opens_at, moment))
    if message is not None and step is not None:
        yield _unreached(state, plan_step_id(state, step), step.channel, max(message.due_at, moment))


def _unreached(state: CaseState, step: StepId, channel: Channel, at: datetime) -> AttemptMade:
    result = _NOT_REACHED.get(channel, AttemptResult.SENT)
    return AttemptMade(at=at, person_id=state.subject, step_id=step, channel=channel, result=result)


def _later(made: AttemptMade, now: datetime) -> Later:
    what = said(_NAMES[made.channel]) if made.channel in _NAMES else labels.label(made.channel).capitalize()
    if made.channel is Channel.CALL:
        what = said("{what} in de {daypart}", what=what, daypart=labels.label(daypart_of(made.at)).lower())
    return Later(what, words.day(local(made.at).date(), today=local(now).date()))


def _ends(state: CaseState, ended: Conclude, moment: datetime, now: datetime) -> str:
    day = words.day(local(moment).date(), today=local(now).date())
    outcome = labels.label(ended.outcome)
    if state.deadline(DeadlineKind.PLAN_END) is None:
        return said("Zodra dat kan, legt het systeem als uitkomst vast: {outcome}.", outcome=outcome)
    text = "Komt er geen contact tot {day}, dan legt het systeem als uitkomst vast: {outcome}."
    return said(text, day=day, outcome=outcome)
