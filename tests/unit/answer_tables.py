"""What every situation answers to every command and every fact, as tables to read and to compare.

`make states` writes them anew; what changed in the rules is then to be seen in the difference.
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from models.case import CaseState
from models.codes import Role
from models.commands import AnyCommand
from models.facts import AnyFact
from models.steps import Step, WaitUntil
from policy.commands import RULES, refusal_of
from policy.next_step import next_step
from policy.permissions import role_may
from policy.transitions import apply
from tests.builders import NOW
from tests.unit.examples import COMMAND_KINDS, FACT_KINDS, a_command, a_fact, kind_of
from tests.unit.situations import SITUATIONS

FOLDER = Path(__file__).parent / "tables"
TAKEN = "taken"
NOTHING = "only counted"
NOTED = "noted; nothing else follows now"
_WIDTH = 118


def commands_table() -> str:
    """For every command: who may give it, and what each situation answers to a complete one."""
    head = "What each situation answers to a command that a supervisor gives, complete, about the resident."
    sections = (
        _section(f"{kind_of(command)}   ({', '.join(roles_of(command))})", answers_of(command))
        for command in COMMAND_KINDS
    )
    return "\n".join([head, *sections])


def facts_table() -> str:
    """For every fact: what becomes of each situation."""
    head = "What a situation becomes by a fact about the resident: phase, work that opens (+) or ends (-), next step."
    return "\n".join([head, *(_section(_kind(fact), effects_of(fact)) for fact in FACT_KINDS)])


def answers_of(command: type[AnyCommand]) -> Mapping[str, str]:
    """By situation: taken, or the sentence of refusal."""
    return {name: refusal_of(state, a_command(command), now=NOW) or TAKEN for name, state in SITUATIONS.items()}


def roles_of(command: type[AnyCommand]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role_may(role, RULES[kind_of(command)].action))


def effects_of(fact: type[AnyFact]) -> Mapping[str, str]:
    """By situation: what it becomes."""
    return {name: _effect(state, a_fact(fact)) for name, state in SITUATIONS.items()}


def _effect(state: CaseState, fact: AnyFact) -> str:
    after = apply(state, fact)
    if after == state.model_copy(update={"sequence": state.sequence + 1}):
        return NOTHING
    was, now = _work(state), _work(after)
    work = [f"+{one}" for one in sorted(now - was)] + [f"-{one}" for one in sorted(was - now)]
    follows = _named(next_step(after, now=NOW))
    if after.phase is state.phase and not work and follows == _named(next_step(state, now=NOW)):
        return NOTED
    return f"{' '.join((after.phase, *work))}, then {follows}"


def _work(state: CaseState) -> set[str]:
    return {task.kind for task in state.tasks}


def _named(step: Step) -> str:
    return "wait" if isinstance(step, WaitUntil) else step.kind


def _kind(fact: type[AnyFact]) -> str:
    kind: str = fact.model_fields["kind"].default
    return kind


def _section(title: str, answers: Mapping[str, str]) -> str:
    """The answers, each with its situations; the one that most give is that of "all others"."""
    by_answer: dict[str, list[str]] = defaultdict(list)
    for situation, answer in answers.items():
        by_answer[answer].append(situation.replace(" ", "-"))
    most = max(by_answer, key=lambda answer: len(by_answer[answer]))
    named = {answer: names for answer, names in by_answer.items() if answer != most} | {most: ["all others"]}
    return "\n".join(["", title, *(line for answer, names in named.items() for line in _lines(answer, names))])


def _lines(answer: str, situations: list[str]) -> Iterator[str]:
    yield f"    {answer}"
    indent = " " * 8
    yield from textwrap.wrap(
        " ".join(situations), _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


FILES = {"commands.txt": commands_table, "facts.txt": facts_table}


def write() -> None:
    """Writes the tables to their files."""
    FOLDER.mkdir(exist_ok=True)
    for name, table in FILES.items():
        (FOLDER / name).write_text(table() + "\n", encoding="utf-8")
