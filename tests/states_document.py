"""docs/states.md, worked out from the rules: the phases, which commands each takes, which facts lead where.

`make states` writes it anew, with the tables of `tests/unit/tables` and `tests/web/tables`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Any

from models.case import CaseState
from models.codes import Phase, Role
from models.facts import AnyFact
from models.steps import WaitUntil
from policy.commands import RULES, Rule
from policy.next_step import next_step
from policy.permissions import role_may
from policy.transitions import apply
from tests.builders import NOW, monthly_terms, the_terms
from tests.unit import answer_tables
from tests.unit.examples import FACT_KINDS, SECOND, a_fact
from tests.unit.situations import OTHERS, SITUATIONS
from tests.web import policy_text

DOCUMENT = Path(__file__).parents[1] / "docs" / "states.md"

MEANINGS: Mapping[Phase, str] = {
    Phase.RECEIVED: "The first signal is in; the case has no terms yet.",
    Phase.WAITING: "The signals of a period are collected. A crisis or the end of supply never waits.",
    Phase.IDENTITY_CHECK: "Who the subject is: the persons register, else a caseworker.",
    Phase.CONTACT: "The subject is sought by the contact plan.",
    Phase.IN_CONVERSATION: "The subject was spoken to, or only help that was agreed is still waited for.",
    Phase.FEEDBACK: "Everybody has their outcome; the partners are told, and what is left is done.",
    Phase.CLOSED: "Nothing is owed any more; retention runs.",
}

INTRODUCTION = """\
# States of a case

Worked out from the rules by `make states`; a test fails when it is stale. The phase is that of the case's *subject*,
the first of its people without an outcome. What every single situation answers to every command and every fact stands
in `tests/unit/tables/`.
"""
_COMMANDS = """
## Commands

In which phases a case takes a command (●), or takes it only while the work is open that is named (○). Who may give it,
and whether a reason is asked, is said behind it; that a role may give it in this very case, the page looks at besides.
"""


def document() -> str:
    """The whole page."""
    moves = _moves()
    return "\n".join([INTRODUCTION, *_diagram(moves), *_phases(), *_ways(moves), _COMMANDS, *_commands()])


# --- which facts lead where -----------------------------------------------------------------------------------------

_Moves = Mapping[tuple[Phase, Phase], Sequence[str]]


def _moves() -> _Moves:
    """By phase before and after: the facts that lead from the one to the other in some situation."""
    found: dict[tuple[Phase, Phase], set[str]] = defaultdict(set)
    for state in SITUATIONS.values():
        for kind in FACT_KINDS:
            for fact in _variants(kind, state):
                after = apply(state, fact).phase
                if after is not state.phase:
                    found[state.phase, after].add(fact.kind)
    order: list[str] = [kind.model_fields["kind"].default for kind in FACT_KINDS]
    phases = list(product(Phase, Phase))
    return {move: sorted(found[move], key=order.index) for move in phases if move in found}


def _variants(kind: type[AnyFact], state: CaseState) -> Iterator[AnyFact]:
    """The fact about the subject, with every code that it can carry."""
    possible = {name: values for name in kind.model_fields if (values := _values(kind, name, state))}
    for chosen in product(*possible.values()):
        yield a_fact(kind, **dict(zip(possible, chosen, strict=True)))


def _values(kind: type[AnyFact], name: str, state: CaseState) -> Sequence[Any]:
    match name:
        case "person_id":
            return (state.subject,)
        case "terms":
            return the_terms(), monthly_terms()
        case "signal":
            return SECOND, OTHERS, SECOND.model_copy(update={"crisis": True})
        case "on":
            return (date(2027, 4, 12),)
        case "step_id":
            usual: Any = a_fact(kind)
            return usual.step_id, *(task.step_id for task in state.tasks if task.step_id is not None)
    annotation = kind.model_fields[name].annotation
    if annotation is bool:
        return False, True
    return list(annotation) if isinstance(annotation, type) and issubclass(annotation, StrEnum) else ()


def _diagram(moves: _Moves) -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2\n    [*] --> received"
    yield from (f"    {before} --> {after} : {'<br/>'.join(facts)}" for (before, after), facts in moves.items())
    yield "    closed --> [*]\n```"


# --- tables --------------------------------------------------------------------------------------------------------


def _phases() -> Iterator[str]:
    yield "\n## Phases\n\n| phase | | the system itself | work that may be open |\n|---|---|---|---|"
    for phase, meaning in MEANINGS.items():
        states = [state for state in SITUATIONS.values() if state.phase is phase]
        acts = sorted({kind for state in states for kind in _acts(state)})
        work = sorted({task.kind for state in states for task in state.tasks})
        yield f"| {phase} | {meaning} | {_listed(acts)} | {_listed(work)} |"


def _acts(state: CaseState) -> Iterator[str]:
    """What the system does now and at each moment that comes due."""
    for moment in (NOW, *(deadline.due_at for deadline in state.all_deadlines())):
        step = next_step(state, now=moment)
        if not isinstance(step, WaitUntil):
            yield step.kind


def _ways(moves: _Moves) -> Iterator[str]:
    yield "\n## Which facts lead where\n\n| from | to | facts |\n|---|---|---|"
    yield from (f"| {before} | {after} | {_listed(facts)} |" for (before, after), facts in moves.items())


def _commands() -> Iterator[str]:
    yield f"| command | {' | '.join(Phase)} | while open | by | reason |"
    yield "|---" * (len(Phase) + 4) + "|"
    for kind, rule in RULES.items():
        marks = " | ".join(_mark(rule, phase) for phase in Phase)
        yield f"| {kind} | {marks} | {rule.task or ''} | {_who(rule)} | {'asked' if rule.note else ''} |"


def _mark(rule: Rule, phase: Phase) -> str:
    if phase not in rule.phases:
        return ""
    return "●" if rule.task is None else "○"


def _who(rule: Rule) -> str:
    return ", ".join(role for role in Role if role_may(role, rule.action))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    DOCUMENT.write_text(document() + "\n", encoding="utf-8")
    answer_tables.write()
    policy_text.write()
