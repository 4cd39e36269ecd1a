"""What is read from the notices of mail servers, and that nothing else is taken for one."""

import email
from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.return_notice import ReturnNotice, read_notice
from models.codes import MessageReport
from simulation.returned_mail import CODES, notice

STEP = "3f2c.plan.mail-1"
MAIL = (
    f"From: gemeente@zonnedijk.example\r\nTo: a@post.example\r\nSubject: Hulp\r\n"
    f"Message-ID: <{STEP}@signaalreis>\r\n\r\nBeste A.\r\n"
).encode()
NOTICE = notice(MAIL, recipient="a@post.example", code="5.1.1")


def read(content: bytes) -> ReturnNotice | None:
    return read_notice(email.message_from_bytes(content))


@pytest.mark.parametrize(
    ("code", "report"),
    [
        *((code, MessageReport.BOUNCED) for code in ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4")),
        *((code, MessageReport.FAILED) for code in ("5.2.2", "5.7.1", "5.7.26", "5.3.4", "5.4.1", "5.1.8", "5.0.0")),
    ],
)
def test_only_a_code_that_is_about_the_address_spoils_it(code: str, report: MessageReport) -> None:
    assert read(notice(MAIL, recipient="a@post.example", code=code)) == ReturnNotice(STEP, report)


def test_mail_that_is_late_decides_nothing() -> None:
    assert read(notice(MAIL, recipient="a@post.example", code=CODES["terug-later"])) == ReturnNotice(STEP, None)


def test_mail_that_was_tried_in_vain_for_days_did_not_arrive_and_says_nothing_of_the_address() -> None:
    gave_up = notice(MAIL, recipient="a@post.example", code="4.4.7").replace(b"Action: delayed", b"Action: failed")
    assert read(gave_up) == ReturnNotice(STEP, MessageReport.FAILED)


def test_what_the_last_server_said_counts_when_the_status_says_nothing() -> None:
    vague = NOTICE.replace(b"Status: 5.1.1", b"Status: 5.0.0")
    assert read(vague) == ReturnNotice(STEP, MessageReport.BOUNCED)
    silent = vague.replace(b"smtp; 550 5.1.1 as", b"smtp; 550 192.5.1.1 as")
    assert read(silent) == ReturnNotice(STEP, MessageReport.FAILED)


def test_the_header_of_the_mail_is_enough() -> None:
    header = NOTICE.replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")
    assert read(header) == ReturnNotice(STEP, MessageReport.BOUNCED)


@pytest.mark.parametrize(
    "content",
    [
        MAIL,
        NOTICE.replace(b"@signaalreis", b"@elders.example"),
        NOTICE.replace(b"Message-ID: <3f2c", b"X-Other: <3f2c"),
        NOTICE.replace(b"message/delivery-status", b"text/plain"),
        NOTICE.replace(b"multipart/report", b"multipart/mixed"),
        b"",
    ],
    ids=["a-mail", "not-ours", "no-id", "no-status", "no-report", "nothing"],
)
def test_what_is_no_notice_of_our_mail_is_not_taken_for_one(content: bytes) -> None:
    assert read(content) is None


def test_a_notice_inside_another_mail_is_not_read() -> None:
    """Somebody who passes a notice on, or writes one into a mail of their own, tells nothing."""
    assert read(b"Content-Type: message/rfc822\r\n\r\n" + NOTICE) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    read(content)


@given(st.integers(0, len(NOTICE)), st.integers(0, 60), st.binary(max_size=30))
def test_a_damaged_notice_is_read_without_an_error_and_never_names_another_message(
    start: int, length: int, instead: bytes
) -> None:
    found = read(NOTICE[:start] + instead + NOTICE[start + length :])
    assert found is None or found.report in (None, MessageReport.BOUNCED, MessageReport.FAILED)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_status_and_action_give_an_answer(action: str, status: str) -> None:
    mail = email.message_from_bytes(NOTICE)
    [person] = [part for part in mail.walk() if isinstance(part, Message) and "Final-Recipient" in part]
    for name, value in (("Action", action), ("Status", status)):
        person.replace_header(name, value.replace("\n", " ").replace("\r", " "))
    found = read_notice(mail)
    assert found is not None
    assert found.reference == STEP
