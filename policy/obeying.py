"""The fact that a command becomes."""

from datetime import datetime
from typing import TypedDict, assert_never

from models.case import CaseState
from models.codes import Channel, TaskKind
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
from policy.outcomes import acceptance_of


class _Origin(TypedDict):
    at: datetime
    by: StaffId
    command_id: CommandId | None
    note_id: DocumentId | None


def fact_of(state: CaseState, command: AnyCommand, *, at: datetime) -> AnyFact:
    """What happened, now that the command was allowed. A call happened when it was made."""
    origin: _Origin = {
        "at": at,
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
                at=command.called_at or at,
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
    """A call answers the plan's call when one is planned for this person; otherwise it stands beside the plan."""
    planned = state.task(TaskKind.CALL)
    if planned is not None and planned.step_id is not None and planned.person_id == command.person_id:
        return planned.step_id
    return step_id_of(state, f"extra-{command.command_id}")
