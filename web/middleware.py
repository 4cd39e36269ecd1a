"""What holds for every answer: security headers, and errors that tell nobody anything about a resident."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from observability import get_logger

log = get_logger()

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NOT_KEPT = "no-store"
"""Pages are about residents: no browser or proxy keeps a copy that outlives its erasure."""
KEPT_SHORTLY = "public, max-age=3600"
LONGEST_BODY = 27_000_000
"""Bytes: the largest file that a partner may send, and the form around it."""


class SafeAnswers:
    """Outermost: sets the headers, and turns an error into a page and one log line without its message. Of an address
    that holds a zero byte, which no id has and no PostgreSQL takes, nothing is asked."""

    def __init__(self, app: ASGIApp, failed: Callable[[], ASGIApp], nowhere: Callable[[], ASGIApp]) -> None:
        self._app = app
        self._failed = failed
        self._nowhere = nowhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        receive = _capped(receive)
        started = False
        cache = KEPT_SHORTLY if scope["path"].startswith(("/static/", "/thema/")) else NOT_KEPT

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update({**HEADERS, "Cache-Control": cache})
            await send(message)

        # The APIs say so in their own form.
        app = self._nowhere() if has_zero(scope) and not scope["path"].startswith("/api/") else self._app
        try:
            await app(scope, receive, guarded)
        # An exception's message may hold whatever somebody typed, so it may not travel on to the server's own log.
        except Exception as error:
            log.error("web.failed", exc_info=error)
            if not started:
                await self._failed()(scope, receive, guarded)


def has_zero(scope: Scope) -> bool:
    """Whether the address holds a zero byte."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def _capped(receive: Receive) -> Receive:
    """No more of a body than `LONGEST_BODY`: after that the sender is taken to have left."""
    taken = 0

    async def capped() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= LONGEST_BODY else {"type": "http.disconnect"}

    return capped
