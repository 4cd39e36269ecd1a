"""The annex to a data protection impact assessment: what happens, why that is needed, and what may go wrong."""

from collections.abc import Iterator

from models.codes import Route
from policy.terms import Policy
from web import labels
from web.privacy.document import Document, Part, Table
from web.privacy.inventory import inventory
from web.privacy.place import Who
from web.privacy.recipients import RECIPIENTS
from web.privacy.risks import RISKS
from web.privacy.terms import of_outcomes, running


def dpia_document(policy: Policy, place: str) -> Document:
    """What of an assessment follows from the program and the policy; the municipality weighs it."""
    return Document(
        f"Bijlage bij de DPIA: vroegsignalering in {place}",
        (
            "Deze bijlage volgt uit het programma en uit het beleid van de gemeente. Of de verwerking "
            "mag, beoordelen de gemeente en haar functionaris gegevensbescherming.",
        ),
        (
            Part("Wat er gebeurt", tuple(_description(policy))),
            Part("Om hoeveel gegevens het gaat", items=tuple(_amounts(policy))),
            Part("Noodzaak en verhouding", items=tuple(_necessity(policy))),
            Part(
                "Risico’s, maatregelen en bewijs",
                ("Achter elke maatregel staan de tests die haar laten zien. Zij lopen bij elke verandering.",),
                table=Table(
                    ("wat er mis kan gaan", "maatregel in het systeem", "tests"),
                    tuple((risk.what, risk.measure, "; ".join(map(_short, risk.tests))) for risk in RISKS),
                ),
            ),
            Part(
                "Wat het systeem niet oplost",
                items=(
                    "Wat een medewerker buiten het systeem opschrijft, downloadt of doorvertelt.",
                    "Of de grondslag per soort partner klopt: wat niet is nagekeken, heet in het register aangenomen.",
                    "Hoe lang logs en reservekopieën van de installatie blijven, en waar de servers staan.",
                    "De afspraken met verwerkers, zoals de drukker en de hosting.",
                ),
            ),
        ),
    )


def _description(policy: Policy) -> Iterator[str]:
    kinds = ", ".join(kind.value for kind, basis in policy.legal_basis.items() if basis)
    yield f"Een signaalpartner stuurt een signaal over een betalingsachterstand ({kinds})."
    yield (
        "Het systeem kijkt of er al een zaak is, vraagt het persoonsregister om wie het gaat, en kiest een route: "
        + ", ".join(labels.label(Route(route)).lower() for route in policy.routes)
        + "."
    )
    yield (
        "Een medewerker zoekt contact, legt vast wat ervan komt, en zo nodig volgt hulp of een verwijzing. De partner "
        "hoort wat hij mag weten."
    )
    yield f"Daarna gaan de gegevens weg. {of_outcomes(policy)}"
    yield (
        "Er wordt niemand beoordeeld door een algoritme dat leert. De route volgt uit vaste regels, die op de zaak "
        "staan en onder “Beleid”; over hulp beslist een medewerker."
    )


def _amounts(policy: Policy) -> Iterator[str]:
    kept = inventory(policy)
    for who in Who:
        if who is not Who.NOBODY:
            fields = sum(line.who is who for one in kept for line in one.lines)
            yield f"Velden over een {who.value}: {fields}"
    yield f"Ontvangers buiten de gemeente: {len(RECIPIENTS)}"


def _necessity(policy: Policy) -> Iterator[str]:
    amounts = ", ".join(f"{kind.value} € {amount}" for kind, amount in policy.thresholds.items() if amount)
    yield f"Alleen signalen die tellen: drempels {amounts or 'zijn er niet'}; eronder wordt een signaal niet opgepakt."
    yield "Alleen partners met een grondslag; van een soort zonder grondslag wordt niets aangenomen."
    yield "Een medewerker ziet op een lijst naam en werk, en de rest pas in de zaak."
    yield "Cijfers zijn aantallen zonder persoon, geteld voordat de zaak verdwijnt."
    yield f"Een zaak die blijft lopen, wordt na {running(policy)} aan een medewerker voorgelegd."
    yield "De inwoner hoort dat gegevens zijn ontvangen, kan bezwaar maken, en kan elk bericht controleren."


def _short(test: str) -> str:
    file, _, name = test.partition("::")
    return f"{name.removeprefix('test_').replace('_', ' ')} ({file})"
