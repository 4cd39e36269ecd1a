"""What the demonstration's municipality counted before it began: invented counts of the months before this one, so that
figures and peer reviews have something to tell from the first day. There are no cases behind them."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from sqlmodel import Session, SQLModel, col, select

from adapters.database import Database
from models.codes import Acceptance, ContactKind, Daypart, Outcome, ReviewReason
from models.ids import fresh
from models.tables import AreaCountRow, PartnerCountRow, ReviewCountRow, StatisticRow
from models.values import MunicipalityCode
from policy.closing_counts import FirstAttempt, is_resident
from policy.outcomes import HELP_OUTCOMES
from policy.peer_review import Month, month_before
from policy.reasons import reasons_of
from policy.signal_quality import Ending, FigureKey, PhoneGiven, SinceCollection
from simulation.deliveries import PARTNERS
from simulation.people import SEED

MONTHS = 8
"""So many months before this one: two whole quarters at least."""
_CASES = 60
_JUDGED = 30
_SIGNALS = 75
_AREAS = ("9990", "9991", "9992", "9993")
_ENDED: Mapping[Outcome, int] = {
    Outcome.ADVICE_OR_QUICK_FIX: 14,
    Outcome.FURTHER_HELP_FINANCIAL: 14,
    Outcome.SETTLES_IT_HIMSELF: 22,
    Outcome.PAID_OR_ARRANGED: 18,
    Outcome.NEVER_REACHED: 20,
    Outcome.NOT_PICKED_UP_UNJUSTIFIED: 12,
}
_NOT_REACHED = frozenset({Outcome.NEVER_REACHED, Outcome.NOT_PICKED_UP_UNJUSTIFIED})
_OTHERWISE: Mapping[Outcome, tuple[Outcome, ReviewReason]] = {
    Outcome.ADVICE_OR_QUICK_FIX: (Outcome.SETTLES_IT_HIMSELF, ReviewReason.NOT_ENGAGED),
    Outcome.FURTHER_HELP_FINANCIAL: (Outcome.ADVICE_OR_QUICK_FIX, ReviewReason.THIRTY_DAYS),
    Outcome.SETTLES_IT_HIMSELF: (Outcome.ADVICE_OR_QUICK_FIX, ReviewReason.ENGAGED),
}
"""What a colleague would now and then have recorded instead, and why."""
_SINCE = tuple(SinceCollection)[:4]


def count_earlier_months(database: Database, municipality: MunicipalityCode, *, today: date) -> None:
    """Once, and never where a case closed already."""
    last = month_before(today)
    with database.write() as session:
        closed = select(StatisticRow.id).where(col(StatisticRow.municipality) == municipality.text).limit(1)
        if session.exec(closed).first() is None:
            for back in range(MONTHS):
                _count(session, municipality.text, last.before(back))


def _count(session: Session, town: str, month: Month) -> None:
    luck = random.Random(f"{SEED} {month}")
    cases = [_case(luck, town, month) for _ in range(_CASES)]
    session.add_all(cases)
    session.add_all(_areas(luck, cases))
    session.add_all(_judged(luck, town, month))
    session.add_all(_signals(luck, town, month))


def _case(luck: random.Random, town: str, month: Month) -> StatisticRow:
    [outcome] = luck.choices(list(_ENDED), list(_ENDED.values()))
    kinds = luck.sample([partner.type for partner in PARTNERS], 2 if luck.random() < 0.3 else 1)
    reached, sought = outcome not in _NOT_REACHED, outcome is not Outcome.NOT_PICKED_UP_UNJUSTIFIED
    why = luck.choice(reasons_of(outcome)) if not sought else ""
    reach = _reach(luck, reached=reached) if sought else {}
    return StatisticRow(
        id=fresh(),
        municipality=town,
        month=str(month),
        partner_types=sorted(kinds),
        signals=len(kinds),
        successive=int(luck.random() < 0.3),
        attempts=dict(_by_kind(reach)),
        reached=reached,
        outcome=outcome,
        acceptance=Acceptance.ACCEPTED if outcome in HELP_OUTCOMES else Acceptance.NOT_ACCEPTED,
        month_opened=str(month.before(luck.choice((0, 0, 1)))),
        partners=len(kinds),
        reach=reach,
        first_attempt=luck.choice(list(FirstAttempt)[:3]) if sought else FirstAttempt.NONE,
        unjustified=why,
    )


def _reach(luck: random.Random, *, reached: bool) -> dict[str, list[int]]:
    """A mail, then calls on different dayparts, of which the last one reached the resident or none."""
    dayparts = luck.sample(list(Daypart), luck.randint(1, 3))
    calls = {f"{ContactKind.PHONE}/{daypart}": [1, int(reached and daypart is dayparts[-1])] for daypart in dayparts}
    return {f"{ContactKind.MAIL}/{Daypart.MORNING}": [1, 0], **calls}


def _by_kind(reach: Mapping[str, list[int]]) -> Counter[str]:
    found = Counter[str]()
    for key, (sought, _) in reach.items():
        found[key.partition("/")[0]] += sought
    return found


def _areas(luck: random.Random, cases: list[StatisticRow]) -> Iterator[SQLModel]:
    lives = [(luck.choice(_AREAS), case) for case in cases if is_resident(case.unjustified)]
    for area in _AREAS:
        here = [case for where, case in lives if where == area]
        yield AreaCountRow(
            municipality=cases[0].municipality,
            month=cases[0].month,
            area=area,
            cases=len(here),
            reached=sum(case.reached for case in here),
            accepted=sum(case.acceptance == Acceptance.ACCEPTED for case in here),
        )


def _judged(luck: random.Random, town: str, month: Month) -> Iterator[SQLModel]:
    recorded = luck.choices(list(_ENDED), list(_ENDED.values()), k=_JUDGED)
    said = [_OTHERWISE.get(outcome, (outcome, "")) if luck.random() < 0.2 else (outcome, "") for outcome in recorded]
    for (outcome, (other, reason)), cases in Counter(zip(recorded, said, strict=True)).items():
        yield ReviewCountRow(
            municipality=town, month=str(month), outcome=outcome, said=other, reason=reason, cases=cases
        )


def _signals(luck: random.Random, town: str, month: Month) -> Iterator[SQLModel]:
    """How the signals ended that each partner sent in the month."""
    for partner in PARTNERS:
        found = Counter[tuple[FigureKey, str]]()
        for _ in range(_SIGNALS):
            ending = luck.choice(list(Ending))
            found[FigureKey.ENDING, ending] += 1
            found[FigureKey.PHONE, luck.choice(list(PhoneGiven))] += 1
            if ending is Ending.PAID:
                found[FigureKey.PAID, luck.choice(_SINCE)] += 1
            if ending is Ending.UNJUSTIFIED:
                found[FigureKey.UNJUSTIFIED, luck.choice(reasons_of(Outcome.NOT_PICKED_UP_UNJUSTIFIED))] += 1
        for (figure, line), signals in found.items():
            yield PartnerCountRow(
                municipality=town,
                partner_id=partner.partner_id,
                month=str(month),
                figure=figure,
                line=line,
                signals=signals,
            )
