"""What does not belong in a note is noticed, and nothing else is."""

import uuid

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.codes import NoteSubject
from models.values import Bsn, Unreadable
from policy.note_check import LEFT_OUT, NUMBER, agrees, doubt_about, without_numbers

WORDS = {
    "ziek": NoteSubject.HEALTH,
    "depressie": NoteSubject.HEALTH,
    "psych*": NoteSubject.HEALTH,
    "burn-out": NoteSubject.HEALTH,
    "moslim": NoteSubject.RELIGION,
}
BSN = "999990019"


def _numbers(text: str) -> int:
    return doubt_about(text, {}).numbers


@pytest.mark.parametrize(
    "text",
    [
        BSN,
        "999990019.",
        "bsn999990019",
        "BSN: 9999.90.019, zegt zij",
        "999.990.019",
        "999 990 019",
        "9999-90-019",
        "99\u00a0999\u00a00019",
        "bel 06 12345678 over 999990019",
        "in 2025 999990019",
        "nr999990019",
        "(999990019)",
        "zaak3 999990019",
        "bsn,999990019",
    ],
)
def test_a_number_that_passes_the_eleven_test_is_noticed(text: str) -> None:
    assert _numbers(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "999990018",
        "000000000",
        "+31 999990019",
        "0031 999990019",
        "+31 (0)999990019",
        "€ 999.990.019",
        "EUR 999990019",
        "999.990.019,50",
        "999990019,-",
        "999990019 euro",
        "NL91 ABNA 999990019",
        "CH93 0076 2011 6238 9999 90 019",
        "a999990019",
        "999990019b",
        "_999990019",
        "999990019_",
        "9999900190",
        "99999001",
        "9 9999 0019",
        "99 99 90 01 9",
        "9999.90 019",
        "99 999 9.001 9",
    ],
)
def test_another_number_is_not(text: str) -> None:
    assert _numbers(text) == 0


def test_two_numbers_beside_each_other_are_two() -> None:
    assert _numbers(f"{BSN} {BSN}") == 2
    assert without_numbers(f"Van {BSN} en 999.990.019.") == f"Van {LEFT_OUT} en {LEFT_OUT}."


def test_a_note_without_a_number_stays_as_it_is() -> None:
    assert without_numbers("Belt om 10:30 terug.") == "Belt om 10:30 terug."


_DIGIT = st.sampled_from("0123456789")


@given(st.integers(min_value=100_000_000, max_value=999_999_999), st.sampled_from(["", ".", " ", "-"]))
def test_what_is_noticed_is_what_passes_the_eleven_test(number: int, sign: str) -> None:
    digits = str(number)
    try:
        Bsn(digits)
        passes = 1
    except Unreadable:
        passes = 0
    assert _numbers(f"Zij noemt {sign.join((digits[:3], digits[3:6], digits[6:]))} als nummer") == passes


@given(
    st.text(_DIGIT, min_size=8, max_size=8),
    st.sampled_from(["06{}", "06 {}", "06-{}", "+316{}", "+31 6 {}", "0031 6{}"]),
)
def test_a_mobile_number_is_no_bsn(rest: str, way: str) -> None:
    assert _numbers(f"bel {way.format(rest)} terug") == 0


@given(st.text(_DIGIT, min_size=7, max_size=7))
def test_a_landline_is_no_bsn(rest: str) -> None:
    parts = (f"020-{rest}", f"020 {rest[:3]} {rest[3:5]} {rest[5:]}", f"(020) {rest}", f"0{rest[:3]}-{rest[1:]}")
    assert [_numbers(part) for part in parts] == [0] * len(parts)


@given(st.integers(min_value=0, max_value=10**12))
def test_an_amount_is_no_bsn(cents: int) -> None:
    whole = f"{cents // 100:,}".replace(",", ".")
    assert _numbers(f"Het gaat om {whole},{cents % 100:02} van de € {whole}, niet € {cents // 100}") == 0


@given(st.text(_DIGIT, min_size=10, max_size=10))
def test_a_bank_account_is_no_bsn(account: str) -> None:
    spaced = f"{account[:4]} {account[4:8]} {account[8:]}"
    assert _numbers(f"NL91ABNA{account} of NL91 ABNA {spaced}") == 0


@given(st.uuids())
def test_the_number_of_a_case_is_no_bsn(case: uuid.UUID) -> None:
    assert _numbers(f"zie zaak {case} en {str(case)[:8]}") == 0


@given(st.dates())
def test_a_day_is_no_bsn(day: object) -> None:
    year, month, of_month = str(day).split("-")
    assert _numbers(f"{day} {of_month}-{month}-{year} {of_month}.{month}.{year} 14.30") == 0


@given(st.text(), st.integers(min_value=0, max_value=99_999))
def test_whatever_is_typed_around_it_nothing_of_it_is_lost(text: str, number: int) -> None:
    assume(not any(each.isdigit() for each in text))
    assert without_numbers(f"{text} {number}") == f"{text} {number}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Is ziek.", ("ziek",)),
        ("Zieke moeder, ZIEK kind", ("Zieke", "ZIEK")),
        ("Vader is ziek, moeder is ziek", ("ziek",)),
        ("twee depressies", ("depressies",)),
        ("bij een psychiater", ("psychiater",)),
        ("heeft een burn-out", ("burn-out",)),
        ("psych-afspraak", ("psych-afspraak",)),
        ("ziék", ("ziék",)),
        ("ziektekosten, ziekenfonds en de zorgverzekering", ()),
        ("hij bezoekt muzieklessen", ()),
        ("", ()),
    ],
)
def test_whole_words_and_their_inflections_are_noticed(text: str, found: tuple[str, ...]) -> None:
    assert doubt_about(text, WORDS).words.get(NoteSubject.HEALTH, ()) == found


def test_what_is_agreed_to_says_how_much_and_nothing_of_it() -> None:
    doubt = doubt_about(f"{BSN}: moslim, ziek, depressie", WORDS)
    assert doubt.subjects == (NUMBER, NoteSubject.HEALTH, NoteSubject.RELIGION)
    assert doubt.key == "bsn-1_health-2_religion-1"


def test_an_ordinary_note_leaves_no_doubt() -> None:
    doubt = doubt_about("Niet opgenomen. Belt donderdag terug na 17.00 uur.", WORDS)
    assert not doubt
    assert doubt.key == ""


@pytest.mark.parametrize(
    ("agreed", "enough"),
    [
        ("bsn-1_health-2", True),
        ("bsn-9_health-9_crime-1", True),
        ("health-2", False),
        ("bsn-1_health-1", False),
        ("bsn-1_health-x", False),
        ("bsn-1_health-²", False),
        ("", False),
        ("ja", False),
    ],
)
def test_who_agreed_to_less_is_asked_again(agreed: str, enough: bool) -> None:
    assert agrees(agreed, doubt_about(f"{BSN} ziek, depressie", WORDS)) is enough


def test_nothing_needs_no_agreement() -> None:
    assert agrees("", doubt_about("Belt terug.", WORDS))
