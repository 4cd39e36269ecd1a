"""What a signed table adds to what partners hear, for every outcome, kind of partner and ground."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from models.codes import DisclosureGround, FeedbackCode, Outcome, PartnerType
from models.terms import Disclosure, DisclosureRow
from policy.disclosure import FULLER, code_for, feedback_for, is_settled
from policy.file_disclosure import FileDisclosure
from tests.unit.test_terms import DEFAULT

GROUNDS = (None, *DisclosureGround)
SIGNED = FileDisclosure.model_validate(
    {**DEFAULT["disclosure"], "signed_by": "A. Voorbeeld", "signed_on": "2027-01-04"}
)
HELPED = "inwoner krijgt hulp"
MORE: Mapping[tuple[Outcome, DisclosureGround], str] = {
    (Outcome.ADVICE_OR_QUICK_FIX, DisclosureGround.CONSENT): HELPED,
    (Outcome.ADVICE_OR_QUICK_FIX, DisclosureGround.BASIS): HELPED,
    (Outcome.FURTHER_HELP, DisclosureGround.CONSENT): HELPED,
    (Outcome.FURTHER_HELP, DisclosureGround.BASIS): HELPED,
    (Outcome.FURTHER_HELP_FINANCIAL, DisclosureGround.CONSENT): HELPED,
    (Outcome.FURTHER_HELP_FINANCIAL, DisclosureGround.BASIS): HELPED,
    (Outcome.FURTHER_HELP_OTHER, DisclosureGround.CONSENT): HELPED,
    (Outcome.FURTHER_HELP_OTHER, DisclosureGround.BASIS): HELPED,
    (Outcome.SETTLES_IT_HIMSELF, DisclosureGround.CONSENT): "inwoner heeft geen hulp nodig of wil die niet",
    (Outcome.NEVER_REACHED, DisclosureGround.BASIS): "geen contact met de inwoner",
    (Outcome.NO_RESPONSE_AFTER_CONTACT, DisclosureGround.BASIS): "geen contact met de inwoner",
}
"""Everything that the default table adds; of each kind of partner."""
ALL = list(product(Outcome, PartnerType, GROUNDS))


@pytest.mark.parametrize(("outcome", "partner", "ground"), ALL)
def test_the_default_table_adds_this_once_it_is_signed(
    outcome: Outcome, partner: PartnerType, ground: DisclosureGround | None
) -> None:
    more = None if ground is None else MORE.get((outcome, ground))
    assert code_for(outcome, partner, ground, SIGNED.resolved()) == (more or feedback_for(outcome))


@pytest.mark.parametrize(("outcome", "partner", "ground"), ALL)
def test_without_a_signed_table_a_ground_adds_nothing(
    outcome: Outcome, partner: PartnerType, ground: DisclosureGround | None
) -> None:
    unsigned = FileDisclosure.model_validate(DEFAULT["disclosure"])
    assert unsigned.resolved() is None
    assert code_for(outcome, partner, ground, unsigned.resolved()) is feedback_for(outcome)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if is_settled(outcome)])
def test_no_table_changes_what_the_standard_settles(outcome: Outcome) -> None:
    row = DisclosureRow(code=FeedbackCode.HELPED, outcomes=tuple(Outcome), grounds=tuple(DisclosureGround))
    table = Disclosure(signed_on=date(2027, 1, 4), rows=(row,))
    for ground in GROUNDS:
        assert code_for(outcome, PartnerType.RENT, ground, table) is feedback_for(outcome)


def test_a_row_about_some_partners_is_about_no_others() -> None:
    row = DisclosureRow(
        code=FeedbackCode.HELPED,
        outcomes=(Outcome.FURTHER_HELP,),
        grounds=(DisclosureGround.CONSENT,),
        partner_types=(PartnerType.RENT, PartnerType.WATER),
    )
    table = Disclosure(signed_on=date(2027, 1, 4), rows=(row,))
    heard = {
        partner
        for partner in PartnerType
        if code_for(Outcome.FURTHER_HELP, partner, DisclosureGround.CONSENT, table) is FeedbackCode.HELPED
    }
    assert heard == {PartnerType.RENT, PartnerType.WATER}


ROW = {"code": HELPED, "outcomes": ["Vervolghulp en/of verwijzing"], "grounds": ["consent"]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rows": [], "signed_by": "A. Voorbeeld"}, "allebei"),
        ({"rows": [], "signed_on": "2027-01-04"}, "allebei"),
        ({"rows": [ROW | {"code": "inwoner is overleden"}]}, "landelijk"),
        ({"rows": [ROW | {"code": "afgehandeld"}]}, "landelijk"),
        ({"rows": [ROW | {"outcomes": ["Inwoner is overleden"]}]}, "landelijk"),
        ({"rows": [ROW, ROW | {"partner_types": ["Huur"]}]}, "twee regels"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        FileDisclosure.model_validate(wrong)


def test_rows_about_different_partners_may_say_different_things() -> None:
    other = ROW | {"code": FULLER[1], "partner_types": ["Water"]}
    FileDisclosure.model_validate({"rows": [ROW | {"partner_types": ["Huur"]}, other]})
