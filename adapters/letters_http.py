"""The provider that prints letters and posts them, over HTTP: one idempotent PUT for each letter."""

from activities.ports import Printer
from adapters.http_auth import OPEN, Access
from adapters.message_http import MessageHttp
from models.codes import Party
from models.personal import Letter


class LettersHttp(Printer):
    """`PUT {base}/brieven/{reference}` with the addressee, the subject and the text."""

    carrier = "printer"
    can_be_asked = True

    def __init__(self, base_url: str, *, access: Access = OPEN, timeout: float = 10.0) -> None:
        self._http = MessageHttp(Party.LETTERS, base_url, "brieven", timeout=timeout, access=access)

    def close(self) -> None:
        self._http.close()

    def send(self, letter: Letter, *, reference: str) -> None:
        """Raises what `MessageHttp.put` raises, with codes such as `letters.http-503`."""
        self._http.put(reference, _wire_format(letter))

    def took(self, reference: str) -> bool:
        """Raises what `MessageHttp.took` raises."""
        return self._http.took(reference)


def _wire_format(letter: Letter) -> dict[str, object]:
    address = letter.address
    return {
        # Nothing but this stands on the envelope.
        "geadresseerde": {
            "naam": letter.name,
            "straat": address.street,
            "huisnummer": address.number,
            "toevoeging": address.addition,
            "postcode": address.postcode.text,
            "plaats": address.town,
        },
        "onderwerp": letter.subject,
        "tekst": letter.body,
    }
