"""Every code that a page shows has Dutch words."""

from enum import StrEnum
from typing import get_args

import pytest

from models import codes
from models.commands import AnyCommand
from policy.commands import CALL_RESULTS, RULES
from policy.outcomes import DEFINITIONS
from web import labels
from web.case_view import HELP_OUTCOMES

SHOWN: tuple[type[StrEnum], ...] = (
    codes.TaskKind,
    codes.Queue,
    codes.Phase,
    codes.StallCause,
    codes.DeadlineKind,
    codes.Standing,
    codes.RegisterResult,
    codes.Party,
    codes.HelpKind,
    codes.Acceptance,
    codes.OutcomeClass,
    codes.RetentionStart,
    codes.ItemState,
    codes.RowStatus,
    codes.Role,
    codes.Outcome,
    codes.PartnerType,
)


@pytest.mark.parametrize("code", [code for shown in SHOWN for code in shown], ids=repr)
def test_every_code_has_a_label(code: StrEnum) -> None:
    words = labels.label(code)
    assert words or code is codes.ItemState.USABLE
    assert "_" not in words


@pytest.mark.parametrize("channel", codes.Channel)
@pytest.mark.parametrize("result", codes.AttemptResult)
def test_every_attempt_can_be_told(channel: codes.Channel, result: codes.AttemptResult) -> None:
    assert labels.ATTEMPTS[channel, result]


@pytest.mark.parametrize("kind", codes.TaskKind)
def test_every_task_says_why_it_is_there(kind: codes.TaskKind) -> None:
    assert labels.reason(kind, "")
    assert labels.reason(kind, "register.several") == "register vond meer personen"


def test_every_command_has_a_heading_and_a_word_of_success() -> None:
    kinds = {each.model_fields["kind"].default for each in get_args(get_args(AnyCommand)[0])}
    assert set(RULES) == kinds == set(labels.COMMANDS) == set(labels.DONE)


def test_every_call_result_can_be_chosen() -> None:
    assert tuple(labels.CALL_RESULTS) == CALL_RESULTS


def test_every_outcome_with_a_definition_can_be_chosen_once() -> None:
    offered = [*HELP_OUTCOMES, *(outcome for _, group in labels.OUTCOME_GROUPS for outcome in group)]
    assert sorted(offered) == sorted(DEFINITIONS)
    assert len(offered) == len(set(offered))


def test_a_label_of_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        labels.label(codes.ItemSource.PARTNER)
