"""Which signals are taken, which belong together, and which rule sends a case which way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.codes import MatchingMode, PartnerType, Route
from policy.file_parts import FileMatching
from policy.file_routes import FileNeighbourhood, TriageRule, When
from policy.terms import Policy
from web import labels, words
from web.policy_words.sentence import Section, Told, euros, listed, sentence


@dataclass(frozen=True)
class Rung:
    """One question of the triage, with what follows on yes."""

    question: str
    answer: str
    route: Route
    source: str


_MODES: Mapping[MatchingMode, str] = {
    MatchingMode.AT_ONCE: "Elk signaal wordt meteen opgepakt.",
    MatchingMode.DAILY: "De signalen van een dag worden samen opgepakt.",
    MatchingMode.MONTHLY: "De signalen van een maand worden samen opgepakt.",
}
_NOT_NOW = " Dat telt nu niet."
_ASKED: Mapping[str, tuple[str, str]] = {
    "multiple": ("zijn er meer signalen tegelijk", "is er maar één signaal"),
    "successive": ("is dit adres al eerder gemeld", "is dit adres niet eerder gemeld"),
    "crisis": ("is het een crisissignaal", "is het geen crisissignaal"),
    "threatening": ("is de situatie bedreigend", "is de situatie niet bedreigend"),
    "warm_handover": ("vraagt de partner om een warme overdracht", "vraagt de partner niet om een warme overdracht"),
    "end_of_supply": ("is het einde van een levering aangekondigd", "is er geen einde van een levering aangekondigd"),
    "entrepreneur": ("is de inwoner ondernemer", "is de inwoner geen ondernemer"),
    "known_at_debt_help": ("krijgt de inwoner al hulp bij schulden", "krijgt de inwoner nog geen hulp bij schulden"),
    "secret_address": ("is het adres geheim", "is het adres niet geheim"),
    "returning": ("had de inwoner eerder een zaak", "had de inwoner niet eerder een zaak"),
    "below_threshold": ("is elk signaal lager dan de drempel", "haalt een signaal de drempel"),
}
"""What is asked for a condition that must hold, and for one that must not."""


def triage_sections(policy: Policy) -> Iterator[Section]:
    yield Section("verzamelen", "Signalen verzamelen", tuple(_matching(policy.matching)))
    yield Section("grondslag", "Van wie wij signalen mogen ontvangen", tuple(_bases(policy)))
    yield Section("drempels", "Drempels", tuple(_thresholds(policy)))
    yield Section("wijken", "Wijken", tuple(_neighbourhoods(policy)))
    yield Section("afweging", "Welke route?", tuple(_rules(policy)))


def rungs(policy: Policy) -> tuple[Rung, ...]:
    """The questions in the order in which they are asked; the first yes decides."""
    return tuple(Rung(_question(rule.when), _answer(rule, policy), rule.route, rule.rule) for rule in policy.triage)


def _rules(policy: Policy) -> Iterator[Told]:
    for number, rung in enumerate(rungs(policy)):
        yield Told(("triage", number), f"{rung.question} {rung.answer}".strip(), rung.source)


def _question(when: When) -> str:
    """Every condition as a question; without any, what is left."""
    asked = list(_questions(when))
    return f"{sentence(', en '.join(asked))[:-1]}?" if asked else "Geen van deze?"


def _questions(when: When) -> Iterator[str]:
    if when.partner_types is not None:
        yield f"komt elk signaal van {listed(when.partner_types, 'of')}"
    if when.amount_from is not None:
        yield f"is de achterstand samen {euros(when.amount_from)} of meer"
    if when.amount_below is not None:
        yield f"is de achterstand samen minder dan {euros(when.amount_below)}"
    if when.months_from is not None:
        yield f"is de oudste achterstand {words.count(when.months_from, 'maand', 'maanden')} of ouder"
    yield from _age(when)
    for name, value in when.given().items():
        if name in _ASKED:
            holds, fails = _ASKED[name]
            yield holds if value else fails
    if when.neighbourhoods is not None:
        yield f"woont de inwoner in {listed(when.neighbourhoods, 'of')}"


def _age(when: When) -> Iterator[str]:
    match when.age_from, when.age_to:
        case None, None:
            return
        case least, None:
            yield f"is de inwoner {least} jaar of ouder"
        case None, most:
            yield f"is de inwoner {most} jaar of jonger"
        case least, most:
            yield f"is de inwoner {least} tot en met {most} jaar"


def _answer(rule: TriageRule, policy: Policy) -> str:
    soon = "" if rule.priority is None else f", met voorrang {rule.priority}"
    where = "" if rule.queue is None else f", in het werkbakje {queue_name(rule.queue, policy)}"
    return f"Dan de {labels.label(rule.route)}{soon}{where}."


def queue_name(key: str, policy: Policy) -> str:
    """What the municipality calls the queue."""
    return policy.queues[key].name if key in policy.queues else key


def _matching(matching: FileMatching) -> Iterator[Told]:
    at_once, monthly = matching.mode is MatchingMode.AT_ONCE, matching.mode is MatchingMode.MONTHLY
    yield Told(("matching", "mode"), _MODES[matching.mode])
    yield Told(
        ("matching", "hour"),
        f"Wat is verzameld, wordt om {matching.hour}:00 uur opgepakt.{_NOT_NOW if at_once else ''}",
    )
    yield Told(
        ("matching", "day"),
        f"Bij verzamelen per maand gebeurt dat op dag {matching.day} van de maand.{'' if monthly else _NOT_NOW}",
    )
    shared = (
        "Iedere bewoner van een adres heeft een eigen zaak."
        if matching.household is None
        else f"Op een adres met hooguit {matching.household} bewoners delen zij één zaak; met meer bewoners niet."
    )
    yield Told(("matching", "household"), shared)
    months = words.count(matching.look_back_months, "maand", "maanden")
    yield Told(("matching", "look_back_months"), f"Eerdere signalen en zaken tellen tot {months} terug.")


def _bases(policy: Policy) -> Iterator[Told]:
    for kind, known in policy.legal_basis.items():
        for number, basis in enumerate(known):
            until = "" if basis.until is None else f" tot en met {words.full_day(basis.until)}"
            unsure = "" if basis.checked else " De gemeente heeft dit nog niet nagekeken."
            text = f"Signalen van {kind}: vanaf {words.full_day(basis.since)}{until}.{unsure}"
            yield Told(("legal_basis", kind, number), text, basis.ground)
    without = [kind for kind in PartnerType if not policy.legal_basis.get(kind)]
    none = f"Van {listed(without)} nemen wij niets aan." if without else "Elke soort partner heeft een grondslag."
    yield Told(("legal_basis",), none)


def _thresholds(policy: Policy) -> Iterator[Told]:
    for partner, least in policy.thresholds.items():
        yield Told(("thresholds", partner), f"Een signaal van {partner} telt vanaf {euros(least)}.")
    rest = "Andere signalen tellen" if policy.thresholds else "Signalen tellen"
    yield Told(("thresholds",), f"{rest} bij elk bedrag.")


def _neighbourhoods(policy: Policy) -> Iterator[Told]:
    if not policy.neighbourhoods:
        yield Told(("neighbourhoods",), "Er zijn geen wijken met een eigen werkbakje.")
    for name, place in policy.neighbourhoods.items():
        yield Told(("neighbourhoods", name), _neighbourhood(name, place, policy))


def _neighbourhood(name: str, place: FileNeighbourhood, policy: Policy) -> str:
    team = "" if place.queue is None else f" De wijk heeft het werkbakje {queue_name(place.queue, policy)}."
    return f"De wijk {name}: postcodes die beginnen met {listed(place.postcodes, 'of')}.{team}"
