"""Who works in the demonstration: what the product's lists say of them, and what their own organisation's provider
says (`simulation/sign_in.yaml` tells what that stands for)."""

from typing import NamedTuple

from adapters.registry import Member
from models.codes import ReferralParty, Role
from models.ids import StaffId
from models.values import MunicipalityCode
from simulation.deliveries import WOONSTEE

ZONNEDIJK = MunicipalityCode("9901")


class Colleague(NamedTuple):
    """Somebody as their provider knows them."""

    member: Member
    does: str
    """What they do, for whoever chooses who to be."""
    roles: tuple[str, ...]


COLLEAGUES = (
    Colleague(
        Member(StaffId("samira"), "Samira de Wit", Role.CASEWORKER, (ZONNEDIJK,), sees_secret_addresses=True),
        "consulent",
        ("medewerkers", "consulent", "geheime-adressen"),
    ),
    Colleague(
        Member(StaffId("joris"), "Joris Kramer", Role.CASEWORKER, (ZONNEDIJK,)),
        "consulent",
        ("medewerkers", "consulent"),
    ),
    Colleague(
        Member(StaffId("hanna"), "Hanna Visser", Role.SUPERVISOR, (ZONNEDIJK,), sees_secret_addresses=True),
        "teamleider",
        ("medewerkers", "consulent", "teamleider", "geheime-adressen"),
    ),
    Colleague(
        Member(StaffId("noah"), "Noah Bakker", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.YOUTH_WORKER),
        "jongerenwerker",
        ("jongerenwerk",),
    ),
    Colleague(
        Member(StaffId("mirjam"), "Mirjam Tol", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.DEBT_COUNSELLING),
        "schuldhulpverlener",
        ("schuldhulpverlening",),
    ),
    Colleague(
        Member(StaffId("farida"), "Farida Haddad", Role.PRIVACY_OFFICER, (ZONNEDIJK,)),
        "privacy officer",
        ("medewerkers", "privacy"),
    ),
    Colleague(
        Member(StaffId("bram"), "Bram Hoekstra", Role.ADMINISTRATOR, (ZONNEDIJK,)),
        "beheerder",
        ("medewerkers", "beheer"),
    ),
    Colleague(
        Member(StaffId("karin"), "Karin Smeets", Role.SWITCHBOARD, (ZONNEDIJK,)),
        "telefonist",
        ("telefonie",),
    ),
    Colleague(
        Member(StaffId("wieke"), "Wieke Postma", Role.PARTNER, (ZONNEDIJK,), partner=WOONSTEE.partner_id),
        "medewerker van Woonstee Zonnedijk",
        ("woonstee",),
    ),
)
