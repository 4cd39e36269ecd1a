"""The printer's door over HTTP: one idempotent PUT for each batch."""

from urllib.parse import quote

from activities.ports import PrintShop
from adapters.http_auth import OPEN, Access
from adapters.http_party import HttpParty
from models.codes import Party
from models.ids import BatchId


class PrintHttp(PrintShop):
    """`PUT {base}/printopdrachten/{batch}` with a ZIP (`adapters.print_batch`).

    The batch id makes it idempotent: a batch whose answer was lost is handed over again, byte for byte the same.
    """

    def __init__(self, base_url: str, *, access: Access = OPEN, timeout: float = 25.0) -> None:
        self._http = HttpParty(Party.LETTERS, base_url, timeout=timeout, access=access)

    def close(self) -> None:
        self._http.close()

    def hand_over(self, batch: BatchId, content: bytes) -> None:
        """Raises what `HttpParty.ask` raises, with codes such as `letters.http-503`."""
        self._http.ask("PUT", f"/printopdrachten/{quote(batch, safe='')}", content)
