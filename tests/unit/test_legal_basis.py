"""On which legal basis signals of a kind of partner may be received, and on which days."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.codes import PartnerType
from policy.terms import BadPolicy, merged
from tests.unit.test_terms import DEFAULT, SENDER

COMPLETE = {**DEFAULT, **SENDER}
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)


def with_basis(*known: dict[str, Any] | None) -> dict[str, Any]:
    return {"legal_basis": {"Huur": None if known == (None,) else list(known)}}


def test_a_basis_counts_on_its_first_and_last_day_and_not_around_them() -> None:
    policy = merged(COMPLETE, with_basis({"ground": "Convenant", "since": FIRST, "until": LAST}))
    days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
    found = [policy.basis(PartnerType.RENT, day) for day in days]
    assert [basis is not None and basis.ground for basis in found] == [False, "Convenant", "Convenant", False]


def test_the_basis_of_the_day_is_found_and_one_without_an_end_goes_on() -> None:
    known = ({"ground": "Convenant", "since": FIRST, "until": LAST}, {"ground": "Besluit art. 2", "since": LAST + DAY})
    policy = merged(COMPLETE, with_basis(*known))
    found = [policy.basis(PartnerType.RENT, day) for day in (LAST, LAST + DAY, date(2099, 1, 1))]
    assert [basis and basis.ground for basis in found] == ["Convenant", "Besluit art. 2", "Besluit art. 2"]


def test_of_a_kind_that_is_not_named_nothing_may_be_received() -> None:
    for nothing in (with_basis(), with_basis(None)):
        assert merged(COMPLETE, nothing).basis(PartnerType.RENT, FIRST) is None


def test_a_basis_does_not_end_before_it_begins() -> None:
    with pytest.raises(BadPolicy, match="ligt voor since: zo geldt deze grondslag nooit"):
        merged(COMPLETE, with_basis({"ground": "Convenant", "since": LAST, "until": FIRST}))
    assert merged(COMPLETE, with_basis({"ground": "Convenant", "since": FIRST, "until": FIRST}))


@pytest.mark.parametrize("kind", PartnerType)
def test_the_default_names_a_basis_for_every_kind_and_says_which_was_looked_up(kind: PartnerType) -> None:
    basis = merged(COMPLETE).basis(kind, date(2025, 1, 1))
    assert basis is not None
    assert basis.checked is (kind is PartnerType.RENT)
