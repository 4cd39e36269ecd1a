"""Whether a partner may deliver to a municipality: the agreement between them (convenant) and its days."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from adapters.database import Database
from models.ids import PartnerId, derived
from models.tables import AgreementRow
from models.values import MunicipalityCode


class NoAgreement(Exception):
    """Nothing may be delivered on this day; the message is a sentence for the sender."""


@dataclass(frozen=True)
class Agreement:
    """The days on which a partner may deliver, both included; `until` is None while it has no end."""

    since: date
    until: date | None = None


class Agreements:
    """A pair of which nothing is recorded may deliver: not every municipality keeps its agreements here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, partner: PartnerId, municipality: MunicipalityCode, agreement: Agreement) -> None:
        """Beside the others of this pair; one that begins on the same day takes its place."""
        key = derived("agreement", partner, municipality.text, agreement.since.isoformat())
        with self._database.write() as session:
            session.merge(
                AgreementRow(
                    id=key,
                    partner_id=partner,
                    municipality=municipality.text,
                    from_day=agreement.since,
                    until_day=agreement.until,
                )
            )

    def of(self, partner: PartnerId, municipality: MunicipalityCode) -> list[Agreement]:
        """The latest first."""
        wanted = (
            select(AgreementRow)
            .where(AgreementRow.partner_id == partner, AgreementRow.municipality == municipality.text)
            .order_by(col(AgreementRow.from_day).desc())
        )
        with self._database.read() as session:
            return [Agreement(row.from_day, row.until_day) for row in session.exec(wanted)]

    def check(self, partner: PartnerId, municipality: MunicipalityCode, *, on: date) -> None:
        """Raises `NoAgreement` when there are agreements and none is of this day."""
        known = self.of(partner, municipality)
        if not known or any(one.since <= on and (one.until is None or on <= one.until) for one in known):
            return
        last = next((one for one in known if one.since <= on), None)
        if last is None or last.until is None:
            raise NoAgreement(f"Het convenant met deze partner gaat pas in op {known[-1].since:%d-%m-%Y}.")
        raise NoAgreement(
            f"Het convenant met deze partner liep tot en met {last.until:%d-%m-%Y}. Er is niets opgeslagen. "
            "Leg eerst het nieuwe convenant vast."
        )
