"""Which commands a case takes now, and which facts they become.

The rules are one table; the page shows buttons by it and the workflow refuses by it, so they cannot differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState
from models.codes import Phase, Role, TaskKind
from models.commands import AnyCommand, RecordOutcome, SetHold
from models.facts import AnyFact
from models.ids import PersonId
from policy import refusals
from policy.by_hand import refusal_of_writing
from policy.moving import refusal_of_state
from policy.obeying import facts_of
from policy.outcomes import refusal_of_answers
from policy.permissions import Action, role_may
from policy.refusals.grounds import LATE

_OPEN = frozenset(Phase) - {Phase.CLOSED}
_ROUTED = _OPEN - {Phase.RECEIVED}
_WORKABLE = frozenset({Phase.WAITING, Phase.IDENTITY_CHECK, Phase.CONTACT, Phase.IN_CONVERSATION})
_TALKABLE = frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})
_CONVERSATION = frozenset({Phase.IN_CONVERSATION})


def _nothing(state: CaseState) -> str | None:
    return None


@dataclass(frozen=True)
class Rule:
    """When a kind of command makes sense: in which phases, with which open task, allowed to whom."""

    phases: frozenset[Phase]
    action: Action = Action.WORK_ON_CASE
    task: TaskKind | None = None
    unless: Callable[[CaseState], str | None] = _nothing
    """A refusal that follows from the case alone."""
    note: str | None = None
    """The sentence when a reason is required and none was given."""
    elsewhere: str = LATE
    """The sentence for a caseworker whose page showed an older state."""


_REASON = "Geef een reden."

RULES: Mapping[str, Rule] = {
    "claim_case": Rule(_OPEN),
    "assign_case": Rule(_OPEN),
    "pause_case": Rule(_WORKABLE - {Phase.WAITING}, unless=refusals.of_pausing, note=_REASON),
    "resume_case": Rule(_WORKABLE, unless=refusals.of_resuming),
    "extend_deadline": Rule(_ROUTED, note="Geef een reden voor het uitstel."),
    "check_identity": Rule(_ROUTED, task=TaskKind.CHECK_IDENTITY),
    "report_life_event": Rule(_ROUTED),
    "record_trait": Rule(_WORKABLE),
    "offer_to_survivors": Rule(_ROUTED, unless=refusals.of_survivors),
    "pass_on": Rule(_ROUTED, task=TaskKind.PASS_ON),
    "record_objection": Rule(_ROUTED),
    "decide_objection": Rule(_ROUTED, task=TaskKind.DECIDE_OBJECTION, note=_REASON),
    "rectify": Rule(_ROUTED, note="Schrijf op wat er niet klopte, en hoe u dat weet."),
    "tell_correction": Rule(_ROUTED, unless=refusals.of_telling_correction),
    "record_representative": Rule(_ROUTED),
    "end_representative": Rule(_ROUTED, unless=refusals.of_ending_representative),
    "allow_disclosure": Rule(
        _ROUTED,
        unless=refusals.of_allowing_disclosure,
        note="Schrijf op hoe de inwoner toestemming gaf, of wat de grondslag is.",
    ),
    "withdraw_disclosure": Rule(_ROUTED, unless=refusals.of_withdrawing_disclosure),
    "log_call": Rule(_ROUTED),
    "log_attempt": Rule(_TALKABLE),
    "log_incoming": Rule(_ROUTED),
    "write_by_hand": Rule(frozenset({Phase.CONTACT}), unless=refusal_of_writing),
    "continue_contact": Rule(_CONVERSATION, unless=refusals.of_continuing),
    "correct_attempt": Rule(_TALKABLE, unless=refusals.of_correcting_attempt, note=_REASON),
    "check_mail": Rule(_ROUTED, task=TaskKind.CHECK_MAIL),
    "check_address": Rule(_ROUTED, task=TaskKind.CHECK_ADDRESS),
    "make_callback": Rule(_TALKABLE),
    "move_callback": Rule(_WORKABLE, task=TaskKind.CALLBACK),
    "cancel_callback": Rule(_WORKABLE, task=TaskKind.CALLBACK),
    "plan_visit": Rule(_TALKABLE),
    "log_visit": Rule(_TALKABLE),
    "cancel_visit": Rule(_TALKABLE, unless=refusals.of_cancelling_visit),
    "block_visits": Rule(_ROUTED, note=_REASON),
    "allow_visits": Rule(_ROUTED, unless=refusals.of_allowing_visits, note=_REASON),
    "record_signal_change": Rule(_ROUTED, action=Action.REPORT_SIGNAL_CHANGE),
    "judge_threat": Rule(_WORKABLE),
    "split_signal": Rule(_WORKABLE, unless=refusals.of_splitting, note=_REASON),
    "merge_case": Rule(_WORKABLE, unless=refusals.of_merging, note=_REASON),
    "settle_repair": Rule(_ROUTED, task=TaskKind.REPAIR, note="Schrijf op wat er is gedaan."),
    "refer": Rule(_ROUTED, unless=refusals.of_referring),
    "answer_referral": Rule(_ROUTED, action=Action.ANSWER_REFERRAL, task=TaskKind.ACCEPT_REFERRAL),
    "start_referral": Rule(_ROUTED, action=Action.ANSWER_REFERRAL, task=TaskKind.START_REFERRAL),
    "end_referral": Rule(_ROUTED, action=Action.ANSWER_REFERRAL, unless=refusals.of_ending_referral),
    "record_outcome": Rule(_WORKABLE | {Phase.FEEDBACK}),
    "hold_first_conversation": Rule(_WORKABLE, task=TaskKind.HOLD_FIRST_CONVERSATION),
    "start_help": Rule(_WORKABLE, task=TaskKind.START_HELP),
    "check_quick_fix": Rule(_ROUTED, task=TaskKind.CHECK_QUICK_FIX),
    "approve": Rule(_ROUTED, task=TaskKind.APPROVE),
    "apply_policy": Rule(
        _WORKABLE,
        action=Action.APPLY_POLICY,
        unless=refusal_of_state,
        elsewhere="De zaak heeft nog geen route, of de uitkomst is al bekend.",
    ),
    "set_hold": Rule(frozenset(Phase), action=Action.HOLD_ERASURE, unless=refusals.of_holding),
    "release_hold": Rule(frozenset(Phase), action=Action.HOLD_ERASURE, unless=refusals.of_releasing),
}


@dataclass(frozen=True)
class Verdict:
    """What becomes of a command: facts, or a refusal in a sentence for the caseworker."""

    facts: tuple[AnyFact, ...] = ()
    refusal: str | None = None


def available(state: CaseState, role: Role) -> tuple[str, ...]:
    """The kinds of command that the page offers now."""
    return tuple(kind for kind, rule in RULES.items() if _refusal_of_rule(state, rule, role) is None)


def refusal_of(state: CaseState, command: AnyCommand, *, now: datetime) -> str | None:
    """Why the case does not take this command now; None if it does."""
    rule = RULES[command.kind]
    refusal = _refusal_of_rule(state, rule, command.role) or _refusal_of_person(state, rule, command)
    if refusal is None and rule.note is not None and command.note_id is None:
        return rule.note
    return refusal or refusals.of_content(state, command, now=now)


def refusal_at_the_door(state: CaseState, command: AnyCommand) -> str | None:
    """Why this is no complete command, or one that would change nothing; None if it is not so. It is asked once, when a
    command comes in, and not when a history is played again: what an older release took stays taken."""
    match command:
        case RecordOutcome():
            return refusal_of_answers(command)
        case SetHold():
            return refusals.of_hold_of_case(state, command)
        case _:
            return None


def decide(state: CaseState, command: AnyCommand, *, now: datetime) -> Verdict:
    """The facts that a command becomes, checked against the state as it is now."""
    refusal = refusal_of(state, command, now=now)
    return Verdict(refusal=refusal) if refusal else Verdict(facts=facts_of(state, command, at=now))


def _refusal_of_rule(state: CaseState, rule: Rule, role: Role) -> str | None:
    if not role_may(role, rule.action):
        return "Dit mag u niet doen met uw rol."
    if state.phase not in rule.phases:
        return rule.elsewhere
    if rule.task is not None and state.task(rule.task) is None:
        return rule.elsewhere
    return rule.unless(state)


def _refusal_of_person(state: CaseState, rule: Rule, command: AnyCommand) -> str | None:
    person_id: PersonId | None = getattr(command, "person_id", None)
    if person_id is None:
        return None
    if state.person(person_id) is None:
        return "Deze persoon hoort niet bij de zaak."
    if rule.task is not None and state.task_of(rule.task, person_id) is None:
        return rule.elsewhere
    return None
