"""The kinds of question that a form asks. Each reads what was typed, and writes it back as it was typed."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar, Self

from models.values import Text, Unreadable
from policy.calendar import at_local, local
from policy.deadlines import END_OF_DAY
from web.language import said

Typed = Mapping[str, str]
Options = tuple[tuple[str, str], ...]
"""What can be chosen: each value with its words."""

NOT_FILLED_IN = "Niet ingevuld"
INCOMPLETE = "Dit formulier is niet compleet. Open de zaak opnieuw."
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class Unfinished(Exception):
    """What was typed is not a command yet. `field` is where, the message what to do about it: a Dutch sentence, said as
    whoever typed reads it."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        self.sentence = said(sentence)
        super().__init__(self.sentence)


@dataclass(frozen=True)
class Offered:
    """What the forms of one case offer besides fixed codes."""

    phones: Options = ()
    colleagues: Options = ()
    others: Options = ()
    """Colleagues beside the one who fills in the form."""
    moments: Options = ()
    """When somebody is free to call."""
    signals: Options = ()
    attempts: Options = ()
    deadlines: Options = ()


@dataclass(frozen=True)
class Reading:
    """A form while it is read: everything typed, what was offered, and the moment."""

    typed: Typed
    offered: Offered
    now: datetime

    def text(self, name: str) -> str:
        return self.typed.get(name, "").strip()


@dataclass(frozen=True)
class When:
    """Holds when another field has one of these values."""

    field: str
    values: tuple[str, ...]

    def holds(self, reading: Reading) -> bool:
        return reading.text(self.field) in self.values


@dataclass(frozen=True)
class Field:
    """A question. With a sentence for `missing` it must be answered: always, or when `when` holds.

    `to` is the command's own name for the answer; `sealed`: the answer is a particular and never part of the command.
    """

    macro: ClassVar[str]
    """Which macro of `_forms.html` draws it."""
    unreadable: ClassVar[str] = INCOMPLETE

    name: str
    text: str
    _: KW_ONLY
    missing: str = ""
    when: When | None = None
    hint: str = ""
    to: str = ""
    sealed: bool = False

    @property
    def always(self) -> bool:
        """Whether the form is never complete without it."""
        return bool(self.missing) and self.when is None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its inputs."""
        return (self.name,)

    def read(self, reading: Reading) -> dict[str, object]:
        """The answer by the command's name for it; nothing when nothing was typed. Raises `Unfinished`."""
        text = reading.text(self.name)
        if not text:
            if self.must(reading):
                raise Unfinished(self.name, self.missing)
            return {}
        try:
            return {self.to or self.name: self.value(text, reading)}
        except Unreadable as wrong:
            raise Unfinished(self.name, sentence_of(wrong)) from None
        except ValueError:
            raise Unfinished(self.name, self.unreadable) from None

    def must(self, reading: Reading) -> bool:
        return bool(self.missing) and (self.when is None or self.when.holds(reading))

    def value(self, text: str, reading: Reading) -> object:
        """What the text means. Raises `ValueError`."""
        return text

    def back(self, answers: Mapping[str, object]) -> dict[str, str]:
        """What was typed to give this answer."""
        answer = answers.get(self.to or self.name)
        return {self.name: "" if answer is None else self.written(answer)}

    def written(self, value: Any) -> str:
        return value.text if isinstance(value, Text) else str(value)

    def options(self, offered: Offered) -> Options:
        return ()

    def as_read(self) -> Self:
        """The question in the words of whoever reads the page. What a refusal says of it stays the Dutch source."""
        return replace(self, text=said(self.text), hint=said(self.hint))


@dataclass(frozen=True)
class Hidden(Field):
    """An id that the page itself puts into the form."""

    macro: ClassVar[str] = "hidden"
    text: str = ""
    _: KW_ONLY
    missing: str = INCOMPLETE


@dataclass(frozen=True)
class HiddenMaybe(Hidden):
    """An id that the page puts in when there is one, and puts in anew when the form comes back."""

    missing: str = ""


@dataclass(frozen=True)
class Choice(Field):
    """One of a list of codes."""

    macro: ClassVar[str] = "choice"
    unreadable: ClassVar[str] = "Kies een van de mogelijkheden."
    codes: Mapping[Any, str]

    def value(self, text: str, reading: Reading) -> object:
        return found({code.value: code for code in self.codes}, text)

    def options(self, offered: Offered) -> Options:
        return tuple((code.value, said(words)) for code, words in self.codes.items())


@dataclass(frozen=True)
class LongChoice(Choice):
    """One of a list of codes that is too long to stand open."""

    macro: ClassVar[str] = "unfolding"

    @property
    def none(self) -> str:
        """What choosing nothing means."""
        return said(NOT_FILLED_IN)


@dataclass(frozen=True)
class OwnChoice(LongChoice):
    """One of two or more lists that give the same answer, each with its own `when`: only the list that is asked for
    is read, and what was chosen in another one is refused with the sentence `elsewhere`."""

    _: KW_ONLY
    elsewhere: str

    def read(self, reading: Reading) -> dict[str, object]:
        if self.when is None or self.when.holds(reading):
            return super().read(reading)
        if reading.text(self.name):
            raise Unfinished(self.name, self.elsewhere)
        return {}

    def back(self, answers: Mapping[str, object]) -> dict[str, str]:
        answer = answers.get(self.to or self.name)
        return {self.name: self.written(answer) if answer in self.codes else ""}


@dataclass(frozen=True)
class YesNo(Field):
    """A question with two answers."""

    macro: ClassVar[str] = "choice"
    unreadable: ClassVar[str] = "Kies een van de mogelijkheden."
    yes: str = "Ja"
    no: str = "Nee"

    def value(self, text: str, reading: Reading) -> object:
        return found({"ja": True, "nee": False}, text)

    def written(self, value: Any) -> str:
        return "ja" if value else "nee"

    def options(self, offered: Offered) -> Options:
        return (("ja", said(self.yes)), ("nee", said(self.no)))


@dataclass(frozen=True)
class Tick(Field):
    """A box to tick; not ticked is no."""

    macro: ClassVar[str] = "tick"

    def read(self, reading: Reading) -> dict[str, object]:
        return {self.to or self.name: reading.text(self.name) == "ja"}

    def written(self, value: Any) -> str:
        return "ja" if value else ""


@dataclass(frozen=True)
class HiddenTick(Tick):
    """A yes or no that follows from the page."""

    macro: ClassVar[str] = "hidden"
    text: str = ""


@dataclass(frozen=True)
class Day(Field):
    """A day; it counts until its end, or until now if it is today."""

    macro: ClassVar[str] = "day"
    unreadable: ClassVar[str] = "Schrijf de dag als jjjj-mm-dd, bijvoorbeeld 2025-04-30."

    def value(self, text: str, reading: Reading) -> object:
        day = _sensible(date.fromisoformat(text))
        return reading.now if day == local(reading.now).date() else at_local(day, END_OF_DAY)

    def written(self, value: Any) -> str:
        return local(value).date().isoformat()


@dataclass(frozen=True)
class WholeDay(Day):
    """A day of the calendar, of which no moment is meant."""

    def value(self, text: str, reading: Reading) -> object:
        return _sensible(date.fromisoformat(text))

    def written(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Moment(Field):
    """A day with a clock."""

    macro: ClassVar[str] = "moment"
    unreadable: ClassVar[str] = "Schrijf dag en tijd als jjjj-mm-dd uu:mm, bijvoorbeeld 2025-04-30 14:15."

    def value(self, text: str, reading: Reading) -> object:
        clock = datetime.fromisoformat(text)
        return at_local(_sensible(clock.date()), clock.time())

    def written(self, value: Any) -> str:
        return f"{local(value):%Y-%m-%dT%H:%M}"


@dataclass(frozen=True)
class Line(Field):
    """A line of text that `parse` understands; `kind` is how a browser helps to type it."""

    macro: ClassVar[str] = "line"
    parse: Callable[[str], object] = str
    kind: str = "text"

    def value(self, text: str, reading: Reading) -> object:
        return self.parse(text)


def sentence_of(wrong: Unreadable) -> str:
    """What a value must look like, as a sentence."""
    text = said(str(wrong))
    return f"{text[0].upper()}{text[1:]}."


def found(choices: Mapping[str, object], text: str) -> object:
    """What a chosen value stands for. Raises `ValueError` for one that was not offered."""
    if text not in choices:
        raise ValueError("no such choice")
    return choices[text]


def _sensible(day: date) -> date:
    """The day itself; ValueError for a slip of the keyboard (0027, 20270)."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError("no such year here")
    return day
