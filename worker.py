"""The process that runs workflows and activities, and the only place where activities get their adapters."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

import config
from activities import limits
from activities.bounces import BounceActivities
from activities.case import CaseActivities
from activities.delivery import DeliveryActivities
from activities.destruction import DestructionActivities
from activities.digest import DigestActivities
from activities.feedback import FeedbackActivities
from activities.messages import SETTLING, MessageActivities
from activities.ports import BounceMailbox, MailServer, PartnerDesk, Printer, PrintShop, Register, SmsGateway
from activities.printing import PrintActivities
from activities.reconcile import ReconcileActivities
from activities.register import RegisterActivities
from activities.relocation import RelocationActivities
from activities.retention import RetentionActivities
from activities.reviews import ReviewActivities
from activities.uploads import UploadActivities
from adapters.bounce_mailbox import ImapBounceMailbox, MailboxAddress
from adapters.brp_http import BrpHttp
from adapters.call_placing import CallPlacer
from adapters.case_door import TemporalCaseDoor
from adapters.command_desk import CommandDesk
from adapters.executions import TemporalExecutions
from adapters.http_auth import access_from
from adapters.message_reports import ReportTeller
from adapters.notify_http import NotifyKey, NotifyLetters, NotifyMail, NotifySms
from adapters.partner_http import PartnerHttp
from adapters.print_folder import PrintFolder
from adapters.print_http import PrintHttp
from adapters.smtp import Login, Security, Smtp
from adapters.stores import Stores, open_stores
from config import Settings
from engine.client import connect
from engine.runner import workflow_runner
from models.errors import CodedError
from observability import configure, get_logger
from policy.file_parts import Schedule
from workflows import schedules
from workflows.case import CaseWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.digest import DigestWorkflow
from workflows.feedback import FeedbackWorkflow
from workflows.periodic import (
    BouncesWorkflow,
    DestructionListsWorkflow,
    PeerReviewWorkflow,
    ReconciliationWorkflow,
    SweepWorkflow,
)
from workflows.printing import PrintRoundWorkflow
from workflows.retention import RetentionWorkflow

WORKFLOWS = (
    CaseWorkflow,
    RetentionWorkflow,
    DeliveryWorkflow,
    FeedbackWorkflow,
    SweepWorkflow,
    ReconciliationWorkflow,
    BouncesWorkflow,
    PeerReviewWorkflow,
    DestructionListsWorkflow,
    PrintRoundWorkflow,
    DigestWorkflow,
)
THREADS = 40
"""Activities that block at once: our own database's, and those of the outside parties."""
DECIDING = 16
"""Cases that decide at once. They share one interpreter: of hundreds at once none would be done within the seconds that
the server waits for it, and all would be asked to begin again."""
REMEMBERED = 500
"""Cases that stay in memory between two steps, a fifth of a megabyte each. Most wait for days: then a case is read back
from its history."""

log = get_logger()


def activities_by_queue(
    stores: Stores,
    client: Client,
    *,
    register: Register,
    mail: MailServer,
    letters: Printer,
    printer: PrintShop,
    sms: SmsGateway,
    desk: PartnerDesk,
    settling: timedelta = SETTLING,
    bounces: BounceMailbox | None = None,
) -> Mapping[str, Sequence[Callable[..., Any]]]:
    """Every activity with its adapters, on the queue that serves it."""
    door, executions = TemporalCaseDoor(client), TemporalExecutions(client)
    case = CaseActivities(
        store=stores.cases,
        slots=stores.matching,
        earlier=stores.earlier,
        policies=stores.policies,
        health=stores.health,
    )
    asking = RegisterActivities(register=register, store=stores.cases, health=stores.health)
    writing = MessageActivities(
        mail=mail,
        letters=letters,
        sms=sms,
        messages=stores.messages,
        store=stores.cases,
        policies=stores.policies,
        health=stores.health,
        settling=settling,
    )
    returning = BounceActivities(mailbox=bounces, reports=stores.reports, health=stores.health)
    sent = UploadActivities(uploads=stores.uploads)
    delivery = DeliveryActivities(deliveries=stores.matching, door=door)
    relocation = RelocationActivities(relocations=stores.relocations, door=door)
    feedback = FeedbackActivities(ledger=stores.feedback, desk=desk, door=door, health=stores.health)
    printing = PrintActivities(rounds=stores.prints, shop=printer, health=stores.health)
    retention = RetentionActivities(eraser=stores.eraser, executions=executions, overview=stores.overview)
    reviewing = ReviewActivities(samples=stores.reviews)
    listing = DestructionActivities(lists=stores.lists)
    digesting = DigestActivities(digests=stores.digests, mail=mail, health=stores.health, settling=settling)
    reconciling = ReconcileActivities(overview=stores.overview, executions=executions, door=door)
    return {
        limits.MAIN_QUEUE: [
            case.choose_route,
            case.save,
            sent.store,
            delivery.next_groups,
            delivery.next_window,
            delivery.open_group,
            delivery.finish,
            relocation.split,
            relocation.merge,
            feedback.collect,
            feedback.settle,
            feedback.tell,
            printing.close,
            printing.settle,
            retention.destroy,
            retention.delete_rows,
            retention.delete_executions,
            retention.certify,
            retention.permits,
            retention.due,
            retention.job_ended,
            reviewing.draw,
            listing.make,
            digesting.give_up,
            reconciling.reconcile,
        ],
        limits.REGISTER_QUEUE: [asking.ask],
        limits.MAIL_QUEUE: [writing.send, returning.read, digesting.send],
        limits.LETTERS_QUEUE: [writing.send, printing.hand_over],
        limits.SMS_QUEUE: [writing.send],
        limits.PARTNERS_QUEUE: [feedback.deliver],
    }


def queues_of(
    part: str, activities: Mapping[str, Sequence[Callable[..., Any]]]
) -> Mapping[str, Sequence[Callable[..., Any]]]:
    """The queues that a worker of this part serves: ours, the outside parties', or both."""
    ours = {"inside": {limits.MAIN_QUEUE}, "outside": activities.keys() - {limits.MAIN_QUEUE}}.get(
        part, activities.keys()
    )
    return {queue: served for queue, served in activities.items() if queue in ours}


def letters_of(settings: Settings, stores: Stores) -> Printer:
    """Where each letter goes, by the settings. Raises `NotifyKeyUnusable`."""
    if settings.letters_by == "notify":
        key = NotifyKey.read(settings.notify_key)
        return NotifyLetters(settings.notify_url, key, template=settings.notify_letter_template)
    return stores.letters


def printer_of(settings: Settings) -> PrintShop:
    """Where print batches go, by the settings."""
    if settings.letters_folder != Path():
        return PrintFolder(settings.letters_folder)
    return PrintHttp(settings.letters_url, access=access_from(settings.letters_access_file))


def mail_of(settings: Settings) -> MailServer:
    """Who carries mail, by the settings. Raises `NotifyKeyUnusable`, and `OSError` without its password file."""
    if settings.mail_by == "notify":
        key = NotifyKey.read(settings.notify_key)
        return NotifyMail(settings.notify_url, key, template=settings.notify_mail_template)
    login = None
    if settings.smtp_user:
        login = Login(settings.smtp_user, settings.smtp_password_file.read_text("utf-8").strip())
    return Smtp(
        settings.smtp_host,
        settings.smtp_port,
        sender=settings.mail_from,
        security=Security(settings.smtp_security),
        login=login,
        bounces_to=settings.bounces_to,
    )


def sms_of(settings: Settings) -> SmsGateway:
    """Who sends text messages, by the settings. Raises `NotifyKeyUnusable`."""
    return NotifySms(settings.notify_url, NotifyKey.read(settings.notify_key), template=settings.notify_sms_template)


def bounces_of(settings: Settings) -> BounceMailbox | None:
    """Where mail comes back, by the settings; None when nobody reads it. Raises `OSError` without its password file."""
    if not settings.bounces_host:
        return None
    address = MailboxAddress(
        settings.bounces_host,
        settings.bounces_port,
        security=Security(settings.bounces_security),
        folder=settings.bounces_folder,
    )
    password = settings.bounces_password_file.read_text("utf-8").strip()
    return ImapBounceMailbox(address, Login(settings.bounces_user, password))


@asynccontextmanager
async def running_workers(
    client: Client, activities: Mapping[str, Sequence[Callable[..., Any]]], *, workflows: Sequence[type] = WORKFLOWS
) -> AsyncIterator[None]:
    """Workers for all queues; an outside party's queue is slowed to what it is asked at most."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="activity") as threads:
        async with AsyncExitStack() as stack:
            for queue, served in activities.items():
                decided_here = workflows if queue == limits.MAIN_QUEUE else ()
                await stack.enter_async_context(_worker(client, queue, served, decided_here, threads))
            yield


def _worker(
    client: Client,
    queue: str,
    activities: Sequence[Callable[..., Any]],
    workflows: Sequence[type],
    threads: ThreadPoolExecutor,
) -> Worker:
    rate = limits.PER_SECOND.get(queue)
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        activities=activities,
        activity_executor=threads,
        workflow_runner=workflow_runner(),
        workflow_failure_exception_types=[CodedError],
        max_concurrent_activities=THREADS,
        max_concurrent_workflow_tasks=DECIDING,
        max_cached_workflows=REMEMBERED,
        max_task_queue_activities_per_second=rate,
        # A limited queue must not be passed by: an eager activity never goes through the server.
        disable_eager_activity_execution=rate is not None,
        graceful_shutdown_timeout=timedelta(seconds=5),
    )


async def ensure_schedules(client: Client, stores: Stores) -> None:
    """The recurring jobs, for every municipality that works here and has a policy, and every partner known."""
    await schedules.ensure_reconciliation(client)
    await schedules.ensure_bounces(client)
    await schedules.ensure_peer_review(client)
    await schedules.ensure_destruction_lists(client)
    partners = stores.registry.partners()
    with_policy = stores.policies.municipalities()
    for municipality in stores.registry.municipalities():
        if municipality not in with_policy:
            continue
        policy = stores.policies.policy(municipality)
        await schedules.ensure_sweep(client, _when(policy.sweep))
        await schedules.ensure_print_round(
            client, municipality, _when(policy.print_schedule), budget_hours=policy.budgets.letters_hours
        )
        if policy.supervision.digest_to:
            await schedules.ensure_digest(client, municipality, _when(policy.supervision.digest_schedule))
        for partner in partners:
            await schedules.ensure_feedback(
                client,
                municipality,
                partner,
                _when(policy.feedback_schedule),
                budget_hours=policy.budgets.partners_hours,
            )


def _when(schedule: Schedule) -> schedules.DailyAt | schedules.Every:
    if schedule.every_minutes is not None:
        return schedules.Every(timedelta(minutes=schedule.every_minutes))
    return schedules.DailyAt(schedule.hour, schedule.minute)


def _placer(client: Client, stores: Stores) -> CallPlacer:
    desk = CommandDesk(client, stores.outbox)
    return CallPlacer(stores.database, stores.vault, stores.cases, desk, now=lambda: datetime.now(UTC))


async def main() -> None:
    """Works until SIGTERM or SIGINT."""
    settings = config.for_service()
    configure(component="worker")
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace)
    await ensure_schedules(client, stores)
    activities = activities_by_queue(
        stores,
        client,
        register=BrpHttp(settings.register_url, access=access_from(settings.register_access_file)),
        mail=mail_of(settings),
        letters=letters_of(settings, stores),
        printer=printer_of(settings),
        sms=sms_of(settings),
        desk=PartnerHttp(settings.partners_url, access=access_from(settings.partners_access_file)),
        bounces=bounces_of(settings),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_workers(client, queues_of(settings.worker_part, activities)):
        log.info("worker.started")
        beside = {
            asyncio.create_task(CommandDesk(client, stores.outbox).resend_forever()),
            asyncio.create_task(_placer(client, stores).place_forever()),
            asyncio.create_task(ReportTeller(client, stores.reports).tell_forever()),
        }
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({*beside, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in beside:
            task.cancel()
        # One that broke down must not be passed over in silence: it ends the worker with its error.
        for task in beside:
            with contextlib.suppress(asyncio.CancelledError):
                await task
    log.info("worker.stopped")


if __name__ == "__main__":
    asyncio.run(main())
