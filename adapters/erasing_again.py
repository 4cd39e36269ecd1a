"""After a restore: every certificate is carried out once more, before anything else runs."""

from dataclasses import dataclass
from datetime import datetime

from activities.ports import Eraser, Executions
from activities.records import ErasureOrder
from adapters.erasure import NotErased
from adapters.executions import CaseExecution
from adapters.leftovers import Leftovers
from adapters.overdue import BY_TIMER, again
from models.vault_tables import CertificateRow


@dataclass(frozen=True)
class ErasedAgain:
    """How many units went, and of which orders something is left: a letter of theirs is on its way to the printer."""

    units: int
    left: tuple[str, ...]


async def erase_again(
    eraser: Eraser, leftovers: Leftovers, executions: Executions, seen: list[CaseExecution], *, at: datetime
) -> ErasedAgain:
    """Erases what exists although a certificate says that it is gone, in the databases and of these executions, and
    what no case waits for and is past its term.

    What only a case's timer may erase is left to that: of a hold that was set since the backup it alone knows. May be
    done again at any point; certificates stay as they are.
    """
    certificates = {row.id: row for row, _ in leftovers.by_certificate()}
    certificates |= {row.id: row for row, _ in leftovers.of_executions(seen)}
    in_order = sorted(certificates.values(), key=_place)
    done = [order.order_id for row in in_order if await erase(order := again(row), eraser, executions, at=at)]
    left = certificates.keys() - set(done)
    while orders := [
        order for order in eraser.due_units(at) if order.defect != BY_TIMER and order.order_id not in left
    ]:
        for order in orders:
            if await erase(order, eraser, executions, at=at):
                done.append(order.order_id)
            else:
                left.add(order.order_id)
    return ErasedAgain(units=len(done), left=tuple(sorted(left)))


def _place(row: CertificateRow) -> tuple[bool, int]:
    """As they were erased: signals before their case. Those outside the chain come last."""
    return row.number is None, row.number or 0


async def erase(order: ErasureOrder, eraser: Eraser, executions: Executions, *, at: datetime) -> bool:
    """The whole of it at once; False when a letter of the case is on its way to the printer."""
    try:
        eraser.destroy(order)
    except NotErased:
        return False
    rows = eraser.delete_rows(order)
    deleted = await executions.delete(order.workflow_ids)
    eraser.certify(order, rows=rows, executions=deleted, at=at)
    return True
