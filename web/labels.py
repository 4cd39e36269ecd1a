"""Every code that a page shows, in words. National codes are their own words; ours are named here once, in Dutch.

A test walks the code lists and fails when a member has no label.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from models.codes import (
    Acceptance,
    AtTheMachine,
    Channel,
    ChannelWish,
    Daypart,
    DisclosureGround,
    FeedbackCode,
    HelpKind,
    IdentityShown,
    InvitationKind,
    ItemSource,
    ItemState,
    Language,
    LifeEvent,
    LookPurpose,
    LookReason,
    NoteSubject,
    NotPickedUpReason,
    Objection,
    Outcome,
    OutcomeClass,
    PartnerRoute,
    PartnerSubject,
    PartnerType,
    Party,
    PassOnChannel,
    PersonField,
    PlanName,
    Queue,
    Recurrence,
    ReferralParty,
    ReferralStatus,
    RegisterResult,
    RepresentativeKind,
    RetentionStart,
    ReviewReason,
    Role,
    Route,
    RowStatus,
    SignalChange,
    Standing,
    Trait,
)
from models.destruction import ListFate, Weekday
from policy.destruction import ListStanding
from web.language import said
from web.work_labels import CAUSES, DEADLINES, PHASES, QUEUES, RUNGS, TASKS

STANDINGS: Mapping[Standing, str] = {
    Standing.UNKNOWN: "Nog niet gecontroleerd",
    Standing.CONFIRMED: "Gegevens kloppen",
    Standing.TO_CHECK: "Controle nodig",
    Standing.DIED: "Overleden",
    Standing.NOT_A_RESIDENT: "Woont niet (meer) in de gemeente",
}

STANDING_CHOICES: Mapping[Standing, str] = {
    Standing.CONFIRMED: "De gegevens kloppen: dit is de juiste inwoner",
    Standing.DIED: "De inwoner is overleden",
    Standing.NOT_A_RESIDENT: "De persoon woont niet (meer) in de gemeente",
}
"""What a caseworker can establish."""

REGISTER: Mapping[RegisterResult, str] = {
    RegisterResult.FOUND: "Persoonsregister: de gegevens kloppen",
    RegisterResult.FOUND_SECRET: "Persoonsregister: de gegevens kloppen, het adres is geheim",
    RegisterResult.NOT_FOUND: "Persoonsregister: niemand gevonden",
    RegisterResult.SEVERAL: "Persoonsregister: meer personen gevonden",
    RegisterResult.DIED: "Persoonsregister: de inwoner is overleden",
    RegisterResult.NOT_A_RESIDENT: "Persoonsregister: woont niet (meer) in de gemeente",
    RegisterResult.MOVED_WITHIN: "Persoonsregister: verhuisd binnen de gemeente",
    RegisterResult.ABROAD: "Persoonsregister: woont in het buitenland",
    RegisterResult.RESIDENCE_UNKNOWN: "Persoonsregister: het is niet bekend waar de inwoner woont",
    RegisterResult.NOT_AT_ADDRESS: "Persoonsregister: woont niet echt op dit adres",
    RegisterResult.NEAR: "Persoonsregister: misschien gevonden, kijk of het dezelfde persoon is",
}

LOOK_REASONS: Mapping[LookReason, str] = {
    LookReason.VISIT: "Voor een huisbezoek",
    LookReason.LETTER: "Om een brief te controleren",
    LookReason.IDENTITY: "Om na te gaan wie de inwoner is",
    LookReason.RESIDENT_ASKED: "De inwoner vraagt ernaar",
    LookReason.SUPERVISION: "Voor toezicht",
}

NOTE_SUBJECTS: Mapping[NoteSubject, str] = {
    NoteSubject.HEALTH: "Gezondheid",
    NoteSubject.RELIGION: "Geloof",
    NoteSubject.ORIGIN: "Afkomst",
    NoteSubject.POLITICS: "Politiek",
    NoteSubject.UNION: "Vakbond",
    NoteSubject.SEXUALITY: "Seksualiteit",
    NoteSubject.CRIME: "Strafrecht",
}

LOOK_PURPOSES: Mapping[LookPurpose, str] = {
    LookPurpose.CASE: "De zaak geopend",
    LookPurpose.CALL: "Bellen",
    LookPurpose.VISIT: "Lijst van huisbezoeken",
    LookPurpose.AT_THE_DOOR: "Huisbezoek",
    LookPurpose.RECORDING: "Iets vastleggen in de zaak",
    LookPurpose.SECRET_ADDRESS: "Geheim adres bekeken",
    LookPurpose.WORK_LIST: "Werkvoorraad",
    LookPurpose.SEARCH: "Zoeken",
    LookPurpose.OVERVIEW: "Overzicht van het team",
    LookPurpose.CALL_REQUEST: "Terugbelverzoeken",
    LookPurpose.MANY_CASES: "Veel zaken tegelijk bewerken",
    LookPurpose.APPROVAL: "Goedkeuren",
    LookPurpose.REVIEW: "Collegiale toets",
    LookPurpose.STALLED: "Vastgelopen zaken",
    LookPurpose.ABSENCE: "Afspraken van een afwezige collega",
    LookPurpose.DELIVERY: "Aanlevering nakijken",
    LookPurpose.AMOUNT: "Bedrag bij de partner vragen",
    LookPurpose.FEEDBACK: "Terugkoppeling aan de partner",
    LookPurpose.LOOK_TOGETHER: "Samen kijken met de partner",
    LookPurpose.LETTERS: "Brieven",
    LookPurpose.BESIDE: "Als naam op de pagina van een andere zaak",
    LookPurpose.STATISTICS: "Cijfers voor het CBS gemaakt",
    LookPurpose.OWN_SIGNALS: "De partner bekijkt eigen signalen",
    LookPurpose.ACCESS_REQUEST: "Inzageverzoek van de inwoner",
}

PERSON_FIELDS: Mapping[PersonField, str] = {
    PersonField.NAME: "Naam",
    PersonField.BIRTH_DATE: "Geboortedatum",
    PersonField.ADDRESS: "Adres",
    PersonField.PHONE: "Telefoonnummer",
    PersonField.MAIL: "E-mailadres",
}

IDENTITIES: Mapping[IdentityShown, str] = {
    IdentityShown.AT_THE_DESK: "De inwoner legitimeerde zich aan de balie",
    IdentityShown.DIGID: "De inwoner vroeg het met DigiD",
    IdentityShown.COPY: "Met een kopie van een identiteitsbewijs, zonder BSN en foto",
    IdentityShown.AUTHORISED: "Een gemachtigde liet de machtiging zien",
}

LIFE_EVENTS: Mapping[LifeEvent, str] = {
    LifeEvent.DIED: "De inwoner is overleden",
    LifeEvent.MOVED_WITHIN: "De inwoner is verhuisd binnen de gemeente",
    LifeEvent.MOVED_AWAY: "De inwoner is verhuisd naar een andere gemeente",
}

REPRESENTATIVES: Mapping[RepresentativeKind, str] = {
    RepresentativeKind.ADMINISTRATOR: "Bewindvoerder",
    RepresentativeKind.MENTOR: "Mentor",
    RepresentativeKind.GUARDIAN: "Curator",
    RepresentativeKind.AUTHORISED: "Gemachtigde",
}

OBJECTIONS: Mapping[Objection, str] = {
    Objection.MADE: "Bezwaar gemaakt; nog niet beslist",
    Objection.UPHELD: "Bezwaar toegewezen: de gegevens worden niet meer gebruikt",
    Objection.REJECTED: "Bezwaar afgewezen",
}

NOT_PICKED_UP: Mapping[NotPickedUpReason, str] = {
    NotPickedUpReason.IRREGULAR_STAY: "Verblijf zonder inschrijving",
    NotPickedUpReason.DETENTION: "Detentie",
    NotPickedUpReason.UNSAFE_ADDRESS: "Onveilig adres",
    NotPickedUpReason.NO_CAPACITY: "Geen capaciteit",
    NotPickedUpReason.MOVED_UNKNOWN: "Verhuisd, adres onbekend",
    NotPickedUpReason.OBJECTION: "Bezwaar tegen gebruik van gegevens",
    NotPickedUpReason.BELOW_THRESHOLD: "Bedrag onder de drempel",
    NotPickedUpReason.DAYS_TOO_HIGH: "Achterstand te oud (te veel dagen)",
    NotPickedUpReason.DAYS_TOO_LOW: "Achterstand te nieuw (te weinig dagen)",
    NotPickedUpReason.LEGAL_ENTITY: "Rechtspersoon (geen inwoner)",
    NotPickedUpReason.PAID_BEFORE_SIGNAL: "Al betaald voor de signaaldatum",
    NotPickedUpReason.WITHDRAWN: "Door de partner ingetrokken",
    NotPickedUpReason.UNJUSTIFIED_OTHER: "Andere reden waarom het signaal onterecht is",
}


SIGNAL_CHANGES: Mapping[SignalChange, str] = {
    SignalChange.PAID: "De achterstand is betaald",
    SignalChange.WITHDRAWN: "De partner trekt het signaal in",
    SignalChange.NEW_AMOUNT: "Het bedrag is veranderd",
    SignalChange.COLLECTION_PAUSED: "De partner int voorlopig niet",
    SignalChange.END_OF_SUPPLY: "De partner kondigt aan dat de levering stopt",
}

REFERRAL_PARTIES: Mapping[ReferralParty, str] = {
    ReferralParty.YOUTH_WORKER: "Jongerenwerker",
    ReferralParty.DEBT_COUNSELLING: "Schuldhulpverlening",
    ReferralParty.NEIGHBOURHOOD_TEAM: "Wijkteam",
    ReferralParty.VOLUNTEERS: "Vrijwilligers",
}

REFERRAL_STATUSES: Mapping[ReferralStatus, str] = {
    ReferralStatus.MADE: "wacht op antwoord",
    ReferralStatus.ACCEPTED: "aangenomen, nog niet begonnen",
    ReferralStatus.STARTED: "hulp is begonnen",
    ReferralStatus.REFUSED: "geweigerd",
    ReferralStatus.EXPIRED: "geen antwoord gekregen",
    ReferralStatus.WITHDRAWN: "ingetrokken",
    ReferralStatus.ENDED: "hulp is gestopt",
}

PASS_ON_CHANNELS: Mapping[PassOnChannel, str] = {
    PassOnChannel.SECURE_MAIL: "Met beveiligde e-mail",
    PassOnChannel.PHONE: "Telefonisch",
    PassOnChannel.PORTAL: "Via een portaal",
    PassOnChannel.NOT_POSSIBLE: "Niet mogelijk: niemand weet waar, of het is in het buitenland",
}

PARTIES: Mapping[Party, str] = {
    Party.REGISTER: "Persoonsregister",
    Party.MAIL: "Mailserver",
    Party.LETTERS: "Brievendienst",
    Party.SMS: "Sms-dienst",
    Party.PARTNERS: "Systeem van de signaalpartners",
    Party.BOUNCES: "Postvak voor teruggekomen mail",
}

CHANNELS: Mapping[Channel, str] = {
    Channel.MAIL: "e-mail",
    Channel.LETTER: "brief",
    Channel.SMS: "sms",
    Channel.CALL: "telefoon",
    Channel.VISIT: "huisbezoek",
    Channel.CARD: "kaartje",
    Channel.WHATSAPP: "WhatsApp",
    Channel.DESK: "balie",
    Channel.OTHER: "ander kanaal",
}

ROUTES: Mapping[Route, str] = {
    Route.STANDARD: "gewone route",
    Route.YOUNG_ADULT: "route voor jongeren",
    Route.MULTIPLE: "route voor meer signalen tegelijk",
    Route.RETURNING: "route voor wie terugkomt",
    Route.WARM_HANDOVER: "route voor een warme overdracht",
    Route.END_OF_SUPPLY: "route voor het einde van een levering",
    Route.THREATENING: "route voor een bedreigende situatie",
    Route.ENTREPRENEUR: "route voor ondernemers",
    Route.LOW_AMOUNT: "route voor lage bedragen",
    Route.CAK: "route voor CAK-lijsten",
    Route.KNOWN_AT_DEBT_HELP: "route voor wie al bekend is bij schuldhulpverlening",
    Route.SECRET_ADDRESS: "route voor een geheim adres",
    Route.BELOW_THRESHOLD: "route voor signalen onder de drempel",
}

TRAITS: Mapping[Trait, str] = {
    Trait.ENTREPRENEUR: "Inwoner is ondernemer",
    Trait.KNOWN_AT_DEBT_HELP: "Inwoner krijgt al hulp bij schulden",
    Trait.SECRET_ADDRESS: "Het adres van de inwoner is geheim",
}

PLANS: Mapping[PlanName, str] = {
    PlanName.FIRST: "eerste contactplan",
    PlanName.FOLLOW_UP: "vervolgplan",
}

HELP: Mapping[HelpKind, str] = {
    HelpKind.QUICK_FIX: "Quick fix",
    HelpKind.PAYMENT_PLAN: "Betalingsregeling",
    HelpKind.BUDGET_ADVICE: "Budgetadvies",
    HelpKind.DEBT_COUNSELLING: "Schuldhulpverlening",
    HelpKind.NEIGHBOURHOOD_TEAM: "Wijkteam",
    HelpKind.YOUTH_WORKER: "Jongerenwerker",
    HelpKind.VOLUNTEERS: "Vrijwilligers",
    HelpKind.OTHER: "Andere hulp",
}

ACCEPTANCES: Mapping[Acceptance, str] = {
    Acceptance.ACCEPTED: "hulp aangenomen en begonnen",
    Acceptance.PENDING: "hulp afgesproken, nog niet begonnen",
    Acceptance.NOT_ACCEPTED: "geen hulp aangenomen",
}

OUTCOME_CLASSES: Mapping[OutcomeClass, str] = {
    OutcomeClass.HELP: "Hulp aangenomen",
    OutcomeClass.CONTACT_WITHOUT_HELP: "Contact, geen hulp",
    OutcomeClass.NO_CONTACT: "Geen contact",
    OutcomeClass.NOT_PICKED_UP: "Niet opgepakt",
}

RETENTION_STARTS: Mapping[RetentionStart, str] = {
    RetentionStart.RECEIPT: "ontvangst van het signaal",
    RetentionStart.LAST_ATTEMPT: "de laatste contactpoging",
    RetentionStart.CLOSURE: "het afsluiten van de zaak",
    RetentionStart.END_OF_HELP: "het einde van de hulp",
}

ITEM_SOURCES: Mapping[ItemSource, str] = {
    ItemSource.PARTNER: "van de partner",
    ItemSource.RESIDENT: "van de inwoner",
    ItemSource.REPRESENTATIVE: "van de vertegenwoordiger",
    ItemSource.CASEWORKER: "van een medewerker",
}

ITEM_STATES: Mapping[ItemState, str] = {
    ItemState.USABLE: "",
    ItemState.WRONG: "klopt niet",
    ItemState.DO_NOT_USE: "niet gebruiken",
}

ROW_STATUSES: Mapping[RowStatus, str] = {
    RowStatus.STORED: "nog te verwerken",
    RowStatus.OPENED: "nieuwe zaak",
    RowStatus.JOINED: "bij lopende zaak",
    RowStatus.REPEATED: "al bekend",
    RowStatus.REFUSED: "geweigerd",
}

RECURRENCES: Mapping[Recurrence, str] = {
    Recurrence.FIRST: "niet eerder gemeld",
    Recurrence.SUCCESSIVE: "eerder gemeld",
    Recurrence.NOT_COMPARED: "niet na te gaan: er zijn gegevens vernietigd",
}

AT_THE_MACHINE: Mapping[AtTheMachine, str] = {AtTheMachine.COMMAND_LINE: "opdrachtregel van de server"}

ROLES: Mapping[Role, str] = {
    Role.CASEWORKER: "medewerker",
    Role.REFERRAL_PARTY: "verwijspartij",
    Role.SUPERVISOR: "teamleider",
    Role.POLICY_OFFICER: "beleidsmedewerker",
    Role.PRIVACY_OFFICER: "privacy officer",
    Role.PARTNER: "signaalpartner",
    Role.ADMINISTRATOR: "beheerder",
    Role.SWITCHBOARD: "telefonist",
}

GROUNDS: Mapping[DisclosureGround, str] = {
    DisclosureGround.CONSENT: "toestemming van de inwoner",
    DisclosureGround.BASIS: "een wettelijke grondslag",
}

_NATIONAL = (Daypart, FeedbackCode, Outcome, PartnerType)


def queue(key: str) -> str:
    """The words of a queue that every municipality has; of another one, its key."""
    return label(Queue(key)) if key in set(Queue) else key.replace("_", " ").capitalize()


def label(code: StrEnum) -> str:
    """The words of a code, as their reader reads them. A national code is its own label."""
    return said(code.value if isinstance(code, _NATIONAL) else _TABLES[type(code)][code])


INVITATIONS: Mapping[InvitationKind, str] = {
    InvitationKind.CONFIRMED: "Bevestiging van de terugbelafspraak",
    InvitationKind.MOVED: "Bericht dat de terugbelafspraak is verzet",
    InvitationKind.CANCELLED: "Bericht dat de terugbelafspraak niet doorgaat",
    InvitationKind.REMINDER: "Herinnering aan de terugbelafspraak",
}

PARTNER_SUBJECTS: Mapping[PartnerSubject, str] = {
    PartnerSubject.SIGNALS: "Vragen over een signaal",
    PartnerSubject.ARRANGEMENTS: "Een regeling treffen",
    PartnerSubject.DELIVERIES: "Aanleveringen",
    PartnerSubject.FEEDBACK: "Terugkoppeling",
    PartnerSubject.AGREEMENT: "De overeenkomst",
}

PARTNER_ROUTES: Mapping[PartnerRoute, str] = {
    PartnerRoute.PHONE: "Telefoon",
    PartnerRoute.MAIL: "E-mail",
    PartnerRoute.PORTAL: "Portaal",
}

REVIEW_REASONS: Mapping[ReviewReason, str] = {
    ReviewReason.ENGAGED: "Er is wel ingegaan op de persoonlijke situatie",
    ReviewReason.NOT_ENGAGED: "Er is niet ingegaan op de persoonlijke situatie",
    ReviewReason.HELP_BEGUN: "De hulp is wel begonnen",
    ReviewReason.HELP_NOT_BEGUN: "De hulp is nog niet begonnen",
    ReviewReason.THIRTY_DAYS: "Het past niet bij de 30 dagen van een quick fix",
    ReviewReason.TAKEN_OVER: "Een andere hulpverlener neemt het wel, of juist niet over",
    ReviewReason.CONTACT: "Er is wel, of juist geen contact geweest",
    ReviewReason.TOO_LITTLE: "Op de zaak staat te weinig",
    ReviewReason.UNCLEAR: "De omschrijving van de resultaten is niet duidelijk",
}

WEEKDAYS: Mapping[Weekday, str] = {
    Weekday.MONDAY: "maandag",
    Weekday.TUESDAY: "dinsdag",
    Weekday.WEDNESDAY: "woensdag",
    Weekday.THURSDAY: "donderdag",
    Weekday.FRIDAY: "vrijdag",
    Weekday.SATURDAY: "zaterdag",
    Weekday.SUNDAY: "zondag",
}

LIST_STANDINGS: Mapping[ListStanding, str] = {
    ListStanding.TO_APPROVE: "Wacht op akkoord",
    ListStanding.LATE: "Te laat om op tijd akkoord te zijn",
    ListStanding.COOLING_OFF: "Akkoord, bedenktijd loopt",
    ListStanding.APPROVED: "Akkoord",
    ListStanding.PASSED: "Niet op tijd akkoord",
}

LIST_FATES: Mapping[ListFate, str] = {
    ListFate.APPROVED: "akkoord",
    ListFate.COOLED_SHORT: "akkoord, maar zo laat dat de termijn voor het einde van de bedenktijd kwam",
    ListFate.NOT_APPROVED: "niet op tijd akkoord; de termijn wacht niet",
    ListFate.ON_NO_LIST: "de datum was te laat bekend voor een lijst",
}

_ALL: tuple[Mapping[Any, str], ...] = (
    TASKS, QUEUES, PHASES, CAUSES, RUNGS, DEADLINES, STANDINGS, REGISTER, LIFE_EVENTS, REPRESENTATIVES, OBJECTIONS,
    NOT_PICKED_UP, SIGNAL_CHANGES, REFERRAL_PARTIES, REFERRAL_STATUSES, PASS_ON_CHANNELS, PARTIES, CHANNELS, ROUTES,
    TRAITS, PLANS, HELP, ACCEPTANCES, OUTCOME_CLASSES, RETENTION_STARTS, ITEM_SOURCES, ITEM_STATES, ROW_STATUSES, ROLES,
    RECURRENCES, INVITATIONS, LOOK_REASONS, LOOK_PURPOSES, GROUNDS, PARTNER_SUBJECTS, PARTNER_ROUTES,
    REVIEW_REASONS, AT_THE_MACHINE, NOTE_SUBJECTS, WEEKDAYS, LIST_STANDINGS, LIST_FATES, IDENTITIES, PERSON_FIELDS,
)  # fmt: skip
_TABLES: Mapping[type[StrEnum], Mapping[Any, str]] = {type(next(iter(table))): table for table in _ALL}

LANGUAGES = {Language.DUTCH: "Nederlands", Language.ENGLISH: "Engels"}
CHANNEL_WISHES = {
    ChannelWish.NO_MAIL: "Geen e-mail meer",
    ChannelWish.NO_LETTERS: "Geen brieven meer",
    ChannelWish.NO_SMS: "Geen sms meer",
    ChannelWish.ALL: "Alles mag weer",
}
UNWANTED = {Channel.MAIL: "geen e-mail", Channel.LETTER: "geen brieven", Channel.SMS: "geen sms"}
