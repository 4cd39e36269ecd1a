"""The cases that are open at a moment, by where they stand and how old they are. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from models.codes import Phase
from policy.calendar import at_local, local
from policy.figure_tables import Table, told_table
from policy.small_cells import LEAST

STAGES: Mapping[Phase, str] = {
    Phase.RECEIVED: "Ontvangen",
    Phase.WAITING: "Wacht op de andere signalen",
    Phase.IDENTITY_CHECK: "Gegevens controleren",
    Phase.CONTACT: "Contact zoeken",
    Phase.IN_CONVERSATION: "In gesprek",
    Phase.FEEDBACK: "Terugkoppelen",
}
"""Where an open case can be."""
_OLDER = "26 weken of ouder"
_YOUNGER: Mapping[str, timedelta] = {
    "jonger dan 4 weken": timedelta(weeks=4),
    "4 tot 13 weken": timedelta(weeks=13),
    "13 tot 26 weken": timedelta(weeks=26),
}


def age_limits(now: datetime) -> tuple[datetime, ...]:
    """From when a case was opened that is in the youngest class, in it or the next, and so on. Whole local days."""
    today = local(now).date()
    return tuple(at_local(today - younger + timedelta(days=1), time(0)) for younger in _YOUNGER.values())


def open_cases(counted: Mapping[Phase, tuple[int, ...]], *, moment: str, least: int = LEAST) -> Table:
    """The cases that are open. `counted`: for each stage how many were opened from each of the `age_limits` on, and
    how many there are in all."""
    lines = {
        name: tuple(count - before for count, before in zip(counts, (0, *counts), strict=False))
        for stage, name in STAGES.items()
        if (counts := counted.get(stage))
    }
    return told_table(
        "Open zaken",
        "zaken",
        "Zaken die op dit moment open zijn, naar waar zij staan en hoe lang geleden zij opengingen. "
        "Dit is een stand en geen periode: morgen is hij anders.",
        moment,
        (*_YOUNGER, _OLDER),
        lines,
        least=least,
    )
