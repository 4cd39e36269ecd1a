"""Which route a case goes: what is known of its subject and their signals, and the first rule of the policy that fits.

A route is chosen when a case begins, and again when what it was chosen by changed: another signal, another subject,
something that was found out. What is known stands as codes in the state; what may not travel (age, amounts, address)
is added by whoever reads the sealed data, in `Situation`, and goes no further than the rule it leads to.
"""

from datetime import date
from decimal import Decimal

from models.base import Carried, Frozen
from models.case import CaseSignal, CaseState
from models.codes import PartnerType, Phase, Recurrence, Trait
from models.ids import SignalId

_KEY = "1"
"""Which formula made a key. Another release's key says nothing: its route stays until something is known again."""
_CHOOSABLE = frozenset({Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
"""From when a case is picked up until its outcome is known."""


class Known(Carried):
    """What a case knows of its subject's running signals, as codes."""

    signals: tuple[SignalId, ...]
    partner_types: tuple[PartnerType, ...]
    crisis: bool
    threatening: bool
    warm_handover: bool
    end_of_supply: bool
    successive: bool
    traits: tuple[Trait, ...]


class Arrears(Frozen):
    """What one signal says is owed, in euros, and for how many whole months when the partner said so."""

    partner_type: PartnerType
    amount: Decimal
    months: int | None


class Situation(Frozen):
    """Everything a rule may look at. Never travels: it says how old somebody is and where they live."""

    known: Known
    arrears: tuple[Arrears, ...]
    age: int | None = None
    """In whole years; None when nobody knows."""
    postcode: str = ""
    """Four digits and two letters."""
    returning: bool = False

    @property
    def amount(self) -> Decimal:
        """All arrears together, in euros."""
        return sum((each.amount for each in self.arrears), Decimal(0))

    @property
    def months(self) -> int | None:
        """Of the oldest arrears; None when no partner said."""
        return max((each.months for each in self.arrears if each.months is not None), default=None)


def known_of(state: CaseState) -> Known:
    """What the state tells of the subject. Arrears that were paid or withdrawn count no more, unless all were."""
    signals = _running(state)
    person = state.person(state.subject)
    traits = set() if person is None else set(person.traits)
    if any(signal.entrepreneur for signal in signals):
        traits.add(Trait.ENTREPRENEUR)
    return Known(
        signals=tuple(signal.signal_id for signal in signals),
        partner_types=tuple(signal.partner_type for signal in signals),
        crisis=any(signal.crisis for signal in signals),
        threatening=bool(state.threatening),
        warm_handover=any(signal.warm_handover for signal in signals),
        end_of_supply=any(signal.end_of_supply_on is not None for signal in signals),
        successive=any(signal.recurrence is Recurrence.SUCCESSIVE for signal in signals),
        traits=tuple(trait for trait in Trait if trait in traits),
    )


def key_of(state: CaseState) -> str:
    """What a route is chosen by, as far as the case knows it: while this stays the same, so does the route."""
    known = known_of(state)
    signals = (f"{signal.signal_id}+{signal.amounts}{_told_later(signal)}" for signal in _running(state))
    threatening = ["threatening"] if known.threatening else []
    return "/".join([_KEY, state.subject, *sorted(signals), *known.traits, *threatening])


def _told_later(signal: CaseSignal) -> str:
    """What a partner announced after the signal; nothing as long as it did not, so that older keys stay the same."""
    return "" if signal.end_of_supply_told_at is None else "+ends"


def is_due(state: CaseState) -> bool:
    """Whether the route is to be chosen again. A case from before that was possible keeps its route."""
    if state.terms is None or state.terms.chosen_on is None or state.phase not in _CHOOSABLE:
        return False
    if not state.triaged.startswith(f"{_KEY}/"):
        return False
    return state.triaged != key_of(state)


def whole_months(since: date, until: date) -> int:
    """How many whole months lie between two days; 0 when the second is not later."""
    months = 12 * (until.year - since.year) + until.month - since.month
    return max(months - (until.day < since.day), 0)


def _running(state: CaseState) -> tuple[CaseSignal, ...]:
    own = tuple(signal for signal in state.signals if signal.person_id == state.subject)
    return tuple(signal for signal in own if signal.ended is None) or own
