"""Which commands a case takes, from whom, and what they become."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from models.case import CaseState, Person
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    HelpKind,
    Outcome,
    Phase,
    RegisterResult,
    Role,
    Standing,
)
from models.commands import (
    AnyCommand,
    CheckIdentity,
    CheckMail,
    ClaimCase,
    HoldFirstConversation,
    LogCall,
    RecordOutcome,
    ReleaseHold,
    SetHold,
)
from models.facts import (
    AttemptMade,
    CaseClaimed,
    FirstConversationHeld,
    HoldReleased,
    HoldSet,
    IdentityChecked,
    MailChecked,
    OutcomeRecorded,
)
from models.ids import CommandId, DocumentId, PersonId, StaffId, StepId
from policy.commands import CALL_RESULTS, RULES, available, decide, refusal_of
from policy.transitions import apply
from tests.builders import (
    NOW,
    RESIDENT,
    a_case_in,
    after,
    at,
    call_made,
    mail_made,
    outcome_recorded,
    register_says,
)

LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(hours=1)
NOOR = StaffId("noor")
STRANGER = PersonId("stranger")

PENDING = outcome_recorded(Outcome.FURTHER_HELP_FINANCIAL, Acceptance.PENDING, accepted_at=EARLIER)

SITUATIONS: Mapping[str, CaseState] = {
    "received": a_case_in(Phase.RECEIVED),
    "asking": a_case_in(Phase.IDENTITY_CHECK),
    "doubtful": after(a_case_in(Phase.IDENTITY_CHECK), register_says(RegisterResult.SEVERAL)),
    "contact": a_case_in(Phase.CONTACT),
    "odd mail": after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.UNKNOWN)),
    "talking": a_case_in(Phase.IN_CONVERSATION),
    "pending": after(a_case_in(Phase.IN_CONVERSATION), PENDING),
    "feedback": a_case_in(Phase.FEEDBACK),
    "closed": a_case_in(Phase.CLOSED),
}

ROLE = "Dit mag u niet doen met uw rol."
LATE = "Dit kan niet meer: de zaak is intussen verder."
NOT_HELD = "De vernietiging is niet uitgesteld."
SENTENCES = {"+": None, "late": LATE, "free": NOT_HELD}

# What each situation answers to a command from somebody who may give it: + is taken.
TABLE = """
                         received asking doubtful contact odd-mail talking pending feedback closed
claim_case               +        +      +        +       +        +       +       +        late
check_identity           late     late   +        late    late     late    late    late     late
log_call                 late     late   late     +       +        +       +       late     late
check_mail               late     late   late     late    +        late    late    late     late
record_outcome           late     late   late     +       +        +       +       late     late
hold_first_conversation  late     late   late     late    late     late    +       late     late
set_hold                 +        +      +        +       +        +       +       +        +
release_hold             free     free   free     free    free     free    free    free     free
"""

CASEWORK = {"claim_case", "check_identity", "log_call", "check_mail", "record_outcome", "hold_first_conversation"}
MAY_GIVE = {
    Role.CASEWORKER: CASEWORK,
    Role.SUPERVISOR: CASEWORK | {"set_hold", "release_hold"},
    Role.REFERRAL_PARTY: set[str](),
    Role.POLICY_OFFICER: set[str](),
    Role.PRIVACY_OFFICER: set[str](),
    Role.PARTNER: set[str](),
    Role.ADMINISTRATOR: set[str](),
    Role.SWITCHBOARD: set[str](),
}


def _table() -> dict[tuple[str, str], str | None]:
    head, *rows = [line.split() for line in TABLE.strip().splitlines()]
    return {
        (kind, situation.replace("-", " ")): SENTENCES[cell]
        for kind, *cells in rows
        for situation, cell in zip(head, cells, strict=True)
    }


ANSWERS = _table()


def a_command(kind: str, role: Role = Role.SUPERVISOR, **changes: Any) -> AnyCommand:
    """A complete command of this kind, by Noor, about the resident."""
    origin: dict[str, Any] = {"command_id": CommandId("c-1"), "by": NOOR, "role": role}
    who = {"person_id": RESIDENT}
    match kind:
        case "claim_case":
            return ClaimCase(**{**origin, **changes})
        case "check_identity":
            return CheckIdentity(**{**origin, **who, "standing": Standing.CONFIRMED, **changes})
        case "log_call":
            return LogCall(**{**origin, **who, "result": AttemptResult.VOICEMAIL, **changes})
        case "check_mail":
            return CheckMail(**{**origin, **who, "step_id": StepId("case-1.mail-1"), "sent": True, **changes})
        case "record_outcome":
            return RecordOutcome(**{**origin, **who, "outcome": Outcome.PAID_OR_ARRANGED, **changes})
        case "hold_first_conversation":
            moments = {"conversation_at": NOW, "started_at": NOW}
            return HoldFirstConversation(**{**origin, **who, **moments, **changes})
        case "set_hold":
            return SetHold(**{**origin, "until": LATER, "note_id": DocumentId("note-1"), **changes})
        case _:
            return ReleaseHold(**{**origin, **changes})


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("kind", RULES)
def test_every_situation_answers_every_command_of_every_role_by_the_table(
    kind: str, situation: str, role: Role
) -> None:
    answer = ANSWERS[kind, situation] if kind in MAY_GIVE[role] else ROLE
    state, command = SITUATIONS[situation], a_command(kind, role)
    assert refusal_of(state, command, now=NOW) == answer
    assert (kind in available(state, role)) is (answer is None)
    verdict = decide(state, command, now=NOW)
    assert (verdict.refusal, len(verdict.facts)) == (answer, 1 if answer is None else 0)


def test_the_table_names_every_phase_and_every_command() -> None:
    assert {state.phase for state in SITUATIONS.values()} == set(Phase)
    assert set(ANSWERS) == {(kind, situation) for kind in RULES for situation in SITUATIONS}
    assert set(MAY_GIVE) == set(Role)


@pytest.mark.parametrize(("kind", "situation"), [key for key, answer in ANSWERS.items() if answer is None])
def test_what_is_taken_becomes_a_fact_that_remembers_who_pressed_the_button(kind: str, situation: str) -> None:
    state = SITUATIONS[situation]
    (fact,) = decide(state, a_command(kind, note_id=DocumentId("note-1")), now=NOW).facts
    assert (fact.at, fact.by, fact.command_id, fact.note_id) == (NOW, NOOR, "c-1", "note-1")
    assert apply(state, fact).commands == ("c-1",)


FACTS = [
    ("claim_case", "contact", CaseClaimed),
    ("check_identity", "doubtful", IdentityChecked),
    ("log_call", "contact", AttemptMade),
    ("check_mail", "odd mail", MailChecked),
    ("record_outcome", "talking", OutcomeRecorded),
    ("hold_first_conversation", "pending", FirstConversationHeld),
    ("set_hold", "contact", HoldSet),
]


@pytest.mark.parametrize(("kind", "situation", "expected"), FACTS)
def test_a_command_becomes_the_fact_of_its_name(kind: str, situation: str, expected: type) -> None:
    (fact,) = decide(SITUATIONS[situation], a_command(kind), now=NOW).facts
    assert type(fact) is expected


@pytest.mark.parametrize("phase", Phase)
def test_a_hold_can_be_set_once_and_released_once(phase: Phase) -> None:
    state = a_case_in(phase)
    held = after(state, *decide(state, a_command("set_hold"), now=NOW).facts)
    assert refusal_of(held, a_command("set_hold"), now=NOW) == "De vernietiging is al uitgesteld."
    (released,) = decide(held, a_command("release_hold"), now=NOW).facts
    assert type(released) is HoldReleased
    assert after(held, released).hold is None


MAIL_CHECK = {"step_id": StepId("case-1.mail-2")}
CONFIRMED_ELSE = "Kies wat u hebt vastgesteld."
FUTURE = "Dit kan niet in de toekomst liggen."
NOT_HERE = "Deze persoon hoort niet bij de zaak."
HELP: dict[str, Any] = {
    "outcome": Outcome.FURTHER_HELP_FINANCIAL,
    "engaged": True,
    "help_kind": HelpKind.DEBT_COUNSELLING,
    "agreed_at": NOW,
    "within_30_days": False,
}

CONTENT: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("check_identity", "doubtful", {"standing": Standing.DIED}, None),
    ("check_identity", "doubtful", {"standing": Standing.NOT_A_RESIDENT}, None),
    ("check_identity", "doubtful", {"standing": Standing.UNKNOWN}, CONFIRMED_ELSE),
    ("check_identity", "doubtful", {"standing": Standing.TO_CHECK}, CONFIRMED_ELSE),
    ("check_identity", "doubtful", {"person_id": STRANGER}, NOT_HERE),
    ("log_call", "contact", {"person_id": STRANGER}, NOT_HERE),
    ("log_call", "contact", {"result": AttemptResult.SENT}, "Kies wat er aan de telefoon gebeurde."),
    ("log_call", "contact", {"called_at": LATER}, FUTURE),
    ("log_call", "contact", {"called_at": NOW}, None),
    ("log_call", "contact", {"called_at": EARLIER}, None),
    ("check_mail", "odd mail", {"person_id": STRANGER}, NOT_HERE),
    ("check_mail", "odd mail", MAIL_CHECK, LATE),
    ("record_outcome", "talking", {"person_id": STRANGER}, NOT_HERE),
    ("record_outcome", "talking", {"conversation_at": LATER}, FUTURE),
    ("record_outcome", "talking", {"started_at": LATER}, FUTURE),
    ("record_outcome", "talking", {"agreed_at": LATER}, FUTURE),
    ("record_outcome", "talking", HELP, None),
    ("record_outcome", "talking", {**HELP, "agreed_at": None}, "Vul in welke hulp is afgesproken en wanneer."),
    ("hold_first_conversation", "pending", {"person_id": STRANGER}, NOT_HERE),
    ("hold_first_conversation", "pending", {"conversation_at": LATER}, FUTURE),
    ("hold_first_conversation", "pending", {"started_at": LATER}, FUTURE),
    (
        "hold_first_conversation",
        "pending",
        {"started_at": EARLIER - timedelta(minutes=1)},
        "De hulp kan niet begonnen zijn voordat zij is afgesproken.",
    ),
    ("set_hold", "contact", {"until": NOW}, "Uitstel eindigt op een dag die nog moet komen."),
    ("set_hold", "contact", {"note_id": None}, "Geef een reden voor het uitstel."),
]


@pytest.mark.parametrize(("kind", "situation", "changes", "refusal"), CONTENT)
def test_a_command_is_refused_for_what_it_says(
    kind: str, situation: str, changes: dict[str, Any], refusal: str | None
) -> None:
    assert refusal_of(SITUATIONS[situation], a_command(kind, **changes), now=NOW) == refusal


@pytest.mark.parametrize(
    ("kind", "situation"),
    [("check_identity", "doubtful"), ("check_mail", "odd mail"), ("hold_first_conversation", "pending")],
)
def test_a_task_about_one_person_cannot_be_settled_for_another(kind: str, situation: str) -> None:
    state = SITUATIONS[situation]
    both = state.model_copy(update={"people": (*state.people, Person(person_id=STRANGER))})
    assert refusal_of(both, a_command(kind, person_id=STRANGER), now=NOW) == LATE
    assert refusal_of(both, a_command(kind), now=NOW) is None


def test_a_case_can_be_taken_over_but_not_taken_twice() -> None:
    mine = after(a_case_in(Phase.CONTACT), CaseClaimed(at=NOW, by=NOOR))
    assert refusal_of(mine, a_command("claim_case"), now=NOW) == "Deze zaak is al van u."
    assert refusal_of(mine, a_command("claim_case", by=StaffId("sam")), now=NOW) is None


@pytest.mark.parametrize("result", AttemptResult)
def test_only_what_can_happen_on_the_phone_is_a_result_of_a_call(result: AttemptResult) -> None:
    refused = refusal_of(SITUATIONS["contact"], a_command("log_call", result=result), now=NOW) is not None
    assert refused is (result not in CALL_RESULTS)


def test_a_call_answers_the_planned_call_also_before_its_day() -> None:
    planned = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    (fact,) = decide(planned, a_command("log_call", called_at=EARLIER), now=NOW).facts
    assert isinstance(fact, AttemptMade)
    assert (fact.step_id, fact.channel, fact.at) == ("case-1.call-1", Channel.CALL, EARLIER)


def test_a_call_without_a_planned_one_stands_beside_the_plan() -> None:
    (fact,) = decide(a_case_in(Phase.IN_CONVERSATION), a_command("log_call"), now=NOW).facts
    assert isinstance(fact, AttemptMade)
    assert (fact.step_id, fact.at) == ("case-1.extra-c-1", NOW)


def test_a_call_to_somebody_else_does_not_answer_the_residents_planned_call() -> None:
    planned = after(a_case_in(Phase.CONTACT), mail_made(AttemptResult.SENT))
    both = planned.model_copy(update={"people": (*planned.people, Person(person_id=STRANGER))})
    (fact,) = decide(both, a_command("log_call", person_id=STRANGER), now=NOW).facts
    assert isinstance(fact, AttemptMade)
    assert fact.step_id == "case-1.extra-c-1"


def test_the_outcome_form_says_whether_help_was_accepted() -> None:
    (fact,) = decide(SITUATIONS["talking"], a_command("record_outcome", **HELP), now=NOW).facts
    assert isinstance(fact, OutcomeRecorded)
    assert (fact.acceptance, fact.accepted_at, fact.help_kind) == (
        Acceptance.PENDING,
        NOW,
        HelpKind.DEBT_COUNSELLING,
    )


def test_a_call_that_was_logged_meanwhile_does_not_make_the_second_press_a_second_plan_step() -> None:
    state = after(
        a_case_in(Phase.CONTACT),
        mail_made(AttemptResult.SENT),
        call_made(AttemptResult.CONVERSATION, at("2027-04-07 13:30"), step="call-1"),
    )
    (fact,) = decide(state, a_command("log_call"), now=at("2027-04-07 14:00")).facts
    assert after(state, fact).phase is Phase.IN_CONVERSATION
