"""The demonstration's provider, listening in a thread, with claims that a test can spoil."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from joserfc import jwt

from adapters.oidc import Provider
from config import DEMO_ISSUER_PATH
from simulation.sign_in import Client, DemoProvider, Granted, real_clock, router

ADDRESS = "http://127.0.0.1:8000"
"""Where the web app is, as the provider knows it; nobody has to listen there."""
_NO_FILE = Path()
CLIENT = Client("signaalreis", "geheim: +&/", ADDRESS)


class ListeningProvider(DemoProvider):
    """Says what a test puts into `spoilt` instead of what it should; None leaves a claim out."""

    def __init__(self, issuer: str, client: Client = CLIENT) -> None:
        super().__init__(issuer, client, demo=True, now=lambda: self.at or real_clock())
        self.at: datetime | None = None
        self.spoilt: dict[str, Any] = {}
        self.said_of_itself: dict[str, Any] = {}

    def forget(self) -> None:
        """As at its beginning, but for its key."""
        self.at, self.spoilt, self.said_of_itself = None, {}, {}
        self._signed_in.clear()
        self._codes.clear()

    def about(self) -> dict[str, Any]:
        return {name: said for name, said in (super().about() | self.said_of_itself).items() if said is not None}

    def claims(self, granted: Granted) -> dict[str, Any]:
        return {name: said for name, said in (super().claims(granted) | self.spoilt).items() if said is not None}

    def access_token(self, staff: str, audience: str | list[str], **said: Any) -> str:
        """For a system that asks in somebody's name; `said` stands instead of what it should."""
        now = int((self.at or real_clock()).timestamp())
        claims = {"iss": self.issuer, "aud": audience, "sub": staff, "iat": now, "exp": now + 300, **said}
        header = {"alg": "RS256", "typ": "at+jwt", "kid": self.key.kid}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, self.key)

    def web_app(self, *, demo: bool = True, secret: str = CLIENT.secret, authorities: Path = _NO_FILE) -> Provider:
        """The web app's side of it."""
        return Provider(
            self.issuer,
            client_id=self.client.id,
            client_secret=secret,
            scope="openid profile",
            comes_back_to=self.client.comes_back_to,
            demo=demo,
            authorities=authorities,
        )


@contextmanager
def listening_provider(
    client: Client = CLIENT, certificate: tuple[Path, Path] | None = None
) -> Iterator[ListeningProvider]:
    """For the web app at the address of `client`; over https with a certificate and its key."""
    # The socket listens before the server does, so that nobody has to wait for its start.
    listening = socket.create_server(("127.0.0.1", 0))
    scheme = "http" if certificate is None else "https"
    provider = ListeningProvider(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}{DEMO_ISSUER_PATH}", client)
    app = FastAPI()
    app.include_router(router(provider))
    settings = uvicorn.Config(app, log_config=None, log_level=logging.CRITICAL, access_log=False)
    if certificate is not None:
        settings.ssl_certfile, settings.ssl_keyfile = certificate
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield provider
    server.should_exit = True
    thread.join(timeout=10)
