"""A case that explains itself: why it is here, what is next, when, by whom, what comes then, and what would change it.

Pure: the same functions that the workflow runs, put in words. Nothing in it identifies the resident.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState, Retention
from models.codes import Party, Phase, TaskKind
from models.facts import (
    AnyFact,
    OutcomeRecorded,
    RegisterAnswered,
    RouteChosen,
    SignalChanged,
    SignalJoined,
    SignalSplitOff,
    ThreatJudged,
    TraitRecorded,
)
from models.ids import StepId
from models.steps import SendInvitation, SendMessage
from policy.amount_question import AmountQuestion, may_ask_amount
from policy.changes import QUEUE_OF_PARTY
from policy.next_step import next_step, plan_step, plan_step_id, stall_of
from web import labels, words
from web.explain import Explained
from web.language import said
from web.next_up import NextUp, next_up
from web.plan_ahead import Ahead, plan_ahead
from web.timeline import person_of
from web.told.around import Around
from web.told.sentence import sentence
from web.what_if import WhatIf, what_ifs

_PRIORITIES = ("de hoogste voorrang", "hoge voorrang", "gewone voorrang", "lage voorrang")
_CHOOSES_AGAIN = (
    OutcomeRecorded,
    RegisterAnswered,
    SignalChanged,
    SignalJoined,
    SignalSplitOff,
    ThreatJudged,
    TraitRecorded,
)
"""What can lead to another route (`policy.triage.key_of`)."""

AMOUNTS: Mapping[AmountQuestion, str] = {
    AmountQuestion.AFTER_CONVERSATION: "U mag de partner vragen wat nu openstaat: er is met de inwoner gesproken.",
    AmountQuestion.BEFORE_VISIT: "U mag de partner vragen wat nu openstaat: er komt een huisbezoek.",
    AmountQuestion.NOT_YET: "Vraag de partner nog niet wat nu openstaat: eerst is er een gesprek of een huisbezoek.",
    AmountQuestion.OBJECTION: "Vraag de partner niets over het bedrag: de inwoner maakt bezwaar.",
    AmountQuestion.NOTHING_OPEN: "Vraag de partner niet naar het bedrag: het signaal is betaald of ingetrokken.",
    AmountQuestion.PAST: "Vraag de partner niet meer naar het bedrag: het is bekend hoe het afliep.",
    AmountQuestion.NO_RULE: "Vraag de partner niet naar het bedrag: voor deze zaak zegt het beleid daar niets over.",
}


@dataclass(frozen=True)
class Explanation:
    """A case in sentences."""

    here: tuple[str, ...]
    """Why the case is here: its route, the rule that chose it, the policy, how soon, whose it is."""
    stalled: str
    """Why it stands still; empty while it moves."""
    next: NextUp
    who: str
    """By whom the next thing is done."""
    ahead: Ahead
    changes: tuple[WhatIf, ...]
    amount: str
    """Whether the partner may be asked for the current amount; empty when the case is closed."""
    amount_rule: str
    """How long an answer is good, in the words of the policy; empty where nothing may be asked."""
    kept: tuple[str, ...]
    """Of a closed case: until when which data stay, and why."""


def explained(
    state: CaseState,
    *,
    now: datetime,
    down: frozenset[Party] = frozenset(),
    queues: Mapping[str, str],
    names: Mapping[str, str],
    journey: Sequence[AnyFact] = (),
) -> Explanation:
    """`queues` names the queues and `names` the staff; who is not in `names` stays unnamed. `journey`: what happened
    to the case, by which it is told why a route was chosen again."""
    following = next_up(state, now=now, down=down)
    planned = _planned_id(state)
    return Explanation(
        here=(*_route(state, now), *_chosen_again(state, journey, now), *_whose(state, queues, names)),
        stalled=_stalled(state, now),
        next=following,
        who=_who(state, following, queues, names),
        ahead=plan_ahead(state, now=now, next_id=planned, busy=_is_busy(state, following, now)),
        changes=what_ifs(state, now=now),
        amount=_amount(state),
        amount_rule=_amount_rule(state),
        kept=tuple(_kept(state, following, now)),
    )


def lines(told: Explanation) -> Iterator[str]:
    """The explanation as plain text, line by line."""
    yield said("Waarom deze zaak hier is")
    yield from _indented((*told.here, told.stalled, *told.kept))
    yield said("Wat er nu gebeurt")
    yield from _indented((next_sentence(told.next), told.who, told.next.ground))
    for reason in told.next.reasons:
        yield from _indented(deadline_sentences(reason))
    yield said("Wat daarna komt")
    yield from _indented(
        (*(said("{what}, rond {when}.", what=step.what, when=step.when) for step in told.ahead.steps), told.ahead.end)
    )
    if told.changes:
        yield said("Wat dat anders maakt")
        yield from _indented(tuple(change.sentence for change in told.changes))
    if told.amount:
        yield said("Het bedrag")
        yield from _indented((f"{told.amount} {told.amount_rule}".strip(),))


def next_sentence(following: NextUp) -> str:
    """The next thing and its moment, with one full stop at the end."""
    return f"{following.sentence} {_capital(following.when)}." if following.when else following.sentence


def deadline_sentences(reason: Explained) -> tuple[str, ...]:
    """A deadline in sentences: what and when, by which rule, how it was counted, what moved it."""
    left = f" ({reason.left})" if reason.left else ""
    return f"{reason.title}: {reason.when}{left}.", reason.rule, reason.counted, reason.moved, reason.reminders


def _indented(sentences: Sequence[str]) -> Iterator[str]:
    return (f"  {one}" for one in sentences if one)


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


# --- why it is here -----------------------------------------------------------------------------------------------


def _route(state: CaseState, now: datetime) -> Iterator[str]:
    opened = words.moment(state.opened_at, now=now)
    if state.terms is None:
        yield said("Het signaal kwam binnen: {opened}. Er is nog geen route gekozen.", opened=opened)
        return
    terms = state.terms
    why = f" ({terms.why.rstrip('.')})" if terms.why else ""
    yield said("Deze zaak volgt de {route}{why}.", route=labels.label(terms.route), why=why)
    since = (
        said(
            "De zaak houdt zich aan het beleid {version}, zoals dat gold op {day}.",
            version=terms.version,
            day=words.full_day(terms.chosen_on),
        )
        if terms.chosen_on
        else said(
            "De zaak houdt zich aan het beleid {version} en begon {opened}.", version=terms.version, opened=opened
        )
    )
    yield since
    yield said(
        "Deze route heeft {how_soon} ({priority} van {lowest}).",
        how_soon=said(_PRIORITIES[terms.priority - 1]),
        priority=terms.priority,
        lowest=len(_PRIORITIES),
    )


def _chosen_again(state: CaseState, journey: Sequence[AnyFact], now: datetime) -> Iterator[str]:
    """Of the last route that differs from the one before it: since when, and because of what."""
    last, known, reason = "", None, None
    for fact in journey:
        if isinstance(fact, _CHOOSES_AGAIN):
            # What happened to somebody else in the case is not told here.
            reason = fact if person_of(fact) in (None, state.subject) else None
        if isinstance(fact, RouteChosen):
            if known is not None and (fact.route, fact.why) != known:
                last = _because(fact, reason, now)
            known, reason = (fact.route, fact.why), None
    if last:
        yield last


def _because(chosen: RouteChosen, reason: AnyFact | None, now: datetime) -> str:
    moment = words.moment(chosen.at, now=now)
    if reason is None:
        return said("De route is opnieuw gekozen: {moment}.", moment=moment)
    return said(
        "De route is opnieuw gekozen: {moment}. Daarvoor gebeurde dit: {reason}",
        moment=moment,
        reason=_lower(reason, now),
    )


def _lower(fact: AnyFact, now: datetime) -> str:
    told = sentence(fact, Around(partners={}, names={}, now=now))
    return f"{told[0].lower()}{told[1:]}"


def _whose(state: CaseState, queues: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    if state.terms is None or state.phase is Phase.CLOSED:
        return
    team = _queue(state.terms.queue, queues)
    if state.owner is None:
        yield said("De zaak ligt bij het team {team} en is nog van niemand.", team=team)
    else:
        yield said(
            "De zaak ligt bij het team {team} en is van {owner}.",
            team=team,
            owner=names.get(state.owner, said("een collega")),
        )


def _stalled(state: CaseState, now: datetime) -> str:
    stall = stall_of(state)
    if stall is None:
        return ""
    cause, since = labels.label(stall.cause).lower(), words.moment(stall.since, now=now)
    return said(
        "De zaak staat stil sinds {since}: {cause}. Dit ligt nu {rung}.",
        since=since,
        cause=cause,
        rung=labels.label(stall.rung),
    )


def _kept(state: CaseState, following: NextUp, now: datetime) -> Iterator[str]:
    if state.phase is not Phase.CLOSED:
        return
    if not state.retention:
        yield (
            said("Deze zaak bewaart zelf geen gegevens meer.")
            if state.merged_into
            else said("Er is geen bewaartermijn.")
        )
        return
    told = dict.fromkeys(
        _kept_until(one, following, now) for one in sorted(state.retention, key=lambda one: one.due_at)
    )
    yield from told
    if state.hold is not None and state.hold.until > now:
        yield said("De vernietiging is uitgesteld tot en met {until}.", until=words.due(state.hold.until, now=now))


def _kept_until(one: Retention, following: NextUp, now: datetime) -> str:
    """With the ground, unless it is told beside what is next."""
    under = labels.label(one.outcome_class).lower()
    told = said(
        "De gegevens zijn er nog tot {due_at}: de uitkomst valt onder “{under}”.",
        due_at=words.moment(one.due_at, now=now),
        under=under,
    )
    return told if one.ground in following.ground else f"{told} {one.ground}"


# --- by whom ------------------------------------------------------------------------------------------------------


def _who(state: CaseState, following: NextUp, queues: Mapping[str, str], names: Mapping[str, str]) -> str:
    task = following.task
    if task is None:
        return said("Dit doet het systeem zelf.")
    queue = _queue(task.queue, queues)
    if task.queue in QUEUE_OF_PARTY.values() and task.staff is None:
        return said("Dit doet een andere partij: {queue}.", queue=queue)
    if task.kind is TaskKind.APPROVE:
        return said("Dit doet een ander dan wie het voorstelde, van het team {queue}.", queue=queue)
    if task.staff is not None:
        return said("Dit doet {staff} die het heeft beloofd.", staff=names.get(task.staff, said("de collega")))
    if state.owner is not None:
        return said("Dit doet {owner} van wie de zaak is.", owner=names.get(state.owner, said("de collega")))
    return said("Dit doet wie van het team {queue} de zaak oppakt.", queue=queue)


def _queue(key: str, queues: Mapping[str, str]) -> str:
    return queues.get(key) or labels.queue(key)


# --- what comes then ----------------------------------------------------------------------------------------------


def _planned_id(state: CaseState) -> StepId | None:
    if state.visit is not None:
        return state.visit.step_id
    step = plan_step(state)
    return plan_step_id(state, step) if step is not None else None


def _is_busy(state: CaseState, following: NextUp, now: datetime) -> bool:
    """Whether something else than the plan's next attempt is the next thing."""
    if state.phase is not Phase.CONTACT or state.pause is not None:
        return True
    if following.task is not None:
        return following.task.step_id != _planned_id(state)
    step = next_step(state, now=now)
    return isinstance(step, SendInvitation | SendMessage) and step.step_id != _planned_id(state)


def _amount(state: CaseState) -> str:
    return "" if state.phase is Phase.CLOSED else said(AMOUNTS[may_ask_amount(state)])


def _amount_rule(state: CaseState) -> str:
    terms = state.terms
    if state.phase is Phase.CLOSED or terms is None or terms.amount_question is None:
        return ""
    return terms.amount_question.again_after.rule if may_ask_amount(state).may else ""
