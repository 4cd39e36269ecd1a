"""What goes to the national statistics: the file that the standard wants, of what really happened, and nothing else."""

import json
import stat
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlmodel import select

from adapters.ddas_export import DdasExport, Exported, Period, Unsayable
from adapters.documents import Documents
from models.case import CaseState
from models.codes import Acceptance, AttemptResult, Channel, DocumentKind, Outcome, Trait
from models.ddas import AanleverendeOrganisatie, Client
from models.facts import AttemptMade, OutcomeRecorded, TraitRecorded
from models.ids import StepId, UnitId
from models.personal import DeliveredSignal
from models.tables import CbsDeliveryRow, DeliveredRow, SignalRow
from models.values import Bsn
from tests.adapters.ddas_schema import SCHEMA
from tests.builders import ZONNEDIJK, at
from tests.web.browser import Browser
from tests.web.town import NOOR, OPENED, WATERDORP, Town, a_case_in_contact, closed_case

APRIL = Period(date(2027, 4, 1), date(2027, 4, 30))
US = AanleverendeOrganisatie(naam="Gemeente Zonnedijk", kvk_nummer="12345678")
NOW = at("2027-05-03 08:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "cbs"
    where.mkdir()
    return where


def export(town: Town, folder: Path, period: Period = APRIL) -> Exported:
    return DdasExport(town.stores.database, town.stores.vault).write(
        folder, ZONNEDIJK, period, organisation=US, supplier="SIGNAALREIS", at=NOW
    )


def read(exported: Exported) -> Any:
    [file] = exported.files
    content = json.loads(file.read_text("utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(content)
    return content


def called(state: CaseState, result: AttemptResult, when: datetime, channel: Channel = Channel.CALL) -> AttemptMade:
    step = StepId(f"{state.case_id}.{when:%d%H%M}.{channel}")
    return AttemptMade(at=when, by=NOOR, step_id=step, person_id=state.resident, channel=channel, result=result)


def with_bsn(town: Town, state: CaseState, bsn: str = "999990019") -> None:
    """The partner gave a BSN."""
    with town.stores.database.write() as session:
        signal = session.exec(select(SignalRow).where(SignalRow.case_id == state.case_id)).one()
        documents = Documents(town.stores.vault)
        content = documents.read(session, DocumentKind.ROW, signal.row_id)
        assert isinstance(content, DeliveredSignal)
        resident = content.resident.model_copy(update={"bsn": Bsn(bsn)})
        row = session.get_one(DeliveredRow, signal.row_id)
        given = content.model_copy(update={"resident": resident})
        documents.keep(session, UnitId(row.unit_id), DocumentKind.ROW, signal.row_id, given, at=OPENED)


def test_a_journey_is_told_as_the_standard_wants_it(town: Town, folder: Path) -> None:
    state = a_case_in_contact(town)
    town.happens(
        state,
        called(state, AttemptResult.NO_ADDRESS, OPENED, Channel.MAIL),
        called(state, AttemptResult.VOICEMAIL, at("2027-04-07 14:00")),
        called(state, AttemptResult.CONVERSATION, at("2027-04-08 18:30")),
    )
    state = town.reload(state)
    town.happens(
        state,
        OutcomeRecorded(
            at=at("2027-04-08 18:45"),
            by=NOOR,
            person_id=state.resident,
            outcome=Outcome.SETTLES_IT_HIMSELF,
            acceptance=Acceptance.NOT_ACCEPTED,
        ),
    )
    signal = state.signals[0].signal_id
    assert read(export(town, folder)) == {
        "startdatumLevering": "2027-04-01",
        "einddatumLevering": "2027-04-30",
        "aanleverdatumEnTijd": "2027-05-03T06:00:00Z",
        "codeGegevensleverancier": "SIGNAALREIS",
        "leveringen": [
            {
                "teller": 1,
                "gemeentecode": "9901",
                "aanleverendeOrganisatie": {"naam": "Gemeente Zonnedijk", "kvk-nummer": "12345678"},
                "vroegsignalen": [
                    {
                        "ID": signal,
                        "client": {
                            "postcode": "9990AB",
                            "huisnummer": "12",
                            "huisnummertoevoeging": "A",
                            "geboortedatum": "1991-06-02",
                        },
                        "signaalpartner": {"type": "Huur"},
                        "crisissignaal": False,
                        "warmeOverdracht": True,
                        "bedrag": 413,
                        "ontstaansdatum": "2027-01-01",
                        "signaaldatum": "2027-04-02",
                        "status": "Opgepakt",
                    }
                ],
                "vroegsignaalzaken": [
                    {
                        "resultaat": "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering",
                        "matchingsdatum": "2027-04-05",
                        "datumOpgepakt": "2027-04-07",
                        "vroegsignalen": [{"ID": signal}],
                        "contactpogingen": [
                            {"soort": "Telefoon", "bereikt": False, "datum": "2027-04-07", "dagdeel": "Middag"},
                            {"soort": "Telefoon", "bereikt": True, "datum": "2027-04-08", "dagdeel": "Avond"},
                        ],
                    }
                ],
            }
        ],
    }


def test_beside_a_bsn_nothing_of_a_person_is_exchanged(town: Town, folder: Path) -> None:
    with_bsn(town, a_case_in_contact(town))
    [signal] = read(export(town, folder))["leveringen"][0]["vroegsignalen"]
    assert signal["client"] == {"burgerservicenummer": "999990019"}


def test_a_secret_address_is_not_exchanged(town: Town, folder: Path) -> None:
    state = a_case_in_contact(town)
    hides = TraitRecorded(at=OPENED, by=NOOR, person_id=state.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    town.happens(state, hides)
    done = export(town, folder)
    assert (done.signals, done.hidden) == (0, 1)
    assert "9990AB" not in done.files[0].read_text("utf-8")
    with_bsn(town, state)
    assert (export(town, folder).signals, export(town, folder).hidden) == (1, 0)


def test_help_that_has_yet_to_begin_is_no_result(town: Town, folder: Path) -> None:
    state = a_case_in_contact(town)
    pending = OutcomeRecorded(
        at=OPENED,
        by=NOOR,
        person_id=state.resident,
        outcome=Outcome.FURTHER_HELP_FINANCIAL,
        acceptance=Acceptance.PENDING,
    )
    town.happens(state, called(state, AttemptResult.CONVERSATION, OPENED), pending)
    [case] = read(export(town, folder))["leveringen"][0]["vroegsignaalzaken"]
    assert "resultaat" not in case


def test_only_the_period_and_the_municipality_count(town: Town, folder: Path) -> None:
    a_case_in_contact(town)
    a_case_in_contact(town, municipality=WATERDORP)
    assert export(town, folder).signals == 1
    assert export(town, folder, Period(date(2027, 4, 5), date(2027, 4, 5))).signals == 1
    for day in (date(2027, 4, 4), date(2027, 4, 6)):
        assert export(town, folder, Period(day, day)).signals == 0


def test_what_was_erased_is_left_out_and_counted(town: Town, folder: Path) -> None:
    state = closed_case(town)
    town.stores.vault.destroy([state.signals[0].unit_id])
    done = export(town, folder)
    assert (done.signals, done.cases, done.gone) == (0, 0, 1)


def test_pages_hold_no_more_than_the_standard_allows(town: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.ddas_export.PAGE", 2)
    monkeypatch.setattr("adapters.ddas_export._AT_ONCE", 2)
    cases = [a_case_in_contact(town) for _ in range(5)]
    done = export(town, folder)
    told = list[str]()
    for file in done.files:
        content = json.loads(file.read_text("utf-8"))
        jsonschema.Draft202012Validator(SCHEMA).validate(content)
        [delivery] = content["leveringen"]
        ids = [signal["ID"] for signal in delivery["vroegsignalen"]]
        assert len(ids) <= 2
        assert [case["vroegsignalen"] for case in delivery["vroegsignaalzaken"]] == [[{"ID": id}] for id in ids]
        told += ids
    assert sorted(told) == sorted(state.signals[0].signal_id for state in cases)


def test_a_file_that_would_be_refused_is_not_written_and_what_is_wrong_is_named(town: Town, folder: Path) -> None:
    good, bad = a_case_in_contact(town), a_case_in_contact(town)
    with town.stores.database.write() as session:
        row = session.exec(select(SignalRow).where(SignalRow.case_id == bad.case_id)).one()
        row.status = "Onbekende status"
    signal = bad.signals[0].signal_id
    with pytest.raises(Unsayable, match=f"^signal {signal}: a code that the standard does not know$"):
        export(town, folder)
    assert list(folder.iterdir()) == []
    with town.stores.database.read() as session:
        assert session.exec(select(CbsDeliveryRow)).all() == []
    assert good.case_id != bad.case_id


def test_the_file_is_its_owners_alone(town: Town, folder: Path) -> None:
    a_case_in_contact(town)
    [file] = export(town, folder).files
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in folder.iterdir()] == ["ddas-9901-2027-04-01-2027-04-30-1.json"]


async def test_the_case_shows_when_its_signals_were_delivered(town: Town, noor: Browser, folder: Path) -> None:
    state = a_case_in_contact(town)
    assert "Geleverd aan CBS" not in (await noor.get(f"/zaak/{state.case_id}")).text
    export(town, folder)
    town.now = NOW + timedelta(days=1)
    assert "Geleverd aan CBS op 3 mei 2027." in (await noor.get(f"/zaak/{state.case_id}")).text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"postcode": "9990AB"},
        {"burgerservicenummer": "999990019", "postcode": "9990AB", "huisnummer": "1"},
        {"burgerservicenummer": "99999001"},
    ],
)
def test_a_person_is_named_in_one_of_two_ways(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="Client"):
        Client.model_validate(given)
