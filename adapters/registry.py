"""Who there is: municipalities, partners and staff."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from adapters.database import Database
from models.codes import PartnerType, ReferralParty, Role
from models.ids import CaseId, PartnerId, SignalId, StaffId
from models.tables import MunicipalityRow, PartnerRow, SignalRow, StaffRow
from models.values import MunicipalityCode


@dataclass(frozen=True)
class Partner:
    """An organisation that sends signals."""

    id: PartnerId
    name: str
    type: PartnerType


@dataclass(frozen=True)
class Member:
    """A member of staff and the municipalities they work for."""

    id: StaffId
    name: str
    role: Role
    municipalities: tuple[MunicipalityCode, ...]
    party: ReferralParty | None = None
    """The referral party that they work for."""
    sees_secret_addresses: bool = False
    """Whether they may see a secret address, after saying why."""
    partner: PartnerId | None = None
    """The signal partner that they work for."""


class Registry:
    """The small lists that everything else refers to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ensure(
        self,
        *,
        municipalities: Iterable[tuple[MunicipalityCode, str]] = (),
        partners: Iterable[Partner] = (),
        staff: Iterable[Member] = (),
    ) -> None:
        """Adds whoever is not there yet; renews the others."""
        with self._database.write() as session:
            self._database.lock(session, "registry")
            for code, name in municipalities:
                session.merge(MunicipalityRow(code=code.text, name=name))
            for partner in partners:
                session.merge(PartnerRow(id=partner.id, name=partner.name, type=partner.type))
            for member in staff:
                session.merge(
                    StaffRow(
                        id=member.id,
                        name=member.name,
                        role=member.role,
                        municipalities=[code.text for code in member.municipalities],
                        party=member.party,
                        sees_secret_addresses=member.sees_secret_addresses,
                        partner_id=member.partner,
                    )
                )

    def works_nowhere(self, staff: StaffId) -> None:
        """Whoever is on the list may do nothing any more, in any municipality, until they are renewed."""
        with self._database.write() as session:
            self._database.lock(session, "registry")
            row = session.get(StaffRow, staff)
            if row is not None:
                row.municipalities = []

    def municipalities(self) -> list[MunicipalityCode]:
        """Those that work with this installation; there may be policies of others."""
        with self._database.read() as session:
            codes = session.exec(select(MunicipalityRow.code).order_by(MunicipalityRow.code))
            return [MunicipalityCode(code) for code in codes]

    def partners(self) -> list[PartnerId]:
        with self._database.read() as session:
            return [PartnerId(partner) for partner in session.exec(select(PartnerRow.id).order_by(PartnerRow.id))]

    def partners_of(self, case: CaseId) -> dict[SignalId, str]:
        """The partner's name of each signal of a case."""
        wanted = (
            select(SignalRow.id, PartnerRow.name)
            .join(PartnerRow, col(PartnerRow.id) == col(SignalRow.partner_id))
            .where(SignalRow.case_id == case)
        )
        with self._database.read() as session:
            return {SignalId(signal): name for signal, name in session.exec(wanted)}

    def names(self) -> dict[str, str]:
        """The name of each member of staff."""
        with self._database.read() as session:
            return {row.id: row.name for row in session.exec(select(StaffRow))}

    def member(self, staff: StaffId) -> Member | None:
        """Somebody of the staff, or None."""
        with self._database.read() as session:
            row = session.get(StaffRow, staff)
        return None if row is None else member_of(row)


def partners_of(database: Database) -> list[tuple[PartnerId, str]]:
    """Everybody who may deliver, by name."""
    with database.read() as session:
        return [(PartnerId(row.id), row.name) for row in session.exec(select(PartnerRow).order_by(PartnerRow.name))]


def member_of(row: StaffRow) -> Member:
    return Member(
        id=StaffId(row.id),
        name=row.name,
        role=Role(row.role),
        municipalities=tuple(MunicipalityCode(code) for code in row.municipalities),
        party=None if row.party is None else ReferralParty(row.party),
        sees_secret_addresses=row.sees_secret_addresses,
        partner=None if row.partner_id is None else PartnerId(row.partner_id),
    )
