"""The search itself finds what it should, and only that."""

import base64
import json
import os
import uuid
from urllib.parse import quote, quote_plus, urlencode

import pytest

from tests.canary.marks import marked
from tests.canary.search import findings

SOMEBODY = marked(7)
PERSON = SOMEBODY.person
BSN = PERSON.bsn.text
PHONE = PERSON.phone.text.removeprefix("+31") if PERSON.phone else ""
NUMBERS = (BSN, PHONE)


def found(data: bytes) -> bool:
    return bool(findings({"place": data}, numbers=NUMBERS))


@pytest.mark.parametrize(
    "text",
    [
        PERSON.surname,
        PERSON.surname.upper(),
        PERSON.address.street,
        PERSON.address.postcode.text,
        PERSON.birth_date.isoformat(),
        PERSON.email.text if PERSON.email else "",
        SOMEBODY.note,
        BSN,
        PHONE,
    ],
)
@pytest.mark.parametrize(
    "written",
    [
        lambda text: text.encode(),
        lambda text: text.encode("latin-1"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: json.dumps({"x": text}).encode(),
        lambda text: json.dumps(json.dumps({"x": text})).encode(),
        lambda text: quote(text).encode(),
        lambda text: quote_plus(text).encode(),
        lambda text: urlencode({"x": text}).encode(),
        lambda text: text.encode().hex().encode(),
        *(lambda text, shift=shift: base64.b64encode(b"x" * shift + text.encode() + b"y" * 5) for shift in range(3)),
        *(lambda text, shift=shift: base64.urlsafe_b64encode(b"?" * shift + text.encode()) for shift in range(3)),
    ],
)
def test_a_mark_is_found_in_every_form(text: str, written: object) -> None:
    assert callable(written)
    data: bytes = written(text)
    assert found(os.urandom(2_000) + b"\0" + data + b"\0" + os.urandom(2_000))


@pytest.mark.parametrize("text", [f"0{PHONE}", f"+31{PHONE}", f"06-{PHONE[1:]}", f"06 {PHONE[1:5]} {PHONE[5:]}"])
def test_a_phone_number_is_found_however_it_is_written(text: str) -> None:
    assert found(f"bel {text}.".encode())
    assert found(f"2027-04-05T09:00:00.123456 {uuid.uuid4()} {text} {uuid.uuid4()}".encode())


@pytest.mark.parametrize("nanos", [f"1{BSN[:6]}97", f"1{BSN[:5]}197", f"{PHONE[:6]}999", f"1{PHONE[:5]}0001"])
@pytest.mark.parametrize("shift", range(3))
def test_a_moment_with_digits_as_somebodys_begin_is_nobodys_number(nanos: str, shift: int) -> None:
    text = f'{"x" * shift}{{"seconds":1795598127,"nanos":{nanos}}}'.encode()
    assert not found(text)
    assert not found(base64.b64encode(text))


def test_how_long_a_timer_runs_is_nobodys_number() -> None:
    assert not found(f'"startToFireTimeout": "{BSN[:4]}.{BSN[4:]}s"'.encode())
    assert found(f'"note": "{BSN[:4]}.{BSN[4:]}"'.encode())


@pytest.mark.parametrize("text", ["9999130.07", "999913007", "9999140.07", "999914007"])
def test_an_amount_is_found_in_euros_and_in_cents(text: str) -> None:
    said, owed = SOMEBODY.learned.amount.amount, SOMEBODY.learned.owed
    assert said is not None
    cents = [amount.text.replace(".", "") for amount in (said, owed)]
    assert findings({"place": f'{{"amount": "{text}"}}'.encode()}, numbers=cents)


def test_nothing_is_found_where_there_is_nothing() -> None:
    ids = " ".join(str(uuid.uuid4()) for _ in range(5_000))
    assert findings({"bytes": os.urandom(4_000_000), "ids": ids.encode()}, numbers=NUMBERS) == []
