"""The forms about the case as a whole."""

from models.commands import (
    AssignCase,
    ClaimCase,
    ExtendDeadline,
    MergeCase,
    PauseCase,
    ReleaseHold,
    ResumeCase,
    SetHold,
)
from models.values import Unreadable
from web.forms.contact import PERSON
from web.forms.fields import Day, Line
from web.forms.form import Form, Group, NoteField
from web.forms.of_case import OneOf, WhichDeadline


def case_number(text: str) -> str:
    """The number of a case, or what was copied from the address of its page. Raises `Unreadable`."""
    number = text.rstrip("/").rpartition("/")[2].partition("?")[0]
    if len(number) < 8:
        raise Unreadable("een zaaknummer heeft acht tekens en staat bovenaan de pagina van de zaak")
    return number


FORMS = (
    Form(
        ClaimCase,
        Group.CASE,
        "In behandeling nemen",
        "De zaak is nu van u.",
        intro="U wordt de eigenaar van deze zaak; de taken komen op uw lijst.",
        button="In behandeling nemen",
    ),
    Form(
        AssignCase,
        Group.CASE,
        "Aan een collega geven",
        "De zaak is overgedragen.",
        fields=(OneOf("to", "Aan wie?", "others", "Terug naar het team"),),
    ),
    Form(
        PauseCase,
        Group.CASE,
        "Zaak laten rusten",
        "De zaak rust.",
        fields=(
            Day(
                "until_on",
                "Tot en met welke dag?",
                to="until",
                missing="Vul in tot en met welke dag de zaak rust.",
            ),
        ),
        note=NoteField("Reden", "Geef een reden om de zaak te laten rusten."),
    ),
    Form(
        ResumeCase,
        Group.CASE,
        "Zaak verder laten gaan",
        "De zaak gaat verder.",
        button="Verder gaan",
    ),
    Form(
        ExtendDeadline,
        Group.CASE,
        "Termijn verlengen",
        "De termijn is verlengd.",
        fields=(
            PERSON,
            WhichDeadline("deadline", "Welke termijn?", "deadlines", missing="Kies welke termijn u verlengt."),
            Day(
                "until_on",
                "Tot en met welke dag?",
                to="until",
                missing="Vul in tot en met welke dag de termijn loopt.",
            ),
        ),
        intro="Een termijn kan één keer worden verlengd.",
        note=NoteField("Reden", "Geef een reden voor de verlenging."),
    ),
    Form(
        MergeCase,
        Group.CASE,
        "Samenvoegen met een andere zaak",
        "De zaak wordt samengevoegd.",
        fields=(
            Line(
                "into",
                "Zaak waarin deze zaak opgaat",
                case_number,
                missing="Vul het nummer in van de andere zaak.",
                hint="Het zaaknummer, of het adres van de pagina van die zaak.",
            ),
        ),
        intro="Alleen als beide zaken over dezelfde persoon gaan. De signalen gaan naar de andere zaak.",
        note=NoteField("Reden", "Schrijf op waarom het om dezelfde persoon gaat."),
    ),
    Form(
        SetHold,
        Group.CASE,
        "Vernietiging uitstellen",
        "De vernietiging is uitgesteld.",
        fields=(
            Day(
                "until_on",
                "Tot en met welke dag?",
                to="until",
                missing="Vul in tot en met welke dag de vernietiging wordt uitgesteld.",
            ),
        ),
        note=NoteField("Reden", "Geef een reden voor het uitstel."),
    ),
    Form(
        ReleaseHold,
        Group.CASE,
        "Uitstel van vernietiging opheffen",
        "Het uitstel is opgeheven.",
    ),
)
