"""How long data stay and how they go, as the policy of a municipality and the code say."""

from datetime import timedelta

from adapters.at_work import TERM as AT_WORK
from adapters.call_requests import AFTER, AT_MOST
from adapters.case_searches import KEPT as SEARCHES
from adapters.digests import KEPT as DIGESTS
from adapters.overdue import DRAFT_LIFE
from adapters.partner_directory import CONFIRM_AFTER
from adapters.partner_keys import LONGEST as KEYS
from adapters.requests import KEPT as REQUESTS
from adapters.sessions import FORGOTTEN_AFTER
from adapters.sign_ins import LONGEST as SIGNING_IN
from adapters.uploads import LIFE
from policy.terms import Policy
from web import labels, words
from web.policy_words.sentence import length
from web.privacy.place import Term


def how_long(term: Term, policy: Policy) -> str:
    """How long that stays in this municipality, in words."""
    match term:
        case Term.CASE | Term.SIGNAL:
            return f"{of_outcomes(policy)} Loopt de zaak dan nog, dan beslist een medewerker na {running(policy)}."
        case Term.ROW:
            days = words.count(policy.signals_without_case_days, "dag", "dagen")
            return f"Werd de regel een signaal: met het signaal. Geweigerd: {days} na ontvangst."
        case Term.LOOK:
            log = policy.access_log
            known = words.count(log.staff_months, "maand", "maanden")
            return f"{words.count(log.months, 'maand', 'maanden')}; wie het was: {known}."
        case Term.MARK:
            mark = policy.objection_mark
            return (
                "Deze gemeente maakt ze niet." if mark is None else f"{words.count(mark.months, 'maand', 'maanden')}."
            )
        case Term.TRAIL:
            known = words.count(policy.trails.staff_months, "maand", "maanden")
            return f"Wie het was: {known}. Dat het gebeurde en in welke rol, blijft."
        case _:
            return _SAID[term]


def of_outcomes(policy: Policy) -> str:
    """The terms of the outcomes, in one line."""
    told = (
        f"{labels.label(kept)}: {words.term(rule.term())} na {labels.label(rule.start)}"
        for kept, rule in policy.retention.items()
    )
    return "; ".join(told) + "."


def running(policy: Policy) -> str:
    return length(policy.open_case_retention)


def grounds_of(policy: Policy) -> tuple[str, ...]:
    """The ground of each term, as the policy names it."""
    return tuple(dict.fromkeys(rule.ground for rule in policy.retention.values()))


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours < 1:
        return words.count(round(hours * 60), "minuut", "minuten")
    return words.count(span.days, "dag", "dagen") if hours >= 48 or hours == 24 else f"{round(hours)} uur"


_SAID = {
    Term.UPLOAD: f"{_span(LIFE)}; een bevestigd bestand tot zijn regels zijn opgeslagen.",
    Term.CALL: f"{_span(AFTER)} nadat het is afgehandeld; hooguit {_span(AT_MOST)}.",
    Term.REQUEST: f"{_span(REQUESTS)}.",
    Term.SEARCH: f"{_span(SEARCHES)}.",
    Term.SESSION: f"Hooguit {_span(FORGOTTEN_AFTER)} na aanmelden.",
    Term.SIGNING_IN: f"Hooguit {_span(SIGNING_IN)}.",
    Term.AT_WORK: f"{_span(AT_WORK)} nadat de pagina het laatst liet weten dat zij open is.",
    Term.DIGEST: f"{_span(DIGESTS)}.",
    Term.DRAFT: f"Tot de zaak het aannam; geweigerd: {_span(DRAFT_LIFE)}.",
    Term.STAFF: "Zolang de medewerker op de lijst staat: het nummer staat in wat is vastgelegd.",
    Term.KEY: f"Een sleutel geldt hooguit {_span(KEYS)}; dat hij er was, blijft bekend.",
    Term.PARTNER: f"Tot de gemeente het weghaalt; na {_span(CONFIRM_AFTER)} vraagt het systeem of het nog klopt.",
    Term.PROOF: "Blijft: het bewijst wat er gebeurde, zonder wie de inwoner was.",
    Term.COUNTS: "Blijft: het zijn aantallen, die naar niemand leiden.",
    Term.RUNNING: "Zolang de installatie loopt.",
}
HOW_IT_GOES = {
    Term.CASE: "De sleutel en de zoekwaarden worden vernietigd, dan de regels gewist, dan de verwerking in Temporal.",
    Term.SIGNAL: "De sleutel en de zoekwaarden van het signaal worden vernietigd, dan de regels gewist.",
    Term.ROW: "De sleutel van de regel wordt vernietigd, dan de regel gewist, door de dagelijkse ronde.",
    Term.UPLOAD: "De sleutel van het bestand wordt vernietigd, dan het bestand gewist, door de dagelijkse ronde.",
    Term.CALL: "De sleutel van het verzoek wordt vernietigd, dan het verzoek gewist, door de dagelijkse ronde.",
    Term.REQUEST: "De sleutel van de vraag wordt vernietigd, dan de vraag gewist, door de dagelijkse ronde.",
    Term.SEARCH: "De dagelijkse ronde wist het.",
    Term.LOOK: "De dagelijkse ronde haalt eerst weg wie het was, en wist later de regel.",
    Term.SESSION: "De dagelijkse ronde wist het; afmelden beëindigt de sessie meteen.",
    Term.SIGNING_IN: "De dagelijkse ronde wist het.",
    Term.AT_WORK: "Verloopt vanzelf, en gaat met de zaak.",
    Term.DIGEST: "De dagelijkse ronde wist het.",
    Term.DRAFT: "De dagelijkse ronde wist het.",
    Term.STAFF: "De gemeente haalt iemand van de lijst, of de medewerker haalt het zelf weg.",
    Term.KEY: "De sleutel wordt gestopt, of verloopt.",
    Term.PARTNER: "De gemeente past het aan of haalt het weg.",
    Term.PROOF: "Er kan alleen iets bij komen.",
    Term.COUNTS: "Wordt niet gewist.",
    Term.MARK: "De dagelijkse ronde wist het; wordt een later bezwaar afgewezen, dan gaat het meteen.",
    Term.TRAIL: "De dagelijkse ronde haalt weg wie het was.",
    Term.RUNNING: "Wordt niet gewist; er staat niets over een inwoner in.",
}
