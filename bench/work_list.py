"""Two invented municipalities full of open cases, in SQL only, to ask the work list of."""

import time
from datetime import UTC, datetime, timedelta

from adapters.stores import Stores
from bench.figures import NotMeasured
from models.case import CaseState
from models.ids import CaseId, SignalId, StaffId, fresh, unit_of_case
from models.values import MunicipalityCode
from web import work_queries
from workflows.publishing import record_of

SMALL, LARGE = MunicipalityCode("9902"), MunicipalityCode("9903")
_ME = StaffId("samira")


def fill(stores: Stores, place: MunicipalityCode, example: CaseState, number: int) -> None:
    """Publishes `number` open cases like the example; half of their calls are due by now."""
    stores.registry.ensure(municipalities=[(place, f"Rekendam {place.text}")])
    now = datetime.now(UTC)
    states = [
        _like(example, place, opens_at=now + timedelta(minutes=minutes))
        for minutes in range(-(number // 2), number - number // 2)
    ]
    # Nothing is published of a case without a key: it counts as erased.
    with stores.vault.database.write() as session:
        for state in states:
            stores.vault.create(unit_of_case(state.case_id), place, now, within=session)
    for state in states:
        stores.cases.save(record_of(state, (), state, now=now))


def milliseconds(stores: Stores, place: MunicipalityCode, *, expected: int) -> float:
    """How long the first page of the team's work takes. Raises `NotMeasured` unless the list is `expected` long."""
    now, began = datetime.now(UTC), time.perf_counter()
    reader = work_queries.Reader(_ME, (place,))
    page = work_queries.work(stores.database, reader, work_queries.Whose.TEAM, now=now, page=1)
    took = (time.perf_counter() - began) * 1000
    if page.total != expected:
        raise NotMeasured(f"the work list has {page.total} cases where {expected} were written")
    return took


def _like(example: CaseState, place: MunicipalityCode, *, opens_at: datetime) -> CaseState:
    # Signals of its own, or publishing it would take those of the example along.
    signals = tuple(signal.model_copy(update={"signal_id": SignalId(fresh())}) for signal in example.signals)
    tasks = tuple(task.model_copy(update={"opens_at": opens_at}) for task in example.tasks)
    return example.model_copy(
        update={"case_id": CaseId(fresh()), "municipality": place, "signals": signals, "tasks": tasks}
    )
