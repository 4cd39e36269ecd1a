"""The same rows matched one after the other, without Temporal and without anybody who dies: what a delivery must end
with, whatever happened on its way."""

from datetime import UTC, date, datetime
from pathlib import Path

from sqlmodel import func, select

from adapters.stores import migrate, open_stores
from bench.delivered import Outcome, fingerprint
from bench.installation import write_policies
from bench.many_rows import many_rows
from config import Settings
from models.tables import CaseRow
from simulation import demo
from simulation.deliveries import WOONSTEE, write_csv

_AT_ONCE = 10


def in_order(folder: Path, rows: int, *, seed: int, day: date) -> Outcome:
    """In databases of its own, below `folder`. As no workflow is started, each case counts as one."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(data=folder, policies=write_policies(folder))
    migrate(settings)
    stores, moment = open_stores(settings), datetime.now(UTC)
    demo.register_everybody(stores.registry)
    file = folder / "delivery.csv"
    write_csv(file, many_rows(rows, seed=seed, partner=WOONSTEE, signal_date=day))
    sent = stores.uploads.put(file.read_bytes(), demo.ZONNEDIJK, WOONSTEE.partner_id, by=demo.IMPORTED_BY, at=moment)
    upload = stores.uploads.find(sent)
    assert upload is not None
    delivery = stores.uploads.confirm(upload, at=moment)
    stores.uploads.store(sent, progress=lambda rows: None)
    for group in stores.matching.groups(delivery, size=_AT_ONCE):
        for row in group.rows:
            stores.matching.match(row, at=moment)
        stores.matching.settled(*group.rows)
    report = stores.matching.report(delivery, finished_at=moment)
    with stores.database.read() as session:
        cases = session.exec(select(func.count()).select_from(CaseRow)).one()
    return Outcome(
        counts=report.model_dump(exclude={"delivery_id"}),
        cases=cases,
        workflows=cases,
        fingerprint=fingerprint(stores, delivery),
    )
