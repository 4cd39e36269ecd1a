"""The terms of the law, what the resident and the partner hear, how long data stay, and when others take over."""

from collections.abc import Iterator, Mapping

from models.codes import NoteSubject, Party
from policy.file_destruction import FileDestructionList
from policy.file_disclosure import FileDisclosure
from policy.file_parts import FileBudgets, FileNotice, Schedule
from policy.file_supervision import FileSupervision
from policy.terms import Policy
from web import labels, words
from web.language import said, said_of
from web.policy_words.sentence import Section, Told, length, listed, text_name, within

_SILENT: Mapping[str, Party] = {
    "register_hours": Party.REGISTER,
    "mail_hours": Party.MAIL,
    "letters_hours": Party.LETTERS,
    "sms_hours": Party.SMS,
    "partners_hours": Party.PARTNERS,
}


def data_sections(policy: Policy) -> Iterator[Section]:
    yield Section("termijnen", said("Termijnen"), tuple(_terms(policy)))
    yield Section("bericht", said("Wat de inwoner hoort over gegevens"), tuple(_notice(policy.notice)))
    yield Section("terugkoppelen", said("Wat de partner hoort"), tuple(_feedback(policy)))
    yield Section("bewaren", said("Hoe lang gegevens blijven"), tuple(_retention(policy)))
    yield Section("toelichtingen", said("Wat niet in een toelichting hoort"), tuple(_notes(policy)))
    yield Section("cijfers", said("Cijfers"), tuple(_figures(policy)))
    yield Section("storingen", said("Als een ander systeem stil is"), tuple(_budgets(policy.budgets)))


def _terms(policy: Policy) -> Iterator[Told]:
    first, threat = policy.first_conversation, policy.threatening_conversation
    fix, supply = policy.quick_fix, policy.end_of_supply
    yield Told(
        ("first_conversation",),
        said("Het eerste gesprek is {first} nadat de inwoner hulp wil.", first=within(first)),
        first.rule,
    )
    yield Told(
        ("threatening_conversation",),
        said("Is de situatie bedreigend, dan is dat gesprek {threat}.", threat=within(threat)),
        threat.rule,
    )
    yield Told(("quick_fix",), said("Een quick fix is {fix} opgelost.", fix=within(fix)), fix.rule)
    yield Told(
        ("end_of_supply",),
        said("Stopt een levering, dan is er {supply} daarvoor contact.", supply=length(supply)),
        supply.rule,
    )


def _notice(notice: FileNotice) -> Iterator[Told]:
    latest = said("De inwoner weet {within} dat wij gegevens kregen.", within=within(notice.within))
    yield Told(("notice", "within"), latest, notice.within.rule)
    by_itself = said("Zei niemand het na {letter}, dan gaat er vanzelf een bericht.", letter=length(notice.letter))
    yield Told(("notice", "letter"), by_itself, notice.letter.rule)
    yield Told(("notice", "channel"), said("Dat bericht gaat per {channel}.", channel=labels.label(notice.channel)))
    yield Told(
        ("notice", "template"), said("Dat bericht heeft de tekst {template}.", template=text_name(notice.template))
    )
    if notice.exempt:
        outcomes = listed((f"‘{labels.label(outcome)}’" for outcome in notice.exempt), "of")
        yield Told(("notice", "exempt"), said("Er gaat geen bericht na het resultaat {outcomes}.", outcomes=outcomes))


def _feedback(policy: Policy) -> Iterator[Told]:
    yield Told(
        ("feedback",),
        said("De partner hoort het resultaat {feedback}.", feedback=within(policy.feedback)),
        policy.feedback.rule,
    )
    yield Told(
        ("feedback_schedule",),
        said(
            "De antwoorden aan partners gaan samen weg, {feedback_schedule}.",
            feedback_schedule=_moments(policy.feedback_schedule),
        ),
    )
    yield from _disclosure(policy.disclosure)
    yield Told(
        ("print_schedule",),
        said("Brieven gaan samen naar de drukker, {print_schedule}.", print_schedule=_moments(policy.print_schedule)),
    )


def _disclosure(table: FileDisclosure) -> Iterator[Told]:
    signed = said("Niemand ondertekende nog wat partners meer mogen horen: wat hieronder staat, geldt nog niet.")
    if table.signed_by is not None and table.signed_on is not None:
        day = words.full_day(table.signed_on)
        signed = said(
            "{signed_by} ondertekende op {day} wat partners meer mogen horen.", signed_by=table.signed_by, day=day
        )
    yield Told(("disclosure",), signed)
    for number, row in enumerate(table.rows):
        outcomes = listed((f"‘{labels.label(outcome)}’" for outcome in row.outcomes), "of")
        grounds = listed((labels.label(ground) for ground in row.grounds), "of")
        who = (
            said("elke partner")
            if row.partner_types is None
            else said(
                "een partner voor {partner_types}", partner_types=listed(map(labels.label, row.partner_types), "of")
            )
        )
        text = said(
            "Staat op de zaak {grounds}, dan hoort {who} ‘{code}’ na het resultaat {outcomes}.",
            grounds=grounds,
            who=who,
            code=said(row.code.value),
            outcomes=outcomes,
        )
        yield Told(("disclosure", "rows", number), text)


def _retention(policy: Policy) -> Iterator[Told]:
    for kept, rule in policy.retention.items():
        text = said(
            "{kept}: {term} na {start} gaan de gegevens weg.",
            kept=labels.label(kept),
            term=words.term(rule.term()),
            start=labels.label(rule.start),
        )
        yield Told(("retention", kept), text, rule.ground)
    for outcome, kept in policy.outcome_classes.items():
        yield Told(
            ("outcome_classes", outcome),
            said(
                "Het resultaat ‘{outcome}’ telt als: {kept}.",
                outcome=labels.label(outcome),
                kept=labels.label(kept).lower(),
            ),
        )
    running = policy.open_case_retention
    decided = said(
        "Loopt een zaak nog na {running}, dan beslist een medewerker over de gegevens.", running=length(running)
    )
    yield Told(("open_case_retention",), decided, running.rule)
    days = words.count(policy.signals_without_case_days, "dag", "dagen")
    yield Told(
        ("signals_without_case_days",), said("Een geweigerde regel van een aanlevering blijft {days}.", days=days)
    )
    mark = policy.objection_mark
    if mark is None:
        forgotten = said("Na een toegewezen bezwaar blijft er niets: een nieuw signaal begint weer met contact.")
        yield Told(("objection_mark",), forgotten)
    else:
        stays = said(
            "Na een toegewezen bezwaar blijft {term} een versleuteld kenmerk. Bij een nieuw signaal beslist dan eerst "
            "een medewerker.",
            term=words.count(mark.months, "maand", "maanden"),
        )
        yield Told(("objection_mark", "months"), stays, mark.ground)
    log = policy.access_log
    looked, who = words.count(log.months, "maand", "maanden"), words.count(log.staff_months, "maand", "maanden")
    yield Told(
        ("access_log", "months"),
        said("Dat iemand in een zaak keek, blijft {looked} bekend.", looked=looked),
        log.ground,
    )
    yield Told(("access_log", "staff_months"), said("Wie dat was, blijft {who} bekend.", who=who))
    known = words.count(policy.trails.staff_months, "maand", "maanden")
    done = said("Wie iets deed, blijft {known} bekend in wat blijft als een zaak is vernietigd.", known=known)
    yield Told(("trails", "staff_months"), done, policy.trails.ground)
    yield from _lists(policy.destruction_list)
    yield Told(
        ("sweep",), said("Het systeem ruimt op wat over zijn termijn is, {sweep}.", sweep=_moments(policy.sweep))
    )


def _notes(policy: Policy) -> Iterator[Told]:
    for subject in NoteSubject:
        words_ = [f"‘{word}’" for word, about in policy.note_words.items() if about is subject]
        if words_:
            text = said(
                "{subject}: het systeem vraagt of {words} in de toelichting hoort.",
                subject=labels.label(subject),
                words=listed(words_, "of"),
            )
            yield Told(("note_words", subject), text)
    yield Told(("note_words",), said("Een getal dat een BSN kan zijn, wordt altijd gemeld."))


def _lists(lists: FileDestructionList) -> Iterator[Told]:
    made = said("Er is geen lijst vooraf van wat vernietigd wordt.")
    if lists.wanted:
        made = said("Elke week is er een lijst van wat vernietigd gaat worden, waarmee mensen eerst akkoord zijn.")
    yield Told(("destruction_list", "wanted"), made)
    day = labels.label(lists.weekday)
    yield Told(("destruction_list", "weekday"), said("Zo'n lijst komt op {day}.", day=day))
    ahead = words.count(lists.ahead_days, "dag", "dagen")
    made_ahead = said("Zo'n lijst komt {ahead} voor de eerste datum die erop staat.", ahead=ahead)
    yield Told(("destruction_list", "ahead_days"), made_ahead)
    people = said_of(
        lists.people, "Met zo'n lijst is één medewerker akkoord.", "Met zo'n lijst zijn {number} medewerkers akkoord."
    )
    yield Told(("destruction_list", "people"), people)
    thinking = words.count(lists.cooling_off_days, "dag", "dagen")
    back = said("Na dat akkoord is er nog {thinking} bedenktijd.", thinking=thinking)
    yield Told(("destruction_list", "cooling_off_days"), back)
    late = said("Is niemand op tijd akkoord, dan gaan de gegevens toch op hun datum weg.")
    if lists.longest_wait_days:
        waits = words.count(lists.longest_wait_days, "dag", "dagen")
        late = said("Is niemand op tijd akkoord, dan gaan de gegevens uiterlijk {waits} na hun datum weg.", waits=waits)
    yield Told(("destruction_list", "longest_wait_days"), late)


def _moments(schedule: Schedule) -> str:
    clock = said("om {hour}:{minute:02} uur", hour=schedule.hour, minute=schedule.minute)
    if schedule.every_minutes is None:
        return said("elke dag {clock}", clock=clock)
    often = words.count(schedule.every_minutes, "minuut", "minuten")
    return said("steeds na {often} (de tijd {clock} telt dan niet)", often=often, clock=clock)


def _figures(policy: Policy) -> Iterator[Told]:
    months, review = policy.statistics.every_months, policy.peer_review
    often = said("elke maand") if months == 1 else said("elke {months} maanden", months=months)
    yield Told(("statistics", "every_months"), said("De cijfers gaan {often} naar het CBS.", often=often))
    least = policy.figures.least
    yield Told(("figures", "least"), said("Een aantal onder de {least} staat niet in de cijfers.", least=least))
    how_many = words.count(review.cases, "resultaat", "resultaten")
    judged = said("Elke maand beoordelen collega's van elkaar {how_many} van de maand ervoor.", how_many=how_many)
    yield Told(
        ("peer_review", "cases"), judged if review.cases else said("Collega's beoordelen geen resultaten van elkaar.")
    )
    outcomes = listed((f"‘{labels.label(outcome)}’" for outcome in review.outcomes), "of")
    yield Told(("peer_review", "outcomes"), said("Dat kan het resultaat {outcomes} zijn.", outcomes=outcomes))
    per_head = said("Teamleiders zien geen cijfers per medewerker.")
    if policy.supervision.figures_per_caseworker:
        per_head = said("Teamleiders zien ook per medewerker hoeveel zaken en werk er liggen.")
    yield Told(("supervision", "figures_per_caseworker"), per_head)
    yield from _digest(policy.supervision)


def _digest(supervision: FileSupervision) -> Iterator[Told]:
    to = (
        said("naar {digest_to}", digest_to=listed(supervision.digest_to, "en"))
        if supervision.digest_to
        else said("naar niemand")
    )
    yield Told(("supervision", "digest_to"), said("De mail met de aantallen van de dag gaat {to}.", to=to))
    schedule = _moments(supervision.digest_schedule)
    yield Told(
        ("supervision", "digest_schedule"),
        said("Die mail gaat op werkdagen, één keer op een dag, {schedule}.", schedule=schedule),
    )


def _budgets(budgets: FileBudgets) -> Iterator[Told]:
    for name in FileBudgets.model_fields:
        party = labels.label(_SILENT[name])
        hours = getattr(budgets, name)
        yield Told(
            ("budgets", name),
            said("{party}: na {hours} uur zonder antwoord neemt een medewerker het over.", party=party, hours=hours),
        )
