"""`cli.py policy apply`: running cases go on under another version of the policy, once somebody has seen what moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from activities.route_choice import RouteChooser, RouteQuestion
from adapters.command_desk import Answer, CommandDesk
from adapters.stores import Stores
from models.case import CaseState
from models.codes import Role
from models.commands import ApplyPolicy
from models.ids import CaseId, CommandId, StaffId, derived
from models.terms import Terms
from models.values import MunicipalityCode
from policy.moving import Shift, follows, preview, refusal_of_move, refusal_of_state
from policy.permissions import Action, Staff, may
from policy.triage import key_of, known_of
from web import labels, words

Say = Callable[[str], None]


class MayNotApply(Exception):
    """The message says who may not move cases."""


class Fate(StrEnum):
    """What became of a case, in the words of the last line."""

    MOVABLE = "te verplaatsen"
    MOVED = "verplaatst"
    FOLLOWS = "volgt dit beleid al"
    REFUSED = "niet te verplaatsen"
    WAITS = "nog niet geaccepteerd"


_OF_ANSWER = {
    Answer.RECORDED: Fate.MOVED,
    Answer.ALREADY: Fate.FOLLOWS,
    Answer.REFUSED: Fate.REFUSED,
    Answer.SENDING: Fate.WAITS,
    Answer.RECORDING: Fate.WAITS,
}


@dataclass(frozen=True)
class Move:
    """Who moves which cases of one municipality, to the version of which day."""

    municipality: MunicipalityCode
    by: StaffId
    role: Role
    on: date
    at: datetime


def mover(stores: Stores, staff: StaffId, municipality: MunicipalityCode) -> Role:
    """The role in which somebody may move the cases of this municipality. Raises `MayNotApply`."""
    member = stores.registry.member(staff)
    if member is None:
        raise MayNotApply("This member of staff is not known.")
    known = Staff(member.id, member.name, member.role, frozenset(member.municipalities))
    if not may(known, Action.APPLY_POLICY, municipality):
        raise MayNotApply("This member of staff may not move cases of this municipality to another policy.")
    return member.role


def open_cases(stores: Stores, municipality: MunicipalityCode) -> list[CaseId]:
    """Every open case of the municipality."""
    return [
        case.case_id
        for case in stores.overview.open_cases()
        if stores.cases.load(case.case_id).municipality == municipality
    ]


async def apply(stores: Stores, desk: CommandDesk | None, move: Move, cases: Sequence[CaseId], *, say: Say) -> int:
    """Says of each case what moves, or why it cannot be moved. With a `desk` the cases are moved as well.

    Answers the exit code: 1 when a case cannot be moved. A case is moved to a version once, however often this is done.
    """
    fates = [await _apply_to(stores, desk, move, stores.cases.load(case), say) for case in cases]
    counted = ", ".join(f"{fates.count(fate)} {fate}" for fate in Fate if fate in fates)
    say(f"{words.count(len(fates), 'zaak', 'zaken')}: {counted or 'niets te doen'}.")
    return 1 if Fate.REFUSED in fates else 0


async def _apply_to(stores: Stores, desk: CommandDesk | None, move: Move, state: CaseState, say: Say) -> Fate:
    refusal = _refusal_before_choosing(state, move)
    if refusal is not None:
        return _refused(state, refusal, say)
    terms = _terms(stores, state, move)
    if follows(state, terms):
        say(f"Zaak {state.case_id[:8]}: volgt versie {terms.version} al.")
        return Fate.FOLLOWS
    refusal = refusal_of_move(state, terms, move.at)
    if refusal is not None:
        return _refused(state, refusal, say)
    say(f"Zaak {state.case_id[:8]}: {_held_to(state.terms)} → {_held_to(terms)}")
    _tell_shifts(state, terms, move, say)
    return Fate.MOVABLE if desk is None else await _send(desk, move, state, terms, say)


def _refusal_before_choosing(state: CaseState, move: Move) -> str | None:
    if state.municipality != move.municipality:
        return "De zaak is van een andere gemeente."
    return refusal_of_state(state)


def _terms(stores: Stores, state: CaseState, move: Move) -> Terms:
    """The terms that this version gives the case, by what is known of it now."""
    chooser = RouteChooser(store=stores.cases, earlier=stores.earlier, policies=stores.policies)
    return chooser.choose(
        RouteQuestion(
            case_id=state.case_id,
            person_id=state.subject,
            municipality=state.municipality,
            at=move.at,
            known=known_of(state),
            version_of=move.on,
        )
    )


async def _send(desk: CommandDesk, move: Move, state: CaseState, terms: Terms, say: Say) -> Fate:
    command = ApplyPolicy(
        command_id=CommandId(derived("apply-policy", state.case_id, terms.version)),
        by=move.by,
        role=move.role,
        terms=terms,
        triaged=key_of(state),
    )
    pressed = await desk.press(state.case_id, command, at=move.at)
    fate = _OF_ANSWER[pressed.answer]
    say(f"  {fate}{f': {pressed.sentence}' if pressed.sentence else ''}")
    return fate


def _refused(state: CaseState, sentence: str, say: Say) -> Fate:
    say(f"Zaak {state.case_id[:8]}: {Fate.REFUSED}. {sentence}")
    return Fate.REFUSED


def _held_to(terms: Terms | None) -> str:
    return "" if terms is None else f"{labels.label(terms.route)} (versie {terms.version})"


def _tell_shifts(state: CaseState, terms: Terms, move: Move, say: Say) -> None:
    shifts = preview(state, terms, move.at)
    for shift in shifts:
        before, after = _moment(shift.before, move.at), _moment(shift.after, move.at)
        say(f"  {_title(shift)}: {before} → {after} ({shift.rule})")
    if not shifts:
        say("  Geen termijn verschuift.")
    if terms.ends_as is not None:
        say(f"  Op deze route eindigt de zaak zonder contact vanzelf: {labels.label(terms.ends_as)}.")


def _title(shift: Shift) -> str:
    if shift.task is None:
        return labels.label(shift.kind)
    task = labels.label(shift.task)
    return f"{task} gepland" if shift.planned else f"Taak {task.lower()}"


def _moment(moment: datetime | None, now: datetime) -> str:
    return "geen" if moment is None else words.due(moment, now=now)
