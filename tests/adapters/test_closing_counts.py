"""What a case leaves when it closes."""

from sqlmodel import select

from adapters.documents import Documents
from models.case import CaseState
from models.codes import Acceptance, DocumentKind, HelpKind, NotPickedUpReason, Outcome, Phase, Trait
from models.facts import CaseClosed, TraitRecorded
from models.ids import CaseId, SignalId, UnitId, resident_of, unit_of_case
from models.tables import AreaCountRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, record, store_case, the_store
from tests.builders import NOW, a_case_in, a_signal, after, at, outcome_recorded, told_and_closed

CLOSING = at("2027-05-01 00:30")


def areas(databases: Databases) -> list[tuple[str, str, str, int, int, int]]:
    with databases.main.read() as session:
        rows = session.exec(select(AreaCountRow).order_by(AreaCountRow.month, AreaCountRow.area))
        return [(row.municipality, row.month, row.area, row.cases, row.reached, row.accepted) for row in rows]


def about_to_close(number: int, state: CaseState) -> CaseState:
    """The same case, once more, under another number."""
    case = CaseId(f"case-{number}")
    signal = a_signal(case, signal_id=SignalId(f"signal-{number}"), unit_id=UnitId(f"signal-row-{number}"))
    told = state.signals[0]
    signal = signal.model_copy(update={"feedback": told.feedback, "feedback_delivered_at": told.feedback_delivered_at})
    person = state.people[0].model_copy(update={"person_id": resident_of(case)})
    return state.model_copy(update={"case_id": case, "people": (person,), "signals": (signal,), "sequence": 1})


def told(state: CaseState) -> CaseState:
    """Everything but closed."""
    closed = told_and_closed(state)
    return closed.model_copy(update={"phase": Phase.FEEDBACK, "closed_at": None, "retention": ()})


def test_cases_of_a_neighbourhood_are_added_up(databases: Databases) -> None:
    state = told(a_case_in(Phase.FEEDBACK))
    helped = told(
        after(
            a_case_in(Phase.IN_CONVERSATION),
            outcome_recorded(
                Outcome.ADVICE_OR_QUICK_FIX, Acceptance.ACCEPTED, accepted_at=NOW, help_kind=HelpKind.QUICK_FIX
            ),
        )
    )
    for number, each in enumerate((state, state, helped), start=1):
        stored = store_case(databases, about_to_close(number, each))
        happened(databases, stored, CaseClosed(at=CLOSING if number < 3 else NOW), now=CLOSING)
    assert areas(databases) == [("9901", "2027-04", "9901", 1, 1, 1), ("9901", "2027-05", "9901", 2, 2, 0)]


def test_a_closing_that_is_recorded_twice_counts_once(databases: Databases) -> None:
    state = store_case(databases, told(a_case_in(Phase.FEEDBACK)))
    closing = record(state, CaseClosed(at=CLOSING), now=CLOSING)
    for _ in range(2):
        the_store(databases).save(closing)
    assert [found[3:] for found in areas(databases)] == [(1, 1, 0)]


def test_where_somebody_with_a_secret_address_lives_is_not_counted(databases: Databases) -> None:
    state = after(
        told(a_case_in(Phase.FEEDBACK)),
        TraitRecorded(at=NOW, person_id=resident_of(CaseId("case-1")), trait=Trait.SECRET_ADDRESS, applies=True),
    )
    happened(databases, store_case(databases, state), CaseClosed(at=CLOSING), now=CLOSING)
    assert areas(databases) == []


def test_where_a_legal_entity_sits_is_not_counted(databases: Databases) -> None:
    """As in every other figure: the sums of two that differ in it would tell how many there were."""
    unjustified = outcome_recorded(Outcome.NOT_PICKED_UP_UNJUSTIFIED, reason=NotPickedUpReason.LEGAL_ENTITY)
    state = store_case(databases, told(after(a_case_in(Phase.IN_CONVERSATION), unjustified)))
    happened(databases, state, CaseClosed(at=CLOSING), now=CLOSING)
    assert areas(databases) == []


def test_a_case_of_which_nothing_can_be_read_closes_all_the_same(databases: Databases) -> None:
    state = store_case(databases, told(a_case_in(Phase.FEEDBACK)))
    with databases.main.write() as session:
        Documents(databases.vault).drop(session, DocumentKind.PERSON, state.resident)
    happened(databases, state, CaseClosed(at=CLOSING), now=CLOSING)
    assert (areas(databases), the_store(databases).load(state.case_id).phase) == ([], Phase.CLOSED)
    assert not databases.vault.destroyed(unit_of_case(state.case_id))
