"""Who may do what: one function, asked by every page, query and command."""

from dataclasses import dataclass
from enum import StrEnum

from models.case import CaseState
from models.codes import ReferralParty, ReferralStatus, Role, Route
from models.ids import PartnerId, StaffId
from models.values import MunicipalityCode
from policy.changes import QUEUE_OF_PARTY


class Action(StrEnum):
    """Everything somebody may be allowed to do."""

    SEE_CASE = "see_case"
    SEE_WORK_LIST = "see_work_list"
    TAKE_CALL = "take_call"
    """At the switchboard: write down who wants to be called back, and learn nothing of any case."""
    MATCH_CALL = "match_call"
    """Say in which case somebody is who asked to be called back."""
    SEE_STALLED = "see_stalled"
    SEE_RETENTION = "see_retention"
    IMPORT_DELIVERY = "import_delivery"
    WORK_ON_CASE = "work_on_case"
    REPORT_SIGNAL_CHANGE = "report_signal_change"
    """Paid, withdrawn, another amount: a partner's word, whoever writes it down."""
    ANSWER_REFERRAL = "answer_referral"
    SEE_SAFETY_NOTE = "see_safety_note"
    """Why nobody may visit somebody."""
    HOLD_ERASURE = "hold_erasure"
    APPROVE_DESTRUCTION = "approve_destruction"
    """Agree to a list of what is going to be erased."""
    GIVE_OWN_DATA = "give_own_data"
    """Gather all that is held of one resident, when they ask for it."""
    APPLY_POLICY = "apply_policy"
    """Move running cases to another version of the policy."""
    SEE_POLICY = "see_policy"
    SEE_PRINT_ROUNDS = "see_print_rounds"
    SEE_PARTNERS = "see_partners"
    """Who a partner is, whom to reach there, what they are asked and told."""
    KEEP_PARTNERS = "keep_partners"
    """Change what is known of a partner, and send them what they are owed."""
    SEE_FIGURES = "see_figures"
    EXPORT_FIGURES = "export_figures"
    """For the national statistics."""
    REVIEW_OUTCOMES = "review_outcomes"
    """Say of an outcome that a colleague recorded whether one would have recorded the same."""
    DRAW_REVIEW = "draw_review"
    """Draw the month's sample, see who judges what, and judge in a colleague's place."""
    LOOK_TOGETHER = "look_together"
    """Look at some signals together with their partner, without whom they are about."""
    SEE_LOOKS = "see_looks"
    """Who looked at which case, and who searched: without whom the case is about."""
    ADMINISTER = "administer"
    """Who may sign in and how the installation fares: nothing of any case."""
    SEE_OWN_SIGNALS = "see_own_signals"
    """A partner: what became of the signals that it sent itself."""
    SEND_OWN_SIGNALS = "send_own_signals"
    """A partner's system: deliver signals."""


_GIVEN = frozenset({ReferralStatus.MADE, ReferralStatus.ACCEPTED, ReferralStatus.STARTED, ReferralStatus.ENDED})

_OF_ROLE: dict[Role, frozenset[Action]] = {
    Role.CASEWORKER: frozenset(
        {
            Action.SEE_CASE,
            Action.SEE_WORK_LIST,
            Action.MATCH_CALL,
            Action.WORK_ON_CASE,
            Action.REPORT_SIGNAL_CHANGE,
            Action.ANSWER_REFERRAL,
            Action.IMPORT_DELIVERY,
            Action.SEE_POLICY,
            Action.SEE_PARTNERS,
            Action.SEE_FIGURES,
            Action.REVIEW_OUTCOMES,
            Action.LOOK_TOGETHER,
        }
    ),
    Role.SUPERVISOR: frozenset(Action)
    - {
        Action.SEE_OWN_SIGNALS,
        Action.SEND_OWN_SIGNALS,
        Action.TAKE_CALL,
        Action.SEE_LOOKS,
        Action.ADMINISTER,
    },
    # Only of the cases that were given to their party.
    Role.REFERRAL_PARTY: frozenset(
        {
            Action.SEE_CASE,
            Action.SEE_WORK_LIST,
            Action.WORK_ON_CASE,
            Action.REPORT_SIGNAL_CHANGE,
            Action.ANSWER_REFERRAL,
        }
    ),
    # Sees no case; moves them by the command line.
    Role.POLICY_OFFICER: frozenset({Action.SEE_POLICY, Action.APPLY_POLICY, Action.SEE_FIGURES, Action.LOOK_TOGETHER}),
    # Of their own signals alone.
    Role.PARTNER: frozenset({Action.SEE_OWN_SIGNALS, Action.SEND_OWN_SIGNALS, Action.REPORT_SIGNAL_CHANGE}),
    # Sees that data are there, who looks at them and when they go, and never what they say.
    Role.PRIVACY_OFFICER: frozenset(
        {Action.SEE_LOOKS, Action.SEE_RETENTION, Action.APPROVE_DESTRUCTION, Action.HOLD_ERASURE}
    ),
    Role.ADMINISTRATOR: frozenset({Action.ADMINISTER}),
    # Sees nothing of any case, not even whether there is one.
    Role.SWITCHBOARD: frozenset({Action.TAKE_CALL}),
}


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in, with the municipalities they work for."""

    staff_id: StaffId
    name: str
    role: Role
    municipalities: frozenset[MunicipalityCode]
    party: ReferralParty | None = None
    """For whom somebody of a referral party works."""
    sees_secret_addresses: bool = False
    """Whether they may see a secret address, after saying why."""
    partner: PartnerId | None = None
    """The signal partner that somebody works for."""


def may(staff: Staff, action: Action, municipality: MunicipalityCode) -> bool:
    """Whether this person may do this in this municipality. Nobody sees a municipality they do not work for."""
    return municipality in staff.municipalities and action in _OF_ROLE[staff.role]


def may_in_case(staff: Staff, action: Action, state: CaseState) -> bool:
    """Whether this person may do this to this case. A referral party sees what was given to it and nothing else."""
    if not may(staff, action, state.municipality):
        return False
    return staff.role is not Role.REFERRAL_PARTY or staff.party in parties_of(state)


def parties_of(state: CaseState) -> frozenset[ReferralParty]:
    """Whom the case was given to: by its route, by a referral that was not refused, expired or called off, or by work
    that lies with them still."""
    referred = {referral.party for referral in state.referrals if referral.status in _GIVEN}
    queues = {task.queue for task in state.tasks}
    working = {party for party, queue in QUEUE_OF_PARTY.items() if queue in queues}
    by_route = state.terms is not None and state.terms.route is Route.YOUNG_ADULT
    return frozenset(referred | working | ({ReferralParty.YOUTH_WORKER} if by_route else set()))


def role_may(role: Role, action: Action) -> bool:
    """Whether the role allows the action at all, for a workflow that knows the role and is the municipality's own."""
    return action in _OF_ROLE[role]
