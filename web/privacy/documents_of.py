"""The three documents of a municipality, by the name that page and command line call them."""

from collections.abc import Callable
from enum import StrEnum

from policy.terms import Policy
from web.privacy.document import Document
from web.privacy.dpia import dpia_document
from web.privacy.register import register_document
from web.privacy.written_inventory import inventory_document


class Asked(StrEnum):
    INVENTORY = "gegevens"
    REGISTER = "register"
    DPIA = "dpia"

    @property
    def heading(self) -> str:
        return _TITLES[self]

    def of(self, policy: Policy, place: str) -> Document:
        """The document for the municipality of this policy; `place` is what it is called."""
        return _MADE[self](policy, place)


_TITLES = {
    Asked.INVENTORY: "Alle persoonsgegevens",
    Asked.REGISTER: "Register van verwerkingen",
    Asked.DPIA: "Bijlage bij de DPIA",
}
_MADE: dict[Asked, Callable[[Policy, str], Document]] = {
    Asked.INVENTORY: inventory_document,
    Asked.REGISTER: register_document,
    Asked.DPIA: dpia_document,
}
