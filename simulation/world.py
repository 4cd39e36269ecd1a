"""The outside world: persons register, partners, mail server, printer of letters, gateway for text messages and the
provider with which staff sign in, speaking their real protocols on loopback.

`python -m simulation.world --data DIR --http-port N --smtp-port M` runs it as a process; `World` runs it in a thread
for tests. What it received lies in `DIR/world.db`, so it goes on after a restart.
"""

import argparse
import asyncio
import contextlib
import logging
import secrets
import socket
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

import config
from adapters.notify_http import NotifyKey, NotifySms
from config import DEMO_ISSUER_PATH, Settings
from simulation import faults, inhabitants, notify, partners, postbox, printer, register, returned_mail, sign_in
from simulation.client import WorldClient
from simulation.faults import CutOff, Dropped, Faults, HalfOpen, Unfinished
from simulation.imap_mailbox import PASSWORD, ImapMailbox
from simulation.inhabitants import Inhabitants
from simulation.mailroom import Mailroom
from simulation.people import BLOCK, SEED, SyntheticPerson, population
from simulation.sign_in import Client, DemoProvider, NotForProduction, real_clock
from simulation.store import WorldStore

log = logging.getLogger("simulation.world")

LOOPBACK = "127.0.0.1"
NOTIFY_SECRET = str(uuid.uuid4())
"""Of the account at the message service when nobody names another; made anew in each process."""
CLIENT_SECRET = secrets.token_urlsafe(32)
"""Of the web app at the provider with which staff sign in, likewise."""


class WorldDidNotStart(Exception):
    """The outside world did not answer."""


class World(WorldClient):
    """The outside world in a thread of this process, on ports of its own.

    `data` keeps its database; without it a temporary folder is used and removed at the end. `start` after `stop`
    goes on with the same mailboxes on the same ports.
    """

    def __init__(
        self,
        data: Path | None = None,
        *,
        seed: int = SEED,
        count: int = BLOCK,
        web_url: str = "http://127.0.0.1:8000",
        now: Callable[[], datetime] = real_clock,
    ) -> None:
        """`now`: the clock of the provider with which staff sign in at `web_url`."""
        self.people = population(seed, count)
        self._temporary = tempfile.TemporaryDirectory(prefix="world-") if data is None else None
        self._data = Path(self._temporary.name) if self._temporary else data or Path()
        self._web_url = web_url
        self._now = now
        self._http_port = self._smtp_port = self._imap_port = 0
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def register_url(self) -> str:
        return self.url

    @property
    def partners_url(self) -> str:
        return self.url

    @property
    def letters_url(self) -> str:
        return self.url

    @property
    def notify_url(self) -> str:
        return self.url

    @property
    def issuer(self) -> str:
        """The provider with which staff sign in."""
        return self.url + DEMO_ISSUER_PATH

    def sms_gateway(self) -> NotifySms:
        """Who sends text messages here."""
        key = NotifyKey(service=notify.SERVICE, secret=NOTIFY_SECRET)
        return NotifySms(self.url, key, template=notify.TEMPLATES["sms"])

    def write_notify_key(self, file: Path) -> None:
        """Of the account at the message service, as its owner keeps it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(notify.key_text(NOTIFY_SECRET), encoding="utf-8")

    @property
    def smtp_address(self) -> tuple[str, int]:
        """Host and port."""
        return LOOPBACK, self._smtp_port

    @property
    def imap_address(self) -> tuple[str, int]:
        """Host and port of the mailbox for what came back."""
        return LOOPBACK, self._imap_port

    def start(self) -> Self:
        """Return when everything answers. Raises WorldDidNotStart."""
        http, smtp, imap = (_listener(port) for port in (self._http_port, self._smtp_port, self._imap_port))
        self._http_port, self._smtp_port, self._imap_port = _port(http), _port(smtp), _port(imap)
        super().__init__(f"http://{LOOPBACK}:{self._http_port}")
        client = Client(Settings.signin_client_id, CLIENT_SECRET, self._web_url)
        provider = DemoProvider(self.issuer, client, demo=True, now=self._now)
        self._server = _server(build(self._data, self.people, smtp=smtp, imap=imap, provider=provider))
        self._thread = threading.Thread(target=self._server.run, args=([http],), name="world", daemon=True)
        self._thread.start()
        if not self.is_healthy():
            self.stop()
            raise WorldDidNotStart
        return self

    def stop(self) -> None:
        """Close every connection and wait; nothing happens when it does not run."""
        if self._server is None or self._thread is None:
            return
        self.close()
        self._server.should_exit = True
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._temporary is not None:
            self._temporary.cleanup()


def build(
    data: Path,
    people: Sequence[SyntheticPerson],
    *,
    smtp: socket.socket,
    imap: socket.socket,
    provider: DemoProvider,
    notify_secret: str = NOTIFY_SECRET,
    imap_password: str = PASSWORD,
) -> FastAPI:
    """The application; while it runs, mail is taken at the listening socket `smtp`, and what came back can be read at
    `imap`."""
    store = WorldStore(data / "world.db")
    switches = Faults(store)
    everybody = Inhabitants(store, people)
    post = Mailroom(store, switches, refuses=everybody.refuse_mail)
    account = notify.Notify(store, switches, secret=notify_secret, refuses=everybody.refuse_mail)

    @contextlib.asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        server = await asyncio.get_running_loop().create_server(post.connection, sock=smtp)
        mailbox = await asyncio.get_running_loop().create_server(
            lambda: ImapMailbox(store, switches, password=imap_password), sock=imap
        )
        log.info("world.up")
        yield
        server.close()
        mailbox.close()
        store.close()
        log.info("world.down")

    app = FastAPI(title="Buitenwereld", lifespan=running, docs_url=None, redoc_url=None)
    app.include_router(register.router(everybody, switches))
    app.include_router(partners.router(store, switches))
    app.include_router(printer.router(store, switches))
    app.include_router(notify.router(account, store, switches))
    app.include_router(sign_in.router(provider))
    app.include_router(returned_mail.router(store))
    app.include_router(postbox.router(store, everybody))
    app.include_router(inhabitants.router(everybody))
    app.include_router(faults.router(switches))
    _add_odds_and_ends(app)
    return app


def _add_odds_and_ends(app: FastAPI) -> None:
    @app.get("/gezond")
    async def healthy() -> PlainTextResponse:
        return PlainTextResponse("gezond")

    @app.get("/")
    async def start() -> RedirectResponse:
        return RedirectResponse("/postbus")

    @app.exception_handler(Dropped)
    async def drop(request: Request, error: Exception) -> Response:
        return CutOff()

    @app.exception_handler(HalfOpen)
    async def hang(request: Request, error: Exception) -> Response:
        return Unfinished(error.seconds if isinstance(error, HalfOpen) else 0)

    @app.exception_handler(Exception)
    async def fail(request: Request, error: Exception) -> Response:
        # Its text may name somebody.
        log.error("world.failed %s", type(error).__name__)
        return PlainTextResponse("Er ging iets mis.", status_code=500)


def _server(app: FastAPI) -> uvicorn.Server:
    """Its own log is silent: it would repeat addresses of mailboxes and texts of errors."""
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, log_level=logging.CRITICAL, access_log=False, timeout_graceful_shutdown=1)
    )


def _listener(port: int) -> socket.socket:
    """A listening socket on loopback; any free port for 0."""
    # Only a socket that names its protocol gets TCP_NODELAY from asyncio; without it each answer takes 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, port))
    listener.listen()
    return listener


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def main() -> None:
    """Runs until SIGTERM or SIGINT."""
    arguments = argparse.ArgumentParser(prog="python -m simulation.world", description=__doc__)
    arguments.add_argument("--data", type=Path, required=True, help="folder of world.db")
    arguments.add_argument("--http-port", type=int, required=True)
    arguments.add_argument("--smtp-port", type=int, required=True)
    arguments.add_argument("--imap-port", type=int, default=0, help="of the mailbox for what came back; 0: any")
    arguments.add_argument("--imap-password", type=Path, help="file with the password of that mailbox")
    arguments.add_argument("--notify-key", type=Path, help="file with the key of the account at the message service")
    arguments.add_argument("--web-url", default="http://127.0.0.1:8000", help="where the web app is")
    arguments.add_argument("--client-secret", type=Path, help="file with the web app's secret at the provider")
    arguments.add_argument("--seed", type=int, default=SEED, help="which people there are")
    arguments.add_argument("--count", type=int, default=BLOCK, help="how many people there are")
    chosen = arguments.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    secret = NOTIFY_SECRET if chosen.notify_key is None else NotifyKey.read(chosen.notify_key).secret
    password = PASSWORD if chosen.imap_password is None else chosen.imap_password.read_text("utf-8").strip()
    provider = _provider(chosen)
    people = population(chosen.seed, chosen.count)
    app = build(
        chosen.data,
        people,
        smtp=_listener(chosen.smtp_port),
        imap=_listener(chosen.imap_port),
        provider=provider,
        notify_secret=secret,
        imap_password=password,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _server(app).run(sockets=[_listener(chosen.http_port)])


def _provider(chosen: argparse.Namespace) -> DemoProvider:
    secret = CLIENT_SECRET if chosen.client_secret is None else chosen.client_secret.read_text("utf-8").strip()
    try:
        return DemoProvider(
            f"http://{LOOPBACK}:{chosen.http_port}{DEMO_ISSUER_PATH}",
            Client(Settings.signin_client_id, secret, chosen.web_url),
            demo=config.read().demo,
        )
    except NotForProduction as refusal:
        raise SystemExit(str(refusal)) from None


if __name__ == "__main__":
    main()
