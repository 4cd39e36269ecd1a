"""The door to the printer, against one that checks what it gets, over real HTTP."""

import json
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from activities.ports import NotAuthorised, PartyUnavailable
from adapters.http_party import RequestRefused
from adapters.letter_pdf import letter_pdf
from adapters.print_batch import packed
from adapters.print_http import PrintHttp
from models.codes import Party
from models.errors import CodedError
from models.ids import BatchId, fresh
from models.personal import Address, Letter
from models.values import Postcode
from simulation.printer import opened
from simulation.world import World
from tests.adapters.print_batches import a_batch

DOOR = Address(postcode=Postcode("9990AB"), number=12, addition="bis", street="Zonnelaan", town="Zonnedijk")


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    running.heal(Party.LETTERS)


def a_pdf(text: str = "Wilt u ons bellen – vóór maandag?", address: Address = DOOR) -> bytes:
    letter = Letter(name="A. van den Beemd", address=address, subject="Een bericht van de gemeente", body=text)
    return letter_pdf(letter, sender="Gemeente Zonnedijk", on=date(2027, 4, 5)).content


PDF = a_pdf()


def offered(world: World, batch: str) -> list[int]:
    """How often the printer was offered this batch; empty when it has it not."""
    return [one.times_offered for one in world.print_batches() if one.batch == batch]


def test_a_letter_arrives_as_it_was_written_and_its_window_shows_name_and_address(world: World) -> None:
    batch, reference = fresh(), fresh()
    PrintHttp(world.letters_url).hand_over(BatchId(batch), a_batch(batch, {reference: PDF}))
    letter = next(found for found in world.letters_to(DOOR) if found.reference == reference)
    envelope = letter.content.geadresseerde
    assert (envelope.naam, envelope.door) == ("A. van den Beemd", ("9990AB", 12, "bis"))
    assert (envelope.straat, envelope.plaats) == ("Zonnelaan", "ZONNEDIJK")
    assert letter.content.onderwerp == "Een bericht van de gemeente"
    assert letter.content.tekst == "Wilt u ons bellen – vóór maandag?"


@pytest.mark.parametrize(
    "address",
    [
        DOOR.model_copy(update={"addition": "2"}),
        DOOR.model_copy(update={"addition": "A"}),
        DOOR.model_copy(update={"addition": ""}),
        DOOR.model_copy(update={"street": "Plein 1940"}),
        DOOR.model_copy(update={"street": "", "town": ""}),
    ],
    ids=lambda address: f"{address.street} {address.number}{address.addition}",
)
def test_the_postman_finds_every_door(world: World, address: Address) -> None:
    batch, reference = fresh(), fresh()
    PrintHttp(world.letters_url).hand_over(BatchId(batch), a_batch(batch, {reference: a_pdf(address=address)}))
    assert reference in [letter.reference for letter in world.letters_to(address)]


def test_the_same_batch_twice_is_printed_once(world: World) -> None:
    batch, reference = fresh(), fresh()
    for _ in range(2):
        PrintHttp(world.letters_url).hand_over(BatchId(batch), a_batch(batch, {reference: PDF}))
    assert offered(world, batch) == [2]
    assert [one.times_offered for one in world.letters() if one.reference == reference] == [1]


def test_a_batch_whose_answer_was_lost_is_handed_over_again_without_harm(world: World) -> None:
    batch = fresh()
    content, printer = a_batch(batch, {fresh(): PDF}), PrintHttp(world.letters_url)
    world.fault(Party.LETTERS, "drop-after-data")
    with pytest.raises(PartyUnavailable):
        printer.hand_over(BatchId(batch), content)
    world.heal(Party.LETTERS)
    printer.hand_over(BatchId(batch), content)
    assert offered(world, batch) == [2]


def test_another_content_under_the_same_number_is_refused(world: World) -> None:
    batch, printer = fresh(), PrintHttp(world.letters_url)
    printer.hand_over(BatchId(batch), a_batch(batch, {fresh(): PDF}))
    with pytest.raises(RequestRefused) as caught:
        printer.hand_over(BatchId(batch), a_batch(batch, {fresh(): PDF}))
    assert caught.value.code == "letters.http-409"


def _spoiled(change: Callable[[dict[str, object]], object]) -> Callable[[str], bytes]:
    """A batch whose manifest says something else than what is in it."""

    def make(batch: str) -> bytes:
        [(letter, content)] = opened(batch, a_batch(batch, {"een": PDF}))
        listed = {
            "versie": 1,
            "opdracht": batch,
            "gemeente": "9901",
            "aantal": 1,
            "sha256": _over(letter.sha256),
            "brieven": [letter.model_dump()],
        }
        change(listed)
        from adapters.print_batch import InBatch

        return packed(json.dumps(listed).encode(), [(InBatch("een", 1, 1, letter.sha256), content)])

    return make


def _over(*hashes: str) -> str:
    from adapters.print_batch import hash_over

    return hash_over(hashes)


def _letter(listed: dict[str, object]) -> dict[str, object]:
    letters = listed["brieven"]
    assert isinstance(letters, list)
    found: dict[str, object] = letters[0]
    return found


def _other_hash(listed: dict[str, object]) -> None:
    _letter(listed)["sha256"] = "0" * 64
    listed["sha256"] = _over("0" * 64)


@pytest.mark.parametrize(
    "make",
    [
        lambda batch: b"geen zip",
        lambda batch: a_batch("een andere", {"een": PDF}),
        _spoiled(lambda listed: listed.update(aantal=2)),
        _spoiled(lambda listed: listed.update(sha256="0" * 64)),
        _spoiled(lambda listed: listed.update(brieven=[], aantal=0)),
        _spoiled(lambda listed: listed.pop("gemeente")),
        _spoiled(lambda listed: _letter(listed).update(paginas=2)),
        _spoiled(lambda listed: _letter(listed).update(bestand="0002.pdf")),
        _spoiled(_other_hash),
    ],
    ids=["no-zip", "number", "count", "hash", "letters", "field", "pages", "file", "letter-hash"],
)
def test_a_batch_that_is_not_what_its_manifest_says_is_not_printed(world: World, make: Callable[[str], bytes]) -> None:
    batch = fresh()
    with pytest.raises(RequestRefused) as caught:
        PrintHttp(world.letters_url).hand_over(BatchId(batch), make(batch))
    assert caught.value.code == "letters.http-422"
    assert offered(world, batch) == []


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", PartyUnavailable, "letters.connection-lost"),
        ("http-408", PartyUnavailable, "letters.http-408"),
        ("http-429", PartyUnavailable, "letters.http-429"),
        ("http-503", PartyUnavailable, "letters.http-503"),
        ("http-401", NotAuthorised, "letters.http-401"),
        ("http-403", NotAuthorised, "letters.http-403"),
        ("http-400", RequestRefused, "letters.http-400"),
        ("http-302", RequestRefused, "letters.http-302"),
    ],
)
def test_every_answer_is_one_of_the_known_errors(world: World, fault: str, error: type[CodedError], code: str) -> None:
    world.fault(Party.LETTERS, fault)
    batch = fresh()
    with pytest.raises(error) as caught:
        PrintHttp(world.letters_url).hand_over(BatchId(batch), a_batch(batch, {fresh(): PDF}))
    assert caught.value.code == code
    assert offered(world, batch) == []
