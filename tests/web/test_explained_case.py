"""A case that explains itself: complete in every situation, and true, because the rules themselves are asked."""

import re
from datetime import timedelta
from functools import reduce
from pathlib import Path

import pytest

from models import codes, facts
from models.case import CaseState
from models.codes import AttemptResult, Outcome, Party, Phase, Route, SignalChange, Trait
from models.facts import AnyFact, CaseAssigned, HoldSet, RouteChosen, SignalJoined, TraitRecorded
from models.ids import CaseId
from models.steps import Conclude
from policy.amount_question import AmountQuestion
from policy.next_step import next_step
from policy.transitions import apply
from policy.triage import is_due
from tests.builders import NOOR, NOW, a_case_in, after, call_made, route_chosen, the_terms
from tests.unit.examples import SECOND, a_fact
from tests.unit.situations import OTHERS, SITUATIONS, a_case_of_two
from web.explained_case import AMOUNTS, Explanation, explained, lines
from web.next_up import next_up
from web.what_if import MOST, then_next

GOLDEN = Path(__file__).parent / "explained"
QUEUES = {"early_signals": "Vroegsignalering", "identity": "Gegevens", "volunteers": "Vrijwilligers"}
NAMES = {"noor": "Noor de Wit", "sam": "Sam Bos"}
_MOMENTS = re.compile(r"vandaag|morgen|gisteren|\b(ma|di|wo|do|vr|za|zo) \d|\d [a-z]+ \d{4}", re.IGNORECASE)
_CODE_WORDS = re.compile(r"_|None|\b[a-z]+\.[a-z]+\b")


def told(state: CaseState, days: int = 0, journey: tuple[AnyFact, ...] = ()) -> Explanation:
    return explained(state, now=NOW + timedelta(days=days), queues=QUEUES, names=NAMES, journey=journey)


@pytest.mark.parametrize("name", SITUATIONS)
@pytest.mark.parametrize("days", [0, 1, 10, 40, 400])
def test_every_situation_is_explained_in_whole_sentences(name: str, days: int) -> None:
    explanation = told(SITUATIONS[name], days)
    text = list(lines(explanation))
    headings = [line for line in text if not line.startswith("  ")]
    sentences = [line.strip() for line in text if line.startswith("  ")]
    assert headings[:3] == ["Waarom deze zaak hier is", "Wat er nu gebeurt", "Wat daarna komt"]
    assert [one for one in sentences if not one.endswith(".") or one.endswith("..") or one[0].islower()] == []
    assert [one for one in sentences if _CODE_WORDS.search(one)] == []
    assert _MOMENTS.search(" ".join(explanation.here))
    assert explanation.who and explanation.ahead.end
    assert len(explanation.changes) <= MOST


def test_no_code_stands_in_any_explanation() -> None:
    words = {"plan_step", *(kind.value for kind in codes.TaskKind), *(kind.value for kind in codes.DeadlineKind)}
    everything = "\n".join(line for state in SITUATIONS.values() for line in lines(told(state)))
    assert [word for word in words if "_" in word and word in everything] == []


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_next_is_what_the_page_says_is_next(name: str) -> None:
    for days in (0, 3, 30):
        now, down = NOW + timedelta(days=days), frozenset({Party.MAIL, Party.REGISTER})
        explanation = explained(SITUATIONS[name], now=now, down=down, queues=QUEUES, names=NAMES)
        assert explanation.next == next_up(SITUATIONS[name], now=now, down=down)


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_would_change_it_is_what_the_rules_make_of_it(name: str) -> None:
    state = SITUATIONS[name]
    before = then_next(state, now=NOW)
    for change in told(state).changes:
        happened = reduce(apply, change.facts, state)
        assert happened.sequence > state.sequence
        assert change.then == then_next(happened, now=NOW) != before
        assert change.sentence == f"{change.cause}: {change.then}."
        assert ("opnieuw een route" in change.then) is is_due(happened)


def test_the_resident_who_calls_is_spoken_with() -> None:
    change = next(one for one in told(SITUATIONS["calling"]).changes if one.cause == "Als de inwoner zelf belt")
    assert change.sentence == "Als de inwoner zelf belt: uitkomst vastleggen, uiterlijk wo 7 april."
    assert reduce(apply, change.facts, SITUATIONS["calling"]).phase is Phase.IN_CONVERSATION


def test_the_rest_of_the_plan_is_what_happens_when_nobody_is_reached() -> None:
    """The case is really called and written to, on the moments that it asks for, until it ends by itself."""
    state = SITUATIONS["calling"]
    promised = told(state).ahead
    days = list[str]()
    while (call := state.task(codes.TaskKind.CALL)) is not None:
        days.append(f"Bellen in de {str(call.daypart).lower()}")
        step = str(call.step_id).removeprefix("case-1.")
        state = after(state, call_made(AttemptResult.NO_ANSWER, call.opens_at, step=step))
    assert [step.what for step in promised.steps] == [*days[1:], "E-mail"]
    assert promised.end == (
        f"Komt er geen contact tot do 22 april, dan legt het systeem als uitkomst vast: {Outcome.NEVER_REACHED.value}."
    )
    last = after(
        state,
        a_fact(facts.AttemptMade, step_id="case-1.mail-2", at=state.deadlines[-1].due_at),
    )
    end = last.deadline(codes.DeadlineKind.PLAN_END)
    assert end is not None and f"{end.due_at:%d}" == "22"
    assert isinstance(next_step(last, now=end.due_at), Conclude)


def test_a_plan_that_is_done_says_how_it_ends() -> None:
    assert told(SITUATIONS["plan done"]).ahead.end.startswith("Komt er geen contact tot ma 12 april")


def test_nobody_plans_contact_while_an_objection_waits() -> None:
    assert told(SITUATIONS["objecting"]).ahead.steps == ()


def test_a_route_that_ends_the_case_says_so() -> None:
    known = the_terms().model_copy(update={"ends_as": Outcome.KNOWN_AT_DEBT_HELP, "route": Route.KNOWN_AT_DEBT_HELP})
    state = after(a_case_in(Phase.RECEIVED), route_chosen(terms=known))
    ahead = told(state).ahead
    assert ahead.steps == ()
    assert ahead.end == f"Zodra dat kan, legt het systeem als uitkomst vast: {Outcome.KNOWN_AT_DEBT_HELP.value}."


# --- why it is here, and whose it is ------------------------------------------------------------------------------


def test_the_rule_that_chose_the_route_is_told_with_the_policy_that_it_stands_in() -> None:
    young = the_terms().model_copy(update={"route": Route.YOUNG_ADULT, "why": "Beleid: jongeren.", "priority": 2})
    here = told(after(a_case_in(Phase.RECEIVED), route_chosen(terms=young))).here
    assert here[:3] == (
        "Deze zaak volgt de route voor jongeren (Beleid: jongeren).",
        "De zaak houdt zich aan het beleid 2025-1, zoals dat gold op 5 april 2027.",
        "Deze route heeft hoge voorrang (2 van 4).",
    )


def test_a_case_of_before_versions_had_a_start_names_its_version_alone() -> None:
    old = the_terms().model_copy(update={"chosen_on": None})
    assert (
        "De zaak houdt zich aan het beleid 2025-1 en begon vandaag 09:00."
        in told(after(a_case_in(Phase.RECEIVED), route_chosen(terms=old))).here
    )


def test_a_route_that_was_chosen_again_says_because_of_what() -> None:
    first = RouteChosen(at=NOW, route=Route.STANDARD, why="Gewoon.")
    same, other = first, RouteChosen(at=NOW, route=Route.ENTREPRENEUR, why="Ondernemer.")
    found = a_fact(TraitRecorded, trait=Trait.ENTREPRENEUR)
    state = a_case_in(Phase.CONTACT)
    joined = SignalJoined(at=NOW, signal=SECOND)
    assert "De route is opnieuw gekozen: vandaag 09:00. Daarvoor gebeurde dit: nog een signaal ontvangen van de " in (
        _here(state, first, found, same, joined, other)
    )
    assert "opnieuw" not in _here(state, first, joined, same)
    assert "De route is opnieuw gekozen: vandaag 09:00." in told(state, journey=(first, other)).here


def test_what_happened_to_somebody_else_is_not_told_as_the_reason() -> None:
    first = RouteChosen(at=NOW, route=Route.STANDARD)
    other = RouteChosen(at=NOW, route=Route.ENTREPRENEUR)
    about_them = SignalJoined(at=NOW, signal=OTHERS)
    assert "Daarvoor" not in _here(a_case_of_two(), first, about_them, other)


def _here(state: CaseState, *journey: AnyFact) -> str:
    return " ".join(told(state, journey=journey).here)


def test_by_whom_is_told_by_name_team_party_or_the_system() -> None:
    calling, owned = SITUATIONS["calling"], after(SITUATIONS["calling"], CaseAssigned(at=NOW, to=NOOR))
    said = {
        "Dit doet wie van het team Vroegsignalering de zaak oppakt.": calling,
        "Dit doet Noor de Wit van wie de zaak is.": owned,
        "Dit doet Sam Bos die het heeft beloofd.": SITUATIONS["agreed"],
        "Dit doet een andere partij: Vrijwilligers.": SITUATIONS["referred"],
        "Dit doet het systeem zelf.": SITUATIONS["contact"],
        "Dit doet wie van het team Gegevens de zaak oppakt.": SITUATIONS["doubtful"],
    }
    assert {told(state).who for state in said.values()} == set(said)
    assert all(told(state).who == who for who, state in said.items())
    assert "De zaak ligt bij het team Vroegsignalering en is van Noor de Wit." in told(owned).here


def test_without_names_nobody_is_named() -> None:
    owned = after(SITUATIONS["agreed"], CaseAssigned(at=NOW, to=NOOR))
    unnamed = explained(owned, now=NOW, queues=QUEUES, names={})
    assert unnamed.who == "Dit doet de collega die het heeft beloofd."
    assert unnamed.here[-1] == "De zaak ligt bij het team Vroegsignalering en is van een collega."


def test_who_proposed_something_does_not_approve_it() -> None:
    [approve] = [task for task in SITUATIONS["proposed"].tasks if task.kind is codes.TaskKind.APPROVE]
    waiting = SITUATIONS["proposed"].model_copy(update={"tasks": (approve,)})
    assert told(waiting).who == "Dit doet een ander dan wie het voorstelde, van het team Vroegsignalering."


def test_a_stalled_case_says_why() -> None:
    assert told(SITUATIONS["register silent"]).stalled == (
        "De zaak staat stil sinds vandaag 09:00: een ander systeem gaf te lang geen antwoord. Dit ligt nu bij het team."
    )
    assert told(SITUATIONS["calling"]).stalled == ""


# --- the amount, and what is kept ---------------------------------------------------------------------------------


def test_every_answer_about_the_amount_has_a_sentence() -> None:
    assert set(AMOUNTS) == set(AmountQuestion)
    assert all(sentence.endswith(".") for sentence in AMOUNTS.values())


def test_the_amount_may_be_asked_with_how_long_the_answer_is_good() -> None:
    talking = told(SITUATIONS["talking"])
    assert talking.amount == "U mag de partner vragen wat nu openstaat: er is met de inwoner gesproken."
    assert talking.amount_rule == "Beleid: een antwoord blijft twee weken bruikbaar."
    assert told(SITUATIONS["calling"]).amount_rule == ""
    assert told(SITUATIONS["calling"]).amount.startswith("Vraag de partner nog niet")
    assert told(SITUATIONS["closed"]).amount == ""


def test_a_closed_case_says_why_its_data_are_still_there() -> None:
    closed = told(SITUATIONS["closed"])
    assert closed.kept == (
        "De gegevens zijn er nog tot di 5 oktober 09:00: de uitkomst valt onder “contact, geen hulp”.",
    )
    assert "Beleid: zonder hulp zes maanden bewaren, vanaf ontvangst." in closed.next.ground
    held = after(SITUATIONS["closed"], a_fact(HoldSet))
    assert told(held).kept[1] == "De vernietiging is uitgesteld tot en met vr 31 december 12:00."
    assert told(SITUATIONS["talking"]).kept == ()


def test_a_case_that_went_into_another_keeps_nothing_itself() -> None:
    gone = SITUATIONS["closed"].model_copy(update={"retention": (), "merged_into": CaseId("case-2")})
    assert told(gone).kept == ("Deze zaak bewaart zelf geen gegevens meer.",)
    assert told(gone.model_copy(update={"merged_into": None})).kept == ("Er is geen bewaartermijn.",)


def test_a_paid_signal_ends_the_case_and_that_is_told_beforehand() -> None:
    paid = next(one for one in told(SITUATIONS["calling"]).changes if "betaald" in one.cause)
    [fact] = paid.facts
    assert isinstance(fact, facts.SignalChanged) and fact.change is SignalChange.PAID
    step = next_step(apply(SITUATIONS["calling"], fact), now=NOW)
    assert isinstance(step, Conclude) and step.outcome is Outcome.PAID_OR_ARRANGED


@pytest.mark.parametrize("name", ["calling", "talking", "paused", "referred", "closed"])
def test_the_whole_text_is_as_it_was_read_and_agreed(name: str) -> None:
    assert "\n".join(lines(told(SITUATIONS[name]))) + "\n" == (GOLDEN / f"{name}.txt").read_text()
