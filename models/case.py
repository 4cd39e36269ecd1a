"""The state of a case: frozen values that only `policy.transitions.apply` makes anew."""

from datetime import date, timedelta

from pydantic import AwareDatetime

from models.base import Carried
from models.codes import (
    Acceptance,
    AttemptResult,
    CalendarName,
    Channel,
    Daypart,
    DeadlineKind,
    DisclosureGround,
    FeedbackCode,
    HelpKind,
    InvitationKind,
    MessageReport,
    NotPickedUpReason,
    Objection,
    Outcome,
    OutcomeClass,
    PartnerType,
    Phase,
    PlanName,
    Recurrence,
    ReferralParty,
    ReferralStatus,
    RepresentativeKind,
    RetentionStart,
    Rung,
    SignalChange,
    StallCause,
    Standing,
    TaskKind,
    Trait,
)
from models.commands import RecordOutcome
from models.ids import (
    AppointmentId,
    CaseId,
    CommandId,
    ItemId,
    PartnerId,
    PersonId,
    ProposalId,
    ReferralId,
    SignalId,
    StaffId,
    StepId,
    UnitId,
)
from models.takeover import PastAttempt
from models.terms import FreeDay, QueueKey, Term, Terms
from models.values import MunicipalityCode


class Deadline(Carried):
    """A moment that matters, able to explain itself: rule, start event, calendar and the free days that moved it."""

    kind: DeadlineKind
    rule: str
    start_event: str
    started_at: AwareDatetime
    due_at: AwareDatetime
    term: Term
    calendar: CalendarName
    moved_by: tuple[FreeDay, ...] = ()
    raised_at: AwareDatetime | None = None
    """When it first passed without being met; None while it has not. `due_at` is then the next reminder."""
    raised: int = 0
    """How many times it was brought to somebody's attention: owner, team, supervisor."""
    cause: StallCause | None = None
    """Why its passing stalls the case; None for a moment at which the system acts by itself."""
    extended: bool = False
    """Whether it was put off; that is possible once."""


class CaseSignal(Carried):
    """A signal in the case, without its content."""

    signal_id: SignalId
    unit_id: UnitId
    partner_id: PartnerId
    partner_type: PartnerType
    person_id: PersonId
    received_at: AwareDatetime
    joined_at: AwareDatetime
    taken_over_at: AwareDatetime | None = None
    """When the running case came here from another system; None for a signal that came in here."""
    past: tuple[PastAttempt, ...] = ()
    """What that system did about it."""
    crisis: bool = False
    warm_handover: bool = False
    entrepreneur: bool = False
    legal_entity: bool = False
    """Whether it is about a company, a foundation or the like: no resident."""
    end_of_supply_on: date | None = None
    """The day on which the supply ends, when the signal announces that."""
    end_of_supply_told_at: AwareDatetime | None = None
    """When that was announced, if it came after the signal."""
    collection_paused_until: date | None = None
    """Until when the partner takes no steps to collect, when it said so."""
    recurrence: Recurrence = Recurrence.NOT_COMPARED
    objected: bool = False
    """Whether its person was right to object to the use of their data, at an earlier signal."""
    amounts: int = 0
    """How often the partner named another amount."""
    days: int = 0
    """How often it named a day: until when collection is paused, or when the supply ends."""
    traits: tuple[Trait, ...] = ()
    """What was known of its person in the case that it comes from."""
    ended: SignalChange | None = None
    """Paid or withdrawn, when the partner said so."""
    feedback: FeedbackCode | None = None
    feedback_delivered_at: AwareDatetime | None = None


class Person(Carried):
    """A person concerned, without identity."""

    person_id: PersonId
    standing: Standing = Standing.UNKNOWN
    confirmed_at: AwareDatetime | None = None
    """When the register or a colleague last said that this is who the partner means, and where they live."""
    asked_again: int = 0
    """How often the register was asked about the person after that, whatever came of it."""
    notified_at: AwareDatetime | None = None
    """When the person was told that data were received (GDPR art. 14)."""
    visits_blocked: bool = False
    """Whether nobody may visit; why is written elsewhere, for few eyes."""
    representative: RepresentativeKind | None = None
    representative_may_be_told: bool = False
    objection: Objection | None = None
    correction_to_tell: bool = False
    """Whether partners have yet to hear that something they gave was wrong."""
    traits: tuple[Trait, ...] = ()
    """What leads to another route, in the order of the code list."""
    disclosure: DisclosureGround | None = None
    """Why partners may hear more of this person than the national standard settles."""


class Attempt(Carried):
    """A contact attempt that was made."""

    step_id: StepId
    person_id: PersonId
    channel: Channel
    result: AttemptResult
    at: AwareDatetime
    daypart: Daypart
    reached: bool
    incoming: bool = False
    """Whether the resident sought contact with us."""
    template: str = ""
    """Of a message that the system wrote: which text."""
    report: MessageReport | None = None
    """What was heard of a message after it left."""
    elsewhere: bool = False
    """Whether another system made it, before the case was taken over."""


class EarlyReport(Carried):
    """What was heard of a message before it was known here that it left."""

    step_id: StepId
    report: MessageReport
    report_id: str = ""


class Withdrawal(Carried):
    """A message that was taken back before it left."""

    step_id: StepId
    report_id: str


class AskedMessage(Carried):
    """A message that a caseworker asked to be sent beside the plan, as long as nobody knows whether it left."""

    step_id: StepId
    person_id: PersonId
    channel: Channel
    template: str


class Appointment(Carried):
    """A moment agreed with the resident at which somebody calls."""

    appointment_id: AppointmentId
    person_id: PersonId
    due_at: AwareDatetime
    phone_id: ItemId | None
    staff: StaffId
    moves: int = 0
    """How often it was given another moment: the resident's calendar takes the highest."""


class Invitation(Carried):
    """A message to the resident about a callback appointment, and what is known of it."""

    step_id: StepId
    appointment_id: AppointmentId
    person_id: PersonId
    about: InvitationKind
    channel: Channel
    sequence: int
    """The appointment's moves when it was written; one more when it calls the appointment off."""
    due_at: AwareDatetime
    """The moment that it names."""
    at: AwareDatetime
    result: AttemptResult
    report: MessageReport | None = None
    given_up: bool = False
    """Whether the party did not answer within its budget."""
    missing: bool = False
    """Whether somebody found out that it never left."""
    over: bool = False
    """Whether the appointment was kept or missed: there is nothing more to say of it."""


class Visit(Carried):
    """A planned home visit."""

    step_id: StepId
    person_id: PersonId
    due_at: AwareDatetime
    companion: StaffId | None
    announced: bool
    agreed: bool = False
    """Whether somebody chose the moment; a plan says from when alone."""


class Referral(Carried):
    """A referral of one person to one party."""

    referral_id: ReferralId
    person_id: PersonId
    party: ReferralParty
    status: ReferralStatus
    made_at: AwareDatetime
    by: StaffId
    started_at: AwareDatetime | None = None


class Proposal(Carried):
    """An outcome that counts only when a second person agrees."""

    proposal_id: ProposalId
    command: RecordOutcome
    at: AwareDatetime


class Pause(Carried):
    """The case rests: since when, until when, by whom."""

    by: StaffId
    since: AwareDatetime
    until: AwareDatetime


class Task(Carried):
    """Work that waits for a person: visible from `opens_at`, overdue after `deadline`."""

    kind: TaskKind
    person_id: PersonId
    queue: QueueKey
    opens_at: AwareDatetime
    planned: Deadline | None = None
    """How `opens_at` came about, for work that was planned ahead."""
    deadline: Deadline
    step_id: StepId | None = None
    daypart: Daypart | None = None
    code: str = ""
    """Why the task exists, as a code (for example `register.several`)."""
    urgent: bool = False
    """Goes before other work: something came back, or did not go as agreed."""
    staff: StaffId | None = None
    """Whose it is, when that is not the owner of the case: who promised to call."""
    referral_id: ReferralId | None = None
    appointment_id: AppointmentId | None = None


class Stall(Carried):
    """A case that does not move, since when and why, and how often it was brought to somebody's attention."""

    cause: StallCause
    since: AwareDatetime
    level: int
    rung: Rung
    """Whose attention it has now."""


class PersonOutcome(Carried):
    """How it ended for one person."""

    person_id: PersonId
    outcome: Outcome
    acceptance: Acceptance
    at: AwareDatetime
    by: StaffId
    help_kind: HelpKind | None = None
    accepted_at: AwareDatetime | None = None
    conversation_at: AwareDatetime | None = None
    started_at: AwareDatetime | None = None
    reason: NotPickedUpReason | None = None
    untold_ground: str = ""
    """Why the person need not hear that data were received, by the route that they were on; empty when they do."""


class Hold(Carried):
    """Erasure put off: by whom, until when. The reason is a note in the sealed store."""

    by: StaffId
    since: AwareDatetime
    until: AwareDatetime


class Retention(Carried):
    """When the data of an erasure unit go, and by which rule."""

    unit_id: UnitId
    outcome_class: OutcomeClass
    due_at: AwareDatetime
    start: RetentionStart
    started_at: AwareDatetime
    term: Term
    ground: str


class CaseState(Carried):
    """The whole state of one case. Ids and codes only."""

    case_id: CaseId
    municipality: MunicipalityCode
    opened_at: AwareDatetime
    sequence: int = 0
    """How many facts made this state; the next fact's id follows from it."""
    phase: Phase = Phase.RECEIVED
    terms: Terms | None = None
    triaged: str = ""
    """What the route was chosen by (`policy.triage.key_of`); when that is something else now, it is chosen again."""
    routes: int = 0
    """How often a route was chosen."""
    people: tuple[Person, ...]
    signals: tuple[CaseSignal, ...]
    owner: StaffId | None = None
    attempts: tuple[Attempt, ...] = ()
    early_reports: tuple[EarlyReport, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    plan: PlanName = PlanName.FIRST
    plan_run: int = 0
    """How many plans were begun before this one: the steps of each run have ids of their own."""
    plan_next: int = 0
    """Index of the plan's next step; equal to the number of steps when the plan is done."""
    asked: AskedMessage | None = None
    appointments: tuple[Appointment, ...] = ()
    """Callbacks that are still to come, at most one for a person."""
    invitations: tuple[Invitation, ...] = ()
    """What was written to residents about callbacks, the first one first."""
    visit: Visit | None = None
    referrals: tuple[Referral, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    pause: Pause | None = None
    threatening: bool | None = None
    """Whether the situation is threatening by law; None while nobody has judged."""
    merged_into: CaseId | None = None
    deadlines: tuple[Deadline, ...] = ()
    tasks: tuple[Task, ...] = ()
    outcomes: tuple[PersonOutcome, ...] = ()
    hold: Hold | None = None
    retention: tuple[Retention, ...] = ()
    """Of a closed case: when each of its units goes."""
    closed_at: AwareDatetime | None = None
    commands: tuple[CommandId, ...] = ()
    """Commands that were obeyed, so that a second press is recognised after any restart."""

    @property
    def resident(self) -> PersonId:
        """The person for whom the case was opened."""
        return self.people[0].person_id

    @property
    def subject(self) -> PersonId:
        """The person whom contact is sought with: the first without an outcome, at the end the resident."""
        ended = {result.person_id for result in self.outcomes}
        return next((person.person_id for person in self.people if person.person_id not in ended), self.resident)

    def person(self, person_id: PersonId) -> Person | None:
        return next((person for person in self.people if person.person_id == person_id), None)

    def task(self, kind: TaskKind) -> Task | None:
        return next((task for task in self.tasks if task.kind is kind), None)

    def task_of(self, kind: TaskKind, person_id: PersonId) -> Task | None:
        return next((task for task in self.tasks if (task.kind, task.person_id) == (kind, person_id)), None)

    def appointment_of(self, person_id: PersonId) -> Appointment | None:
        return next((one for one in self.appointments if one.person_id == person_id), None)

    def signal(self, signal_id: SignalId) -> CaseSignal | None:
        return next((signal for signal in self.signals if signal.signal_id == signal_id), None)

    def deadline(self, kind: DeadlineKind) -> Deadline | None:
        return next((deadline for deadline in self.deadlines if deadline.kind is kind), None)

    def all_deadlines(self) -> tuple[Deadline, ...]:
        """Everything with a due moment: the case's own deadlines and those of its tasks."""
        return self.deadlines + tuple(task.deadline for task in self.tasks)

    def reached(self) -> bool:
        """Whether anybody concerned was ever spoken to."""
        return any(attempt.reached for attempt in self.attempts)


class CaseInput(Carried):
    """What a case workflow starts with. `clock_offset` lets a journey be played at any date; zero in production."""

    state: CaseState
    clock_offset: timedelta = timedelta(0)
