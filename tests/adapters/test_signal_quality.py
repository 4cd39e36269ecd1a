"""The counts of a partner's signals, on real databases: each signal once, and the same when it is erased."""

import csv
import io

import pytest
from sqlmodel import select

from activities.records import ErasureOrder
from adapters.documents import Documents
from adapters.erasure import Eraser
from adapters.monitor import Quarter
from adapters.partner_directory import PartnerDirectory
from adapters.signal_quality import Period, Table, as_csv, quality
from models.case import CaseState
from models.codes import DocumentKind, ItemState, Outcome, Phase
from models.facts import CaseClosed, CaseMerged
from models.ids import CaseId, ItemId, PartnerId, SignalId, UnitId, resident_of, unit_of_case
from models.personal import Phone
from models.tables import DeliveryRow, PartnerCountRow, SignalRow
from models.values import MunicipalityCode, PhoneNumber
from policy.signal_quality import OWN_FIGURES
from policy.small_cells import LEAST
from tests.adapters.conftest import Databases
from tests.adapters.intake import Intake, a_row, first_row
from tests.adapters.stored import happened, record, store_case, the_store
from tests.builders import (
    NOW,
    ZONNEDIJK,
    a_case_in,
    a_delivered_signal,
    a_resident,
    a_signal,
    after,
    at,
    outcome_recorded,
    told_and_closed,
)

WOONSTEE = PartnerId("woonstee")
SPRING = Quarter(2027, 2)
CLOSING = at("2027-05-01 00:30")


def told(outcome: Outcome, number: int = 1) -> CaseState:
    """A case of its own in which everything is done but closing it."""
    case = CaseId(f"case-{number}")
    closed = told_and_closed(after(a_case_in(Phase.IN_CONVERSATION), outcome_recorded(outcome)))
    person = closed.people[0].model_copy(update={"person_id": resident_of(case)})
    known = closed.signals[0]
    signal = a_signal(case, signal_id=SignalId(f"signal-{number}"), unit_id=UnitId(f"signal-row-{number}"))
    heard = {"feedback": known.feedback, "feedback_delivered_at": known.feedback_delivered_at}
    ended = closed.outcomes[0].model_copy(update={"person_id": person.person_id})
    return closed.model_copy(
        update={
            "case_id": case,
            "people": (person,),
            "signals": (signal.model_copy(update=heard),),
            "outcomes": (ended,),
            "phase": Phase.FEEDBACK,
            "closed_at": None,
            "retention": (),
            "sequence": 1,
        }
    )


def closes(databases: Databases, state: CaseState) -> CaseState:
    return happened(databases, store_case(databases, state), CaseClosed(at=CLOSING), now=CLOSING)


def kept(databases: Databases) -> list[tuple[str, str, str, int]]:
    """Month, figure, line, count."""
    with databases.main.read() as session:
        rows = session.exec(select(PartnerCountRow).order_by(PartnerCountRow.figure, PartnerCountRow.line))
        return [(row.month, row.figure, row.line, row.signals) for row in rows]


def tables(databases: Databases, quarter: Quarter = SPRING, partner: PartnerId = WOONSTEE) -> list[Table]:
    return quality(databases.main, Period(ZONNEDIJK, partner, quarter), least=LEAST)


def test_a_signal_counts_in_the_month_in_which_it_came_in(databases: Databases) -> None:
    closes(databases, told(Outcome.DIED))
    assert kept(databases) == [("2027-04", "ending", "other", 1), ("2027-04", "phone", "usable", 1)]


def test_a_closing_that_is_recorded_twice_counts_once(databases: Databases) -> None:
    state = store_case(databases, told(Outcome.NOT_PICKED_UP_UNJUSTIFIED))
    closing = record(state, CaseClosed(at=CLOSING), now=CLOSING)
    for _ in range(2):
        the_store(databases).save(closing)
    assert {count for *_, count in kept(databases)} == {1}
    assert [line for _, _, line, _ in kept(databases)] == ["unjustified", "usable", ""]


def test_a_case_that_goes_into_another_counts_nothing(databases: Databases) -> None:
    """The signals live on in the other case, which counts them."""
    happened(databases, store_case(databases, a_case_in(Phase.CONTACT)), CaseMerged(at=NOW, into=CaseId("case-2")))
    assert kept(databases) == []


def test_what_was_paid_is_counted_by_the_partners_collection_day(databases: Databases) -> None:
    closes(databases, told(Outcome.PAID_OR_ARRANGED, 1))
    PartnerDirectory(databases.main).describe(ZONNEDIJK, WOONSTEE, arrangements="", collection_day=27)
    closes(databases, told(Outcome.PAID_OR_ARRANGED, 2))
    assert [(line, count) for _, figure, line, count in kept(databases) if figure == "paid"] == [
        ("4-7", 1),
        ("unknown", 1),
    ]


def test_the_number_that_the_partner_sent_is_followed_to_the_end(databases: Databases) -> None:
    sent = (Phone(id=ItemId("phone-1"), number=PhoneNumber("0612345678")),)
    wrong = (sent[0].model_copy(update={"state": ItemState.WRONG}),)
    found = {1: ((), sent), 2: (sent, wrong), 3: (sent, sent), 4: (sent, ())}
    for number, (delivered, known) in found.items():
        state = store_case(databases, told(Outcome.DIED, number))
        signal, person = state.signals[0], state.resident
        row = a_delivered_signal(resident=a_resident(phones=delivered))
        with databases.main.write() as session:
            documents = Documents(databases.vault)
            documents.keep(session, signal.unit_id, DocumentKind.ROW, f"row-{number}", row, at=NOW)
            copy = a_resident(person_id=person, phones=known)
            documents.keep(session, unit_of_case(state.case_id), DocumentKind.PERSON, person, copy, at=NOW)
        happened(databases, state, CaseClosed(at=CLOSING), now=CLOSING)
    assert [(line, count) for _, figure, line, count in kept(databases) if figure == "phone"] == [
        ("none", 1),
        ("usable", 2),
        ("wrong", 1),
    ]


@pytest.mark.parametrize("unit", ["signal-row-1", unit_of_case(CaseId("case-1"))])
def test_a_signal_that_cannot_be_read_any_more_is_counted_without_its_phone(databases: Databases, unit: str) -> None:
    state = store_case(databases, told(Outcome.DIED))
    databases.vault.destroy([UnitId(unit)])
    happened(databases, state, CaseClosed(at=CLOSING), now=CLOSING)
    assert [figure for _, figure, _, _ in kept(databases)] == ["ending"]


def test_a_repeat_is_counted_when_it_comes_in_and_once(intake: Intake) -> None:
    for phone in ("", "0612345678"):
        row = first_row(intake.deliver(a_row(kenmerk="WO-1", telefoon=phone)).delivery_id)
        matched = intake.matching.match(row, at=NOW)
        if matched.open is not None:
            intake.matching.settled(row)
    # The first of them opened a case; only what came after it said nothing new.
    intake.matching.match(row, at=NOW)
    with intake.database.read() as session:
        found = [(one.month, one.line, one.signals) for one in session.exec(select(PartnerCountRow))]
    assert sorted(found) == [("2027-04", "repeat", 1), ("2027-04", "usable", 1)]


@pytest.fixture
def intake(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Intake:
    main, vault = (
        each.url.render_as_string(hide_password=False) for each in (databases.main, databases.vault.database)
    )
    return Intake.on(main, vault, tmp_path_factory.mktemp("files"))


# --- what is told -------------------------------------------------------------------------------------------------


def test_what_is_open_is_delivered_and_has_not_ended(databases: Databases) -> None:
    for number in range(1, 12):
        store_case(databases, told(Outcome.DIED, number))
    delivered, refused, ending, *_ = tables(databases)
    assert [line.count for line in delivered.lines] == [11]
    assert [line.count for line in refused.lines] == [None]
    assert ending.total is None


def test_figures_are_the_same_when_everything_is_erased(databases: Databases) -> None:
    states = [closes(databases, told(Outcome.PAID_OR_ARRANGED, number)) for number in range(1, 13)]
    states += [closes(databases, told(Outcome.DIED, number)) for number in range(20, 35)]
    before = tables(databases)
    assert [line.count for line in before[0].lines] == [27]
    assert {line.name: line.count for line in before[2].lines}["overig"] == 15
    eraser = Eraser(databases.main, databases.vault)
    for state in states:
        for retention in state.retention:
            order = ErasureOrder(
                order_id=f"order-{retention.unit_id}",
                municipality=ZONNEDIJK,
                units=(retention.unit_id,),
                case_id=state.case_id,
                workflow_ids=(),
                retention=retention,
            )
            eraser.destroy(order)
            eraser.delete_rows(order)
    with databases.main.read() as session:
        assert session.exec(select(SignalRow.id)).all() == []
    assert tables(databases) == before


def test_each_partner_quarter_and_municipality_has_its_own(databases: Databases) -> None:
    for number in range(1, 12):
        closes(databases, told(Outcome.DIED, number))
    nothing = tables(databases, Quarter(2027, 3))
    assert tables(databases) != nothing
    assert tables(databases, partner=PartnerId("stroomnet")) == nothing
    elsewhere = Period(MunicipalityCode("9902"), WOONSTEE, SPRING)
    assert quality(databases.main, elsewhere, least=LEAST) == nothing


def test_refused_rows_are_counted_from_the_report_that_stays(databases: Databases) -> None:
    moments = {"2027-03-31 23:59": 100, "2027-04-01 00:00": 12, "2027-06-30 23:59": 30, "2027-07-01 00:00": 100}
    with databases.main.write() as session:
        for number, (moment, refused) in enumerate(moments.items()):
            session.add(
                DeliveryRow(
                    id=f"d-{number}",
                    municipality=ZONNEDIJK.text,
                    partner_id=WOONSTEE,
                    received_at=at(moment),
                    received_by="noor",
                    report={"refused": refused},
                )
            )
        session.add(
            DeliveryRow(
                id="busy", municipality=ZONNEDIJK.text, partner_id=WOONSTEE, received_at=NOW, received_by="noor"
            )
        )
    refused_rows = tables(databases)[1]
    assert [line.count for line in refused_rows.lines] == [42]
    # May without any would be told by the quarter and the other two.
    assert [line.parts for line in refused_rows.lines] == [()]


def test_the_file_says_what_the_tables_say(databases: Databases) -> None:
    for number in range(1, 12):
        closes(databases, told(Outcome.DIED, number))
    found = tables(databases)
    rows = list(csv.DictReader(io.StringIO(as_csv(found, SPRING.months, "=Woonstee")), delimiter=";"))
    assert [(row["cijfer"], row["regel"]) for row in rows] == [(t.title, line.name) for t in found for line in t.lines]
    assert rows[0]["kwartaal"] == "11" and rows[1]["kwartaal"] == "verborgen"
    assert {row["partner"] for row in rows} == {"'=Woonstee"}
    assert list(rows[0])[3:7] == ["kwartaal", "2027-04", "2027-05", "2027-06"]


def test_the_partners_own_tables_are_fewer(databases: Databases) -> None:
    for number in range(1, 12):
        closes(databases, told(Outcome.PAID_OR_ARRANGED, number))
    own = quality(databases.main, Period(ZONNEDIJK, WOONSTEE, SPRING), OWN_FIGURES, least=LEAST)
    assert [table.title for table in own] == [
        "Signalen",
        "Geweigerde regels",
        "Hoe uw signalen afliepen",
        "Telefoonnummer",
    ]
    assert not any("betaald" in line.name for table in own for line in table.lines)
