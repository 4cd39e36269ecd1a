"""A partner's file becomes signals, or a report that its sender can act on."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.delivery_csv import fingerprint, read
from adapters.signal_form import COLUMNS, OPTIONAL_COLUMNS, FaultyRow, ReadableRow, ReadRow, UnreadableFile
from models.codes import LegalForm
from models.ids import DeliveryId, derived, row_of
from models.personal import DeliveredSignal
from models.values import Bsn, Euro, PhoneNumber, Postcode
from simulation.deliveries import COLUMNS as DELIVERED_COLUMNS
from simulation.deliveries import signals, write_csv
from simulation.people import population
from tests.adapters.intake import a_row

TODAY = date(2027, 4, 5)
DELIVERY = DeliveryId("delivery-1")


def reading(path: Path) -> list[ReadRow]:
    return list(read(path, delivery=DELIVERY, today=TODAY))


def read_one(path: Path, **cells: str) -> ReadRow:
    write_csv(path, [a_row(**cells)])
    (row,) = reading(path)
    return row


def signal_of(path: Path, **cells: str) -> DeliveredSignal:
    row = read_one(path, **cells)
    assert isinstance(row, ReadableRow)
    return row.signal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "delivery.csv"


def test_a_full_row_becomes_a_signal(file: Path) -> None:
    signal = signal_of(
        file,
        kenmerk="WO-1",
        klantnummer="K1",
        tussenvoegsel="van den",
        bsn="999990019",
        telefoon="06-12345001",
        email="a.bakkerink@example.nl",
        toevoeging="B",
        straat="Zonnelaan",
        plaats="Zonnedijk",
        bedrag="1.234,5",
        ontstaansdatum="01-02-2027",
        signaaldatum="2027-04-01",
        crisis="Ja",
        warme_overdracht="nee",
        eigen_stappen="gebeld;\ntwee keer",
        einde_levering="29-04-2027",
        ondernemer="JA",
    )
    resident = signal.resident
    assert resident.person_id == derived("person", row_of(DELIVERY, 2))
    assert (resident.name, resident.birth_date) == ("A. van den Bakkerink", date(1980, 1, 31))
    assert (resident.bsn, resident.address.postcode) == (Bsn("999990019"), Postcode("9990AB"))
    phone_id = derived("phone", row_of(DELIVERY, 2))
    assert [(phone.id, phone.number) for phone in resident.phones] == [(phone_id, PhoneNumber("+31612345001"))]
    assert [mailbox.address.text for mailbox in resident.mailboxes] == ["a.bakkerink@example.nl"]
    assert (signal.amount, signal.origin_date, signal.signal_date) == (
        Euro("1234.50"),
        date(2027, 2, 1),
        date(2027, 4, 1),
    )
    assert (signal.crisis, signal.warm_handover, signal.own_steps) == (True, False, "gebeld;\ntwee keer")
    assert signal.entrepreneur
    assert signal.end_of_supply_on == date(2027, 4, 29)


def test_only_six_fields_are_required(file: Path) -> None:
    signal = signal_of(file, voorletters="", geboortedatum="")
    assert (signal.resident.birth_date, signal.resident.phones, signal.crisis) == (None, (), False)
    assert signal.end_of_supply_on is None


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("kenmerk", "  ", "dit veld is verplicht"),
        ("achternaam", "", "dit veld is verplicht"),
        ("bedrag", "", "dit veld is verplicht"),
        ("postcode", "", "dit veld is verplicht"),
        ("huisnummer", "", "dit veld is verplicht"),
        ("signaaldatum", "", "dit veld is verplicht"),
        ("kenmerk", "--", "een kenmerk bestaat uit letters of cijfers"),
        ("klantnummer", "k" * 201, "dit is één regel van ten hoogste 200 tekens"),
        ("achternaam", "12", "een achternaam bestaat uit letters"),
        ("achternaam", "Bakkerink\nBcc: iedereen", "dit is één regel van ten hoogste 200 tekens"),
        ("geboortedatum", "31-31-1980", "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"),
        ("geboortedatum", "2027-04-06", "een geboortedatum ligt niet in de toekomst"),
        ("bsn", "12345", "een BSN heeft 9 cijfers"),
        ("bsn", "٩٩٩٩٩٠٠١٩", "een BSN heeft 9 cijfers"),
        ("bsn", "999990018", "dit BSN voldoet niet aan de elfproef"),
        ("postcode", "99 onbekend", "een postcode is vier cijfers en twee letters, bijvoorbeeld 1234 AB"),
        ("huisnummer", "0", "een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging"),
        ("huisnummer", "12A", "een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging"),
        ("huisnummer", "100000", "een huisnummer is een getal van 1 tot en met 99999; de rest hoort bij toevoeging"),
        ("telefoon", "112", "een telefoonnummer heeft 10 cijfers (of begint met + en een landnummer)"),
        ("email", "bakkerink", "een e-mailadres heeft de vorm naam@domein.nl"),
        ("bedrag", "-5", "een bedrag heeft de vorm 1234,56"),
        ("bedrag", "veel", "een bedrag heeft de vorm 1234,56"),
        ("ontstaansdatum", "2027-02-30", "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"),
        ("ontstaansdatum", "2027-04-02", "een ontstaansdatum ligt niet na de signaaldatum"),
        ("signaaldatum", "april", "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"),
        ("signaaldatum", "06-04-2027", "een signaaldatum ligt niet in de toekomst"),
        ("crisis", "misschien", "vul ja of nee in, of laat het leeg"),
        ("warme_overdracht", "x", "vul ja of nee in, of laat het leeg"),
        ("ondernemer", "zzp", "vul ja of nee in, of laat het leeg"),
        (
            "rechtsvorm",
            "GmbH",
            "een rechtsvorm is persoon, eenmanszaak, vof, cv, maatschap, bv, nv, stichting, vereniging, coöperatie, "
            "onderlinge waarborgmaatschappij of kerkgenootschap; of laat het leeg",
        ),
        ("eigen_stappen", "a" * 4_001, "dit is gewone tekst van ten hoogste 4000 tekens"),
        ("eigen_stappen", "a\x00b", "dit is gewone tekst van ten hoogste 4000 tekens"),
        ("einde_levering", "volgende week", "een datum is een bestaande dag in de vorm jjjj-mm-dd of dd-mm-jjjj"),
        ("einde_levering", "2027-03-31", "een einde van de levering ligt niet vóór de signaaldatum"),
    ],
)
def test_a_fault_names_the_column_and_its_form(file: Path, column: str, cell: str, reason: str) -> None:
    row = read_one(file, **{column: cell})
    assert isinstance(row, FaultyRow)
    assert row.faults == ((column, reason),)
    assert row.cells[column] == cell


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("", LegalForm.PERSON),
        ("Particulier", LegalForm.PERSON),
        ("Eenmanszaak", LegalForm.SOLE_TRADER),
        ("V.O.F.", LegalForm.GENERAL_PARTNERSHIP),
        ("c.v.", LegalForm.LIMITED_PARTNERSHIP),
        ("B.V.", LegalForm.PRIVATE_COMPANY),
        ("besloten  vennootschap", LegalForm.PRIVATE_COMPANY),
        ("NV", LegalForm.PUBLIC_COMPANY),
        ("Cooperatie", LegalForm.COOPERATIVE),
        ("COÖPERATIE", LegalForm.COOPERATIVE),
        ("VvE", LegalForm.ASSOCIATION),
    ],
)
def test_a_legal_form_is_read_as_partners_write_it(file: Path, said: str, form: LegalForm) -> None:
    assert signal_of(file, rechtsvorm=said).legal_form is form


def test_the_day_of_receipt_is_not_the_future(file: Path) -> None:
    assert signal_of(file, signaaldatum="2027-04-05", ontstaansdatum="2027-04-05").days_in_arrears == 0


def test_supply_may_end_on_the_day_of_the_signal(file: Path) -> None:
    assert signal_of(file, einde_levering="2027-04-01").end_of_supply_on == date(2027, 4, 1)


def test_the_end_of_supply_may_be_absent_from_the_header(file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=COLUMNS, delimiter=";", extrasaction="ignore")
        writer.writeheader()
        writer.writerow(a_row())
    (row,) = reading(file)
    assert isinstance(row, ReadableRow)
    assert row.signal.end_of_supply_on is None


def test_all_faults_of_a_row_are_told_at_once(file: Path) -> None:
    row = read_one(file, achternaam="", bsn="1", postcode="x", bedrag="", signaaldatum="gisteren", crisis="?")
    assert isinstance(row, FaultyRow)
    assert [fault.field for fault in row.faults] == [
        "achternaam",
        "bsn",
        "postcode",
        "bedrag",
        "signaaldatum",
        "crisis",
    ]


def test_neither_a_fault_nor_a_row_shows_what_stood_there(file: Path) -> None:
    marked = dict.fromkeys(COLUMNS, "Merkteken\t7")
    write_csv(file, [marked, a_row(achternaam="Merkteken")])
    assert "Merkteken" not in repr(reading(file))


def test_a_row_with_another_number_of_cells_is_refused_whole(file: Path) -> None:
    write_csv(file, [a_row()])
    text = file.read_text("utf-8")
    file.write_text(text + "een;twee\n" + text.splitlines()[1] + ";extra\n", "utf-8")
    first, short, long = reading(file)
    assert isinstance(first, ReadableRow)
    assert isinstance(short, FaultyRow) and isinstance(long, FaultyRow)
    assert short.faults == (("rij", "de rij heeft 2 cellen en de kopregel 23"),)
    assert long.faults == (("rij", "de rij heeft 24 cellen en de kopregel 23"),)
    assert long.cells["kolom 24"] == "extra"


def test_rows_are_numbered_as_a_spreadsheet_shows_them_and_empty_ones_are_passed_over(file: Path) -> None:
    write_csv(file, [a_row(), dict.fromkeys(COLUMNS, " "), a_row(postcode="x"), a_row()])
    assert [row.number for row in reading(file)] == [2, 4, 5]


def test_columns_may_come_in_any_order_with_a_byte_order_mark_and_capitals(file: Path) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=[name.upper() for name in reversed(COLUMNS)], delimiter=";")
        writer.writeheader()
        writer.writerow({name.upper(): cell for name, cell in a_row(achternaam="Çelikay").items()})
    (row,) = reading(file)
    assert isinstance(row, ReadableRow)
    assert row.signal.resident.surname == "Çelikay"


HEADER = ";".join(COLUMNS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Het bestand is leeg."),
        (HEADER.encode(), "Het bestand heeft alleen een kopregel en geen enkel signaal."),
        (b"PK\x03\x04\xff\xfe", "geen UTF-8"),
        ("achternaam;Ç".encode("latin-1"), "geen UTF-8"),
        (HEADER.replace(";", ",").encode(), "gescheiden door puntkomma's"),
        (b"Bakkerink;9990AB;12\n", "geen kopregel met onze kolommen"),
        (HEADER.replace("bsn;", "").encode(), "In de kopregel ontbreekt: bsn."),
        (HEADER.replace("bsn;", "").replace(";crisis", "").encode(), "In de kopregel ontbreekt: bsn, crisis."),
        (f"{HEADER};schoenmaat".encode(), "Kolom 21 staat niet in het afgesproken formaat"),
        (f"{HEADER};bsn".encode(), "De kolom bsn staat twee keer"),
        (f"{HEADER};einde_levering;einde_levering".encode(), "De kolom einde_levering staat twee keer"),
        (f'{HEADER}\n1;2;"nooit gesloten;3\n1;2;3\n'.encode(), "rond regel 3 staat een aanhalingsteken"),
        (f'{HEADER}\n1;"een" twee;3\n'.encode(), "rond regel 2 staat een aanhalingsteken"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_sentence(file: Path, content: bytes, message: str) -> None:
    file.write_bytes(content)
    with pytest.raises(UnreadableFile) as refusal:
        fingerprint(file)
    assert message in str(refusal.value)
    assert "schoenmaat" not in str(refusal.value)


def test_a_file_that_is_not_there_is_told_too(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(UnreadableFile, match="bestaat niet of kan niet"):
            fingerprint(path)


def test_a_fault_near_the_end_of_a_long_file_is_found_before_anything_is_stored(file: Path) -> None:
    write_csv(file, [a_row() for _ in range(5_000)])
    file.write_bytes(file.read_bytes() + b"\xff;\n")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        fingerprint(file)


def test_a_file_without_the_optional_columns_is_read_as_before(file: Path) -> None:
    cells = a_row()
    file.write_text(f"{HEADER}\n{';'.join(cells[name] for name in COLUMNS)}\n", "utf-8")
    [row] = reading(file)
    assert isinstance(row, ReadableRow)
    assert (row.signal.end_of_supply_on, row.signal.entrepreneur) == (None, False)
    assert row.signal.legal_form is LegalForm.PERSON


def test_every_delivery_of_the_invented_partners_can_be_read(file: Path) -> None:
    assert (*COLUMNS, *OPTIONAL_COLUMNS) == DELIVERED_COLUMNS
    for delivery in signals(population(7, 72), 7, signal_date=date(2027, 4, 1)):
        write_csv(file, delivery.rows)
        refused = [row for row in reading(file) if isinstance(row, FaultyRow)]
        assert [row.number for row in refused] == (
            [len(delivery.rows) + 1] if delivery.partner.partner_id in ("lichtkracht", "zorggoed") else []
        )


def test_the_example_of_the_documentation_can_be_read(file: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "delivery-format.md").read_text("utf-8")
    example = text.split("```csv\n")[1].split("```")[0]
    file.write_text(example, "utf-8")
    rows = reading(file)
    assert len(rows) == 3
    assert all(isinstance(row, ReadableRow) for row in rows)
    assert all(f"`{name}`" in text for name in (*COLUMNS, *OPTIONAL_COLUMNS))


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.sampled_from(
        ["", "ja", "0", "12", "1980-01-31", "9990AB", "999990019", "1,5", '"', ";", "\n", "\r", "Bakkerink"]
    ),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=22), min_size=1, max_size=4))
def test_any_table_of_cells_gives_a_report(file: Path, table: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        writer.writerows(table)
    filled = [number for number, cells in enumerate(table, start=2) if any(cell.strip() for cell in cells)]
    rows = reading(file)
    assert [row.number for row in rows] == filled
    assert all(isinstance(row, ReadableRow) or row.faults for row in rows)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_give_rows_or_one_sentence(file: Path, content: bytes, with_header: bool) -> None:
    file.write_bytes((HEADER.encode() + b"\n" if with_header else b"") + content)
    try:
        fingerprint(file)
    except UnreadableFile:
        return
    reading(file)
