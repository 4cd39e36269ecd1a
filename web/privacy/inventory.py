"""The inventory: every field, where it is, whose, why, from whom, who sees it, how long, and how it goes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel
from sqlalchemy import Table

from adapters.erasure import OF_A_CASE
from adapters.leftovers import IN_THE_VAULT
from models.codes import Role
from models.tables import Row
from models.vault_tables import VaultRow
from policy.permissions import Action, role_may
from policy.terms import Policy
from web import labels
from web.privacy.documents import DOCUMENTS, FIELDS, fields_of, sealed_models
from web.privacy.elsewhere import elsewhere
from web.privacy.of_cases import OF_CASES
from web.privacy.of_others import OF_OTHERS
from web.privacy.place import ANYWHERE, Of, Place, Who
from web.privacy.purposes import PURPOSES
from web.privacy.terms import HOW_IT_GOES, how_long

TABLES: Mapping[str, Place] = {**OF_CASES, **OF_OTHERS}
SEALED = "verzegeld stuk"
_WITH_THE_CASE = frozenset(str(table.__tablename__) for table in (*OF_A_CASE, *IN_THE_VAULT))


class NotDescribed(Exception):
    """Something is kept of which the inventory does not know what it is; the message says what to add, and where."""


@dataclass(frozen=True)
class Line:
    """A field."""

    name: str
    what: str
    who: Who

    @property
    def is_personal(self) -> bool:
        return self.who is not Who.NOBODY


@dataclass(frozen=True)
class Kept:
    """A place with its fields, and what holds for all of them."""

    where: str
    title: str
    lines: tuple[Line, ...]
    why: str
    source: str
    seen: str
    how_long: str
    goes: str
    in_database: bool = True

    @property
    def is_sealed(self) -> bool:
        return self.where.startswith(SEALED)

    @property
    def is_personal(self) -> bool:
        return any(line.is_personal for line in self.lines)

    @property
    def people(self) -> tuple[Who, ...]:
        return tuple(who for who in Who if who is not Who.NOBODY and any(line.who is who for line in self.lines))


def inventory(policy: Policy) -> tuple[Kept, ...]:
    """Everything, as this policy has it: tables, what is sealed in them, and the rest. Raises `NotDescribed`."""
    return (*_tables(policy), *_documents(policy), *_elsewhere())


def missing() -> list[str]:
    """What has no description, each with what to add."""
    found = list[str]()
    for table in _known_tables():
        place = TABLES.get(table.name)
        if place is None:
            columns = ", ".join(f'{name}="…"' for name in _columns(table) if name not in ANYWHERE)
            found.append(
                f"web/privacy/of_cases.py or of_others.py: no Place for the table {table.name!r}. Add "
                f'"{table.name}": _of_case("what it is", Source.…, {columns})'
            )
            continue
        for name in _columns(table):
            if name not in place.fields and name not in ANYWHERE:
                found.append(f'web/privacy: the Place of {table.name!r} says nothing of its column: add {name}="…"')
        found += [
            f"web/privacy: the Place of {table.name!r} tells of {name!r}, and there is no such column: take it away"
            for name in place.fields
            if name not in table.columns
        ]
    tables = {table.name for table in _known_tables()}
    found += [
        f"web/privacy: there is no table {name!r} (any more): take its Place away"
        for name in TABLES
        if name not in tables
    ]
    return found + _missing_of_documents()


def _missing_of_documents() -> list[str]:
    models = sealed_models()
    found = [
        f"web/privacy/documents.py: no Place for {model.__name__}: add it to DOCUMENTS"
        for model in models
        if model not in DOCUMENTS
    ]
    sealed = {name for model in models for name in fields_of(model)}
    found += [f'web/privacy/documents.py: add "{name}": "…" to FIELDS' for name in sorted(sealed - set(FIELDS))]
    found += [f"web/privacy/documents.py: there is no {name} (any more)" for name in sorted(set(FIELDS) - sealed)]
    return found


def roles_that(actions: Iterable[Action]) -> tuple[Role, ...]:
    """Which roles may do any of these."""
    wanted = tuple(actions)
    return tuple(role for role in Role if any(role_may(role, action) for action in wanted))


def seen_by(actions: Iterable[Action]) -> str:
    """The roles in words."""
    roles = roles_that(actions)
    return ", ".join(labels.label(role) for role in roles) if roles else "niemand, alleen het systeem"


def _tables(policy: Policy) -> Iterator[Kept]:
    for table in _known_tables():
        if table.name not in TABLES:
            raise NotDescribed("\n".join(missing()))
        place = TABLES[table.name]
        lines = tuple(_line(name, place, place.fields.get(name) or ANYWHERE.get(name)) for name in _columns(table))
        yield _kept(f"{_database(table)}: tabel {table.name}", place, lines, policy, table.name)


def _documents(policy: Policy) -> Iterator[Kept]:
    for model in sealed_models():
        if model not in DOCUMENTS:
            raise NotDescribed("\n".join(missing()))
        place = DOCUMENTS[model]
        lines = tuple(_line(name, place, FIELDS.get(name)) for name in fields_of(model))
        yield _kept(f"{SEALED} {_name_of(model)}", place, lines, policy)


def _elsewhere() -> Iterator[Kept]:
    for one in elsewhere():
        line = Line("", one.what, one.who)
        yield Kept(
            one.where, one.where, (line,), one.why, "", seen_by(one.seen), one.how_long, one.goes, in_database=False
        )


def _kept(where: str, place: Place, lines: tuple[Line, ...], policy: Policy, table: str = "") -> Kept:
    goes = HOW_IT_GOES[place.term]
    if table in _WITH_THE_CASE:
        goes = f"Gaat met de zaak. {goes}" if place.term.value != "case" else goes
    return Kept(
        where=where,
        title=place.title,
        lines=lines,
        why=PURPOSES[place.why].text,
        source=place.source.value,
        seen=seen_by(place.seen),
        how_long=how_long(place.term, policy),
        goes=goes,
    )


def _line(name: str, place: Place, said: str | Of | None) -> Line:
    if said is None:
        raise NotDescribed("\n".join(missing()))
    if isinstance(said, Of):
        return Line(name, said.text, said.who)
    return Line(name, said, place.who)


def _known_tables() -> list[Table]:
    return [*Row.metadata.tables.values(), *VaultRow.metadata.tables.values()]


def _columns(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _database(table: Table) -> str:
    return "kluis" if table.metadata is VaultRow.metadata else "database"


def _name_of(model: type[BaseModel]) -> str:
    return str(model.model_fields["kind"].default)
