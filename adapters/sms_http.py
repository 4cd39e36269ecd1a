"""The gateway for text messages, over HTTP: one idempotent PUT for each message."""

from activities.ports import SmsGateway
from adapters.message_http import MessageHttp
from models.codes import Party
from models.personal import TextMessage


class SmsHttp(SmsGateway):
    """`PUT {base}/sms/{reference}` with the number and the text."""

    def __init__(self, base_url: str, *, timeout: float = 10.0) -> None:
        self._http = MessageHttp(Party.SMS, base_url, "sms", timeout=timeout)

    def close(self) -> None:
        self._http.close()

    def send(self, text: TextMessage, *, reference: str) -> None:
        """Raises what `MessageHttp.put` raises, with codes such as `sms.http-503`."""
        self._http.put(reference, {"nummer": text.number.text, "tekst": text.body})

    def took(self, reference: str) -> bool:
        """Raises what `MessageHttp.took` raises."""
        return self._http.took(reference)
