"""What a form is: the command it presses, its questions, and how its note is called."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from models.commands import Command
from web.forms.fields import Field, Reading, When
from web.language import said

NOTE_LIMIT = 4000


class Group(StrEnum):
    """Under which heading the page shows a form."""

    CONTACT = "Contact"
    APPOINTMENTS = "Afspraken"
    HELP = "Hulp en uitkomst"
    RESIDENT = "Inwoner"
    SIGNALS = "Signalen"
    CASE = "Zaak"


@dataclass(frozen=True)
class NoteField:
    """The free text under a form, which is sealed. With a sentence for `missing` it is required: always, or when
    `when` holds."""

    text: str = "Toelichting"
    missing: str = ""
    when: When | None = None
    hint: str = ""

    @property
    def always(self) -> bool:
        return bool(self.missing) and self.when is None

    def must(self, reading: Reading) -> bool:
        return bool(self.missing) and (self.when is None or self.when.holds(reading))

    def as_read(self) -> Self:
        """In the words of whoever reads the page."""
        return replace(self, text=said(self.text), hint=said(self.hint))


@dataclass(frozen=True)
class Form:
    """One kind of command as a form. `more` are questions that are seldom needed: they stand folded."""

    command: type[Command]
    group: Group
    title: str
    done: str
    """What the page says when it was recorded."""
    fields: tuple[Field, ...] = ()
    more: tuple[Field, ...] = ()
    note: NoteField = NoteField()
    intro: str = ""
    button: str = "Vastleggen"

    @property
    def kind(self) -> str:
        return str(self.command.model_fields["kind"].default)

    @property
    def questions(self) -> tuple[Field, ...]:
        return self.fields + self.more

    def field(self, name: str) -> Field:
        """The question of this name, for a form that has a shape of its own."""
        return next(field for field in self.questions if field.name == name)

    def as_read(self) -> Self:
        """In the words of whoever reads the page. `done` is said where something was done."""
        return replace(
            self,
            title=said(self.title),
            fields=tuple(field.as_read() for field in self.fields),
            more=tuple(field.as_read() for field in self.more),
            note=self.note.as_read(),
            intro=said(self.intro),
            button=said(self.button),
        )
