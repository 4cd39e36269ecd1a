"""The forms about contact and appointments."""

from models.codes import AttemptResult, Channel
from models.commands import (
    AllowVisits,
    BlockVisits,
    CancelCallback,
    CancelVisit,
    CheckAddress,
    CheckMail,
    ContinueContact,
    CorrectAttempt,
    LogAttempt,
    LogCall,
    LogIncoming,
    LogVisit,
    MakeCallback,
    MoveCallback,
    PlanVisit,
    WriteByHand,
)
from models.values import EmailAddress, PhoneNumber
from web import labels
from web.forms.fields import Choice, Hidden, HiddenMaybe, Line, LongChoice, Moment, Tick, When, YesNo
from web.forms.form import Form, Group, NoteField
from web.forms.free_moment import TYPED, AgreedMoment, Caller, FreeMoment
from web.forms.of_case import OneOf

PERSON = Hidden("person_id")
REACHABLE = (
    Line("phone", "Nieuw telefoonnummer", PhoneNumber.parse, "tel", sealed=True),
    Line("mailbox", "Nieuw e-mailadres", EmailAddress.parse, "email", sealed=True),
    Tick("preferred", "Voortaan eerst dit nummer en adres gebruiken", sealed=True),
    LongChoice("language", "In welke taal schrijven wij?", labels.LANGUAGES, sealed=True),
    LongChoice("wish", "Wil de inwoner ergens niets meer krijgen?", labels.CHANNEL_WISHES, sealed=True),
)
"""A number, address or wish that somebody gave meanwhile."""

_SPOKEN = {
    AttemptResult.CONVERSATION: "Gesproken met de inwoner",
    AttemptResult.SAYS_PAID: "Gesproken: de inwoner zegt dat het al is betaald",
    AttemptResult.WANTS_NO_HELP: "Gesproken: de inwoner wil geen hulp",
}
CALL_RESULTS = {
    **_SPOKEN,
    AttemptResult.VOICEMAIL: "Voicemail ingesproken",
    AttemptResult.NO_ANSWER: "Niet opgenomen",
    AttemptResult.WRONG_PERSON: "Iemand anders aan de lijn",
    AttemptResult.WRONG_NUMBER: "Nummer klopt niet",
    AttemptResult.HUNG_UP: "Opgehangen",
}
VISIT_RESULTS = {
    **_SPOKEN,
    AttemptResult.WRONG_PERSON: "Iemand anders deed open",
    AttemptResult.NOBODY_HOME: "Niemand thuis",
    AttemptResult.CARD_LEFT: "Niemand thuis, kaartje achtergelaten",
}
OTHER_RESULTS = {
    AttemptResult.SENT: "Verstuurd",
    AttemptResult.CARD_LEFT: "Kaartje in de bus gedaan",
    AttemptResult.CONVERSATION: "Gesproken met de inwoner",
    AttemptResult.NO_ANSWER: "Geen antwoord",
}
OTHER_CHANNELS = {
    Channel.CARD: "Kaartje",
    Channel.WHATSAPP: "WhatsApp",
    Channel.LETTER: "Brief die u zelf schreef",
    Channel.MAIL: "E-mail die u zelf schreef",
    Channel.OTHER: "Anders",
}
INCOMING_CHANNELS = {
    Channel.CALL: "De inwoner belde",
    Channel.MAIL: "De inwoner stuurde een e-mail",
    Channel.WHATSAPP: "De inwoner stuurde een WhatsApp",
    Channel.DESK: "De inwoner kwam aan de balie",
    Channel.OTHER: "Anders",
}
BY_HAND_CHANNELS = {Channel.MAIL: "Een e-mail", Channel.LETTER: "Een brief"}
CORRECTED_RESULTS = {**CALL_RESULTS, **VISIT_RESULTS, AttemptResult.WRONG_PERSON: "Iemand anders gesproken"}

_CHOOSE_WHEN = "Vul de dag en de tijd van de afspraak in."
_CHOOSE_CALLER = "Kies wie er belt."
_JUST_NOW = "Laat leeg als het net was."

FORMS = (
    Form(
        LogCall,
        Group.CONTACT,
        "Gesprek of belpoging vastleggen",
        "Het gesprek is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "result",
                "Wat gebeurde er aan de telefoon?",
                CALL_RESULTS,
                missing="Kies wat er aan de telefoon gebeurde.",
            ),
            OneOf(
                "phone_id",
                "Welk nummer belde u?",
                "phones",
                missing="Kies welk nummer niet klopt.",
                when=When("result", (AttemptResult.WRONG_NUMBER,)),
            ),
            Moment("called_at", "Wanneer belde u?", hint=_JUST_NOW),
        ),
        more=REACHABLE,
    ),
    Form(
        LogIncoming,
        Group.CONTACT,
        "De inwoner zocht contact",
        "Het contact is vastgelegd.",
        fields=(
            PERSON,
            Choice("channel", "Hoe?", INCOMING_CHANNELS, missing="Kies hoe de inwoner contact zocht."),
            Moment("came_at", "Wanneer?", hint=_JUST_NOW),
        ),
        more=REACHABLE,
    ),
    Form(
        LogAttempt,
        Group.CONTACT,
        "Andere poging vastleggen",
        "De poging is vastgelegd.",
        fields=(
            PERSON,
            Choice("channel", "Hoe zocht u contact?", OTHER_CHANNELS, missing="Kies hoe u contact zocht."),
            Choice("result", "Wat kwam ervan?", OTHER_RESULTS, missing="Kies wat ervan kwam."),
            Moment("made_at", "Wanneer?", hint=_JUST_NOW),
        ),
    ),
    Form(
        WriteByHand,
        Group.CONTACT,
        "Tussendoor schrijven",
        "Het bericht gaat weg.",
        fields=(
            PERSON,
            Choice("channel", "Wat stuurt u?", BY_HAND_CHANNELS, missing="Kies een mail of een brief."),
        ),
        intro=(
            "De inwoner krijgt de vaste eerste mail of brief van de gemeente. De volgende poging van het contactplan "
            "telt vanaf dit bericht."
        ),
        button="Versturen",
    ),
    Form(
        ContinueContact,
        Group.CONTACT,
        "Verder contact zoeken",
        "Het contact wordt weer gezocht.",
        fields=(PERSON,),
        intro="Het gesprek leverde nog niets op. Het systeem zoekt weer contact, volgens het vervolgplan.",
    ),
    Form(
        CheckMail,
        Group.CONTACT,
        "Controleer bericht",
        "De controle van het bericht is vastgelegd.",
        fields=(
            PERSON,
            Hidden("step_id"),
            YesNo(
                "sent",
                "Is het bericht verstuurd?",
                "Ja, het bericht is verstuurd",
                "Nee, het bericht is niet verstuurd",
                missing="Kies of het bericht is verstuurd.",
            ),
        ),
    ),
    Form(
        CheckAddress,
        Group.CONTACT,
        "Zoek een ander adres",
        "De controle van het adres is vastgelegd.",
        fields=(
            PERSON,
            YesNo(
                "found",
                "Hebt u een ander adres of nummer gevonden?",
                "Ja",
                "Nee, er is geen ander adres",
                missing="Kies of u een ander adres hebt gevonden.",
            ),
            *REACHABLE,
        ),
        intro="Een bericht kwam terug: het adres werkt niet. Het systeem gebruikt dit adres niet meer.",
    ),
    Form(
        CorrectAttempt,
        Group.CONTACT,
        "Poging verbeteren",
        "De poging is verbeterd.",
        fields=(
            PERSON,
            OneOf("step_id", "Welke poging staat er verkeerd?", "attempts", missing="Kies welke poging niet klopt."),
            LongChoice("result", "Wat was het wel?", CORRECTED_RESULTS, missing="Kies wat het wel was."),
        ),
        note=NoteField("Waarom verbetert u dit?", "Schrijf op waarom u de poging verbetert."),
    ),
    Form(
        MakeCallback,
        Group.APPOINTMENTS,
        "Terugbelafspraak maken",
        "De terugbelafspraak is gemaakt.",
        fields=(
            PERSON,
            FreeMoment("free_moment", "Kies een vrij moment", "moments", none="Ander moment: vul het hieronder in"),
            AgreedMoment("due_at", "Of wanneer wordt er gebeld?", missing=_CHOOSE_WHEN, when=TYPED),
            OneOf("phone_id", "Op welk nummer?", "phones"),
            Caller("with_staff", "Wie belt er dan?", "colleagues", missing=_CHOOSE_CALLER, when=TYPED),
        ),
        more=REACHABLE,
    ),
    Form(
        MoveCallback,
        Group.APPOINTMENTS,
        "Terugbelafspraak verzetten",
        "De terugbelafspraak is verzet.",
        fields=(
            PERSON,
            Hidden("appointment_id"),
            FreeMoment("free_moment", "Kies een vrij moment", "moments", none="Ander moment: vul het hieronder in"),
            AgreedMoment("due_at", "Of wanneer wordt er gebeld?", missing=_CHOOSE_WHEN, when=TYPED),
            Caller("with_staff", "Wie belt er dan?", "colleagues", missing=_CHOOSE_CALLER, when=TYPED),
        ),
    ),
    Form(
        CancelCallback,
        Group.APPOINTMENTS,
        "Terugbelafspraak afzeggen",
        "De terugbelafspraak is afgezegd.",
        fields=(PERSON, Hidden("appointment_id")),
        button="Afzeggen",
    ),
    Form(
        PlanVisit,
        Group.APPOINTMENTS,
        "Huisbezoek plannen",
        "Het huisbezoek is gepland.",
        fields=(
            PERSON,
            Moment("due_at", "Wanneer gaat u langs?", missing="Vul de dag en de tijd van het bezoek in."),
            OneOf("companion", "Wie gaat er mee?", "others"),
            Tick("announced", "De inwoner krijgt vooraf een brief"),
        ),
    ),
    Form(
        LogVisit,
        Group.APPOINTMENTS,
        "Huisbezoek vastleggen",
        "Het huisbezoek is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "result", "Wat gebeurde er aan de deur?", VISIT_RESULTS, missing="Kies wat er aan de deur gebeurde."
            ),
            Moment("visited_at", "Wanneer was u er?", hint=_JUST_NOW),
            OneOf("companion", "Wie ging er mee?", "others"),
            HiddenMaybe("visit"),
        ),
    ),
    Form(
        CancelVisit,
        Group.APPOINTMENTS,
        "Huisbezoek afzeggen",
        "Het huisbezoek is afgezegd.",
        fields=(PERSON,),
        button="Afzeggen",
    ),
    Form(
        BlockVisits,
        Group.APPOINTMENTS,
        "Geen huisbezoeken meer",
        "Er mogen geen huisbezoeken meer.",
        fields=(PERSON,),
        note=NoteField(
            "Reden",
            "Schrijf op waarom er geen huisbezoeken mogen.",
            hint="Alleen de teamleider kan deze reden later lezen.",
        ),
    ),
    Form(
        AllowVisits,
        Group.APPOINTMENTS,
        "Huisbezoeken mogen weer",
        "Huisbezoeken mogen weer.",
        fields=(PERSON,),
        note=NoteField("Reden", "Schrijf op waarom huisbezoeken weer mogen."),
    ),
)
