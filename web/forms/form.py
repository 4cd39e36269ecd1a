"""What a form is: the command it presses, its questions, and how its note is called."""

from dataclasses import dataclass
from enum import StrEnum

from models.commands import Command
from web.forms.fields import Field, Reading, When

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
