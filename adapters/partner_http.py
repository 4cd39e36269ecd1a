"""The partners' door for feedback, over HTTP: one idempotent PUT for each batch."""

from collections.abc import Sequence
from urllib.parse import quote

from activities.ports import PartnerDesk
from adapters.http_auth import OPEN, Access
from adapters.http_party import HttpParty
from models.codes import Party
from models.ids import BatchId, PartnerId


class PartnerHttp(PartnerDesk):
    """`PUT {base}/partners/{partner}/terugkoppelingen/{batch}` with a list of `{kenmerk, resultaat}`.

    The batch id makes it idempotent: a batch whose answer was lost is sent again without harm.
    """

    def __init__(self, base_url: str, *, access: Access = OPEN, timeout: float = 10.0) -> None:
        self._http = HttpParty(Party.PARTNERS, base_url, timeout=timeout, access=access)

    def close(self) -> None:
        self._http.close()

    def deliver(self, partner: PartnerId, batch: BatchId, items: Sequence[tuple[str, str]]) -> None:
        """Raises what `HttpParty.ask` raises, with codes such as `partners.http-503`."""
        path = f"/partners/{quote(partner, safe='')}/terugkoppelingen/{quote(batch, safe='')}"
        content = [{"kenmerk": reference, "resultaat": result} for reference, result in items]
        self._http.ask("PUT", path, content)
