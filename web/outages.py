"""Outages as one sentence each: an outage is one thing, not a task for every case that waits."""

from dataclasses import dataclass
from datetime import datetime

from models.codes import Party
from web import labels, words
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
    waits = "Er wacht nu niets op."
    if waiting:
        verbs = ("wacht en gaat", "wachten en gaan")[waiting != 1]
        waits = f"{words.count(waiting, 'zaak', 'zaken')} {verbs} vanzelf verder."
    return f"{labels.label(party)} niet bereikbaar sinds {words.since(since, now=now)}. {waits}"
