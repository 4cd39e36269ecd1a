"""Asking the persons register again: what it said must still be true when a letter leaves or somebody goes to a door.

Whoever was confirmed is asked about once more when that is longer ago than policy allows. The answer may end contact
(somebody died, or moved away) or raise a doubt, which is a person's to settle; until then no letter about them leaves.
A doubt that a colleague settled before is raised again only when the register tells something else than it told then.
"""

from datetime import datetime, timedelta

from models.case import CaseState, Deadline, Person
from models.codes import CalendarName, Channel, DeadlineKind, Phase, Standing, TaskKind
from models.ids import PersonId, StepId
from models.steps import AskRegister, SendMessage
from models.terms import Term
from policy import deadlines
from policy.changes import is_suspended, terms_of
from policy.step_names import REGISTER, step_id_of

_BEFORE_VISIT = timedelta(days=1)
"""So long before a visit: there is time to call it off."""
_VISITABLE = frozenset({Phase.CONTACT, Phase.IN_CONVERSATION})


def asked_first(state: CaseState, message: SendMessage | None, *, now: datetime) -> AskRegister | SendMessage | None:
    """The message that is due, or the question that comes before it; None while somebody looks who the person is."""
    if message is None or message.channel is not Channel.LETTER:
        return message
    person = state.person(message.person_id)
    if person is None or is_doubted(state, message.person_id):
        return None
    return _question(state, person) if _is_old(state, person, at=now) else message


def visit_question(state: CaseState, *, now: datetime) -> AskRegister | None:
    """The question that comes before a visit, when its moment is there."""
    moment = question_ahead(state)
    person = None if state.visit is None else state.person(state.visit.person_id)
    if moment is None or person is None or moment.due_at > now:
        return None
    return _question(state, person)


def question_ahead(state: CaseState) -> Deadline | None:
    """When the register is to be asked before the visit that is planned; None when it need not be."""
    visit = state.visit
    person = None if visit is None else state.person(visit.person_id)
    if visit is None or person is None or state.phase not in _VISITABLE or is_suspended(state):
        return None
    moment = visit.due_at - _BEFORE_VISIT
    # Once the day before began, one answer is enough, whenever the visit is made.
    asked = person.confirmed_at is not None and person.confirmed_at >= moment
    if asked or is_doubted(state, person.person_id) or not _is_old(state, person, at=visit.due_at):
        return None
    return Deadline(
        kind=DeadlineKind.REGISTER,
        rule=_rule(state),
        start_event="visit.due",
        started_at=visit.due_at,
        due_at=moment,
        term=Term(days=1),
        calendar=CalendarName.ALL,
    )


def is_doubted(state: CaseState, person_id: PersonId) -> bool:
    """Whether somebody has to look who the person is."""
    return state.task_of(TaskKind.CHECK_IDENTITY, person_id) is not None


def question_of(state: CaseState, person: Person) -> StepId:
    """The id of the next question about somebody who was confirmed before."""
    whose = "" if person.person_id == state.resident else f".{person.person_id}"
    return step_id_of(state, f"{REGISTER}-{person.asked_again + 1}{whose}")


def _question(state: CaseState, person: Person) -> AskRegister:
    return AskRegister(step_id=question_of(state, person), person_id=person.person_id)


def _is_old(state: CaseState, person: Person, *, at: datetime) -> bool:
    """Whether what is known of somebody who was confirmed is too old at a moment."""
    terms = terms_of(state)
    if terms.register_check is None or person.standing is not Standing.CONFIRMED:
        return False
    if person.confirmed_at is None:
        return True
    rule = terms.register_check.again_after
    good_until, _ = deadlines.moment_after(person.confirmed_at, rule.term, rule.calendar, terms.calendars)
    return good_until < at


def _rule(state: CaseState) -> str:
    checking = terms_of(state).register_check
    return "" if checking is None else checking.again_after.rule
