"""Reads a spreadsheet from standard input and writes its rows as lines of JSON.

A process of its own, because a file can be made so that its reader dies or eats all memory. The last line is
`{"end": rows}`; without it nothing counts.
"""

import contextlib
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from io import BytesIO

MEMORY = 1_500_000_000
"""Bytes of address space."""
SECONDS = 90
"""Of processor time."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    sheet = workbook.get_sheet_by_name(visible[0])
    out, count = sys.stdout, 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_plain(cell) for cell in row]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if cells:
            # Empty rows are not told: a sheet may have a million of them.
            out.write(json.dumps([number, cells], ensure_ascii=True) + "\n")
            count += 1
    out.write(json.dumps({"end": count}) + "\n")
    out.flush()


def _plain(cell: object) -> object:
    """As JSON holds it; a date as `{"date": "2027-04-05"}`."""
    match cell:
        case datetime():
            return {"date": cell.date().isoformat()}
        case date():
            return {"date": cell.isoformat()}
        case time() | timedelta():
            return str(cell)
        case _:
            return cell


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
