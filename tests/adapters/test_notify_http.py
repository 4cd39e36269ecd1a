"""The message service's client against the outside world's, over real HTTP: every documented answer, and any other."""

import json
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.ports import AnswerLost, MessageRefused, NotAuthorised, PartyUnavailable
from adapters.http_party import RequestRefused
from adapters.notify_http import NotifyKey, NotifyKeyUnusable, NotifyLetters, NotifyMail, NotifySms
from models.codes import Party
from models.errors import CodedError
from models.personal import Address, Letter, Mail, TextMessage
from models.values import EmailAddress, PhoneNumber, Postcode
from simulation.notify import SERVICE, TEMPLATES, key_text
from simulation.store import Notification
from simulation.world import NOTIFY_SECRET, World

KEY = NotifyKey(service=SERVICE, secret=NOTIFY_SECRET)
NUMBER = PhoneNumber("0612345678")
ADDRESS = EmailAddress("iemand@post.example")
DOOR = Address(postcode=Postcode("9990AB"), number=12, addition="bis", street="Zonnelaan", town="Zonnedijk")
SECRET = "Wat niemand mag lezen"


@dataclass(frozen=True)
class Way:
    """One kind of message, with its own side of the outside world."""

    party: Party
    send: Callable[[str, str], None]
    """Text and reference."""
    took: Callable[[str], bool]


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    for party in (Party.MAIL, Party.SMS, Party.LETTERS):
        running.heal(party)


def way_of(
    party: Party, world: World, *, url: str = "", key: NotifyKey = KEY, template: str = "", timeout: float = 10.0
) -> Way:
    at = url or world.notify_url
    match party:
        case Party.MAIL:
            mail = NotifyMail(at, key, template=template or TEMPLATES["email"], timeout=timeout)
            return Way(
                party,
                lambda text, reference: mail.send(
                    Mail(address=ADDRESS, subject="Een bericht", body=text), reference=reference
                ),
                mail.took,
            )
        case Party.SMS:
            sms = NotifySms(at, key, template=template or TEMPLATES["sms"], timeout=timeout)
            return Way(
                party,
                lambda text, reference: sms.send(TextMessage(number=NUMBER, body=text), reference=reference),
                sms.took,
            )
        case _:
            letters = NotifyLetters(at, key, template=template or TEMPLATES["letter"], timeout=timeout)
            return Way(
                party,
                lambda text, reference: letters.send(
                    Letter(name="A. van den Beemd", address=DOOR, subject="Een bericht", body=text),
                    reference=reference,
                ),
                letters.took,
            )


PARTIES = [Party.MAIL, Party.SMS, Party.LETTERS]


@pytest.fixture(params=PARTIES)
def way(request: pytest.FixtureRequest, world: World) -> Way:
    return way_of(request.param, world)


def taken(world: World, reference: str) -> list[Notification]:
    """What the service has under this reference."""
    return [one for one in world.notifications() if one.reference == reference]


def test_a_message_arrives_as_it_was_written_under_its_reference(world: World, way: Way) -> None:
    way.send("Wilt u ons bellen – vóór maandag?", f"eerste-{way.party}")
    (message,) = taken(world, f"eerste-{way.party}")
    assert message.body == "Wilt u ons bellen – vóór maandag?"
    assert way.took(f"eerste-{way.party}")


def test_a_mail_and_a_text_message_lie_where_the_resident_looks(world: World) -> None:
    way_of(Party.MAIL, world).send("Beste A.", "post-1")
    way_of(Party.SMS, world).send("Gemeente Zonnedijk belde u.", "sms-1")
    (mail,) = [one for one in world.mails_to(ADDRESS.text) if one.message_id == "post-1"]
    (text,) = [one for one in world.sms_to(NUMBER) if one.reference == "sms-1"]
    assert (mail.subject, mail.body, text.text) == ("Een bericht", "Beste A.", "Gemeente Zonnedijk belde u.")


def test_a_letter_names_its_addressee_line_by_line(world: World) -> None:
    way_of(Party.LETTERS, world).send("Beste A.", "brief-1")
    (letter,) = taken(world, "brief-1")
    assert letter.recipient == "A. van den Beemd\nZonnelaan 12 bis\n9990AB  Zonnedijk"


def test_the_same_reference_twice_is_two_messages_so_it_must_be_asked_first(world: World, way: Way) -> None:
    for _ in range(2):
        way.send("twee keer", f"dubbel-{way.party}")
    assert len(taken(world, f"dubbel-{way.party}")) == 2


def test_a_message_whose_answer_was_lost_is_found_by_its_reference(world: World, way: Way) -> None:
    reference = f"verloren-{way.party}"
    world.fault(way.party, "drop-after-data")
    with pytest.raises(AnswerLost) as caught:
        way.send("een keer", reference)
    # How soon it is tried again is not theirs to say: during an outage, ever more slowly.
    assert caught.value.retry_after is None
    assert way.took(reference)
    assert len(taken(world, reference)) == 1


def test_what_was_not_handed_over_was_not_taken(world: World, way: Way) -> None:
    assert not way.took("nooit")
    world.fault(way.party, "down")
    with pytest.raises(PartyUnavailable):
        way.took("nooit")


@pytest.mark.parametrize("party", PARTIES)
@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        ("down", AnswerLost, "connection-lost"),
        ("slow", AnswerLost, "timeout"),
        ("half-open", AnswerLost, "timeout"),
        ("drop-after-data", AnswerLost, "connection-lost"),
        ("http-408", AnswerLost, "http-408"),
        ("http-500", AnswerLost, "http-500"),
        ("http-503", AnswerLost, "http-503"),
        ("http-401", NotAuthorised, "http-401"),
        ("http-403", NotAuthorised, "http-403"),
        ("http-404", RequestRefused, "http-404"),
        ("http-413", RequestRefused, "http-413"),
        ("http-302", RequestRefused, "http-302"),
        ("refuse", MessageRefused, "http-400"),
    ],
)
def test_each_fault_is_a_typed_error_that_names_nobody(
    world: World, party: Party, fault: str, error: type[CodedError], code: str
) -> None:
    way = way_of(party, world, timeout=0.3 if fault in ("slow", "half-open") else 10.0)
    world.fault(party, fault, seconds=2.0)
    with pytest.raises(CodedError) as caught:
        way.send(SECRET, f"storing-{fault}-{party}")
    assert (type(caught.value), caught.value.code) == (error, f"{party}.{code}")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    said = "".join(traceback.format_exception(caught.value))
    assert all(secret not in said for secret in ("Beemd", "9990AB", NUMBER.text, ADDRESS.text, SECRET))


def test_too_many_at_once_is_tried_later_and_surely_not_taken(world: World, way: Way) -> None:
    world.fault(way.party, "http-429")
    with pytest.raises(PartyUnavailable) as caught:
        way.send("later", f"druk-{way.party}")
    assert not isinstance(caught.value, AnswerLost)
    assert taken(world, f"druk-{way.party}") == []


def test_a_key_that_is_not_known_there_is_not_tried_again(world: World) -> None:
    for key in (
        NotifyKey(SERVICE, "99990000-0000-4000-8000-0000000000aa"),
        NotifyKey("99990000-0000-4000-8000-000000000099", NOTIFY_SECRET),
    ):
        for party in PARTIES:
            with pytest.raises(NotAuthorised) as caught:
                way_of(party, world, key=key).send("tekst", "sleutel")
            assert caught.value.code == f"{party}.http-403"
            with pytest.raises(NotAuthorised):
                way_of(party, world, key=key).took("sleutel")


def test_a_template_that_is_not_there_is_not_the_messages_fault(world: World) -> None:
    for party in PARTIES:
        with pytest.raises(RequestRefused):
            way_of(party, world, template="99990000-0000-4000-8000-0000000000ff").send("tekst", "sjabloon")


def test_an_answer_that_is_nonsense_is_a_message_that_was_taken(world: World) -> None:
    """201 says that it has the message; what else it says is not needed."""
    world.fault(Party.SMS, "malformed")
    way_of(Party.SMS, world).send("tekst", "onzin")


# --- the key ------------------------------------------------------------------------------------------------------


def test_a_key_is_read_as_its_owner_got_it(tmp_path: Path) -> None:
    file = tmp_path / "notify.key"
    file.write_text(key_text(NOTIFY_SECRET) + "\n", encoding="utf-8")
    assert NotifyKey.read(file) == KEY
    assert NOTIFY_SECRET not in repr(KEY)


@pytest.mark.parametrize("text", ["", "proef", f"proef-{SERVICE}", "\x00", f"{SERVICE}{SERVICE}"])
def test_what_is_no_key_is_refused_with_the_name_of_its_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "notify.key"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(NotifyKeyUnusable, match=r"notify\.key"):
        NotifyKey.read(file)
    with pytest.raises(NotifyKeyUnusable):
        NotifyKey.read(tmp_path / "nowhere")


# --- any answer ---------------------------------------------------------------------------------------------------


class Anything(BaseHTTPRequestHandler):
    """A server that answers whatever the test says."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.send_response(self.status)
        self.send_header("content-length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def anything() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Anything)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["notifications", "reference", "errors", "error", "message", "id", "?"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
BODIES = st.binary(max_size=40) | JSON.map(lambda content: json.dumps(content).encode())
STATUSES = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 418, 429, 500, 503])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(status=STATUSES, body=BODIES)
def test_whatever_it_answers_is_a_result_or_a_typed_error(anything: str, status: int, body: bytes) -> None:
    Anything.status, Anything.body = status, b"" if status == 204 else body
    sms = NotifySms(anything, KEY, template=TEMPLATES["sms"])
    try:
        sms.send(TextMessage(number=NUMBER, body="tekst"), reference="x")
        sent = True
    except (PartyUnavailable, MessageRefused, NotAuthorised, RequestRefused):
        sent = False
    assert sent is (status < 300)
    try:
        found: bool | None = sms.took("x")
    except (PartyUnavailable, NotAuthorised, RequestRefused):
        found = None
    assert found in (True, False, None)
    sms.close()
