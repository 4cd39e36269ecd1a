"""Asked twice with the same `Idempotency-Key`, done once and answered the same."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Header
from starlette.concurrency import run_in_threadpool

from adapters.requests import AnotherRequest, Requests, UnderWay
from web.partner_api.access import Asker
from web.problems import Problem
from web.services import Services

RequestKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[!-~]+$",
        description="Uw eigen, unieke naam voor deze vraag, zoals een UUID. Een week lang geeft dezelfde vraag met "
        "dezelfde naam hetzelfde antwoord, en wordt zij één keer uitgevoerd.",
    ),
]


async def once(
    services: Services,
    asker: Asker,
    key: str,
    what: str,
    content: bytes,
    do: Callable[[], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    """The answer of `do`, or the one that it gave before. An error of `do` is nobody's answer: the question may come
    again. Raises `Problem`."""
    requests = Requests(services.database, services.vault)
    try:
        id, answer = await run_in_threadpool(
            lambda: requests.begin(key, what, content, asker.municipality, by=asker.staff.staff_id, at=services.now())
        )
    except AnotherRequest:
        raise Problem(422, "Deze Idempotency-Key hoort bij een andere vraag. Gebruik een nieuwe.") from None
    except UnderWay:
        raise Problem(409, "Dezelfde vraag wordt al uitgevoerd. Vraag het over een minuut nog eens.") from None
    if answer is not None:
        return answer
    try:
        answer = await do()
    except BaseException:
        await run_in_threadpool(requests.failed, id)
        raise
    await run_in_threadpool(requests.answered, id, answer)
    return answer
