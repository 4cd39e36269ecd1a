"""Numbers of a policy that lie far from those beside them, as a slip of the pen does."""

from collections.abc import Iterator, Mapping
from statistics import median

from models.codes import OutcomeClass
from models.terms import Patience, ReferralTerms
from policy.faults import Place
from policy.file_parts import Length
from policy.remark import Remark, days_of, in_dutch
from policy.terms import Policy

_FAR = 5
"""So many times the middle of its siblings is far."""
_SHORT = 14
"""Days; a term up to this is never too long."""
_FAR_TOO_SHORT = 10
_LONGEST_HELP_MONTHS = 120
_USUAL_THRESHOLD = 75
"""Euros: the median of the municipalities that have a threshold, as `default.yaml` says."""
_UNUSUAL_HOURS = 24 * 7


def remarks(policy: Policy) -> Iterator[Remark]:
    """Every number that lies far from its siblings, and patience without any time."""
    for group in _siblings(policy):
        yield from _too_long(group)
    yield from _retention(policy)
    yield from _thresholds(policy)
    yield from _budgets(policy)
    yield from _without_patience(policy)


def _siblings(policy: Policy) -> Iterator[Mapping[Place, Length]]:
    """The terms that are compared with each other."""
    for name, plan in policy.plans.items():
        waits: dict[Place, Length] = {
            ("plans", name, "steps", step, "wait"): its.wait for step, its in plan.steps.items()
        }
        yield {**waits, ("plans", name, "end"): plan.end}
    # An objection has its term by law, in months.
    yield {place: rule for place, rule in _patience(policy).items() if place[-1] != "objection"}
    yield _referral(policy)
    yield {("escalation", number, "again_after"): its.again_after for number, its in enumerate(policy.escalation)}
    yield {("retention", kept): term for kept, term in policy.retention.items() if kept is not OutcomeClass.HELP}


def _patience(policy: Policy) -> dict[Place, Length]:
    own: dict[Place, Length] = {
        ("patience", name): getattr(policy.patience, name) for name in ("call", *Patience.model_fields)
    }
    return {**own, ("callback", "patience"): policy.callback.patience}


def _referral(policy: Policy) -> dict[Place, Length]:
    return {("referral", name): getattr(policy.referral, name) for name in ReferralTerms.model_fields}


def _too_long(group: Mapping[Place, Length]) -> Iterator[Remark]:
    for place, length in group.items():
        others = [days_of(other) for at, other in group.items() if at != place]
        usual = median(others) if others else days_of(length)
        if days_of(length) > max(_FAR * usual, _SHORT):
            said = f"{in_dutch(length)} is veel langer dan wat ernaast staat: klopt dat, of is het een tikfout?"
            yield Remark(place, said)


def _retention(policy: Policy) -> Iterator[Remark]:
    for kept, term in policy.retention.items():
        usual = median(days_of(other) for at, other in policy.retention.items() if at is not kept)
        if days_of(term) * _FAR_TOO_SHORT < usual:
            said = f"{in_dutch(term)} is veel korter dan de andere bewaartermijnen: klopt dat, of is het een tikfout?"
            yield Remark(("retention", kept), said)
    if days_of(policy.retention[OutcomeClass.HELP]) > 30 * _LONGEST_HELP_MONTHS:
        said = f"{in_dutch(policy.retention[OutcomeClass.HELP])} is langer dan tien jaar: kies een kortere termijn"
        yield Remark(("retention", OutcomeClass.HELP), said)


def _thresholds(policy: Policy) -> Iterator[Remark]:
    for kind, amount in policy.thresholds.items():
        if amount > _FAR * _USUAL_THRESHOLD or 0 < amount * _FAR < _USUAL_THRESHOLD:
            said = (
                f"{amount} euro ligt ver van wat andere gemeenten hebben (meestal {_USUAL_THRESHOLD} euro): klopt dat, "
                "of is het een tikfout?"
            )
            yield Remark(("thresholds", kind), said)


def _budgets(policy: Policy) -> Iterator[Remark]:
    for name, hours in policy.budgets.model_dump().items():
        if hours > _UNUSUAL_HOURS:
            said = (
                f"{hours} uur is langer dan een week: zo lang merkt niemand dat een andere partij stil is; kies minder"
            )
            yield Remark(("budgets", name), said)


def _without_patience(policy: Policy) -> Iterator[Remark]:
    for place, length in {**_patience(policy), **_referral(policy)}.items():
        if length.is_nothing():
            yield Remark(place, "nul: dit werk is te laat zodra het er is; geef er tijd voor")
