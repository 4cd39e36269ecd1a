"""A party that lets nobody in without a client certificate, over real TLS: who shows one that is known is answered."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from activities.ports import PartyUnavailable
from adapters.http_auth import Access, BadAccess, Certificate
from adapters.http_party import HttpParty
from models.codes import Party


class Authority:
    """Signs certificates; everything lies in a folder as PEM."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder / name
        self._folder.mkdir()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        self.file = self._folder / "authority.pem"
        made = _certificate(self._name, self._name, self._key.public_key(), authority=True).sign(
            self._key, hashes.SHA256()
        )
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))

    def signs(self, name: str) -> tuple[Path, Path]:
        """Certificate and key of somebody."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_named(name), self._name, key.public_key(), authority=False).sign(
            self._key, hashes.SHA256()
        )
        certificate, secret = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return certificate, secret


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the console."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A stranger that is turned away is no news."""


@contextmanager
def a_server(certificate: Path, key: Path, *, lets_in: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(lets_in)
    server = _Server(("127.0.0.1", 0), _Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("theirs"), "theirs")


@pytest.fixture(scope="module")
def party(theirs: Authority) -> Iterator[str]:
    with a_server(*theirs.signs("register"), lets_in=theirs.file) as url:
        yield url


def asks(url: str, access: Access) -> int:
    with closing(HttpParty(Party.REGISTER, url, timeout=5, access=access)) as party:
        return party.ask("POST", "/personen", {}).status_code


def test_who_shows_a_certificate_that_is_known_is_answered(party: str, theirs: Authority) -> None:
    certificate, key = theirs.signs("zonnedijk")
    ours = Certificate(certificate=certificate, key=key, authorities=theirs.file)
    assert asks(party, Access(certificate=ours)) == 200


def test_who_shows_another_certificate_is_not_and_it_counts_as_an_outage(
    party: str, theirs: Authority, tmp_path: Path
) -> None:
    certificate, key = Authority(tmp_path, "others").signs("zonnedijk")
    ours = Certificate(certificate=certificate, key=key, authorities=theirs.file)
    with pytest.raises(PartyUnavailable, match=r"^register\."):
        asks(party, Access(certificate=ours))


def test_a_server_that_we_do_not_know_is_shown_nothing(party: str, theirs: Authority, tmp_path: Path) -> None:
    certificate, key = theirs.signs("waterdorp")
    ours = Certificate(certificate=certificate, key=key, authorities=Authority(tmp_path, "ours").file)
    with pytest.raises(PartyUnavailable, match=r"^register\."):
        asks(party, Access(certificate=ours))


def test_a_certificate_without_its_own_key_is_refused_before_anything_is_asked(party: str, theirs: Authority) -> None:
    (certificate, _), (_, key) = theirs.signs("one"), theirs.signs("other")
    with pytest.raises(BadAccess, match="no certificate with this key"):
        asks(party, Access(certificate=Certificate(certificate=certificate, key=key, authorities=theirs.file)))
