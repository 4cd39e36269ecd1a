"""Questions whose answers depend on the case, or take more than one input."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from models.codes import DeadlineKind, TaskKind
from models.personal import Address
from models.values import Postcode, Unreadable
from web.forms.fields import NOT_FILLED_IN, Field, Offered, Options, Reading, Unfinished, found, sentence_of
from web.language import said


@dataclass(frozen=True)
class OneOf(Field):
    """One of what this case offers: a number, a colleague, a signal, an attempt."""

    macro: ClassVar[str] = "unfolding"
    unreadable: ClassVar[str] = "Kies een van de mogelijkheden."
    of: str
    none: str = NOT_FILLED_IN
    """What choosing nothing means."""

    def must(self, reading: Reading) -> bool:
        return bool(self.options(reading.offered)) and super().must(reading)

    def value(self, text: str, reading: Reading) -> object:
        return found({value: value for value, _ in self.options(reading.offered)}, text)

    def options(self, offered: Offered) -> Options:
        choices: Options = getattr(offered, self.of)
        return choices

    def as_read(self) -> Self:
        return replace(super().as_read(), none=said(self.none))


@dataclass(frozen=True)
class WhichDeadline(OneOf):
    """A deadline of the case (`notice`) or of one of its tasks (`task/visit`)."""

    def must(self, reading: Reading) -> bool:
        return True

    def read(self, reading: Reading) -> dict[str, object]:
        [chosen] = super().read(reading).values()
        kind, _, task = str(chosen).partition("/")
        return {"deadline": DeadlineKind(kind), "task": TaskKind(task) if task else None}

    def back(self, answers: Mapping[str, object]) -> dict[str, str]:
        return {self.name: "/".join(str(part) for part in (answers["deadline"], answers["task"]) if part)}


@dataclass(frozen=True)
class AddressLines(Field):
    """A Dutch address, in five inputs."""

    macro: ClassVar[str] = "address"

    @property
    def names(self) -> tuple[str, ...]:
        return ("postcode", "house_number", "addition", "street", "town")

    def read(self, reading: Reading) -> dict[str, object]:
        if not any(reading.text(name) for name in self.names):
            if self.must(reading):
                raise Unfinished("postcode", self.missing)
            return {}
        return {self.to or self.name: self._address(reading)}

    def back(self, answers: Mapping[str, object]) -> dict[str, str]:
        address = answers.get(self.to or self.name)
        if not isinstance(address, Address):
            return dict.fromkeys(self.names, "")
        parts = (address.postcode.text, str(address.number), address.addition, address.street, address.town)
        return dict(zip(self.names, parts, strict=True))

    def _address(self, reading: Reading) -> Address:
        try:
            postcode = Postcode.parse(reading.text("postcode"))
        except Unreadable as wrong:
            raise Unfinished("postcode", sentence_of(wrong)) from None
        number = reading.text("house_number")
        if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= 99_999):
            raise Unfinished("house_number", "Een huisnummer is een getal; zet een letter bij de toevoeging.")
        return Address(
            postcode=postcode,
            number=int(number),
            addition=reading.text("addition"),
            street=reading.text("street"),
            town=reading.text("town"),
        )
