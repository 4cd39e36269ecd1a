"""Values that are parsed once, at the edge, and trusted inside.

Personal values mask themselves in `repr` and `str`, so that a log line or an error cannot repeat them; code that
really needs the text asks for `.text`.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Unreadable(ValueError):
    """A value that does not have the form it must have. The message names the form, never the value."""


class Text:
    """Base of the typed texts: immutable, compared by value, stored in JSON as plain text."""

    __slots__ = ("text",)
    text: str
    masked: ClassVar[bool] = True

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "text", self._checked(text))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what a person or file wrote. Raises `Unreadable`, whose message a caseworker can act on."""
        return cls(text)

    @classmethod
    def _checked(cls, text: str) -> str:
        raise NotImplementedError

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} never changes")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Text) and other.text == self.text

    def __hash__(self) -> int:
        return hash((type(self), self.text))

    def __str__(self) -> str:
        return f"{type(self).__name__}(***)" if self.masked else self.text

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)" if self.masked else f"{type(self).__name__}({self.text!r})"

    def __reduce__(self) -> tuple[Callable[[str], Self], tuple[str]]:
        return type(self), (self.text,)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: object) -> Text:
            if isinstance(value, cls):
                return value
            if isinstance(value, str):
                return cls(value)
            raise Unreadable("geen tekst")

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(lambda value: value.text)
        )


class Bsn(Text):
    """A burgerservicenummer: nine digits that pass the eleven-test (weights 9..2 and -1)."""

    __slots__ = ()

    @classmethod
    def _checked(cls, text: str) -> str:
        digits = re.sub(r"[\s.]", "", text)
        if re.fullmatch(r"\d{8,9}", digits, re.ASCII) is None:
            raise Unreadable("een BSN heeft 9 cijfers")
        digits = digits.zfill(9)
        weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
        total = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True))
        if total % 11 != 0 or int(digits) == 0:
            raise Unreadable("dit BSN voldoet niet aan de elfproef")
        return digits


class Postcode(Text):
    """A Dutch postcode, kept as `1234AB`."""

    __slots__ = ()

    @classmethod
    def _checked(cls, text: str) -> str:
        compact = re.sub(r"\s", "", text).upper()
        if re.fullmatch(r"[1-9]\d{3}[A-Z]{2}", compact, re.ASCII) is None:
            raise Unreadable("een postcode is vier cijfers en twee letters, bijvoorbeeld 1234 AB")
        return compact


class PhoneNumber(Text):
    """A phone number in international form (`+31612345678`); a Dutch number may come with a leading 0."""

    __slots__ = ()

    @classmethod
    def _checked(cls, text: str) -> str:
        compact = re.sub(r"[\s().\-]", "", text)
        if compact.startswith("00"):
            compact = "+" + compact[2:]
        elif compact.startswith("0"):
            compact = "+31" + compact[1:]
        if re.fullmatch(r"\+31[1-9]\d{8}|\+(?!31)[1-9]\d{6,14}", compact, re.ASCII) is None:
            raise Unreadable("een telefoonnummer heeft 10 cijfers (of begint met + en een landnummer)")
        return compact


class EmailAddress(Text):
    """A mail address, in the plain form `name@domain.tld`."""

    __slots__ = ()

    @classmethod
    def _checked(cls, text: str) -> str:
        compact = text.strip()
        if re.fullmatch(r"[A-Za-z0-9._%+'\-]{1,64}@([A-Za-z0-9\-]+\.)+[A-Za-z]{2,}", compact, re.ASCII) is None:
            raise Unreadable("een e-mailadres heeft de vorm naam@domein.nl")
        return compact


class MunicipalityCode(Text):
    """The four-digit code of a municipality (CBS). Public, so it shows itself."""

    __slots__ = ()
    masked: ClassVar[bool] = False

    @classmethod
    def _checked(cls, text: str) -> str:
        compact = text.strip()
        if re.fullmatch(r"\d{4}", compact, re.ASCII) is None:
            raise Unreadable("een gemeentecode heeft vier cijfers")
        return compact


class Euro(Text):
    """An amount of money, kept as text with two decimals. Not negative, below ten million."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `1.234,56`, `1234,56`, `1234.56` and `1234`; a comma is always the decimal sign."""
        compact = re.sub(r"[\s€]", "", text)
        if "," in compact:
            if re.fullmatch(r"(\d{1,3}(\.\d{3})+|\d+),\d{1,2}", compact, re.ASCII) is None:
                raise Unreadable("een bedrag heeft de vorm 1234,56")
            compact = compact.replace(".", "").replace(",", ".")
        elif re.fullmatch(r"\d{1,3}(\.\d{3})+", compact, re.ASCII):
            compact = compact.replace(".", "")
        return cls(compact)

    @classmethod
    def _checked(cls, text: str) -> str:
        if re.fullmatch(r"\d{1,7}(\.\d{1,2})?", text, re.ASCII) is None:
            raise Unreadable("een bedrag heeft de vorm 1234,56")
        return f"{Decimal(text):.2f}"

    @property
    def amount(self) -> Decimal:
        """In euros."""
        return Decimal(self.text)

    @property
    def cents(self) -> int:
        return int(self.amount * 100)

    @property
    def whole(self) -> int:
        """In whole euros, rounded half up, as the national exchange wants it."""
        return int(self.amount.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
