"""What the pages need of the rest of the product, gathered once by whoever starts the web app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from temporalio.client import Client

from adapters.absences import Absences
from adapters.case_store import CaseStore
from adapters.claims import Claims, claims_of
from adapters.command_desk import CommandDesk, Pressed
from adapters.database import Database
from adapters.delivery_door import DeliveryDoor
from adapters.health import PartyHealth
from adapters.oidc import Provider, provider_of
from adapters.outbox import Outbox
from adapters.overview import Overview
from adapters.policy_book import PolicyFiles
from adapters.print_rounds import PrintRounds
from adapters.sessions import Sessions
from adapters.stores import Stores
from adapters.uploads import Uploads
from adapters.vault import Vault
from config import Settings
from models.commands import AnyCommand
from models.ids import CaseId, CommandId, DeliveryId
from models.periodic import DeliveryInput
from models.personal import Particulars
from web.rate_limit import RateLimit

_NO_PARTICULARS = Particulars()


class Desk(Protocol):
    """Where a pressed button goes (`adapters.command_desk.CommandDesk`)."""

    async def press(
        self,
        case: CaseId,
        command: AnyCommand,
        *,
        note: str = "",
        particulars: Particulars = _NO_PARTICULARS,
        at: datetime,
    ) -> Pressed: ...

    async def follow(self, command_id: CommandId) -> Pressed: ...


class Deliveries(Protocol):
    """Where a delivery is started and told to go on (`adapters.delivery_door.DeliveryDoor`)."""

    async def start(self, start: DeliveryInput) -> None: ...

    async def look_again(self, delivery: DeliveryId) -> None: ...


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Services:
    """Everything that a page may ask. `now` is replaced in tests, so that "vandaag" is a known day."""

    settings: Settings
    database: Database
    vault: Vault
    outbox: Outbox
    desk: Desk
    case_store: CaseStore
    overview: Overview
    health: PartyHealth
    absences: Absences
    prints: PrintRounds
    policies: PolicyFiles
    deliveries: Deliveries
    uploads: Uploads
    sessions: Sessions
    provider: Provider
    claims: Claims
    sign_in_limit: RateLimit = field(default_factory=RateLimit)
    now: Callable[[], datetime] = clock


def gathered(settings: Settings, stores: Stores, client: Client) -> Services:
    """What the web app of an installation needs. Raises what the provider's settings raise when they are unusable."""
    return Services(
        settings=settings,
        database=stores.database,
        vault=stores.vault,
        outbox=stores.outbox,
        desk=CommandDesk(client, stores.outbox),
        case_store=stores.cases,
        overview=stores.overview,
        health=stores.health,
        absences=stores.absences,
        prints=stores.prints,
        policies=stores.policies,
        deliveries=DeliveryDoor(client),
        uploads=stores.uploads,
        sessions=stores.sessions,
        provider=provider_of(settings),
        claims=claims_of(settings),
    )
