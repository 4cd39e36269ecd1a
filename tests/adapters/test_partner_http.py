"""The partners' adapter against the outside world's partner desks, over real HTTP."""

import traceback
from collections.abc import Iterator

import pytest

from activities.ports import NotAuthorised, PartyUnavailable
from adapters.http_party import RequestRefused
from adapters.partner_http import PartnerHttp
from models.codes import FeedbackCode, Party
from models.errors import CodedError
from models.ids import BatchId, PartnerId
from simulation.world import World

ITEMS = [("WO-0001", FeedbackCode.HANDLED), ("WO-0002", FeedbackCode.DIED)]


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    running.heal(Party.PARTNERS)


@pytest.fixture
def desk(world: World) -> Iterator[PartnerHttp]:
    adapter = PartnerHttp(world.partners_url, timeout=10.0)
    yield adapter
    adapter.close()


def test_a_partner_gets_its_references_with_their_results(world: World, desk: PartnerHttp) -> None:
    desk.deliver(PartnerId("woonstee"), BatchId("zending-1"), ITEMS)
    assert world.feedback_of("woonstee") == [
        ("WO-0001", "afgehandeld"),
        ("WO-0002", "inwoner is overleden"),
    ]


def test_the_same_batch_twice_is_one_delivery(world: World, desk: PartnerHttp) -> None:
    for _ in range(2):
        desk.deliver(PartnerId("dijkwater"), BatchId("zending-2"), ITEMS)
    (batch,) = world.batches_of("dijkwater")
    assert batch.times_offered == 2
    assert len(batch.items) == len(ITEMS)


def test_the_same_batch_with_another_content_is_refused(world: World, desk: PartnerHttp) -> None:
    desk.deliver(PartnerId("zorggoed"), BatchId("zending-3"), ITEMS)
    with pytest.raises(RequestRefused) as caught:
        desk.deliver(PartnerId("zorggoed"), BatchId("zending-3"), ITEMS[:1])
    assert caught.value.code == "partners.http-409"
    assert len(world.feedback_of("zorggoed")) == len(ITEMS)


def test_a_batch_whose_answer_was_lost_is_delivered_again_without_harm(world: World, desk: PartnerHttp) -> None:
    world.fault(Party.PARTNERS, "drop-after-data")
    with pytest.raises(PartyUnavailable):
        desk.deliver(PartnerId("lichtkracht"), BatchId("zending-4"), ITEMS)
    world.heal(Party.PARTNERS)
    desk.deliver(PartnerId("lichtkracht"), BatchId("zending-4"), ITEMS)
    assert len(world.feedback_of("lichtkracht")) == len(ITEMS)


def test_a_partner_id_cannot_leave_its_place_in_the_address(world: World, desk: PartnerHttp) -> None:
    with pytest.raises(RequestRefused):
        desk.deliver(PartnerId("../storingen"), BatchId("mail"), ITEMS)


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", PartyUnavailable, "partners.connection-lost"),
        ("slow", PartyUnavailable, "partners.timeout"),
        ("drop-after-data", PartyUnavailable, "partners.connection-lost"),
        ("http-429", PartyUnavailable, "partners.http-429"),
        ("http-503", PartyUnavailable, "partners.http-503"),
        ("http-401", NotAuthorised, "partners.http-401"),
        ("http-403", NotAuthorised, "partners.http-403"),
        ("refuse", RequestRefused, "partners.http-400"),
    ],
)
def test_each_fault_is_a_typed_error_that_names_nobody(
    world: World, fault: str, error: type[CodedError], code: str
) -> None:
    desk = PartnerHttp(world.partners_url, timeout=0.3 if fault == "slow" else 10.0)
    world.fault(Party.PARTNERS, fault, seconds=2.0)
    with pytest.raises(error) as caught:
        desk.deliver(PartnerId("woonstee"), BatchId(f"zending-{fault}"), ITEMS)
    desk.close()
    assert caught.value.code == code
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert "WO-0001" not in "".join(traceback.format_exception(caught.value))
