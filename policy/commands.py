"""Which commands a case takes now, and which facts they become.

The rules are one table; the page shows buttons by it and the workflow refuses by it, so they cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, assert_never

from models.case import CaseState
from models.codes import AttemptResult, Channel, Phase, Role, Standing, TaskKind
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
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClaimed,
    FirstConversationHeld,
    HoldReleased,
    HoldSet,
    IdentityChecked,
    MailChecked,
    OutcomeRecorded,
)
from models.ids import CommandId, DocumentId, StaffId, StepId
from policy.next_step import step_id_of
from policy.outcomes import acceptance_of, refusal_of_outcome
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


class _Origin(TypedDict):
    at: datetime
    by: StaffId
    command_id: CommandId | None
    note_id: DocumentId | None


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
    return Verdict(refusal=refusal) if refusal else Verdict(facts=(_fact(state, command, now),))


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
        case CheckIdentity() | CheckMail() | HoldFirstConversation() | LogCall() | RecordOutcome() if (
            state.person(command.person_id) is None
        ):
            return "Deze persoon hoort niet bij de zaak."
        case CheckIdentity():
            return _refusal_of_standing(command.standing)
        case LogCall():
            if command.result not in CALL_RESULTS:
                return "Kies wat er aan de telefoon gebeurde."
            return _refusal_of_future(command.called_at, now)
        case RecordOutcome():
            future = _refusal_of_future(command.conversation_at, now) or _refusal_of_future(command.started_at, now)
            return future or refusal_of_outcome(state, command)
        case HoldFirstConversation():
            return _refusal_of_future(command.conversation_at, now) or _refusal_of_future(command.started_at, now)
        case SetHold():
            if command.until <= now:
                return "Uitstel eindigt op een dag die nog moet komen."
            return "Geef een reden voor het uitstel." if command.note_id is None else None
        case CheckMail():
            open_task = state.task(TaskKind.CHECK_MAIL)
            return None if open_task and open_task.step_id == command.step_id else RULES["check_mail"].elsewhere
        case ReleaseHold():
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _refusal_of_standing(standing: Standing) -> str | None:
    if standing in (Standing.CONFIRMED, Standing.DIED, Standing.NOT_A_RESIDENT):
        return None
    return "Kies wat u hebt vastgesteld."


def _refusal_of_future(moment: datetime | None, now: datetime) -> str | None:
    return "Dit kan niet in de toekomst liggen." if moment is not None and moment > now else None


def _fact(state: CaseState, command: AnyCommand, now: datetime) -> AnyFact:
    origin: _Origin = {
        "at": now,
        "by": command.by,
        "command_id": command.command_id,
        "note_id": command.note_id,
    }
    match command:
        case ClaimCase():
            return CaseClaimed(**origin)
        case CheckIdentity():
            return IdentityChecked(person_id=command.person_id, standing=command.standing, **origin)
        case LogCall():
            return AttemptMade(
                step_id=_call_step(state, command),
                person_id=command.person_id,
                channel=Channel.CALL,
                result=command.result,
                at=command.called_at or now,
                by=command.by,
                command_id=command.command_id,
                note_id=command.note_id,
            )
        case CheckMail():
            return MailChecked(step_id=command.step_id, person_id=command.person_id, sent=command.sent, **origin)
        case RecordOutcome():
            return OutcomeRecorded(
                person_id=command.person_id,
                outcome=command.outcome,
                acceptance=acceptance_of(command),
                help_kind=command.help_kind,
                accepted_at=command.agreed_at,
                conversation_at=command.conversation_at,
                started_at=command.started_at,
                **origin,
            )
        case HoldFirstConversation():
            return FirstConversationHeld(
                person_id=command.person_id,
                conversation_at=command.conversation_at,
                started_at=command.started_at,
                **origin,
            )
        case SetHold():
            return HoldSet(until=command.until, **origin)
        case ReleaseHold():
            return HoldReleased(**origin)
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _call_step(state: CaseState, command: LogCall) -> StepId:
    """A call answers the plan's call when one is planned; otherwise it stands beside the plan."""
    planned = state.task(TaskKind.CALL)
    if planned is not None and planned.step_id is not None:
        return planned.step_id
    return step_id_of(state, f"extra-{command.command_id}")
