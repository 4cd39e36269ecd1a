"""Which signals are taken, which belong together, and which rule sends a case which way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from models.codes import MatchingMode, PartnerType, Route
from policy.file_parts import FileMatching
from policy.file_routes import FileNeighbourhood, TriageRule, When
from policy.terms import Policy
from web import labels, words
from web.language import said
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
    yield Section("verzamelen", said("Signalen verzamelen"), tuple(_matching(policy.matching)))
    yield Section("grondslag", said("Van wie wij signalen mogen ontvangen"), tuple(_bases(policy)))
    yield Section("drempels", said("Drempels"), tuple(_thresholds(policy)))
    yield Section("wijken", said("Wijken"), tuple(_neighbourhoods(policy)))
    yield Section("afweging", said("Welke route?"), tuple(_rules(policy)))


def rungs(policy: Policy) -> tuple[Rung, ...]:
    """The questions in the order in which they are asked; the first yes decides."""
    return tuple(Rung(_question(rule.when), _answer(rule, policy), rule.route, rule.rule) for rule in policy.triage)


def _rules(policy: Policy) -> Iterator[Told]:
    for number, rung in enumerate(rungs(policy)):
        yield Told(("triage", number), f"{rung.question} {rung.answer}".strip(), rung.source)


def _question(when: When) -> str:
    """Every condition as a question; without any, what is left."""
    asked = list(_questions(when))
    return f"{sentence(said(', en ').join(asked))[:-1]}?" if asked else said("Geen van deze?")


def _questions(when: When) -> Iterator[str]:
    if when.partner_types is not None:
        yield said(
            "komt elk signaal van {partner_types}", partner_types=listed(map(labels.label, when.partner_types), "of")
        )
    if when.amount_from is not None:
        yield said("is de achterstand samen {amount_from} of meer", amount_from=euros(when.amount_from))
    if when.amount_below is not None:
        yield said("is de achterstand samen minder dan {amount_below}", amount_below=euros(when.amount_below))
    if when.months_from is not None:
        yield said(
            "is de oudste achterstand {months_from} of ouder",
            months_from=words.count(when.months_from, "maand", "maanden"),
        )
    yield from _age(when)
    for name, value in when.given().items():
        if name in _ASKED:
            holds, fails = _ASKED[name]
            yield said(holds if value else fails)
    if when.neighbourhoods is not None:
        yield said("woont de inwoner in {neighbourhoods}", neighbourhoods=listed(when.neighbourhoods, "of"))


def _age(when: When) -> Iterator[str]:
    match when.age_from, when.age_to:
        case None, None:
            return
        case least, None:
            yield said("is de inwoner {least} jaar of ouder", least=least)
        case None, most:
            yield said("is de inwoner {most} jaar of jonger", most=most)
        case least, most:
            yield said("is de inwoner {least} tot en met {most} jaar", least=least, most=most)


def _answer(rule: TriageRule, policy: Policy) -> str:
    soon = "" if rule.priority is None else said(", met voorrang {priority}", priority=rule.priority)
    where = "" if rule.queue is None else said(", in het werkbakje {queue}", queue=queue_name(rule.queue, policy))
    return said("Dan de {route}{soon}{where}.", route=labels.label(rule.route), soon=soon, where=where)


def queue_name(key: str, policy: Policy) -> str:
    """What the municipality calls the queue."""
    return policy.queues[key].name if key in policy.queues else key


def _matching(matching: FileMatching) -> Iterator[Told]:
    at_once, monthly = matching.mode is MatchingMode.AT_ONCE, matching.mode is MatchingMode.MONTHLY
    yield Told(("matching", "mode"), said(_MODES[matching.mode]))
    yield Told(
        ("matching", "hour"),
        said(
            "Wat is verzameld, wordt om {hour}:00 uur opgepakt.{not_now}",
            hour=matching.hour,
            not_now=said(_NOT_NOW) if at_once else "",
        ),
    )
    yield Told(
        ("matching", "day"),
        said(
            "Bij verzamelen per maand gebeurt dat op dag {day} van de maand.{not_now}",
            day=matching.day,
            not_now="" if monthly else said(_NOT_NOW),
        ),
    )
    shared = (
        said("Iedere bewoner van een adres heeft een eigen zaak.")
        if matching.household is None
        else said(
            "Op een adres met hooguit {household} bewoners delen zij één zaak; met meer bewoners niet.",
            household=matching.household,
        )
    )
    yield Told(("matching", "household"), shared)
    months = words.count(matching.look_back_months, "maand", "maanden")
    yield Told(
        ("matching", "look_back_months"), said("Eerdere signalen en zaken tellen tot {months} terug.", months=months)
    )


def _bases(policy: Policy) -> Iterator[Told]:
    for kind, known in policy.legal_basis.items():
        for number, basis in enumerate(known):
            until = "" if basis.until is None else said(" tot en met {until}", until=words.full_day(basis.until))
            unsure = "" if basis.checked else said(" De gemeente heeft dit nog niet nagekeken.")
            text = said(
                "Signalen van {kind}: vanaf {since}{until}.{unsure}",
                kind=labels.label(kind),
                since=words.full_day(basis.since),
                until=until,
                unsure=unsure,
            )
            yield Told(("legal_basis", kind, number), text, basis.ground)
    without = [kind for kind in PartnerType if not policy.legal_basis.get(kind)]
    none = (
        said("Van {without} nemen wij niets aan.", without=listed(map(labels.label, without)))
        if without
        else said("Elke soort partner heeft een grondslag.")
    )
    yield Told(("legal_basis",), none)


def _thresholds(policy: Policy) -> Iterator[Told]:
    for partner, least in policy.thresholds.items():
        yield Told(
            ("thresholds", partner),
            said("Een signaal van {partner} telt vanaf {least}.", partner=labels.label(partner), least=euros(least)),
        )
    rest = "Andere signalen tellen bij elk bedrag." if policy.thresholds else "Signalen tellen bij elk bedrag."
    yield Told(("thresholds",), said(rest))


def _neighbourhoods(policy: Policy) -> Iterator[Told]:
    if not policy.neighbourhoods:
        yield Told(("neighbourhoods",), said("Er zijn geen wijken met een eigen werkbakje."))
    for name, place in policy.neighbourhoods.items():
        yield Told(("neighbourhoods", name), _neighbourhood(name, place, policy))


def _neighbourhood(name: str, place: FileNeighbourhood, policy: Policy) -> str:
    team = (
        ""
        if place.queue is None
        else said(" De wijk heeft het werkbakje {queue}.", queue=queue_name(place.queue, policy))
    )
    return said(
        "De wijk {name}: postcodes die beginnen met {postcodes}.{team}",
        name=name,
        postcodes=listed(place.postcodes, "of"),
        team=team,
    )
