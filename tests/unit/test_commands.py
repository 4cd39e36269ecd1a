"""Which commands a case takes, from whom: every situation, every command, every role."""

import pytest

from models.codes import Phase, Role
from models.commands import AnyCommand
from policy.commands import RULES, available, decide, refusal_of
from policy.refusals import of_content
from tests.builders import NOW, a_case_in
from tests.unit.answer_tables import FILES, FOLDER, TAKEN, answers_of, roles_of
from tests.unit.examples import COMMAND_KINDS, a_command, kind_of
from tests.unit.situations import SITUATIONS

ROLE = "Dit mag u niet doen met uw rol."
LATE = "Dit kan niet meer: de zaak is intussen verder."


@pytest.mark.parametrize("name", FILES)
def test_the_tables_say_what_the_rules_do(name: str) -> None:
    # Read the difference after you wrote them anew: make states
    assert (FOLDER / name).read_text(encoding="utf-8") == FILES[name]() + "\n"


def test_there_is_a_rule_for_every_command() -> None:
    assert set(RULES) == {kind_of(command) for command in COMMAND_KINDS}


def test_the_situations_show_every_phase() -> None:
    assert {state.phase for state in SITUATIONS.values()} == set(Phase)


ANSWERS = {command: answers_of(command) for command in COMMAND_KINDS}


def test_every_command_is_taken_somewhere() -> None:
    assert [kind_of(command) for command in COMMAND_KINDS if TAKEN not in ANSWERS[command].values()] == []


@pytest.mark.parametrize("command", COMMAND_KINDS, ids=map(kind_of, COMMAND_KINDS))
@pytest.mark.parametrize("role", Role)
def test_every_role_gets_the_answer_of_the_table_or_is_told_that_it_may_not(
    command: type[AnyCommand], role: Role
) -> None:
    for situation, state in SITUATIONS.items():
        answer = ANSWERS[command][situation] if role in roles_of(command) else ROLE
        given = a_command(command, role)
        assert (refusal_of(state, given, now=NOW) or TAKEN) == answer
        verdict = decide(state, given, now=NOW)
        assert (verdict.refusal or TAKEN, bool(verdict.facts)) == (answer, answer == TAKEN)


@pytest.mark.parametrize("command", COMMAND_KINDS, ids=map(kind_of, COMMAND_KINDS))
@pytest.mark.parametrize("role", Role)
def test_the_page_offers_what_the_case_takes(command: type[AnyCommand], role: Role) -> None:
    for state in SITUATIONS.values():
        if refusal_of(state, a_command(command, role), now=NOW) is None:
            assert kind_of(command) in available(state, role)


@pytest.mark.parametrize("command", COMMAND_KINDS, ids=map(kind_of, COMMAND_KINDS))
def test_a_command_about_somebody_unknown_is_refused(command: type[AnyCommand]) -> None:
    if "person_id" in command.model_fields:
        for state in SITUATIONS.values():
            refusal = refusal_of(state, a_command(command, person_id="stranger"), now=NOW)
            assert refusal is not None


NEEDS_NOTE = {kind: rule.note for kind, rule in RULES.items() if rule.note is not None}


def test_what_asks_for_a_reason() -> None:
    assert NEEDS_NOTE == {
        "pause_case": "Geef een reden.",
        "extend_deadline": "Geef een reden voor het uitstel.",
        "decide_objection": "Geef een reden.",
        "rectify": "Schrijf op wat er niet klopte, en hoe u dat weet.",
        "allow_disclosure": "Schrijf op hoe de inwoner toestemming gaf, of wat de grondslag is.",
        "correct_attempt": "Geef een reden.",
        "block_visits": "Geef een reden.",
        "allow_visits": "Geef een reden.",
        "split_signal": "Geef een reden.",
        "merge_case": "Geef een reden.",
        "settle_repair": "Schrijf op wat er is gedaan.",
    }


@pytest.mark.parametrize("command", COMMAND_KINDS, ids=map(kind_of, COMMAND_KINDS))
def test_without_a_reason_a_command_that_asks_for_one_is_refused(command: type[AnyCommand]) -> None:
    sentence = NEEDS_NOTE.get(kind_of(command))
    for situation, state in SITUATIONS.items():
        bare = refusal_of(state, a_command(command, note_id=None), now=NOW)
        if ANSWERS[command][situation] == TAKEN and sentence is not None:
            assert bare == sentence


def test_a_complete_command_is_judged_by_what_it_says_only_after_the_rule() -> None:
    command = a_command(COMMAND_KINDS[0])
    assert of_content(a_case_in(Phase.CLOSED), command, now=NOW) is None
    assert refusal_of(a_case_in(Phase.CLOSED), command, now=NOW) == LATE
