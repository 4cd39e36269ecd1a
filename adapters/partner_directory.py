"""The directory of partners: whom to reach there about what, what they offer, and whether that is still so.

Each municipality keeps its own. It holds work contacts of partners, and nothing of any resident.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from adapters.database import Database
from models.codes import PartnerRoute, PartnerSubject, PartnerType
from models.ids import PartnerId, StaffId, derived
from models.tables import AgreementRow, PartnerContactRow, PartnerProfileRow, PartnerRow
from models.values import MunicipalityCode

CONFIRM_AFTER = timedelta(days=365)
"""After this long without being confirmed a partner stands on the list to check."""


class DirectoryRefused(Exception):
    """What was typed cannot be kept; `sentence` tells why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Contact:
    """Somebody, or a desk, at a partner."""

    id: str
    subject: PartnerSubject
    name: str
    route: PartnerRoute
    address: str
    preferred: bool = False
    hours: str = ""


@dataclass(frozen=True)
class Agreed:
    """Days between which the partner may deliver; the last one counts, None while it has no end."""

    from_day: date
    until_day: date | None


@dataclass(frozen=True)
class PartnerFacts:
    """What one municipality knows of one partner. Contacts by subject, the preferred ones first."""

    partner: PartnerId
    municipality: MunicipalityCode
    name: str
    type: PartnerType
    arrangements: str
    collection_day: int | None
    confirmed_on: date | None
    confirmed_by: StaffId | None
    contacts: tuple[Contact, ...]
    agreements: tuple[Agreed, ...]

    def is_to_check(self, today: date) -> bool:
        """Whether nobody made sure of it for a year, or ever."""
        return self.confirmed_on is None or today - self.confirmed_on >= CONFIRM_AFTER

    def agreement_on(self, day: date) -> Agreed | None:
        """The agreement of this day, if there is one."""
        return next(
            (one for one in self.agreements if one.from_day <= day and (one.until_day is None or day <= one.until_day)),
            None,
        )


class PartnerDirectory:
    """Kept in the main database. Every change may be made twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, municipality: MunicipalityCode, partners: Iterable[PartnerId] | None = None) -> list[PartnerFacts]:
        """What the municipality knows of these partners, or of all, by name."""
        wanted = select(PartnerRow).order_by(PartnerRow.name)
        if partners is not None:
            wanted = wanted.where(col(PartnerRow.id).in_(list(partners)))
        with self._database.read() as session:
            return [_facts(session, row, municipality) for row in session.exec(wanted)]

    def find(self, municipality: MunicipalityCode, partner: PartnerId) -> PartnerFacts | None:
        """The same of one partner; None when there is no such partner."""
        return next(iter(self.of(municipality, [partner])), None)

    def describe(
        self, municipality: MunicipalityCode, partner: PartnerId, *, arrangements: str, collection_day: int | None
    ) -> None:
        """Keeps what the partner offers and when it collects. Raises `DirectoryRefused`."""
        if collection_day is not None and not 1 <= collection_day <= 31:
            raise DirectoryRefused("De incassodag is een dag van de maand: 1 tot en met 31.")
        with self._database.write() as session:
            profile = self._profile(session, municipality, partner)
            profile.arrangements, profile.collection_day = arrangements.strip(), collection_day

    def keep_contact(self, municipality: MunicipalityCode, partner: PartnerId, contact: Contact) -> None:
        """Adds the contact, or replaces what was known under its id; an id of elsewhere is left alone.

        Raises `DirectoryRefused`.
        """
        if not contact.name.strip() or not contact.address.strip():
            raise DirectoryRefused("Vul in wie u bereikt, en hoe.")
        with self._database.write() as session:
            known = session.get(PartnerContactRow, contact.id)
            if known is None or (known.partner_id, known.municipality) == (partner, municipality.text):
                session.merge(PartnerContactRow(partner_id=partner, municipality=municipality.text, **vars(contact)))

    def drop_contact(self, municipality: MunicipalityCode, partner: PartnerId, contact: str) -> None:
        """The contact is nobody to reach any more; one that is not there is no error."""
        with self._database.write() as session:
            known = session.get(PartnerContactRow, contact)
            if known is not None and (known.partner_id, known.municipality) == (partner, municipality.text):
                session.delete(known)

    def agree(
        self, municipality: MunicipalityCode, partner: PartnerId, *, from_day: date, until_day: date | None
    ) -> None:
        """Keeps the days of an agreement; one that began on the same day gets this end. Raises `DirectoryRefused`."""
        if until_day is not None and until_day < from_day:
            raise DirectoryRefused("De laatste dag ligt voor de eerste.")
        with self._database.write() as session:
            begun = select(AgreementRow).where(
                AgreementRow.partner_id == partner,
                AgreementRow.municipality == municipality.text,
                AgreementRow.from_day == from_day,
            )
            known = session.exec(begun).first()
            if known is None:
                known = AgreementRow(
                    id=derived("agreement", partner, municipality.text, from_day.isoformat()),
                    partner_id=partner,
                    municipality=municipality.text,
                    from_day=from_day,
                )
                session.add(known)
            known.until_day = until_day

    def confirm(self, municipality: MunicipalityCode, partner: PartnerId, *, on: date, by: StaffId) -> None:
        """Somebody made sure that everything is still so."""
        with self._database.write() as session:
            profile = self._profile(session, municipality, partner)
            profile.confirmed_on, profile.confirmed_by = on, by

    def _profile(self, session: Session, municipality: MunicipalityCode, partner: PartnerId) -> PartnerProfileRow:
        self._database.insert_once(session, PartnerProfileRow(partner_id=partner, municipality=municipality.text))
        return session.get_one(PartnerProfileRow, (partner, municipality.text))


def collection_day(session: Session, partner: str, municipality: str) -> int | None:
    """The day of the month on which this partner collects in this municipality; None while that is not known."""
    profile = session.get(PartnerProfileRow, (partner, municipality))
    return None if profile is None else profile.collection_day


def _facts(session: Session, partner: PartnerRow, municipality: MunicipalityCode) -> PartnerFacts:
    code = municipality.text
    profile = session.get(PartnerProfileRow, (partner.id, code))
    return PartnerFacts(
        partner=PartnerId(partner.id),
        municipality=municipality,
        name=partner.name,
        type=PartnerType(partner.type),
        arrangements=profile.arrangements if profile else "",
        collection_day=profile.collection_day if profile else None,
        confirmed_on=profile.confirmed_on if profile else None,
        confirmed_by=StaffId(profile.confirmed_by) if profile and profile.confirmed_by else None,
        contacts=_contacts(session, partner.id, code),
        agreements=_agreements(session, partner.id, code),
    )


def _contacts(session: Session, partner: str, code: str) -> tuple[Contact, ...]:
    wanted = select(PartnerContactRow).where(
        PartnerContactRow.partner_id == partner, PartnerContactRow.municipality == code
    )
    order = list(PartnerSubject)
    found = [
        Contact(
            id=row.id,
            subject=PartnerSubject(row.subject),
            name=row.name,
            route=PartnerRoute(row.route),
            address=row.address,
            preferred=row.preferred,
            hours=row.hours,
        )
        for row in session.exec(wanted)
    ]
    return tuple(sorted(found, key=lambda one: (order.index(one.subject), not one.preferred, one.name, one.id)))


def _agreements(session: Session, partner: str, code: str) -> tuple[Agreed, ...]:
    wanted = select(AgreementRow).where(AgreementRow.partner_id == partner, AgreementRow.municipality == code)
    rows = session.exec(wanted.order_by(col(AgreementRow.from_day)))
    return tuple(Agreed(row.from_day, row.until_day) for row in rows)
