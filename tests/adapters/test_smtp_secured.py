"""Mail over a connection that nobody can read, from somebody who signs in; against a real SMTP server with TLS."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from activities.ports import NotAuthorised, PartyUnavailable
from adapters.smtp import Login, Security, Smtp
from engine.servers import free_port
from models.personal import Mail
from models.values import EmailAddress

MAIL = Mail(address=EmailAddress("iemand@post.example"), subject="Een bericht", body="Beste A.")
LOGIN = Login("signaalreis", "een lang wachtwoord")


@dataclass
class Received:
    """What the server took, from whom by the envelope, and whether the connection was closed to others."""

    mails: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.senders.append(envelope.mail_from or "")
        assert server.transport is not None
        self.over_tls.append(server.transport.get_extra_info("ssl_object") is not None)
        return "250 OK"


def _who(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    right = (given.login, given.password) == (LOGIN.user.encode(), LOGIN.password.encode())
    # Not handled: the server says no itself.
    return AuthResult(success=right, handled=right)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a server at 127.0.0.1, signed by itself, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "post.zonnedijk.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@contextmanager
def a_server(certificate: Path, security: Security, *, login: bool = True) -> Iterator[tuple[int, Received]]:
    """Port and what it received."""
    received, port = Received(), free_port()
    secret = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secret.load_cert_chain(certificate)
    how: dict[str, Any] = {}
    if security is Security.STARTTLS:
        how = {"tls_context": secret, "require_starttls": True}
    elif security is Security.TLS:
        how = {"ssl_context": secret}
    if login:
        how |= {"authenticator": _who, "auth_required": True, "auth_require_tls": security is Security.STARTTLS}
    controller = Controller(received, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port, received
    finally:
        controller.stop()


def a_client(port: int, security: Security, certificate: Path | None, login: Login | None = LOGIN) -> Smtp:
    trust = None if certificate is None else ssl.create_default_context(cafile=str(certificate))
    return Smtp(
        "127.0.0.1",
        port,
        sender="Gemeente Zonnedijk <contact@zonnedijk.example>",
        timeout=5.0,
        security=security,
        login=login,
        bounces_to="terug@zonnedijk.example",
        trust=trust,
    )


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_mail_goes_over_a_closed_connection_from_who_signed_in(certificate: Path, security: Security) -> None:
    with a_server(certificate, security) as (port, received):
        a_client(port, security, certificate).send(MAIL, reference="een")
    assert (len(received.mails), received.over_tls) == (1, [True])
    # It comes back where somebody looks for it; the resident sees who it is from.
    assert received.senders == ["terug@zonnedijk.example"]
    assert b"From: Gemeente Zonnedijk <contact@zonnedijk.example>" in received.mails[0]


def test_a_server_that_takes_mail_of_this_host_needs_nobody_to_sign_in(certificate: Path) -> None:
    with a_server(certificate, Security.NONE, login=False) as (port, received):
        a_client(port, Security.NONE, None, login=None).send(MAIL, reference="een")
    assert received.over_tls == [False]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_server_whose_certificate_nobody_knows_gets_nothing(certificate: Path, security: Security) -> None:
    with a_server(certificate, security) as (port, received), pytest.raises(PartyUnavailable) as caught:
        a_client(port, security, None).send(MAIL, reference="een")
    assert (caught.value.code, received.mails) == ("mail.no-tls", [])


def test_nothing_goes_in_the_clear_to_a_server_that_does_not_offer_tls(certificate: Path) -> None:
    with a_server(certificate, Security.NONE, login=False) as (port, received), pytest.raises(PartyUnavailable):
        a_client(port, Security.STARTTLS, certificate).send(MAIL, reference="een")
    assert received.mails == []


def test_a_wrong_password_is_not_tried_again_and_stands_nowhere(certificate: Path) -> None:
    with a_server(certificate, Security.STARTTLS) as (port, received), pytest.raises(NotAuthorised) as caught:
        a_client(port, Security.STARTTLS, certificate, Login("signaalreis", "verkeerd")).send(MAIL, reference="een")
    assert (caught.value.code, received.mails) == ("mail.smtp-535", [])
    assert caught.value.__context__ is None
    assert "verkeerd" not in repr(Login("signaalreis", "verkeerd"))


def test_a_server_where_nobody_can_sign_in_is_a_matter_of_the_settings(certificate: Path) -> None:
    with a_server(certificate, Security.NONE, login=False) as (port, received), pytest.raises(NotAuthorised):
        a_client(port, Security.NONE, None).send(MAIL, reference="een")
    assert received.mails == []
