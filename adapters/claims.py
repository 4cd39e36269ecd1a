"""From what a provider says of somebody to a member of staff: which claim holds what, and which role a value stands
for."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.registry import Member, Registry
from config import Settings
from models.codes import ReferralParty, Role
from models.errors import CodedError
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode

_CODE = r"^\d{4}$"
_STAFF_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LONGEST_NAME = 80


class BadRoles(Exception):
    """The file with roles cannot be used; the message names every place and what must stand there."""


class NoAccess(CodedError):
    """The provider knows this person, and nothing here is theirs. The code says what is missing."""

    retryable = False

    def __init__(self, code: str, *, staff: StaffId | None) -> None:
        super().__init__(code)
        self.staff = staff
        """Whom the provider speaks of, when that is clear."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Meaning(_Part):
    """What a value of the roles claim stands for: a role, a right, a place to work, or several of these."""

    role: Role | None = None
    party: ReferralParty | None = None
    partner: str | None = None
    sees_secret_addresses: bool = False
    municipalities: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> Self:
        if (self.role is Role.REFERRAL_PARTY) != (self.party is not None):
            raise ValueError("party is for the role referral_party, and needed there")
        if (self.role is Role.PARTNER) != (self.partner is not None):
            raise ValueError("partner is for the role partner, and needed there")
        return self


class _Roles(_Part):
    roles: dict[str, Meaning] = Field(min_length=1)
    municipalities: dict[str, str] = {}

    @model_validator(mode="after")
    def _codes(self) -> Self:
        codes = (*self.municipalities.values(), *(code for one in self.roles.values() for code in one.municipalities))
        if wrong := [code for code in codes if re.fullmatch(_CODE, code) is None]:
            raise ValueError(f"not a municipality's code: {', '.join(wrong)}")
        return self


@dataclass(frozen=True)
class ClaimNames:
    """Which claim holds what. `realm_access.roles` is the part `roles` of the claim `realm_access`."""

    staff: str
    name: str
    roles: str
    municipalities: str


class Claims:
    """How the claims of one provider are read. Raises `BadRoles` when the file cannot be used."""

    def __init__(self, names: ClaimNames, file: Path) -> None:
        self._names = names
        self._roles = _read(file)

    def staff_of(self, claims: Mapping[str, Any]) -> StaffId:
        """Of whom the claims speak. Raises `NoAccess`."""
        staff_id = _one(claims, self._names.staff)
        if _STAFF_ID.fullmatch(staff_id) is None:
            raise NoAccess("sign_in.no-staff-id", staff=None)
        return StaffId(staff_id)

    def member(self, claims: Mapping[str, Any], registry: Registry) -> Member:
        """Who this is, and what of it is known here: values that stand for nothing are passed over. Raises
        `NoAccess`."""
        staff = self.staff_of(claims)
        # The file's order is the order of rank: of somebody with several roles the first counts.
        given = set(_several(claims, self._names.roles))
        meant = [meaning for value, meaning in self._roles.roles.items() if value in given]
        first = next((meaning for meaning in meant if meaning.role is not None), None)
        if first is None or first.role is None:
            raise NoAccess("sign_in.no-role", staff=staff)
        if first.partner is not None and first.partner not in registry.partners():
            raise NoAccess("sign_in.unknown-partner", staff=staff)
        # A place or a right of another role stays with that role: it is not this one's to use.
        chosen = _whose(first)
        counted = [meaning for meaning in meant if meaning.role is None or _whose(meaning) == chosen]
        municipalities = self._places(claims, counted, registry.municipalities())
        if not municipalities:
            raise NoAccess("sign_in.no-municipality", staff=staff)
        return Member(
            id=staff,
            name=_one(claims, self._names.name)[:_LONGEST_NAME] or staff,
            role=first.role,
            municipalities=municipalities,
            party=first.party,
            sees_secret_addresses=any(meaning.sees_secret_addresses for meaning in counted),
            partner=None if first.partner is None else PartnerId(first.partner),
        )

    def _places(
        self, claims: Mapping[str, Any], counted: Iterable[Meaning], known: list[MunicipalityCode]
    ) -> tuple[MunicipalityCode, ...]:
        said = _several(claims, self._names.municipalities) if self._names.municipalities else []
        codes = {self._roles.municipalities.get(value, value) for value in said}
        codes |= {code for meaning in counted for code in meaning.municipalities}
        return tuple(code for code in known if code.text in codes)


def claims_of(settings: Settings) -> Claims:
    """As the settings name the claims and the file. Raises `BadRoles`."""
    names = ClaimNames(
        staff=settings.signin_staff_claim,
        name=settings.signin_name_claim,
        roles=settings.signin_roles_claim,
        municipalities=settings.signin_municipalities_claim,
    )
    return Claims(names, settings.signin_roles_file)


def _whose(meaning: Meaning) -> tuple[Role | None, ReferralParty | None, str | None]:
    """The role, with for whom it works."""
    return meaning.role, meaning.party, meaning.partner


def _read(file: Path) -> _Roles:
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise BadRoles(f"{file}: cannot be read as YAML") from None
    try:
        return _Roles.model_validate(content)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, wrong['loc'])) or 'the file'}: {wrong['msg']}" for wrong in error.errors())
        raise BadRoles("\n".join((f"{file}:", *faults))) from None


def _one(claims: Mapping[str, Any], name: str) -> str:
    found = _found(claims, name)
    return found.strip() if isinstance(found, str) else ""


def _several(claims: Mapping[str, Any], name: str) -> list[str]:
    found = _found(claims, name)
    values = found if isinstance(found, list) else [found]
    return [value for value in values if isinstance(value, str)]


def _found(claims: Mapping[str, Any], name: str) -> object:
    """The claim of this name, which may hold dots itself, or the part of a claim."""
    if name in claims:
        return claims[name]
    here: object = claims
    for part in name.split("."):
        if not isinstance(here, Mapping):
            return None
        here = here.get(part)
    return here
