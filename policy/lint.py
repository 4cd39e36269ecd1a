"""What stands out in a policy that can be used: what nobody may have meant, and what to do about it.

Every sentence is Dutch, for the policy officer who wrote the file. A remark stops nothing.
"""

from collections.abc import Iterator
from datetime import time

from models.codes import Channel, Outcome, OutcomeClass
from policy import lint_numbers, lint_triage
from policy.permissions import Action, role_may
from policy.remark import Remark, days_of
from policy.terms import Policy

_EARLIEST, _LATEST = time(8), time(21)
"""Beyond these nobody expects a call of the municipality."""


def remarks(policy: Policy) -> tuple[Remark, ...]:
    """Everything that stands out, in the order of these checks."""
    checks = (
        lint_triage.remarks,
        _unused_routes_and_plans,
        _plans_without_an_end,
        _dayparts,
        _queues,
        _neighbourhoods,
        _kept_too_short,
        lint_numbers.remarks,
    )
    return tuple(remark for check in checks for remark in check(policy))


def _unused_routes_and_plans(policy: Policy) -> Iterator[Remark]:
    chosen = {rule.route for rule in policy.triage}
    for route in policy.routes:
        if route not in chosen:
            yield Remark(
                ("routes", route), "geen regel van triage kiest deze route: voeg een regel toe of haal hem weg"
            )
    followed = {plan for its in policy.routes.values() for plan in (its.plan, its.follow_up)}
    for name in policy.plans:
        if name not in followed:
            yield Remark(("plans", name), "geen route volgt dit plan: noem het bij een route of haal het weg")


def _plans_without_an_end(policy: Policy) -> Iterator[Remark]:
    first = {its.plan for its in policy.routes.values() if its.ends_as is None}
    later = {its.follow_up for its in policy.routes.values()}
    for name, plan in policy.plans.items():
        if plan.end.is_nothing():
            said = "na de laatste poging is er geen tijd om te reageren: geef end een aantal working_days"
            yield Remark(("plans", name, "end"), said)
        meant = [
            silence
            for used, silence in ((first, Outcome.NEVER_REACHED), (later, Outcome.NO_RESPONSE_AFTER_CONTACT))
            if name in used
        ]
        if meant and plan.outcome not in meant:
            said = f"dit is het resultaat als niemand reageert: kies {' of '.join(meant)}"
            yield Remark(("plans", name, "outcome"), said)


def _dayparts(policy: Policy) -> Iterator[Remark]:
    planned = {
        daypart
        for plan in policy.plans.values()
        if any(step.channel is Channel.CALL for step in plan.steps.values())
        for daypart in plan.dayparts
    }
    for daypart, hours in policy.office_hours.items():
        place = ("office_hours", daypart)
        if hours.opens < _EARLIEST or hours.closes > _LATEST:
            said = f"bellen voor {_EARLIEST:%H:%M} of na {_LATEST:%H:%M} verwacht niemand: kies tijden daartussen"
            yield Remark(place, said)
        minutes = 60 * (hours.closes.hour - hours.opens.hour) + hours.closes.minute - hours.opens.minute
        if minutes < policy.callback.minutes:
            said = (
                f"dit dagdeel duurt {minutes} minuten en een telefoontje {policy.callback.minutes} (callback.minutes): "
                "er past er geen in; maak het dagdeel langer"
            )
            yield Remark(place, said)
        if daypart not in planned:
            yield Remark(
                place, f"geen plan belt in dit dagdeel: noem {daypart} bij dayparts van een plan of haal het weg"
            )


def _queues(policy: Policy) -> Iterator[Remark]:
    used = {queue for place, queue in policy.queues_named()}
    for name, queue in policy.queues.items():
        if not any(role_may(role, Action.WORK_ON_CASE) for role in queue.served_by):
            said = "niemand die aan zaken mag werken, bedient dit werkbakje: zet bij served_by caseworker of supervisor"
            yield Remark(("queues", name, "served_by"), said)
        if name not in used:
            said = "dit werkbakje krijgt geen werk: noem het bij een route, een regel of een wijk, of haal het weg"
            yield Remark(("queues", name), said)


def _neighbourhoods(policy: Policy) -> Iterator[Remark]:
    by_place = any(its.by_neighbourhood for its in policy.routes.values())
    owner: dict[str, str] = {}
    for name, its in policy.neighbourhoods.items():
        for number, start in enumerate(its.postcodes):
            other = owner.setdefault(start, name)
            if other != name:
                said = f"{start} staat ook bij {other}: een adres hoort bij één wijk; haal het bij een van de twee weg"
                yield Remark(("neighbourhoods", name, "postcodes", number), said)
        if its.queue is not None and not by_place:
            said = "geen route kijkt naar de wijk: zet by_neighbourhood op true bij de routes van het wijkteam"
            yield Remark(("neighbourhoods", name, "queue"), said)


def _kept_too_short(policy: Policy) -> Iterator[Remark]:
    back, months = policy.matching.look_back_months, policy.statistics.every_months
    for kept in OutcomeClass:
        term = policy.retention[kept]
        if days_of(term) < 30 * back:
            said = (
                f"korter dan matching.look_back_months ({back} maanden): de gegevens zijn weg voordat een signaal als "
                "opeenvolgend herkend kan worden; bewaar langer of kijk minder ver terug"
            )
            yield Remark(("retention", kept), said)
        if days_of(term) < 30 * months:
            said = (
                f"korter dan statistics.every_months ({months}): de gegevens zijn weg voordat de cijfers naar het CBS "
                "gaan; lever vaker of bewaar langer"
            )
            yield Remark(("retention", kept), said)
