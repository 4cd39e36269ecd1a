"""The print queue and its rounds: nothing goes twice, nothing is lost, nothing leaves that may not."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from activities.ports import PartyUnavailable
from activities.records import ErasureOrder, MessageClaim, MessageFate
from adapters.documents import Documents
from adapters.erasure import Eraser, NotErased
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from adapters.print_folder import PrintFolder
from adapters.print_queue import NotBooked, PrintQueue
from adapters.print_rounds import LetterMissing, PrintRounds
from models.case import CaseState, Retention
from models.codes import Channel, DocumentKind, LifeEvent, MessageReport, OutcomeClass, Phase, RetentionStart
from models.facts import AnyFact, LifeEventReported, ObjectionMade
from models.ids import BatchId, StepId, unit_of_case
from models.personal import Letter
from models.tables import DocumentRow, PrintBatchRow, PrintLetterRow
from models.terms import Term
from models.values import MunicipalityCode
from simulation.printer import opened
from tests.adapters.conftest import Databases
from tests.adapters.stored import THE_RESIDENT, happened, store_case
from tests.builders import NOW, RESIDENT, ZONNEDIJK, a_case_in, shipped_policies

LATER = NOW + timedelta(hours=5)
DIED = LifeEventReported(at=NOW, person_id=RESIDENT, event=LifeEvent.DIED)
OBJECTS = ObjectionMade(at=NOW, person_id=RESIDENT)


@dataclass
class Office:
    """A case in contact, the queue, and the rounds."""

    databases: Databases
    state: CaseState = field(init=False)

    def __post_init__(self) -> None:
        main, vault = self.databases.main, self.databases.vault
        self.state = store_case(self.databases, a_case_in(Phase.CONTACT))
        policies = shipped_policies()
        self.messages = Messages(main, vault)
        self.reports = MessageReports(main, vault)
        self.queue = PrintQueue(main, vault, sender=policies.sender)
        self.rounds = PrintRounds(main, vault, self.reports)
        self.eraser = Eraser(main, vault)

    def write(self, name: str) -> StepId:
        """A letter that waits."""
        step = StepId(f"{self.state.case_id}.{name}")
        letter = Letter(
            name=THE_RESIDENT.name, address=THE_RESIDENT.address, subject="Een bericht", body=f"Over {name}."
        )
        claim = MessageClaim(
            step_id=step,
            case_id=self.state.case_id,
            person_id=RESIDENT,
            channel=Channel.LETTER,
            template="first-letter",
            at=NOW,
        )
        self.messages.claim(claim, letter)
        self.queue.send(letter, reference=step)
        return step

    def close(self) -> BatchId:
        batch = self.rounds.close(ZONNEDIJK, at=LATER)
        assert batch is not None
        return batch

    def happen(self, *facts: AnyFact) -> None:
        self.state = happened(self.databases, self.state, *facts)

    def heard(self) -> list[tuple[StepId, MessageReport]]:
        return [(one.news.step_id, one.news.report) for one in self.reports.untold(100)]

    def kept(self, kind: DocumentKind) -> int:
        with self.databases.main.read() as session:
            return len(session.exec(select(DocumentRow).where(DocumentRow.kind == kind)).all())

    def waiting(self) -> int:
        return self.rounds.waiting(ZONNEDIJK, at=LATER)

    def erasure(self) -> ErasureOrder:
        unit = unit_of_case(self.state.case_id)
        kept = Retention(
            unit_id=unit,
            outcome_class=OutcomeClass.NO_CONTACT,
            due_at=LATER,
            start=RetentionStart.RECEIPT,
            started_at=NOW,
            term=Term(months=6),
            ground="Beleid",
        )
        return ErasureOrder(
            order_id="order",
            municipality=ZONNEDIJK,
            units=(unit,),
            case_id=self.state.case_id,
            workflow_ids=(),
            retention=kept,
        )


@pytest.fixture
def office(databases: Databases) -> Office:
    return Office(databases)


def references(content: bytes, batch: BatchId) -> list[str]:
    return [letter.kenmerk for letter, _ in opened(batch, content)]


def test_letters_go_together_in_the_order_in_which_they_were_written(office: Office) -> None:
    steps = [office.write(name) for name in ("plan.letter-1", "plan.letter-2")]
    batch = office.close()
    assert references(office.rounds.content(batch), batch) == steps


def test_a_letter_is_queued_once_however_often_it_is_sent(office: Office) -> None:
    step = office.write("plan.letter-1")
    assert office.write("plan.letter-1") == step
    assert office.queue.took(step)
    assert office.waiting() == 1


def test_a_letter_that_is_not_in_the_ledger_is_not_queued(office: Office) -> None:
    letter = Letter(name="A", address=THE_RESIDENT.address, subject="Een bericht", body="Tekst")
    with pytest.raises(NotBooked):
        office.queue.send(letter, reference="case-1.other")
    assert not office.queue.took("case-1.other")


def test_without_letters_there_is_no_batch(office: Office) -> None:
    assert office.rounds.close(ZONNEDIJK, at=LATER) is None
    office.write("plan.letter-1")
    assert office.rounds.close(MunicipalityCode("9902"), at=LATER) is None
    assert office.rounds.close(ZONNEDIJK, at=NOW - timedelta(minutes=1)) is None


def test_a_batch_stays_what_it_is_until_the_printer_has_it(office: Office) -> None:
    first = office.write("plan.letter-1")
    batch = office.close()
    before = office.rounds.content(batch)
    later = office.write("plan.letter-2")
    office.happen(DIED)
    assert office.close() == batch
    assert office.rounds.content(batch) == before
    assert office.heard() == []
    office.rounds.handed_over(batch, at=LATER)
    assert office.rounds.close(ZONNEDIJK, at=LATER) is None
    assert set(office.heard()) == {(first, MessageReport.POSTED), (later, MessageReport.WITHDRAWN)}


def test_the_manifest_counts_and_names_nobody(office: Office) -> None:
    step = office.write("plan.letter-1")
    batch = office.close()
    with zipfile.ZipFile(io.BytesIO(office.rounds.content(batch))) as file:
        assert file.namelist() == ["manifest.json", "0001.pdf"]
        listed = file.read("manifest.json")
    assert listed == office.rounds.manifest(batch, ZONNEDIJK)
    found = json.loads(listed)
    assert (found["aantal"], found["opdracht"], found["gemeente"]) == (1, batch, "9901")
    assert [(one["kenmerk"], one["paginas"]) for one in found["brieven"]] == [(step, 1)]
    assert THE_RESIDENT.surname not in listed.decode()
    assert THE_RESIDENT.address.postcode.text not in listed.decode()


def test_when_the_printer_has_it_every_case_hears_so_and_the_letters_are_gone(office: Office) -> None:
    steps = [office.write(name) for name in ("plan.letter-1", "plan.letter-2")]
    batch = office.close()
    assert office.kept(DocumentKind.PRINT) == 2
    assert [office.rounds.handed_over(batch, at=LATER) for _ in range(2)] == [2, 2]
    assert sorted(office.heard()) == sorted((step, MessageReport.POSTED) for step in steps)
    assert office.kept(DocumentKind.PRINT) == 0
    with pytest.raises(LetterMissing):
        office.rounds.content(batch)
    assert office.queue.took(steps[0])
    booking = office.messages.booked(steps[0])
    assert booking is not None and booking.fate is MessageFate.SENT
    [round_] = office.rounds.latest([ZONNEDIJK], 10)
    assert (round_.letters, round_.withdrawn, round_.handed_over_at) == (2, 0, LATER)


@pytest.mark.parametrize("fact", [DIED, OBJECTS], ids=lambda fact: fact.kind)
def test_who_may_not_be_written_to_any_more_gets_no_letter(office: Office, fact: AnyFact) -> None:
    step = office.write("plan.letter-1")
    office.happen(fact)
    assert office.rounds.close(ZONNEDIJK, at=LATER) is None
    assert office.heard() == [(step, MessageReport.WITHDRAWN)]
    assert not office.queue.took(step)
    assert office.messages.booked(step) is None
    assert (office.kept(DocumentKind.PRINT), office.kept(DocumentKind.MESSAGE)) == (0, 0)


def test_a_letter_that_was_taken_back_may_be_written_again_and_taken_back_again(office: Office) -> None:
    for _ in range(2):
        office.write("plan.letter-1")
        _moves(office, number=99)
        assert office.rounds.close(ZONNEDIJK, at=LATER) is None
        _moves(office, number=THE_RESIDENT.address.number)
    assert [report for _, report in office.heard()] == [MessageReport.WITHDRAWN] * 2
    step = office.write("plan.letter-1")
    batch = office.close()
    assert references(office.rounds.content(batch), batch) == [step]


def test_who_wants_no_letters_any_more_gets_none(office: Office) -> None:
    step = office.write("plan.letter-1")
    _becomes(office, unwanted=(Channel.LETTER,))
    assert office.rounds.close(ZONNEDIJK, at=LATER) is None
    assert office.heard() == [(step, MessageReport.WITHDRAWN)]


def test_one_that_was_taken_back_does_not_hold_up_the_others(office: Office) -> None:
    kept = office.write("notice-1")
    office.write("plan.visit-1.270501-0900.announced")
    batch = office.close()
    assert references(office.rounds.content(batch), batch) == [kept]
    [round_] = office.rounds.latest([ZONNEDIJK], 10)
    assert (round_.letters, round_.withdrawn) == (1, 1)


# --- erasing ------------------------------------------------------------------------------------------------------


def test_erasing_takes_a_waiting_letter_out_of_the_queue(office: Office) -> None:
    office.write("plan.letter-1")
    order = office.erasure()
    office.eraser.destroy(order)
    assert office.rounds.close(ZONNEDIJK, at=LATER) is None
    rows = office.eraser.delete_rows(order)
    office.eraser.certify(order, rows=rows, executions=0, at=LATER)


def test_erasing_waits_while_a_letter_is_on_its_way_and_then_leaves_only_counts(office: Office) -> None:
    office.write("plan.letter-1")
    batch = office.close()
    before = office.rounds.content(batch)
    order = office.erasure()
    with pytest.raises(NotErased) as caught:
        office.eraser.destroy(order)
    assert caught.value.code == "erasure.letter_on_its_way"
    assert office.rounds.content(batch) == before
    office.rounds.handed_over(batch, at=LATER)
    office.eraser.destroy(order)
    rows = office.eraser.delete_rows(order)
    office.eraser.certify(order, rows=rows, executions=0, at=LATER)
    with office.databases.main.read() as session:
        assert session.exec(select(PrintLetterRow)).all() == []
        assert [row.letters for row in session.exec(select(PrintBatchRow))] == [1]


# --- the folder ---------------------------------------------------------------------------------------------------


def test_a_batch_appears_whole_in_the_folder(tmp_path: Path) -> None:
    PrintFolder(tmp_path).hand_over(BatchId("b"), b"zip")
    assert [path.name for path in tmp_path.glob("[!.]*")] == ["b.zip"]
    assert (tmp_path / "b.zip").read_bytes() == b"zip"
    assert (tmp_path / "b.zip").stat().st_mode & 0o077 == 0


def test_a_batch_that_the_printer_took_away_is_not_put_down_again(tmp_path: Path) -> None:
    folder = PrintFolder(tmp_path)
    folder.hand_over(BatchId("b"), b"zip")
    (tmp_path / "b.zip").unlink()
    folder.hand_over(BatchId("b"), b"zip")
    assert list(tmp_path.glob("[!.]*")) == []


def _half_written(folder: Path) -> None:
    (folder / ".b.part").write_bytes(b"z")


def _written(folder: Path) -> None:
    (folder / ".b.part").write_bytes(b"zip")
    (folder / ".b.complete").touch()


@pytest.mark.parametrize("left", [_half_written, _written])
def test_whoever_was_killed_half_way_goes_on(tmp_path: Path, left: Callable[[Path], None]) -> None:
    left(tmp_path)
    PrintFolder(tmp_path).hand_over(BatchId("b"), b"zip")
    assert (tmp_path / "b.zip").read_bytes() == b"zip"
    assert not (tmp_path / ".b.part").exists()


def test_a_folder_that_is_not_there_is_a_printer_that_is_down(tmp_path: Path) -> None:
    with pytest.raises(PartyUnavailable) as caught:
        PrintFolder(tmp_path / "nowhere").hand_over(BatchId("b"), b"zip")
    assert (caught.value.code, caught.value.__context__) == ("letters.folder", None)


def _moves(office: Office, *, number: int) -> None:
    _becomes(office, address=THE_RESIDENT.address.model_copy(update={"number": number}))


def _becomes(office: Office, **changes: object) -> None:
    """What the case knows of its resident."""
    changed = THE_RESIDENT.model_copy(update=changes)
    with office.databases.main.write() as session:
        Documents(office.databases.vault).keep(
            session, unit_of_case(office.state.case_id), DocumentKind.PERSON, RESIDENT, changed, at=NOW
        )
