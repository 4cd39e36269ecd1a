"""The terms of the law, what the resident and the partner hear, how long data stay, and when others take over."""

from collections.abc import Iterator, Mapping

from models.codes import Party
from policy.file_disclosure import FileDisclosure
from policy.file_parts import FileBudgets, FileNotice, Schedule
from policy.file_supervision import FileSupervision
from policy.terms import Policy
from web import labels, words
from web.policy_words.sentence import Section, Told, length, listed, text_name, within

_SILENT: Mapping[str, Party] = {
    "register_hours": Party.REGISTER,
    "mail_hours": Party.MAIL,
    "letters_hours": Party.LETTERS,
    "sms_hours": Party.SMS,
    "partners_hours": Party.PARTNERS,
}


def data_sections(policy: Policy) -> Iterator[Section]:
    yield Section("termijnen", "Termijnen", tuple(_terms(policy)))
    yield Section("bericht", "Wat de inwoner hoort over gegevens", tuple(_notice(policy.notice)))
    yield Section("terugkoppelen", "Wat de partner hoort", tuple(_feedback(policy)))
    yield Section("bewaren", "Hoe lang gegevens blijven", tuple(_retention(policy)))
    yield Section("cijfers", "Cijfers", tuple(_figures(policy)))
    yield Section("storingen", "Als een ander systeem stil is", tuple(_budgets(policy.budgets)))


def _terms(policy: Policy) -> Iterator[Told]:
    first, threat = policy.first_conversation, policy.threatening_conversation
    fix, supply = policy.quick_fix, policy.end_of_supply
    yield Told(("first_conversation",), f"Het eerste gesprek is {within(first)} nadat de inwoner hulp wil.", first.rule)
    yield Told(
        ("threatening_conversation",), f"Is de situatie bedreigend, dan is dat gesprek {within(threat)}.", threat.rule
    )
    yield Told(("quick_fix",), f"Een quick fix is {within(fix)} opgelost.", fix.rule)
    yield Told(("end_of_supply",), f"Stopt een levering, dan is er {length(supply)} daarvoor contact.", supply.rule)


def _notice(notice: FileNotice) -> Iterator[Told]:
    latest = f"De inwoner weet {within(notice.within)} dat wij gegevens kregen."
    yield Told(("notice", "within"), latest, notice.within.rule)
    by_itself = f"Zei niemand het na {length(notice.letter)}, dan gaat er vanzelf een bericht."
    yield Told(("notice", "letter"), by_itself, notice.letter.rule)
    yield Told(("notice", "channel"), f"Dat bericht gaat per {labels.label(notice.channel)}.")
    yield Told(("notice", "template"), f"Dat bericht heeft de tekst {text_name(notice.template)}.")
    if notice.exempt:
        outcomes = listed((f"‘{outcome}’" for outcome in notice.exempt), "of")
        yield Told(("notice", "exempt"), f"Er gaat geen bericht na het resultaat {outcomes}.")


def _feedback(policy: Policy) -> Iterator[Told]:
    yield Told(("feedback",), f"De partner hoort het resultaat {within(policy.feedback)}.", policy.feedback.rule)
    yield Told(
        ("feedback_schedule",), f"De antwoorden aan partners gaan samen weg, {_moments(policy.feedback_schedule)}."
    )
    yield from _disclosure(policy.disclosure)
    yield Told(("print_schedule",), f"Brieven gaan samen naar de drukker, {_moments(policy.print_schedule)}.")


def _disclosure(table: FileDisclosure) -> Iterator[Told]:
    signed = "Niemand ondertekende nog wat partners meer mogen horen: wat hieronder staat, geldt nog niet."
    if table.signed_by is not None and table.signed_on is not None:
        day = words.full_day(table.signed_on)
        signed = f"{table.signed_by} ondertekende op {day} wat partners meer mogen horen."
    yield Told(("disclosure",), signed)
    for number, row in enumerate(table.rows):
        outcomes = listed((f"‘{outcome}’" for outcome in row.outcomes), "of")
        grounds = listed((labels.label(ground) for ground in row.grounds), "of")
        who = "elke partner" if row.partner_types is None else f"een partner voor {listed(row.partner_types, 'of')}"
        text = f"Staat op de zaak {grounds}, dan hoort {who} ‘{row.code}’ na het resultaat {outcomes}."
        yield Told(("disclosure", "rows", number), text)


def _retention(policy: Policy) -> Iterator[Told]:
    for kept, rule in policy.retention.items():
        text = f"{labels.label(kept)}: {words.term(rule.term())} na {labels.label(rule.start)} gaan de gegevens weg."
        yield Told(("retention", kept), text, rule.ground)
    for outcome, kept in policy.outcome_classes.items():
        yield Told(("outcome_classes", outcome), f"Het resultaat ‘{outcome}’ telt als: {labels.label(kept).lower()}.")
    running = policy.open_case_retention
    decided = f"Loopt een zaak nog na {length(running)}, dan beslist een medewerker over de gegevens."
    yield Told(("open_case_retention",), decided, running.rule)
    days = words.count(policy.signals_without_case_days, "dag", "dagen")
    yield Told(("signals_without_case_days",), f"Een geweigerde regel van een aanlevering blijft {days}.")
    mark = policy.objection_mark
    forgotten = "Na een toegewezen bezwaar blijft er niets: een nieuw signaal begint weer met contact."
    if mark is not None:
        term = words.count(mark.months, "maand", "maanden")
        yield Told(
            ("objection_mark", "months"),
            f"Na een toegewezen bezwaar blijft {term} een versleuteld kenmerk. Bij een nieuw signaal beslist dan eerst "
            "een medewerker.",
            mark.ground,
        )
    else:
        yield Told(("objection_mark",), forgotten)
    log = policy.access_log
    looked, who = words.count(log.months, "maand", "maanden"), words.count(log.staff_months, "maand", "maanden")
    yield Told(("access_log", "months"), f"Dat iemand in een zaak keek, blijft {looked} bekend.", log.ground)
    yield Told(("access_log", "staff_months"), f"Wie dat was, blijft {who} bekend.")
    yield Told(("sweep",), f"Het systeem ruimt op wat over zijn termijn is, {_moments(policy.sweep)}.")


def _moments(schedule: Schedule) -> str:
    clock = f"om {schedule.hour}:{schedule.minute:02} uur"
    if schedule.every_minutes is None:
        return f"elke dag {clock}"
    often = words.count(schedule.every_minutes, "minuut", "minuten")
    return f"steeds na {often} (de tijd {clock} telt dan niet)"


def _figures(policy: Policy) -> Iterator[Told]:
    months, review = policy.statistics.every_months, policy.peer_review
    often = "elke maand" if months == 1 else f"elke {months} maanden"
    yield Told(("statistics", "every_months"), f"De cijfers gaan {often} naar het CBS.")
    how_many = words.count(review.cases, "resultaat", "resultaten")
    judged = f"Elke maand beoordelen collega's van elkaar {how_many} van de maand ervoor."
    yield Told(("peer_review", "cases"), judged if review.cases else "Collega's beoordelen geen resultaten van elkaar.")
    outcomes = listed((f"‘{outcome}’" for outcome in review.outcomes), "of")
    yield Told(("peer_review", "outcomes"), f"Dat kan het resultaat {outcomes} zijn.")
    per_head = "Teamleiders zien geen cijfers per medewerker."
    if policy.supervision.figures_per_caseworker:
        per_head = "Teamleiders zien ook per medewerker hoeveel zaken en werk er liggen."
    yield Told(("supervision", "figures_per_caseworker"), per_head)
    yield from _digest(policy.supervision)


def _digest(supervision: FileSupervision) -> Iterator[Told]:
    to = f"naar {listed(supervision.digest_to, 'en')}" if supervision.digest_to else "naar niemand"
    yield Told(("supervision", "digest_to"), f"De mail met de aantallen van de dag gaat {to}.")
    schedule = _moments(supervision.digest_schedule)
    yield Told(("supervision", "digest_schedule"), f"Die mail gaat op werkdagen, één keer op een dag, {schedule}.")


def _budgets(budgets: FileBudgets) -> Iterator[Told]:
    for name in FileBudgets.model_fields:
        party = labels.label(_SILENT[name])
        hours = getattr(budgets, name)
        yield Told(("budgets", name), f"{party}: na {hours} uur zonder antwoord neemt een medewerker het over.")
