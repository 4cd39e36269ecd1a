"""The way through the product: everything that somebody may open, in groups, with the page where they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.codes import Role
from policy.permissions import Action, role_may
from web.language import said


@dataclass(frozen=True)
class Entry:
    link: str
    name: str
    here: bool


@dataclass(frozen=True)
class Group:
    name: str
    entries: tuple[Entry, ...]


_GROUPS = (
    (
        "Werk",
        (
            ("/", "Werkvoorraad", Action.SEE_WORK_LIST),
            ("/bellen", "Bellen", Action.WORK_ON_CASE),
            ("/huisbezoek", "Huisbezoek", Action.WORK_ON_CASE),
            ("/zoeken", "Zoeken", Action.SEE_CASE),
            ("/terugbelverzoeken", "Terugbelverzoeken", Action.MATCH_CALL),
            ("/goedkeuren", "Goedkeuren", Action.WORK_ON_CASE),
            ("/toets", "Collegiale toets", Action.REVIEW_OUTCOMES),
        ),
    ),
    (
        "Mijn dagen",
        (
            ("/werktijden", "Werktijden", Action.SEE_WORK_LIST),
            ("/afwezig", "Afwezig", Action.SEE_WORK_LIST),
            ("/agenda", "Agenda", Action.SEE_WORK_LIST),
        ),
    ),
    (
        "Partners",
        (
            ("/aanleveringen", "Aanleveringen", Action.IMPORT_DELIVERY),
            ("/partners", "Partners", Action.SEE_PARTNERS),
            ("/terugkoppeling", "Terugkoppeling", Action.SEE_PARTNERS),
            ("/bedragen", "Bedragen", Action.SEE_PARTNERS),
            ("/samen-kijken", "Samen kijken", Action.LOOK_TOGETHER),
        ),
    ),
    (
        "Overzicht",
        (
            ("/overzicht", "Overzicht van het team", Action.SEE_STALLED),
            ("/vastgelopen", "Vastgelopen", Action.SEE_STALLED),
            ("/cijfers", "Cijfers", Action.SEE_FIGURES),
            ("/cijfers/partners", "Kwaliteit van meldingen", Action.SEE_FIGURES),
            ("/printrondes", "Brieven", Action.SEE_PRINT_ROUNDS),
            ("/bewaren", "Bewaren", Action.SEE_RETENTION),
            ("/beleid", "Beleid", Action.SEE_POLICY),
        ),
    ),
    (
        "Privacy",
        (
            ("/inzage", "Wie keek mee", Action.SEE_LOOKS),
            ("/inzage/opvallend", "Opvallend", Action.SEE_LOOKS),
            ("/inzage/zoekvragen", "Zoekvragen", Action.SEE_LOOKS),
        ),
    ),
    ("Beheer", (("/beheer", "Beheer", Action.ADMINISTER),)),
    ("Telefoon", (("/terugbelverzoek", "Terugbelverzoek", Action.TAKE_CALL),)),
    (
        "Uw organisatie",
        (
            ("/partner", "Uw signalen", Action.SEE_OWN_SIGNALS),
            ("/partner/kwaliteit", "Kwaliteit", Action.SEE_OWN_SIGNALS),
        ),
    ),
)


def menu(role: Role, path: str) -> tuple[Group, ...]:
    """What this role may open. `path` is the page that is shown: the entry that it lies under is marked."""
    here = max((link for link in _links() if _under(path, link)), key=len, default="")
    found = (
        Group(
            said(name),
            tuple(Entry(link, said(title), link == here) for link, title, action in entries if role_may(role, action)),
        )
        for name, entries in _GROUPS
    )
    return tuple(group for group in found if group.entries)


def _links() -> Iterator[str]:
    return (link for _, entries in _GROUPS for link, _, _ in entries)


def _under(path: str, link: str) -> bool:
    # Cases are opened from the work list, and lie under no entry.
    return path == link or (link != "/" and path.startswith(f"{link}/"))
