"""The inventory as a document, and as rows."""

from collections.abc import Iterator, Mapping, Sequence

from policy.terms import Policy
from web.privacy.document import Document, Part, Table
from web.privacy.inventory import Kept, inventory
from web.privacy.place import Who

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


_SEALED = "Inwoners en bellers: verzegelde stukken"
_CODES = "Inwoners en bellers: nummers en codes"
_OTHERS = "Medewerkers en contactpersonen"
_ELSEWHERE = "Buiten de database"
_GROUPS: Mapping[str, str] = {
    _SEALED: "Namen, adressen, BSN’s, nummers en teksten over inwoners staan alleen hierin, versleuteld.",
    _CODES: "Hierin staat geen naam, adres of tekst; het nummer van de zaak leidt naar de inwoner zolang die er is.",
    _OTHERS: "Wie werkt aan zaken, wie zich aanmeldt, en wie bij een partner te bereiken is.",
    _ELSEWHERE: "Wat in geen tabel staat.",
}


def inventory_document(policy: Policy, place: str) -> Document:
    """Every personal field; what holds nobody's data is named at the end."""
    kept = inventory(policy)
    others = tuple(f"{one.title} ({one.where})" for one in kept if not one.is_personal)
    return Document(
        f"Persoonsgegevens in Signaalreis: {place}",
        (
            "Dit overzicht volgt uit het programma en uit het beleid van de gemeente: elk veld van de database, elk "
            "verzegeld stuk, en wat daarbuiten staat. Verandert het programma of het beleid, dan verandert dit mee.",
            f"Beleid: versie {policy.version}.",
        ),
        (
            *(_group(title, [one for one in kept if one.is_personal and _group_of(one) == title]) for title in _GROUPS),
            Part("Zonder persoonsgegevens", items=others),
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


def _group_of(one: Kept) -> str:
    if one.is_sealed:
        return _SEALED
    if not one.in_database:
        return _ELSEWHERE
    if Who.RESIDENT in one.people or Who.CALLER in one.people:
        return _CODES
    return _OTHERS


def _group(title: str, kept: Sequence[Kept]) -> Part:
    return Part(title, (_GROUPS[title],), parts=tuple(_part(one) for one in kept))


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
