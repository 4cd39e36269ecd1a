"""`python -m web`: the web app as a process of its own."""

import asyncio

import uvicorn

import config
from adapters.claims import claims_of
from adapters.command_desk import CommandDesk
from adapters.delivery_door import DeliveryDoor
from adapters.oidc import provider_of
from adapters.stores import open_stores
from engine.client import connect, leave
from observability import configure
from web.app import create_app
from web.services import Services


async def main() -> None:
    """Serves until SIGTERM or SIGINT. Starts without Temporal too: what is pressed then waits in the outbox."""
    settings = config.for_service()
    configure(component="web")
    stores = open_stores(settings)
    client = await connect(settings.temporal_address, settings.namespace, lazy=True)
    services = Services(
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
    # Addresses hold ids only, but who looked at which case when is nobody's business either: no access log.
    server = uvicorn.Config(
        create_app(services),
        host=settings.web_host,
        port=settings.web_port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
    )
    await uvicorn.Server(server).serve()


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
