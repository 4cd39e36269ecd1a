"""What a policy is told in: sentences with their place in the file, and the words that many of them share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.codes import CalendarName
from policy.faults import Place
from policy.file_parts import Rule
from web import words
from web.language import said


@dataclass(frozen=True)
class Told:
    """One sentence about what stands at one place in the policy file."""

    place: Place
    text: str
    source: str = ""
    """Why it is so, in the words of the policy itself."""

    def __str__(self) -> str:
        return f"{self.text} ({self.source})" if self.source else self.text


@dataclass(frozen=True)
class Section:
    """Sentences about one subject, under a title; `anchor` is its name within the page."""

    anchor: str
    title: str
    sentences: tuple[Told, ...] = ()
    parts: tuple["Section", ...] = ()


TEXTS: Mapping[str, str] = {
    "first-mail": "eerste e-mail",
    "last-mail": "laatste e-mail",
    "first-letter": "eerste brief",
    "visit-letter": "aankondiging van een bezoek",
    "last-letter": "laatste brief",
    "notice-letter": "wij hebben gegevens over u",
    "call-sms": "sms na het bellen",
    "callback-confirmed": "bevestiging van een terugbelafspraak",
    "callback-moved": "een terugbelafspraak is verzet",
    "callback-cancelled": "een terugbelafspraak gaat niet door",
    "callback-reminder": "herinnering aan een terugbelafspraak",
    "opening": "zo begint u",
    "talk": "zo gaat u verder",
    "voicemail": "wat u inspreekt",
    "visit-card": "kaartje bij een bezoek",
}
"""What the texts are called that the system sends."""


def text_name(template: str) -> str:
    return f"‘{said(TEXTS.get(template, template))}’"


def length(rule: Rule) -> str:
    """`2 werkdagen` of the office, `3 wettelijke werkdagen`, `28 dagen`, `meteen`."""
    text = words.term(rule.term())
    counts_work = rule.working_days > 0 or rule.is_nothing()
    if rule.calendar is (CalendarName.OFFICE if counts_work else CalendarName.ALL):
        return text
    if rule.calendar is CalendarName.LEGAL and rule.working_days:
        return text.replace(said("werkdag"), said("wettelijke werkdag"))
    return f"{text} ({words.calendar(rule.calendar)})"


def within(rule: Rule) -> str:
    """`binnen 2 werkdagen`, or `meteen`."""
    return length(rule) if rule.is_nothing() else said("binnen {rule}", rule=length(rule))


def euros(amount: Decimal) -> str:
    return words.amount(int(amount * 100))


def listed(parts: Iterable[str], last: str = "en") -> str:
    """`a, b en c`."""
    *most, final = parts
    return f"{', '.join(most)} {said(last)} {final}" if most else final


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return f"{text[0].upper()}{text[1:]}."
