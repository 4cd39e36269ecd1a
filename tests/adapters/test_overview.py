from datetime import timedelta

from activities import ports
from activities.records import OpenCase
from adapters.overview import Job, Overview, Sweep
from models.codes import Phase
from models.ids import CaseId, SignalId, UnitId
from policy.sweep_watch import LATE_AFTER
from tests.adapters.conftest import Databases
from tests.adapters.stored import case_row, store_case
from tests.builders import NOW, a_case_in, a_case_state, a_signal


def test_open_cases_are_those_that_are_not_closed(databases: Databases) -> None:
    store_case(databases, a_case_in(Phase.CLOSED))
    other = a_signal("case-2", signal_id=SignalId("signal-2"), unit_id=UnitId("signal-row-2"))
    store_case(databases, a_case_state("case-2", signals=(other,)))
    overview: ports.Overview = Overview(databases.main)
    wake_at = case_row(databases, "case-2").wake_at
    assert overview.open_cases() == [OpenCase(case_id=CaseId("case-2"), wake_at=wake_at, has_next=True, has_queue=True)]


def test_a_case_without_next_step_or_queue_is_seen(databases: Databases) -> None:
    store_case(databases)
    with databases.main.write() as session:
        row = session.merge(case_row(databases))
        row.next_code = row.queue = row.wake_at = None
    assert Overview(databases.main).open_cases() == [
        OpenCase(case_id=CaseId("case-1"), wake_at=None, has_next=False, has_queue=False)
    ]


def test_a_job_is_remembered_by_its_last_run(databases: Databases) -> None:
    overview = Overview(databases.main)
    overview.job_ended("sweep", at=NOW, found=3)
    overview.job_ended("sweep", at=NOW + timedelta(days=1), found=0)
    overview.job_ended("reconciliation", at=NOW, found=0)
    assert overview.jobs() == [Job("reconciliation", NOW, 0), Job("sweep", NOW + timedelta(days=1), 0)]


def test_a_sweep_is_late_by_its_last_end_or_when_it_never_ended_by_the_oldest_delivery(databases: Databases) -> None:
    overview = Overview(databases.main)
    long_after = NOW + LATE_AFTER + timedelta(seconds=1)
    assert overview.sweep(now=long_after) == Sweep(None, late=False)
    store_case(databases, a_case_in(Phase.CONTACT))
    assert overview.sweep(now=NOW + LATE_AFTER) == Sweep(None, late=False)
    assert overview.sweep(now=long_after) == Sweep(None, late=True)
    overview.job_ended("sweep", at=NOW + timedelta(hours=3), found=0)
    assert overview.sweep(now=long_after) == Sweep(NOW + timedelta(hours=3), late=False)
    assert overview.sweep(now=long_after + timedelta(hours=3)) == Sweep(NOW + timedelta(hours=3), late=True)
