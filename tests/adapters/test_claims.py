"""What a provider says of somebody, and who that is here."""

from pathlib import Path
from typing import Any

import pytest

from adapters.claims import BadRoles, ClaimNames, Claims, NoAccess
from adapters.registry import Member, Registry
from models.codes import ReferralParty, Role
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK

NAMES = ClaimNames(staff="sub", name="name", roles="roles", municipalities="gemeenten")
WATERDORP = MunicipalityCode("9902")
ROLES = """
roles:
  teamleider: {role: supervisor, sees_secret_addresses: true}
  consulent: {role: caseworker}
  jongerenwerk: {role: referral_party, party: youth_worker}
  woonstee: {role: partner, partner: woonstee}
  elders: {role: partner, partner: elders}
  zonnedijk: {municipalities: ["9901"]}
  geheim: {sees_secret_addresses: true}
municipalities: {Waterdorp: "9902"}
"""


@pytest.fixture
def registry(databases: Databases) -> Registry:
    """Two municipalities and the partner Woonstee."""
    found = Registry(databases.main)
    found.ensure(municipalities=[(WATERDORP, "Waterdorp")])
    return found


def read(folder: Path, text: str = ROLES, names: ClaimNames = NAMES) -> Claims:
    file = folder / "roles.yaml"
    file.write_text(text, encoding="utf-8")
    return Claims(names, file)


def said(**changes: Any) -> dict[str, Any]:
    return {"sub": "a1-b2", "name": "Noor de Wit", "roles": ["consulent"], "gemeenten": ["9901"], **changes}


def test_a_caseworker_is_who_the_provider_says(tmp_path: Path, registry: Registry) -> None:
    found = read(tmp_path).member(said(), registry)
    assert found == Member(StaffId("a1-b2"), "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK,))


def test_of_several_roles_the_first_of_the_file_counts_and_rights_add_up(tmp_path: Path, registry: Registry) -> None:
    claims = read(tmp_path)
    both = claims.member(said(roles=["consulent", "iets anders", "teamleider"]), registry)
    assert (both.role, both.sees_secret_addresses) == (Role.SUPERVISOR, True)
    more = claims.member(said(roles=["geheim", "consulent"]), registry)
    assert (more.role, more.sees_secret_addresses) == (Role.CASEWORKER, True)


OF_PLACES = """
roles:
  TL.9901: {role: supervisor, municipalities: ["9901"]}
  TL.9902: {role: supervisor, municipalities: ["9902"]}
  C.9902: {role: caseworker, municipalities: ["9902"], sees_secret_addresses: true}
  overal: {municipalities: ["9902"], sees_secret_addresses: true}
"""


@pytest.mark.parametrize(
    ("roles", "municipalities", "sees_secret_addresses"),
    [
        (["TL.9901", "C.9902"], (ZONNEDIJK,), False),
        (["TL.9901", "TL.9902"], (ZONNEDIJK, WATERDORP), False),
        (["TL.9901", "overal"], (ZONNEDIJK, WATERDORP), True),
        (["C.9902"], (WATERDORP,), True),
    ],
)
def test_what_belongs_to_a_lower_role_is_not_given_to_the_higher(
    tmp_path: Path,
    registry: Registry,
    roles: list[str],
    municipalities: tuple[MunicipalityCode, ...],
    sees_secret_addresses: bool,
) -> None:
    found = read(tmp_path, OF_PLACES).member(said(roles=roles, gemeenten=None), registry)
    assert found.role is (Role.CASEWORKER if roles == ["C.9902"] else Role.SUPERVISOR)
    assert (found.municipalities, found.sees_secret_addresses) == (municipalities, sees_secret_addresses)


def test_who_works_for_somebody_else_is_known_with_it(tmp_path: Path, registry: Registry) -> None:
    claims = read(tmp_path)
    assert claims.member(said(roles="jongerenwerk"), registry).party is ReferralParty.YOUTH_WORKER
    assert claims.member(said(roles=["woonstee"]), registry).partner == PartnerId("woonstee")


@pytest.mark.parametrize(
    ("places", "roles", "expected"),
    [
        (["9901", "9902"], ["consulent"], (ZONNEDIJK, WATERDORP)),
        (["Waterdorp"], ["consulent"], (WATERDORP,)),
        ("9902", ["consulent"], (WATERDORP,)),
        (["0363", "9901"], ["consulent"], (ZONNEDIJK,)),
        (None, ["consulent", "zonnedijk"], (ZONNEDIJK,)),
        (["9902"], ["consulent", "zonnedijk"], (ZONNEDIJK, WATERDORP)),
    ],
)
def test_where_somebody_works_is_said_by_a_claim_or_a_role(
    tmp_path: Path, registry: Registry, places: object, roles: list[str], expected: tuple[MunicipalityCode, ...]
) -> None:
    assert read(tmp_path).member(said(gemeenten=places, roles=roles), registry).municipalities == expected


def test_a_role_may_stand_inside_another_claim(tmp_path: Path, registry: Registry) -> None:
    names = ClaimNames("oid", "name", "realm_access.roles", "https://zonnedijk.example/gemeenten")
    claims = read(tmp_path, names=names)
    found = claims.member(
        {
            "oid": "7",
            "realm_access": {"roles": ["consulent"]},
            "https://zonnedijk.example/gemeenten": ["9901"],
        },
        registry,
    )
    assert (found.id, found.name, found.role, found.municipalities) == ("7", "7", Role.CASEWORKER, (ZONNEDIJK,))


@pytest.mark.parametrize(
    ("changes", "code", "staff"),
    [
        ({"sub": None}, "no-staff-id", None),
        ({"sub": "noor@zonnedijk.example"}, "no-staff-id", None),
        ({"roles": []}, "no-role", "a1-b2"),
        ({"roles": ["iets anders", "geheim"]}, "no-role", "a1-b2"),
        ({"roles": {"consulent": True}}, "no-role", "a1-b2"),
        ({"gemeenten": ["0363"]}, "no-municipality", "a1-b2"),
        ({"gemeenten": []}, "no-municipality", "a1-b2"),
        ({"roles": ["elders"]}, "unknown-partner", "a1-b2"),
    ],
)
def test_who_has_nothing_here_is_told_what_is_missing(
    tmp_path: Path, registry: Registry, changes: dict[str, Any], code: str, staff: str | None
) -> None:
    with pytest.raises(NoAccess) as refused:
        read(tmp_path).member(said(**changes), registry)
    assert (refused.value.code, refused.value.staff) == (f"sign_in.{code}", staff)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("roles: {", "cannot be read as YAML"),
        ("", "the file"),
        ("roles: {}", "roles"),
        ("roles: {a: {role: baas}}", "roles.a.role"),
        ("roles: {a: {role: partner}}", "partner is for the role partner"),
        ("roles: {a: {party: youth_worker}}", "party is for the role referral_party"),
        ("roles: {a: {role: caseworker, municipality: x}}", "roles.a.municipality"),
        ("roles: {a: {role: caseworker, municipalities: [Zonnedijk]}}", "not a municipality's code: Zonnedijk"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(BadRoles, match=told):
        read(tmp_path, text)
