"""Which queues a worker serves that is only a part of one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from activities import limits
from worker import queues_of

EVERY: Mapping[str, Sequence[Callable[..., Any]]] = {queue: () for queue in (limits.MAIN_QUEUE, *limits.PER_SECOND)}


def test_by_itself_a_worker_serves_every_queue() -> None:
    assert queues_of("all", EVERY) == EVERY


def test_the_inside_and_the_outside_part_serve_each_queue_once() -> None:
    inside, outside = (queues_of(part, EVERY) for part in ("inside", "outside"))
    assert set(inside) == {limits.MAIN_QUEUE}
    assert sorted([*inside, *outside]) == sorted(EVERY)
