"""Every field that is kept is described, and what the documents say follows from code and policy."""

import ast
import csv
import io
import re
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

import config
from adapters import retention_check
from adapters.erasure import OF_A_CASE
from adapters.note_doubts import DoubtEnd, NoteDoubts
from adapters.registry import Member
from cli import main
from models.codes import Party, Role
from models.ids import StaffId
from models.tables import Row
from models.vault_tables import VaultRow
from policy.permissions import Action
from tests.builders import ZONNEDIJK, at
from tests.privacy_documents import FILES, text
from tests.web.browser import Browser
from tests.web.policy_text import default_policy
from tests.web.town import WATERDORP, Town
from web.privacy import documents, inventory
from web.privacy.document import Document, Part, Table, markdown
from web.privacy.documents_of import Asked
from web.privacy.inventory import TABLES, NotDescribed, missing, roles_that
from web.privacy.place import Term, Who
from web.privacy.recipients import PARTIES
from web.privacy.risks import RISKS
from web.privacy.terms import HOW_IT_GOES, how_long
from web.privacy.written_inventory import HEADINGS, inventory_rows

ROOT = Path(__file__).parents[2]
STAYS = {Term.PROOF, Term.COUNTS, Term.RUNNING, Term.PARTNER, Term.STAFF, Term.KEY}


def test_everything_that_is_kept_is_described() -> None:
    assert missing() == [], "\n".join(missing())


def test_a_new_table_and_a_new_column_are_named_with_what_to_add(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Row.metadata.tables
    other = sa.Table("newcomer", sa.MetaData(), sa.Column("id", sa.String), sa.Column("shoe_size", sa.Integer))
    more = sa.Table("party", sa.MetaData(), *(sa.Column(name) for name in ("name", "down_since", "code", "mood")))
    tables = [*(table for name, table in known.items() if name != "party"), other, more]
    monkeypatch.setattr(inventory, "_known_tables", lambda: [*tables, *VaultRow.metadata.tables.values()])
    table, column = missing()
    assert '"newcomer": _of_case(' in table and 'shoe_size="…"' in table
    assert "'party'" in column and 'mood="…"' in column
    with pytest.raises(NotDescribed, match="newcomer"):
        inventory.inventory(default_policy())


def test_a_new_sealed_field_is_named_and_one_that_is_gone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {name: said for name, said in documents.FIELDS.items() if name != "Resident.bsn"}
    monkeypatch.setattr(documents, "FIELDS", {**fields, "Resident.horoscope": "sterrenbeeld"})
    monkeypatch.setattr(inventory, "FIELDS", documents.FIELDS)
    added, gone = missing()
    assert 'add "Resident.bsn"' in added and "no Resident.horoscope" in gone
    with pytest.raises(NotDescribed, match=r"Resident\.bsn"):
        inventory.inventory(default_policy())


def test_a_description_of_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    party = TABLES["party"]
    old = type(party)(
        party.title, party.who, party.why, party.source, party.seen, party.term, {**party.fields, "x": ""}
    )
    monkeypatch.setattr(inventory, "TABLES", {**TABLES, "gone": party, "party": old})
    assert sorted(missing()) == [
        "web/privacy: the Place of 'party' tells of 'x', and there is no such column: take it away",
        "web/privacy: there is no table 'gone' (any more): take its Place away",
    ]


def test_what_goes_with_a_case_says_so() -> None:
    terms = {table.__tablename__: TABLES[str(table.__tablename__)].term for table in OF_A_CASE}
    assert {name for name, term in terms.items() if term not in {Term.CASE, Term.SIGNAL, Term.AT_WORK}} == set()


def test_what_is_looked_for_past_its_term_has_one() -> None:
    looked_for = {table.__tablename__ for table, _, _ in retention_check._overdue(at("2027-04-05 09:00"))}
    assert {name for name in looked_for if TABLES[name].term in STAYS} == set()


def test_every_term_is_told_and_follows_the_policy() -> None:
    policy = default_policy()
    assert all(how_long(term, policy) for term in Term)
    assert set(HOW_IT_GOES) == set(Term)
    longer = policy.model_copy(update={"signals_without_case_days": 31})
    assert "31 dagen" in how_long(Term.ROW, longer) and "30 dagen" in how_long(Term.ROW, policy)
    log = policy.access_log.model_copy(update={"months": 61})
    assert "61 maanden" in how_long(Term.LOOK, policy.model_copy(update={"access_log": log}))
    assert "60 maanden na het einde van de hulp" in how_long(Term.CASE, policy)


def test_who_sees_what_follows_from_the_permissions() -> None:
    assert roles_that([Action.SEE_LOOKS]) == (Role.PRIVACY_OFFICER,)
    assert roles_that([]) == ()


def test_the_bsn_is_only_where_it_is_sealed() -> None:
    rows = [dict(zip(HEADINGS, row, strict=True)) for row in inventory_rows(default_policy())]
    assert {row["plaats"] for row in rows if "BSN" in row["wat het is"] and row["van wie"] == Who.RESIDENT.value} == {
        "verzegeld stuk person",
        "verzegeld stuk row",
        "verzegeld stuk note",
        "kluis: tabel blind_index",
        "kluis: tabel objection_mark",
    }


def test_every_outside_party_is_a_recipient() -> None:
    assert set(Party) == PARTIES


def test_every_risk_is_shown_by_tests_that_exist() -> None:
    assert [
        test for risk in RISKS for test in risk.tests if test.split("::")[1] not in _tests_of(test.split("::")[0])
    ] == []
    assert all(risk.tests for risk in RISKS)


@cache
def _tests_of(file: str) -> frozenset[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("asked", Asked)
def test_the_documents_are_those_of_the_code(asked: Asked) -> None:
    # make inventory
    assert FILES[asked].read_text(encoding="utf-8") == text(asked)


def test_markdown_keeps_a_row_on_its_line() -> None:
    part = Part("Deel", ("Een zin.",), ("een",), Table(("a", "b"), (("x|y", "z"),)))
    assert markdown(Document("Titel", ("Vooraf.",), (part,))).splitlines()[2:] == [
        *("Vooraf.", "", "## Deel", "", "Een zin.", "", "- een", "", "| a | b |", "|---|---|", "| x/y | z |")
    ]


# --- the page -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def priva(town: Town, app: FastAPI) -> AsyncIterator[Browser]:
    """The privacy officer of Zonnedijk."""
    town.stores.registry.ensure(staff=[Member(StaffId("priva"), "Priva", Role.PRIVACY_OFFICER, (ZONNEDIJK,))])
    async with Browser(app) as browser:
        await browser.sign_in("priva")
        yield browser


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/gegevens", "burgerservicenummer (BSN)"),
        ("/gegevens/register", "Verwerkingsverantwoordelijke: het college van Zonnedijk"),
        ("/gegevens/dpia", "a partner hears no more than the national standard settles"),
    ],
)
async def test_the_privacy_officer_reads_it_of_the_own_municipality(priva: Browser, path: str, told: str) -> None:
    page = (await priva.get(path)).text
    assert told in page and "Zonnedijk" in page
    assert 'href="/gegevens" aria-current="page"' in page
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1 and set(levels[1:]) <= {2, 3}


async def test_of_another_municipality_there_is_nothing(priva: Browser) -> None:
    for path in ("/gegevens", "/gegevens/register", "/gegevens/dpia", "/gegevens.csv", "/gegevens.json"):
        assert (await priva.get(f"{path}?gemeente=9902")).status_code == 404
        assert (await priva.get(f"{path}?gemeente=9901")).status_code == 200


async def test_who_works_for_two_municipalities_chooses(town: Town, app: FastAPI) -> None:
    both = Member(StaffId("priva"), "Priva", Role.PRIVACY_OFFICER, (ZONNEDIJK, WATERDORP))
    town.stores.registry.ensure(staff=[both])
    async with Browser(app) as browser:
        await browser.sign_in("priva")
        page = (await browser.get("/gegevens/dpia?gemeente=9902")).text
    assert "vroegsignalering in Waterdorp" in page
    assert '<a href="/gegevens/dpia?gemeente=9901">Zonnedijk</a>' in page
    assert 'href="/gegevens/register?gemeente=9902"' in page


async def test_the_fields_can_be_kept_as_csv_and_json(priva: Browser) -> None:
    rows = list(csv.reader(io.StringIO((await priva.get("/gegevens.csv")).text.lstrip("\ufeff")), delimiter=";"))
    fields = (await priva.get("/gegevens.json")).json()["velden"]
    assert tuple(rows[0]) == HEADINGS
    assert len(rows) - 1 == len(fields) > 500


async def test_how_often_a_warning_was_overruled_is_told(town: Town, priva: Browser) -> None:
    assert "Dat is nog niet gebeurd." in (await priva.get("/gegevens")).text
    kept = NoteDoubts(town.stores.database)
    kept.add(ZONNEDIJK, "2027-04", ["health"], DoubtEnd.KEPT)
    kept.add(ZONNEDIJK, "2027-04", ["bsn"], DoubtEnd.LEFT_OUT)
    kept.add(WATERDORP, "2027-04", ["crime"], DoubtEnd.KEPT)
    page = (await priva.get("/gegevens")).text
    assert "Nummer dat een BSN kan zijn" in page and "nummer weggelaten" in page and "toch bewaard" in page
    assert ">Strafrecht<" not in page


# --- the command line ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "begins"),
    [
        (["inventory"], "# Persoonsgegevens in Signaalreis: Zonnedijk"),
        (["inventory", "--format", "csv"], "plaats;veld;"),
        (["inventory", "--format", "json"], "[\n"),
        (["register"], "# Register van verwerkingen"),
        (["dpia"], "# Bijlage bij de DPIA"),
    ],
)
def test_the_command_line_prints_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, asked: list[str], begins: str
) -> None:
    settings = config.read({"SIGNAALREIS_DATA": str(tmp_path)})
    monkeypatch.setattr(config, "read", lambda: settings)
    monkeypatch.setattr("sys.argv", ["cli.py", "privacy", *asked, "--municipality", "9901", "--name", "Zonnedijk"])
    assert main() == 0
    assert capsys.readouterr().out.startswith(begins)


def test_a_municipality_without_policy_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = config.read({"SIGNAALREIS_DATA": str(tmp_path)})
    monkeypatch.setattr(config, "read", lambda: settings)
    monkeypatch.setattr("sys.argv", ["cli.py", "privacy", "dpia", "--municipality", "9999"])
    assert main() == 2
