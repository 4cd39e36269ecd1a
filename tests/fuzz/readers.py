"""A fuzzer, led by which lines it reaches, over the readers of partners' files: `make fuzz`.

Whatever the bytes are, there are rows with signals or faults, or one sentence (`UnreadableFile`). Anything else is a
crash: libFuzzer writes the bytes to a file whose name it prints, and the exit code is not 0. Spreadsheets are left out:
they are read by libraries in a process of their own, of which tests/adapters/test_any_table.py shows the limits.
"""

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["adapters"]):
    from adapters.any_table import rows_of
    from adapters.cell_words import texts
    from adapters.column_guess import guess
    from adapters.csv_cells import harmless, plain
    from adapters.header_finder import find_header
    from adapters.reported_changes import read_changes
    from adapters.sheet_table import is_sheet
    from adapters.signal_form import COLUMNS, FaultyRow, UnreadableFile, read_row
    from adapters.uploads import counts

from models.ids import RowId

TODAY = date(2027, 4, 5)
_SEEDS = (
    ";".join(COLUMNS) + "\nWO-1;K1;A.;van;Beemd;31-01-1980;;9990 AB;12;B;Zonnelaan;Zonnedijk;0612345001;a@b.example;"
    "612,40;2025-01-28;2025-04-01;nee;ja;gebeld\n",
    "kenmerk;soort;bedrag;datum\nWO-1;nieuw bedrag;1.234,56;\nWO-2;einde levering;;2027-05-10\n",
    "Overzicht\n\nReferentie\tAchternaam\tPostcode\tHuisnr\tBedrag\tDatum\n"
    "WO-1\tBeemd\t9990AB\t12 b\t-1\t45000\nTotaal\t\t\t\t1\n",
    json.dumps([{"kenmerk": "WO-1", "achternaam": "Beemd", "bedrag": 612.4, "crisis": True, "bsn": 12345678}]),
    '[{"kenmerk": 1e400, "achternaam": "B", "postcode": null, "bedrag": ' + "9" * 400 + "}]",
    'a,"b\n"",c\n=1+1,+31612345678,@x\n',
)
_ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")


def read_anything(data: bytes) -> None:
    """One input. Raises what is a fault of ours."""
    if is_sheet(data):
        return
    _read_signals(data)
    try:
        list(read_changes(data))
    except UnreadableFile as refusal:
        assert str(refusal)


def _read_signals(data: bytes) -> None:
    try:
        rows = list(rows_of(data))
    except UnreadableFile as refusal:
        assert str(refusal)
        return
    place = find_header(rows[:40])
    if place is None:
        return
    names = tuple("" if cell is None else str(cell) for cell in rows[place].cells)
    mapping = guess(names, rows[place + 1 : 40])
    for row in rows[place + 1 :]:
        if counts(row):
            read = read_row(row.number, texts(row, mapping), row=RowId("fuzz"), today=TODAY)
            assert not isinstance(read, FaultyRow) or read.faults
        for cell in row.cells:
            assert plain(harmless(str(cell))) == str(cell)


def _try_the_same(seeds: list[bytes], runs: int) -> None:
    """Not led by lines reached, which differ with how busy a machine is. Bytes that crash are kept in a file."""
    chance = Random(1)
    for _ in range(runs):
        data = _changed(chance, seeds)
        try:
            read_anything(data)
        except BaseException:
            Path("crash-readers").write_bytes(data)
            print("The bytes that crashed are in crash-readers.", file=sys.stderr)
            raise
    print(f"{runs} inputs were read")


def _changed(chance: Random, seeds: list[bytes]) -> bytes:
    """One of the seeds with some of its bytes changed, left out, doubled, or taken from another."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randrange(1, 9)):
        first = chance.randrange(len(data) + 1)
        last = min(len(data), first + chance.randrange(1, 33))
        match chance.randrange(4):
            case 0:
                data[first:last] = chance.randbytes(chance.randrange(1, 5))
            case 1:
                del data[first:last]
            case 2:
                data[last:last] = data[first:last]
            case _:
                other = chance.choice(seeds)
                begins = chance.randrange(len(other))
                data[first:first] = other[begins : begins + chance.randrange(1, 65)]
    return bytes(data)


def main() -> None:
    """Explores for some seconds, tries so many inputs that are the same each time, or reads the files it is given."""
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz.readers", description=__doc__)
    how_long = arguments.add_mutually_exclusive_group()
    how_long.add_argument("--seconds", type=int, default=60)
    how_long.add_argument("--runs", type=int, help="from one seed, so that what is tried is the same each time")
    arguments.add_argument("file", nargs="*", type=Path, help="bytes that crashed before")
    given = arguments.parse_args()
    if given.file:
        for file in given.file:
            read_anything(file.read_bytes())
        return
    seeds = [seed.encode(encoding) for seed in _SEEDS for encoding in _ENCODINGS]
    if given.runs is not None:
        _try_the_same(seeds, given.runs)
        return
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], f"-max_total_time={given.seconds}", "-max_len=4096", "-timeout=20", folder], read_anything
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
