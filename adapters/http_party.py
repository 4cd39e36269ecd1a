"""A party that speaks HTTP: every way in which it can fail becomes one of the ports' errors, by code.

Errors are raised outside the `except` blocks, so that they carry no context: httpx's own exceptions hold the
request, and a request can hold a person.
"""

from collections.abc import Mapping

import httpx

from activities.ports import NotAuthorised, PartyUnavailable
from models.codes import Party
from models.errors import CodedError

_NOT_AUTHORISED = frozenset({401, 403, 407})
_LATER = frozenset({408, 425, 429})
ANSWERED_NO = frozenset(range(400, 500)) - _NOT_AUTHORISED - _LATER
"""The party understood who asks, and asking later does not help."""

_BINARY = {"content-type": "application/zip"}


class RequestRefused(CodedError):
    """The party does not accept the question as we put it; only a new release of ours or of theirs helps."""

    retryable = False


class HttpParty:
    """One party at one base URL, shared between threads. `timeout` is in seconds, per network operation."""

    def __init__(
        self, party: Party, base_url: str, *, timeout: float, headers: Mapping[str, str] | None = None
    ) -> None:
        self._party = party
        # The environment's proxies are not for parties that are named in the configuration.
        self._client = httpx.Client(
            base_url=base_url, timeout=timeout, headers=headers, trust_env=False, follow_redirects=False
        )

    def close(self) -> None:
        self._client.close()

    def ask(
        self, method: str, path: str, payload: object = None, *, also: frozenset[int] = frozenset()
    ) -> httpx.Response:
        """The answer to a question: any 2xx, or a status in `also`.

        Raises `PartyUnavailable` (timeout, no connection, 408, 425, 429, 5xx), `NotAuthorised` (401, 403,
        407) and `RequestRefused` (every other status), with codes such as `register.http-503`.
        """
        response = self._exchange(method, path, payload)
        status = response.status_code
        if response.is_success or status in also:
            return response
        code = f"{self._party}.http-{status}"
        if status in _NOT_AUTHORISED:
            raise NotAuthorised(code)
        if status in _LATER or status >= 500:
            raise PartyUnavailable(code)
        raise RequestRefused(code)

    def _exchange(self, method: str, path: str, payload: object) -> httpx.Response:
        try:
            if isinstance(payload, bytes):
                return self._client.request(method, path, content=payload, headers=_BINARY)
            return self._client.request(method, path, json=payload)
        except httpx.ConnectTimeout:
            problem = "unreachable"
        except httpx.TimeoutException:
            problem = "timeout"
        except httpx.ConnectError:
            problem = "unreachable"
        except httpx.RequestError:
            problem = "connection-lost"
        raise PartyUnavailable(f"{self._party}.{problem}")
