"""A party that speaks HTTP: every way in which it can fail becomes one of the ports' errors, by code.

Errors are raised outside the `except` blocks, so that they carry no context: httpx's own exceptions hold the
request, and a request can hold a person.
"""

from collections.abc import Mapping
from datetime import timedelta

import httpx

from activities.ports import AnswerLost, NotAuthorised, PartyUnavailable
from adapters.http_auth import OPEN, Access
from models.codes import Party
from models.errors import CodedError

_NOT_AUTHORISED = frozenset({401, 403, 407})
_LATER = frozenset({425, 429})
_TIMED_OUT = 408
ANSWERED_NO = frozenset(range(400, 500)) - _NOT_AUTHORISED - _LATER - {_TIMED_OUT}
"""The party understood who asks, and asking later does not help."""

_BINARY = {"content-type": "application/zip"}


LONGEST_WAIT = timedelta(hours=1)


class RequestRefused(CodedError):
    """The party does not accept the question as we put it; only a new release of ours or of theirs helps."""

    retryable = False


class HttpParty:
    """One party at one base URL, shared between threads. `timeout` is in seconds, per network operation."""

    def __init__(
        self,
        party: Party,
        base_url: str,
        *,
        timeout: float,
        access: Access = OPEN,
        auth: httpx.Auth | None = None,
    ) -> None:
        """Shows `access`; `auth` is for a party whose own way takes the place of that of `access`."""
        self._party = party
        # The environment's proxies are not for parties that are named in the configuration.
        self._client = httpx.Client(
            base_url=base_url,
            timeout=timeout,
            headers=access.all_headers(),
            auth=auth or access.auth(party),
            verify=access.verify(),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._client.close()

    def ask(
        self,
        method: str,
        path: str,
        payload: object = None,
        *,
        also: frozenset[int] = frozenset(),
        params: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """The answer to a question: any 2xx, or a status in `also`.

        Raises `PartyUnavailable` (no connection, 425, 429: surely not dealt with), `AnswerLost` (timeout, connection
        lost, 408, 5xx: perhaps dealt with), `NotAuthorised` (401, 403, 407) and `RequestRefused` (every other status),
        with codes such as `register.http-503`. How long a party asks to be left alone is in the error.
        """
        response = self._exchange(method, path, payload, params)
        status = response.status_code
        if response.is_success or status in also:
            return response
        code = f"{self._party}.http-{status}"
        if status in _NOT_AUTHORISED:
            raise NotAuthorised(code)
        if status in _LATER:
            raise PartyUnavailable(code, retry_after=_asked_to_wait(response))
        if status == _TIMED_OUT or status >= 500:
            raise AnswerLost(code, retry_after=_asked_to_wait(response))
        raise RequestRefused(code)

    def _exchange(self, method: str, path: str, payload: object, params: Mapping[str, str] | None) -> httpx.Response:
        try:
            if isinstance(payload, bytes):
                return self._client.request(method, path, content=payload, headers=_BINARY)
            return self._client.request(method, path, json=payload, params=params)
        except (httpx.ConnectTimeout, httpx.ConnectError, httpx.PoolTimeout):
            problem, lost = "unreachable", False
        except httpx.TimeoutException:
            problem, lost = "timeout", True
        except (httpx.RequestError, httpx.StreamError):
            problem, lost = "connection-lost", True
        code = f"{self._party}.{problem}"
        raise AnswerLost(code) if lost else PartyUnavailable(code)


def _asked_to_wait(response: httpx.Response) -> timedelta | None:
    """What the party says in `Retry-After`, in seconds; a date or nonsense is no answer."""
    text = response.headers.get("retry-after", "")
    return min(timedelta(seconds=int(text)), LONGEST_WAIT) if text.isdecimal() and len(text) < 9 else None
