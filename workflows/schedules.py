"""The recurring jobs, as data, and one function that makes them so."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from activities.limits import MAIN_QUEUE
from models.ids import PartnerId
from models.periodic import DigestInput, FeedbackInput, PeriodicInput, PrintInput
from models.values import MunicipalityCode
from workflows.names import (
    BOUNCES_ID,
    DESTRUCTION_LISTS_ID,
    PEER_REVIEW_ID,
    RECONCILIATION_ID,
    SWEEP_ID,
    digest_workflow_id,
    feedback_workflow_id,
    print_workflow_id,
)

TIME_ZONE = "Europe/Amsterdam"
RECONCILE_EVERY = timedelta(minutes=5)
READ_BOUNCES_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class DailyAt:
    """Every day at this local time."""

    hour: int
    minute: int


@dataclass(frozen=True)
class Every:
    """At a fixed interval."""

    interval: timedelta


DRAW_REVIEWS_AT = DailyAt(5, 0)
MAKE_LISTS_AT = DailyAt(5, 30)


async def ensure_sweep(client: Client, when: DailyAt | Every) -> None:
    """The daily sweep behind the retention timers."""
    await _ensure(client, SWEEP_ID, "Sweep", PeriodicInput(), when)


async def ensure_reconciliation(client: Client) -> None:
    """The comparison of both sides."""
    await _ensure(client, RECONCILIATION_ID, "Reconciliation", PeriodicInput(), Every(RECONCILE_EVERY))


async def ensure_bounces(client: Client) -> None:
    """The reading of mail that came back."""
    await _ensure(client, BOUNCES_ID, "Bounces", PeriodicInput(), Every(READ_BOUNCES_EVERY))


async def ensure_peer_review(client: Client) -> None:
    """The drawing of last month's samples. Every day, so that a first of the month without a worker is made up for."""
    await _ensure(client, PEER_REVIEW_ID, "PeerReview", PeriodicInput(), DRAW_REVIEWS_AT)


async def ensure_destruction_lists(client: Client) -> None:
    """The weekly lists of what is going to be erased. Every day, so that a day without a worker is made up for."""
    await _ensure(client, DESTRUCTION_LISTS_ID, "DestructionLists", PeriodicInput(), MAKE_LISTS_AT)


async def ensure_feedback(
    client: Client,
    municipality: MunicipalityCode,
    partner: PartnerId,
    when: DailyAt | Every,
    *,
    budget_hours: int,
) -> None:
    """A partner's batches of one municipality."""
    start = FeedbackInput(municipality=municipality, partner_id=partner, budget_hours=budget_hours)
    await _ensure(client, feedback_workflow_id(municipality, partner), "Feedback", start, when)


async def ensure_print_round(
    client: Client, municipality: MunicipalityCode, when: DailyAt | Every, *, budget_hours: int
) -> None:
    """A municipality's letters."""
    start = PrintInput(municipality=municipality, budget_hours=budget_hours)
    await _ensure(client, print_workflow_id(municipality), "PrintRound", start, when)


async def ensure_digest(client: Client, municipality: MunicipalityCode, when: DailyAt | Every) -> None:
    """The mail of a municipality's supervisors. Every day: whether it is a working day is known when it runs."""
    start = DigestInput(municipality=municipality)
    await _ensure(client, digest_workflow_id(municipality), "Digest", start, when)


async def _ensure(client: Client, name: str, workflow: str, start: Any, when: DailyAt | Every) -> None:
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(workflow, start, id=name, task_queue=MAIN_QUEUE),
        spec=_spec(when),
        # A run that is still busy is not started beside itself; after an outage one run makes up for all missed ones.
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=2)),
    )
    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:

        def renewed(_: ScheduleUpdateInput) -> ScheduleUpdate:
            return ScheduleUpdate(schedule=schedule)

        await client.get_schedule_handle(name).update(renewed)


def _spec(when: DailyAt | Every) -> ScheduleSpec:
    match when:
        case Every(interval=interval):
            return ScheduleSpec(intervals=[ScheduleIntervalSpec(every=interval)])
        case DailyAt(hour=hour, minute=minute):
            daily = ScheduleCalendarSpec(hour=[ScheduleRange(hour)], minute=[ScheduleRange(minute)])
            return ScheduleSpec(calendars=[daily], time_zone_name=TIME_ZONE)
