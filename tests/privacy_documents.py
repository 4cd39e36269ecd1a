"""What the default policy makes of the inventory, the register entry and the annex to a DPIA, in `docs/`.

`make inventory` writes them anew.
"""

from collections.abc import Mapping
from pathlib import Path

from tests.web.policy_text import default_policy
from web.privacy.document import markdown
from web.privacy.documents_of import Asked

PLACE = "een gemeente met het standaardbeleid"
_DOCS = Path(__file__).parents[1] / "docs"
FILES: Mapping[Asked, Path] = {
    Asked.INVENTORY: _DOCS / "data-inventory.md",
    Asked.REGISTER: _DOCS / "processing-register.md",
    Asked.DPIA: _DOCS / "dpia-annex.md",
}


def text(asked: Asked) -> str:
    return markdown(asked.of(default_policy(), PLACE))


def write() -> None:
    for asked, file in FILES.items():
        file.write_text(text(asked), encoding="utf-8")


if __name__ == "__main__":
    write()
