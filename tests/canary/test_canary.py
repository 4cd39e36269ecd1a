"""Nothing personal outside the sealed store, whatever fails; and after the erasure nothing anywhere."""

import json
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import pytest
import pytest_asyncio

from models.codes import Outcome, OutcomeClass
from models.facts import AnyFact
from models.ids import unit_of_case
from tests.adapters.conftest import drop_postgresql, new_postgresql
from tests.canary.evidence import Evidence
from tests.canary.journeys import ELSEWHERE, FEW, many
from tests.canary.marks import bsns
from tests.canary.stage import play

MANY = 200
ZONNEDIJK = "9901"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[
        pytest.param("few-sqlite", marks=pytest.mark.long),
        pytest.param("few-postgresql", marks=pytest.mark.long),
        # Each port fails with every kind of error: the pauses between its attempts are what takes long.
        pytest.param("failing-sqlite", marks=pytest.mark.canary),
        pytest.param("many-sqlite", marks=pytest.mark.canary),
        pytest.param("many-postgresql", marks=pytest.mark.canary),
    ],
)
async def evidence(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Evidence]:
    size, database = request.param.split("-")
    folder: Path = tmp_path_factory.mktemp("play")
    journeys, times = many(MANY) if size == "many" else FEW, 4 if size == "failing" else 1
    with ExitStack() as stack:
        urls = ("", "")
        if database == "postgresql":
            urls = (new_postgresql(), new_postgresql())
            for url in urls:
                stack.callback(drop_postgresql, url)
        yield await play(folder, journeys, times=times, urls=urls)


# --- while people are there ---------------------------------------------------------------------------------------


async def test_no_mark_stands_outside_the_sealed_store(evidence: Evidence) -> None:
    assert evidence.marks == []


async def test_every_port_failed_with_a_marked_error(evidence: Evidence) -> None:
    assert evidence.missing_errors == set()


async def test_the_errors_are_in_the_log_by_name_and_place(evidence: Evidence) -> None:
    logged = [json.loads(line) for line in evidence.log.splitlines() if line.startswith("{")]
    names = {name for line in logged for name in line.get("exception", ())}
    assert {"SMTPRecipientsRefused", "IntegrityError", "HTTPStatusError", "ValidationError"} <= names
    assert {line["event"] for line in logged} >= {"foreign", "web.failed", "uncaught"}
    assert any(frame.startswith("activities/") for line in logged for frame in line.get("frames", ()))


async def test_a_mark_planted_in_any_place_is_found_there(evidence: Evidence) -> None:
    assert evidence.found == evidence.planted
    assert len(evidence.planted) >= 14


async def test_everything_that_can_happen_to_a_case_happened(evidence: Evidence) -> None:
    kinds = {fact.model_fields["kind"].default for fact in get_args(get_args(AnyFact)[0])}
    assert {row["kind"] for row in evidence.before.main["audit_process"]} == kinds


async def test_cases_ended_in_more_than_one_way(evidence: Evidence) -> None:
    classes = {row["outcome_class"] for row in evidence.before.main["case"]}
    assert classes >= {OutcomeClass.HELP, OutcomeClass.CONTACT_WITHOUT_HELP, OutcomeClass.NOT_PICKED_UP}
    assert all(somebody.number in evidence.cases for somebody in (*evidence.erased, *evidence.kept))


async def test_of_many_cases_every_outcome_is_among_the_ends(evidence: Evidence) -> None:
    if len(evidence.journeys) == len(FEW):
        pytest.skip("few cases")
    assert {row["outcome"] for row in evidence.before.main["case"]} >= set(Outcome) - ELSEWHERE


async def test_what_goes_to_the_national_statistics_is_of_whom_is_kept(evidence: Evidence) -> None:
    erased, kept = ({somebody.person.bsn.text for somebody in some} for some in (evidence.erased, evidence.kept))
    assert evidence.exported_before >= erased | kept
    assert evidence.exported_after & erased == set()
    assert evidence.exported_after >= kept


async def test_a_partner_was_asked_what_is_owed_and_answered(evidence: Evidence) -> None:
    """What was answered is sealed; what was not is off every list since the partner's batch."""
    asked = evidence.before.main["amount_question"]
    answered = {row["id"] for row in asked if row["answered_by"] == "wieke"}
    assert len(answered) == len(evidence.lived) > 0
    sealed = {row["subject_id"] for row in evidence.before.main["document"] if row["kind"] == "amount"}
    assert sealed == answered
    assert {(row["dropped"], row["unlisted"]) for row in asked if row["id"] not in answered} == {(True, True)}
    assert evidence.after.main["amount_question"] == []


# --- after the erasure --------------------------------------------------------------------------------------------


async def test_an_old_copy_of_the_main_database_opens_only_what_is_kept(evidence: Evidence) -> None:
    attacker, old = evidence.attacker, evidence.before.main
    units = {str(row["id"]): str(row["unit_id"]) for row in old["document"]}
    opened = {units[document] for document in attacker.opened(old, attacker.keys(evidence.after.vault))}
    before = {units[document] for document in attacker.opened(old, attacker.keys(evidence.before.vault))}
    gone = {unit for unit, is_gone in evidence.units.items() if is_gone}
    kept = set(evidence.units) - gone
    assert before >= gone | kept
    assert opened & gone == set()
    assert opened >= kept


async def test_nothing_past_its_term_exists_anywhere(evidence: Evidence) -> None:
    assert evidence.wrong == []
    assert evidence.verified == (0, "wrong: 0")


async def test_one_document_that_is_left_is_counted(evidence: Evidence) -> None:
    ended, last = evidence.verified_planted
    assert (ended, last != "wrong: 0", last.startswith("wrong: ")) == (1, True, True)


async def test_nobody_erased_is_found_by_guessing(evidence: Evidence) -> None:
    guess = evidence.attacker.guessed
    everyone = bsns()
    erased = {somebody.person.bsn.text for somebody in evidence.erased}
    kept = {somebody.person.bsn.text for somebody in evidence.kept}
    assert guess(evidence.before.vault, everyone, ZONNEDIJK) >= erased | kept
    after = guess(evidence.after.vault, everyone, ZONNEDIJK)
    assert after & erased == set()
    assert after >= kept
    for stored in (evidence.before, evidence.after):
        assert guess(stored.main, everyone, ZONNEDIJK) == set()


async def test_nothing_else_of_somebody_erased_is_found_by_guessing(evidence: Evidence) -> None:
    guess = evidence.attacker.guessed
    # Two may be born on one day, or be called so that it sounds the same.
    there = (*evidence.kept, *evidence.others)
    shared = {somebody.values[kind] for somebody in there for kind in ("birth_date", "name_sound")}
    erased = {value for somebody in evidence.erased for value in somebody.values.values()} - shared
    kept = {value for somebody in evidence.kept for value in somebody.values.values()}
    assert guess(evidence.before.vault, erased | kept, ZONNEDIJK) == erased | kept
    assert guess(evidence.after.vault, erased | kept, ZONNEDIJK) == kept
    for stored in (evidence.before, evidence.after):
        assert guess(stored.main, erased | kept, ZONNEDIJK) == set()


async def test_what_became_known_later_is_not_found_by_guessing_either(evidence: Evidence) -> None:
    guess = evidence.attacker.guessed
    learned = {value for somebody in evidence.lived for value in somebody.learned.values.values()}
    assert learned
    assert guess(evidence.before.vault, learned, ZONNEDIJK) == learned
    assert guess(evidence.after.vault, learned, ZONNEDIJK) == set()
    for stored in (evidence.before, evidence.after):
        assert guess(stored.main, learned, ZONNEDIJK) == set()


async def test_no_byte_of_a_destroyed_key_is_left_in_the_files_of_the_vault(evidence: Evidence) -> None:
    before, after = evidence.before, evidence.after
    if not before.vault_bytes:
        pytest.skip("PostgreSQL keeps deleted bytes until vacuum and the end of its log: docs/adr/0005")
    opened = evidence.attacker.keys(before.vault)
    wrapped = {str(row["id"]): row["wrapped_key"] for row in before.vault["unit"]}
    for unit, gone in evidence.units.items():
        key = wrapped[unit]
        assert isinstance(key, bytes)
        # In short runs, because what is written over a deleted key may cover only a part of it.
        runs = [key[start : start + 6] for start in range(len(key) - 5)]
        assert all(run in before.vault_bytes for run in runs)
        assert {run in after.vault_bytes for run in runs} == {not gone}
        assert opened[unit] not in before.vault_bytes + after.vault_bytes


async def test_of_an_erased_case_exactly_this_stays(evidence: Evidence) -> None:
    erased = [evidence.cases[somebody.number] for somebody in evidence.erased]
    for case in (*erased, *evidence.merged.values()):
        found = evidence.after.tables_mentioning(case)
        # Who looked at it is known by the case's number alone.
        assert set(found) - {"look"} == {"audit_process", "vault.certificate", "vault.unit"}
        assert found["vault.unit"] == 1
        [tombstone] = [row for row in evidence.after.vault["unit"] if row["id"] == unit_of_case(case)]
        assert tombstone["wrapped_key"] is None
    assert len(evidence.after.main["statistic"]) == len(evidence.journeys)


async def test_of_an_erased_case_temporal_keeps_its_retention_until_the_namespace_forgets_it(
    evidence: Evidence,
) -> None:
    erased = {evidence.cases[somebody.number] for somebody in evidence.erased}
    for case, types in evidence.executions.items():
        assert ("Case" in types) == (case not in erased)
        assert types <= {"Case", "Retention", "Feedback"}


async def test_a_file_is_no_longer_recognised_when_all_its_rows_are_gone(evidence: Evidence) -> None:
    left = {row["delivery_id"] for row in evidence.after.main["delivered_row"]}
    keys = evidence.attacker.keys(evidence.after.vault)
    files = {unit.removeprefix("delivery-") for unit in keys if unit.startswith("delivery-")}
    assert files == left
