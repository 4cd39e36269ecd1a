from datetime import timedelta

import pytest
from sqlmodel import func, select

from adapters.outbox import CommandStatus, Outbox, OutboxAnswer, UnknownCommand
from adapters.vault import Erased
from models.codes import Phase, Role
from models.commands import AnyCommand, ClaimCase
from models.facts import CaseClaimed
from models.ids import CaseId, CommandId, StaffId, unit_of_case
from models.personal import Particulars
from models.tables import CommandRow, DocumentRow
from models.values import PhoneNumber
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_case
from tests.builders import NOW, a_case_in

CASE = CaseId("case-1")
TYPED = "Belt liever na zessen."
REFUSAL = "Dit kan niet meer: de zaak is intussen verder."
ID = CommandId("c-1")
GIVEN = Particulars(phone=PhoneNumber("0612345678"), preferred=True)
LATER = NOW + timedelta(days=2)


def claim(command_id: CommandId = ID) -> AnyCommand:
    return ClaimCase(command_id=command_id, by=StaffId("noor"), role=Role.CASEWORKER)


@pytest.fixture
def outbox(databases: Databases) -> Outbox:
    store_case(databases, a_case_in(Phase.CONTACT))
    return Outbox(databases.main, databases.vault)


def documents(databases: Databases) -> list[str]:
    with databases.main.read() as session:
        wanted = select(DocumentRow.kind).where(DocumentRow.subject_id == ID).order_by(DocumentRow.kind)
        return list(session.exec(wanted))


def test_a_press_is_kept_with_its_note_and_comes_back_as_it_must_be_sent(outbox: Outbox) -> None:
    kept = outbox.put(CASE, claim(), TYPED, NOW)
    assert kept.note_id is not None
    assert outbox.waiting(10) == [ID]
    assert outbox.load(ID) == (CASE, kept)
    assert outbox.answer(ID) == OutboxAnswer(CASE, CommandStatus.WAITING, "", TYPED)


def test_without_a_note_the_command_names_none(outbox: Outbox, databases: Databases) -> None:
    assert outbox.put(CASE, claim(), "  ", NOW) == claim()
    assert documents(databases) == ["command"]


def test_what_may_not_travel_waits_beside_the_command(outbox: Outbox, databases: Databases) -> None:
    kept = outbox.put(CASE, claim(), "", NOW, GIVEN)
    assert outbox.load(ID) == (CASE, kept)
    assert outbox.answer(ID).particulars == GIVEN
    assert "612345678" not in kept.model_dump_json()
    with databases.main.read() as session:
        assert not any(b"612345678" in row.sealed for row in session.exec(select(DocumentRow)))


def test_a_refusal_keeps_what_may_not_travel_and_acceptance_takes_it_away(outbox: Outbox) -> None:
    outbox.put(CASE, claim(), "", NOW, GIVEN)
    outbox.refused(ID, REFUSAL, NOW)
    assert outbox.answer(ID).particulars == GIVEN
    outbox.accepted(ID, NOW)
    assert outbox.answer(ID).particulars == Particulars()


def test_pressing_twice_is_one_press(outbox: Outbox, databases: Databases) -> None:
    first = outbox.put(CASE, claim(), TYPED, NOW)
    assert outbox.put(CASE, claim(), "iets anders", LATER) == first
    assert outbox.answer(ID).note == TYPED
    with databases.main.read() as session:
        assert session.exec(select(func.count()).select_from(CommandRow)).one() == 1


def test_what_was_typed_is_sealed(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, claim(), TYPED, NOW)
    with databases.main.read() as session:
        assert not any(TYPED.encode() in row.sealed for row in session.exec(select(DocumentRow)))


def test_the_least_tried_goes_first(outbox: Outbox) -> None:
    first, second = CommandId("c-1"), CommandId("c-2")
    outbox.put(CASE, claim(first), "", NOW)
    outbox.put(CASE, claim(second), "", LATER)
    outbox.tried(first)
    assert (outbox.waiting(10), outbox.waiting(1)) == ([second, first], [second])


def test_an_accepted_command_keeps_only_its_note(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, claim(), TYPED, NOW)
    outbox.accepted(ID, NOW)
    assert (outbox.waiting(10), documents(databases)) == ([], ["note"])
    assert outbox.answer(ID) == OutboxAnswer(CASE, CommandStatus.ACCEPTED, "", TYPED)
    with pytest.raises(UnknownCommand):
        outbox.load(ID)


def test_a_refused_command_keeps_what_was_typed_for_a_day(outbox: Outbox, databases: Databases) -> None:
    outbox.put(CASE, claim(), TYPED, NOW)
    outbox.refused(ID, REFUSAL, NOW)
    assert outbox.answer(ID) == OutboxAnswer(CASE, CommandStatus.REFUSED, REFUSAL, TYPED)
    assert outbox.expired(NOW) == 0
    assert outbox.expired(NOW + timedelta(seconds=1)) == 2
    assert (documents(databases), outbox.answer(ID).refusal, outbox.answer(ID).note) == ([], REFUSAL, "")


def test_a_waiting_or_accepted_command_never_expires(outbox: Outbox) -> None:
    outbox.put(CASE, claim(), TYPED, NOW)
    assert outbox.expired(LATER) == 0
    outbox.accepted(ID, NOW)
    assert outbox.expired(LATER) == 0
    assert outbox.answer(ID).note == TYPED


def test_a_late_refusal_does_not_undo_an_acceptance(outbox: Outbox) -> None:
    outbox.put(CASE, claim(), TYPED, NOW)
    outbox.accepted(ID, NOW)
    outbox.refused(ID, REFUSAL, LATER)
    assert outbox.answer(ID).status is CommandStatus.ACCEPTED


def test_what_the_case_recorded_counts_even_after_a_refusal(outbox: Outbox, databases: Databases) -> None:
    kept = outbox.put(CASE, claim(), TYPED, NOW)
    outbox.refused(ID, REFUSAL, NOW)
    fact = CaseClaimed(at=NOW, by=kept.by, command_id=ID, note_id=kept.note_id)
    happened(databases, a_case_in(Phase.CONTACT), fact)
    assert outbox.answer(ID) == OutboxAnswer(CASE, CommandStatus.ACCEPTED, "", TYPED)
    assert outbox.expired(LATER) == 0


def test_for_an_erased_case_nothing_is_kept(outbox: Outbox, databases: Databases) -> None:
    databases.vault.destroy([unit_of_case(CASE)])
    with pytest.raises(Erased):
        outbox.put(CASE, claim(), TYPED, NOW)
    with pytest.raises(UnknownCommand):
        outbox.answer(ID)
