"""The forms about help and outcome."""

from models.codes import NotPickedUpReason, Outcome
from models.commands import (
    AnswerReferral,
    Approve,
    CheckQuickFix,
    EndReferral,
    HoldFirstConversation,
    RecordOutcome,
    Refer,
    StartHelp,
    StartReferral,
)
from policy.outcomes import DEFINITIONS
from policy.reasons import reasons_of
from web import labels
from web.forms.contact import PERSON
from web.forms.fields import Choice, Day, Hidden, HiddenTick, LongChoice, OwnChoice, When, YesNo
from web.forms.form import Form, Group, NoteField

HELP_OUTCOMES = (Outcome.ADVICE_OR_QUICK_FIX, Outcome.FURTHER_HELP_FINANCIAL, Outcome.FURTHER_HELP_OTHER)
"""The outcomes with help stand first in the form, with their questions."""
OUTCOME_GROUPS: tuple[tuple[str, tuple[Outcome, ...]], ...] = (
    (
        "Er was contact, zonder hulp van ons",
        (
            Outcome.SETTLES_IT_HIMSELF,
            Outcome.PAID_OR_ARRANGED,
            Outcome.KNOWN_AT_DEBT_HELP,
            Outcome.OTHER_TRAJECT,
            Outcome.NO_RESPONSE_AFTER_CONTACT,
        ),
    ),
    ("Er was geen contact", (Outcome.NEVER_REACHED, Outcome.DIED, Outcome.NOT_A_RESIDENT)),
    (
        "Het signaal is niet opgepakt",
        (Outcome.NOT_PICKED_UP_REPEAT, Outcome.NOT_PICKED_UP_UNJUSTIFIED, Outcome.NOT_PICKED_UP_OTHER),
    ),
    ("Alleen als het niet anders kan; een collega moet het goedkeuren", (Outcome.REFERRED_WITHOUT_RESIDENT,)),
)
_WHY = "Waarom is het niet opgepakt?"
_CHOOSE_WHY = "Kies waarom het signaal niet is opgepakt."


def _reasons(outcome: Outcome) -> dict[NotPickedUpReason, str]:
    return {reason: labels.NOT_PICKED_UP[reason] for reason in reasons_of(outcome)}


HELP_CHOICES = tuple((outcome.value, DEFINITIONS[outcome]) for outcome in HELP_OUTCOMES)
OTHER_CHOICES = tuple(
    (title, tuple((outcome.value, DEFINITIONS[outcome]) for outcome in outcomes)) for title, outcomes in OUTCOME_GROUPS
)

FORMS = (
    Form(
        RecordOutcome,
        Group.HELP,
        "Uitkomst vastleggen",
        "De uitkomst is vastgelegd.",
        fields=(
            PERSON,
            HiddenTick("corrects"),
            Choice("outcome", "Uitkomst", DEFINITIONS, missing="Kies een uitkomst."),
            YesNo("engaged", "Bent u ingegaan op de persoonlijke situatie?"),
            LongChoice("help_kind", "Welke hulp?", labels.HELP),
            Day("agreed_on", "Afgesproken op", to="agreed_at"),
            Day("conversation_on", "Eerste gesprek op", to="conversation_at", hint="Leeg: nog niet geweest."),
            Day("started_on", "Hulp begonnen op", to="started_at", hint="Leeg: nog niet begonnen."),
            YesNo("within_30_days", "Kan de inwoner dit binnen 30 dagen (zelf) oplossen?"),
            OwnChoice(
                "unjustified",
                "Waarom is het onterecht?",
                _reasons(Outcome.NOT_PICKED_UP_UNJUSTIFIED),
                missing="Kies waarom het signaal onterecht is.",
                when=When("outcome", (Outcome.NOT_PICKED_UP_UNJUSTIFIED,)),
                to="reason",
                elsewhere="De reden die u koos, hoort bij ‘Niet opgepakt: onterecht signaal’. Kies die uitkomst, of "
                "zet de reden terug op ‘Kies’.",
                hint="Alleen bij ‘Niet opgepakt: onterecht signaal’. De partner hoort alleen dat het onterecht was.",
            ),
            OwnChoice(
                "reason",
                _WHY,
                _reasons(Outcome.NOT_PICKED_UP_OTHER),
                missing=_CHOOSE_WHY,
                when=When("outcome", (Outcome.NOT_PICKED_UP_OTHER,)),
                elsewhere="De reden die u koos, hoort bij ‘Niet opgepakt: andere reden’. Kies die uitkomst, of zet de "
                "reden terug op ‘Kies’.",
                hint="Alleen bij ‘Niet opgepakt: andere reden’. De partner hoort de reden nooit.",
            ),
        ),
        note=NoteField(missing="Schrijf op waarom u de uitkomst verbetert.", when=When("corrects", ("ja",))),
    ),
    Form(
        HoldFirstConversation,
        Group.HELP,
        "Eerste gesprek gehouden",
        "Het eerste gesprek is vastgelegd.",
        fields=(
            PERSON,
            Day(
                "conversation_on",
                "Wanneer was het eerste gesprek?",
                to="conversation_at",
                missing="Vul in op welke dag het eerste gesprek was.",
            ),
            Day("started_on", "Wanneer is de hulp begonnen?", to="started_at", hint="Leeg: nog niet begonnen."),
        ),
    ),
    Form(
        StartHelp,
        Group.HELP,
        "Hulp begonnen",
        "Het begin van de hulp is vastgelegd.",
        fields=(
            PERSON,
            Day(
                "started_on",
                "Wanneer is de hulp begonnen?",
                to="started_at",
                missing="Vul in op welke dag de hulp begon.",
            ),
        ),
    ),
    Form(
        CheckQuickFix,
        Group.HELP,
        "Nagaan of het is opgelost",
        "De controle is vastgelegd.",
        fields=(
            PERSON,
            YesNo(
                "solved",
                "Is de achterstand na 30 dagen opgelost?",
                "Ja, de achterstand is opgelost",
                "Nee, de achterstand is er nog",
                missing="Kies of de achterstand is opgelost.",
            ),
        ),
    ),
    Form(
        Refer,
        Group.HELP,
        "Doorverwijzen",
        "De doorverwijzing is verstuurd.",
        fields=(
            PERSON,
            Choice(
                "party",
                "Naar wie?",
                labels.REFERRAL_PARTIES,
                missing="Kies naar wie u de inwoner doorverwijst.",
            ),
            YesNo(
                "consent",
                "Vindt de inwoner dit goed?",
                missing="Vraag eerst of de inwoner de doorverwijzing goed vindt.",
            ),
        ),
    ),
    Form(
        AnswerReferral,
        Group.HELP,
        "Doorverwijzing aannemen of weigeren",
        "Het antwoord is vastgelegd.",
        fields=(
            PERSON,
            Hidden("referral_id"),
            YesNo(
                "accepted",
                "Neemt u deze doorverwijzing aan?",
                "Ja, wij nemen de inwoner over",
                "Nee, wij kunnen de inwoner niet helpen",
                missing="Kies of u de doorverwijzing aanneemt.",
            ),
        ),
        note=NoteField(
            missing="Schrijf op waarom u de doorverwijzing weigert.",
            when=When("accepted", ("nee",)),
            hint="Weigert u? Schrijf dan op waarom.",
        ),
    ),
    Form(
        StartReferral,
        Group.HELP,
        "Hulp na doorverwijzing begonnen",
        "Het begin van de hulp is vastgelegd.",
        fields=(
            PERSON,
            Hidden("referral_id"),
            Day(
                "started_on",
                "Op welke dag begon de hulp?",
                to="started_at",
                missing="Vul in op welke dag de hulp begon.",
            ),
        ),
    ),
    Form(
        EndReferral,
        Group.HELP,
        "Hulp na doorverwijzing gestopt",
        "Het einde van de hulp is vastgelegd.",
        fields=(PERSON, Hidden("referral_id")),
        note=NoteField("Hoe is het afgelopen?"),
    ),
    Form(
        Approve,
        Group.HELP,
        "Voorstel goedkeuren",
        "Uw besluit over het voorstel is vastgelegd.",
        fields=(
            PERSON,
            Hidden("proposal_id"),
            YesNo(
                "agreed",
                "Bent u het eens met dit voorstel?",
                "Ja, ik keur het goed",
                "Nee, ik keur het af",
                missing="Kies of u het voorstel goedkeurt.",
            ),
        ),
        note=NoteField(
            missing="Schrijf op waarom u het voorstel afkeurt.",
            when=When("agreed", ("nee",)),
            hint="Keurt u het af? Schrijf dan op waarom.",
        ),
    ),
)

NOT_PICKED_UP = Form(
    RecordOutcome,
    Group.HELP,
    "Niet opgepakt",
    "Het voorstel is vastgelegd.",
    fields=(
        LongChoice(
            "reason",
            _WHY,
            _reasons(Outcome.NOT_PICKED_UP_OTHER),
            missing=_CHOOSE_WHY,
            hint="De partner hoort de reden nooit.",
        ),
    ),
    note=NoteField(missing="Schrijf op waarom u deze zaken niet oppakt."),
    intro="Een collega moet dit voorstel goedkeuren. Tot dan gaan de zaken gewoon door.",
    button="Voorstellen",
)
"""The same outcome for many cases at once."""
