"""Chance that is the same every time."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "unit", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unit")
