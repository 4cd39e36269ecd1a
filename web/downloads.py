"""Tables that a reader keeps: CSV as a Dutch spreadsheet opens it."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from adapters.csv_cells import harmless


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A download that no cell of which is a formula: what came from elsewhere may look like one."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return csv_file(name, text.getvalue())


def csv_file(name: str, text: str) -> Response:
    # With a byte order mark, by which a spreadsheet knows that it is UTF-8.
    return Response(
        text.encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )
