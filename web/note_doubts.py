"""A note is looked at before it is kept: what may not belong in it is told, and whoever typed it decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from adapters.note_doubts import DoubtEnd, NoteDoubts
from models.codes import NoteSubject
from models.values import MunicipalityCode
from policy.calendar import local
from policy.note_check import NUMBER, Doubt, agrees, doubt_about, without_numbers
from web.forms.fields import Unfinished
from web.language import said
from web.services import Services

KEPT = "note_kept"
"""The field by which a form says that its note may stay as it is, or without what looks like a BSN."""
_WITHOUT = "zonder."
_ABOUT: Mapping[NoteSubject, str] = {
    NoteSubject.HEALTH: "gezondheid",
    NoteSubject.RELIGION: "geloof",
    NoteSubject.ORIGIN: "afkomst",
    NoteSubject.POLITICS: "politiek",
    NoteSubject.UNION: "een vakbond",
    NoteSubject.SEXUALITY: "seksualiteit",
    NoteSubject.CRIME: "strafbare feiten",
}
_NUMBER = (
    "In uw tekst staat een nummer dat een BSN kan zijn. Een BSN hoort niet in een toelichting: iedereen die de zaak "
    "opent, leest het."
)
_WHY = "Zulke gegevens mag u alleen opschrijven als het nodig is om te helpen. Haal het weg als het niet nodig is."


@dataclass(frozen=True)
class Asked:
    """What a form that comes back asks: which buttons keep its note."""

    doubt: Doubt

    @property
    def as_it_is(self) -> str:
        return self.doubt.key

    @property
    def without(self) -> str:
        """Empty when there is no number to leave out."""
        return f"{_WITHOUT}{self.doubt.key}" if self.doubt.numbers else ""


class InDoubt(Unfinished):
    """The note holds what may not belong in it, and nobody said that it stays."""

    def __init__(self, doubt: Doubt, field: str = "note") -> None:
        super().__init__(field, " ".join(sentences(doubt)))
        self.asked = Asked(doubt)


@dataclass(frozen=True)
class Looked:
    """A note as it may be kept, and what was decided about it."""

    note: str
    kept: Doubt
    """What stays in it although it was pointed out."""
    left_out: bool
    """Whether numbers were left out."""
    municipalities: frozenset[MunicipalityCode]
    """Whose words were looked for."""


def look_at(
    services: Services, municipalities: Iterable[MunicipalityCode], note: str, answer: str, *, field: str = "note"
) -> Looked:
    """The note as it is kept. `answer`: what the form said of it (`KEPT`). Raises `InDoubt`."""
    places = frozenset(municipalities)
    known = words_of(services, places)
    leave_out = answer.startswith(_WITHOUT)
    kept = without_numbers(note) if leave_out else note
    doubt = doubt_about(kept, known)
    if not agrees(answer.removeprefix(_WITHOUT), doubt):
        raise InDoubt(doubt_about(note, known), field)
    return Looked(kept, doubt, kept != note, places)


def words_of(services: Services, municipalities: Iterable[MunicipalityCode]) -> Mapping[str, NoteSubject]:
    """The words that any of these municipalities looks for."""
    found, known = dict[str, NoteSubject](), set(services.policies.municipalities())
    for municipality in known.intersection(municipalities):
        found |= services.policies.policy(municipality).note_words
    return found


def count(services: Services, looked: Looked) -> None:
    """Counts what was decided, without what it was about."""
    month, counts = f"{local(services.now()):%Y-%m}", NoteDoubts(services.database)
    for municipality in looked.municipalities:
        counts.add(municipality, month, looked.kept.subjects, DoubtEnd.KEPT)
        if looked.left_out:
            counts.add(municipality, month, [NUMBER], DoubtEnd.LEFT_OUT)


def asked_by(unfinished: Unfinished) -> Asked | None:
    """What a form asks that comes back for this; None when it is not about what stands in its note."""
    return unfinished.asked if isinstance(unfinished, InDoubt) else None


def sentences(doubt: Doubt, *, quoting: bool = True) -> list[str]:
    """What may not belong in the note and why, in plain words. `quoting`: with the words themselves, but never a
    number."""
    told = [said(_NUMBER)] if doubt.numbers else []
    for subject, words in doubt.words.items():
        about, quoted = said(_ABOUT[subject]), ", ".join(f"‘{word}’" for word in words)
        if quoting:
            told.append(said("Uw tekst gaat misschien over {about}: {words}.", about=about, words=quoted))
        else:
            told.append(said("Uw tekst gaat misschien over {about}.", about=about))
    return [*told, said(_WHY)] if doubt.words else told
