"""The entry for the record of processing activities (AVG art. 30)."""

from collections.abc import Iterator

from models.codes import PartnerType
from policy.terms import Policy
from web.privacy.document import Document, Part, Table
from web.privacy.inventory import Kept, inventory
from web.privacy.place import Who
from web.privacy.purposes import PURPOSES
from web.privacy.recipients import RECIPIENTS
from web.privacy.risks import RISKS
from web.privacy.terms import grounds_of, of_outcomes, running

TO_FILL_IN = "(door de gemeente in te vullen)"


def register_document(policy: Policy, place: str) -> Document:
    """What the register asks, as far as the program and the policy know it; the rest the municipality fills in."""
    kept = inventory(policy)
    return Document(
        f"Register van verwerkingen: vroegsignalering in {place}",
        (
            "Tekst voor het register van verwerkingen (AVG art. 30). Zij volgt uit het programma en uit het beleid van "
            "de gemeente. Wat het systeem niet kan weten, vult de gemeente in.",
        ),
        (
            Part(
                "Wie verantwoordelijk is",
                items=(
                    f"Verwerkingsverantwoordelijke: het college van {place}",
                    f"Contact: {policy.sender.name}, {policy.sender.phone}, {policy.sender.page}",
                    f"Functionaris gegevensbescherming: {TO_FILL_IN}",
                    f"Verwerkers (hosting, mail, drukker, sms): {TO_FILL_IN}",
                ),
            ),
            Part(
                "Waarvoor en op welke grondslag",
                table=Table(("doel", "grondslag"), tuple((why.text, why.basis) for why in PURPOSES.values())),
            ),
            Part(
                "Van welke partners signalen mogen komen",
                table=Table(("soort partner", "grondslag", "vanaf", "nagekeken"), tuple(_bases(policy))),
            ),
            Part(
                "Van wie gegevens zijn, en welke",
                table=Table(("van wie", "waarin", "welke gegevens"), tuple(_categories(kept))),
            ),
            Part(
                "Bijzondere gegevens en BSN",
                (
                    "Het systeem vraagt niet naar gezondheid, geloof, afkomst, politiek, vakbond, seksualiteit of "
                    "strafbare feiten. Schrijft iemand het in een toelichting, dan waarschuwt het systeem eerst.",
                    "Het BSN staat alleen in verzegelde stukken, en als versleutelde zoekwaarde in de kluis.",
                ),
            ),
            Part(
                "Wie gegevens ontvangt",
                table=Table(("ontvanger", "wat", "waarom"), tuple((one.who, one.what, one.why) for one in RECIPIENTS)),
            ),
            Part(
                "Buiten de Europese Economische Ruimte",
                (f"Het systeem stuurt niets naar een land buiten de EER. Waar de servers staan: {TO_FILL_IN}.",),
            ),
            Part(
                "Hoe lang",
                (
                    of_outcomes(policy),
                    f"Loopt een zaak nog na {running(policy)}, dan beslist een medewerker over de gegevens.",
                    "De termijnen van al het andere staan in het overzicht van persoonsgegevens.",
                ),
                items=grounds_of(policy),
            ),
            Part(
                "Wie binnen de gemeente wat ziet",
                table=Table(("wat", "wie"), tuple(_readers(kept))),
            ),
            Part("Beveiliging", items=tuple(dict.fromkeys(risk.measure for risk in RISKS))),
        ),
    )


def _bases(policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    for kind in PartnerType:
        for basis in policy.legal_basis.get(kind, ()):
            yield kind.value, basis.ground, basis.since.isoformat(), "ja" if basis.checked else "nee: aangenomen"
        if not policy.legal_basis.get(kind):
            yield kind.value, "geen: signalen worden geweigerd", "", ""


def _categories(kept: tuple[Kept, ...]) -> Iterator[tuple[str, str, str]]:
    """Each kind of person: what is sealed of them with its fields, then what else is kept as codes and numbers."""
    for who in Who:
        if who is Who.NOBODY:
            continue
        theirs = [one for one in kept if who in one.people]
        for one in theirs:
            if one.is_sealed:
                fields = dict.fromkeys(line.what for line in one.lines if line.who is who)
                yield who.value, one.title, ", ".join(fields)
        rest = [one.title for one in theirs if not one.is_sealed]
        if rest:
            yield who.value, "Verder, buiten de verzegelde stukken", "; ".join(rest)


def _readers(kept: tuple[Kept, ...]) -> Iterator[tuple[str, str]]:
    for one in kept:
        if one.is_personal:
            yield one.title, one.seen
