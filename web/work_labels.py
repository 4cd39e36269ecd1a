"""The words of the work itself: tasks and why they are there, queues, phases, deadlines and stalls."""

from collections.abc import Mapping

from adapters.supervision import Holder, Moment
from models.codes import DeadlineKind, Phase, Queue, Rung, StallCause, TaskKind
from policy.stalled_ages import StalledFor
from web.language import said

TASKS: Mapping[TaskKind, str] = {
    TaskKind.CHECK_IDENTITY: "Controleer gegevens",
    TaskKind.CALL: "Bellen",
    TaskKind.VISIT: "Huisbezoek",
    TaskKind.CALLBACK: "Terugbellen",
    TaskKind.CHECK_MAIL: "Controleer bericht",
    TaskKind.CHECK_ADDRESS: "Zoek een ander adres",
    TaskKind.RECORD_OUTCOME: "Uitkomst vastleggen",
    TaskKind.HOLD_FIRST_CONVERSATION: "Eerste gesprek houden",
    TaskKind.START_HELP: "Begin van de hulp vastleggen",
    TaskKind.APPROVE: "Voorstel goedkeuren",
    TaskKind.CHECK_QUICK_FIX: "Nagaan of het is opgelost",
    TaskKind.ACCEPT_REFERRAL: "Doorverwijzing beantwoorden",
    TaskKind.START_REFERRAL: "Hulp beginnen",
    TaskKind.DECIDE_REFERRAL: "Beslissen na doorverwijzing",
    TaskKind.DECIDE_OBJECTION: "Beslissen op bezwaar",
    TaskKind.PASS_ON: "Doorgeven aan andere gemeente",
    TaskKind.REPAIR: "Herstellen",
}

REASONS_BY_CODE: Mapping[str, str] = {
    "register.not_found": "register vond niemand",
    "register.several": "register vond meer personen",
    "register.near": "register vond misschien de inwoner",
    "register.residence_unknown": "register weet niet waar de inwoner woont",
    "register.not_at_address": "inwoner woont volgens het register niet echt op dit adres",
    "register.guardianship": "inwoner staat onder curatele: zoek eerst de curator",
    "party.register": "register gaf te lang geen antwoord",
    "party.mail": "e-mail kon te lang niet weg",
    "party.letters": "brief kon te lang niet weg",
    "party.sms": "sms kon te lang niet weg",
    "message.unknown": "onzeker of het bericht is verstuurd",
    "message.bounced": "het bericht kwam terug: dit adres werkt niet",
    "message.called_off": "bericht ging niet weg: er mocht niets naar de inwoner",
    "attempt.says_paid": "de inwoner zegt dat het al is betaald",
    "attempt.wants_no_help": "de inwoner wil geen hulp",
    "contact.received": "de inwoner zocht zelf contact",
    "callback.kept": "de terugbelafspraak is nagekomen",
    "callback.missed": "de terugbelafspraak is gemist",
    "callback.cancelled": "de terugbelafspraak is afgezegd",
    "referral.started": "de hulp na de doorverwijzing is begonnen",
    "referral.refused": "de doorverwijzing is geweigerd",
    "referral.expired": "er kwam geen antwoord op de doorverwijzing",
    "quick_fix.failed": "de achterstand is na 30 dagen niet opgelost",
    "signal.joined": "er kwam nog een signaal bij",
    "objection.earlier": "inwoner kreeg eerder gelijk bij een bezwaar",
    "signal.paid": "de partner meldt dat het is betaald",
    "signal.withdrawn": "de partner trok het signaal in",
    "approve.bulk": "voorstel voor meer zaken tegelijk",
    "approve.referral": "voorstel: verwijzen zonder de inwoner",
}

REASONS_BY_TASK: Mapping[TaskKind, str] = {
    TaskKind.CHECK_IDENTITY: "gegevens zijn niet zeker",
    TaskKind.CALL: "volgens het contactplan",
    TaskKind.VISIT: "huisbezoek is gepland",
    TaskKind.CALLBACK: "afgesproken met de inwoner",
    TaskKind.CHECK_MAIL: "onzeker of het bericht is verstuurd",
    TaskKind.CHECK_ADDRESS: "een bericht kwam terug",
    TaskKind.RECORD_OUTCOME: "er is een gesprek geweest",
    TaskKind.HOLD_FIRST_CONVERSATION: "hulp is aangenomen, er was nog geen eerste gesprek",
    TaskKind.START_HELP: "het eerste gesprek is geweest, de hulp is nog niet begonnen",
    TaskKind.APPROVE: "een collega deed een voorstel",
    TaskKind.CHECK_QUICK_FIX: "de 30 dagen zijn voorbij",
    TaskKind.ACCEPT_REFERRAL: "inwoner is doorverwezen",
    TaskKind.START_REFERRAL: "doorverwijzing is aangenomen",
    TaskKind.DECIDE_REFERRAL: "doorverwijzing is niet gelukt",
    TaskKind.DECIDE_OBJECTION: "inwoner maakte bezwaar",
    TaskKind.PASS_ON: "inwoner woont in een andere gemeente",
    TaskKind.REPAIR: "iemand hoorde wat over een ander ging",
}

QUEUES: Mapping[Queue, str] = {
    Queue.EARLY_SIGNALS: "Vroegsignalering",
    Queue.IDENTITY: "Gegevens",
    Queue.YOUTH_WORKERS: "Jongerenwerkers",
    Queue.DEBT_COUNSELLING: "Schuldhulpverlening",
    Queue.NEIGHBOURHOOD_TEAM: "Wijkteam",
    Queue.VOLUNTEERS: "Vrijwilligers",
    Queue.SYSTEM: "Gaat vanzelf",
}

PHASES: Mapping[Phase, str] = {
    Phase.RECEIVED: "Ontvangen",
    Phase.WAITING: "Wacht op de andere signalen",
    Phase.IDENTITY_CHECK: "Gegevens controleren",
    Phase.CONTACT: "Contact zoeken",
    Phase.IN_CONVERSATION: "In gesprek",
    Phase.FEEDBACK: "Terugkoppelen",
    Phase.CLOSED: "Afgesloten",
}

CAUSES: Mapping[StallCause, str] = {
    StallCause.TASK_OVERDUE: "Taak is te laat",
    StallCause.UNASSIGNED: "Zaak is van niemand",
    StallCause.CALLBACK_MISSED: "Terugbelafspraak is gemist",
    StallCause.REFERRAL_NOT_ACCEPTED: "Geen antwoord op de doorverwijzing",
    StallCause.END_OF_SUPPLY_NEAR: "Einde van de levering is dichtbij",
    StallCause.PARTY_BUDGET_SPENT: "Een ander systeem gaf te lang geen antwoord",
    StallCause.NO_FIRST_CONVERSATION: "Hulp aangenomen, maar geen eerste gesprek op tijd",
    StallCause.NOTICE_NOT_GIVEN: "Inwoner is nog niet geïnformeerd over de gegevens",
    StallCause.FEEDBACK_NOT_DELIVERED: "Terugkoppeling is niet aangekomen",
    StallCause.RETENTION_REACHED: "Bewaartermijn bereikt",
}

RUNGS: Mapping[Rung, str] = {
    Rung.OWNER: "bij de eigenaar",
    Rung.TEAM: "bij het team",
    Rung.SUPERVISOR: "bij de teamleider",
}

DEADLINES: Mapping[DeadlineKind, str] = {
    DeadlineKind.MATCHING: "Einde van het verzamelen",
    DeadlineKind.PAUSE: "Einde van de rust",
    DeadlineKind.PLAN_STEP: "Volgende contactpoging",
    DeadlineKind.PLAN_END: "Einde van het contactplan",
    DeadlineKind.NOTICE_LETTER: "Brief dat wij gegevens hebben",
    DeadlineKind.CALLBACK_REMINDER: "Herinnering aan de terugbelafspraak",
    DeadlineKind.REGISTER: "Het persoonsregister opnieuw bevragen",
    DeadlineKind.REFERRAL: "Antwoord op de doorverwijzing",
    DeadlineKind.CALLBACK: "Terugbelafspraak",
    DeadlineKind.TASK: "Taak klaar",
    DeadlineKind.ASSIGNMENT: "Zaak toewijzen",
    DeadlineKind.END_OF_SUPPLY: "Contact voor het einde van de levering",
    DeadlineKind.NOTICE: "Inwoner informeren dat wij gegevens hebben",
    DeadlineKind.FIRST_CONVERSATION: "Eerste gesprek",
    DeadlineKind.FEEDBACK: "Terugkoppeling aan de signaalpartner",
    DeadlineKind.RETENTION: "Bewaartermijn: beslissen over de zaak",
}

START_EVENTS: Mapping[str, str] = {
    "signal.received": "ontvangst van het signaal",
    "signal.split_off": "het afsplitsen van het signaal",
    "supply.ends": "het einde van de levering",
    "case.opened": "het openen van de zaak",
    "case.taken_over": "het overnemen van de zaak",
    "case.paused": "het laten rusten van de zaak",
    "contact.previous_step": "de vorige stap van het contactplan",
    "contact.last_step": "de laatste poging van het contactplan",
    "callback.due": "de afgesproken tijd",
    "visit.due": "het huisbezoek",
    "task.opened": "het begin van de taak",
    "help.accepted": "het aannemen van de hulp",
    "conversation.held": "het eerste gesprek",
    "referral.made": "het doorverwijzen",
    "referral.accepted": "het aannemen van de doorverwijzing",
    "referral.came_back": "het terugkomen van de doorverwijzing",
    "objection.made": "het bezwaar",
    "quick_fix.ends": "het einde van de 30 dagen",
    "outcome.recorded": "het vastleggen van de uitkomst",
}

STALLED_FOR: Mapping[StalledFor, str] = {
    StalledFor.DAYS_0_1: "korter dan 2 dagen",
    StalledFor.DAYS_2_6: "2 tot 7 dagen",
    StalledFor.DAYS_7_27: "1 tot 4 weken",
    StalledFor.LONGER: "4 weken of langer",
}

HOLDERS: Mapping[Holder, str] = {
    Holder.SOMEBODY: "van een medewerker",
    Holder.NOBODY: "van niemand",
}

MOMENTS: Mapping[Moment, str] = {
    Moment.NOW: "nu te doen",
    Moment.LATE: "te laat",
    Moment.LATER: "later",
}


def reason(kind: TaskKind, code: str) -> str:
    """Why a task exists: by its code if it has one, else by its kind."""
    return said(REASONS_BY_CODE.get(code) or REASONS_BY_TASK[kind])
