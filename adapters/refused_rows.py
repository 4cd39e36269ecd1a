"""The rows of a delivery that could not be read, as a file that can be mended and sent again."""

import csv
import io
from collections.abc import Iterator

from sqlmodel import col, select

from adapters.csv_cells import harmless
from adapters.database import Database
from adapters.documents import Documents
from adapters.signal_form import COLUMNS, OPTIONAL_COLUMNS
from adapters.vault import Erased, Vault
from models.codes import DocumentKind, RowStatus
from models.ids import DeliveryId
from models.personal import RefusedRow
from models.tables import DeliveredRow

ROW, FAULTS = "rij", "fouten"


def refused_csv(database: Database, vault: Vault, delivery: DeliveryId) -> Iterator[str]:
    """The lines of the file: our columns as they were sent, and before them the row and what is wrong with it. Without
    rows that were erased since. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    columns = (*COLUMNS, *OPTIONAL_COLUMNS)
    yield _line((ROW, FAULTS, *columns))
    wanted = (
        select(DeliveredRow)
        .where(DeliveredRow.delivery_id == delivery, DeliveredRow.status == RowStatus.REFUSED)
        .order_by(col(DeliveredRow.number))
    )
    documents = Documents(vault)
    with database.read() as session:
        for row in session.exec(wanted):
            try:
                content = documents.read(session, DocumentKind.ROW, row.id)
            except Erased:
                continue
            if isinstance(content, RefusedRow):
                faults = "; ".join(f"{error['field']}: {error['reason']}" for error in row.errors)
                cells = (content.cells.get(column, "") for column in columns)
                yield _line((str(row.number), faults, *cells))


def _line(cells: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return text.getvalue()
