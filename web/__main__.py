"""`python -m web`: the web app as a process of its own."""

import asyncio

import uvicorn

import config
from adapters.stores import open_stores
from engine.client import connect, leave
from observability import configure
from web.app import create_app
from web.services import gathered


async def main() -> None:
    """Serves until SIGTERM or SIGINT. Starts without Temporal too: what is pressed then waits in the outbox."""
    settings = config.for_service()
    configure(component="web")
    client = await connect(settings.temporal_address, settings.namespace, lazy=True)
    services = gathered(settings, open_stores(settings), client)
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
