"""What would change what happens next with a case: what may really happen now is applied to it, and asked what is then
next. Nothing is guessed: a button is pressed as its form would press it, by the rules that the workflow has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import TypedDict

from models import commands as told
from models.case import CaseSignal, CaseState, Task
from models.codes import (
    AttemptResult,
    Channel,
    HelpKind,
    LifeEvent,
    Outcome,
    PartnerType,
    Phase,
    Role,
    SignalChange,
    Standing,
    TaskKind,
)
from models.commands import AnyCommand
from models.facts import AnyFact, SignalJoined
from models.ids import CommandId, DocumentId, PartnerId, PersonId, SignalId, StaffId, UnitId
from policy.calendar import at_local, local
from policy.commands import decide
from policy.deadlines import END_OF_DAY
from policy.transitions import apply, takes_signals
from policy.triage import is_due
from web import labels
from web.language import said
from web.next_up import NextUp, at_once, next_up

MOST = 6
"""More than this many nobody reads."""
_CHOSEN_AGAIN = "dan kiest het systeem opnieuw een route"
_RESTS_FOR = timedelta(days=14)
_SOMEBODY = StaffId("somebody")
"""Presses the buttons; no case knows them."""


@dataclass(frozen=True)
class WhatIf:
    """Something that can happen, and what is then next."""

    cause: str
    facts: tuple[AnyFact, ...]
    """What would happen, as the case would be told."""
    then: str

    @property
    def sentence(self) -> str:
        return f"{self.cause}: {self.then}."


def what_ifs(state: CaseState, *, now: datetime) -> tuple[WhatIf, ...]:
    """What can happen now and really changes what is next, the most likely first."""
    found, said = list[WhatIf](), {_told(next_up(state, now=now)), then_next(state, now=now)}
    for cause, facts in _possible(state, now):
        then = then_next(reduce(apply, facts, state), now=now)
        if then not in said:
            found.append(WhatIf(cause, facts, then))
            said.add(then)
    return tuple(found[:MOST])


def then_next(state: CaseState, *, now: datetime) -> str:
    """What is next in a state that has just come about, as the end of a sentence."""
    if is_due(state):
        return said(_CHOSEN_AGAIN)
    return _told(at_once(state, now=now) or next_up(state, now=now))


def _told(following: NextUp) -> str:
    what = labels.label(following.task.kind) if following.task is not None else _sentence(following)
    when = f", {following.when}" if following.when not in ("", said("nu")) else ""
    return f"{what[0].lower()}{what[1:]}{when}"


def _sentence(following: NextUp) -> str:
    return following.sentence.removeprefix(said("De zaak is afgesloten. ")).rstrip(".")


def _possible(state: CaseState, now: datetime) -> Iterator[tuple[str, tuple[AnyFact, ...]]]:
    for cause, command in (*_of_work(state, now), *_of_resident(state)):
        yield from _if_taken(state, cause, command, now)
    for cause, command in _of_partner(state):
        yield from _if_taken(state, cause, command, now)
    yield from _of_signals(state, now)
    for cause, command in _of_case(state, now):
        yield from _if_taken(state, cause, command, now)


def _if_taken(
    state: CaseState, cause: str, command: AnyCommand, now: datetime
) -> Iterator[tuple[str, tuple[AnyFact, ...]]]:
    verdict = decide(state, command, now=now)
    if verdict.refusal is None:
        yield cause, verdict.facts


# --- what can happen ----------------------------------------------------------------------------------------------

_Asked = Iterator[tuple[str, AnyCommand]]


class _Press(TypedDict):
    command_id: CommandId
    by: StaffId
    role: Role
    note_id: DocumentId | None


class _PressFor(_Press):
    person_id: PersonId


_PRESS: _Press = {
    "command_id": CommandId("what-if"),
    "by": _SOMEBODY,
    "role": Role.SUPERVISOR,
    "note_id": DocumentId("what-if"),
}
"""By somebody who may do everything, with a note."""


def _of_work(state: CaseState, now: datetime) -> _Asked:
    """How the work that is there may turn out."""
    for task in sorted(state.tasks, key=lambda task: (task.opens_at > now, task.deadline.due_at)):
        yield from _of_task(state, task, now)


def _of_task(state: CaseState, task: Task, now: datetime) -> _Asked:
    who: _PressFor = {"person_id": task.person_id, **_PRESS}
    match task.kind:
        case TaskKind.CHECK_IDENTITY:
            yield said("Als de gegevens kloppen"), told.CheckIdentity(standing=Standing.CONFIRMED, **who)
        case TaskKind.CHECK_MAIL if task.step_id is not None:
            yield said("Als het bericht is verstuurd"), told.CheckMail(step_id=task.step_id, sent=True, **who)
        case TaskKind.CHECK_ADDRESS:
            yield said("Als er geen ander adres is"), told.CheckAddress(found=False, **who)
        case TaskKind.CALL | TaskKind.CALLBACK:
            cause = (
                said("Als de inwoner niet opneemt")
                if task.opens_at <= now
                else said("Als u nu al belt en niemand neemt op")
            )
            yield cause, told.LogCall(result=AttemptResult.NO_ANSWER, **who)
        case TaskKind.VISIT if task.opens_at <= now:
            yield said("Als er niemand thuis is"), told.LogVisit(result=AttemptResult.NOBODY_HOME, **who)
        case TaskKind.RECORD_OUTCOME | TaskKind.DECIDE_REFERRAL:
            yield (
                said("Als de inwoner hulp aanneemt"),
                told.RecordOutcome(
                    outcome=Outcome.FURTHER_HELP_FINANCIAL,
                    engaged=True,
                    help_kind=HelpKind.DEBT_COUNSELLING,
                    agreed_at=now,
                    within_30_days=False,
                    **who,
                ),
            )
            yield (
                said("Als de inwoner geen hulp nodig heeft"),
                told.RecordOutcome(outcome=Outcome.SETTLES_IT_HIMSELF, engaged=True, **who),
            )
            yield said("Als u opnieuw contact moet zoeken"), told.ContinueContact(**who)
        case TaskKind.HOLD_FIRST_CONVERSATION:
            yield said("Als het eerste gesprek is gehouden"), told.HoldFirstConversation(conversation_at=now, **who)
        case TaskKind.START_HELP:
            yield said("Als de hulp begint"), told.StartHelp(started_at=now, **who)
        case TaskKind.CHECK_QUICK_FIX if task.opens_at <= now:
            yield said("Als de achterstand niet is opgelost"), told.CheckQuickFix(solved=False, **who)
        case TaskKind.ACCEPT_REFERRAL if task.referral_id is not None:
            yield said("Als de andere partij de doorverwijzing aanneemt"), _answer(task, accepted=True)
            yield said("Als de andere partij de doorverwijzing weigert"), _answer(task, accepted=False)
        case TaskKind.START_REFERRAL if task.referral_id is not None:
            yield said("Als de hulp begint"), told.StartReferral(referral_id=task.referral_id, started_at=now, **who)
        case TaskKind.DECIDE_OBJECTION:
            yield said("Als het bezwaar wordt afgewezen"), told.DecideObjection(upheld=False, **who)
            yield said("Als het bezwaar wordt toegewezen"), told.DecideObjection(upheld=True, **who)
        case TaskKind.APPROVE:
            for one in state.proposals:
                yield (
                    said("Als het voorstel wordt goedgekeurd"),
                    told.Approve(proposal_id=one.proposal_id, agreed=True, **who),
                )
        case TaskKind.REPAIR:
            yield said("Als het is hersteld"), told.SettleRepair(**who)
        case _:
            return


def _answer(task: Task, *, accepted: bool) -> told.AnswerReferral:
    assert task.referral_id is not None
    return told.AnswerReferral(person_id=task.person_id, referral_id=task.referral_id, accepted=accepted, **_PRESS)


def _of_resident(state: CaseState) -> _Asked:
    yield said("Als de inwoner zelf belt"), told.LogIncoming(person_id=state.subject, channel=Channel.CALL, **_PRESS)


def _of_partner(state: CaseState) -> _Asked:
    running = [one for one in state.signals if one.ended is None and one.person_id == state.subject]
    for signal in running[:1]:
        paid = told.RecordSignalChange(signal_id=signal.signal_id, change=SignalChange.PAID, **_PRESS)
        yield said("Als de partner meldt dat het is betaald"), paid
        withdrawn = told.RecordSignalChange(signal_id=signal.signal_id, change=SignalChange.WITHDRAWN, **_PRESS)
        yield said("Als de partner het signaal intrekt"), withdrawn


def _of_case(state: CaseState, now: datetime) -> _Asked:
    person, until = state.subject, at_local(local(now).date() + _RESTS_FOR, END_OF_DAY)
    yield said("Als u de zaak nu verder laat gaan"), told.ResumeCase(**_PRESS)
    yield said("Als u de zaak twee weken laat rusten"), told.PauseCase(until=until, **_PRESS)
    yield (
        said("Als de inwoner blijkt te zijn overleden"),
        told.ReportLifeEvent(person_id=person, event=LifeEvent.DIED, **_PRESS),
    )
    yield said("Als de inwoner bezwaar maakt"), told.RecordObjection(person_id=person, **_PRESS)
    if state.phase is Phase.CLOSED:
        yield said("Als de teamleider de vernietiging uitstelt"), told.SetHold(until=_long_after(state, now), **_PRESS)
        yield said("Als het uitstel wordt opgeheven"), told.ReleaseHold(**_PRESS)


def _long_after(state: CaseState, now: datetime) -> datetime:
    """Later than the data would go, or the case would not notice."""
    last = max((one.due_at for one in state.retention), default=now)
    return at_local(local(max(last, now)).date() + timedelta(days=90), END_OF_DAY)


def _of_signals(state: CaseState, now: datetime) -> Iterator[tuple[str, tuple[AnyFact, ...]]]:
    """Another signal about the subject may come from anybody."""
    if state.terms is None or not takes_signals(state):
        return
    ends = local(now).date() + timedelta(days=30)
    yield said("Als er nog een signaal bijkomt"), (SignalJoined(at=now, signal=_another(state, now)),)
    urgent = _another(state, now).model_copy(update={"end_of_supply_on": ends})
    yield said("Als er een signaal bijkomt dat de levering stopt"), (SignalJoined(at=now, signal=urgent),)


def _another(state: CaseState, now: datetime) -> CaseSignal:
    return CaseSignal(
        signal_id=SignalId("what-if"),
        unit_id=UnitId("what-if"),
        partner_id=PartnerId("what-if"),
        partner_type=PartnerType.OTHER,
        person_id=state.subject,
        received_at=now,
        joined_at=now,
    )
