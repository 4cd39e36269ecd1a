"""Every code that a page shows has Dutch words."""

import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from models import codes
from models.commands import AnyCommand
from policy import refusals
from policy.commands import RULES
from policy.outcomes import DEFINITIONS
from web import attempts, labels, work_labels
from web.case_forms import FORMS_FOR
from web.forms import contact, outcome
from web.forms.table import FORMS

SHOWN: tuple[type[StrEnum], ...] = (
    codes.TaskKind,
    codes.Queue,
    codes.Phase,
    codes.StallCause,
    codes.Rung,
    codes.DeadlineKind,
    codes.Standing,
    codes.RegisterResult,
    codes.LifeEvent,
    codes.RepresentativeKind,
    codes.Objection,
    codes.NotPickedUpReason,
    codes.SignalChange,
    codes.ReferralParty,
    codes.ReferralStatus,
    codes.PassOnChannel,
    codes.Party,
    codes.Channel,
    codes.Route,
    codes.PlanName,
    codes.HelpKind,
    codes.Acceptance,
    codes.OutcomeClass,
    codes.RetentionStart,
    codes.ItemSource,
    codes.ItemState,
    codes.RowStatus,
    codes.Recurrence,
    codes.Role,
    codes.Outcome,
    codes.PartnerType,
    codes.PartnerSubject,
    codes.PartnerRoute,
    codes.ReviewReason,
    codes.LookPurpose,
    codes.LookReason,
    codes.AtTheMachine,
    codes.NoteSubject,
    codes.IdentityShown,
    codes.PersonField,
)
WITHOUT_FORM = {"apply_policy"}
"""What is sent for many cases at once, by the command line."""
RULES_SOURCE = "".join(path.read_text() for path in Path("policy").rglob("*.py"))


@pytest.mark.parametrize("code", [code for shown in SHOWN for code in shown], ids=repr)
def test_every_code_has_a_label(code: StrEnum) -> None:
    words = labels.label(code)
    assert words or code is codes.ItemState.USABLE
    assert "_" not in words


@pytest.mark.parametrize("channel", codes.Channel)
@pytest.mark.parametrize("result", codes.AttemptResult)
def test_every_attempt_can_be_told(channel: codes.Channel, result: codes.AttemptResult) -> None:
    assert attempts.told(channel, result)


@pytest.mark.parametrize("kind", codes.TaskKind)
def test_every_task_says_why_it_is_there(kind: codes.TaskKind) -> None:
    assert work_labels.reason(kind, "")
    assert work_labels.reason(kind, "register.several") == "register vond meer personen"


def test_every_event_that_a_term_runs_from_has_words() -> None:
    named = set(re.findall(r'start_event="([^"]+)"', RULES_SOURCE))
    assert len(named) > 10
    assert named <= set(work_labels.START_EVENTS)


def test_every_reason_that_the_rules_name_has_words() -> None:
    named = set(re.findall(r'code="([^"]+)"', RULES_SOURCE))
    assert len(named) > 5
    assert named <= set(work_labels.REASONS_BY_CODE)


def test_every_command_has_a_form() -> None:
    kinds = {each.model_fields["kind"].default for each in get_args(get_args(AnyCommand)[0])}
    assert set(RULES) == kinds == set(FORMS) | WITHOUT_FORM
    assert all(form.title and form.done.endswith(".") for form in FORMS.values())


def test_every_task_has_a_form() -> None:
    assert set(FORMS_FOR) == set(codes.TaskKind)
    assert {kind for kinds in FORMS_FOR.values() for kind in kinds} <= set(FORMS)


def test_every_result_that_the_rules_take_can_be_chosen() -> None:
    assert set(contact.CALL_RESULTS) == set(refusals.CALL_RESULTS)
    assert set(contact.VISIT_RESULTS) == set(refusals.VISIT_RESULTS)
    assert set(contact.CORRECTED_RESULTS) == {*refusals.CALL_RESULTS, *refusals.VISIT_RESULTS}
    assert set(contact.OTHER_CHANNELS) == set(refusals.OTHER_RESULTS)
    assert set(contact.OTHER_RESULTS) == {each for results in refusals.OTHER_RESULTS.values() for each in results}
    assert set(contact.INCOMING_CHANNELS) == set(refusals.INCOMING)


def test_every_outcome_with_a_definition_can_be_chosen_once() -> None:
    offered = [*outcome.HELP_OUTCOMES, *(each for _, group in outcome.OUTCOME_GROUPS for each in group)]
    assert sorted(offered) == sorted(DEFINITIONS)
    assert len(offered) == len(set(offered))


def test_a_label_of_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        labels.label(codes.DocumentKind.NOTE)
