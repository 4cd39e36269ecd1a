"""Urgent work goes before late work, and that before what the route's priority says."""

from itertools import product

from policy.work_order import goes_first, rank


def test_urgent_goes_before_late_and_late_before_priority() -> None:
    every = list(product((True, False), (True, False), (1, 2, 3, 4)))
    ranks = [rank(urgent=urgent, late=late, priority=priority) for urgent, late, priority in every]
    assert ranks == list(range(16))


def test_only_urgent_work_goes_first() -> None:
    assert goes_first(rank(urgent=True, late=False, priority=4))
    assert not goes_first(rank(urgent=False, late=True, priority=1))
