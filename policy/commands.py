"""Which commands a case takes now, and which facts they become.

The rules are one table; the page shows buttons by it and the workflow refuses by it, so they cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from models.case import CaseState
from models.codes import AttemptResult, Phase, Role, TaskKind
from models.commands import (
    AnyCommand,
    CheckIdentity,
    CheckMail,
    ClaimCase,
    HoldFirstConversation,
    LogCall,
    RecordOutcome,
    ReleaseHold,
    SetHold,
)
from models.facts import AnyFact
from models.ids import PersonId
from policy.identity import DECIDED
from policy.obeying import fact_of
from policy.outcomes import refusal_of_outcome, refusal_of_start
from policy.permissions import Action, role_may

_OPEN = frozenset(Phase) - {Phase.CLOSED}
_WORKABLE = frozenset({Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})

CALL_RESULTS = (
    AttemptResult.CONVERSATION,
    AttemptResult.VOICEMAIL,
    AttemptResult.NO_ANSWER,
    AttemptResult.WRONG_PERSON,
    AttemptResult.WRONG_NUMBER,
    AttemptResult.HUNG_UP,
)


@dataclass(frozen=True)
class Rule:
    """When a kind of command makes sense: in which phases, with which open task, allowed to whom."""

    phases: frozenset[Phase]
    action: Action = Action.WORK_ON_CASE
    task: TaskKind | None = None
    elsewhere: str = "Dit kan niet meer: de zaak is intussen verder."
    """The sentence for a caseworker whose page showed an older state."""


RULES: Mapping[str, Rule] = {
    "claim_case": Rule(_OPEN),
    "check_identity": Rule(frozenset({Phase.IDENTITY_CHECK}), task=TaskKind.CHECK_IDENTITY),
    "log_call": Rule(frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})),
    "check_mail": Rule(frozenset({Phase.CONTACT}), task=TaskKind.CHECK_MAIL),
    "record_outcome": Rule(frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})),
    "hold_first_conversation": Rule(frozenset({Phase.IN_CONVERSATION}), task=TaskKind.HOLD_FIRST_CONVERSATION),
    "set_hold": Rule(frozenset(Phase), action=Action.HOLD_ERASURE),
    "release_hold": Rule(frozenset(Phase), action=Action.HOLD_ERASURE),
}


@dataclass(frozen=True)
class Verdict:
    """What becomes of a command: facts, or a refusal in a sentence for the caseworker."""

    facts: tuple[AnyFact, ...] = ()
    refusal: str | None = None


def available(state: CaseState, role: Role) -> tuple[str, ...]:
    """The kinds of command that the page offers now."""
    return tuple(kind for kind, rule in RULES.items() if _refusal_of_rule(state, kind, rule, role) is None)


def refusal_of(state: CaseState, command: AnyCommand, *, now: datetime) -> str | None:
    """Why the case does not take this command now; None if it does."""
    rule = RULES[command.kind]
    return _refusal_of_rule(state, command.kind, rule, command.role) or _refusal_of_content(state, command, now)


def decide(state: CaseState, command: AnyCommand, *, now: datetime) -> Verdict:
    """The facts that a command becomes, checked against the state as it is now."""
    refusal = refusal_of(state, command, now=now)
    return Verdict(refusal=refusal) if refusal else Verdict(facts=(fact_of(state, command, at=now),))


def _refusal_of_rule(state: CaseState, kind: str, rule: Rule, role: Role) -> str | None:
    if not role_may(role, rule.action):
        return "Dit mag u niet doen met uw rol."
    if state.phase not in rule.phases:
        return rule.elsewhere
    if rule.task is not None and state.task(rule.task) is None:
        return rule.elsewhere
    if kind == "set_hold" and state.hold is not None:
        return "De vernietiging is al uitgesteld."
    if kind == "release_hold" and state.hold is None:
        return "De vernietiging is niet uitgesteld."
    return None


def _refusal_of_content(state: CaseState, command: AnyCommand, now: datetime) -> str | None:
    match command:
        case ClaimCase():
            return "Deze zaak is al van u." if state.owner == command.by else None
        case SetHold():
            return _refusal_of_hold(command, now)
        case ReleaseHold():
            return None
        case _ if state.person(command.person_id) is None:
            return "Deze persoon hoort niet bij de zaak."
        case _ if not _is_asked(state, command.kind, command.person_id):
            return RULES[command.kind].elsewhere
        case CheckIdentity():
            return None if command.standing in DECIDED else "Kies wat u hebt vastgesteld."
        case CheckMail():
            task = state.task(TaskKind.CHECK_MAIL)
            return None if task and task.step_id == command.step_id else RULES[command.kind].elsewhere
        case LogCall():
            if command.result not in CALL_RESULTS:
                return "Kies wat er aan de telefoon gebeurde."
            return _refusal_of_future(now, command.called_at)
        case RecordOutcome():
            future = _refusal_of_future(now, command.agreed_at, command.conversation_at, command.started_at)
            return future or refusal_of_outcome(state, command)
        case HoldFirstConversation():
            future = _refusal_of_future(now, command.conversation_at, command.started_at)
            return future or refusal_of_start(state, command)
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _is_asked(state: CaseState, kind: str, person_id: PersonId) -> bool:
    """Whether the task that the command settles is about this person; a command without a task always may."""
    wanted = RULES[kind].task
    return wanted is None or any(task.kind is wanted and task.person_id == person_id for task in state.tasks)


def _refusal_of_hold(command: SetHold, now: datetime) -> str | None:
    if command.until <= now:
        return "Uitstel eindigt op een dag die nog moet komen."
    return "Geef een reden voor het uitstel." if command.note_id is None else None


def _refusal_of_future(now: datetime, *moments: datetime | None) -> str | None:
    future = any(moment is not None and moment > now for moment in moments)
    return "Dit kan niet in de toekomst liggen." if future else None
