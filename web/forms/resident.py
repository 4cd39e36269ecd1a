"""The forms about the resident and about the signals."""

from dataclasses import dataclass
from datetime import date

from models.codes import (
    CHANGES_WITH_A_DAY,
    DisclosureGround,
    LifeEvent,
    PassOnChannel,
    PersonField,
    SignalChange,
)
from models.commands import (
    AllowDisclosure,
    CheckIdentity,
    DecideObjection,
    EndRepresentative,
    JudgeThreat,
    OfferToSurvivors,
    PassOn,
    RecordObjection,
    RecordRepresentative,
    RecordSignalChange,
    RecordTrait,
    Rectify,
    ReportLifeEvent,
    SettleRepair,
    SplitSignal,
    TellCorrection,
    WithdrawDisclosure,
)
from models.values import EmailAddress, Euro, MunicipalityCode, PhoneNumber, Unreadable
from policy.calendar import local
from web import labels
from web.forms.contact import PERSON, REACHABLE
from web.forms.fields import Choice, Line, Reading, When, WholeDay, YesNo
from web.forms.form import Form, Group, NoteField
from web.forms.of_case import AddressLines, OneOf

_WHICH_SIGNAL = OneOf("signal_id", "Welk signaal?", "signals", missing="Kies over welk signaal het gaat.")
_GROUNDS = {
    DisclosureGround.CONSENT: "Toestemming van de inwoner",
    DisclosureGround.BASIS: "Een wettelijke grondslag",
}


_FIRST_BORN = 1900


@dataclass(frozen=True)
class BornOn(Line):
    """A day on which somebody who lives may be born."""

    kind: str = "date"

    def value(self, text: str, reading: Reading) -> object:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Unreadable("schrijf de geboortedatum als jjjj-mm-dd, bijvoorbeeld 1984-02-29") from None
        if not day.year >= _FIRST_BORN or day > local(reading.now).date():
            raise Unreadable("kijk het jaar van de geboortedatum na")
        return day


_PASSED = tuple(channel.value for channel in PassOnChannel if channel is not PassOnChannel.NOT_POSSIBLE)

FORMS = (
    Form(
        CheckIdentity,
        Group.RESIDENT,
        "Controleer gegevens",
        "De controle is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "standing",
                "Wat hebt u vastgesteld?",
                labels.STANDING_CHOICES,
                missing="Kies wat u hebt vastgesteld.",
            ),
        ),
        more=REACHABLE,
    ),
    Form(
        ReportLifeEvent,
        Group.RESIDENT,
        "Overlijden of verhuizing vastleggen",
        "De gebeurtenis is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "event",
                "Wat is er gebeurd?",
                labels.LIFE_EVENTS,
                missing="Kies wat er is gebeurd.",
            ),
            AddressLines(
                "address",
                "Nieuw adres",
                missing="Vul het nieuwe adres in.",
                when=When("event", (LifeEvent.MOVED_WITHIN,)),
                hint="Alleen bij een verhuizing binnen de gemeente.",
                sealed=True,
            ),
        ),
        note=NoteField("Van wie hoorde u dit?"),
    ),
    Form(
        RecordTrait,
        Group.RESIDENT,
        "Bijzonderheid vastleggen",
        "De bijzonderheid is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "trait",
                "Wat is er bijzonder?",
                labels.TRAITS,
                missing="Kies wat er bijzonder is.",
            ),
            YesNo("applies", "Is dat zo?", "Ja", "Nee, niet (meer)", missing="Kies of het zo is."),
        ),
        intro="De zaak kan hierdoor een andere route krijgen.",
    ),
    Form(
        OfferToSurvivors,
        Group.RESIDENT,
        "Hulp aangeboden aan nabestaanden",
        "Het aanbod is vastgelegd.",
        fields=(PERSON,),
        note=NoteField("Wat hebt u aangeboden, en aan wie?"),
    ),
    Form(
        PassOn,
        Group.RESIDENT,
        "Doorgeven aan een andere gemeente",
        "Het doorgeven is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "channel",
                "Hoe hebt u het signaal doorgegeven?",
                labels.PASS_ON_CHANNELS,
                missing="Kies hoe u het signaal hebt doorgegeven.",
            ),
            Line(
                "to",
                "Code van die gemeente",
                MunicipalityCode.parse,
                "numeric",
                missing="Vul de code in van de gemeente waar de persoon nu woont.",
                when=When("channel", _PASSED),
                hint="De vier cijfers van het CBS.",
            ),
        ),
    ),
    Form(
        RecordRepresentative,
        Group.RESIDENT,
        "Vertegenwoordiger vastleggen",
        "De vertegenwoordiger is vastgelegd.",
        fields=(
            PERSON,
            Choice(
                "representative",
                "Wie komt op voor de inwoner?",
                labels.REPRESENTATIVES,
                missing="Kies wie er opkomt voor de inwoner.",
            ),
            Line("name", "Naam", missing="Vul de naam van de vertegenwoordiger in.", sealed=True),
            Line("phone", "Telefoonnummer", PhoneNumber.parse, "tel", sealed=True),
            Line("mailbox", "E-mailadres", EmailAddress.parse, "email", sealed=True),
            YesNo(
                "may_be_told",
                "Mag u over bedragen en partners praten met de vertegenwoordiger?",
                missing="Kies of u over bedragen en partners mag praten.",
            ),
        ),
    ),
    Form(
        EndRepresentative,
        Group.RESIDENT,
        "Geen vertegenwoordiger meer",
        "De inwoner heeft geen vertegenwoordiger meer.",
        fields=(PERSON,),
        intro="De naam en de gegevens van de vertegenwoordiger worden gewist.",
    ),
    Form(
        AllowDisclosure,
        Group.RESIDENT,
        "Partner mag het resultaat horen",
        "Vastgelegd dat de partner meer mag horen.",
        fields=(
            PERSON,
            Choice(
                "ground",
                "Waarom mag de partner meer horen?",
                _GROUNDS,
                missing="Kies waarom de partner meer mag horen.",
            ),
        ),
        note=NoteField(
            "Hoe gaf de inwoner toestemming, of wat is de grondslag?",
            "Schrijf op hoe de inwoner toestemming gaf, of wat de grondslag is.",
        ),
        intro="De partner hoort dan na afloop in hoofdlijn het resultaat. Op de pagina Beleid staat welk resultaat.",
    ),
    Form(
        WithdrawDisclosure,
        Group.RESIDENT,
        "Partner mag het resultaat niet meer horen",
        "Vastgelegd dat de partner niet meer mag horen.",
        fields=(PERSON,),
        intro="Wat de partner al hoorde, verandert niet.",
    ),
    Form(
        Rectify,
        Group.RESIDENT,
        "Gegevens verbeteren",
        "De gegevens zijn verbeterd.",
        fields=(
            PERSON,
            Choice(
                "what",
                "Wat klopt er niet?",
                {field: labels.label(field) for field in PersonField},
                missing="Kies wat er niet klopt.",
            ),
            Line(
                "initials",
                "Voorletters",
                when=When("what", (PersonField.NAME,)),
                hint="Bij een naam die niet klopt: vul de hele naam in.",
                sealed=True,
            ),
            Line("prefix", "Tussenvoegsel", when=When("what", (PersonField.NAME,)), sealed=True),
            Line(
                "surname",
                "Achternaam",
                missing="Vul de achternaam in.",
                when=When("what", (PersonField.NAME,)),
                sealed=True,
            ),
            BornOn(
                "birth_date",
                "Geboortedatum",
                missing="Vul de geboortedatum in.",
                when=When("what", (PersonField.BIRTH_DATE,)),
                sealed=True,
            ),
            AddressLines(
                "address",
                "Juist adres",
                missing="Vul het juiste adres in.",
                when=When("what", (PersonField.ADDRESS,)),
                hint="Is de inwoner verhuisd? Gebruik dan “Overlijden of verhuizing vastleggen”.",
                sealed=True,
            ),
            OneOf(
                "phone_id",
                "Welk nummer klopt niet?",
                "phones",
                missing="Kies welk nummer niet klopt.",
                when=When("what", (PersonField.PHONE,)),
            ),
            Line(
                "phone",
                "Juist telefoonnummer, als dat er is",
                PhoneNumber.parse,
                "tel",
                when=When("what", (PersonField.PHONE,)),
                sealed=True,
            ),
            Line(
                "mailbox",
                "Juist e-mailadres, als dat er is",
                EmailAddress.parse,
                "email",
                when=When("what", (PersonField.MAIL,)),
                hint="De e-mailadressen die er staan, worden niet meer gebruikt.",
                sealed=True,
            ),
            YesNo(
                "partners_told",
                "Weten de partners die dit doorgaven al dat het niet klopt?",
                "Ja, of de fout kwam niet van een partner",
                "Nee, dat moet nog",
                missing="Kies of de partners het al weten.",
            ),
        ),
        note=NoteField("Wat klopte er niet, en hoe weet u dat?", "Schrijf op wat er niet klopte, en hoe u dat weet."),
        intro="Alleen wat fout is, verandert. In de signaalreis staat dat er iets is verbeterd, niet wat.",
    ),
    Form(
        TellCorrection,
        Group.RESIDENT,
        "Partners weten van de verbetering",
        "Vastgelegd dat de partners het weten.",
        fields=(PERSON,),
        note=NoteField("Wie hebt u het laten weten, en hoe?"),
    ),
    Form(
        RecordObjection,
        Group.RESIDENT,
        "Bezwaar tegen gebruik van gegevens",
        "Het bezwaar is vastgelegd.",
        fields=(PERSON,),
        note=NoteField("Wat zegt de inwoner?"),
        intro="Tot er is beslist, zoekt niemand contact met de inwoner.",
    ),
    Form(
        DecideObjection,
        Group.RESIDENT,
        "Beslissen op het bezwaar",
        "De beslissing op het bezwaar is vastgelegd.",
        fields=(
            PERSON,
            YesNo(
                "upheld",
                "Krijgt de inwoner gelijk?",
                "Ja, de gegevens worden niet meer gebruikt",
                "Nee, de zaak gaat verder",
                missing="Kies of de inwoner gelijk krijgt.",
            ),
        ),
        note=NoteField("Reden", "Geef een reden voor uw beslissing."),
    ),
    Form(
        RecordSignalChange,
        Group.SIGNALS,
        "Bericht van de partner over een signaal",
        "Het bericht van de partner is vastgelegd.",
        fields=(
            _WHICH_SIGNAL,
            Choice(
                "change",
                "Wat zegt de partner?",
                labels.SIGNAL_CHANGES,
                missing="Kies wat de partner zegt.",
            ),
            Line(
                "amount",
                "Nieuw bedrag",
                Euro.parse,
                "decimal",
                missing="Vul het nieuwe bedrag in.",
                when=When("change", (SignalChange.NEW_AMOUNT,)),
                hint="Alleen bij een nieuw bedrag, bijvoorbeeld 1234,56.",
                sealed=True,
            ),
            WholeDay(
                "on",
                "Welke dag noemt de partner?",
                missing="Vul de dag in die de partner noemt.",
                when=When("change", CHANGES_WITH_A_DAY),
                hint="Tot en met welke dag de incasso stilstaat, of wanneer de levering stopt.",
            ),
        ),
    ),
    Form(
        JudgeThreat,
        Group.SIGNALS,
        "Is de situatie bedreigend?",
        "Uw oordeel is vastgelegd.",
        fields=(
            YesNo(
                "threatening",
                "Dreigt er een huisuitzetting, het afsluiten van gas, water of stroom, of het einde van de "
                "zorgverzekering?",
                "Ja, de situatie is bedreigend: het eerste gesprek is binnen drie werkdagen",
                "Nee, de situatie is niet bedreigend",
                missing="Kies of de situatie bedreigend is.",
            ),
        ),
    ),
    Form(
        SplitSignal,
        Group.SIGNALS,
        "Signaal hoort bij iemand anders",
        "Het signaal krijgt een eigen zaak.",
        fields=(
            _WHICH_SIGNAL,
            YesNo(
                "wrong_person_told",
                "Is de inwoner van deze zaak verteld wat er in het signaal staat?",
                missing="Kies of de verkeerde inwoner iets is verteld.",
            ),
        ),
        note=NoteField("Reden", "Schrijf op waarom het signaal bij iemand anders hoort."),
    ),
    Form(
        SettleRepair,
        Group.SIGNALS,
        "Herstel vastleggen",
        "Het herstel is vastgelegd.",
        fields=(PERSON,),
        intro="Iemand is verteld wat over een ander ging.",
        note=NoteField("Hoe is het hersteld?", "Schrijf op hoe het is hersteld."),
    ),
)
