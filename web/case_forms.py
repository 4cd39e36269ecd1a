"""Which forms stand on the page of a case, under which heading, and what is filled in already."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.case import CaseState
from models.codes import Phase, TaskKind
from models.ids import PersonId
from policy.changes import outcome_of
from policy.permissions import Staff
from web.about_person import carried, kinds_for
from web.forms.fields import HiddenMaybe, HiddenTick, Offered, Reading, Typed
from web.forms.form import Form, Group
from web.forms.of_case import OneOf
from web.forms.table import FORMS
from web.language import said
from web.note_doubts import Asked
from web.objections import what_stays

FORMS_FOR: Mapping[TaskKind, tuple[str, ...]] = {
    TaskKind.CHECK_IDENTITY: ("check_identity",),
    TaskKind.CALL: ("log_call",),
    TaskKind.VISIT: ("log_visit", "cancel_visit"),
    TaskKind.CALLBACK: ("log_call", "move_callback", "cancel_callback"),
    TaskKind.CHECK_MAIL: ("check_mail",),
    TaskKind.CHECK_ADDRESS: ("check_address",),
    TaskKind.RECORD_OUTCOME: ("record_outcome", "make_callback", "refer", "continue_contact"),
    TaskKind.HOLD_FIRST_CONVERSATION: ("hold_first_conversation",),
    TaskKind.START_HELP: ("start_help",),
    TaskKind.APPROVE: ("approve",),
    TaskKind.CHECK_QUICK_FIX: ("check_quick_fix",),
    TaskKind.ACCEPT_REFERRAL: ("answer_referral",),
    TaskKind.START_REFERRAL: ("start_referral",),
    TaskKind.DECIDE_REFERRAL: ("refer", "continue_contact", "record_outcome"),
    TaskKind.DECIDE_OBJECTION: ("decide_objection",),
    TaskKind.PASS_ON: ("pass_on",),
    TaskKind.REPAIR: ("settle_repair",),
}
"""The forms with which each kind of task is done; the first stands open."""


@dataclass(frozen=True)
class Begun:
    """A form that a link opens, with what follows from where it stands."""

    kind: str
    typed: Typed


@dataclass(frozen=True)
class Refusal:
    """A form that was not taken: what it was, why, and everything that was typed."""

    kind: str
    sentence: str
    typed: Typed
    field: str = ""
    asked: Asked | None = None
    """What is asked of its note, when that is why."""


@dataclass(frozen=True)
class CaseForm:
    """A command that is possible now, as a form: open when it is the work at hand or was just refused."""

    form: Form
    title: str
    opened: bool
    typed: Typed
    offered: Offered
    refusal: Refusal | None
    note_required: bool
    warning: str = ""
    """What to know before it is recorded."""

    @property
    def kind(self) -> str:
        return self.form.kind

    @property
    def more_opened(self) -> bool:
        """Whether something was typed in the folded questions."""
        return any(self.typed.get(name) for field in self.form.more for name in field.names)


@dataclass(frozen=True)
class FormGroup:
    """Forms under one heading."""

    title: str
    opened: bool
    forms: tuple[CaseForm, ...]


@dataclass(frozen=True)
class PageForms:
    """What can be done now: the work at hand, and the rest by subject."""

    at_hand: tuple[CaseForm, ...]
    groups: tuple[FormGroup, ...]

    def takes_up(self, refusal: Refusal) -> bool:
        """Whether the refused form is still among them."""
        return any(form.refusal is refusal for form in self._every())

    def of_kind(self, kind: str) -> CaseForm | None:
        """The form of this command; None when the case does not take it now."""
        return next((form for form in self._every() if form.kind == kind), None)

    def _every(self) -> Iterator[CaseForm]:
        yield from self.at_hand
        for group in self.groups:
            yield from group.forms


def page_forms(
    state: CaseState, staff: Staff, person: PersonId, offered: Offered, before: Refusal | Begun | None, *, now: datetime
) -> PageForms:
    """The forms about this person and about the case as a whole. `before`: one that was filled in already."""
    possible = kinds_for(state, staff, person, offered)
    work = [FORMS_FOR[task.kind] for task in state.tasks if task.person_id == person and task.opens_at <= now]
    first = {kinds[0] for kinds in work}
    beside = {kind for kinds in work for kind in kinds}
    if state.owner is None and state.phase is not Phase.CLOSED:
        beside.add("claim_case")

    def made(kind: str) -> CaseForm:
        mine = before if before is not None and before.kind == kind else None
        return _form(state, staff, person, FORMS[kind], offered, mine, opened=kind in first, now=now)

    at_hand = sorted(beside & possible, key=lambda kind: (kind not in first, list(FORMS).index(kind)))
    rest = [made(kind) for kind in FORMS if kind in possible - beside]
    return PageForms(tuple(made(kind) for kind in at_hand), tuple(_groups(rest, "" if before is None else before.kind)))


def elsewhere(state: CaseState, staff: Staff, person: PersonId) -> tuple[PersonId, ...]:
    """Other people in the case about whom work is open that this member of staff may do."""
    waiting = (
        task.person_id
        for task in state.tasks
        if task.person_id != person
        and kinds_for(state, staff, task.person_id, Offered()).intersection(FORMS_FOR[task.kind])
    )
    return tuple(dict.fromkeys(waiting))


def _groups(forms: Iterable[CaseForm], filled_in: str) -> Iterator[FormGroup]:
    found = list(forms)
    for group in Group:
        mine = tuple(form for form in found if form.form.group is group)
        if mine:
            yield FormGroup(said(group), any(form.form.kind == filled_in for form in mine), mine)


def _form(
    state: CaseState,
    staff: Staff,
    person: PersonId,
    form: Form,
    offered: Offered,
    before: Refusal | Begun | None,
    *,
    opened: bool,
    now: datetime,
) -> CaseForm:
    corrects = form.kind == "record_outcome" and _corrects(state, person)
    typed = before.typed if before is not None else {}
    filled_in = _filled_in(state, staff, person, form, offered, corrects)
    if not isinstance(before, Refusal):
        typed = {**filled_in, **typed}
    else:
        anew = {field.name: filled_in[field.name] for field in form.questions if isinstance(field, HiddenMaybe)}
        typed = {**typed, **anew}
    return CaseForm(
        form=form.as_read(),
        title=said("Uitkomst verbeteren" if corrects else form.title),
        opened=opened or before is not None,
        typed=typed,
        offered=offered,
        refusal=before if isinstance(before, Refusal) else None,
        note_required=form.note.must(Reading(typed, offered, now)),
        warning=what_stays(state, person) if form.kind == "decide_objection" else "",
    )


def _filled_in(
    state: CaseState, staff: Staff, person: PersonId, form: Form, offered: Offered, corrects: bool
) -> dict[str, str]:
    """What the page knows already: the ids, the only thing there is to choose, and who is filling it in."""
    typed = carried(state, person, form.kind)
    for field in form.questions:
        if isinstance(field, HiddenTick):
            typed[field.name] = "ja" if corrects else ""
        elif isinstance(field, OneOf) and field.of == "colleagues":
            typed[field.name] = staff.staff_id
        elif isinstance(field, OneOf) and field.of in ("signals", "phones") and len(field.options(offered)) == 1:
            typed[field.name] = field.options(offered)[0][0]
    return typed


def _corrects(state: CaseState, person: PersonId) -> bool:
    return state.phase is Phase.FEEDBACK and outcome_of(state, person) is not None
