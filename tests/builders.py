"""Small builders, so that a test names only what it is about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, reduce
from pathlib import Path
from typing import Any

import yaml

import config
from adapters.policy_book import PolicyFiles
from models.base import Carried
from models.case import CaseSignal, CaseState, Person
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DisclosureGround,
    FeedbackCode,
    HelpKind,
    MatchingMode,
    NotPickedUpReason,
    Outcome,
    PartnerType,
    Phase,
    RegisterResult,
    Route,
)
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    OutcomeRecorded,
    RegisterAnswered,
    RouteChosen,
)
from models.ids import BatchId, CaseId, ItemId, PartnerId, PersonId, SignalId, StaffId, StepId, UnitId, resident_of
from models.personal import Address, DeliveredSignal, Mailbox, Phone, Resident
from models.terms import Disclosure, DisclosureRow, Matching, Term, Terms
from models.values import Bsn, EmailAddress, Euro, MunicipalityCode, PhoneNumber, Postcode
from policy.calendar import AMSTERDAM
from policy.terms import merged
from policy.transitions import apply
from policy.triage import is_due, key_of

ZONNEDIJK = MunicipalityCode("9901")


def at(text: str) -> datetime:
    """A wall-clock moment in the Netherlands: `at("2027-03-29 09:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


NOW = at("2027-04-05 09:00")
"""A Monday; cases of these builders begin then."""
RESIDENT = resident_of(CaseId("case-1"))
NEIGHBOUR = PersonId("neighbour")
"""Somebody else at the address of `case-1`."""
NOOR, SAM = StaffId("noor"), StaffId("sam")


_CHANGES: list[Callable[[Terms], Terms]] = []


@contextmanager
def another_policy(change: Callable[[Terms], Terms]) -> Iterator[None]:
    """Within it every builder's case begins under terms that are changed so."""
    _CHANGES.append(change)
    try:
        yield
    finally:
        _CHANGES.pop()


def the_terms(day: date = date(2027, 4, 5)) -> Terms:
    """The default policy's terms of the standard route, as a case of 5 April 2027 (a Monday) gets them."""
    return reduce(lambda terms, change: change(terms), _CHANGES, _default_terms(day))


def signed_terms() -> Terms:
    """Terms with a signed table of what partners may hear."""
    row = DisclosureRow(
        code=FeedbackCode.NO_HELP, outcomes=(Outcome.SETTLES_IT_HIMSELF,), grounds=tuple(DisclosureGround)
    )
    return the_terms().model_copy(update={"disclosure": Disclosure(signed_on=date(2027, 1, 4), rows=(row,))})


@cache
def shipped_policies() -> PolicyFiles:
    """The policies that come with the product, read once for all tests of a process."""
    return PolicyFiles(config.read({}).policies, today=lambda: date(2027, 4, 5))


@cache
def _default_terms(day: date) -> Terms:
    default = yaml.safe_load((Path(__file__).parent.parent / "policy/municipalities/default.yaml").read_text())
    sender = {"name": "Gemeente Zonnedijk", "page": "https://zonnedijk.example", "phone": "010 123 45 00"}
    return merged(default, {"sender": sender}).terms(ZONNEDIJK, Route.STANDARD, day)


def newer(terms: Terms) -> Terms:
    """A newer version of the same policy: everything that waits, waits a working day longer."""

    def longer(part: Any) -> Any:
        match part:
            case Term(working_days=days) if days:
                return part.model_copy(update={"working_days": days + 1})
            case Term(minutes=minutes) if minutes:
                return part.model_copy(update={"minutes": minutes + 60})
            case Term(days=days) if days:
                return part.model_copy(update={"days": days + 1})
            case Carried():
                return part.model_copy(update={name: longer(value) for name, value in part})
            case tuple():
                return tuple(map(longer, part))
            case _:
                return part

    # What the law says stays.
    kept = {name: getattr(terms, name) for name in ("first_conversation", "threatening_conversation", "escalation")}
    changed: Terms = longer(terms)
    return changed.model_copy(update={**kept, "version": "2027-2"})


def newer_terms() -> Terms:
    return newer(the_terms())


def monthly_terms() -> Terms:
    """The same terms, in a municipality that takes the signals of a month together."""
    return the_terms().model_copy(update={"matching": Matching(mode=MatchingMode.MONTHLY, hour=7, day=1)})


def a_signal(case_id: str = "case-1", **changes: Any) -> CaseSignal:
    """A signal of a landlord, received when the case opened."""
    values: dict[str, Any] = {
        "signal_id": SignalId("signal-1"),
        "unit_id": UnitId("signal-row-1"),
        "partner_id": PartnerId("woonstee"),
        "partner_type": PartnerType.RENT,
        "person_id": resident_of(CaseId(case_id)),
        "received_at": at("2027-04-05 09:00"),
        "joined_at": at("2027-04-05 09:00"),
    }
    return CaseSignal(**{**values, **changes})


def a_case_state(case_id: str = "case-1", **changes: Any) -> CaseState:
    """A case that was just received, with one resident and one signal."""
    values: dict[str, Any] = {
        "case_id": CaseId(case_id),
        "municipality": ZONNEDIJK,
        "opened_at": at("2027-04-05 09:00"),
        "people": (Person(person_id=resident_of(CaseId(case_id))),),
        "signals": (a_signal(case_id),),
    }
    return CaseState(**{**values, **changes})


def after(state: CaseState, *facts: AnyFact) -> CaseState:
    """The state once these facts happened, in this order. A route that is due is chosen at once, the same again."""
    return reduce(_with_route, facts, state)


def _with_route(state: CaseState, fact: AnyFact) -> CaseState:
    happened = apply(state, fact)
    if happened.terms is None or not is_due(happened):
        return happened
    return apply(happened, route_chosen(fact.at, happened.terms).model_copy(update={"triaged": key_of(happened)}))


def route_chosen(moment: datetime = NOW, terms: Terms | None = None) -> RouteChosen:
    chosen = terms or the_terms()
    return RouteChosen(at=moment, route=chosen.route, terms=chosen)


def register_says(result: RegisterResult, moment: datetime = NOW) -> RegisterAnswered:
    return RegisterAnswered(at=moment, person_id=RESIDENT, result=result)


def call_made(result: AttemptResult, moment: datetime = NOW, *, step: str = "extra") -> AttemptMade:
    """A call to the resident of `case-1`; without a `step` of the plan it stands beside it."""
    return AttemptMade(
        at=moment, person_id=RESIDENT, step_id=StepId(f"case-1.{step}"), channel=Channel.CALL, result=result
    )


def mail_made(result: AttemptResult, moment: datetime = NOW, *, step: str = "mail-1") -> AttemptMade:
    return AttemptMade(
        at=moment, person_id=RESIDENT, step_id=StepId(f"case-1.{step}"), channel=Channel.MAIL, result=result
    )


def outcome_recorded(
    outcome: Outcome = Outcome.SETTLES_IT_HIMSELF,
    acceptance: Acceptance = Acceptance.NOT_ACCEPTED,
    moment: datetime = NOW,
    person_id: PersonId = RESIDENT,
    accepted_at: datetime | None = None,
    help_kind: HelpKind | None = None,
    reason: NotPickedUpReason | None = None,
) -> OutcomeRecorded:
    return OutcomeRecorded(
        at=moment,
        by=StaffId("noor"),
        person_id=person_id,
        outcome=outcome,
        acceptance=acceptance,
        accepted_at=accepted_at,
        help_kind=help_kind,
        reason=reason,
    )


def a_case_in(phase: Phase, **changes: Any) -> CaseState:
    """`case-1` in this phase, brought there the shortest way, all on Monday 5 April 2027 at 09:00."""
    if phase is Phase.WAITING:
        return after(a_case_state(**changes), route_chosen(terms=monthly_terms()))
    way: dict[Phase, AnyFact] = {
        Phase.IDENTITY_CHECK: route_chosen(),
        Phase.CONTACT: register_says(RegisterResult.FOUND),
        Phase.IN_CONVERSATION: call_made(AttemptResult.CONVERSATION),
        Phase.FEEDBACK: outcome_recorded(),
    }
    order = list(Phase)
    reached = after(a_case_state(**changes), *(way[step] for step in way if order.index(step) <= order.index(phase)))
    return told_and_closed(reached) if phase is Phase.CLOSED else reached


def told_and_closed(state: CaseState, moment: datetime = NOW) -> CaseState:
    """A case that owes feedback, after its partners heard and it closed."""
    for signal in state.signals:
        state = after(
            state,
            FeedbackOwed(at=moment, signal_id=signal.signal_id, code=FeedbackCode.HANDLED),
            FeedbackDelivered(at=moment, signal_id=signal.signal_id, batch_id=BatchId("batch-1")),
        )
    return after(state, CaseClosed(at=moment))


def a_resident(**changes: Any) -> Resident:
    """An invented resident whom everything is known of."""
    values: dict[str, Any] = {
        "person_id": PersonId("person-1"),
        "initials": "A.",
        "prefix": "van der",
        "surname": "Kuijpers",
        "birth_date": date(1984, 2, 29),
        "bsn": Bsn("999990019"),
        "address": Address(
            postcode=Postcode("9901AB"), number=12, addition="bis", street="Lindelaan", town="Zonnedijk"
        ),
        "phones": (Phone(id=ItemId("phone-1"), number=PhoneNumber("0612345678")),),
        "mailboxes": (Mailbox(address=EmailAddress("a.kuijpers@post.example")),),
    }
    return Resident(**{**values, **changes})


def a_delivered_signal(**changes: Any) -> DeliveredSignal:
    """A row of a landlord's delivery."""
    values: dict[str, Any] = {
        "partner_reference": "HUUR-2027-77",
        "resident": a_resident(),
        "amount": Euro("640.15"),
        "origin_date": date(2027, 1, 1),
        "signal_date": date(2027, 4, 1),
    }
    return DeliveredSignal(**{**values, **changes})
