"""What whoever decides on an objection must know of a next signal about the same person."""

from models.case import CaseState
from models.ids import PersonId
from policy.objections import is_recalled
from web import words
from web.language import said


def what_stays(state: CaseState, person: PersonId) -> str:
    """What stays of the person when the objection is upheld, and what a new signal does then."""
    mark = None if state.terms is None else state.terms.objection_mark
    if mark is None:
        return said(
            "Let op: ook als de inwoner gelijk krijgt, begint een nieuw signaal later weer met contact. Volgens het "
            "beleid mag er niets van de inwoner blijven."
        )
    stays = said(
        "Krijgt de inwoner gelijk, dan blijft {term} een versleuteld kenmerk. Bij een nieuw signaal beslist dan eerst "
        "een medewerker; er gaat niets vanzelf.",
        term=words.term(mark.term),
    )
    if not is_recalled(state, person):
        return stays
    asked = said(
        "De inwoner kreeg eerder gelijk. Beslis of dat ook voor dit signaal geldt. Zo niet, dan gaat het kenmerk weg."
    )
    return f"{asked} {stays}"
