"""What is known of working with a partner, in the words of the screens: on its own page, on the case, in the call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from adapters.partner_directory import Agreed, PartnerDirectory, PartnerFacts
from models.codes import PartnerRoute, PartnerSubject
from models.ids import PartnerId
from models.values import MunicipalityCode
from web import labels, words
from web.language import said

ON_A_CASE = frozenset({PartnerSubject.SIGNALS, PartnerSubject.ARRANGEMENTS})
"""What somebody with a resident before them asks a partner about."""


@dataclass(frozen=True)
class ContactLine:
    """Whom to reach about what. `link`: what a telephone or mail program opens, or empty."""

    id: str
    subject: str
    name: str
    route: str
    address: str
    link: str
    preferred: bool
    hours: str


@dataclass(frozen=True)
class FactsOfPartner:
    """A partner as screens show it."""

    partner: PartnerId
    municipality: str
    name: str
    type: str
    arrangements: str
    collection_day: int | None
    collection: str
    confirmed: str
    to_check: bool
    agreement: str
    agreements: tuple[str, ...]
    contacts: tuple[ContactLine, ...]

    @property
    def is_known(self) -> bool:
        """Whether there is anything to show beside a signal."""
        return bool(self.contacts or self.arrangements or self.collection_day)


def shown(facts: PartnerFacts, *, today: date, subjects: frozenset[PartnerSubject] | None = None) -> FactsOfPartner:
    """The facts in words; of contacts only those about these subjects."""
    day = facts.collection_day
    valid = facts.agreement_on(today)
    return FactsOfPartner(
        partner=facts.partner,
        municipality=facts.municipality.text,
        name=facts.name,
        type=facts.type.value,
        arrangements=facts.arrangements,
        collection_day=day,
        collection=said("rond de {day}e van de maand", day=day) if day else "",
        confirmed=words.full_day(facts.confirmed_on) if facts.confirmed_on else "",
        to_check=facts.is_to_check(today),
        agreement=_days(valid) if valid else "",
        agreements=tuple(_days(one) for one in facts.agreements),
        contacts=tuple(
            ContactLine(
                id=contact.id,
                subject=labels.label(contact.subject),
                name=contact.name,
                route=labels.label(contact.route),
                address=contact.address,
                link=_link(contact.route, contact.address),
                preferred=contact.preferred,
                hours=contact.hours,
            )
            for contact in facts.contacts
            if subjects is None or contact.subject in subjects
        ),
    )


def beside_signals(
    directory: PartnerDirectory, municipality: MunicipalityCode, partners: Iterable[PartnerId], *, today: date
) -> tuple[FactsOfPartner, ...]:
    """What a caseworker needs of the partners of these signals; of who is not known nothing."""
    wanted = set(partners)
    if not wanted:
        return ()
    facts = (shown(one, today=today, subjects=ON_A_CASE) for one in directory.of(municipality, wanted))
    return tuple(one for one in facts if one.is_known)


def _days(agreed: Agreed) -> str:
    began = words.full_day(agreed.from_day)
    return (
        said("sinds {began}", began=began)
        if agreed.until_day is None
        else said("{began} tot en met {until_day}", began=began, until_day=words.full_day(agreed.until_day))
    )


def _link(route: PartnerRoute, address: str) -> str:
    """Portals are shown, never linked: nothing on a page leads elsewhere."""
    match route:
        case PartnerRoute.PHONE:
            return "tel:" + "".join(sign for sign in address if sign in "+0123456789")
        case PartnerRoute.MAIL:
            return f"mailto:{address}" if "@" in address else ""
        case PartnerRoute.PORTAL:
            return ""
