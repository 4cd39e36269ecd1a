"""Why a case does not take a command about itself, about whose it is, or about its signals."""

from datetime import datetime, timedelta
from typing import assert_never

from models.case import CaseSignal, CaseState
from models.codes import CHANGES_WITH_A_DAY, DeadlineKind, SignalChange, TaskKind
from models.commands import (
    ApplyPolicy,
    AssignCase,
    ClaimCase,
    ExtendDeadline,
    JudgeThreat,
    MergeCase,
    PauseCase,
    RecordSignalChange,
    ReleaseHold,
    ResumeCase,
    SetHold,
    SettleRepair,
    SplitSignal,
)
from policy.calendar import local
from policy.changes import is_settled, is_suspended
from policy.moving import refusal_of_move
from policy.referrals import open_referral
from policy.refusals.grounds import LATE
from policy.signals import may_leave

CaseCommand = (
    ClaimCase
    | AssignCase
    | PauseCase
    | ResumeCase
    | ExtendDeadline
    | RecordSignalChange
    | JudgeThreat
    | SplitSignal
    | MergeCase
    | SettleRepair
    | ApplyPolicy
    | SetHold
    | ReleaseHold
)
_EXTENDABLE = frozenset({DeadlineKind.TASK, DeadlineKind.REFERRAL, DeadlineKind.ASSIGNMENT})
"""Deadlines that are policy; those of the law are never put off."""
_BY_LAW = frozenset({TaskKind.DECIDE_OBJECTION})
_LONGEST_EXTENSION = timedelta(days=60)
HELD_TOO_SHORT = "De gegevens gaan pas weg op {day}. Een uitstel dat eerder afloopt, verandert niets."


def may_be_put_off(deadline: DeadlineKind, task: TaskKind | None) -> bool:
    """Whether a deadline, of that task or of the case itself, is the municipality's own."""
    return deadline in _EXTENDABLE and task not in _BY_LAW


def of_pausing(state: CaseState) -> str | None:
    if is_suspended(state):
        return "De zaak rust al."
    if state.appointments or state.visit is not None:
        return "Er is nog iets afgesproken met de inwoner. Zeg dat eerst af."
    return None


def of_resuming(state: CaseState) -> str | None:
    return None if state.pause is not None else "De zaak rust niet."


def of_splitting(state: CaseState) -> str | None:
    return None if len(state.signals) > 1 else "Deze zaak heeft maar één signaal."


def of_merging(state: CaseState) -> str | None:
    """What was agreed with the resident would be lost with the case."""
    agreed = state.appointments or state.visit is not None or state.proposals or state.outcomes
    under_way = any(open_referral(state, person.person_id) is not None for person in state.people)
    if agreed or under_way:
        return "In deze zaak is al iets afgesproken of vastgelegd. Voeg de andere zaak bij deze."
    return None


def of_holding(state: CaseState) -> str | None:
    return None if state.hold is None else "De vernietiging is al uitgesteld."


def of_short_hold(until: datetime, due_at: datetime) -> str | None:
    """Why a hold puts nothing off that goes at that moment."""
    return None if until > due_at else HELD_TOO_SHORT.format(day=f"{local(due_at):%d-%m-%Y}")


def of_hold_of_case(state: CaseState, command: SetHold) -> str | None:
    """Of a case that is not closed it is not known yet when its data go."""
    first = min((unit.due_at for unit in state.retention), default=None)
    return None if first is None else of_short_hold(command.until, first)


def of_releasing(state: CaseState) -> str | None:
    return None if state.hold is not None else "De vernietiging is niet uitgesteld."


def of_case_command(state: CaseState, command: CaseCommand, now: datetime) -> str | None:
    match command:
        case ClaimCase():
            return "Deze zaak is al van u." if state.owner == command.by else None
        case AssignCase():
            return _of_assigning(state, command)
        case PauseCase():
            return None if command.until > now else "De zaak rust tot een dag die nog moet komen."
        case ExtendDeadline():
            return _of_extending(state, command, now)
        case RecordSignalChange() | SplitSignal():
            return _of_signal(state, command, now)
        case JudgeThreat():
            return "Dit stond er al." if state.threatening is command.threatening else None
        case MergeCase():
            return "Kies een andere zaak." if command.into == state.case_id else None
        case ApplyPolicy():
            return refusal_of_move(state, command.terms, now)
        case SetHold():
            return _of_hold(command, now)
        case ResumeCase() | SettleRepair() | ReleaseHold():
            return None
        case _:  # pragma: no cover - closed by the type checker
            assert_never(command)


def _of_assigning(state: CaseState, command: AssignCase) -> str | None:
    if state.owner != command.to:
        return None
    return "Deze zaak is van niemand." if command.to is None else "Deze zaak is al van deze collega."


def _of_extending(state: CaseState, command: ExtendDeadline, now: datetime) -> str | None:
    if not may_be_put_off(command.deadline, command.task):
        return "Deze termijn kan niet worden uitgesteld."
    if command.task is None:
        known = state.deadline(command.deadline)
    else:
        task = state.task_of(command.task, command.person_id)
        known = task.deadline if task is not None and task.deadline.kind is command.deadline else None
    if known is None:
        return LATE
    if known.extended:
        return "Deze termijn is al een keer uitgesteld."
    if command.until <= now or command.until <= known.due_at:
        return "De nieuwe dag ligt na de oude."
    return "Uitstel duurt hooguit zestig dagen." if command.until > now + _LONGEST_EXTENSION else None


def _of_signal(state: CaseState, command: RecordSignalChange | SplitSignal, now: datetime) -> str | None:
    known = state.signal(command.signal_id)
    if known is None:
        return "Dit signaal hoort niet (meer) bij deze zaak."
    if isinstance(command, RecordSignalChange):
        return _of_change(state, known, command, now)
    return None if may_leave(state, known) else "De inwoner van deze zaak houdt ten minste één signaal."


def _of_change(state: CaseState, signal: CaseSignal, command: RecordSignalChange, now: datetime) -> str | None:
    if signal.ended is not None:
        return "Dit signaal was al betaald of ingetrokken."
    if command.change not in CHANGES_WITH_A_DAY:
        return None
    ends = command.change is SignalChange.END_OF_SUPPLY
    if command.on is None:
        return "Vul de dag in die de partner noemt."
    if command.on == (signal.end_of_supply_on if ends else signal.collection_paused_until):
        return "Dit stond er al."
    if command.on < local(now).date():
        return "De dag die de partner noemt, is al voorbij."
    if ends and is_settled(state, signal.person_id):
        return "Hoe dit afliep is al vastgelegd. Laat de partner een nieuw signaal sturen."
    return None


def _of_hold(command: SetHold, now: datetime) -> str | None:
    if command.until <= now:
        return "Uitstel eindigt op een dag die nog moet komen."
    return "Geef een reden voor het uitstel." if command.note_id is None else None
