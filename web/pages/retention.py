"""Retention: what goes when and by which rule, what is held, and the proof of what went."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from adapters.destruction_lists import DestructionLists, dates_of
from adapters.forecast import Expected, WithoutCase, forecast
from adapters.overview import Sweep
from models.case import CaseState, Retention
from models.codes import DeadlineKind, Outcome
from models.destruction import OnList
from models.tables import CaseRow
from models.vault_tables import CertificateRow
from policy.calendar import local
from policy.destruction import ListStanding, standing
from policy.permissions import Action, Staff, role_may
from web import labels, queries, rendering, words
from web.auth import NotThere, OurServices, allowed, scope
from web.destruction_view import OTHERS
from web.explain import explain
from web.language import said
from web.paging import Scope
from web.services import Services

router = APIRouter()

_YEARS = 20


@router.get("/bewaren")
def retention(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_RETENTION)],
    closed_number: Annotated[int, Query(alias="afgesloten", ge=1, le=100_000)] = 1,
    open_number: Annotated[int, Query(alias="lopend", ge=1, le=100_000)] = 1,
    until: Annotated[str, Query(alias="tot", max_length=10)] = "",
    proof_number: Annotated[int, Query(alias="verklaringen", ge=1, le=100_000)] = 1,
) -> Response:
    within, now = scope(staff, Action.SEE_RETENTION), services.now()
    day = _day(until, now)
    kept = {"tot": until} if until else {}
    closed = queries.closed_cases(services.database, within, page=closed_number)
    running = queries.oldest_open_cases(services.database, within, page=open_number)
    places = queries.municipality_names(services.database, within)
    proofs = queries.certificates(services.vault.database, within, page=proof_number)
    return rendering.page(
        request,
        "retention.html",
        staff,
        may_see_cases=role_may(staff.role, Action.SEE_CASE),
        late=_late(services.overview.sweep(now=now), now),
        waiting=_waiting(services, within, now),
        day=day.isoformat(),
        day_name=words.full_day(day),
        expected=[_expected(line, places) for line in forecast(services.database, services.vault, day, within)],
        closed=[_closed(row, now) for row in closed.rows],
        running=[_running(row, now) for row in running.rows],
        proofs=[_proof(row) for row in proofs.rows],
        closed_pager=rendering.pager(closed, "/bewaren", "afgesloten", **kept),
        running_pager=rendering.pager(running, "/bewaren", "lopend", **kept),
        proof_pager=rendering.pager(proofs, "/bewaren", "verklaringen", **kept),
    )


@router.get("/bewaren/{certificate_id}")
def certificate(
    request: Request,
    services: OurServices,
    staff: Annotated[Staff, allowed(Action.SEE_RETENTION)],
    certificate_id: str,
) -> Response:
    within = scope(staff, Action.SEE_RETENTION)
    row = queries.certificate(services.vault.database, certificate_id, within)
    if row is None:
        raise NotThere
    places = queries.municipality_names(services.database, within)
    return rendering.page(
        request, "certificate.html", staff, proof=_proof(row), place=places.get(row.municipality, row.municipality)
    )


def _day(text: str, now: datetime) -> date:
    """Until when is looked ahead; a month when no day is named."""
    try:
        day = date.fromisoformat(text) if text else local(now).date() + timedelta(days=30)
    except ValueError:
        raise NotThere from None
    if abs(day.year - now.year) > _YEARS:
        raise NotThere
    return day


def _expected(line: Expected, places: Mapping[str, str]) -> dict[str, object]:
    return {
        "place": places.get(line.municipality.text, line.municipality.text),
        "rule": said(OTHERS[line.rule]) if isinstance(line.rule, WithoutCase) else labels.label(line.rule),
        "cases": line.cases,
        "signals": line.signals,
        "other": line.other,
        "held": line.held,
    }


def _waiting(services: Services, within: Scope, now: datetime) -> list[dict[str, object]]:
    """Lists to which people have yet to agree, those that go first on top."""
    return [
        {
            "id": row.id,
            "name": row.name,
            "first": words.moment(dates_of(row).first_due_at, now=now),
            "late": standing(dates_of(row), now=now) is ListStanding.LATE,
        }
        for row in DestructionLists(services.database).to_approve(within, now=now)
    ]


def _late(sweep: Sweep, now: datetime) -> str:
    """When the daily sweep last ended, where that is too long ago; empty when it is not."""
    if not sweep.late:
        return ""
    return words.moment(sweep.ended_at, now=now) if sweep.ended_at else said("nog nooit")


def _closed(row: CaseRow, now: datetime) -> dict[str, object]:
    state = CaseState.model_validate(row.state)
    last = max(state.retention, key=lambda each: each.due_at, default=None)
    held = row.hold_until is not None and row.hold_until > now
    return {
        "case_id": row.id,
        "outcome": Outcome(row.outcome).value if row.outcome else "",
        "when": words.moment(row.erase_at, now=now) if row.erase_at else said("nog niet bekend"),
        "late": row.erase_at is not None and row.erase_at <= now and not held,
        "rule": _rule(last) if last else "",
        "ground": last.ground if last else "",
        "hold": said("uitgesteld tot en met {hold_until}", hold_until=words.due(row.hold_until, now=now))
        if held and row.hold_until
        else "",
    }


def _running(row: CaseRow, now: datetime) -> dict[str, object]:
    state = CaseState.model_validate(row.state)
    deadline = state.deadline(DeadlineKind.RETENTION)
    return {
        "case_id": row.id,
        "phase": labels.label(state.phase),
        "received": words.moment(min(signal.received_at for signal in state.signals), now=now),
        "why": explain(deadline, now=now) if deadline else None,
        "hold": said("uitgesteld tot en met {until}", until=words.due(state.hold.until, now=now)) if state.hold else "",
    }


def _proof(row: CertificateRow) -> dict[str, object]:
    rule = Retention.model_validate(row.rule)
    return {
        "id": row.id,
        "case_id": row.case_id or "",
        "units": row.units,
        "erased": words.full_moment(row.erased_at),
        "due": words.full_moment(rule.due_at),
        "rule": _rule(rule),
        "ground": rule.ground,
        "outcome_class": labels.label(rule.outcome_class),
        "rows": row.rows,
        "executions": row.executions,
        "defect": row.defect,
        "on_list": "" if row.on_list is None else _on_list(OnList.model_validate(row.on_list)),
        "number": row.number,
        "hash": row.hash,
    }


def _on_list(on_list: OnList) -> str:
    """What became of it on a list, and in which roles people agreed."""
    fate = labels.label(on_list.fate)
    if not on_list.list_name:
        return fate.capitalize()
    roles = ", ".join(labels.label(role).lower() for role in on_list.roles)
    if not roles:
        return f"{on_list.list_name}: {fate}"
    return said("{name}: {fate} (akkoord: {roles})", name=on_list.list_name, fate=fate, roles=roles)


def _rule(rule: Retention) -> str:
    return said("{term} na {start}", term=words.term(rule.term), start=labels.label(rule.start))
