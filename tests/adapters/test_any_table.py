"""Files as partners really send them: every form gives the same signals, and each defect its own words."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import partial
from xml.sax.saxutils import escape

import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from adapters.any_table import rows_of
from adapters.cell_words import texts
from adapters.column_guess import guess
from adapters.header_finder import find_header, is_total
from adapters.sheet_table import UNPACKED
from adapters.signal_form import COLUMNS, FaultyRow, ReadableRow, ReadRow, UnreadableFile, read_row
from adapters.table import Cell, TableRow
from models.ids import RowId
from models.personal import DeliveredSignal

TODAY = date(2027, 4, 5)
HEADER = (
    "Referentie",
    "Voorletters",
    "Achternaam",
    "Geb. datum",
    "Postcode",
    "Huisnr",
    "Bedrag achterstand",
    "Datum signaal",
    "Crisis",
)
FIRST = ("WO-1", "A.", "Bäkkerink", date(1980, 1, 31), "9990 AB", "12", 412.5, date(2027, 4, 1), "nee")
SECOND = ("WO-2", "B.", "O'Neil", date(1991, 6, 2), "9990AC", "7", 1234.56, date(2027, 4, 2), "ja")
Table = Sequence[Sequence[Cell]]
TABLE: Table = (HEADER, FIRST, SECOND)


def as_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case date():
            return cell.strftime("%d-%m-%Y")
        case float():
            return f"{cell:.2f}".replace(".", ",")
        case _:
            return str(cell)


def csv_of(table: Table, separator: str = ";", encoding: str = "utf-8") -> bytes:
    def quoted(cell: Cell) -> str:
        text = as_text(cell)
        return f'"{text}"' if separator in text else text

    return "\r\n".join(separator.join(map(quoted, row)) for row in table).encode(encoding)


def xlsx_of(table: Table, *, hidden_first: bool = False) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"default_date_format": "dd-mm-yyyy"}) as book:
        if hidden_first:
            book.add_worksheet("toelichting").hide()
        sheet = book.add_worksheet("signalen")
        if hidden_first:
            sheet.activate()
            sheet.set_first_sheet()
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, datetime.combine(cell, time()))
                elif cell is not None:
                    sheet.write(number, place, cell)
    return file.getvalue()


def xls_of(table: Table) -> bytes:
    book = xlwt.Workbook()
    sheet, as_date = book.add_sheet("signalen"), xlwt.easyxf(num_format_str="DD-MM-YYYY")
    for number, row in enumerate(table):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write(number, place, cell, as_date)
            elif cell is not None:
                sheet.write(number, place, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ods_of(table: Table) -> bytes:
    def cell(value: Cell) -> str:
        match value:
            case None:
                return "<table:table-cell/>"
            case date():
                return (
                    f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}">'
                    f"<text:p>{value.isoformat()}</text:p></table:table-cell>"
                )
            case int() | float():
                return (
                    f'<table:table-cell office:value-type="float" office:value="{value}">'
                    f"<text:p>{value}</text:p></table:table-cell>"
                )
            case _:
                text = f"<text:p>{escape(str(value))}</text:p>"
                return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in table)
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="signalen">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry '
        'manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", manifest)
        parts.writestr("content.xml", content)
    return file.getvalue()


def json_of(table: Table) -> bytes:
    names = [str(name) for name in table[0]]
    plain = [[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in table[1:]]
    return json.dumps([dict(zip(names, row, strict=False)) for row in plain]).encode()


FORMS: Mapping[str, Callable[[Table], bytes]] = {
    **{
        f"csv {name} {encoding}": partial(csv_of, separator=separator, encoding=encoding)
        for name, separator in (("semicolon", ";"), ("tab", "\t"), ("comma", ","))
        for encoding in ("utf-8", "utf-8-sig", "windows-1252", "utf-16")
    },
    "xlsx": xlsx_of,
    "xlsx behind a hidden sheet": partial(xlsx_of, hidden_first=True),
    "xls": xls_of,
    "ods": ods_of,
    "json": json_of,
}


def read(content: bytes) -> list[ReadRow]:
    """As somebody who confirms whatever was guessed."""
    rows = list(rows_of(content))
    place = find_header(rows)
    if place is None:
        raise UnreadableFile("geen kopregel")
    mapping = guess([as_text(cell) for cell in rows[place].cells], rows[place + 1 :])
    return [
        read_row(row.number, texts(row, mapping), row=RowId("row"), today=TODAY)
        for row in rows[place + 1 :]
        if any(cell not in (None, "") for cell in row.cells) and not is_total(row)
    ]


def signals(content: bytes) -> list[DeliveredSignal]:
    found = read(content)
    assert [row.faults for row in found if isinstance(row, FaultyRow)] == []
    return [row.signal for row in found if isinstance(row, ReadableRow)]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_list_in_every_form_is_the_same_signals(form: str) -> None:
    assert signals(FORMS[form](TABLE)) == signals(csv_of(TABLE))
    first = signals(FORMS[form](TABLE))[0]
    assert (first.resident.surname, first.resident.birth_date) == ("Bäkkerink", date(1980, 1, 31))
    assert (str(first.amount.amount), first.signal_date, first.crisis) == ("412.50", date(2027, 4, 1), False)


# --- what spreadsheets and people do to a list ----------------------------------------------------------------------


def one(**changes: Cell) -> Table:
    """A list of one row with these cells, by our own column names."""
    usual: dict[str, Cell] = {
        "kenmerk": "WO-1",
        "achternaam": "Bakkerink",
        "postcode": "9990 AB",
        "huisnummer": "12",
        "bedrag": "412,50",
        "signaaldatum": "2027-04-01",
    }
    cells = usual | changes
    return (tuple(cells), tuple(cells.values()))


def the_signal(table: Table) -> DeliveredSignal:
    [found] = signals(xlsx_of(table))
    return found


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"bedrag": 1234.5}, "1234.50"),
        ({"bedrag": "1.234,56"}, "1234.56"),
        ({"bedrag": "€ 1.234,56"}, "1234.56"),
        ({"bedrag": "1234.56"}, "1234.56"),
        ({"bedrag": 75}, "75.00"),
    ],
)
def test_an_amount_is_read_however_it_was_written(changes: dict[str, Cell], told: str) -> None:
    assert str(the_signal(one(**changes)).amount.amount) == told


@pytest.mark.parametrize(
    "day", ["01-04-2027", "1-4-2027", "2027-04-01", "01/04/2027", "01.04.2027", "01-04-2027 00:00:00", 46478]
)
def test_a_date_is_read_however_it_was_written(day: Cell) -> None:
    assert the_signal(one(signaaldatum=day)).signal_date == date(2027, 4, 1)


def test_lost_zeros_come_back_where_the_column_tells_that_they_belong() -> None:
    signal = the_signal(one(telefoon=612345678, huisnummer=12.0))
    [phone] = signal.resident.phones
    assert phone.number.text == "+31612345678"
    assert signal.resident.address.number == 12


def test_house_number_and_addition_in_one_column_are_parted() -> None:
    for written, parted in {"12A": (12, "A"), "12 bis": (12, "bis"), "12-3": (12, "3"), "12": (12, "")}.items():
        address = the_signal(one(huisnummer=written)).resident.address
        assert (address.number, address.addition) == parted
    both = the_signal(one(huisnummer="12", toevoeging="B")).resident.address
    assert (both.number, both.addition) == (12, "B")


@pytest.mark.parametrize(
    ("said", "meant"), [("J", True), ("x", True), (True, True), (1, True), ("Nee", False), (0, False), (None, False)]
)
def test_yes_and_no_in_every_spelling(said: Cell, meant: bool) -> None:
    assert the_signal(one(crisis=said)).crisis is meant


def test_a_title_above_and_totals_below_are_no_signals() -> None:
    table = (("Signalen april", None), (), *TABLE, (), ("Totaal", None, None, None, None, None, 1647.06))
    for form in (xlsx_of, xls_of, csv_of):
        found = signals(form(table))
        assert [signal.partner_reference for signal in found] == ["WO-1", "WO-2"]
    numbers = [row.number for row in read(xlsx_of(table))]
    assert numbers == [4, 5]


def test_columns_without_a_name_of_ours_are_found_by_what_stands_in_them() -> None:
    table = (
        ("Referentie", "Achternaam", "vak 3", "vak 4", "Huisnr", "Saldo", "Datum"),
        ("WO-1", "Bakkerink", "9990 AB", "a@post.example", "1", "100,00", "01-04-2027"),
        ("WO-2", "Molenaar", "9990 AC", "b@post.example", "2", "200,00", "01-04-2027"),
    )
    first, _ = signals(csv_of(table))
    assert first.resident.address.postcode.text == "9990AB"
    assert first.resident.mailboxes[0].address.text == "a@post.example"


_HOUSE = "een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging"
_DAY = "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"
DEFECTS: Sequence[tuple[dict[str, Cell], str, str]] = [
    ({"kenmerk": None}, "kenmerk", "dit veld is verplicht"),
    ({"kenmerk": "!!!"}, "kenmerk", "een kenmerk bestaat uit letters of cijfers"),
    ({"achternaam": None}, "achternaam", "dit veld is verplicht"),
    ({"achternaam": "12345"}, "achternaam", "een achternaam bestaat uit letters"),
    ({"postcode": None}, "postcode", "dit veld is verplicht"),
    ({"postcode": "99 AB"}, "postcode", "een postcode is vier cijfers en twee letters, bijvoorbeeld 1234 AB"),
    ({"postcode": 9990.0}, "postcode", "een postcode is vier cijfers en twee letters, bijvoorbeeld 1234 AB"),
    ({"huisnummer": None}, "huisnummer", "dit veld is verplicht"),
    (
        {"huisnummer": "nul"},
        "huisnummer",
        "een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging",
    ),
    (
        {"huisnummer": -3},
        "huisnummer",
        "een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging",
    ),
    ({"bedrag": None}, "bedrag", "dit veld is verplicht"),
    ({"bedrag": "veel"}, "bedrag", "een bedrag heeft de vorm 1234,56"),
    ({"signaaldatum": None}, "signaaldatum", "dit veld is verplicht"),
    (
        {"signaaldatum": "31-02-2027"},
        "signaaldatum",
        "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj",
    ),
    ({"signaaldatum": "april"}, "signaaldatum", _DAY),
    ({"signaaldatum": date(2027, 4, 6)}, "signaaldatum", "een signaaldatum ligt niet in de toekomst"),
    ({"geboortedatum": "01-01-2030"}, "geboortedatum", "een geboortedatum ligt niet in de toekomst"),
    ({"ontstaansdatum": "02-04-2027"}, "ontstaansdatum", "een ontstaansdatum ligt niet na de signaaldatum"),
    ({"einde_levering": "01-03-2027"}, "einde_levering", "een einde van de levering ligt niet vóór de signaaldatum"),
    ({"bsn": "123456789"}, "bsn", "dit BSN voldoet niet aan de elfproef"),
    ({"telefoon": "12"}, "telefoon", "een telefoonnummer heeft 10 cijfers (of begint met + en een landnummer)"),
    ({"crisis": "misschien"}, "crisis", "vul ja of nee in, of laat het leeg"),
    ({"email": "geen adres"}, "email", "een e-mailadres heeft de vorm naam@domein.nl"),
]


@pytest.mark.parametrize(("changes", "field", "reason"), DEFECTS)
@pytest.mark.parametrize("form", [csv_of, xlsx_of], ids=["csv", "xlsx"])
def test_one_defect_is_told_by_row_and_field(
    form: Callable[[Table], bytes], changes: dict[str, Cell], field: str, reason: str
) -> None:
    [row] = read(form(one(**changes)))
    assert isinstance(row, FaultyRow)
    assert (row.number, [(fault.field, fault.reason) for fault in row.faults]) == (2, [(field, reason)])


# --- files that are no list -----------------------------------------------------------------------------------------


def far_away(*, alone: bool = False) -> bytes:
    """A cell in the last corner of a sheet: whoever makes room for all before it needs hundreds of gigabytes."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write(1_048_575, 16_383, "x")
        if not alone:
            sheet.write(0, 0, "x")
    return file.getvalue()


def unpacks_to_much() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * (UNPACKED + 1))
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        far_away(),
        unpacks_to_much(),
        xlsx_of(TABLE)[:700],
        b"PK\x03\x04nothing",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"[1, 2, 3]",
        b"[{",
        b'a;"b\nc;d',
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    ],
    ids=["far away", "bomb", "cut off", "no zip", "no xls", "no objects", "no json", "open quote", "picture"],
)
def test_what_is_no_list_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"\.$"):
        list(rows_of(content))


def test_a_row_has_the_number_that_the_spreadsheet_shows() -> None:
    [row] = rows_of(far_away(alone=True))
    assert (row.number, row.cells) == (1_048_576, ("x",))
    below = list(rows_of(xlsx_of(((), (), (None, None, *HEADER), (None, None, *FIRST)))))
    assert [(row.number, row.cells[0]) for row in below] == [(3, HEADER[0]), (4, "WO-1")]


def test_a_file_without_names_of_columns_has_no_header() -> None:
    rows = list(rows_of(b"1;2;3\n4;5;6\n"))
    assert find_header(rows) is None
    assert find_header([]) is None


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.sampled_from(["ja", "9990 AB", "31-02-2027", "1.234,56", "Totaal", "0612345678", "999900018"]),
)


@pytest.mark.parametrize("amount", [10**400, -(10**400), 1e308, float("nan"), float("inf")])
def test_a_number_that_is_no_amount_is_a_fault_of_its_row(amount: float) -> None:
    content = json.dumps([{**dict(zip(COLUMNS, [""] * len(COLUMNS), strict=True)), "bedrag": amount}]).encode()
    row = list(rows_of(content))[1]
    read = read_row(2, texts(row, {"bedrag": COLUMNS.index("bedrag")}), row=RowId("row"), today=TODAY)
    assert isinstance(read, FaultyRow)
    assert ("bedrag", "een bedrag heeft de vorm 1234,56") in read.faults


@given(st.lists(st.lists(CELLS, max_size=12), max_size=6), st.permutations(COLUMNS))
def test_any_table_of_cells_gives_rows_and_faults(table: list[list[Cell]], names: list[str]) -> None:
    rows = [TableRow(1, tuple(names)), *(TableRow(number, tuple(cells)) for number, cells in enumerate(table, start=2))]
    place = find_header(rows)
    assert place == 0
    mapping = guess(names, rows[1:])
    assert sorted(set(mapping.values())) == sorted(mapping.values())
    for row in rows[1:]:
        found = read_row(row.number, texts(row, mapping), row=RowId("row"), today=TODAY)
        assert isinstance(found, ReadableRow) or found.faults
        is_total(row)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    # Spreadsheets are read in a process of their own, which is too slow for this many.
    if content.startswith((b"PK", b"\xd0\xcf")):
        return
    try:
        rows = list(rows_of(content))
    except UnreadableFile as refusal:
        assert str(refusal).endswith(".")
        return
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_a_later_day_than_spreadsheets_count_is_left_as_it_is() -> None:
    assert texts(TableRow(2, (10**9,)), {"signaaldatum": 0}) == {"signaaldatum": "1000000000"}
    assert texts(TableRow(2, (float("nan"),)), {"bedrag": 0}) == {"bedrag": "nan"}
    assert texts(TableRow(2, (9990019.0,)), {"bsn": 0}) == {"bsn": "009990019"}
    assert texts(TableRow(2, ()), {"bsn": 3}) == {"bsn": ""}
