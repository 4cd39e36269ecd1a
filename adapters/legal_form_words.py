"""What partners write in the column `rechtsvorm`, and what they mean."""

import unicodedata
from collections.abc import Mapping

from models.codes import LegalForm
from models.values import Unreadable

_SAID: Mapping[str, LegalForm] = {
    **{form.value: form for form in LegalForm},
    "natuurlijk persoon": LegalForm.PERSON,
    "particulier": LegalForm.PERSON,
    "zzp": LegalForm.SOLE_TRADER,
    "vennootschap onder firma": LegalForm.GENERAL_PARTNERSHIP,
    "commanditaire vennootschap": LegalForm.LIMITED_PARTNERSHIP,
    "besloten vennootschap": LegalForm.PRIVATE_COMPANY,
    "naamloze vennootschap": LegalForm.PUBLIC_COMPANY,
    "vve": LegalForm.ASSOCIATION,
    "vereniging van eigenaars": LegalForm.ASSOCIATION,
    "owm": LegalForm.MUTUAL_INSURER,
}


def legal_form(text: str) -> LegalForm:
    """Capitals, dots and accents do not count. Raises `Unreadable`, which names what may stand there."""
    found = _KNOWN.get(_spoken(text))
    if found is None:
        *most, last = LegalForm
        raise Unreadable(f"een rechtsvorm is {', '.join(most)} of {last}; of laat het leeg")
    return found


def _spoken(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold().replace(".", ""))
    return " ".join("".join(sign for sign in bare if not unicodedata.combining(sign)).split())


_KNOWN: Mapping[str, LegalForm] = {_spoken(said): form for said, form in _SAID.items()}
