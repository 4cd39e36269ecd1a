"""A municipality's signals of a period for the national statistics, as files that the standard accepts.

Twice over everything: first each signal and case is made and checked, and when one cannot be said as the standard wants
it, it is named by its id and nothing is written; then the files are written, each under another name until it is whole.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pydantic import ValidationError
from sqlmodel import Session, col, select

from adapters.database import Database
from adapters.documents import Documents
from adapters.vault import Erased, Vault
from models.case import CaseState
from models.codes import Acceptance, DocumentKind, PartnerType, SignalStatus, Trait
from models.ddas import (
    AanleverendeOrganisatie,
    Client,
    Contactpoging,
    Kop,
    Levering,
    Signaalpartner,
    Verwijzing,
    Vroegsignaal,
    Vroegsignaalzaak,
)
from models.ids import CaseId, PersonId
from models.personal import DeliveredSignal, Resident
from models.tables import CaseRow, CbsDeliveryRow, SignalRow
from models.values import MunicipalityCode
from policy.calendar import at_local, local
from policy.changes import outcome_of
from policy.ddas import CONTACT_KINDS, is_contact, whole_euros

PAGE = 50_000
"""Signals in one file at most, as the standard says."""
_AT_ONCE = 500


class Unsayable(Exception):
    """Signals or cases that cannot be said as the standard wants it; nothing was written. The message names them."""


@dataclass(frozen=True)
class Period:
    """The signals that were received on these days, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class Exported:
    """What came of it. `gone`: signals whose data were erased before. `hidden`: with a secret address and without BSN,
    so that the standard could only name them by where they live."""

    files: tuple[Path, ...]
    signals: int
    cases: int
    gone: int
    hidden: int


class DdasExport:
    """Reads; writes only the files, and which signals they hold."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._documents = Documents(vault)

    def write(
        self,
        folder: Path,
        municipality: MunicipalityCode,
        period: Period,
        *,
        organisation: AanleverendeOrganisatie,
        supplier: str,
        at: datetime,
    ) -> Exported:
        """Files `ddas-<code>-<since>-<until>-<page>.json` in the folder, readable for their owner alone. Raises
        `Unsayable`; then the folder is as it was."""
        head = Kop(
            startdatumLevering=period.since,
            einddatumLevering=period.until,
            aanleverdatumEnTijd=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            codeGegevensleverancier=supplier,
        )
        with self._database.read() as session:
            # One view of everything, so that what was checked is what is written.
            told = _Told()
            pages = [len(page) for page in self._pages(session, municipality, period, told)]
            if told.wrong:
                raise Unsayable("\n".join(told.wrong))
            names = [
                folder / f"ddas-{municipality.text}-{period.since}-{period.until}-{number}.json"
                for number in range(1, max(len(pages), 1) + 1)
            ]
            sent, cases = list[str](), 0
            content = self._pages(session, municipality, period, _Told())
            for file in names:
                page = next(content, [])
                over = Levering(teller=1, gemeentecode=municipality.text, aanleverendeOrganisatie=organisation)
                made = self._cases(session, page, told)
                cases += _written(file, head, over, [signal for _, signal in page], made)
                sent += [row.id for row, _ in page]
        self._mark(sent, at)
        return Exported(tuple(names), len(sent), cases, told.gone, told.hidden)

    def _pages(
        self, session: Session, municipality: MunicipalityCode, period: Period, told: "_Told"
    ) -> Iterator[list[tuple[SignalRow, Vroegsignaal]]]:
        """The signals of each file."""
        page = list[tuple[SignalRow, Vroegsignaal]]()
        for row in _rows(session, municipality, period):
            signal = self._signal(session, row, told)
            if signal is not None:
                page.append((row, signal))
            if len(page) == PAGE:
                told.check(self._cases(session, page, told))
                yield page
                page = []
        if page:
            told.check(self._cases(session, page, told))
            yield page

    def _signal(self, session: Session, row: SignalRow, told: "_Told") -> Vroegsignaal | None:
        try:
            content = self._documents.read(session, DocumentKind.ROW, row.row_id)
        except Erased:
            content = None
        if not isinstance(content, DeliveredSignal):
            told.gone += 1
            return None
        if content.resident.bsn is None and self._hides(session, row):
            told.hidden += 1
            return None
        try:
            return Vroegsignaal(
                ID=row.id,
                client=_client(content.resident),
                signaalpartner=Signaalpartner(type=PartnerType(row.partner_type)),
                crisissignaal=row.crisis,
                warmeOverdracht=row.warm_handover,
                bedrag=whole_euros(row.amount_cents),
                ontstaansdatum=row.origin_date,
                signaaldatum=row.signal_date,
                status=SignalStatus(row.status),
            )
        except (ValidationError, ValueError) as error:
            told.wrong.append(f"signal {row.id}: {_what(error)}")
            return None

    def _hides(self, session: Session, row: SignalRow) -> bool:
        case = None if row.case_id is None else session.get(CaseRow, row.case_id)
        if case is None:
            return False
        state = CaseState.model_validate(case.state)
        return any(Trait.SECRET_ADDRESS in person.traits for person in state.people)

    def _cases(
        self, session: Session, page: Sequence[tuple[SignalRow, Vroegsignaal]], told: "_Told"
    ) -> Iterator[Vroegsignaalzaak]:
        """What was done for each person, with the signals of theirs that are in this file."""
        signals: dict[tuple[CaseId, PersonId], list[str]] = {}
        for row, _ in page:
            if row.case_id is not None:
                signals.setdefault((CaseId(row.case_id), PersonId(row.person_id)), []).append(row.id)
        for (case, person), ids in signals.items():
            known = session.get(CaseRow, case)
            if known is None:
                continue
            try:
                yield _case(CaseState.model_validate(known.state), person, ids)
            except (ValidationError, ValueError) as error:
                told.wrong.append(f"case {case}: {_what(error)}")

    def _mark(self, signals: Sequence[str], at: datetime) -> None:
        with self._database.write() as session:
            for signal in signals:
                session.merge(CbsDeliveryRow(signal_id=signal, delivered_at=at))


class _Told:
    """What is found while everything is made."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.gone = self.hidden = 0

    def check(self, cases: Iterable[Vroegsignaalzaak]) -> None:
        for _ in cases:
            pass


def _rows(session: Session, municipality: MunicipalityCode, period: Period) -> Iterator[SignalRow]:
    """In order, some hundreds at a time."""
    since = at_local(period.since, time(0)).astimezone(UTC)
    before = at_local(period.until + timedelta(days=1), time(0)).astimezone(UTC)
    last: tuple[datetime, str] | None = None
    while True:
        wanted = select(SignalRow).where(
            SignalRow.municipality == municipality.text,
            col(SignalRow.received_at) >= since,
            col(SignalRow.received_at) < before,
        )
        if last is not None:
            at, id = last
            wanted = wanted.where(
                (col(SignalRow.received_at) > at) | ((col(SignalRow.received_at) == at) & (col(SignalRow.id) > id))
            )
        rows = session.exec(wanted.order_by(col(SignalRow.received_at), col(SignalRow.id)).limit(_AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1].received_at, rows[-1].id
        yield from rows


def _client(resident: Resident) -> Client:
    if resident.bsn is not None:
        return Client(burgerservicenummer=resident.bsn.text)
    address = resident.address
    return Client(
        postcode=address.postcode.text,
        huisnummer=str(address.number),
        huisnummertoevoeging=address.addition or None,
        geboortedatum=resident.birth_date,
    )


def _case(state: CaseState, person: PersonId, signals: Sequence[str]) -> Vroegsignaalzaak:
    made = [one for one in state.attempts if one.person_id == person and is_contact(one)]
    result = outcome_of(state, person)
    known = result is not None and result.acceptance is not Acceptance.PENDING
    return Vroegsignaalzaak(
        resultaat=result.outcome if result is not None and known else None,
        matchingsdatum=local(state.opened_at).date(),
        datumOpgepakt=local(min(one.at for one in made)).date() if made else None,
        vroegsignalen=tuple(Verwijzing(ID=signal) for signal in sorted(signals)),
        contactpogingen=tuple(
            Contactpoging(
                soort=CONTACT_KINDS[one.channel], bereikt=one.reached, datum=local(one.at).date(), dagdeel=one.daypart
            )
            for one in made
        ),
    )


def _what(error: ValidationError | ValueError) -> str:
    """Which fields are wrong, never what stands in them."""
    if isinstance(error, ValidationError):
        return ", ".join(sorted({".".join(map(str, wrong["loc"])) or "the whole" for wrong in error.errors()}))
    return "a code that the standard does not know"


def _written(
    file: Path, head: Kop, over: Levering, signals: Iterable[Vroegsignaal], cases: Iterable[Vroegsignaalzaak]
) -> int:
    """Writes one file; how many cases are in it."""
    draft, count = file.with_name(f".{file.name}.draft"), 0
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(head.as_json()[:-1] + ',"leveringen":[' + over.as_json()[:-1] + ',"vroegsignalen":[')
        for number, signal in enumerate(signals):
            out.write(("," if number else "") + signal.as_json())
        out.write('],"vroegsignaalzaken":[')
        for case in cases:
            out.write(("," if count else "") + case.as_json())
            count += 1
        out.write("]}]}")
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    return count
