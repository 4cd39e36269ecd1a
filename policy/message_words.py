"""What is filled in in a message, in the words of its language: days, moments, how long data are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from models.codes import Channel, Language, OutcomeClass, RetentionStart
from models.terms import RetentionRule, Sender, Term
from policy.calendar import local


@dataclass(frozen=True)
class _Words:
    days: tuple[str, ...]
    months: tuple[str, ...]
    moment: str
    short_moment: str
    soon: tuple[str, str]
    """That somebody comes to the door, and when to answer; without a day, and with one."""
    from_a_day: tuple[str, str]
    kept: str
    kept_when: dict[OutcomeClass, str]
    kept_from: dict[RetentionStart, str]
    units: tuple[tuple[str, str], ...]
    """Years, months, days, minutes: one and many."""
    and_: str


_DUTCH = _Words(
    days=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    months=(
        "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
        "december",
    ),
    moment="{day} om {clock} uur",
    short_moment="{day} {number}-{month} om {clock}",
    soon=("Wij komen binnenkort bij u langs.", "Laat het ons dan snel weten."),
    from_a_day=("Wij komen bij u langs op of na {day}.", "Laat het ons weten vóór {day}."),
    kept="{when}: tot {long} {start}.",
    kept_when={
        OutcomeClass.NO_CONTACT: "Als wij u niet kunnen bereiken",
        OutcomeClass.CONTACT_WITHOUT_HELP: "Als wij u spreken en er geen hulp nodig is",
        OutcomeClass.HELP: "Als wij u helpen",
        OutcomeClass.NOT_PICKED_UP: "Als het bericht over u niet klopt",
    },
    kept_from={
        RetentionStart.RECEIPT: "nadat wij ze kregen",
        RetentionStart.LAST_ATTEMPT: "nadat wij u voor het laatst probeerden te bereiken",
        RetentionStart.CLOSURE: "nadat wij klaar zijn",
        RetentionStart.END_OF_HELP: "nadat onze hulp is afgelopen",
    },
    units=(("jaar", "jaar"), ("maand", "maanden"), ("dag", "dagen"), ("minuut", "minuten")),
    and_="en",
)  # fmt: skip

_ENGLISH = _Words(
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    moment="{day} at {clock}",
    short_moment="{day} {number} {name} at {clock}",
    soon=("We will visit you soon.", "Let us know soon."),
    from_a_day=("We will visit you on or after {day}.", "Let us know before {day}."),
    kept="{when}: until {long} {start}.",
    kept_when={
        OutcomeClass.NO_CONTACT: "If we cannot reach you",
        OutcomeClass.CONTACT_WITHOUT_HELP: "If we speak to you and no help is needed",
        OutcomeClass.HELP: "If we help you",
        OutcomeClass.NOT_PICKED_UP: "If the message about you is not right",
    },
    kept_from={
        RetentionStart.RECEIPT: "after we received them",
        RetentionStart.LAST_ATTEMPT: "after we last tried to reach you",
        RetentionStart.CLOSURE: "after we are done",
        RetentionStart.END_OF_HELP: "after our help has ended",
    },
    units=(("year", "years"), ("month", "months"), ("day", "days"), ("minute", "minutes")),
    and_="and",
)  # fmt: skip

_WORDS = {Language.DUTCH: _DUTCH, Language.ENGLISH: _ENGLISH}


def of_sender(sender: Sender) -> dict[str, str]:
    return {"municipality": sender.name, "page": sender.page, "phone": sender.phone}


def of_visit(reply_by: datetime | None, language: Language) -> dict[str, str]:
    words = _WORDS[language]
    if reply_by is None:
        visit, answer = words.soon
    else:
        visit, answer = (said.format(day=_day(reply_by, words)) for said in words.from_a_day)
    return {"visit": visit, "answer": answer}


def of_retention(retention: Iterable[RetentionRule], language: Language) -> dict[str, str]:
    """How long data are kept, a line for each way in which a case can end; nothing when that is not known."""
    words, rules = _WORDS[language], {rule.outcome_class: rule for rule in retention}
    kept = [
        words.kept.format(when=when, long=_length(rules[its].term, words), start=words.kept_from[rules[its].start])
        for its, when in words.kept_when.items()
        if its in rules
    ]
    return {"kept": "\n".join(kept)} if kept else {}


def of_callback(moment: datetime | None, channel: Channel, language: Language) -> dict[str, str]:
    """When somebody is called; a text message has room for less."""
    if moment is None:
        return {}
    words, day = _WORDS[language], local(moment)
    if channel is not Channel.SMS:
        return {"moment": words.moment.format(day=_day(moment, words), clock=f"{day:%H:%M}")}
    letters = 2 if language is Language.DUTCH else 3
    return {
        "moment": words.short_moment.format(
            day=words.days[day.weekday()][:letters],
            number=day.day,
            month=day.month,
            name=words.months[day.month - 1][:3],
            clock=f"{day:%H:%M}",
        )
    }


def date_in_words(day: date, language: Language) -> str:
    """`5 april 2027`."""
    return f"{day.day} {_WORDS[language].months[day.month - 1]} {day.year}"


def _day(moment: datetime, words: _Words) -> str:
    day = local(moment)
    return f"{words.days[day.weekday()]} {day.day} {words.months[day.month - 1]} {day.year}"


def _length(term: Term, words: _Words) -> str:
    years, months = divmod(term.months, 12)
    counted = zip((years, months, term.days, term.minutes), words.units, strict=True)
    return f" {words.and_} ".join(
        f"{amount} {one if amount == 1 else many}" for amount, (one, many) in counted if amount
    )
