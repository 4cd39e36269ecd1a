"""What happens next, in a sentence, for every kind of step; and how a deadline explains itself."""

from datetime import datetime, timedelta

import pytest

from models.case import CaseState, Task
from models.codes import AttemptResult, CalendarName, Channel, DeadlineKind, MatchingMode, Party, Phase
from models.facts import AttemptMade, ContactContinued, DeadlineExtended
from models.ids import CaseId
from models.terms import Matching
from policy.next_step import next_step
from tests.builders import NOW, a_case_in, a_case_state, after, at, route_chosen, the_terms
from tests.web.situations import (
    callback_agreed,
    ending_supply,
    paused,
    referral_accepted,
    referred,
    settled,
    visit_planned,
)
from tests.web.town import Town, a_case_in_conversation, closed_case
from web.explain import explain
from web.next_up import next_up


def waiting() -> CaseState:
    """A case that waits for the end of the month in which signals are collected."""
    monthly = the_terms().model_copy(update={"matching": Matching(mode=MatchingMode.MONTHLY, day=1, hour=6)})
    return after(a_case_state(), route_chosen(terms=monthly))


def following_up(town: Town) -> CaseState:
    """A conversation settled nothing, and the follow-up plan is at its letter."""
    state = a_case_in_conversation(town)
    state = town.happens(state, ContactContinued(at=NOW, person_id=state.resident))
    for _ in range(2):
        [call] = state.tasks
        assert call.step_id is not None
        missed = AttemptMade(
            at=call.opens_at,
            person_id=state.resident,
            step_id=call.step_id,
            channel=Channel.CALL,
            result=AttemptResult.NO_ANSWER,
        )
        state = town.happens(state, missed)
    return state


@pytest.mark.parametrize(
    ("moment", "sentence", "when"),
    [
        (NOW, "De zaak wacht op de andere signalen van deze periode.", "za 1 mei 06:00"),
        (at("2027-05-01 06:00"), "Het systeem pakt de zaak op.", "nu"),
    ],
)
def test_a_case_that_waits_says_for_what(moment: datetime, sentence: str, when: str) -> None:
    told = next_up(waiting(), now=moment)
    assert (told.sentence, told.when, told.by_itself) == (sentence, when, True)


def test_a_case_that_rests_says_until_when_and_then_goes_on(town: Town) -> None:
    state = paused(town)
    told = next_up(state, now=NOW)
    assert told.sentence == "De zaak rust tot en met ma 3 mei. Daarna gaat zij verder."
    assert told.reasons[0].counted == "Gekozen bij het laten rusten van de zaak (vandaag 09:00)."
    assert next_up(state, now=at("2027-05-03 23:59")).sentence == "De rust is voorbij; de zaak gaat verder."


def test_a_callback_is_told_with_its_own_moment(town: Town) -> None:
    state = callback_agreed(town)
    ahead, opened = next_up(state, now=NOW), next_up(state, now=at("2027-04-06 09:50"))
    late = next_up(state, now=at("2027-04-06 10:31"))
    assert (ahead.sentence, ahead.when) == ("Terugbellen, zoals afgesproken.", "morgen 10:00")
    assert (opened.sentence, opened.when) == (
        "Terugbellen: afgesproken met de inwoner.",
        "afgesproken vandaag 10:00",
    )
    assert late.when == "te laat, uiterlijk vandaag 10:30"


def test_a_visit_is_told_from_when_it_is(town: Town) -> None:
    told = next_up(visit_planned(town), now=NOW)
    assert (told.sentence, told.when) == ("Huisbezoek.", "vanaf morgen 10:00")


def test_work_of_another_party_says_whose_it_is(town: Town) -> None:
    for state, what in ((referred(town), "Doorverwijzing beantwoorden"), (referral_accepted(town), "Hulp beginnen")):
        told = next_up(state, now=NOW).sentence
        assert told.startswith(f"{what}: ") and told.endswith("Dit is werk van: wijkteam.")


def test_a_referral_without_an_answer_comes_back(town: Town) -> None:
    state = referred(town)
    bare = state.model_copy(update={"tasks": tuple(_opening_later(state))})
    due = state.tasks[0].deadline.due_at
    assert next_up(bare, now=due).sentence == "Er kwam geen antwoord op de doorverwijzing; zij komt terug."


def test_the_message_that_goes_out_is_named(town: Town) -> None:
    state = following_up(town)
    deadline = state.deadline(DeadlineKind.PLAN_STEP)
    assert deadline is not None
    assert next_up(state, now=deadline.due_at - timedelta(hours=1)).sentence == "Het systeem verstuurt een brief."
    assert next_up(state, now=deadline.due_at, down=frozenset({Party.LETTERS})).sentence == (
        "Het systeem verstuurt een brief. Brievendienst is nu niet bereikbaar; de zaak wacht en gaat vanzelf verder."
    )


def test_a_closed_case_says_when_its_data_go(town: Town) -> None:
    assert next_up(closed_case(town), now=NOW).sentence == "De zaak is afgesloten. De gegevens worden vernietigd."
    gone = a_case_in(Phase.CLOSED).model_copy(update={"retention": (), "merged_into": CaseId("0a1b2c3d-9")})
    assert next_up(gone, now=NOW).sentence == "De zaak ging op in zaak 0a1b2c3d."


def test_a_deadline_that_is_counted_back_says_so(town: Town) -> None:
    due = ending_supply(town).deadline(DeadlineKind.END_OF_SUPPLY)
    assert due is not None
    assert explain(due, now=NOW).counted == (
        "5 werkdagen voor het einde van de levering (ma 3 mei); "
        "geteld op de wettelijke kalender (Algemene termijnenwet)."
    )


def test_a_deadline_that_was_put_off_says_so(town: Town) -> None:
    state = a_case_in_conversation(town)
    [task] = state.tasks
    put_off = DeadlineExtended(
        at=NOW,
        person_id=state.resident,
        deadline=task.deadline.kind,
        task=task.kind,
        until=at("2027-04-20 23:59"),
    )
    [longer] = town.happens(state, put_off).tasks
    assert explain(longer.deadline, now=NOW).moved == "Verlengd door een medewerker."


def test_every_case_says_something(town: Town) -> None:
    for situation in (paused, callback_agreed, visit_planned, referred, settled, ending_supply, closed_case):
        state = situation(town)
        for days in (0, 1, 10, 40, 400):
            moment = NOW + timedelta(days=days)
            assert next_up(state, now=moment).sentence.endswith("."), next_step(state, now=moment)


def _opening_later(state: CaseState) -> list[Task]:
    """The tasks as if they were not open yet, so that what the system does by itself shows."""
    return [task.model_copy(update={"opens_at": at("2030-01-01 09:00")}) for task in state.tasks]


def test_the_calendar_that_counts_every_day_is_named() -> None:
    deadline = a_case_in(Phase.CONTACT).deadline(DeadlineKind.RETENTION)
    assert deadline is not None and deadline.calendar is CalendarName.ALL
    assert explain(deadline, now=NOW).counted.endswith("alle dagen tellen mee.")
