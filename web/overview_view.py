"""The supervisor's overview: numbers with the address of the cases behind each of them, as the page shows them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from adapters.monitor import Quarter
from adapters.supervision import Holder, Moment, StalledCount, Supervision, WorkCount
from models.codes import Party, StallCause, TaskKind
from models.ids import StaffId
from models.terms import QueueKey
from models.values import MunicipalityCode
from policy.calendar import local
from policy.figure_tables import Table
from policy.monitor import FIRST_ATTEMPTS, REACH, table_of
from policy.stalled_ages import StalledFor
from policy.trends import MONTHS, Trend, trends
from policy.work_ahead import Ahead, months_back
from web import charts, labels, queries, words
from web.charts import Chart
from web.choosing import link
from web.language import said
from web.outages import outages
from web.services import Services
from web.work_labels import HOLDERS, MOMENTS, STALLED_FOR

HERE, WORK, CASES, STALLED = "/overzicht", "/overzicht/werk", "/overzicht/zaken", "/vastgelopen"
Key = TypeVar("Key")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Number:
    """A count, and where what it counts stands; empty when there is nothing."""

    count: int
    link: str


@dataclass(frozen=True)
class Line:
    """A line of a table of numbers."""

    name: str
    numbers: tuple[Number, ...]

    @property
    def total(self) -> int:
        return sum(number.count for number in self.numbers)


@dataclass(frozen=True)
class StalledPart:
    """Stalled cases by cause, by how long, and by with whom they lie."""

    total: Number
    causes: tuple[Line, ...]
    ages: tuple[Line, ...]
    queues: tuple[Line, ...]
    """Of each queue: of somebody, of nobody."""


@dataclass(frozen=True)
class WorkPart:
    """What lies with each queue now, and what is to be done on the days that come."""

    now: Number
    late: Number
    open_cases: Number
    load: tuple[Line, ...]
    """Of each queue: open cases of somebody and of nobody, work that can be done now, and what of all its work is
    late."""
    days: tuple[str, ...]
    kinds: tuple[Line, ...]
    queues: tuple[Line, ...]
    totals: Line
    terms: Line
    """Cases without work for anybody, by the day of their next term."""
    free: str
    chart: Chart


@dataclass(frozen=True)
class StandingParty:
    """How an outside party stands."""

    name: str
    sentence: str
    is_down: bool


@dataclass(frozen=True)
class TrendPart:
    lines: tuple[tuple[str, Trend], ...]
    chart: Chart


_SHORT_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def load_columns() -> tuple[str, ...]:
    """What the columns of the load are called."""
    holders = [said(HOLDERS[each]) for each in (Holder.SOMEBODY, Holder.NOBODY)]
    moments = [said(MOMENTS[each]) for each in (Moment.NOW, Moment.LATE)]
    return (
        *(said("Open zaken {holder}", holder=each) for each in holders),
        *(said("Werk {moment}", moment=each) for each in moments),
    )


def stalled_part(
    services: Services, municipality: MunicipalityCode, queues: Mapping[str, str], *, now: datetime
) -> StalledPart:
    counted = Supervision(services.database).stalled(municipality, now=now)
    here = municipality.text

    def to(**chosen: str) -> Callable[[Iterable[StalledCount]], Number]:
        return lambda those: _number(sum(each.cases for each in those), STALLED, gemeente=here, **chosen)

    by_cause = _by(counted, lambda each: each.cause)
    by_age = _by(counted, lambda each: each.age)
    by_queue = _by(counted, lambda each: each.queue)
    most_first = sorted(by_cause, key=lambda cause: (-_cases(by_cause[cause]), list(StallCause).index(cause)))
    return StalledPart(
        total=to()(counted),
        causes=tuple(Line(labels.label(each), (to(oorzaak=each)(by_cause[each]),)) for each in most_first),
        ages=tuple(Line(said(STALLED_FOR[each]), (to(duur=each)(by_age.get(each, ())),)) for each in StalledFor),
        queues=tuple(
            Line(
                queues.get(queue, queue),
                tuple(
                    to(werkbakje=queue, van=holder)(each for each in by_queue[queue] if each.holder is holder)
                    for holder in Holder
                ),
            )
            for queue in _in_order(by_queue, queues)
        ),
    )


def work_part(
    services: Services, municipality: MunicipalityCode, queues: Mapping[str, str], ahead: Ahead, *, now: datetime
) -> WorkPart:
    supervision, here, today = Supervision(services.database), municipality.text, local(now).date()
    counted = supervision.work(municipality, ahead, now=now)
    cases = supervision.open_cases(municipality)
    terms = supervision.terms_ahead(municipality, ahead, now=now)
    days, asked = _days(ahead, today)

    def row(name: str, those: Sequence[WorkCount], **chosen: str) -> Line:
        at = _by(those, lambda each: each.place)
        return Line(
            name,
            tuple(
                _number(_tasks(at.get(place, ())), WORK, gemeente=here, **when, **chosen)
                for place, when in enumerate(asked, start=-1)
            ),
        )

    by_kind, by_queue = _by(counted, lambda each: each.kind), _by(counted, lambda each: each.queue)
    totals = row(said("Samen"), counted)
    return WorkPart(
        now=_number(_tasks(each for each in counted if each.is_open), WORK, gemeente=here, wanneer=Moment.NOW),
        late=totals.numbers[0],
        open_cases=_number(sum(cases.values()), CASES, gemeente=here),
        load=tuple(
            Line(
                queues.get(queue, queue),
                (
                    *(
                        _number(cases.get((queue, holder), 0), CASES, gemeente=here, werkbakje=queue, van=holder)
                        for holder in Holder
                    ),
                    _number(
                        _tasks(each for each in by_queue.get(queue, ()) if each.is_open),
                        WORK,
                        gemeente=here,
                        werkbakje=queue,
                        wanneer=Moment.NOW,
                    ),
                    _number(
                        _tasks(each for each in by_queue.get(queue, ()) if each.place == -1),
                        WORK,
                        gemeente=here,
                        werkbakje=queue,
                        wanneer=Moment.LATE,
                    ),
                ),
            )
            for queue in _in_order({*by_queue, *(queue for queue, _ in cases)}, queues)
        ),
        days=days,
        kinds=tuple(row(labels.label(kind), by_kind[kind], soort=kind) for kind in TaskKind if kind in by_kind),
        queues=tuple(
            row(queues.get(queue, queue), by_queue[queue], werkbakje=queue) for queue in _in_order(by_queue, queues)
        ),
        totals=totals,
        terms=Line(
            said("Termijnen"),
            tuple(
                _number(terms.get(place, 0), CASES, gemeente=here, termijn=day.day.isoformat())
                for place, day in enumerate(ahead.days)
            ),
        ),
        free=words.free_days(ahead.free, today=today),
        chart=charts.column_chart(
            [
                (said("te laat"), ""),
                *((words.weekday(day.day, today=today)[:2], _short(day.day)) for day in ahead.days),
            ],
            [(said("Werk"), [number.count for number in totals.numbers[:-1]])],
        ),
    )


def staff_part(services: Services, municipality: MunicipalityCode, *, now: datetime) -> tuple[Line, ...]:
    """By member of staff: open cases, stalled ones, work that can be done now, work that is late."""
    counted, here = Supervision(services.database).of_staff(municipality, now=now), municipality.text
    names = queries.staff_names(services.database, counted)

    def line(member: StaffId) -> Line:
        has, who = counted[member], {"gemeente": here, "medewerker": member}
        return Line(
            names.get(member, said("Een collega")),
            (
                _number(has.cases, CASES, **who),
                _number(has.stalled, STALLED, **who),
                _number(has.work_now, WORK, wanneer=Moment.NOW, **who),
                _number(has.late, WORK, wanneer=Moment.LATE, **who),
            ),
        )

    # Of who left meanwhile no list can be asked for: they are nobody's colleague any more.
    there = {each.staff_id for each in queries.workers(services.database, [municipality])}
    return tuple(sorted((line(each) for each in counted if each in there), key=lambda each: each.name))


def parties(services: Services, *, now: datetime) -> tuple[StandingParty, ...]:
    down = {outage.party: outage.sentence for outage in outages(services, now=now)}
    return tuple(
        StandingParty(labels.label(party), down.get(party, said("Geen storing bekend.")), party in down)
        for party in Party
    )


def reach_tables(services: Services, municipality: MunicipalityCode, quarter: Quarter) -> tuple[Table, Table]:
    """Reach and the time to the first attempt, as the figures of the quarter count and hide them."""
    supervision, period = Supervision(services.database), said("kwartaal {quarter}", quarter=quarter)
    return (
        table_of(REACH, supervision.reach(municipality, quarter.months), period=period),
        table_of(FIRST_ATTEMPTS, supervision.closed(municipality, quarter.months), period=period),
    )


def trend_part(services: Services, municipality: MunicipalityCode, *, now: datetime) -> TrendPart:
    supervision, today = Supervision(services.database), local(now).date()
    months = months_back(today, MONTHS)
    # What closed is told by whole quarters, so the first of them begins before the first month that is shown.
    whole = months_back(today, MONTHS + (int(months[0][5:]) - 1) % 3)
    found = trends(
        months,
        opened=supervision.opened(municipality, whole),
        closed=supervision.closed(municipality, whole),
        stalls=supervision.stalls(municipality, whole),
    )
    dates = [date(int(month[:4]), int(month[5:]), 1) for month in months]
    return TrendPart(
        tuple((words.month(day), each) for day, each in zip(dates, found, strict=True)),
        charts.column_chart(
            [(said(_SHORT_MONTHS[day.month - 1]), str(day.year)) for day in dates],
            [(said("Nieuw"), [each.opened for each in found]), (said("Afgesloten"), [each.closed for each in found])],
        ),
    )


def _days(ahead: Ahead, today: date) -> tuple[tuple[str, ...], list[dict[str, str]]]:
    """What the columns of the days that come are called, and how a list is asked for one: late, each day, later."""
    names = [words.weekday(day.day, today=today)[:2] + f" {_short(day.day)}" for day in ahead.days]
    asked = [{"dag": day.day.isoformat()} for day in ahead.days]
    return (
        (said(MOMENTS[Moment.LATE]).capitalize(), *names, said(MOMENTS[Moment.LATER]).capitalize()),
        [{"wanneer": Moment.LATE}, *asked, {"wanneer": Moment.LATER}],
    )


def _short(day: date) -> str:
    return f"{day.day}-{day.month}"


def _number(count: int, path: str, **chosen: str) -> Number:
    return Number(count, link(path, **chosen) if count else "")


def _by(those: Iterable[Found], key: Callable[[Found], Key]) -> dict[Key, list[Found]]:
    found: dict[Key, list[Found]] = {}
    for each in those:
        found.setdefault(key(each), []).append(each)
    return found


def _in_order(those: Iterable[QueueKey], queues: Mapping[str, str]) -> list[QueueKey]:
    known = list(queues)
    return sorted(those, key=lambda each: (known.index(each) if each in known else len(known), each))


def _cases(those: Iterable[StalledCount]) -> int:
    return sum(each.cases for each in those)


def _tasks(those: Iterable[WorkCount]) -> int:
    return sum(each.tasks for each in those)
