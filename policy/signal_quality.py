"""What is counted of each signal of a partner, by which it can be seen how good its signals are, and how the counts are
told. A table of figures, of which pages and files are made. Pure.

A signal is counted once: when its case closes, or when it came in if it was a repeat. The counts are sums by month of
receipt, so that they stay when the signal is erased and lead back to nobody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.case import CaseSignal, CaseState
from models.codes import NotPickedUpReason, Outcome, SignalChange
from models.values import PhoneNumber
from policy.changes import outcome_of
from policy.collection import collected_by
from policy.reasons import UNJUSTIFIED
from policy.small_cells import LEAST, told


class FigureKey(StrEnum):
    ENDING = "ending"
    UNJUSTIFIED = "unjustified"
    PAID = "paid"
    PHONE = "phone"


class Ending(StrEnum):
    """How a signal ended, as far as it says something of the signal itself."""

    UNJUSTIFIED = "unjustified"
    REPEAT = "repeat"
    NOT_A_RESIDENT = "not_a_resident"
    PAID = "paid"
    OTHER = "other"


class SinceCollection(StrEnum):
    """How many days after the partner's collection day a signal was made whose resident had paid or arranged it."""

    DAYS_0_3 = "0-3"
    DAYS_4_7 = "4-7"
    DAYS_8_14 = "8-14"
    LATER = "15+"
    UNKNOWN = "unknown"


class PhoneGiven(StrEnum):
    """Whether the partner sent a phone number with the signal, and what became of it."""

    NONE = "none"
    WRONG = "wrong"
    USABLE = "usable"


_ENDINGS: Mapping[Outcome, Ending] = {
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: Ending.UNJUSTIFIED,
    Outcome.NOT_PICKED_UP_REPEAT: Ending.REPEAT,
    Outcome.NOT_A_RESIDENT: Ending.NOT_A_RESIDENT,
    Outcome.PAID_OR_ARRANGED: Ending.PAID,
}
_UP_TO: Mapping[int, SinceCollection] = {
    3: SinceCollection.DAYS_0_3,
    7: SinceCollection.DAYS_4_7,
    14: SinceCollection.DAYS_8_14,
}
Counted = tuple[FigureKey, str]
"""A figure and the line in it to which a signal adds one."""


@dataclass(frozen=True)
class SignalFacts:
    """What is counted of a signal and does not stand in the state of its case."""

    signal_date: date
    collection_day: int | None
    """Of its partner, when the municipality knows it."""
    phone: PhoneGiven | None
    """None when nobody can tell any more."""


def counted(state: CaseState, signal: CaseSignal, facts: SignalFacts) -> tuple[Counted, ...]:
    """To what a signal of a case that closes adds one."""
    ending = _ending(state, signal)
    known: list[Counted] = [(FigureKey.ENDING, ending)]
    if facts.phone is not None:
        known.append((FigureKey.PHONE, facts.phone))
    match ending:
        case Ending.UNJUSTIFIED:
            known.append((FigureKey.UNJUSTIFIED, _why(state, signal)))
        case Ending.PAID:
            known.append((FigureKey.PAID, since_collection(facts.signal_date, facts.collection_day)))
        case _:
            pass
    return tuple(known)


def counted_repeat(phone: PhoneGiven) -> tuple[Counted, ...]:
    """To what a signal that said nothing new adds one when it comes in."""
    return (FigureKey.ENDING, Ending.REPEAT), (FigureKey.PHONE, phone)


def phone_given(given: Iterable[PhoneNumber], *, wrong: Collection[PhoneNumber]) -> PhoneGiven:
    """`given`: with the signal; `wrong`: of which it turned out that the resident is not there."""
    numbers = set(given)
    if not numbers:
        return PhoneGiven.NONE
    return PhoneGiven.WRONG if numbers <= set(wrong) else PhoneGiven.USABLE


def since_collection(signal_date: date, collection_day: int | None) -> SinceCollection:
    """From the last collection day up to the day of the signal; a signal of that day itself is 0 days after it."""
    if collection_day is None:
        return SinceCollection.UNKNOWN
    days = (signal_date - collected_by(signal_date, collection_day)).days
    return next((band for most, band in _UP_TO.items() if days <= most), SinceCollection.LATER)


def _ending(state: CaseState, signal: CaseSignal) -> Ending:
    # Of whoever has no outcome of their own nothing is said: what became of somebody else is not about this signal.
    result = outcome_of(state, signal.person_id)
    return Ending.OTHER if result is None else _ENDINGS.get(result.outcome, Ending.OTHER)


def _why(state: CaseState, signal: CaseSignal) -> str:
    """Why a signal was unjustified, as a reason's code; empty when nobody said. A case may hold signals of several
    partners: that one of them withdrew its own says nothing of the others."""
    if signal.ended is SignalChange.WITHDRAWN:
        return NotPickedUpReason.WITHDRAWN
    result = outcome_of(state, signal.person_id)
    said = None if result is None else result.reason
    return "" if said is None or said is NotPickedUpReason.WITHDRAWN else said


# --- how it is told -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A figure with its definition. `lines`: what each counted line is called; lines of one name are one line.

    `of`: the line of another figure that this one divides; None when it divides all signals that were counted.
    """

    key: FigureKey
    title: str
    definition: str
    lines: Mapping[str, str]
    of: Counted | None = None


_PHONES: Mapping[str, str] = {
    PhoneGiven.NONE: "geen telefoonnummer",
    PhoneGiven.WRONG: "telefoonnummer bleek verkeerd",
    PhoneGiven.USABLE: "wel een telefoonnummer",
}
FIGURES: tuple[Figure, ...] = (
    Figure(
        FigureKey.ENDING,
        "Hoe de signalen afliepen",
        "Van zaken die gesloten zijn: het resultaat voor de inwoner over wie het signaal gaat. Betaald of geregeld: "
        "door de inwoner zelf, of de partner zei dat het betaald is. Overig: elk ander resultaat.",
        {
            Ending.UNJUSTIFIED: "onterecht",
            Ending.REPEAT: "herhaalde melding",
            Ending.NOT_A_RESIDENT: "geen inwoner (meer) in de gemeente",
            Ending.PAID: "al betaald of geregeld",
            Ending.OTHER: "overig",
        },
    ),
    Figure(
        FigureKey.UNJUSTIFIED,
        "Waarom signalen onterecht waren",
        "De reden die bij het resultaat is vastgelegd, of dat de partner dit signaal introk. De partner ziet dit niet.",
        UNJUSTIFIED,
        of=(FigureKey.ENDING, Ending.UNJUSTIFIED),
    ),
    Figure(
        FigureKey.PAID,
        "Al betaald of geregeld: dagen na de incassodag",
        "Kalenderdagen van de laatste incassodag tot de signaaldatum. De incassodag is die van de partner toen de zaak "
        "sloot.",
        {
            SinceCollection.DAYS_0_3: "0-3 dagen",
            SinceCollection.DAYS_4_7: "4-7 dagen",
            SinceCollection.DAYS_8_14: "8-14 dagen",
            SinceCollection.LATER: "15 dagen of meer",
            SinceCollection.UNKNOWN: "incassodag niet bekend",
        },
        of=(FigureKey.ENDING, Ending.PAID),
    ),
    Figure(
        FigureKey.PHONE,
        "Telefoonnummer",
        "Of de partner een telefoonnummer meestuurde. Bleek verkeerd: de inwoner is op dat nummer niet te bereiken.",
        _PHONES,
    ),
)
"""For staff."""
OWN_FIGURES: tuple[Figure, ...] = (
    Figure(
        FigureKey.ENDING,
        "Hoe uw signalen afliepen",
        "Van zaken die gesloten zijn: het resultaat dat u van het signaal hoorde. Overig: elk ander resultaat.",
        {
            Ending.UNJUSTIFIED: "onterecht",
            Ending.REPEAT: "herhaalde melding",
            Ending.NOT_A_RESIDENT: "geen inwoner (meer) in de gemeente",
            Ending.PAID: "overig",
            Ending.OTHER: "overig",
        },
    ),
    Figure(
        FigureKey.PHONE,
        "Telefoonnummer",
        "Of u een telefoonnummer meestuurde.",
        # That a number proved wrong tells that somebody called.
        {**_PHONES, PhoneGiven.WRONG: _PHONES[PhoneGiven.USABLE]},
    ),
)
"""For the partner itself: nothing that it was not told of each signal, and what it sent itself."""


@dataclass(frozen=True)
class Line:
    """A line of a figure. `count` is None when it is hidden; `parts`, when they may be told, are its months."""

    name: str
    count: int | None
    parts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Told:
    """A figure as it may be told. `total` is None when it is hidden."""

    figure: Figure
    lines: tuple[Line, ...]
    total: int | None


Counts = Mapping[Counted, Sequence[int]]
"""For each line how many signals there were in each month."""


def tell(figures: Sequence[Figure], counts: Counts, *, least: int = LEAST) -> tuple[Told, ...]:
    """Small counts are hidden with what would give them away. A figure that divides a line of another one is told only
    where that line is, and months only when none of them is small: they could be subtracted from the whole."""
    found: dict[FigureKey, Told] = {}
    for figure in figures:
        found[figure.key] = _told(figure, counts, _divided(figure, found), least)
    return tuple(found.values())


def _divided(figure: Figure, found: Mapping[FigureKey, Told]) -> Line | None:
    if figure.of is None:
        return None
    key, line = figure.of
    name = found[key].figure.lines[line]
    return next(one for one in found[key].lines if one.name == name)


def _told(figure: Figure, counts: Counts, divided: Line | None, least: int) -> Told:
    sums = _by_name(figure, counts)
    if divided is not None and divided.count is None:
        return Told(figure, tuple(Line(name, None) for name in sums), None)
    row = told([sum(parts) for parts in sums.values()], least=least)
    whole = divided is None or divided.parts
    split = whole and all(count >= least for parts in sums.values() for count in parts)
    lines = zip(sums.items(), row.cells, strict=True)
    return Told(
        figure, tuple(Line(name, cell, tuple(parts) if split else ()) for (name, parts), cell in lines), row.total
    )


def _by_name(figure: Figure, counts: Counts) -> dict[str, list[int]]:
    months = max(map(len, counts.values()), default=0)
    sums = {name: [0] * months for name in figure.lines.values()}
    for line, name in figure.lines.items():
        for month, count in enumerate(counts.get((figure.key, line), ())):
            sums[name][month] += count
    return sums
