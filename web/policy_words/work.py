"""When the office works, how long its work may wait, who hears of what stalls, and who decides."""

from collections.abc import Iterator, Mapping
from datetime import date

from models.codes import Daypart
from policy.file_parts import FileCallback, FileInvitation, FilePatience, FileReferral
from policy.file_routes import FileAmountQuestion, FileByHand, FileEscalation, FileRegisterCheck
from policy.terms import Policy
from web import labels, words
from web.language import said
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
    yield Section("kantoor", said("Kantoortijden"), tuple(_hours(policy)))
    yield Section("vrije-dagen", said("Vrije dagen"), tuple(_free_days(policy)))
    yield Section("wachten", said("Hoe lang werk mag wachten"), tuple(_patience(policy.patience)))
    yield Section("terugbellen", said("Terugbelafspraken"), tuple(_callback(policy.callback)))
    yield Section("bezoek", said("Huisbezoek"), (_visits(pairs=policy.visits_in_pairs),))
    yield Section("verwijzen", said("Doorverwijzen"), tuple(_referral(policy.referral)))
    yield Section("vastlopen", said("Als een zaak vastloopt"), tuple(_escalation(policy.escalation)))
    yield Section("beslissen", said("Goedkeuren en verbeteren"), tuple(_decisions(policy)))
    yield Section("bedrag", said("Vragen naar het bedrag"), tuple(_amount(policy.amount_question)))
    yield Section("register", said("Het persoonsregister"), (_register(policy.register_check),))
    yield Section("tussendoor", said("Tussendoor schrijven"), (_by_hand(policy.by_hand),))


def _hours(policy: Policy) -> Iterator[Told]:
    for daypart in sorted(policy.office_hours, key=list(Daypart).index):
        hours = policy.office_hours[daypart]
        yield Told(
            ("office_hours", daypart),
            said(
                "{daypart}: van {opens:%H:%M} tot {closes:%H:%M} uur.",
                daypart=said(daypart.value),
                opens=hours.opens,
                closes=hours.closes,
            ),
        )


def _free_days(policy: Policy) -> Iterator[Told]:
    yield Told(("closing_days",), said("Weekenden en wettelijke feestdagen zijn geen werkdagen."))
    yield from _days("closing_days", policy.closing_days, said("dan is de gemeente dicht"))
    if not policy.extra_free_days:
        yield Told(("extra_free_days",), said("De regering heeft geen andere dagen vrij gemaakt."))
    yield from _days(
        "extra_free_days", policy.extra_free_days, said("vrij voor iedereen, ook voor wettelijke termijnen")
    )


def _days(key: str, days: Mapping[date, str], what: str) -> Iterator[Told]:
    for day, name in sorted(days.items()):
        yield Told((key, day.isoformat()), f"{words.full_day(day)} ({name}): {what}.")


def _patience(patience: FilePatience) -> Iterator[Told]:
    for name in FilePatience.model_fields:
        rule = getattr(patience, name)
        yield Told(("patience", name), sentence(f"{said(_WORK[name])}: {within(rule)}"), rule.rule)


def _callback(callback: FileCallback) -> Iterator[Told]:
    place = "callback"
    ahead, taken = (words.count(each, "minuut", "minuten") for each in (callback.reminder_minutes, callback.minutes))
    yield Told(
        (place, "reminder_minutes"), said("Een afspraak staat {ahead} van tevoren in de werkvoorraad.", ahead=ahead)
    )
    yield Told(
        (place, "minutes"), said("Een afspraak duurt {taken}; zo lang krijgt de medewerker geen tweede.", taken=taken)
    )
    late = said(
        "Is er {patience} na de afspraak niet gebeld, dan is de afspraak gemist.", patience=length(callback.patience)
    )
    yield Told((place, "patience"), late, callback.patience.rule)
    yield from _invitation(callback.invitation)


def _invitation(invitation: FileInvitation | None) -> Iterator[Told]:
    place = ("callback", "invitation")
    if invitation is None:
        yield Told(place, said("De inwoner krijgt geen bericht over een afspraak."))
        return
    other = (
        said("Wie geen mailadres heeft, krijgt een sms.")
        if invitation.text_messages
        else said("Er gaat nooit een sms.")
    )
    yield Told(
        (*place, "text_messages"),
        said("De inwoner krijgt de afspraak in een mail met een agendabestand. {other}", other=other),
    )
    at = invitation.remind_at
    remind = (
        said("Niemand krijgt een herinnering.")
        if at is None
        else said("De dag ervoor om {at:%H:%M} uur gaat een herinnering.", at=at)
    )
    yield Told((*place, "remind_at"), remind)


def _visits(*, pairs: bool) -> Told:
    who = (
        said("Medewerkers gaan altijd met twee op huisbezoek.")
        if pairs
        else said("Een medewerker mag alleen op huisbezoek.")
    )
    return Told(("visits_in_pairs",), who)


def _referral(referral: FileReferral) -> Iterator[Told]:
    answered, started, decided = referral.acceptance, referral.start, referral.decision
    yield Told(
        ("referral", "acceptance"),
        said("De verwijspartij antwoordt {answered}.", answered=within(answered)),
        answered.rule,
    )
    yield Told(
        ("referral", "start"), said("De hulp begint {started} na het aannemen.", started=within(started)), started.rule
    )
    back = said("Komt een verwijzing terug, dan beslist een medewerker {decided}.", decided=within(decided))
    yield Told(("referral", "decision"), back, decided.rule)


def _escalation(ladder: tuple[FileEscalation, ...]) -> Iterator[Told]:
    for number, rung in enumerate(ladder, start=1):
        again, last = length(rung.again_after), number == len(ladder)
        follows = (
            said("Daarna komt er steeds na {again} weer een.", again=again)
            if last
            else said("Na {again} volgt melding {number}.", again=again, number=number + 1)
        )
        text = said("Melding {number} komt {to}. {follows}", number=number, to=labels.label(rung.to), follows=follows)
        yield Told(("escalation", number - 1), text, rung.again_after.rule)


def _decisions(policy: Policy) -> Iterator[Told]:
    always = said(
        "Een tweede medewerker beslist over verwijzen zonder de inwoner, en over wat met veel zaken tegelijk gaat."
    )
    yield Told(("approvals",), always)
    for number, outcome in enumerate(policy.approvals):
        yield Told(
            ("approvals", number),
            said("Een tweede medewerker beslist ook over het resultaat ‘{outcome}’.", outcome=labels.label(outcome)),
        )
    rule = policy.corrections.within
    own = said(
        "Wie aan de zaak werkt, mag {rule} verbeteren wat is vastgelegd. Daarna mag alleen de teamleider het.",
        rule=within(rule),
    )
    yield Told(("corrections", "within"), own, rule.rule)


def _register(checking: FileRegisterCheck) -> Told:
    rule = checking.again_after
    again = said(
        "Voor een brief of huisbezoek vraagt het systeem het persoonsregister opnieuw na {rule}.", rule=length(rule)
    )
    return Told(("register_check", "again_after"), again, rule.rule)


def _by_hand(writing: FileByHand) -> Told:
    rule = writing.again_after
    after = said("Tussendoor schrijven mag pas {rule} na de laatste contactpoging.", rule=length(rule))
    return Told(("by_hand", "again_after"), after, rule.rule)


def _amount(question: FileAmountQuestion) -> Iterator[Told]:
    spoken = (
        "Na een gesprek mag de partner naar het bedrag van nu worden gevraagd."
        if question.after_conversation
        else "Na een gesprek mag de partner niet naar het bedrag van nu worden gevraagd."
    )
    yield Told(("amount_question", "after_conversation"), said(spoken))
    visit = (
        "Voor een huisbezoek mag de partner naar het bedrag van nu worden gevraagd."
        if question.before_visit
        else "Voor een huisbezoek mag de partner niet naar het bedrag van nu worden gevraagd."
    )
    yield Told(("amount_question", "before_visit"), said(visit))
    rule = question.again_after
    yield Told(
        ("amount_question", "again_after"), said("Een antwoord blijft {rule} goed.", rule=length(rule)), rule.rule
    )
