"""Buttons pressed in whatever case: any command that the page offers, or the plainest one that settles a task."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from models import commands as told
from models.case import CaseState, Task
from models.codes import (
    AttemptResult,
    Channel,
    DeadlineKind,
    HelpKind,
    LifeEvent,
    NotPickedUpReason,
    Outcome,
    PassOnChannel,
    PersonField,
    ReferralParty,
    RepresentativeKind,
    Role,
    SignalChange,
    Standing,
    TaskKind,
    Trait,
)
from models.commands import AnyCommand
from models.ids import (
    AppointmentId,
    CaseId,
    CommandId,
    DocumentId,
    ItemId,
    PersonId,
    ProposalId,
    ReferralId,
    SignalId,
    StaffId,
    StepId,
)
from models.terms import Terms
from policy.changes import is_settled
from policy.outcomes import HELP_OUTCOMES
from policy.refusals import CALL_RESULTS, INCOMING, OTHER_RESULTS, VISIT_RESULTS
from tests.builders import NOOR, SAM, newer, newer_terms, the_terms
from tests.unit.examples import COMMAND_KINDS, ELSEWHERE, kind_of
from tests.unit.situations import with_plan

_T = TypeVar("_T")
KIM = StaffId("kim")
HELP_OUTCOMES_FIRST = (Outcome.ADVICE_OR_QUICK_FIX, Outcome.FURTHER_HELP_OTHER, Outcome.REFERRED_WITHOUT_RESIDENT)
SELDOM = frozenset(
    {
        "report_life_event",
        "record_objection",
        "merge_case",
        "split_signal",
        "record_signal_change",
        "set_hold",
        "release_hold",
        "record_representative",
        "end_representative",
        "claim_case",
        "assign_case",
        "judge_threat",
        "record_trait",
        "apply_policy",
    }
)
"""What would end most cases before anything else happens, or changes little."""
BY_KIND: Mapping[str, type[AnyCommand]] = {kind_of(command): command for command in COMMAND_KINDS}


class Pick(Protocol):
    """Chooses one of several things."""

    def __call__(self, things: Sequence[_T], /) -> _T: ...


def first(things: Sequence[_T]) -> _T:
    """Always the first one."""
    return things[0]


def weighed(kinds: Sequence[str]) -> Sequence[str]:
    """The same kinds, what moves a case more often than the rest."""
    return (*kinds, *(kind for kind in kinds if kind not in SELDOM for _ in range(5)))


# --- any command --------------------------------------------------------------------------------------------------


def any_press(state: CaseState, kind: str, *, number: int, role: Role, now: datetime, pick: Pick) -> AnyCommand:
    """A command of this kind about this case, that somebody could send; the case may well refuse it."""
    command = BY_KIND[kind]
    values: dict[str, Any] = {
        "command_id": CommandId(f"press-{number}"),
        "by": pick((NOOR, SAM, KIM)),
        "role": role,
        "note_id": DocumentId(f"note-{number}"),
    }
    for name in command.model_fields:
        if name not in values and name != "kind":
            values[name] = _VALUES[name](state, now, pick)
    return command(**{**values, **_in_keeping(command, values, now, pick)})


def _in_keeping(command: type[AnyCommand], values: Mapping[str, Any], now: datetime, pick: Pick) -> Mapping[str, Any]:
    """Answers that go together, so that not everything is refused."""
    if command is told.LogVisit:
        return {"result": pick(VISIT_RESULTS)}
    if command is told.LogAttempt:
        channel = pick(tuple(OTHER_RESULTS))
        return {"channel": channel, "result": pick(OTHER_RESULTS[channel])}
    if command is told.PassOn:
        return {"channel": pick(tuple(PassOnChannel)), "to": pick((None, ELSEWHERE))}
    if command is told.RecordOutcome and values["outcome"] in HELP_OUTCOMES:
        within = values["outcome"] is Outcome.ADVICE_OR_QUICK_FIX
        agreed = {"engaged": True, "help_kind": HelpKind.OTHER, "agreed_at": now, "within_30_days": within}
        return {**agreed, "started_at": pick((None, now))}
    return {}


def _person(state: CaseState, now: datetime, pick: Pick) -> PersonId:
    return pick(tuple(person.person_id for person in state.people))


def _signal(state: CaseState, now: datetime, pick: Pick) -> SignalId:
    return pick(tuple(signal.signal_id for signal in state.signals) or (SignalId("none"),))


def _step(state: CaseState, now: datetime, pick: Pick) -> StepId:
    of_tasks = tuple(task.step_id for task in state.tasks if task.step_id is not None)
    return pick(of_tasks + tuple(attempt.step_id for attempt in state.attempts) or (StepId("none"),))


def _ahead(state: CaseState, now: datetime, pick: Pick) -> datetime:
    return now + pick((timedelta(minutes=5), timedelta(hours=3), timedelta(days=1), timedelta(days=12)))


def _lately(state: CaseState, now: datetime, pick: Pick) -> datetime | None:
    return pick((None, now, now - timedelta(minutes=20)))


def _terms(state: CaseState, now: datetime, pick: Pick) -> Terms:
    """Of another version of the policy: it gives more time, the plan it began with, or another plan."""
    present = state.terms or the_terms()
    return pick((newer(present), the_terms(), newer_terms(), with_plan(Channel.MAIL, Channel.CALL)))


def _nothing(state: CaseState, now: datetime, pick: Pick) -> None:
    return None


def _yes_or_no(state: CaseState, now: datetime, pick: Pick) -> bool:
    return pick((True, False))


def _one_of(things: Sequence[_T]) -> Callable[[CaseState, datetime, Pick], _T]:
    def choose(state: CaseState, now: datetime, pick: Pick) -> _T:
        return pick(things)

    return choose


def _known(ids: Callable[[CaseState], tuple[_T, ...]], unknown: _T) -> Callable[[CaseState, datetime, Pick], _T]:
    def choose(state: CaseState, now: datetime, pick: Pick) -> _T:
        return pick(ids(state) or (unknown,))

    return choose


def _appointments(state: CaseState) -> tuple[AppointmentId, ...]:
    return tuple(one.appointment_id for one in state.appointments)


def _referrals(state: CaseState) -> tuple[ReferralId, ...]:
    return tuple(one.referral_id for one in state.referrals)


def _proposals(state: CaseState) -> tuple[ProposalId, ...]:
    return tuple(one.proposal_id for one in state.proposals)


_VALUES: Mapping[str, Callable[[CaseState, datetime, Pick], Any]] = {
    "person_id": _person,
    "signal_id": _signal,
    "step_id": _step,
    "visit": lambda state, now, pick: pick((None, StepId("none") if state.visit is None else state.visit.step_id)),
    "appointment_id": _known(_appointments, AppointmentId("none")),
    "referral_id": _known(_referrals, ReferralId("none")),
    "proposal_id": _known(_proposals, ProposalId("none")),
    "phone_id": _one_of((None, ItemId("phone-1"))),
    "to": _one_of((None, SAM, KIM)),
    "into": _one_of((CaseId("case-2"),)),
    "with_staff": _one_of((SAM, KIM)),
    "companion": _one_of((KIM, SAM, None)),
    "until": _ahead,
    "due_at": _ahead,
    "called_at": _lately,
    "made_at": _lately,
    "came_at": _lately,
    "visited_at": _lately,
    "agreed_at": _nothing,
    "started_at": lambda state, now, pick: now,
    "conversation_at": lambda state, now, pick: now,
    "deadline": _one_of(tuple(DeadlineKind)),
    "task": _one_of((None, *TaskKind)),
    "standing": _one_of(tuple(Standing)),
    "event": _one_of(tuple(LifeEvent)),
    "representative": _one_of(tuple(RepresentativeKind)),
    "party": _one_of(tuple(ReferralParty)),
    "change": _one_of(tuple(SignalChange)),
    "on": _one_of((None, date(2027, 6, 1), date(2027, 12, 1))),
    "outcome": _one_of((*HELP_OUTCOMES_FIRST, *HELP_OUTCOMES_FIRST, *Outcome)),
    "reason": _one_of((NotPickedUpReason.NO_CAPACITY, NotPickedUpReason.LEGAL_ENTITY, None)),
    "channel": _one_of(INCOMING),
    "result": _one_of(CALL_RESULTS),
    "engaged": _one_of((None, True)),
    "help_kind": _nothing,
    "within_30_days": _nothing,
    "batch_id": _one_of((None, None, "batch-9")),
    "corrects": _yes_or_no,
    "announced": _yes_or_no,
    "may_be_told": _yes_or_no,
    "partners_told": _yes_or_no,
    "threatening": _yes_or_no,
    "trait": _one_of(tuple(Trait)),
    "what": _one_of(tuple(PersonField)),
    "applies": _yes_or_no,
    "terms": _terms,
    "triaged": _one_of(("",)),
    "wrong_person_told": _yes_or_no,
    "upheld": _yes_or_no,
    "sent": _yes_or_no,
    "found": _yes_or_no,
    "consent": _one_of((True, True, False)),
    "accepted": _yes_or_no,
    "agreed": _yes_or_no,
    "solved": _yes_or_no,
}
"""How the field of a command is filled in, by its name."""


# --- the plainest command that settles a task -------------------------------------------------------------------------


def settling(state: CaseState, task: Task, *, number: int, now: datetime) -> AnyCommand:
    """What a caseworker who wants to be done does about a task."""
    command, answers = _SETTLING[task.kind]
    values: dict[str, Any] = {
        "command_id": CommandId(f"settle-{number}"),
        "by": KIM,
        "role": Role.CASEWORKER,
        "note_id": DocumentId(f"settle-note-{number}"),
        "person_id": task.person_id,
        **answers,
    }
    for name in ("step_id", "referral_id", "appointment_id"):
        if name in command.model_fields:
            values[name] = getattr(task, name)
    if command is told.Approve:
        (proposal,) = (one for one in state.proposals if one.command.person_id == task.person_id)
        values |= {"proposal_id": proposal.proposal_id, "by": SAM if proposal.command.by == KIM else KIM}
    for name in ("started_at", "conversation_at"):
        if name in command.model_fields and command is not told.RecordOutcome:
            values[name] = now
    if command is told.RecordOutcome:
        values["corrects"] = is_settled(state, task.person_id)
    return command(**values)


_SETTLING: Mapping[TaskKind, tuple[type[AnyCommand], Mapping[str, Any]]] = {
    TaskKind.CHECK_IDENTITY: (told.CheckIdentity, {"standing": Standing.CONFIRMED}),
    TaskKind.CALL: (told.LogCall, {"result": AttemptResult.NO_ANSWER}),
    TaskKind.VISIT: (told.LogVisit, {"result": AttemptResult.NOBODY_HOME, "companion": SAM}),
    TaskKind.CALLBACK: (told.LogCall, {"result": AttemptResult.CONVERSATION}),
    TaskKind.CHECK_MAIL: (told.CheckMail, {"sent": True}),
    TaskKind.CHECK_ADDRESS: (told.CheckAddress, {"found": False}),
    TaskKind.RECORD_OUTCOME: (told.RecordOutcome, {"outcome": Outcome.SETTLES_IT_HIMSELF}),
    TaskKind.HOLD_FIRST_CONVERSATION: (told.HoldFirstConversation, {}),
    TaskKind.START_HELP: (told.StartHelp, {}),
    TaskKind.APPROVE: (told.Approve, {"agreed": True}),
    TaskKind.CHECK_QUICK_FIX: (told.CheckQuickFix, {"solved": True}),
    TaskKind.ACCEPT_REFERRAL: (told.AnswerReferral, {"accepted": True}),
    TaskKind.START_REFERRAL: (told.StartReferral, {}),
    TaskKind.DECIDE_REFERRAL: (told.RecordOutcome, {"outcome": Outcome.SETTLES_IT_HIMSELF}),
    TaskKind.DECIDE_OBJECTION: (told.DecideObjection, {"upheld": False}),
    TaskKind.PASS_ON: (told.PassOn, {"channel": PassOnChannel.PHONE, "to": ELSEWHERE}),
    TaskKind.REPAIR: (told.SettleRepair, {}),
}
