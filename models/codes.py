"""Code lists. National ones carry the exact spelling of DDAS vroegsignalering v1.2; our own are finer.

Source of the national lists: the exchange standard "DDAS vroegsignalering" (Divosa/CBS), version 1.2.
"""

from enum import StrEnum

DDAS_VERSION = "1.2"


class PartnerType(StrEnum):
    """National: EnumSignaalpartner."""

    TAX = "Belastingdienst"
    CAK_CONTRIBUTION = "CAK Eigen bijdrage"
    CAK_HEALTH = "CAK Zorgverzekeringen"
    BENEFITS = "Dienst Toeslagen"
    STUDENT_LOANS = "DUO"
    ENERGY = "Energie"
    RENT = "Huur"
    MORTGAGE = "Hypotheek"
    OTHER = "Overige"
    WATER = "Water"
    HEALTH = "Zorg"


class ContactKind(StrEnum):
    """National: EnumContactsoort."""

    ADMINISTRATIVE = "Administratief"
    APPOINTMENT = "Afspraak op locatie"
    LETTER = "Brief"
    HOME_VISIT = "Huisbezoek"
    CARD = "Kaartje"
    MAIL = "Mail"
    UNKNOWN = "Onbekend"
    OTHER = "Overige"
    SMS = "SMS/Whatsapp"
    PHONE = "Telefoon"


class Daypart(StrEnum):
    """National: EnumDagdeel. Morning before 12:00, afternoon 12:00-18:00, evening from 18:00, local time."""

    MORNING = "Ochtend"
    AFTERNOON = "Middag"
    EVENING = "Avond"


class SignalStatus(StrEnum):
    """National: EnumSignaalstatus."""

    KNOWN_AT_DEBT_HELP = "Inwoner al bekend bij schuldhulpverlening"
    DIED = "Inwoner is overleden"
    NOT_PICKED_UP_OTHER = "Niet opgepakt: andere reden"
    NOT_PICKED_UP_REPEAT = "Niet opgepakt: herhaalde melding"
    NOT_PICKED_UP_UNJUSTIFIED = "Niet opgepakt: onterecht signaal"
    NOT_YET_PICKED_UP = "Nog niet opgepakt"
    PICKED_UP = "Opgepakt"
    NOT_A_RESIDENT = "Persoon is geen inwoner (meer) in de gemeente"


class Outcome(StrEnum):
    """National: EnumEindresultaat, all sixteen."""

    ADVICE_OR_QUICK_FIX = "(Budget)advies en/of quick fix"
    NEVER_REACHED = "Definitief geen contact kunnen krijgen"
    NO_RESPONSE_AFTER_CONTACT = "Geen reactie na eerder contact"
    KNOWN_AT_DEBT_HELP = "Inwoner al bekend bij schuldhulpverlening"
    OTHER_TRAJECT = "Inwoner heeft al een ander lopend traject"
    PAID_OR_ARRANGED = "Inwoner heeft zelf al betaald/betalingsregeling getroffen"
    DIED = "Inwoner is overleden"
    SETTLES_IT_HIMSELF = "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering"
    NOT_PICKED_UP_OTHER = "Niet opgepakt: andere reden"
    NOT_PICKED_UP_REPEAT = "Niet opgepakt: herhaalde melding"
    NOT_PICKED_UP_UNJUSTIFIED = "Niet opgepakt: onterecht signaal"
    NOT_A_RESIDENT = "Persoon is geen inwoner (meer) in de gemeente"
    FURTHER_HELP = "Vervolghulp en/of verwijzing"
    FURTHER_HELP_FINANCIAL = "Vervolghulp en/of verwijzing financieel"
    FURTHER_HELP_OTHER = "Vervolghulp en/of verwijzing niet financieel"
    REFERRED_WITHOUT_RESIDENT = "Verwijzing zonder tussenkomst inwoner"


class OutcomeClass(StrEnum):
    """Our own grouping of outcomes, by which data are kept."""

    HELP = "help"
    CONTACT_WITHOUT_HELP = "contact_without_help"
    NO_CONTACT = "no_contact"
    NOT_PICKED_UP = "not_picked_up"


class Acceptance(StrEnum):
    """Whether help was accepted; pending until the first conversation was held and the help really started."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    NOT_ACCEPTED = "not_accepted"


class HelpKind(StrEnum):
    """Which help was agreed; the outcome form asks it before an accepted outcome."""

    QUICK_FIX = "quick_fix"
    PAYMENT_PLAN = "payment_plan"
    BUDGET_ADVICE = "budget_advice"
    DEBT_COUNSELLING = "debt_counselling"
    NEIGHBOURHOOD_TEAM = "neighbourhood_team"
    YOUTH_WORKER = "youth_worker"
    VOLUNTEERS = "volunteers"
    OTHER = "other"


class Channel(StrEnum):
    """How contact is sought, or made by the resident."""

    MAIL = "mail"
    LETTER = "letter"
    SMS = "sms"
    CALL = "call"
    VISIT = "visit"
    CARD = "card"
    WHATSAPP = "whatsapp"
    DESK = "desk"
    OTHER = "other"


class AttemptResult(StrEnum):
    """Finer than the national list, which knows only "bereikt" yes or no."""

    CONVERSATION = "conversation"
    SAYS_PAID = "says_paid"
    WANTS_NO_HELP = "wants_no_help"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_PERSON = "wrong_person"
    """Somebody else, who was told nothing."""
    WRONG_NUMBER = "wrong_number"
    HUNG_UP = "hung_up"
    NOBODY_HOME = "nobody_home"
    CARD_LEFT = "card_left"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NO_ADDRESS = "no_address"
    CALLED_OFF = "called_off"
    """Nothing left: the person may not be written to any more."""


class MessageReport(StrEnum):
    """What is heard of a message after it left; what comes later in this list replaces what comes before it."""

    POSTED = "posted"
    """The printer has it."""
    FAILED = "failed"
    """It did not arrive, which says nothing about the address."""
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    """It did not arrive, because the address does not work."""
    WITHDRAWN = "withdrawn"
    """It was taken back before it left: the person may not be written to any more."""


REACHED = frozenset({AttemptResult.CONVERSATION, AttemptResult.SAYS_PAID, AttemptResult.WANTS_NO_HELP})
"""Results of having spoken with the resident, or with whoever stands for them."""
NOT_SENT = frozenset({AttemptResult.REFUSED, AttemptResult.NO_ADDRESS, AttemptResult.CALLED_OFF})
"""Results of a message that never left."""


class PlanName(StrEnum):
    """Which of a route's contact plans is followed."""

    FIRST = "first"
    FOLLOW_UP = "follow_up"
    """After a conversation that settled nothing, or a missed callback."""


class Phase(StrEnum):
    """Where a case is in its life."""

    RECEIVED = "received"
    WAITING = "waiting"
    """For the end of the matching period: not yet picked up."""
    IDENTITY_CHECK = "identity_check"
    CONTACT = "contact"
    IN_CONVERSATION = "in_conversation"
    FEEDBACK = "feedback"
    CLOSED = "closed"


class Standing(StrEnum):
    """What is known of a person from the persons register or from a caseworker who looked."""

    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    TO_CHECK = "to_check"
    DIED = "died"
    NOT_A_RESIDENT = "not_a_resident"


class RegisterResult(StrEnum):
    """What the persons register answered, as a code; the answer itself never leaves the sealed store."""

    FOUND = "found"
    FOUND_SECRET = "found_secret"
    """Found, and the address is secret."""
    NOT_FOUND = "not_found"
    SEVERAL = "several"
    DIED = "died"
    NOT_A_RESIDENT = "not_a_resident"
    """Registered in another municipality."""
    MOVED_WITHIN = "moved_within"
    """Clearly the same person, at another address of the municipality."""
    ABROAD = "abroad"
    RESIDENCE_UNKNOWN = "residence_unknown"
    """Nobody knows where, a place without an address, or kept up no longer."""
    NOT_AT_ADDRESS = "not_at_address"
    """Registered at the address, and known not to live there."""
    NEAR = "near"
    """Nobody clearly, somebody perhaps: a person looks at both sides."""


class LifeEvent(StrEnum):
    """What somebody told us of a person."""

    DIED = "died"
    MOVED_WITHIN = "moved_within"
    MOVED_AWAY = "moved_away"


class RepresentativeKind(StrEnum):
    """Who stands for a resident and counts as the resident for contact."""

    ADMINISTRATOR = "administrator"
    """Bewindvoerder."""
    MENTOR = "mentor"
    GUARDIAN = "guardian"
    """Curator."""
    AUTHORISED = "authorised"
    """Gemachtigde."""


class Objection(StrEnum):
    """An objection to the use of somebody's data (GDPR art. 21)."""

    MADE = "made"
    UPHELD = "upheld"
    REJECTED = "rejected"


class LegalForm(StrEnum):
    """Whom a signal is about, as partners say it. By law a sole trader and a partnership are the people themselves;
    `policy.legal_forms` says which of these are nobody."""

    PERSON = "persoon"
    SOLE_TRADER = "eenmanszaak"
    GENERAL_PARTNERSHIP = "vof"
    LIMITED_PARTNERSHIP = "cv"
    PROFESSIONAL_PARTNERSHIP = "maatschap"
    PRIVATE_COMPANY = "bv"
    PUBLIC_COMPANY = "nv"
    FOUNDATION = "stichting"
    ASSOCIATION = "vereniging"
    COOPERATIVE = "coöperatie"
    MUTUAL_INSURER = "onderlinge waarborgmaatschappij"
    CHURCH = "kerkgenootschap"


class NotPickedUpReason(StrEnum):
    """Why a signal was not picked up: finer than the national results, which `policy.reasons` gives of each. Never
    told to the partner."""

    IRREGULAR_STAY = "irregular_stay"
    DETENTION = "detention"
    UNSAFE_ADDRESS = "unsafe_address"
    NO_CAPACITY = "no_capacity"
    MOVED_UNKNOWN = "moved_unknown"
    OBJECTION = "objection"
    BELOW_THRESHOLD = "below_threshold"
    DAYS_TOO_HIGH = "days_too_high"
    """The arrears are older than the municipality takes them."""
    DAYS_TOO_LOW = "days_too_low"
    """The arrears are too new."""
    LEGAL_ENTITY = "legal_entity"
    PAID_BEFORE_SIGNAL = "paid_before_signal"
    """There were no arrears any more on the day of the signal."""
    WITHDRAWN = "withdrawn"
    """By the partner, afterwards."""
    UNJUSTIFIED_OTHER = "unjustified_other"


class SignalChange(StrEnum):
    """What a partner says of its signal after sending it."""

    PAID = "paid"
    WITHDRAWN = "withdrawn"
    NEW_AMOUNT = "new_amount"
    COLLECTION_PAUSED = "collection_paused"
    """Until a day the partner takes no steps to collect."""
    END_OF_SUPPLY = "end_of_supply"
    """The day on which the supply ends is announced."""


CHANGES_WITH_A_DAY = (SignalChange.COLLECTION_PAUSED, SignalChange.END_OF_SUPPLY)
"""A partner that says one of these names a day."""


class ReferralParty(StrEnum):
    """To whom a resident can be referred."""

    YOUTH_WORKER = "youth_worker"
    DEBT_COUNSELLING = "debt_counselling"
    NEIGHBOURHOOD_TEAM = "neighbourhood_team"
    VOLUNTEERS = "volunteers"


class ReferralStatus(StrEnum):
    """How far a referral is."""

    MADE = "made"
    ACCEPTED = "accepted"
    STARTED = "started"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    """The party reported back."""


class PassOnChannel(StrEnum):
    """How a signal was passed on to the municipality where the person lives now."""

    SECURE_MAIL = "secure_mail"
    PHONE = "phone"
    PORTAL = "portal"
    NOT_POSSIBLE = "not_possible"
    """Nobody knows where the person went, or they live abroad."""


class MatchingMode(StrEnum):
    """When the signals of a period are taken together."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    MONTHLY = "monthly"


class TaskKind(StrEnum):
    """Work that waits for a person."""

    CHECK_IDENTITY = "check_identity"
    CALL = "call"
    VISIT = "visit"
    CALLBACK = "callback"
    CHECK_MAIL = "check_mail"
    CHECK_ADDRESS = "check_address"
    """A message came back: the address does not work."""
    RECORD_OUTCOME = "record_outcome"
    HOLD_FIRST_CONVERSATION = "hold_first_conversation"
    START_HELP = "start_help"
    """The first conversation was held; the help that was agreed has yet to begin."""
    APPROVE = "approve"
    CHECK_QUICK_FIX = "check_quick_fix"
    ACCEPT_REFERRAL = "accept_referral"
    START_REFERRAL = "start_referral"
    DECIDE_REFERRAL = "decide_referral"
    DECIDE_OBJECTION = "decide_objection"
    PASS_ON = "pass_on"
    REPAIR = "repair"
    """Somebody was told what was about somebody else."""


class DeadlineKind(StrEnum):
    """Why a moment matters to a case. The order settles ties: what the system does comes before its complaints."""

    MATCHING = "matching"
    PAUSE = "pause"
    PLAN_STEP = "plan_step"
    PLAN_END = "plan_end"
    NOTICE_LETTER = "notice_letter"
    """When the system itself tells the person that data were received, if nobody did."""
    CALLBACK_REMINDER = "callback_reminder"
    """When the resident is reminded of a callback."""
    REGISTER = "register"
    """When the persons register is asked again before a visit."""
    REFERRAL = "referral"
    CALLBACK = "callback"
    TASK = "task"
    ASSIGNMENT = "assignment"
    END_OF_SUPPLY = "end_of_supply"
    NOTICE = "notice"
    FIRST_CONVERSATION = "first_conversation"
    FEEDBACK = "feedback"
    RETENTION = "retention"


class InvitationKind(StrEnum):
    """What a message about a callback appointment says; the value is the text's name."""

    CONFIRMED = "callback-confirmed"
    MOVED = "callback-moved"
    CANCELLED = "callback-cancelled"
    REMINDER = "callback-reminder"


class StallCause(StrEnum):
    """Why a case does not move."""

    TASK_OVERDUE = "task_overdue"
    UNASSIGNED = "unassigned"
    CALLBACK_MISSED = "callback_missed"
    REFERRAL_NOT_ACCEPTED = "referral_not_accepted"
    END_OF_SUPPLY_NEAR = "end_of_supply_near"
    PARTY_BUDGET_SPENT = "party_budget_spent"
    NO_FIRST_CONVERSATION = "no_first_conversation"
    NOTICE_NOT_GIVEN = "notice_not_given"
    FEEDBACK_NOT_DELIVERED = "feedback_not_delivered"
    RETENTION_REACHED = "retention_reached"


class Rung(StrEnum):
    """Whose attention a stalled case has: each time it is raised, one higher."""

    OWNER = "owner"
    TEAM = "team"
    SUPERVISOR = "supervisor"


class Queue(StrEnum):
    """The queues (werkbakjes) that every municipality has. A policy may name more: a queue is a key, not only these."""

    EARLY_SIGNALS = "early_signals"
    IDENTITY = "identity"
    YOUTH_WORKERS = "youth_workers"
    DEBT_COUNSELLING = "debt_counselling"
    NEIGHBOURHOOD_TEAM = "neighbourhood_team"
    VOLUNTEERS = "volunteers"
    SYSTEM = "system"


class Route(StrEnum):
    """The way a case is handled."""

    STANDARD = "standard"
    YOUNG_ADULT = "young_adult"
    """A youth worker makes contact, because of the resident's age."""
    MULTIPLE = "multiple"
    """More than one partner reports the resident now."""
    RETURNING = "returning"
    """The resident was here within the look-back; the colleague who knows them goes on."""
    WARM_HANDOVER = "warm_handover"
    """The partner has contact and asks for pick-up: call first, no cold letter."""
    END_OF_SUPPLY = "end_of_supply"
    THREATENING = "threatening"
    ENTREPRENEUR = "entrepreneur"
    LOW_AMOUNT = "low_amount"
    CAK = "cak"
    """From a list of insurance defaulters or own contributions."""
    KNOWN_AT_DEBT_HELP = "known_at_debt_help"
    SECRET_ADDRESS = "secret_address"
    BELOW_THRESHOLD = "below_threshold"
    """Under the amount from which the municipality takes signals of this kind of partner."""


class Trait(StrEnum):
    """What is known of a person that leads to another route."""

    ENTREPRENEUR = "entrepreneur"
    KNOWN_AT_DEBT_HELP = "known_at_debt_help"
    SECRET_ADDRESS = "secret_address"


class Recurrence(StrEnum):
    """Whether the address was reported before (opeenvolgend), as it was known when the signal came in."""

    FIRST = "first"
    SUCCESSIVE = "successive"
    NOT_COMPARED = "not_compared"
    """Data of the look-back were erased already, so nobody can tell."""


class CalendarName(StrEnum):
    """Which days count. Legal: Algemene termijnenwet. Office: the days the municipality works. All: every day."""

    LEGAL = "legal"
    OFFICE = "office"
    ALL = "all"


class RetentionStart(StrEnum):
    """The event from which a retention term runs."""

    RECEIPT = "receipt"
    LAST_ATTEMPT = "last_attempt"
    CLOSURE = "closure"
    END_OF_HELP = "end_of_help"


class FeedbackCode(StrEnum):
    """What a partner may learn. The national standard settles the first five; all else is "afgehandeld", unless
    the municipality's own table says more."""

    REPEAT = "herhaalde melding"
    UNJUSTIFIED = "onterecht signaal"
    DIED = "inwoner is overleden"
    NOT_A_RESIDENT = "geen inwoner (meer) in de gemeente"
    NOT_PICKED_UP = "niet opgepakt"
    HANDLED = "afgehandeld"
    # Only by a signed table of the municipality, and with a ground that is recorded on the case.
    HELPED = "inwoner krijgt hulp"
    NO_HELP = "inwoner heeft geen hulp nodig of wil die niet"
    NOT_REACHED = "geen contact met de inwoner"


class DisclosureGround(StrEnum):
    """Why a partner may hear more than the national standard settles."""

    CONSENT = "consent"
    """The resident agreed."""
    BASIS = "basis"
    """A legal basis, which the note names."""


class Party(StrEnum):
    """An outside party on which cases depend."""

    REGISTER = "register"
    MAIL = "mail"
    LETTERS = "letters"
    SMS = "sms"
    PARTNERS = "partners"
    BOUNCES = "bounces"
    """The mailbox where mail comes back that could not be delivered; no case waits for it."""


class Role(StrEnum):
    """Everyone the product will know; two are in use."""

    CASEWORKER = "caseworker"
    REFERRAL_PARTY = "referral_party"
    SUPERVISOR = "supervisor"
    POLICY_OFFICER = "policy_officer"
    PRIVACY_OFFICER = "privacy_officer"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
    SWITCHBOARD = "switchboard"


class DocumentKind(StrEnum):
    """The typed documents in which a unit's personal data are sealed."""

    ROW = "row"
    PERSON = "person"
    NOTE = "note"
    MESSAGE = "message"
    COMMAND = "command"
    REPRESENTATIVE = "representative"
    PRINT = "print"
    """A letter as the printer gets it, until they have it."""
    REGISTER = "register"
    UPLOAD = "upload"
    """A partner's file, until its rows are stored."""
    AMOUNT = "amount"
    """What a partner answered to the question what is owed now."""
    CALL_REQUEST = "call_request"
    """What somebody said who asked the switchboard to be called back."""


class CallRequestStatus(StrEnum):
    """How far the request of somebody who wants to be called back is."""

    NEW = "new"
    """Not looked at yet."""
    SENT = "sent"
    """One case fitted, and is being asked for the appointment."""
    OPEN = "open"
    """For a caseworker to match."""
    DONE = "done"
    """Agreed in a case, or not ours; erased soon."""


class ItemSource(StrEnum):
    """Where a phone number or mail address came from."""

    PARTNER = "partner"
    RESIDENT = "resident"
    REPRESENTATIVE = "representative"
    CASEWORKER = "caseworker"


class NoteSubject(StrEnum):
    """What a word in a note may be about that is seldom anybody's business (AVG art. 9 and 10)."""

    HEALTH = "health"
    RELIGION = "religion"
    ORIGIN = "origin"
    POLITICS = "politics"
    UNION = "union"
    SEXUALITY = "sexuality"
    CRIME = "crime"


class LookReason(StrEnum):
    """Why somebody looks at a secret address."""

    VISIT = "visit"
    LETTER = "letter"
    IDENTITY = "identity"
    RESIDENT_ASKED = "resident_asked"
    SUPERVISION = "supervision"


class LookPurpose(StrEnum):
    """For what somebody had personal data before them."""

    WORK_LIST = "work_list"
    CASE = "case"
    CALL = "call"
    VISIT = "visit"
    AT_THE_DOOR = "at_the_door"
    SEARCH = "search"
    RECORDING = "recording"
    SECRET_ADDRESS = "secret_address"
    CALL_REQUEST = "call_request"
    MANY_CASES = "many_cases"
    APPROVAL = "approval"
    REVIEW = "review"
    STALLED = "stalled"
    OVERVIEW = "overview"
    ABSENCE = "absence"
    DELIVERY = "delivery"
    AMOUNT = "amount"
    FEEDBACK = "feedback"
    LOOK_TOGETHER = "look_together"
    LETTERS = "letters"
    OWN_SIGNALS = "own_signals"
    """A partner looks at what it sent itself."""
    BESIDE = "beside"
    """A name of another case, on a page that is about one."""
    STATISTICS = "statistics"
    """The signals of a period, for the national statistics."""
    ACCESS_REQUEST = "access_request"
    """A resident asked for their own data (GDPR art. 15)."""


class PersonField(StrEnum):
    """What may be wrong in what is known of a person, and is corrected when they say so (GDPR art. 16)."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    PHONE = "phone"
    MAIL = "mail"


class IdentityShown(StrEnum):
    """How was made sure that somebody who asks for data is the one whom they are about."""

    AT_THE_DESK = "at_the_desk"
    DIGID = "digid"
    COPY = "copy"
    """A copy of a proof of identity, made illegible where it need not be read."""
    AUTHORISED = "authorised"
    """Somebody who shows that they may ask for the resident."""


class AtTheMachine(StrEnum):
    """In the place of a role, of whoever looks without signing in."""

    COMMAND_LINE = "command_line"


class ItemState(StrEnum):
    """Whether a phone number or mail address may be used."""

    USABLE = "usable"
    WRONG = "wrong"
    DO_NOT_USE = "do_not_use"


class Language(StrEnum):
    """In which language a resident reads what we write."""

    DUTCH = "nl"
    ENGLISH = "en"


class ChannelWish(StrEnum):
    """What a resident says of the ways in which we write."""

    NO_MAIL = "no_mail"
    NO_LETTERS = "no_letters"
    NO_SMS = "no_sms"
    ALL = "all"


class RowStatus(StrEnum):
    """What became of a delivered row."""

    STORED = "stored"
    REFUSED = "refused"
    OPENED = "opened"
    JOINED = "joined"
    REPEATED = "repeated"


class PartnerSubject(StrEnum):
    """About what somebody at a partner is asked."""

    SIGNALS = "signals"
    """What a signal says: who it is about, what is owed."""
    ARRANGEMENTS = "arrangements"
    DELIVERIES = "deliveries"
    FEEDBACK = "feedback"
    AGREEMENT = "agreement"


class PartnerRoute(StrEnum):
    """How somebody at a partner is reached."""

    PHONE = "phone"
    MAIL = "mail"
    PORTAL = "portal"


class ReviewReason(StrEnum):
    """Why a colleague would have recorded another outcome. No free text: it stays when the case is erased."""

    ENGAGED = "engaged"
    NOT_ENGAGED = "not_engaged"
    HELP_BEGUN = "help_begun"
    HELP_NOT_BEGUN = "help_not_begun"
    THIRTY_DAYS = "thirty_days"
    TAKEN_OVER = "taken_over"
    CONTACT = "contact"
    TOO_LITTLE = "too_little"
    UNCLEAR = "unclear"
