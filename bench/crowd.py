"""A municipality full of cases: rows and sealed people copied from a few cases that really were, each with ids, people
and moments of its own. Written in bulk, because to live through a hundred thousand cases takes days."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import DateTime, TypeDecorator, insert
from sqlmodel import Session, SQLModel, col, select

from adapters.blind import RECOGNISED_BY, Entry, entries_of, signal_entries
from adapters.documents import Documents, document_of
from adapters.registry import Member
from adapters.stores import Stores
from models.codes import DocumentKind, Role
from models.ids import (
    CaseId,
    ItemId,
    PartnerId,
    PersonId,
    RowId,
    StaffId,
    UnitId,
    derived,
    fresh,
    resident_of,
    unit_of_case,
    unit_of_row,
)
from models.personal import Address, DeliveredSignal, Mailbox, PersonalData, Phone, Resident
from models.tables import (
    AppointmentRow,
    AttemptRow,
    AuditPersonRow,
    AuditProcessRow,
    CaseRow,
    CaseSignalRow,
    DeliveredRow,
    DeliveryRow,
    DocumentRow,
    MessageRow,
    SignalRow,
    TaskRow,
)
from models.values import EmailAddress, MunicipalityCode, PhoneNumber, Postcode

COPIED: tuple[type[SQLModel], ...] = (
    DeliveredRow,
    SignalRow,
    CaseRow,
    CaseSignalRow,
    TaskRow,
    AttemptRow,
    AuditProcessRow,
    AuditPersonRow,
    AppointmentRow,
    MessageRow,
)
"""In an order in which each row finds those that it names."""
OWNER = StaffId("somebody-at-work")
"""Whoever has an example gives way to one of many: each has a part of `_OF_ONE` cases in turn."""
_OF_ONE = 200
_COLLEAGUES = 60
_AT_ONCE = 500
_SHOWN = 50
_AGES = tuple(timedelta(hours=hours) for hours in (0, 1, 2, 5, 9, 20, 27, 44, 50, 75, 96, 124, 170, 240, 320, 410, 500))
_MOMENT = re.compile(r"\b(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)(Z|\+00:00)")
_STARTS = (
    "Aal",
    "Bak",
    "Bee",
    "Dui",
    "Eel",
    "Fen",
    "Gaa",
    "Hol",
    "Jon",
    "Kla",
    "Lan",
    "Mok",
    "Noo",
    "Oos",
    "Pee",
    "Ruy",
)
_MIDDLES = (
    "ber",
    "den",
    "fel",
    "gen",
    "huy",
    "ker",
    "len",
    "man",
    "nis",
    "pel",
    "rik",
    "ste",
    "ten",
    "vel",
    "wij",
    "zen",
)
_ENDS = ("aar", "burg", "dijk", "geest", "hof", "inga", "kamp", "lo", "meer", "oord", "poel", "rade", "stra", "veen")
_ROADS = ("laan", "pad", "hof", "kade", "gracht", "singel", "weg")


@dataclass(frozen=True)
class _Example:
    """A case as its rows say it, in a text in which ids and moments can be replaced."""

    rows: str
    """JSON: of each table of `COPIED` its rows."""
    terms: Any
    names: tuple[str, ...]
    """Every id of its own but those below."""
    case: CaseId
    person: PersonId
    row: RowId
    place: str
    delivered: DeliveredSignal


@dataclass(frozen=True)
class Someone:
    """Of one of the crowd what a caller would say."""

    case: CaseId
    resident: Resident


class Crowd:
    """Grows by copies of the examples: cases with one signal about one person, as they lie in the database."""

    def __init__(
        self,
        stores: Stores,
        place: MunicipalityCode,
        examples: Sequence[tuple[CaseId, timedelta]],
        *,
        first: StaffId,
        seed: int = 1,
    ) -> None:
        """`examples`: with how long ago they were at least. `first`: who has the first of the crowd."""
        self._stores = stores
        self._place = place
        self._first = first
        self._chance = Random(seed)
        self._examples = [(_read(stores, case), age) for case, age in examples]
        self._aged = dict[tuple[int, timedelta], str]()
        self.number = 0

    def grow(self, number: int) -> list[Someone]:
        """Adds cases until there are so many; some of those that were added, to ask for."""
        some = list[Someone]()
        while self.number < number:
            added = self._add(min(_AT_ONCE, number - self.number))
            some += added[:_SHOWN]
        return some

    def _add(self, number: int) -> list[Someone]:
        now, delivery = datetime.now(UTC), fresh()
        new = [self._copy(place, delivery) for place in range(number)]
        self._stores.registry.ensure(
            staff=[
                Member(StaffId(owner), f"Medewerker {owner[-2:]}", Role.CASEWORKER, (self._place,))
                for owner in {self._owner(self.number + place) for place in range(number)} - {self._first}
            ]
        )
        sealed = self._stores.vault.seal_many([each for one in new for each in one.units], self._place, now)
        with self._stores.database.write() as session:
            session.add(
                DeliveryRow(
                    id=delivery,
                    municipality=self._place.text,
                    partner_id=new[0].partner,
                    received_at=now,
                    received_by=OWNER,
                    finished_at=now,
                    report={"opened": number},
                )
            )
            session.flush()
            for index, table in enumerate(COPIED):
                _insert(session, table, [values for one in new for values in one.rows[index]])
            _insert(session, DocumentRow, [values for one in new for values in one.documents(sealed, now)])
        self.number += number
        return [Someone(one.case, one.resident) for one in new]

    def _copy(self, place: int, delivery: str) -> "_Copy":
        index = self._chance.randrange(len(self._examples))
        example, least = self._examples[index]
        age = least + self._chance.choice(_AGES)
        text = self._aged.get((index, age)) or self._aged.setdefault((index, age), _older(example.rows, age))
        case, row = CaseId(fresh()), RowId(fresh())
        person = resident_of(case)
        names = {example.case: case, example.person: person, example.row: row, OWNER: self._owner(self.number + place)}
        names[f'"{example.place}"'] = f'"{self._place.text}"'
        for old, new in [*names.items(), *((name, fresh()) for name in example.names)]:
            text = text.replace(old, new)
        rows: list[list[dict[str, Any]]] = json.loads(text)
        for table, found in zip(COPIED, rows, strict=True):
            for values in found:
                _settle(table, values, {"delivery_id": delivery, "number": place + 2}, terms=example.terms)
        resident = _resident(self._chance, person)
        signal = example.delivered.model_copy(
            update={"resident": resident, "partner_reference": f"B-{self.number + place}"}
        )
        return _Copy(case, PartnerId(rows[1][0]["partner_id"]), row, rows, resident, signal)

    def _owner(self, number: int) -> str:
        return f"caseworker-{number // _OF_ONE % _COLLEAGUES:02}" if number >= _OF_ONE else self._first


@dataclass(frozen=True)
class _Copy:
    case: CaseId
    partner: PartnerId
    row: RowId
    rows: list[list[dict[str, Any]]]
    resident: Resident
    signal: DeliveredSignal

    @property
    def units(self) -> Iterator[tuple[UnitId, PersonalData, list[Entry]]]:
        said = [entry for entry in signal_entries(self.partner, self.signal) if entry[0] in RECOGNISED_BY]
        yield unit_of_case(self.case), self.resident, entries_of(self.resident)
        yield unit_of_row(self.row), self.signal, said

    def documents(self, sealed: Mapping[UnitId, bytes], at: datetime) -> Iterator[dict[str, Any]]:
        for kind, subject, unit in (
            (DocumentKind.PERSON, self.resident.person_id, unit_of_case(self.case)),
            (DocumentKind.ROW, self.row, unit_of_row(self.row)),
        ):
            yield {
                "id": document_of(kind, subject),
                "unit_id": unit,
                "kind": kind,
                "subject_id": subject,
                "created_at": at,
                "sealed": sealed[unit],
            }


def _read(stores: Stores, case: CaseId) -> _Example:
    with stores.database.read() as session:
        signal = session.exec(select(SignalRow).where(SignalRow.case_id == case)).one()
        found = [
            [session.get_one(DeliveredRow, signal.row_id)]
            if table is DeliveredRow
            else session.exec(select(table).where((CaseRow.id if table is CaseRow else _of(table)) == case)).all()
            for table in COPIED
        ]
        document = Documents(stores.vault).read(session, DocumentKind.ROW, signal.row_id)
    if not isinstance(document, DeliveredSignal):
        raise TypeError("a delivered row holds a signal")
    terms = stores.cases.load(case).terms
    keys = {
        getattr(row, key)
        for rows in found
        for row in rows
        for key in ("id", "fact_id", "document_id")
        if hasattr(row, key)
    }
    known = (case, signal.person_id, signal.row_id)
    return _Example(
        rows=json.dumps([[row.model_dump(mode="json", exclude={"terms"}) for row in rows] for rows in found]),
        terms=None if terms is None else terms.model_dump(mode="json"),
        names=tuple(sorted(key for key in keys - set(known) if not any(name in key for name in known))),
        case=case,
        person=PersonId(signal.person_id),
        row=RowId(signal.row_id),
        place=signal.municipality,
        delivered=document,
    )


def _of(table: Any) -> Any:
    return col(table.case_id)


def _older(rows: str, age: timedelta) -> str:
    """As if all of it happened so much earlier."""

    def earlier(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[1]) - age).isoformat() + found[2]

    return _MOMENT.sub(earlier, rows)


def _settle(table: type[SQLModel], values: dict[str, Any], delivered: Mapping[str, Any], *, terms: Any) -> None:
    """Makes a row of what JSON says of it."""
    if table is DeliveredRow:
        values.update(delivered)
    if table is CaseRow:
        values["terms"] = terms
    if table is TaskRow:
        # A task is found in its case's state by this; see `adapters.case_rows`.
        values["id"] = derived("task", values["case_id"], values["kind"], resident_of(CaseId(values["case_id"])))
    for column in table.__table__.columns:  # type: ignore[attr-defined]
        value = values.get(column.name)
        if not isinstance(value, str):
            continue
        if isinstance(column.type, TypeDecorator) and isinstance(column.type.impl, DateTime):
            values[column.name] = datetime.fromisoformat(value)
        elif column.type.python_type is date:
            values[column.name] = date.fromisoformat(value)


def _insert(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.connection().execute(insert(table), rows)


def _resident(chance: Random, person: PersonId) -> Resident:
    """Nobody who exists: some thousands of surnames and streets, and the numbers that nobody has."""
    surname = chance.choice(_STARTS) + chance.choice(_MIDDLES) + chance.choice(_ENDS)
    street = chance.choice(_STARTS) + chance.choice(_MIDDLES) + chance.choice(_ROADS)
    number = chance.randrange(1000)
    return Resident(
        person_id=person,
        initials=chance.choice("ABCDEFGHJKLMNPRST") + ".",
        surname=surname,
        birth_date=date(1940, 1, 1) + timedelta(days=chance.randrange(25_000)),
        address=Address(
            postcode=Postcode(f"99{chance.randrange(10, 99)}{chance.choice('ABCD')}{chance.choice('ABCDEFGH')}"),
            number=chance.randrange(1, 200),
            street=street,
            town="Zonnedijk",
        ),
        phones=(Phone(id=ItemId(derived("phone", person)), number=PhoneNumber(f"0612345{number:03}")),),
        mailboxes=(Mailbox(address=EmailAddress(f"{surname.lower()}{number}@example.nl")),),
    )
