"""Every code that a page shows, in Dutch. National codes are their own words; ours are named here once.

A test walks the code lists and fails when a member has no label.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DeadlineKind,
    HelpKind,
    ItemState,
    Outcome,
    OutcomeClass,
    PartnerType,
    Party,
    Phase,
    Queue,
    RegisterResult,
    RetentionStart,
    Role,
    RowStatus,
    StallCause,
    Standing,
    TaskKind,
)

TASKS: Mapping[TaskKind, str] = {
    TaskKind.CHECK_IDENTITY: "Controleer gegevens",
    TaskKind.CALL: "Bellen",
    TaskKind.CHECK_MAIL: "Controleer e-mail",
    TaskKind.RECORD_OUTCOME: "Uitkomst vastleggen",
    TaskKind.HOLD_FIRST_CONVERSATION: "Eerste gesprek houden",
}

REASONS_BY_CODE: Mapping[str, str] = {
    "register.not_found": "register vond niemand",
    "register.several": "register vond meer personen",
    "party.register": "register gaf te lang geen antwoord",
    "party.mail": "e-mail kon te lang niet weg",
    "mail.unknown": "onzeker of de e-mail is verstuurd",
}

REASONS_BY_TASK: Mapping[TaskKind, str] = {
    TaskKind.CHECK_IDENTITY: "gegevens zijn niet zeker",
    TaskKind.CALL: "volgens het contactplan",
    TaskKind.CHECK_MAIL: "onzeker of de e-mail is verstuurd",
    TaskKind.RECORD_OUTCOME: "er is een gesprek geweest",
    TaskKind.HOLD_FIRST_CONVERSATION: "hulp is aangenomen, nog niet begonnen",
}

QUEUES: Mapping[Queue, str] = {
    Queue.EARLY_SIGNALS: "Vroegsignalering",
    Queue.IDENTITY: "Gegevens",
    Queue.SYSTEM: "Gaat vanzelf",
}

PHASES: Mapping[Phase, str] = {
    Phase.RECEIVED: "Ontvangen",
    Phase.IDENTITY_CHECK: "Gegevens controleren",
    Phase.CONTACT: "Contact zoeken",
    Phase.IN_CONVERSATION: "In gesprek",
    Phase.FEEDBACK: "Terugkoppelen",
    Phase.CLOSED: "Afgesloten",
}

CAUSES: Mapping[StallCause, str] = {
    StallCause.TASK_OVERDUE: "Taak is te laat",
    StallCause.UNASSIGNED: "Zaak is van niemand",
    StallCause.PARTY_BUDGET_SPENT: "Een ander systeem gaf te lang geen antwoord",
    StallCause.NO_FIRST_CONVERSATION: "Hulp aangenomen, maar geen eerste gesprek op tijd",
    StallCause.NOTICE_NOT_GIVEN: "Inwoner is nog niet geïnformeerd over de gegevens",
    StallCause.FEEDBACK_NOT_DELIVERED: "Terugkoppeling is niet aangekomen",
    StallCause.RETENTION_REACHED: "Bewaartermijn bereikt",
}

DEADLINES: Mapping[DeadlineKind, str] = {
    DeadlineKind.PLAN_STEP: "Volgende contactpoging",
    DeadlineKind.PLAN_END: "Einde van het contactplan",
    DeadlineKind.TASK: "Taak klaar",
    DeadlineKind.NOTICE: "Inwoner informeren dat wij gegevens hebben",
    DeadlineKind.FIRST_CONVERSATION: "Eerste gesprek",
    DeadlineKind.FEEDBACK: "Terugkoppeling aan de signaalpartner",
    DeadlineKind.RETENTION: "Bewaartermijn: beslissen over de zaak",
}

START_EVENTS: Mapping[str, str] = {
    "signal.received": "ontvangst van het signaal",
    "contact.previous_step": "de vorige stap van het contactplan",
    "contact.last_step": "de laatste poging van het contactplan",
    "task.opened": "het begin van de taak",
    "help.accepted": "het aannemen van de hulp",
    "outcome.recorded": "het vastleggen van de uitkomst",
}

CALL_RESULTS: Mapping[AttemptResult, str] = {
    AttemptResult.CONVERSATION: "Gesproken met de inwoner",
    AttemptResult.VOICEMAIL: "Voicemail ingesproken",
    AttemptResult.NO_ANSWER: "Niet opgenomen",
    AttemptResult.WRONG_PERSON: "Iemand anders aan de lijn",
    AttemptResult.WRONG_NUMBER: "Nummer klopt niet",
    AttemptResult.HUNG_UP: "Opgehangen",
}
"""The choices of the call form."""

ATTEMPTS: Mapping[tuple[Channel, AttemptResult], str] = {
    **{(Channel.CALL, result): f"Gebeld: {label.lower()}" for result, label in CALL_RESULTS.items()},
    (Channel.CALL, AttemptResult.SENT): "Gebeld",
    (Channel.CALL, AttemptResult.REFUSED): "Gebeld: geweigerd",
    (Channel.CALL, AttemptResult.UNKNOWN): "Gebeld: resultaat onbekend",
    (Channel.CALL, AttemptResult.NO_ADDRESS): "Niet gebeld: geen nummer bekend",
    **{(Channel.MAIL, result): f"E-mail: {label.lower()}" for result, label in CALL_RESULTS.items()},
    (Channel.MAIL, AttemptResult.SENT): "E-mail verstuurd",
    (Channel.MAIL, AttemptResult.REFUSED): "E-mail geweigerd door de mailserver; niet aangekomen",
    (Channel.MAIL, AttemptResult.UNKNOWN): "E-mail aangeboden; het is onzeker of hij is verstuurd",
    (Channel.MAIL, AttemptResult.NO_ADDRESS): "Geen e-mail verstuurd: er is geen bruikbaar adres",
}
"""An attempt as the signaalreis tells it; a mail never gets a call's result, but the table is complete."""

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
    RegisterResult.NOT_FOUND: "Persoonsregister: niemand gevonden",
    RegisterResult.SEVERAL: "Persoonsregister: meer personen gevonden",
    RegisterResult.DIED: "Persoonsregister: de inwoner is overleden",
    RegisterResult.NOT_A_RESIDENT: "Persoonsregister: woont niet (meer) in de gemeente",
}

PARTIES: Mapping[Party, str] = {
    Party.REGISTER: "Persoonsregister",
    Party.MAIL: "Mailserver",
    Party.PARTNERS: "Systeem van de signaalpartners",
}

HELP: Mapping[HelpKind, str] = {
    HelpKind.QUICK_FIX: "Quick fix",
    HelpKind.PAYMENT_PLAN: "Betalingsregeling",
    HelpKind.BUDGET_ADVICE: "Budgetadvies",
    HelpKind.DEBT_COUNSELLING: "Schuldhulpverlening",
    HelpKind.NEIGHBOURHOOD_TEAM: "Wijkteam",
    HelpKind.YOUTH_WORKER: "Jongerenwerker",
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

COMMANDS: Mapping[str, str] = {
    "claim_case": "In behandeling nemen",
    "check_identity": "Controleer gegevens",
    "log_call": "Gesprek of belpoging vastleggen",
    "check_mail": "Controleer e-mail",
    "record_outcome": "Uitkomst vastleggen",
    "hold_first_conversation": "Eerste gesprek gehouden",
    "set_hold": "Vernietiging uitstellen",
    "release_hold": "Uitstel van vernietiging opheffen",
}
"""A form's heading, by kind of command."""

DONE: Mapping[str, str] = {
    "claim_case": "De zaak is nu van u.",
    "check_identity": "De controle is vastgelegd.",
    "log_call": "Het gesprek is vastgelegd.",
    "check_mail": "De controle van de e-mail is vastgelegd.",
    "record_outcome": "De uitkomst is vastgelegd.",
    "hold_first_conversation": "Het eerste gesprek is vastgelegd.",
    "set_hold": "De vernietiging is uitgesteld.",
    "release_hold": "Het uitstel is opgeheven.",
}
"""What the page says after a command was recorded."""

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
)
"""The outcomes without help, as the form groups them; those with help stand first, with their questions."""

_NATIONAL = (Outcome, PartnerType)


def reason(kind: TaskKind, code: str) -> str:
    """Why a task exists: by its code if it has one, else by its kind."""
    return REASONS_BY_CODE.get(code) or REASONS_BY_TASK[kind]


def label(code: StrEnum) -> str:
    """The Dutch words of a code. A national code is its own label."""
    if isinstance(code, _NATIONAL):
        return code.value
    return _TABLES[type(code)][code]


_ALL: tuple[Mapping[Any, str], ...] = (
    TASKS, QUEUES, PHASES, CAUSES, DEADLINES, STANDINGS, REGISTER, PARTIES, HELP, ACCEPTANCES,
    OUTCOME_CLASSES, RETENTION_STARTS, ITEM_STATES, ROW_STATUSES, ROLES,
)  # fmt: skip
_TABLES: Mapping[type[StrEnum], Mapping[Any, str]] = {type(next(iter(table))): table for table in _ALL}
