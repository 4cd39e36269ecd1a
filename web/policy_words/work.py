"""When the office works, how long its work may wait, who hears of what stalls, and who decides."""

from collections.abc import Iterator, Mapping
from datetime import date

from models.codes import Daypart
from policy.file_parts import FileCallback, FileInvitation, FilePatience, FileReferral
from policy.file_routes import FileAmountQuestion, FileByHand, FileEscalation, FileRegisterCheck
from policy.terms import Policy
from web import labels, words
from web.policy_words.sentence import Section, Told, length, sentence, within

_WORK: Mapping[str, str] = {
    "call": "bellen",
    "visit": "langsgaan",
    "identity_check": "gegevens van een inwoner controleren",
    "message_check": "een twijfelachtig bericht nakijken",
    "outcome_form": "het resultaat van een gesprek invullen",
    "approval": "beslissen over het voorstel van een collega",
    "objection": "beslissen op een bezwaar",
    "pass_on": "een signaal doorgeven aan de andere gemeente",
    "repair": "herstellen wat iemand over een ander hoorde",
    "quick_fix": "nagaan of een quick fix is gelukt",
    "assignment": "werk dat van niemand is, aan iemand geven",
}


def work_sections(policy: Policy) -> Iterator[Section]:
    yield Section("kantoor", "Kantoortijden", tuple(_hours(policy)))
    yield Section("vrije-dagen", "Vrije dagen", tuple(_free_days(policy)))
    yield Section("wachten", "Hoe lang werk mag wachten", tuple(_patience(policy.patience)))
    yield Section("terugbellen", "Terugbelafspraken", tuple(_callback(policy.callback)))
    yield Section("bezoek", "Huisbezoek", (_visits(pairs=policy.visits_in_pairs),))
    yield Section("verwijzen", "Doorverwijzen", tuple(_referral(policy.referral)))
    yield Section("vastlopen", "Als een zaak vastloopt", tuple(_escalation(policy.escalation)))
    yield Section("beslissen", "Goedkeuren en verbeteren", tuple(_decisions(policy)))
    yield Section("bedrag", "Vragen naar het bedrag", tuple(_amount(policy.amount_question)))
    yield Section("register", "Het persoonsregister", (_register(policy.register_check),))
    yield Section("tussendoor", "Tussendoor schrijven", (_by_hand(policy.by_hand),))


def _hours(policy: Policy) -> Iterator[Told]:
    for daypart in sorted(policy.office_hours, key=list(Daypart).index):
        hours = policy.office_hours[daypart]
        yield Told(("office_hours", daypart), f"{daypart}: van {hours.opens:%H:%M} tot {hours.closes:%H:%M} uur.")


def _free_days(policy: Policy) -> Iterator[Told]:
    yield Told(("closing_days",), "Weekenden en wettelijke feestdagen zijn geen werkdagen.")
    yield from _days("closing_days", policy.closing_days, "dan is de gemeente dicht")
    if not policy.extra_free_days:
        yield Told(("extra_free_days",), "De regering heeft geen andere dagen vrij gemaakt.")
    yield from _days("extra_free_days", policy.extra_free_days, "vrij voor iedereen, ook voor wettelijke termijnen")


def _days(key: str, days: Mapping[date, str], what: str) -> Iterator[Told]:
    for day, name in sorted(days.items()):
        yield Told((key, day.isoformat()), f"{words.full_day(day)} ({name}): {what}.")


def _patience(patience: FilePatience) -> Iterator[Told]:
    for name in FilePatience.model_fields:
        rule = getattr(patience, name)
        yield Told(("patience", name), sentence(f"{_WORK[name]}: {within(rule)}"), rule.rule)


def _callback(callback: FileCallback) -> Iterator[Told]:
    place = "callback"
    ahead, taken = (words.count(each, "minuut", "minuten") for each in (callback.reminder_minutes, callback.minutes))
    yield Told((place, "reminder_minutes"), f"Een afspraak staat {ahead} van tevoren in de werkvoorraad.")
    yield Told((place, "minutes"), f"Een afspraak duurt {taken}; zo lang krijgt de medewerker geen tweede.")
    late = f"Is er {length(callback.patience)} na de afspraak niet gebeld, dan is de afspraak gemist."
    yield Told((place, "patience"), late, callback.patience.rule)
    yield from _invitation(callback.invitation)


def _invitation(invitation: FileInvitation | None) -> Iterator[Told]:
    place = ("callback", "invitation")
    if invitation is None:
        yield Told(place, "De inwoner krijgt geen bericht over een afspraak.")
        return
    other = "Wie geen mailadres heeft, krijgt een sms." if invitation.text_messages else "Er gaat nooit een sms."
    yield Told((*place, "text_messages"), f"De inwoner krijgt de afspraak in een mail met een agendabestand. {other}")
    at = invitation.remind_at
    remind = (
        "Niemand krijgt een herinnering." if at is None else f"De dag ervoor om {at:%H:%M} uur gaat een herinnering."
    )
    yield Told((*place, "remind_at"), remind)


def _visits(*, pairs: bool) -> Told:
    who = "Medewerkers gaan altijd met twee op huisbezoek." if pairs else "Een medewerker mag alleen op huisbezoek."
    return Told(("visits_in_pairs",), who)


def _referral(referral: FileReferral) -> Iterator[Told]:
    answered, started, decided = referral.acceptance, referral.start, referral.decision
    yield Told(("referral", "acceptance"), f"De verwijspartij antwoordt {within(answered)}.", answered.rule)
    yield Told(("referral", "start"), f"De hulp begint {within(started)} na het aannemen.", started.rule)
    back = f"Komt een verwijzing terug, dan beslist een medewerker {within(decided)}."
    yield Told(("referral", "decision"), back, decided.rule)


def _escalation(ladder: tuple[FileEscalation, ...]) -> Iterator[Told]:
    for number, rung in enumerate(ladder, start=1):
        again, last = length(rung.again_after), number == len(ladder)
        follows = f"Daarna komt er steeds na {again} weer een." if last else f"Na {again} volgt melding {number + 1}."
        text = f"Melding {number} komt {labels.label(rung.to)}. {follows}"
        yield Told(("escalation", number - 1), text, rung.again_after.rule)


def _decisions(policy: Policy) -> Iterator[Told]:
    always = "Een tweede medewerker beslist over verwijzen zonder de inwoner, en over wat met veel zaken tegelijk gaat."
    yield Told(("approvals",), always)
    for number, outcome in enumerate(policy.approvals):
        yield Told(("approvals", number), f"Een tweede medewerker beslist ook over het resultaat ‘{outcome}’.")
    rule = policy.corrections.within
    own = (
        f"Wie aan de zaak werkt, mag {within(rule)} verbeteren wat is vastgelegd. Daarna mag alleen de teamleider het."
    )
    yield Told(("corrections", "within"), own, rule.rule)


def _register(checking: FileRegisterCheck) -> Told:
    rule = checking.again_after
    again = f"Voor een brief of huisbezoek vraagt het systeem het persoonsregister opnieuw na {length(rule)}."
    return Told(("register_check", "again_after"), again, rule.rule)


def _by_hand(writing: FileByHand) -> Told:
    rule = writing.again_after
    after = f"Tussendoor schrijven mag pas {length(rule)} na de laatste contactpoging."
    return Told(("by_hand", "again_after"), after, rule.rule)


def _amount(question: FileAmountQuestion) -> Iterator[Told]:
    spoken, visit = _allowed(question.after_conversation), _allowed(question.before_visit)
    asked = "naar het bedrag van nu worden gevraagd."
    yield Told(("amount_question", "after_conversation"), f"Na een gesprek mag de partner {spoken}{asked}")
    yield Told(("amount_question", "before_visit"), f"Voor een huisbezoek mag de partner {visit}{asked}")
    rule = question.again_after
    yield Told(("amount_question", "again_after"), f"Een antwoord blijft {length(rule)} goed.", rule.rule)


def _allowed(allowed: bool) -> str:
    return "" if allowed else "niet "
