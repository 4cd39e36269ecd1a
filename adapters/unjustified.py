"""Which signals of a delivery could be seen at once not to be justified."""

from sqlmodel import Session, col, func, select

from models.codes import RowStatus
from models.ids import DeliveryId
from models.tables import DeliveredRow, SignalRow


def legal_entities_of(session: Session, delivery: DeliveryId) -> int:
    """How many signals are about a company, a foundation or the like. A repeated one is counted as a repeat."""
    counted = (
        select(func.count())
        .select_from(SignalRow)
        .join(DeliveredRow, col(DeliveredRow.unit_id) == col(SignalRow.unit_id))
        .where(DeliveredRow.delivery_id == delivery, DeliveredRow.status != RowStatus.REPEATED)
        .where(col(SignalRow.legal_entity).is_(True))
    )
    return session.exec(counted).one()
