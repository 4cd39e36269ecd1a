"""The lists that everything else refers to, as one YAML file: municipalities, partners with their agreements, staff."""

from datetime import date
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.agreements import Agreement, Agreements
from adapters.database import Database
from adapters.registry import Member, Partner, Registry
from models.codes import PartnerType, ReferralParty, Role
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode

_ID = r"^[a-z0-9][a-z0-9-]{0,39}$"
_CODE = r"^\d{4}$"


class BadLists(Exception):
    """The file cannot be used; the message names every place and what must stand there."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Municipality(_Part):
    code: str = Field(pattern=_CODE)
    name: str = Field(min_length=1)


class _Agreement(_Part):
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("until lies before since")
        return self


class _Partner(_Part):
    id: str = Field(pattern=_ID)
    name: str = Field(min_length=1)
    type: PartnerType
    agreements: dict[str, _Agreement] = {}
    """By the municipality's code."""


class _Staff(_Part):
    id: str = Field(pattern=_ID)
    name: str = Field(min_length=1)
    role: Role
    municipalities: tuple[str, ...] = Field(min_length=1)
    party: ReferralParty | None = None
    partner: str | None = None
    sees_secret_addresses: bool = False

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> Self:
        if (self.role is Role.REFERRAL_PARTY) != (self.party is not None):
            raise ValueError("party is for whoever has the role referral_party, and needed there")
        if (self.role is Role.PARTNER) != (self.partner is not None):
            raise ValueError("partner is for whoever has the role partner, and needed there")
        return self


class Lists(_Part):
    """What a file says. What it does not name stays as it is: nobody is taken off a list by leaving them out."""

    municipalities: tuple[_Municipality, ...] = ()
    partners: tuple[_Partner, ...] = ()
    staff: tuple[_Staff, ...] = ()


def read_lists(file: Path) -> Lists:
    """Raises `BadLists`."""
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise BadLists(f"{file.name}{where}: cannot be read as YAML") from None
    try:
        return Lists.model_validate(content or {})
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, wrong['loc'])) or 'the file'}: {wrong['msg']}" for wrong in error.errors())
        raise BadLists("\n".join(faults)) from None


def apply_lists(database: Database, lists: Lists) -> None:
    """Adds who is new and renews the others; doing it again changes nothing. Raises `BadLists` when something is named
    that is on no list; then nothing was changed."""
    registry = Registry(database)
    codes = {code.text for code in registry.municipalities()} | {each.code for each in lists.municipalities}
    partners = {str(each) for each in registry.partners()} | {each.id for each in lists.partners}
    named = [
        *((code, codes, f"partner {each.id}: municipality") for each in lists.partners for code in each.agreements),
        *((code, codes, f"staff {each.id}: municipality") for each in lists.staff for code in each.municipalities),
        *((each.partner, partners, f"staff {each.id}: partner") for each in lists.staff if each.partner),
    ]
    faults = [f"{what} {name} is on no list" for name, known, what in named if name not in known]
    if faults:
        raise BadLists("\n".join(faults))
    registry.ensure(
        municipalities=[(MunicipalityCode(each.code), each.name) for each in lists.municipalities],
        partners=[Partner(PartnerId(each.id), each.name, each.type) for each in lists.partners],
        staff=[_member(each) for each in lists.staff],
    )
    agreements = Agreements(database)
    for partner in lists.partners:
        for code, agreed in partner.agreements.items():
            agreements.record(PartnerId(partner.id), MunicipalityCode(code), Agreement(agreed.since, agreed.until))


def _member(staff: _Staff) -> Member:
    return Member(
        id=StaffId(staff.id),
        name=staff.name,
        role=staff.role,
        municipalities=tuple(MunicipalityCode(code) for code in staff.municipalities),
        party=staff.party,
        partner=None if staff.partner is None else PartnerId(staff.partner),
        sees_secret_addresses=staff.sees_secret_addresses,
    )
