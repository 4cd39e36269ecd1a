"""A partner's file on its way in: read, looked at, corrected, confirmed; and gone when nobody does."""

from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from adapters.agreements import Agreement, Agreements
from adapters.overdue import Overdue
from adapters.uploads import LIFE, NotConfirmed
from models.ids import DeliveryId, PartnerId, UnitId, row_of
from models.tables import ColumnMappingRow, DeliveredRow, DeliveryRow, DocumentRow, SignalRow, UploadRow
from policy.calendar import local
from simulation.deliveries import COLUMNS
from tests.adapters.intake import a_row
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser, forms_of
from tests.web.town import NOOR, RAVI, Town

HERE = "/aanleveringen/bestand"
WOONSTEE = PartnerId("woonstee")


def a_file(*rows: dict[str, str], names: dict[str, str] | None = None) -> bytes:
    """CSV with our columns, some of them by another name."""
    header = ";".join((names or {}).get(column, column) for column in COLUMNS)
    return "\n".join([header, *(";".join(row.get(column, "") for column in COLUMNS) for row in rows)]).encode()


async def send(browser: Browser, content: bytes, *, partner: str = WOONSTEE) -> httpx.Response:
    page = (await browser.get(HERE)).text
    form = next(form for form in forms_of(page) if form.action == HERE)
    fields = {"token": form.fields["token"], "partner": partner, "gemeente": ZONNEDIJK.text}
    return await browser.client.post(HERE, data=fields, files={"bestand": ("lijst.csv", content)})


async def sent(browser: Browser, content: bytes) -> str:
    """Where the file can be looked at."""
    answer = await send(browser, content)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def confirm(browser: Browser, where: str) -> httpx.Response:
    page = (await browser.get(where)).text
    form = next(form for form in forms_of(page) if form.fields.get("wat") == "klopt")
    return await browser.send(form)


def rows_of(town: Town, table: type[DeliveredRow] | type[DeliveryRow] | type[DocumentRow] | type[UploadRow]) -> int:
    with town.stores.database.read() as session:
        return len(session.exec(select(table)).all())


def store(town: Town) -> None:
    """What the delivery's workflow does first."""
    town.stores.uploads.store(town.door.started[-1].upload, progress=lambda rows: None)


async def test_a_file_is_looked_at_before_anything_of_it_counts(town: Town, noor: Browser) -> None:
    bad = a_row(kenmerk="WO-2", postcode="99 fout", achternaam="Geheimpje")
    where = await sent(noor, a_file(a_row(kenmerk="WO-1", achternaam="Bakkerink"), bad))
    page = (await noor.get(where)).text
    assert "<strong>1</strong> rij is goed" in page and "<strong>1</strong> wordt geweigerd" in page
    assert "Bakkerink" in page and "wordt geweigerd" in page
    assert "een postcode is vier cijfers en twee letters" in page
    assert (rows_of(town, DeliveryRow), rows_of(town, DeliveredRow), town.door.started) == (0, 0, [])


async def test_what_is_in_the_file_and_not_read_is_said(noor: Browser) -> None:
    names = {"rechtsvorm": "soort organisatie"}
    company = a_row(rechtsvorm="B.V.")
    page = (await noor.get(await sent(noor, a_file(company, names=names)))).text
    assert "Wat hierin staat, lezen wij niet: soort organisatie." in page
    assert "rechtspersoon" not in page.split("<h2>Welke kolom")[0]
    page = (await noor.get(await sent(noor, a_file(company, a_row())))).text
    assert "lezen wij niet" not in page
    assert "1 rij gaat over een rechtspersoon: daar zoekt niemand contact" in page


async def test_a_confirmed_file_is_one_delivery_however_often_it_is_pressed(town: Town, noor: Browser) -> None:
    where = await sent(noor, a_file(a_row(), a_row(postcode="fout")))
    first, second = await confirm(noor, where), await noor.get(where)
    assert first.headers["location"] == second.headers["location"]
    [started] = town.door.started
    assert first.headers["location"] == f"/aanleveringen/{started.delivery_id}"
    for _ in range(2):
        store(town)
    assert rows_of(town, DeliveredRow) == 2
    page = (await noor.get(first.headers["location"])).text
    assert "Wordt verwerkt" in page
    # The file itself is gone.
    unit = UnitId(f"upload-{started.upload}")
    assert town.stores.vault.destroyed(unit)
    with town.stores.database.read() as session:
        assert session.exec(select(DocumentRow).where(DocumentRow.unit_id == unit)).first() is None


async def test_another_column_is_chosen_and_remembered_for_the_next_file(town: Town, noor: Browser) -> None:
    names = {"achternaam": "wie dan"}
    where = await sent(noor, a_file(a_row(achternaam="Bakkerink"), names=names))
    page = (await noor.get(where)).text
    assert "Zonder deze kolommen wordt elke rij geweigerd: Achternaam." in page
    form = next(form for form in forms_of(page) if form.fields.get("wat") == "lees")
    await noor.send(form, achternaam=str(COLUMNS.index("achternaam")))
    assert "Bakkerink" in (await noor.get(where)).text
    await confirm(noor, where)
    again = await sent(noor, a_file(a_row(achternaam="Molenaar"), names=names))
    assert "Molenaar" in (await noor.get(again)).text
    with town.stores.database.read() as session:
        [known] = session.exec(select(ColumnMappingRow)).all()
        assert "wie dan" not in known.id


async def test_a_file_that_nobody_confirms_is_gone_after_a_day(town: Town, noor: Browser) -> None:
    where = await sent(noor, a_file(a_row()))
    overdue = Overdue(town.stores.database, town.stores.vault)
    overdue.clear(town.now + LIFE - timedelta(minutes=1))
    assert (await noor.get(where)).status_code == 200
    overdue.clear(town.now + LIFE)
    assert (await noor.get(where)).status_code == 404
    assert (rows_of(town, UploadRow), rows_of(town, DocumentRow)) == (0, 0)
    assert town.stores.vault.destroyed(UnitId(f"upload-{where.rsplit('/', 1)[1]}"))


async def test_the_same_file_with_other_columns_is_another_delivery(town: Town, noor: Browser) -> None:
    content = a_file(a_row())
    wrong, right = await sent(noor, content), await sent(noor, content)
    page = (await noor.get(wrong)).text
    form = next(form for form in forms_of(page) if form.fields.get("wat") == "lees")
    await noor.send(form, straat=str(COLUMNS.index("eigen_stappen")))
    one, other = await confirm(noor, wrong), await confirm(noor, right)
    assert one.headers["location"] != other.headers["location"]
    twice = await confirm(noor, await sent(noor, content))
    assert len({DeliveryId(start.delivery_id) for start in town.door.started}) == 2
    assert twice.headers["location"] in (one.headers["location"], other.headers["location"])


@pytest.mark.parametrize(
    ("content", "partner", "sentence"),
    [
        (b"", WOONSTEE, "Kies een bestand."),
        (b"een\ntwee\n", WOONSTEE, "geen kopregel"),
        (b"\xff\xfe\x00\x01\x02", WOONSTEE, ""),
        (a_file(*[a_row()] * 60) + b'\n"een" aanhalingsteken', WOONSTEE, "rond regel 62 staat een aanhalingsteken"),
        (a_file(a_row()), "", "Kies van welke partner"),
        (a_file(a_row()), "niemand", "Kies van welke partner"),
    ],
)
async def test_what_cannot_be_taken_is_said_and_nothing_is_kept(
    town: Town, noor: Browser, content: bytes, partner: str, sentence: str
) -> None:
    answer = await send(noor, content, partner=partner)
    assert answer.status_code == 422 and sentence in answer.text
    assert (rows_of(town, UploadRow), rows_of(town, DocumentRow)) == (0, 0)


async def test_a_partner_whose_agreement_ended_sends_nothing(town: Town, noor: Browser) -> None:
    today = local(town.now).date()
    Agreements(town.stores.database).record(
        WOONSTEE, ZONNEDIJK, Agreement(today - timedelta(days=400), today - timedelta(days=1))
    )
    answer = await send(noor, a_file(a_row()))
    assert answer.status_code == 422 and "Het convenant met deze partner liep tot en met" in answer.text
    assert rows_of(town, UploadRow) == 0


async def test_before_the_legal_basis_of_its_kind_counts_a_partner_sends_nothing(town: Town, noor: Browser) -> None:
    refused = "noemt op 31-12-2020 geen grondslag om signalen van een partner van de soort Huur te ontvangen"
    where = await sent(noor, a_file(a_row()))
    town.now = at("2020-12-31 12:00")
    answer = await send(noor, a_file(a_row()))
    assert answer.status_code == 422 and refused in answer.text
    assert rows_of(town, UploadRow) == 1
    # It is asked again when the file is confirmed.
    answer = await confirm(noor, where)
    assert answer.status_code == 422 and refused in answer.text
    assert (rows_of(town, DeliveryRow), town.door.started) == (0, [])


async def test_a_delivery_says_how_many_signals_are_about_a_legal_entity(town: Town, noor: Browser) -> None:
    about = [a_row(), a_row(rechtsvorm="B.V.", huisnummer="14"), a_row(rechtsvorm="vof", huisnummer="16")]
    delivery = (await confirm(noor, await sent(noor, a_file(*about)))).headers["location"]
    store(town)
    assert "rechtspersoon" not in (await noor.get(delivery)).text
    started = town.door.started[-1].delivery_id
    for number in (2, 3, 4):
        town.stores.matching.match(row_of(started, number), at=town.now)
    said = "1 signaal gaat over een rechtspersoon."
    assert said in (await noor.get(delivery)).text
    # Rows go at their own dates; what became of the delivery stays.
    town.stores.matching.report(started, finished_at=town.now)
    with town.stores.database.write() as session:
        for signal in session.exec(select(SignalRow)):
            signal.legal_entity = False
    assert said in (await noor.get(delivery)).text


async def test_an_agreement_that_ended_since_is_said_when_the_file_is_confirmed(town: Town, noor: Browser) -> None:
    where, today = await sent(noor, a_file(a_row())), local(town.now).date()
    ended = Agreement(today - timedelta(days=400), today - timedelta(days=1))
    Agreements(town.stores.database).record(WOONSTEE, ZONNEDIJK, ended)
    answer = await confirm(noor, where)
    assert answer.status_code == 422 and "Het convenant met deze partner liep tot en met" in answer.text
    assert (rows_of(town, DeliveryRow), town.door.started) == (0, [])


async def test_a_file_that_cannot_be_started_now_is_confirmed_by_pressing_again(town: Town, noor: Browser) -> None:
    where = await sent(noor, a_file(a_row()))
    town.door.away = True
    answer = await confirm(noor, where)
    assert answer.status_code == 503 and "druk over een paar minuten nog eens" in answer.text
    town.door.away = False
    assert (await confirm(noor, where)).status_code == 303
    store(town)
    assert (rows_of(town, DeliveryRow), rows_of(town, DeliveredRow)) == (1, 1)


async def test_nothing_is_stored_of_a_file_whose_confirmation_was_broken_off(town: Town, noor: Browser) -> None:
    where = await sent(noor, a_file(a_row()))
    upload = where.rsplit("/", 1)[1]
    uploads = town.stores.uploads
    found = uploads.find(upload)
    assert found is not None
    uploads.receive(found, at=town.now)
    with pytest.raises(NotConfirmed):
        uploads.store(upload, progress=lambda rows: None)
    # The page still asks, and then it goes on.
    await confirm(noor, where)
    store(town)
    assert (rows_of(town, DeliveryRow), rows_of(town, DeliveredRow)) == (1, 1)


async def test_a_file_is_stored_as_it_was_read_when_it_was_confirmed(town: Town, noor: Browser) -> None:
    where = await sent(noor, a_file(a_row()))
    uploads = town.stores.uploads
    found = uploads.find(where.rsplit("/", 1)[1])
    assert found is not None
    delivery = uploads.receive(found, at=town.now)
    uploads.choose(found, {"kenmerk": 3})
    uploads.settle(found, delivery, at=town.now)
    kept = uploads.find(found.id)
    assert kept is not None and kept.mapping == found.mapping


async def test_a_file_of_elsewhere_is_not_there(town: Town, noor: Browser) -> None:
    where = await sent(noor, a_file(a_row()))
    await noor.sign_in(RAVI)
    assert (await noor.get(where)).status_code == 404
    token = forms_of((await noor.get("/")).text)[0].fields["token"]
    assert (await noor.client.post(where, data={"token": token, "wat": "klopt"})).status_code == 404
    fields = {"token": token, "partner": WOONSTEE, "gemeente": ZONNEDIJK.text}
    other = await noor.client.post(HERE, data=fields, files={"bestand": ("x.csv", a_file(a_row()))})
    assert other.status_code == 404
    await noor.sign_in(NOOR)
    assert (await noor.get(where)).status_code == 200


async def test_refused_rows_are_fetched_mended_and_sent_again(town: Town, noor: Browser) -> None:
    bad = a_row(
        kenmerk="WO-2",
        postcode="99 fout",
        achternaam="Molenaar",
        eigen_stappen="=HYPERLINK(1)",
        telefoon="+31612345678",
    )
    delivery = (await confirm(noor, await sent(noor, a_file(a_row(), bad)))).headers["location"]
    store(town)
    fetched = await noor.get(f"{delivery}/geweigerd.csv")
    assert fetched.headers["cache-control"] == "no-store"
    assert "3;postcode: een postcode is vier cijfers" in fetched.text
    assert "'=HYPERLINK(1)" in fetched.text and "WO-2" in fetched.text
    mended = fetched.text.replace("99 fout", "9990 AB").encode()
    page = (await noor.get(await sent(noor, mended))).text
    assert "<strong>1</strong> rij is goed" in page and "<strong>0</strong> worden geweigerd" in page
    assert "Molenaar" in page
    await noor.sign_in(RAVI)
    assert (await noor.get(f"{delivery}/geweigerd.csv")).status_code == 404


@pytest.mark.parametrize("path", ["/aanleveringen/bestand", "/aanleveringen/mutaties"])
async def test_the_head_of_the_page_names_the_municipality(noor: Browser, path: str) -> None:
    assert "<span>Zonnedijk</span>" in (await noor.get(path)).text
