"""Which kinds of command make sense about one person of a case, and the ids that their forms carry."""

from collections.abc import Callable, Mapping

from models.case import CaseState, Person
from models.codes import Objection, Phase, ReferralStatus, Standing, TaskKind
from models.ids import PersonId
from policy.changes import outcome_of
from policy.commands import available
from policy.permissions import Staff
from policy.referrals import open_referral
from web.forms.fields import Hidden, Offered
from web.forms.form import Form
from web.forms.of_case import OneOf
from web.forms.table import FORMS


def kinds_for(state: CaseState, staff: Staff, person: PersonId, offered: Offered) -> frozenset[str]:
    """The kinds of command that the case takes from this member of staff, about this person or as a whole."""
    offered_here = set(available(state, staff.role)) & set(available(_seen_of(state, person), staff.role))
    return frozenset(
        kind
        for kind in offered_here & set(FORMS)
        if _can_be_filled_in(state, person, FORMS[kind], offered)
        and not (kind in _POINTLESS and _POINTLESS[kind](state, _person(state, person), staff))
    )


def carried(state: CaseState, person: PersonId, kind: str) -> dict[str, str]:
    """What a form of this kind carries without showing it; empty where the case has no such thing."""
    check, agreed = state.task_of(TaskKind.CHECK_MAIL, person), state.appointment_of(person)
    proposal = next((one for one in state.proposals if one.command.person_id == person), None)
    referral = next(
        (one for one in state.referrals if one.person_id == person and one.status is _REFERRAL_IN.get(kind)), None
    )
    return {
        "person_id": person,
        "step_id": (check.step_id or "") if check is not None else "",
        "appointment_id": agreed.appointment_id if agreed is not None else "",
        "referral_id": referral.referral_id if referral is not None else "",
        "proposal_id": proposal.proposal_id if proposal is not None else "",
        "visit": state.visit.step_id if state.visit is not None and state.visit.person_id == person else "",
    }


_REFERRAL_IN: Mapping[str, ReferralStatus] = {
    "answer_referral": ReferralStatus.MADE,
    "start_referral": ReferralStatus.ACCEPTED,
    "end_referral": ReferralStatus.STARTED,
}
"""How far the referral is that a form is about."""


def _seen_of(state: CaseState, person: PersonId) -> CaseState:
    """The case as if it were about this person only: a rule that looks for somebody finds this one."""
    mine = state.visit is not None and state.visit.person_id == person
    return state.model_copy(
        update={
            "people": (_person(state, person),),
            "tasks": tuple(one for one in state.tasks if one.person_id == person),
            "attempts": tuple(one for one in state.attempts if one.person_id == person),
            "appointments": tuple(one for one in state.appointments if one.person_id == person),
            "referrals": tuple(one for one in state.referrals if one.person_id == person),
            "outcomes": tuple(one for one in state.outcomes if one.person_id == person),
            "visit": state.visit if mine else None,
        }
    )


def _person(state: CaseState, person: PersonId) -> Person:
    return state.person(person) or state.people[0]


def _can_be_filled_in(state: CaseState, person: PersonId, form: Form, offered: Offered) -> bool:
    """Whether the case has what the form carries, and something to choose from where one must choose."""
    known = carried(state, person, form.kind)
    return all(
        bool(known[field.name]) if isinstance(field, Hidden) else bool(field.options(offered))
        for field in form.questions
        if (isinstance(field, Hidden) and field.always) or (isinstance(field, OneOf) and field.always)
    )


# --- what would be refused for this person --------------------------------------------------------------------------

Pointless = Callable[[CaseState, Person, Staff], bool]


def _died(state: CaseState, person: Person, staff: Staff) -> bool:
    return person.standing is Standing.DIED


def _not_to_be_visited(state: CaseState, person: Person, staff: Staff) -> bool:
    return person.visits_blocked or person.standing is Standing.DIED


def _nothing_to_agree(state: CaseState, person: Person, staff: Staff) -> bool:
    """Something was agreed already, or nothing is to be agreed any more."""
    settled = outcome_of(state, person.person_id) is not None
    return settled or state.appointment_of(person.person_id) is not None or _died(state, person, staff)


_POINTLESS: Mapping[str, Pointless] = {
    "claim_case": lambda state, person, staff: state.owner == staff.staff_id,
    "report_life_event": _died,
    "record_objection": lambda state, person, staff: person.objection is not None,
    "tell_correction": lambda state, person, staff: not person.correction_to_tell,
    "decide_objection": lambda state, person, staff: person.objection is not Objection.MADE,
    "log_call": _died,
    "log_attempt": _died,
    "make_callback": _nothing_to_agree,
    "plan_visit": lambda *about: _not_to_be_visited(*about) or _nothing_to_agree(*about),
    "log_visit": _not_to_be_visited,
    "block_visits": _not_to_be_visited,
    "record_outcome": lambda state, person, staff: (
        state.phase is Phase.FEEDBACK and outcome_of(state, person.person_id) is None
    ),
    "write_by_hand": lambda state, person, staff: person.person_id != state.subject,
    "continue_contact": lambda state, person, staff: person.person_id != state.subject,
    "refer": lambda state, person, staff: (
        person.standing is Standing.DIED or open_referral(state, person.person_id) is not None
    ),
    "approve": lambda state, person, staff: any(
        one.command.by == staff.staff_id for one in state.proposals if one.command.person_id == person.person_id
    ),
}
