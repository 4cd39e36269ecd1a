"""Every page that each role has in its menu, or reaches from there, in a town where something stands on them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from adapters.registry import Member
from models.codes import Role
from models.facts import HoldSet
from models.ids import PartnerId, StaffId
from tests.builders import ZONNEDIJK
from tests.web.situations import LISTS, a_door, made_list, proposed, represented, with_a_housemate
from tests.web.test_amounts import ask
from tests.web.town import THEA, Town, a_case_in_conversation, a_case_to_check, closed_case

_OF_STAFF = (
    *(
        "/",
        "/bellen",
        "/huisbezoek",
        "/huisbezoek/kaartjes",
        "/zoeken",
        "/terugbelverzoeken",
        "/goedkeuren",
        "/toets",
        "/werktijden",
        "/afwezig",
        "/agenda",
    ),
    *("/aanleveringen", "/aanleveringen/bestand", "/aanleveringen/mutaties", "/partners", "/partners/woonstee"),
    *("/terugkoppeling", "/bedragen", "/samen-kijken", "/cijfers", "/cijfers/partners", "/beleid", "/bestaat-niet"),
    "/toegankelijkheid",
)
PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.CASEWORKER: _OF_STAFF,
    Role.SUPERVISOR: (
        *_OF_STAFF,
        *(
            "/vastgelopen",
            "/bewaren",
            "/bewaren/lijsten",
            "/printrondes",
            "/overzicht",
            "/overzicht/werk",
            "/overzicht/zaken",
        ),
        "/partners/woonstee/sleutels",
    ),
    Role.PRIVACY_OFFICER: (
        *("/inzage", "/inzage/opvallend", "/inzage/zoekvragen", "/bewaren", "/bewaren/lijsten"),
        *("/gegevens", "/gegevens/register", "/gegevens/dpia"),
    ),
    Role.ADMINISTRATOR: ("/beheer",),
    Role.SWITCHBOARD: ("/terugbelverzoek",),
    Role.PARTNER: ("/partner", "/partner/kwaliteit"),
}
OF_CASES = (Role.CASEWORKER, Role.SUPERVISOR)
"""Who also sees the pages of cases."""
OF_LISTS = (Role.SUPERVISOR, Role.PRIVACY_OFFICER)


def busy(town: Town) -> list[str]:
    """Has something happen in the town; gives the pages of its cases."""
    proposed(town)
    states = [a_case_to_check(town), represented(town), a_case_in_conversation(town), with_a_housemate(town)]
    ask(town, states[2])
    states.append(a_door(town, "Deur", at_moment=town.now))
    ways = ("/zaak", "/bellen", "/huisbezoek")
    return [
        *(f"{way}/{state.case_id}" for state in states for way in ways),
        f"/zaak/{states[0].case_id}/ingezien?lijsten=true",
    ]


def more_of(town: Town, role: Role) -> list[str]:
    """Pages of the role about what is made for it here: a list before erasure, and what a resident may see."""
    found = list[str]()
    if role in OF_LISTS:
        held, goes = closed_case(town), closed_case(town)
        made = made_list(town, replace(LISTS, ahead_days=200), f"{town.now:%Y-%m-%d %H:%M}")
        town.happens(held, HoldSet(at=town.now, by=THEA, until=held.retention[0].due_at + timedelta(days=30)))
        found += [f"/bewaren/lijsten/{made}", f"/bewaren/lijsten/{made}/{goes.case_id}"]
    if role is Role.SUPERVISOR:
        found.append(f"/zaak/{with_a_housemate(town).case_id}/inzageverzoek")
    return found


def somebody_of(town: Town, role: Role) -> StaffId:
    partner = PartnerId("woonstee") if role is Role.PARTNER else None
    somebody = Member(StaffId("somebody"), "Sanne Meer", role, (ZONNEDIJK,), partner=partner)
    town.stores.registry.ensure(staff=[somebody])
    return somebody.id
