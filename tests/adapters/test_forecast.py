from collections.abc import Sequence
from datetime import date, timedelta

from adapters.call_requests import CallRequests
from adapters.forecast import Expected, WithoutCase, forecast
from models.codes import OutcomeClass
from models.facts import HoldSet
from models.personal import CallRequest
from models.tables import DeliveredRow, UploadRow
from models.values import MunicipalityCode, PhoneNumber
from policy.calendar import local
from tests.adapters.conftest import Databases
from tests.adapters.stored import happened, store_signal
from tests.adapters.test_erasure import NOOR, a_full_closed_case
from tests.builders import NOW, ZONNEDIJK, a_signal

WATERDORP = MunicipalityCode("9902")


def counted(
    databases: Databases, day: date, municipalities: Sequence[MunicipalityCode] | None = None
) -> list[Expected]:
    return forecast(databases.main, databases.vault, day, municipalities)


def test_a_case_and_its_signal_are_counted_from_their_day_on(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    day = local(max(kept.due_at for kept in state.retention)).date()
    going = Expected(ZONNEDIJK, OutcomeClass(state.retention[0].outcome_class), cases=1, signals=1)
    assert counted(databases, day - timedelta(days=1)) == []
    assert counted(databases, day) == [going]
    assert (counted(databases, day, [ZONNEDIJK]), counted(databases, day, [WATERDORP])) == ([going], [])


def test_what_is_held_is_counted_apart_until_its_hold_ends(databases: Databases) -> None:
    state = a_full_closed_case(databases)
    due_at = max(kept.due_at for kept in state.retention)
    until = due_at + timedelta(days=90)
    happened(databases, state, HoldSet(at=NOW, by=NOOR, until=until))
    [held] = counted(databases, local(until).date() - timedelta(days=1))
    assert (held.cases, held.signals, held.held) == (0, 0, 2)
    [free] = counted(databases, local(until).date())
    assert (free.cases, free.signals, free.held) == (1, 1, 0)


def test_what_has_no_case_is_counted_by_its_own_date(databases: Databases) -> None:
    store_signal(databases, a_signal())
    said = CallRequest(surname="Kuijpers", phone=PhoneNumber("0612345678"))
    CallRequests(databases.main, databases.vault).keep(said, ZONNEDIJK, by=NOOR, at=NOW)
    with databases.main.write() as session:
        session.get_one(DeliveredRow, "row-1").erase_at = NOW + timedelta(days=28)
        session.add(
            UploadRow(
                id="upload-1",
                municipality="9901",
                partner_id="woonstee",
                unit_id="upload-upload-1",
                received_at=NOW,
                received_by=NOOR,
                header=1,
                mapping={},
                erase_at=NOW + timedelta(days=28),
            )
        )
    day = local(NOW + timedelta(days=28)).date()
    assert counted(databases, day - timedelta(days=1)) == []
    of_main = (WithoutCase.ROW, WithoutCase.UPLOAD, WithoutCase.CALL)
    assert counted(databases, day) == [Expected(ZONNEDIJK, rule, other=1) for rule in of_main]
    assert counted(databases, day, [WATERDORP]) == []
