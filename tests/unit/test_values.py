"""Values are parsed once, at the edge, and show nothing of themselves."""

import copy
import pickle
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from models.values import Bsn, EmailAddress, Euro, MunicipalityCode, PhoneNumber, Postcode, Text, Unreadable

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2)


def _eleven_proof(eight: str) -> str | None:
    """The eight digits with the ninth that makes them a BSN, where there is one."""
    last = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, eight, strict=True)) % 11
    return None if last == 10 or eight == "00000000" else f"{eight}{last}"


EIGHT = st.text("0123456789", min_size=8, max_size=8)
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)


# `\d` in models/values.py takes every script's digits: the same BSN would get two indexes.
OTHER_DIGITS = "１１１２２２３３３"
# +31 and a zero behind it is eight digits too few or one too many.
TRUNK_ZERO = "+31061234567"


class Form(BaseModel):
    """A model as an edge has it, without the setting that hides input."""

    model_config = ConfigDict(hide_input_in_errors=True)
    bsn: Bsn
    phone: PhoneNumber | None = None


# --- Bsn ---


@given(EIGHT)
def test_every_number_that_passes_the_eleven_test_is_a_bsn(eight: str) -> None:
    bsn = _eleven_proof(eight)
    assume(bsn is not None)
    assert bsn is not None
    assert Bsn.parse(bsn).text == bsn
    assert Bsn.parse(f" {bsn[:4]}.{bsn[4:6]}.{bsn[6:]} ") == Bsn.parse(bsn)


@given(EIGHT, st.integers(0, 9))
def test_every_other_last_digit_is_refused(eight: str, last: int) -> None:
    assume(_eleven_proof(eight) != f"{eight}{last}")
    with pytest.raises(Unreadable):
        Bsn.parse(f"{eight}{last}")


@given(EIGHT, st.integers(0, 7))
def test_two_digits_that_changed_places_are_noticed(eight: str, place: int) -> None:
    bsn = _eleven_proof(eight)
    assume(bsn is not None and bsn[place] != bsn[place + 1])
    assert bsn is not None
    swapped = bsn[:place] + bsn[place + 1] + bsn[place] + bsn[place + 2 :]
    with pytest.raises(Unreadable, match="elfproef"):
        Bsn.parse(swapped)


def test_a_leading_zero_that_a_spreadsheet_lost_comes_back() -> None:
    assert Bsn.parse("00000012") == Bsn.parse("000000012")


@pytest.mark.parametrize("text", ["", "1234567", "9999900190", "99999001x", "000000000", "00000000", OTHER_DIGITS])
def test_what_is_not_a_bsn_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        Bsn.parse(text)


# --- the others ---


@given(st.integers(1000, 9999), LETTERS)
def test_a_postcode_is_read_with_or_without_a_space_in_any_case(number: int, letters: str) -> None:
    wanted = f"{number}{letters}"
    assert Postcode.parse(f"{number} {letters.lower()}").text == Postcode.parse(wanted).text == wanted


@pytest.mark.parametrize("text", ["0123AB", "123AB", "12345AB", "1234A", "1234ABC", "1234 A1", "1234ÄB", ""])
def test_what_is_not_a_postcode_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="vier cijfers en twee letters"):
        Postcode.parse(text)


@given(st.text("0123456789", min_size=8, max_size=8))
def test_a_dutch_number_is_one_number_however_it_is_written(eight: str) -> None:
    wanted = f"+316{eight}"
    for text in (f"06{eight}", f"06-{eight}", f"0031 6 {eight}", f"+31 (6) {eight[:4]} {eight[4:]}"):
        assert PhoneNumber.parse(text).text == wanted


@pytest.mark.parametrize(
    "text", ["", "06", "061234567", "06123456789", TRUNK_ZERO, "+0123456789", "bel mij", "+3161234567a"]
)
def test_what_is_not_a_phone_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        PhoneNumber.parse(text)


def test_a_foreign_number_keeps_its_country() -> None:
    assert PhoneNumber.parse("0049 30 1234567").text == "+49301234567"


@pytest.mark.parametrize("text", ["a.b@post.example", "A_b+c%d-e'f@sub.post.example", " noor@post.example "])
def test_a_plain_mail_address_is_read(text: str) -> None:
    assert EmailAddress.parse(text).text == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "noor", "noor@", "@post.example", "noor@post", "a b@post.example", "a@b@c.nl", "a@post.example\nBcc: x@y.nl"],
)
def test_what_is_not_a_mail_address_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match=r"naam@domein\.nl"):
        EmailAddress.parse(text)


@pytest.mark.parametrize("text", ["990", "99011", "99a1", ""])
def test_a_municipality_code_has_four_digits(text: str) -> None:
    with pytest.raises(Unreadable):
        MunicipalityCode.parse(text)


@given(st.integers(0, 999_999_999))
def test_an_amount_is_the_same_however_it_is_written(cents: int) -> None:
    euros, rest = divmod(cents, 100)
    dutch = f"{euros:,}".replace(",", ".") + f",{rest:02}"
    for text in (dutch, f"€ {dutch}", f"{euros},{rest:02}", f"{euros}.{rest:02}"):
        assert Euro.parse(text).amount == Decimal(cents) / 100


@pytest.mark.parametrize(
    ("text", "amount"), [("640", "640.00"), ("1.234", "1234.00"), ("12,5", "12.50"), ("0", "0.00"), ("1.5", "1.50")]
)
def test_an_amount_may_be_written_short(text: str, amount: str) -> None:
    assert Euro.parse(text).text == amount


@pytest.mark.parametrize("text", ["", "-5", "1,234.56", "12,345", "1.23,45", "12345678", "vijf", "1e3", "10000000,00"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="1234,56"):
        Euro.parse(text)


@pytest.mark.parametrize(("text", "whole"), [("0,49", 0), ("0,50", 1), ("1,50", 2), ("2,50", 3), ("75,00", 75)])
def test_half_a_euro_is_rounded_up(text: str, whole: int) -> None:
    assert Euro.parse(text).whole == whole


# --- masking ---

SECRET: list[tuple[Text, str]] = [
    (Bsn("999990019"), "999990019"),
    (Postcode("9901AB"), "9901AB"),
    (PhoneNumber("0612345678"), "612345678"),
    (EmailAddress("noor@post.example"), "noor"),
    (Euro("640.15"), "640"),
]


@pytest.mark.parametrize(("value", "secret"), SECRET)
def test_a_personal_value_shows_itself_nowhere(value: Text, secret: str) -> None:
    shown = [str(value), repr(value), f"{value}", f"{value!r}", "%s" % value, f"{[value]}", f"{ {'x': value} }"]  # noqa: UP031
    assert [text for text in shown if secret in text] == []
    assert str(value) == f"{type(value).__name__}(***)"


@pytest.mark.parametrize(("value", "secret"), SECRET)
def test_a_personal_value_that_is_refused_is_not_repeated(value: Text, secret: str) -> None:
    with pytest.raises(Unreadable) as refused:
        type(value).parse(f"x{secret}x;")
    assert secret not in str(refused.value)


def test_a_model_shows_neither_a_good_value_nor_a_wrong_one() -> None:
    assert "999990019" not in repr(Form(bsn=Bsn("999990019")))
    with pytest.raises(ValidationError) as refused:
        Form.model_validate({"bsn": "999990018", "phone": "0612345678"})
    assert "999990018" not in str(refused.value)
    assert "elfproef" in str(refused.value)


def test_a_value_that_is_no_text_is_refused_without_repeating_it() -> None:
    with pytest.raises(ValidationError) as refused:
        Form.model_validate({"bsn": 999990019})
    assert "999990019" not in str(refused.value)
    assert "geen tekst" in str(refused.value)


def test_a_public_value_shows_itself() -> None:
    assert (str(MunicipalityCode("9901")), repr(MunicipalityCode("9901"))) == ("9901", "MunicipalityCode('9901')")


# --- as values ---


def test_values_are_equal_by_kind_and_text() -> None:
    assert Bsn("999990019") == Bsn("999.990.019")
    assert len({Bsn("999990019"), Bsn("999990019")}) == 1
    assert Postcode("9901AB") != "9901AB"
    assert MunicipalityCode("9901") != Euro("9901")


def test_a_value_never_changes() -> None:
    with pytest.raises(AttributeError, match="Bsn never changes"):
        Bsn("999990019").text = "999990020"


@pytest.mark.parametrize(("value", "secret"), SECRET)
def test_a_value_survives_copying_pickling_and_json(value: Text, secret: str) -> None:
    assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value


def test_a_value_is_plain_text_in_json() -> None:
    form = Form(bsn=Bsn("999990019"), phone=PhoneNumber("0612345678"))
    assert form.model_dump_json() == '{"bsn":"999990019","phone":"+31612345678"}'
    assert Form.model_validate_json(form.model_dump_json()) == form
