"""The adapter for letters against the outside world's printer, over real HTTP."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from activities.ports import MessageRefused, NotAuthorised, PartyUnavailable
from adapters.http_party import RequestRefused
from adapters.letters_http import LettersHttp
from models.codes import Party
from models.errors import CodedError
from models.personal import Address, Letter
from models.values import Postcode
from simulation.store import Posted
from simulation.world import World

DOOR = Address(postcode=Postcode("9990AB"), number=12, addition="bis", street="Zonnelaan", town="Zonnedijk")
SECRET = "Wat niemand mag lezen"


@dataclass(frozen=True)
class Way:
    """The adapter with its own side of the outside world."""

    party: Party
    send: Callable[[str, str], None]
    """Text and reference."""
    took: Callable[[str], bool]
    received: Callable[[], list[Posted]]

    def references(self) -> list[str]:
        return [found.reference for found in self.received()]


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    for party in (Party.LETTERS,):
        running.heal(party)


def a_letter(text: str) -> Letter:
    return Letter(name="A. van den Beemd", address=DOOR, subject="Een bericht van de gemeente", body=text)


def way_of(party: Party, world: World, *, url: str = "", timeout: float = 10.0) -> Way:
    printer = LettersHttp(url or world.letters_url, timeout=timeout)
    return Way(
        party,
        send=lambda text, reference: printer.send(a_letter(text), reference=reference),
        took=printer.took,
        received=lambda: list(world.letters_to(DOOR)),
    )


@pytest.fixture(params=[Party.LETTERS])
def way(request: pytest.FixtureRequest, world: World) -> Way:
    return way_of(request.param, world)


def test_a_letter_arrives_as_it_was_written_and_its_envelope_shows_name_and_address(world: World) -> None:
    way_of(Party.LETTERS, world).send("Beste A. van den Beemd,\n\nWilt u ons bellen – vóór maandag?", "brief-1")
    letter = next(found for found in world.letters_to(DOOR) if found.reference == "brief-1")
    envelope = letter.content.geadresseerde
    assert (envelope.naam, envelope.door) == ("A. van den Beemd", ("9990AB", 12, "bis"))
    assert (envelope.straat, envelope.plaats) == ("Zonnelaan", "Zonnedijk")
    assert letter.content.onderwerp == "Een bericht van de gemeente"
    assert letter.content.tekst == "Beste A. van den Beemd,\n\nWilt u ons bellen – vóór maandag?"


def test_the_same_reference_twice_is_one_message(way: Way) -> None:
    for _ in range(2):
        way.send("twee keer", "dubbel")
    (received,) = [found for found in way.received() if found.reference == "dubbel"]
    assert received.times_offered == 2


def test_a_message_whose_answer_was_lost_is_handed_over_again_without_harm(world: World, way: Way) -> None:
    world.fault(way.party, "drop-after-data")
    with pytest.raises(PartyUnavailable):
        way.send("nog eens", "verloren")
    world.heal(way.party)
    assert way.took("verloren")
    way.send("nog eens", "verloren")
    assert way.references().count("verloren") == 1


def test_what_was_not_handed_over_was_not_taken(world: World, way: Way) -> None:
    assert not way.took("nooit")
    world.fault(way.party, "down")
    with pytest.raises(PartyUnavailable):
        way.took("nooit")


def test_a_reference_cannot_leave_its_place_in_the_address(way: Way) -> None:
    with pytest.raises(RequestRefused):
        way.send("weg", "../storingen/mail")
    assert not way.took("../gezond")


def test_something_else_under_the_same_reference_is_nothing_that_this_message_can_help(way: Way) -> None:
    way.send("eerst dit", "bezet")
    with pytest.raises(RequestRefused) as caught:
        way.send("dan dat", "bezet")
    assert caught.value.code == f"{way.party}.http-409"


def test_a_wrong_address_in_the_settings_is_not_a_refused_message(world: World) -> None:
    for party in (Party.LETTERS,):
        with pytest.raises(RequestRefused) as caught:
            way_of(party, world, url=f"{world.url}/elders").send("tekst", "verdwaald")
        assert caught.value.code == f"{party}.http-404"


def test_after_an_outage_the_same_adapter_goes_on(world: World, way: Way) -> None:
    world.fault(way.party, "down")
    with pytest.raises(PartyUnavailable):
        way.send("later", "later")
    assert "later" not in way.references()
    world.heal(way.party)
    way.send("later", "later")
    assert way.references().count("later") == 1


@pytest.mark.parametrize("party", [Party.LETTERS])
@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", PartyUnavailable, "connection-lost"),
        ("slow", PartyUnavailable, "timeout"),
        ("drop-after-data", PartyUnavailable, "connection-lost"),
        ("http-429", PartyUnavailable, "http-429"),
        ("http-503", PartyUnavailable, "http-503"),
        ("http-401", NotAuthorised, "http-401"),
        ("http-302", RequestRefused, "http-302"),
        ("http-422", MessageRefused, "http-422"),
        ("refuse", MessageRefused, "http-400"),
    ],
)
def test_each_fault_is_a_typed_error_that_names_nobody(
    world: World, party: Party, fault: str, error: type[CodedError], code: str
) -> None:
    way = way_of(party, world, timeout=0.3 if fault == "slow" else 10.0)
    world.fault(party, fault, seconds=2.0)
    with pytest.raises(error) as caught:
        way.send(SECRET, f"storing-{fault}")
    assert caught.value.code == f"{party}.{code}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    said = "".join(traceback.format_exception(caught.value))
    assert all(secret not in said for secret in ("Beemd", "9990AB", SECRET))
