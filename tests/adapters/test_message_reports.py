"""What is heard of messages after they left is kept once, and stays until its case has it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from activities.records import MessageClaim, MessageFate
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from models.codes import Channel, MessageReport
from models.ids import CaseId, StepId
from models.personal import Mail
from models.tables import DocumentRow, MessageReportRow
from models.values import EmailAddress
from tests.adapters.conftest import Databases
from tests.adapters.stored import store_case
from tests.builders import NOW, RESIDENT

STEP = StepId("case-1.mail-1")
CLAIM = MessageClaim(
    step_id=STEP, case_id=CaseId("case-1"), person_id=RESIDENT, channel=Channel.MAIL, template="first-mail", at=NOW
)
MAIL = Mail(address=EmailAddress("a@post.example"), subject="Hulp", body="Beste A.")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def messages(databases: Databases) -> Messages:
    store_case(databases)
    messages = Messages(databases.main, databases.vault)
    messages.claim(CLAIM, MAIL)
    return messages


@pytest.fixture
def reports(databases: Databases, messages: Messages) -> MessageReports:
    return MessageReports(databases.main, databases.vault)


def test_what_is_heard_five_times_is_one_report(reports: MessageReports) -> None:
    assert all(reports.keep(STEP, MessageReport.DELIVERED, at=LATER) for _ in range(5))
    (heard,) = reports.untold(10)
    assert (heard.case_id, heard.news.step_id, heard.news.person_id) == ("case-1", STEP, RESIDENT)
    assert (heard.news.report, heard.news.report_id) == (MessageReport.DELIVERED, heard.id)


def test_what_the_case_has_is_not_told_again(reports: MessageReports) -> None:
    reports.keep(STEP, MessageReport.DELIVERED, at=LATER)
    reports.keep(STEP, MessageReport.BOUNCED, at=LATER + timedelta(minutes=1))
    first, second = reports.untold(10)
    reports.told(first.id, at=LATER)
    assert reports.untold(10) == [second]
    # Heard once more, it is no news.
    reports.keep(STEP, MessageReport.DELIVERED, at=LATER + timedelta(minutes=2))
    assert reports.untold(10) == [second]


def test_reports_are_told_in_the_order_in_which_they_came_and_not_all_at_once(reports: MessageReports) -> None:
    reports.keep(STEP, MessageReport.BOUNCED, at=LATER)
    reports.keep(STEP, MessageReport.DELIVERED, at=NOW)
    assert [heard.news.report for heard in reports.untold(1)] == [MessageReport.DELIVERED]


def test_nothing_is_kept_of_a_message_that_is_not_ours(reports: MessageReports, databases: Databases) -> None:
    assert not reports.keep("somebody-elses", MessageReport.BOUNCED, at=LATER)
    with databases.main.read() as session:
        assert session.exec(select(MessageReportRow)).all() == []


@pytest.mark.parametrize("report", [MessageReport.POSTED, MessageReport.DELIVERED, MessageReport.BOUNCED])
def test_a_message_of_which_nobody_knew_whether_it_left_did(
    reports: MessageReports, messages: Messages, report: MessageReport
) -> None:
    reports.keep(STEP, report, at=LATER)
    booking = messages.booked(STEP)
    assert booking is not None
    assert booking.fate is MessageFate.SENT


def test_a_message_that_was_refused_stays_so(reports: MessageReports, messages: Messages) -> None:
    messages.settle(STEP, MessageFate.REFUSED, at=NOW)
    reports.keep(STEP, MessageReport.DELIVERED, at=LATER)
    booking = messages.booked(STEP)
    assert booking is not None
    assert booking.fate is MessageFate.REFUSED


def test_a_message_that_was_taken_back_can_be_booked_again_and_its_text_is_gone(
    reports: MessageReports, messages: Messages, databases: Databases
) -> None:
    messages.settle(STEP, MessageFate.SENT, at=NOW)
    assert reports.keep(STEP, MessageReport.WITHDRAWN, at=LATER, key="round-1")
    with databases.main.read() as session:
        assert session.exec(select(DocumentRow).where(DocumentRow.kind == "message")).all() == []
    assert messages.claim(CLAIM, MAIL) is None
    # Taken back a second time, it is told a second time.
    assert reports.keep(STEP, MessageReport.WITHDRAWN, at=LATER, key="round-2")
    first, second = reports.untold(10)
    assert first.news.report is second.news.report is MessageReport.WITHDRAWN
    assert first.news.report_id != second.news.report_id


def test_a_report_can_be_part_of_something_bigger(reports: MessageReports, databases: Databases) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), databases.main.write() as session:
        reports.keep(STEP, MessageReport.POSTED, at=LATER, within=session)
        raise Undone
    assert reports.untold(10) == []
