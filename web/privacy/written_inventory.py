"""The inventory as a document, and as rows."""

from collections.abc import Iterator

from policy.terms import Policy
from web.privacy.document import Document, Part, Table
from web.privacy.inventory import Kept, inventory

HEADINGS = (
    "plaats",
    "veld",
    "wat het is",
    "van wie",
    "waarvoor",
    "bron",
    "wie het ziet",
    "hoe lang",
    "hoe het weggaat",
)


def inventory_document(policy: Policy, place: str) -> Document:
    """Every personal field; what holds nobody's data is named at the end."""
    kept = inventory(policy)
    personal = [one for one in kept if one.is_personal]
    others = [one for one in kept if not one.is_personal]
    return Document(
        f"Persoonsgegevens in Signaalreis: {place}",
        (
            "Dit overzicht volgt uit het programma en uit het beleid van de gemeente: elk veld van de database, elk "
            "verzegeld stuk, en wat daarbuiten staat. Verandert het programma of het beleid, dan verandert dit mee.",
            f"Beleid: versie {policy.version}.",
        ),
        (
            *(_part(one) for one in personal),
            Part("Plaatsen zonder persoonsgegevens", items=tuple(f"{one.title} ({one.where})" for one in others)),
        ),
    )


def inventory_rows(policy: Policy) -> Iterator[tuple[str, ...]]:
    """A row for each field, also of what holds nobody's data, under `HEADINGS`."""
    for one in inventory(policy):
        for line in one.lines:
            yield (
                one.where,
                line.name,
                line.what,
                line.who.value,
                one.why,
                one.source,
                one.seen,
                one.how_long,
                one.goes,
            )


def _part(one: Kept) -> Part:
    source = (f"Bron: {one.source}",) if one.source else ()
    facts = (
        f"Plaats: {one.where}",
        f"Van: {', '.join(one.people)}",
        f"Waarvoor: {one.why}",
        *source,
        f"Wie het ziet: {one.seen}",
        f"Hoe lang: {one.how_long}",
        f"Hoe het weggaat: {one.goes}",
    )
    rows = tuple((line.name or "inhoud", line.what, line.who.value) for line in one.lines if line.is_personal)
    return Part(one.title, items=facts, table=Table(("veld", "wat het is", "van wie"), rows))
