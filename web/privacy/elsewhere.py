"""Where data are that stand in no table: Temporal, logs, files, the browser."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.namespace import RETENTION
from observability import FIELDS
from policy.permissions import Action
from web.privacy.place import Who
from workflows.attributes import SEARCH_ATTRIBUTES


@dataclass(frozen=True)
class Elsewhere:
    """A place outside our tables: what of it concerns somebody, why, how long, and how it goes."""

    where: str
    what: str
    who: Who
    why: str
    seen: tuple[Action, ...]
    how_long: str
    goes: str


def elsewhere() -> Iterator[Elsewhere]:
    """Every one of them."""
    attributes = ", ".join(each.name for each in SEARCH_ATTRIBUTES)
    yield Elsewhere(
        "Temporal: verwerkingen van zaken",
        f"Nummers en codes: de stand van de zaak, gebeurtenissen en handelingen. Zoekvelden: {attributes}. Geen naam, "
        "adres, bedrag of tekst.",
        Who.RESIDENT,
        "De zaak gaat verder, ook na een storing.",
        (Action.ADMINISTER,),
        f"Zolang de zaak loopt; wat klaar is {RETENTION.days} dagen. Bij vernietigen meteen.",
        "De verwerking wordt gewist, na de sleutel en de regels.",
    )
    yield Elsewhere(
        "Logregels",
        f"Alleen deze {len(FIELDS)} velden, met codes en nummers: {', '.join(sorted(FIELDS))}. Al het andere wordt "
        "weggelaten.",
        Who.RESIDENT,
        "Zien hoe de installatie loopt.",
        (Action.ADMINISTER,),
        "Zo lang als de gemeente haar logs bewaart; de nummers leiden na vernietigen nergens meer heen.",
        "Door wie de logs bewaart.",
    )
    yield Elsewhere(
        "Map voor de drukker",
        "Zendingen met brieven: naam, adres en tekst, tot de drukker ze heeft.",
        Who.RESIDENT,
        "De drukker maakt brieven.",
        (Action.SEE_PRINT_ROUNDS,),
        "Tot de drukker de zending heeft opgehaald.",
        "De drukker haalt het bestand weg; `cli.py retention verify` meldt wat blijft liggen.",
    )
    yield Elsewhere(
        "Reservekopieën van de database",
        "Alle tabellen; de verzegelde stukken zijn zonder de kluis niet te lezen.",
        Who.RESIDENT,
        "Herstel na een ramp.",
        (),
        "Zo lang als de gemeente kopieën bewaart.",
        "Wat is vernietigd, is in elke kopie onleesbaar: de sleutel is weg. `cli.py retention again` wist het opnieuw.",
    )
    yield Elsewhere(
        "Hoofdsleutel en andere geheimen op de server",
        "Sleutels waarmee de kluis opengaat; geen gegevens van iemand.",
        Who.NOBODY,
        "Versleutelen.",
        (),
        "Zolang de installatie loopt.",
        "Door de beheerder.",
    )
    yield Elsewhere(
        "De browser van een medewerker",
        "Een cookie met de sessie, een cookie die formulieren beschermt, en of sneltoetsen aan staan. Geen gegevens "
        "van inwoners: pagina’s worden niet bewaard (`no-store`).",
        Who.STAFF,
        "Aangemeld blijven.",
        (),
        "Tot afmelden, of tot de sessie verloopt.",
        "De browser wist het.",
    )
    yield Elsewhere(
        "Bestanden die een medewerker downloadt",
        "Lijsten en cijfers als CSV, geweigerde regels van een aanlevering. Op de server blijft geen kopie.",
        Who.RESIDENT,
        "Werk en verantwoording.",
        (Action.IMPORT_DELIVERY, Action.SEE_PARTNERS, Action.SEE_LOOKS, Action.SEE_FIGURES),
        "De gemeente bepaalt dat: het bestand is buiten het systeem.",
        "Door wie het downloadde.",
    )
