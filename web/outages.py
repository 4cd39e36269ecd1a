"""Outages as one sentence each: an outage is one thing, not a task for every case that waits."""

from dataclasses import dataclass
from datetime import datetime

from models.codes import Party
from web import labels, words
from web.language import said, said_of
from web.services import Services


@dataclass(frozen=True)
class Outage:
    party: Party
    sentence: str


def outages(services: Services, *, now: datetime) -> tuple[Outage, ...]:
    """Who does not answer now, since when, and how much waits for it."""
    return tuple(
        Outage(outage.party, _sentence(outage.party, outage.since, outage.waiting, now))
        for outage in services.health.outages()
    )


def _sentence(party: Party, since: datetime, waiting: int, now: datetime) -> str:
    waits = said("Er wacht nu niets op.")
    if waiting:
        waits = said_of(
            waiting, "{number} zaak wacht en gaat vanzelf verder.", "{number} zaken wachten en gaan vanzelf verder."
        )
    away = said("{party} niet bereikbaar sinds {since}.", party=labels.label(party), since=words.since(since, now=now))
    return f"{away} {waits}"
