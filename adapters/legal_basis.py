"""Whether signals of a kind of partner may be received: the legal basis that the municipality's policy names."""

from collections.abc import Callable
from datetime import date

from sqlmodel import select

from adapters.agreements import NoAgreement
from adapters.database import Database
from models.codes import PartnerType
from models.ids import PartnerId
from models.tables import PartnerRow
from models.values import MunicipalityCode

HasBasis = Callable[[MunicipalityCode, PartnerType, date], bool]
"""Whether a municipality may receive signals of this kind of partner on this day."""


class NoBasis(NoAgreement):
    """There is no legal basis on this day; the message is a sentence for the sender."""


def every_kind(municipality: MunicipalityCode, kind: PartnerType, on: date) -> bool:
    """The rule where nobody asks for a basis."""
    return True


def check_basis(
    database: Database, partner: PartnerId, municipality: MunicipalityCode, *, on: date, has_basis: HasBasis
) -> None:
    """Raises `NoBasis` when there is none for the partner's kind."""
    with database.read() as session:
        kind = PartnerType(session.exec(select(PartnerRow.type).where(PartnerRow.id == partner)).one())
    if not has_basis(municipality, kind, on):
        raise NoBasis(
            f"Het beleid van deze gemeente noemt op {on:%d-%m-%Y} geen grondslag om signalen van een partner van de "
            f"soort {kind} te ontvangen; er is niets opgeslagen."
        )
