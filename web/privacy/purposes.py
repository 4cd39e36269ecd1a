"""For what data are there, and on which legal basis. What is not looked up says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.privacy.place import Purpose


@dataclass(frozen=True)
class Why:
    text: str
    basis: str


_TASK = "AVG art. 6 lid 1 e (taak van algemeen belang)"
PURPOSES: Mapping[Purpose, Why] = {
    Purpose.HELP: Why(
        "Inwoners met betalingsachterstanden vroeg hulp aanbieden",
        f"{_TASK}; Wet gemeentelijke schuldhulpverlening, na te kijken: art. 3. Ontvangen mag per soort partner",
    ),
    Purpose.PARTNERS: Why(
        "Met signaalpartners samenwerken, en hun laten weten wat zij mogen weten",
        f"{_TASK}; Besluit gemeentelijke schuldhulpverlening, na te kijken",
    ),
    Purpose.WORK: Why("Het werk verdelen en afspraken nakomen", _TASK),
    Purpose.LOOKS: Why(
        "Kunnen nagaan wie in welke zaak keek", "AVG art. 5 lid 1 f en lid 2, art. 32 (beveiliging en verantwoording)"
    ),
    Purpose.PROOF: Why(
        "Kunnen laten zien wat er gebeurde, en dat gegevens op tijd weg zijn",
        "AVG art. 5 lid 1 e en lid 2 (verantwoording)",
    ),
    Purpose.SIGN_IN: Why("Alleen wie mag, kan erbij", "AVG art. 32 (beveiliging)"),
    Purpose.FIGURES: Why(
        "Cijfers maken zonder personen, en de landelijke cijfers van het CBS",
        f"{_TASK}; AVG art. 89 (statistiek); voor het CBS na te kijken",
    ),
    Purpose.QUALITY: Why("Resultaten overal gelijk vastleggen, door collegiale toets", _TASK),
    Purpose.RUNNING: Why("De installatie laten lopen en storingen zien", "AVG art. 32 (beveiliging)"),
}
