"""Providers of messages over HTTP, who take each message once: the same reference names the same message."""

from urllib.parse import quote

from activities.ports import MessageRefused
from adapters.http_auth import OPEN, Access
from adapters.http_party import ANSWERED_NO, HttpParty
from models.codes import Party

_NO_SUCH_DOOR = frozenset({404, 405})
_TAKEN_OTHERWISE = frozenset({409})
_ABOUT_US = _NO_SUCH_DOOR | _TAKEN_OTHERWISE
"""Permanent answers that say nothing about this message: the address in the settings is wrong, or something else went
under its reference."""


class MessageHttp:
    """`PUT {base}/{door}/{reference}` to hand a message over, `GET` to ask whether it was taken."""

    def __init__(self, party: Party, base_url: str, door: str, *, timeout: float, access: Access = OPEN) -> None:
        self._party = party
        self._door = door
        self._http = HttpParty(party, base_url, timeout=timeout, access=access)

    def close(self) -> None:
        self._http.close()

    def put(self, reference: str, content: object) -> None:
        """Returns when the provider has the message.

        Raises what `HttpParty.ask` raises, and `MessageRefused` for a permanent no to this message.
        """
        response = self._http.ask("PUT", self._path(reference), content, also=ANSWERED_NO - _ABOUT_US)
        if not response.is_success:
            raise MessageRefused(f"{self._party}.http-{response.status_code}")

    def took(self, reference: str) -> bool:
        """Whether the provider has a message with this reference. Raises what `HttpParty.ask` raises."""
        return self._http.ask("GET", self._path(reference), also=frozenset({404})).is_success

    def _path(self, reference: str) -> str:
        return f"/{self._door}/{quote(reference, safe='')}"
