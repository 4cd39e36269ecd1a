"""What lists and figures show of a case, worked out from its state. Pure: state in, rows and columns out."""

from collections import Counter
from datetime import datetime
from typing import Any

from activities.records import NextAction
from models.case import Attempt, CaseSignal, CaseState, PersonOutcome
from models.codes import PartnerType, Phase, Recurrence, SignalStatus
from models.ids import StepId, UnitId, derived, fresh, unit_of_case
from models.tables import AttemptRow, CaseRow, ProposalRow, StatisticRow, TaskRow
from policy.calendar import local
from policy.closing_counts import first_attempt, partners, reach, unjustified
from policy.ddas import CONTACT_KINDS
from policy.work_order import rank

_BEFORE_CONTACT = frozenset({Phase.RECEIVED, Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT})


def case_columns(state: CaseState, following: NextAction | None) -> dict[str, Any]:
    """The columns of the case's row that follow from its state and next step; not the terms."""
    outcome = main_outcome(state)
    kept = next((unit for unit in state.retention if unit.unit_id == unit_of_case(state.case_id)), None)
    return {
        "phase": state.phase,
        "closed_at": state.closed_at,
        "oldest_signal_at": min((signal.received_at for signal in state.signals), default=None),
        "sequence": state.sequence,
        "owner": state.owner,
        "queue": following and following.queue,
        "next_code": following and following.code,
        "due_at": following and following.due_at,
        "wake_at": following and following.wake_at,
        "stall_cause": following and following.stall,
        "stalled_since": following and following.stalled_since,
        "urgent": following is not None and following.urgent,
        "priority": 2 if following is None else following.priority,
        "outcome": outcome and outcome.outcome,
        "outcome_class": kept and kept.outcome_class,
        "erase_at": kept and kept.due_at,
        "hold_until": state.hold and state.hold.until,
        "state": state.model_dump(mode="json", exclude={"terms"}),
    }


def main_outcome(state: CaseState) -> PersonOutcome | None:
    """How it ended for the resident for whom the case was opened, else for whoever's outcome is known."""
    of_resident = (result for result in state.outcomes if result.person_id == state.resident)
    return next(of_resident, state.outcomes[0] if state.outcomes else None)


def signal_status(state: CaseState, signal: CaseSignal) -> SignalStatus:
    """The national status. Picked up means that somebody tried to reach the resident or took the case."""
    of_person = (result for result in state.outcomes if result.person_id == signal.person_id)
    outcome = next(of_person, main_outcome(state))
    if outcome is not None:
        national = next((status for status in SignalStatus if status.value == outcome.outcome.value), None)
        return national or SignalStatus.PICKED_UP
    if state.attempts or state.owner is not None or state.phase not in _BEFORE_CONTACT:
        return SignalStatus.PICKED_UP
    return SignalStatus.NOT_YET_PICKED_UP


def erase_at(state: CaseState, unit: UnitId) -> datetime | None:
    """When the unit goes; None while the case is open."""
    return next((retention.due_at for retention in state.retention if retention.unit_id == unit), None)


def task_rows(state: CaseState, case: CaseRow, *, area: str) -> list[TaskRow]:
    """`case`: its row as it is now, for what lists show and order by of the case itself."""
    route = "" if case.terms is None else str(case.terms["route"])
    return [
        TaskRow(
            id=derived("task", state.case_id, task.kind, task.person_id),
            case_id=state.case_id,
            municipality=state.municipality.text,
            kind=task.kind,
            code=task.code,
            queue=task.queue,
            owner=task.staff or state.owner,
            daypart=task.daypart,
            urgent=task.urgent,
            priority=case.priority,
            opens_at=task.opens_at,
            due_at=task.deadline.due_at,
            route=route,
            area=area,
            rank=rank(urgent=task.urgent or case.urgent, late=case.stalled_since is not None, priority=case.priority),
            sorts_at=case.stalled_since or task.deadline.due_at,
            term_at=task.deadline.raised_at or task.deadline.due_at,
            partner_types=_between(sorted({signal.partner_type for signal in state.signals})),
        )
        for task in state.tasks
    ]


def _between(kinds: list[PartnerType]) -> str:
    return f"+{'+'.join(kinds)}+" if kinds else ""


def proposal_rows(state: CaseState) -> list[ProposalRow]:
    return [
        ProposalRow(
            id=proposal.proposal_id,
            case_id=state.case_id,
            municipality=state.municipality.text,
            person_id=proposal.command.person_id,
            batch_id=proposal.command.batch_id,
            outcome=proposal.command.outcome,
            reason=proposal.command.reason,
            by=proposal.command.by,
            at=proposal.at,
        )
        for proposal in state.proposals
    ]


def attempt_rows(state: CaseState) -> list[AttemptRow]:
    """By step, because a place can be another attempt's when the workflow had to decide again."""
    return [
        AttemptRow(
            id=derived("attempt", state.case_id, attempt.step_id, str(_times(state.attempts[:index], attempt.step_id))),
            case_id=state.case_id,
            person_id=attempt.person_id,
            step_id=attempt.step_id,
            channel=attempt.channel,
            contact_kind=CONTACT_KINDS[attempt.channel],
            result=attempt.result,
            reached=attempt.reached,
            incoming=attempt.incoming,
            at=attempt.at,
            daypart=attempt.daypart,
        )
        for index, attempt in enumerate(state.attempts)
    ]


def _times(attempts: tuple[Attempt, ...], step: StepId) -> int:
    return sum(1 for attempt in attempts if attempt.step_id == step)


def statistic_row(state: CaseState, *, closed_at: datetime) -> StatisticRow:
    """Counts of a case that closes. The month is the local one; nothing leads back to the case."""
    outcome = main_outcome(state)
    return StatisticRow(
        id=fresh(),
        municipality=state.municipality.text,
        month=f"{local(closed_at):%Y-%m}",
        partner_types=sorted(signal.partner_type for signal in state.signals),
        signals=len(state.signals),
        successive=_recurring(state, Recurrence.SUCCESSIVE),
        not_compared=_recurring(state, Recurrence.NOT_COMPARED),
        attempts=dict(Counter(CONTACT_KINDS[attempt.channel].value for attempt in state.attempts)),
        reached=state.reached(),
        outcome=outcome.outcome if outcome else "",
        acceptance=outcome.acceptance if outcome else "",
        month_opened=f"{local(state.opened_at):%Y-%m}",
        partners=partners(state),
        reach={key: list(counts) for key, counts in reach(state).items()},
        first_attempt=first_attempt(state),
        unjustified=unjustified(outcome),
    )


def _recurring(state: CaseState, recurrence: Recurrence) -> int:
    return sum(1 for signal in state.signals if signal.recurrence is recurrence)
