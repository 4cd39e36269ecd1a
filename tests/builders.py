"""Small builders, so that a test names only what it is about."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from models.case import CaseSignal, CaseState, Person
from models.codes import PartnerType, Route
from models.ids import CaseId, PartnerId, SignalId, UnitId, resident_of
from models.terms import Terms
from models.values import MunicipalityCode
from policy.calendar import AMSTERDAM
from policy.terms import merged

ZONNEDIJK = MunicipalityCode("9901")


def at(text: str) -> datetime:
    """A wall-clock moment in the Netherlands: `at("2027-03-29 09:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@cache
def the_terms() -> Terms:
    """The default policy's terms of the standard route, as a case of 5 April 2027 gets them."""
    default = yaml.safe_load((Path(__file__).parent.parent / "policy/municipalities/default.yaml").read_text())
    sender = {"name": "Gemeente Zonnedijk", "page": "https://zonnedijk.example", "phone": "010 123 45 00"}
    return merged(default, {"sender": sender}).terms(ZONNEDIJK, Route.STANDARD, date(2027, 4, 5))


def a_signal(case_id: str = "case-1", **changes: Any) -> CaseSignal:
    """A signal of a landlord, received when the case opened."""
    values: dict[str, Any] = {
        "signal_id": SignalId("signal-1"),
        "unit_id": UnitId("signal-row-1"),
        "partner_id": PartnerId("woonstee"),
        "partner_type": PartnerType.RENT,
        "person_id": resident_of(CaseId(case_id)),
        "received_at": at("2027-04-05 09:00"),
        "joined_at": at("2027-04-05 09:00"),
    }
    return CaseSignal(**{**values, **changes})


def a_case_state(case_id: str = "case-1", **changes: Any) -> CaseState:
    """A case that was just received, with one resident and one signal."""
    values: dict[str, Any] = {
        "case_id": CaseId(case_id),
        "municipality": ZONNEDIJK,
        "opened_at": at("2027-04-05 09:00"),
        "people": (Person(person_id=resident_of(CaseId(case_id))),),
        "signals": (a_signal(case_id),),
    }
    return CaseState(**{**values, **changes})
