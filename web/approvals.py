"""What waits for a second person, by batch."""

from dataclasses import dataclass
from datetime import datetime

from models.codes import NotPickedUpReason, Outcome
from models.commands import Approve
from models.ids import CaseId, CommandId, PersonId, ProposalId, derived
from models.tables import ProposalRow
from policy.permissions import Staff
from web import labels, people, queries, words
from web.bulk import Order, workable
from web.language import said
from web.people import name_of, residents
from web.services import Services
from web.work_queries import Batch


@dataclass(frozen=True)
class Waiting:
    """A proposal about one or more cases, as the page shows it."""

    key: str
    what: str
    reason: str
    note: str
    by: str
    at: str
    cases: tuple[tuple[str, str], ...]
    """Each case with the name of its resident."""
    mine: bool
    """Whether the reader proposed it, so that somebody else must agree."""


def waiting(services: Services, staff: Staff, batch: Batch, *, now: datetime) -> Waiting | None:
    """None when the reader may see none of its cases."""
    seen = _seen(services, staff, batch)
    if not seen:
        return None
    first = seen[0]
    found = residents(services, [PersonId(row.person_id) for row in seen])
    names = queries.staff_names(services.database, [first.by])
    return Waiting(
        key=batch.key,
        what=labels.label(Outcome(first.outcome)),
        reason=labels.label(NotPickedUpReason(first.reason)) if first.reason else "",
        note=people.note_of(services, CommandId(first.id)),
        by=names.get(first.by) or said("een collega"),
        at=words.moment(first.at, now=now),
        cases=tuple((row.case_id, name_of(found, PersonId(row.person_id))) for row in seen),
        mine=all(row.by == staff.staff_id for row in seen),
    )


def decisions(
    services: Services, staff: Staff, batch: Batch, *, agreed: bool, note: str, press: str
) -> tuple[Order, ...]:
    """A command for each proposal of somebody else. The same press gives the same commands."""
    return tuple(
        Order(
            CaseId(row.case_id),
            PersonId(row.person_id),
            Approve(
                command_id=CommandId(derived("approve", press, row.id, staff.staff_id)),
                by=staff.staff_id,
                role=staff.role,
                person_id=PersonId(row.person_id),
                proposal_id=ProposalId(row.id),
                agreed=agreed,
            ),
            note,
        )
        for row in _seen(services, staff, batch)
        if row.by != staff.staff_id
    )


def _seen(services: Services, staff: Staff, batch: Batch) -> list[ProposalRow]:
    """The proposals about cases that this member of staff may work on."""
    states = workable(services, staff, [CaseId(row.case_id) for row in batch.proposals])
    cases = {state.case_id for state in states}
    return [row for row in batch.proposals if row.case_id in cases]
