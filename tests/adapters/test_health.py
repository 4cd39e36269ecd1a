from datetime import timedelta

import pytest

from activities import ports
from adapters.health import Outage, PartyHealth
from models.codes import Party
from tests.adapters.conftest import Databases
from tests.builders import NOW

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def health(databases: Databases) -> PartyHealth:
    health = PartyHealth(databases.main)
    _as_port: ports.PartyHealth = health
    return health


def test_an_outage_is_one_thing_since_its_first_failure(health: PartyHealth) -> None:
    health.failed(Party.REGISTER, waiting="case-1", code="register.timeout", at=NOW)
    health.failed(Party.REGISTER, waiting="case-1", code="register.refused", at=LATER)
    health.failed(Party.REGISTER, waiting="case-2", code="register.refused", at=LATER)
    assert health.outages() == [Outage(Party.REGISTER, NOW, "register.refused", 2)]


def test_the_first_answer_ends_it(health: PartyHealth) -> None:
    for case in ("case-1", "case-2"):
        health.failed(Party.MAIL, waiting=case, code="smtp.timeout", at=NOW)
    health.answered(Party.MAIL, waiting="case-1")
    assert health.outages() == []
    health.failed(Party.MAIL, waiting="case-1", code="smtp.timeout", at=LATER)
    assert health.outages() == [Outage(Party.MAIL, LATER, "smtp.timeout", 2)]
    health.answered(Party.MAIL, waiting="case-2")
    health.answered(Party.MAIL, waiting="case-1")
    assert health.outages() == []


def test_a_case_whose_budget_is_spent_no_longer_waits(health: PartyHealth) -> None:
    health.failed(Party.REGISTER, waiting="case-1", code="register.timeout", at=NOW)
    health.gave_up(Party.REGISTER, waiting="case-1")
    assert health.outages() == [Outage(Party.REGISTER, NOW, "register.timeout", 0)]


@pytest.mark.parametrize(("still", "waiting"), [(None, [0, 1]), (Party.MAIL, [1, 1]), (Party.REGISTER, [0, 2])])
def test_what_was_called_off_no_longer_waits_and_nobody_else_is_forgotten(
    health: PartyHealth, still: Party | None, waiting: list[int]
) -> None:
    health.failed(Party.MAIL, waiting="case-1", code="smtp.timeout", at=NOW)
    for case in ("case-1", "case-2"):
        health.failed(Party.REGISTER, waiting=case, code="register.timeout", at=LATER)
    health.waits_only_for(still, waiting="case-1")
    assert [outage.waiting for outage in health.outages()] == waiting


def test_an_answer_while_nothing_is_wrong_writes_nothing(health: PartyHealth) -> None:
    health.answered(Party.PARTNERS, waiting="batch-1")
    assert health.outages() == []


def test_outages_are_listed_longest_first(health: PartyHealth) -> None:
    health.failed(Party.MAIL, waiting="case-1", code="smtp.timeout", at=LATER)
    health.failed(Party.REGISTER, waiting="case-1", code="register.timeout", at=NOW)
    assert [outage.party for outage in health.outages()] == [Party.REGISTER, Party.MAIL]
