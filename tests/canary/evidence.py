"""What is known after the play, and how it was looked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert
from temporalio.client import Client, Schedule, ScheduleActionStartWorkflow, ScheduleSpec
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from adapters.retention_check import RetentionCheck
from engine.namespace import RETENTION
from models.ids import CaseId, unit_of_case
from models.tables import DocumentRow, JobRow, Row
from models.vault_tables import UnitRow, VaultRow
from simulation.installation import Installation
from tests.canary.attack import Attacker, Rows, copy_of
from tests.canary.journeys import Journey
from tests.canary.marks import PHONE, Marked
from tests.canary.places import everywhere, mentioning, vault_files
from tests.canary.search import findings, found_in
from workflows.attributes import MUNICIPALITY


@dataclass(frozen=True)
class Stored:
    """Both databases at one moment, and the bytes of the vault's files (none on PostgreSQL)."""

    main: Rows
    vault: Rows
    vault_bytes: bytes

    @classmethod
    def now(cls, town: Installation) -> "Stored":
        stores = town.stores
        return cls(
            main=copy_of(stores.database, Row.metadata.sorted_tables),
            vault=copy_of(stores.vault.database, VaultRow.metadata.sorted_tables),
            vault_bytes=vault_files(town) if stores.database.is_sqlite else b"",
        )

    def tables_mentioning(self, text: str) -> dict[str, int]:
        """How many rows of each table have the text in a cell; the vault's tables as `vault.…`."""
        found = {}
        for prefix, rows in (("", self.main), ("vault.", self.vault)):
            for table, content in rows.items():
                number = sum(any(text in str(cell) for cell in row.values()) for row in content)
                if number:
                    found[prefix + table] = number
        return found


@dataclass
class Evidence:
    """What the play left behind, before and after the erasure."""

    journeys: Sequence[Journey]
    attacker: Attacker
    numbers: list[str]
    others: Sequence[Marked] = ()
    """Whose cases began elsewhere, and are open to the end."""
    before: Stored = field(init=False)
    after: Stored = field(init=False)
    marks: list[str] = field(default_factory=list)
    """Every mark that stood where none may be, at any moment."""
    missing_errors: set[str] = field(default_factory=set)
    """Methods of ports that did not fail as often as they should have."""
    planted: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    """Of the places in which a mark was put at the end, those in which it was found."""
    log: str = ""
    cases: dict[int, CaseId] = field(default_factory=dict)
    """The case of each person's first signal."""
    merged: dict[int, CaseId] = field(default_factory=dict)
    """The case that a signal of this person got, and that went back into the first one."""
    units: dict[str, bool] = field(default_factory=dict)
    """The erasure units of the journeys, and whether each must be gone."""
    exported_before: set[str] = field(default_factory=set)
    """BSNs in the files for the national statistics."""
    exported_after: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    """What the check of the retention finds at the moment at which the play ends."""
    verified: tuple[int, str] = (-1, "")
    """How `retention verify` ended, and the last line that it printed."""
    verified_planted: tuple[int, str] = (-1, "")
    """The same once something of an erased case is there again."""
    executions: dict[CaseId, set[str]] = field(default_factory=dict)
    """Of a few cases, the types of Temporal's executions that still mention them."""

    @property
    def erased(self) -> list[Marked]:
        return [journey.somebody for journey in self.journeys if not journey.kept]

    @property
    def amounts(self) -> list[str]:
        """What partners said instead of the first amount, in cents."""
        said = (journey.somebody.learned.amount.amount for journey in self.journeys)
        return [amount.text.replace(".", "") for amount in said if amount is not None]

    @property
    def owed(self) -> list[str]:
        """What partners answered is owed now, in cents: sealed, so that it stands nowhere."""
        return [somebody.learned.owed.text.replace(".", "") for somebody in self.lived]

    @property
    def lived(self) -> list[Marked]:
        """Of whom more became known; all of them are erased."""
        return [journey.somebody for journey in self.journeys if journey.whole_life]

    @property
    def kept(self) -> list[Marked]:
        return [journey.somebody for journey in self.journeys if journey.kept]

    async def look(self, town: Installation, logs: Path, when: str) -> None:
        """Searches everything there is."""
        places = await everywhere(town, logs)
        for name, data in places.items():
            # A signal's amount is a column of ours, by which lists are sorted; it goes nowhere else.
            amounts = [] if name.startswith("main: ") else self.amounts
            numbers = [*self.numbers, *self.owed, *amounts]
            self.marks += [f"{when}, {found}" for found in findings({name: data}, numbers=numbers)]

    def check(self, town: Installation, moment: datetime) -> None:
        """What is past its term when the play ends; Temporal forgets by another clock, so it is not asked."""
        found = RetentionCheck(town.stores.database, town.stores.vault).look((), at=moment, executions_kept=RETENTION)
        self.wrong = [f"{wrong.thing.what} {wrong.thing.id}: {wrong.why}" for wrong in found]

    def leave_something(self, town: Installation) -> None:
        """One document of an erased case is there again."""
        gone = {unit_of_case(self.cases[somebody.number]) for somebody in self.erased}
        left = next(row for row in self.before.main["document"] if row["unit_id"] in gone)
        with town.stores.database.write() as session:
            session.execute(insert(DocumentRow).values(**left))

    async def look_after(self, town: Installation, logs: Path) -> None:
        """Searches once more, and remembers what stayed."""
        await self.look(town, logs, "after the erasure")
        self.after = Stored.now(town)
        self.log = "".join(path.read_text() for path in sorted(logs.iterdir()))
        for somebody in (*self.erased[:3], *self.kept[:1]):
            case = self.cases[somebody.number]
            self.executions[case] = await mentioning(town.client, case)

    async def plant(self, town: Installation, logs: Path, somebody: Marked) -> None:
        """The control: a mark in every place, which must then be found in every place."""
        name = somebody.person.surname
        await _plant_in_temporal(town.client, somebody)
        for path in (town.machine.server.log, *logs.iterdir()):
            with path.open("a") as log:
                log.write(f'{{"event": "wie belt {name}"}}\n')
        (town.folder / "achtergebleven.txt").write_text(name)
        with town.stores.database.write() as session:
            session.add(JobRow(name=name, ended_at=datetime.now(UTC), found=1))
        with town.stores.vault.database.write() as session:
            session.add(UnitRow(id=somebody.person.address.street, municipality="9901", created_at=datetime.now(UTC)))
        places = await everywhere(town, logs)
        self.planted, self.found = set(places), found_in(places, numbers=self.numbers)


def numbers_of(people: Sequence[Marked]) -> list[str]:
    """BSNs, and phone numbers as their last nine digits: their own, new ones and those of who stands for them."""
    return [
        number for one in people for number in (one.person.bsn.text, f"{PHONE}{one.number:03}", *one.learned.phones)
    ]


async def _plant_in_temporal(client: Client, somebody: Marked) -> None:
    name = somebody.person.surname
    attributes = TypedSearchAttributes([SearchAttributePair(MUNICIPALITY, name)])
    await client.start_workflow(
        "Nobody", somebody.note, id=name, task_queue="nobody", memo={"name": name}, search_attributes=attributes
    )
    action = ScheduleActionStartWorkflow("Nobody", somebody.note, id=name, task_queue="nobody")
    await client.create_schedule("nobody", Schedule(action=action, spec=ScheduleSpec()))
