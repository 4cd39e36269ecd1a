"""The supervisor's page of print rounds."""

from datetime import timedelta

from models.ids import BatchId, StepId
from models.tables import PrintBatchRow, PrintLetterRow
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser
from tests.web.town import OPENED, Town, a_case_to_check


async def test_without_letters_the_page_says_so(town: Town, thea: Browser) -> None:
    page = (await thea.get("/printrondes")).text
    assert "Er wachten geen brieven." in page
    assert "Er ging nog geen ronde naar de drukker." in page


async def test_a_round_tells_how_many_and_whether_the_printer_has_it(town: Town, thea: Browser) -> None:
    batch = _round(town, letters=2, withdrawn=3)
    page = (await thea.get("/printrondes")).text
    assert "Nog niet" in page
    assert 'data-label="Brieven" class="number">2<' in page
    assert 'data-label="Teruggehaald" class="number">3<' in page
    town.stores.prints.handed_over(batch, at=OPENED + timedelta(hours=1))
    assert "Nog niet" not in (await thea.get("/printrondes")).text


async def test_the_manifest_of_a_round_can_be_kept(town: Town, thea: Browser) -> None:
    batch = _round(town, letters=2)
    answer = await thea.get(f"/printrondes/{batch}/manifest.json")
    found = answer.json()
    assert (found["opdracht"], found["aantal"]) == (batch, 2)
    assert answer.headers["content-disposition"] == f'attachment; filename="{batch}.json"'


async def test_rounds_of_another_municipality_do_not_exist(town: Town, thea: Browser) -> None:
    batch = _round(town, letters=1, municipality="9902")
    assert batch not in (await thea.get("/printrondes")).text
    assert (await thea.get(f"/printrondes/{batch}/manifest.json")).status_code == 404
    assert (await thea.get("/printrondes/geen/manifest.json")).status_code == 404


async def test_a_letter_that_waits_is_counted(town: Town, thea: Browser) -> None:
    _letter(town, "een", batch=None, position=None)
    assert "1 brief wacht op de volgende ronde." in (await thea.get("/printrondes")).text
    _letter(town, "twee", batch=None, position=None)
    assert "2 brieven wachten op de volgende ronde." in (await thea.get("/printrondes")).text


def _round(town: Town, *, letters: int, withdrawn: int = 0, municipality: str = ZONNEDIJK.text) -> BatchId:
    batch = BatchId(f"ronde-{municipality}")
    with town.stores.database.write() as session:
        session.add(
            PrintBatchRow(
                id=batch,
                municipality=municipality,
                closed_at=OPENED,
                letters=letters,
                withdrawn=withdrawn,
                sha256="0",
            )
        )
    for position in range(1, letters + 1):
        _letter(town, f"brief-{position}", batch=batch, position=position)
    return batch


def _letter(town: Town, name: str, *, batch: str | None, position: int | None) -> StepId:
    step = StepId(f"{a_case_to_check(town).case_id}.{name}")
    with town.stores.database.write() as session:
        session.add(
            PrintLetterRow(
                step_id=step,
                case_id=step.partition(".")[0],
                person_id="p",
                municipality=ZONNEDIJK.text,
                queued_at=OPENED,
                pages=1,
                sha256="0",
                batch_id=batch,
                position=position,
            )
        )
    return step
