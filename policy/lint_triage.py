"""Rules of the triage that no case can reach."""

from collections.abc import Iterator
from decimal import Decimal

from models.codes import PartnerType
from policy.file_routes import TriageRule, When
from policy.remark import Remark
from policy.terms import Policy

_AT_LEAST = ("amount_from", "months_from", "age_from")
_AT_MOST = ("amount_below", "age_to")
_AMONG = ("partner_types", "neighbourhoods")


def remarks(policy: Policy) -> Iterator[Remark]:
    """Every rule behind one that takes all its cases, or that no case can fit, and amounts that it never sees."""
    for number, rule in enumerate(policy.triage):
        before = [place for place in range(number) if implies(rule.when, policy.triage[place].when)]
        if before:
            said = (
                f"deze regel komt nooit aan de beurt: triage.{before[0]} past dan altijd al; zet deze erboven of haal "
                "hem weg"
            )
            yield Remark(("triage", number), said)
        elif rule.when.below_threshold and not any(policy.thresholds.values()):
            said = "deze regel past nooit: er zijn geen drempels; noem bedragen bij thresholds of haal de regel weg"
            yield Remark(("triage", number), said)
        else:
            yield from _unseen_amounts(policy, number, rule)


def implies(later: When, earlier: When) -> bool:
    """Whether every case that fits the later conditions fits the earlier ones too."""
    return all(_holds(name, wanted, later) for name, wanted in earlier.given().items())


def _holds(name: str, wanted: object, later: When) -> bool:
    given = getattr(later, name)
    if name == "age_from" and given is None and later.age_to is not None:
        # Whoever asks for an age up to some year knows the age.
        given = 0
    if given is None:
        return False
    if name in _AT_LEAST:
        return bool(given >= wanted)
    if name in _AT_MOST:
        return bool(given <= wanted)
    return set(given) <= set(_items(wanted)) if name in _AMONG else given == wanted


def _items(wanted: object) -> tuple[str, ...]:
    assert isinstance(wanted, tuple)
    return wanted


def _unseen_amounts(policy: Policy, number: int, rule: TriageRule) -> Iterator[Remark]:
    taken = any(earlier.when.given() == {"below_threshold": True} for earlier in policy.triage[:number])
    below = rule.when.amount_below
    if not taken or below is None or rule.when.below_threshold:
        return
    unseen = [
        kind
        for kind in rule.when.partner_types or tuple(PartnerType)
        if policy.thresholds.get(kind, Decimal(0)) >= below
    ]
    if unseen:
        said = (
            f"onder {below} euro ziet deze regel nooit een signaal van {', '.join(unseen)}: de drempel (thresholds) is "
            "daar even hoog of hoger; verhoog amount_below of verlaag de drempel"
        )
        yield Remark(("triage", number, "when", "amount_below"), said)
