"""How we show a party who we are, over real HTTP, and what goes wrong with it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.ports import NotAuthorised, PartyUnavailable
from adapters.http_auth import Access, ApiKey, BadAccess, ClientCredentials, access_from
from adapters.http_party import HttpParty
from models.codes import Party
from models.errors import CodedError


class Office(ThreadingHTTPServer):
    """A party that wants a token of its own server, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.asked: list[dict[str, str]] = []
        self.forms: list[dict[str, list[str]]] = []
        self.token_answer: tuple[int, bytes] | None = None
        """Instead of a token."""
        self.expires_in = 3600
        self.wanted: str | None = None
        """The only token that is good; None: whatever comes."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Desk(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        office = self.server
        assert isinstance(office, Office)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/token":
            office.forms.append(parse_qs(body.decode()) | {"authorization": [self.headers.get("authorization", "")]})
            token = {"access_token": f"token-{len(office.forms)}", "expires_in": office.expires_in}
            self._say(*(office.token_answer or (200, json.dumps(token).encode())))
            return
        office.asked.append({name.lower(): value for name, value in self.headers.items()} | {"body": body.decode()})
        good = office.wanted in (None, self.headers.get("authorization"))
        self._say(200 if good else 401, b"{}")

    def _say(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the console."""


@pytest.fixture
def office() -> Iterator[Office]:
    server = Office()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def credentials(office: Office, **changes: object) -> ClientCredentials:
    usual: dict[str, object] = {
        "token_url": f"{office.url}/token",
        "client_id": "zonnedijk",
        "client_secret": "geheim-1",
    }
    return ClientCredentials.model_validate(usual | changes)


@pytest.fixture
def party(office: Office) -> Iterator[HttpParty]:
    asked = HttpParty(Party.REGISTER, office.url, timeout=5.0, access=Access(oauth2=credentials(office)))
    yield asked
    asked.close()


def refused(party: HttpParty) -> CodedError:
    with pytest.raises(CodedError) as raised:
        party.ask("POST", "/personen", {"vraag": 1})
    assert "geheim-1" not in f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"
    return raised.value


def test_an_api_key_and_free_headers_go_with_every_question(office: Office) -> None:
    access = Access(api_key=ApiKey.model_validate({"header": "apikey", "key": "k-1"}), headers={"x-doelbinding": "vs"})
    party = HttpParty(Party.REGISTER, office.url, timeout=5.0, access=access)
    party.ask("POST", "/personen")
    party.close()
    [asked] = office.asked
    assert (asked["apikey"], asked["x-doelbinding"], "authorization" in asked) == ("k-1", "vs", False)


def test_one_token_serves_many_questions(office: Office, party: HttpParty) -> None:
    for _ in range(3):
        party.ask("POST", "/personen")
    assert [asked["authorization"] for asked in office.asked] == ["Bearer token-1"] * 3
    [form] = office.forms
    assert (form["grant_type"], form["authorization"]) == (["client_credentials"], ["Basic em9ubmVkaWprOmdlaGVpbS0x"])


def test_a_token_that_is_nearly_over_is_not_used(office: Office, party: HttpParty) -> None:
    office.expires_in = 29
    for _ in range(2):
        party.ask("POST", "/personen")
    assert [asked["authorization"] for asked in office.asked] == ["Bearer token-1", "Bearer token-2"]


def test_a_refused_token_is_replaced_once_and_the_question_is_whole_again(office: Office, party: HttpParty) -> None:
    party.ask("POST", "/personen")
    office.wanted = "Bearer token-2"
    party.ask("POST", "/personen", {"vraag": 1})
    assert [asked["authorization"] for asked in office.asked[1:]] == ["Bearer token-1", "Bearer token-2"]
    assert [json.loads(asked["body"]) for asked in office.asked[1:]] == [{"vraag": 1}] * 2


def test_a_new_token_that_is_refused_as_well_is_told(office: Office, party: HttpParty) -> None:
    party.ask("POST", "/personen")
    office.wanted = "Bearer another"
    error = refused(party)
    assert (type(error), error.code, len(office.forms)) == (NotAuthorised, "register.http-401", 2)


def test_a_token_made_for_the_question_is_not_asked_for_twice(office: Office, party: HttpParty) -> None:
    office.wanted = "Bearer another"
    assert refused(party).code == "register.http-401"
    assert (len(office.asked), len(office.forms)) == (1, 1)


def test_scope_and_extra_go_in_the_form_and_the_secret_where_it_is_wanted(office: Office) -> None:
    ours = credentials(office, credentials="body", scope="personen", extra={"resourceServer": "brp"})
    party = HttpParty(Party.REGISTER, office.url, timeout=5.0, access=Access(oauth2=ours))
    party.ask("POST", "/personen")
    party.close()
    assert office.forms == [
        {
            "grant_type": ["client_credentials"],
            "scope": ["personen"],
            "resourceServer": ["brp"],
            "client_id": ["zonnedijk"],
            "client_secret": ["geheim-1"],
            "authorization": [""],
        }
    ]


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ((400, b"{}"), NotAuthorised, "register.token-http-400"),
        ((401, b"{}"), NotAuthorised, "register.token-http-401"),
        ((403, b"{}"), NotAuthorised, "register.token-http-403"),
        ((302, b""), PartyUnavailable, "register.token-http-302"),
        ((429, b"{}"), PartyUnavailable, "register.token-http-429"),
        ((503, b"{}"), PartyUnavailable, "register.token-http-503"),
        ((200, b"<html>"), PartyUnavailable, "register.token-malformed"),
        ((200, b'{"access_token": "a\\nb"}'), PartyUnavailable, "register.token-malformed"),
        ((200, b'{"access_token": "a", "expires_in": -1}'), PartyUnavailable, "register.token-malformed"),
    ],
)
def test_without_a_token_nothing_is_asked(
    office: Office, party: HttpParty, answer: tuple[int, bytes], kind: type[CodedError], code: str
) -> None:
    office.token_answer = answer
    error = refused(party)
    assert (type(error), error.code, office.asked) == (kind, code, [])


def test_no_file_means_that_nothing_is_shown() -> None:
    assert access_from(Path()) == Access()


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "register.json"
    file.write_text('{"api_key": {"key": "k-1"}, "headers": {"x-verwerking": "vs"}}')
    assert access_from(file).all_headers() == {"x-verwerking": "vs", "X-API-KEY": "k-1"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('{"api_key": {"key": 77012}}', "api_key.key"),
        ('{"apikey": "77012"}', "apikey"),
        ('{"oauth2": {"client_secret": "77012"}}', "oauth2.token_url"),
        ("77012", "the whole"),
    ],
)
def test_a_wrong_file_is_told_by_place_without_its_content(tmp_path: Path, content: str, place: str) -> None:
    file = tmp_path / "register.json"
    file.write_text(content)
    with pytest.raises(BadAccess) as raised:
        access_from(file)
    assert place in str(raised.value)
    assert "77012" not in str(raised.value).replace(str(file), "")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadAccess, match=r"register\.json"):
        access_from(tmp_path / "register.json")


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    certificate = {"certificate": tmp_path / "ours.pem", "key": tmp_path / "ours.key"}
    with pytest.raises(BadAccess, match=r"ours\.pem"):
        Access.model_validate({"certificate": certificate}).verify()


@given(st.binary(max_size=200))
def test_a_file_of_anything_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.json"
    file.write_bytes(content)
    try:
        assert isinstance(access_from(file), Access)
    except BadAccess as error:
        assert "any.json" in str(error)
