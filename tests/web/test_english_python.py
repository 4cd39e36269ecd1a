"""That what Python says of cases and work can be read in English, and that nothing else changes with it."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from sqlmodel import select

from adapters.agenda import AWAY, AWAY_WITH_DEPUTY, PROMISED, SOMEBODY
from models.codes import Language, Party
from models.facts import AnyFact, RouteChosen
from models.tables import CommandRow
from policy.moving import WOULD_BE_OVER
from policy.outcomes import DEFINITIONS
from tests.builders import NOW, at
from tests.unit.examples import FACT_KINDS, a_fact
from tests.unit.situations import SITUATIONS
from tests.web.browser import Browser
from tests.web.test_told import OTHERWISE, TOLD
from tests.web.town import Town, a_case_in_contact
from web import (
    attempts,
    bulk,
    filter_bar,
    labels,
    next_up,
    plan_ahead,
    register_side,
    searching,
    visit_view,
    words,
    work_labels,
)
from web.explain import explained_deadlines
from web.forms import outcome
from web.forms.fields import Offered, Unfinished
from web.forms.form import Form, Group
from web.forms.table import FORMS
from web.in_dutch import marked
from web.language import english, reads
from web.refused import say_refusal
from web.staff_api.app import PATH
from web.told.around import Around
from web.told.sentence import sentence

ROOT = Path(__file__).parents[2]
DUTCH = re.compile(
    r"\b(?:de|het|een|van|niet|wordt|worden|zijn|geen|voor|met|naar|nog|deze|dit|u|uw|er|op|tot|zaak|inwoner|kies)\b",
    re.IGNORECASE,
)
SAME = {
    "E-mail",
    "e-mail",
    "WhatsApp",
    "Mentor",
    "Quick fix",
    "privacy officer",
    "DUO",
    "Water",
    "Contact",
    "Nederlands",
    "later",
    "Route",
}
"""Words that are the same in both languages; of languages each has its own name."""
_FACT: TypeAdapter[AnyFact] = TypeAdapter(AnyFact)
AROUND = Around(partners={}, names={}, now=NOW)
TABLES: Mapping[str, Iterable[str]] = {
    **{type(next(iter(table))).__name__: table.values() for table in labels._ALL},
    **{codes.__name__: [code.value for code in codes] for codes in labels._NATIONAL},
    "languages": labels.LANGUAGES.values(),
    "wishes": labels.CHANNEL_WISHES.values(),
    "unwanted": labels.UNWANTED.values(),
    "reasons": [*work_labels.REASONS_BY_CODE.values(), *work_labels.REASONS_BY_TASK.values()],
    "events": work_labels.START_EVENTS.values(),
    "supervision": [
        *work_labels.STALLED_FOR.values(), *work_labels.HOLDERS.values(), *work_labels.MOMENTS.values()
    ],
    "attempts": [
        *attempts._HOW.values(), *attempts.RESULTS.values(), *attempts.REPORTS.values(),
        *attempts._SAID_OTHERWISE.values(),
    ],
    "filters": [*filter_bar.TITLES.values(), *filter_bar._DUE.values()],
    "work": [
        *next_up._A_MESSAGE.values(), *plan_ahead._NAMES.values(), *visit_view._HINTS.values(), *bulk._NOWHERE.values(),
        *register_side._HOMES.values(), *searching._TOO_LITTLE.values(), *words._LEGAL_DAYS,
    ],
}  # fmt: skip
REFUSING = (
    *sorted((ROOT / "policy" / "refusals").glob("*.py")),
    *(ROOT / "policy" / f"{name}.py" for name in ("by_hand", "commands", "moving", "outcomes")),
    *(
        ROOT / "adapters" / f"{name}.py"
        for name in ("absences", "agenda", "call_placing", "call_requests", "working_hours")
    ),
)
"""Where somebody is refused something, for a page to show."""
READING = (
    *sorted((ROOT / "web").glob("*.py")),
    *sorted((ROOT / "web" / "forms").glob("*.py")),
    *(ROOT / "web" / "pages" / f"{name}.py" for name in ("absences", "approvals", "call_requests", "working_hours")),
)
"""Where what somebody typed is read."""
_SENTENCE = re.compile(r"[A-Z].* .*(?:[.:?]|\{rule\})")


# --- every table --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_word_of_a_table_has_english(name: str) -> None:
    assert _without_english(TABLES[name]) == []


@pytest.mark.parametrize("code", [code for table in labels._ALL for code in table], ids=repr)
def test_a_label_is_said_as_its_reader_reads_it(code: StrEnum) -> None:
    dutch = labels.label(code)
    with reads(Language.ENGLISH):
        assert labels.label(code) == english().get(dutch, dutch)
    assert labels.label(code) == dutch


def test_a_queue_that_a_municipality_named_keeps_its_name() -> None:
    with reads(Language.ENGLISH):
        assert (labels.queue("team_north"), labels.queue("identity")) == ("Team north", "Data")


# --- forms --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [*FORMS.values(), *(deed.form for deed in bulk.Deed)], ids=lambda form: form.title)
def test_every_word_of_a_form_has_english(form: Form) -> None:
    assert _without_english(_words_of(form)) == []
    with reads(Language.ENGLISH):
        told = [text for text in _words_of(form.as_read()) if text not in _unsaid(form)]
    assert [text for text in told if DUTCH.search(text)] == []


def test_every_heading_and_outcome_of_the_forms_has_english() -> None:
    groups = [title for title, _ in outcome.OUTCOME_GROUPS]
    assert _without_english([*Group, *groups, *DEFINITIONS.values()]) == []


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.kind)
def test_what_a_form_sends_is_the_same_in_english(form: Form) -> None:
    dutch = [[value for value, _ in field.options(Offered())] for field in form.questions]
    with reads(Language.ENGLISH):
        read = form.as_read()
        assert [[value for value, _ in field.options(Offered())] for field in read.questions] == dutch
        assert (read.kind, read.group, [field.name for field in read.questions]) == (
            form.kind,
            form.group,
            [field.name for field in form.questions],
        )


def test_in_dutch_a_form_is_what_it_was() -> None:
    assert [form.as_read() for form in FORMS.values()] == [*FORMS.values()]


# --- what happened, what comes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FACT_KINDS, ids=lambda kind: kind.__name__)
def test_every_fact_is_told_in_english(kind: type[Any]) -> None:
    fact = a_fact(kind)
    if isinstance(fact, RouteChosen):
        # Why is in the words of the municipality's policy.
        fact = fact.model_copy(update={"why": ""})
    dutch = sentence(fact, AROUND)
    with reads(Language.ENGLISH):
        told = sentence(fact, AROUND)
    assert told != dutch
    assert _dutch_of(told) is None


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        *((kind, fields) for kind, (fields, _) in TOLD.items() if kind != "route_chosen"),
        *((kind, {**TOLD[kind][0], **change}) for kind, change, _ in OTHERWISE if kind != "route_chosen"),
    ],
    ids=str,
)
def test_a_fact_that_says_something_else_is_told_in_english_too(kind: str, fields: dict[str, Any]) -> None:
    with reads(Language.ENGLISH):
        assert _dutch_of(sentence(_fact(kind, fields), AROUND)) is None


def test_why_a_route_was_chosen_stays_the_words_of_the_policy() -> None:
    fact = a_fact(RouteChosen, why="Beleid: <jong> eerst.")
    with reads(Language.ENGLISH):
        told = sentence(fact, AROUND)
        assert str(marked(told, "Beleid: <jong> eerst.")).endswith(
            ' <span lang="nl">Beleid: &lt;jong&gt; eerst.</span>'
        )
        assert marked("The case waits.", "") == "The case waits."
        assert marked("The case waits.", "elders") == "The case waits."
    assert marked("De zaak wacht. Beleid.", "Beleid.") == "De zaak wacht. Beleid."


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=40)], ids=["now", "later"])
def test_what_comes_next_is_said_in_english(name: str, later: timedelta) -> None:
    state, now = SITUATIONS[name], NOW + later
    with reads(Language.ENGLISH):
        following = next_up.next_up(state, now=now, down=frozenset(Party))
        assert [_dutch_of(text) for text in (following.sentence, following.when)] == [None, None]


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=40)], ids=["now", "later"])
def test_every_deadline_is_explained_in_english(name: str, later: timedelta) -> None:
    """The rule itself is the policy's."""
    state, now = SITUATIONS[name], NOW + later
    with reads(Language.ENGLISH):
        told = [
            text
            for each in explained_deadlines(state, now=now)
            for text in (each.title, each.when, each.left, each.counted, each.moved, each.reminders)
        ]
    assert [text for text in told if _dutch_of(text)] == []


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_plan_ahead_is_said_in_english(name: str) -> None:
    with reads(Language.ENGLISH):
        ahead = plan_ahead.plan_ahead(SITUATIONS[name], now=NOW, next_id=None, busy=True)
    assert [text for step in ahead.steps for text in (step.what, step.when) if _dutch_of(text)] == []
    assert _dutch_of(ahead.end) is None


def test_days_and_amounts_are_written_as_an_english_reader_does() -> None:
    today, moment = date(2027, 3, 29), at("2027-03-30 17:00")
    with reads(Language.ENGLISH):
        assert words.day(today, today=today) == "today"
        assert words.weekday(date(2026, 5, 5), today=today) == "Tue 5 May 2026"
        assert words.long_day(today, today=today) == "Monday 29 March"
        assert words.full_moment(moment) == "30 March 2027 at 17:00"
        assert words.moment(moment, now=at("2027-03-29 09:00")) == "tomorrow 17:00"
        assert [words.amount(cents) for cents in (7550, 123_456_78)] == ["€75.50", "€123,456.78"]
        assert [words.age(moment, now=moment + timedelta(hours=hours)) for hours in (0, 1, 5, 24)] == [
            "just begun",
            "1 hour",
            "5 hours",
            "1 day",
        ]
        assert words.counted(5000) == "more than 1000"
        assert words.count(2, "werkdag", "werkdagen") == "2 working days"


# --- refusals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", REFUSING, ids=lambda path: path.stem)
def test_every_refusal_has_english(path: Path) -> None:
    assert _without_english(_sentences(path)) == []


def test_every_form_that_is_not_complete_says_so_in_english() -> None:
    told = [text for path in READING for text in _first_of(path, {"Unfinished"}, at=1)]
    told += _first_of(ROOT / "models" / "values.py", {"Unreadable"}, at=0)
    told += _first_of(ROOT / "web" / "forms" / "case.py", {"Unreadable"}, at=0)
    assert len(told) > 15
    assert _without_english(told) == []


@pytest.mark.parametrize(
    ("dutch", "text"),
    [
        ("De zaak rust al.", "The case is already paused."),
        (
            AWAY.format(name="Noor {de} Wit"),
            "Noor {de} Wit is away then, and there is no deputy. Choose another colleague.",
        ),
        (
            AWAY_WITH_DEPUTY.format(name=SOMEBODY, deputy="Thea Vos"),
            "This colleague is away then. Thea Vos is the deputy: choose that colleague.",
        ),
        (
            PROMISED.format(name="Noor", begins="10:00", ends="10:30"),
            "Noor already has a callback appointment then (10:00 to 10:30). Choose another moment.",
        ),
        (
            WOULD_BE_OVER.format(rule="Beleid."),
            "A deadline that is not over yet would be over by the new policy: Beleid.",
        ),
        ("", ""),
    ],
)
def test_a_refusal_is_said_with_its_values(dutch: str, text: str) -> None:
    assert say_refusal(dutch) == dutch
    with reads(Language.ENGLISH):
        assert say_refusal(dutch) == text


def test_what_is_missing_is_said_as_whoever_typed_reads_it() -> None:
    assert Unfinished("until_on", "Kies wie er belt.").sentence == "Kies wie er belt."
    with reads(Language.ENGLISH):
        assert Unfinished("until_on", "Kies wie er belt.").sentence == "Choose who calls."


# --- pages, and what is no page -----------------------------------------------------------------------------------


async def test_a_refused_press_is_told_in_english_and_kept_in_dutch(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.get("/taal/en")
    page = f"/zaak/{state.case_id}"
    answer = await noor.press(page, "log_call", result="conversation", called_at="2020-01-01T10:00")
    assert "This is before the start of the case." in (await noor.get(answer.headers["location"])).text
    with town.services.database.read() as session:
        assert session.exec(select(CommandRow.refusal)).all() == ["Dit ligt voor het begin van de zaak."]


async def test_an_unfinished_form_comes_back_in_english_with_what_was_typed(town: Town, noor: Browser) -> None:
    state = a_case_in_contact(town)
    await noor.get("/taal/en")
    answer = await noor.press(f"/zaak/{state.case_id}", "log_call", note="Ze belt terug.")
    assert answer.status_code == 422
    assert "Choose what happened on the phone." in answer.text and "Ze belt terug." in answer.text


@pytest.mark.parametrize("path", [f"{PATH}/{name}" for name in ("taken", "werkbakjes", "belbeurten/volgende", "ik")])
async def test_what_programs_read_is_in_dutch_whoever_asks(town: Town, noor: Browser, path: str) -> None:
    a_case_in_contact(town)
    dutch = await noor.get(path)
    await noor.get("/taal/en")
    assert (await noor.get(path)).json() == dutch.json()


async def test_what_the_api_says_of_a_case_is_in_dutch_whoever_asks(town: Town, noor: Browser) -> None:
    path = f"{PATH}/zaken/{a_case_in_contact(town).case_id}"
    dutch = [(await noor.get(path + part)).json() for part in ("", "/mogelijkheden")]
    await noor.get("/taal/en")
    assert [(await noor.get(path + part)).json() for part in ("", "/mogelijkheden")] == dutch


# --- small parts --------------------------------------------------------------------------------------------------


def _fact(kind: str, fields: Mapping[str, Any]) -> AnyFact:
    return _FACT.validate_python({"kind": kind, "at": NOW, "by": "noor", **fields})


def _dutch_of(text: str) -> str | None:
    """A Dutch word in it."""
    found = DUTCH.search(text)
    return None if found is None else f"{found[0]!r} in {text!r}"


def _without_english(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text and english().get(text, text) == text and text not in SAME]


def _words_of(form: Form) -> Iterator[str]:
    yield from (form.title, form.done, form.intro, form.button, form.note.text, form.note.hint, form.note.missing)
    for field in form.questions:
        yield from (field.text, field.hint, field.missing, field.unreadable, getattr(field, "elsewhere", ""))
        yield from (text for _, text in field.options(Offered()))
        yield getattr(field, "none", "")


def _unsaid(form: Form) -> set[str]:
    """What is said only when it comes to it."""
    refused = {text for field in form.questions for text in (field.missing, field.unreadable)}
    return {form.done, form.note.missing, *refused, *(getattr(field, "elsewhere", "") for field in form.questions)}


def _sentences(path: Path) -> Iterator[str]:
    """The sentences of a module that are no documentation."""
    tree = ast.parse(path.read_text())
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in documentation else None
        if isinstance(text, str) and _SENTENCE.fullmatch(text):
            yield text


def _first_of(path: Path, names: set[str], *, at: int) -> list[str]:
    """What is given to these calls at this place, where it is a text."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    given = [call.args[at] for call in calls if getattr(call.func, "id", "") in names and len(call.args) > at]
    return [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
