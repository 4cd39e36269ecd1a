"""Which mails of supervisors are due, and that each leaves once."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from activities import ports
from activities.digest import DigestActivities, DigestOrder
from activities.ports import AnswerLost, FateUnknown, MailServer, MessageRefused, PartyUnavailable
from activities.records import MessageFate
from adapters.digests import KEPT, Digests
from adapters.health import PartyHealth
from adapters.policy_book import PolicyFiles
from models.codes import Party, Phase
from models.facts import PartyGaveUp
from models.ids import StepId, resident_of
from models.tables import DigestRow
from tests.adapters.conftest import Databases
from tests.adapters.stored import THE_RESIDENT, happened, store_case
from tests.adapters.test_policy_book import SENDER, a_folder
from tests.builders import NOW, ZONNEDIJK, a_case_in, at
from tests.fakes import FakeMailServer

TO = ("team@zonnedijk.example", "leiding@zonnedijk.example")
ORDER = DigestOrder(municipality=ZONNEDIJK, at=NOW)


def digests(databases: Databases, folder: Path, *to: str, closing: str = "{}") -> Digests:
    told = f"supervision: {{digest_to: [{', '.join(to)}]}}\nclosing_days: {closing}\n"
    policies = PolicyFiles(a_folder(folder, m9901=SENDER + told), today=lambda: date(2027, 4, 5))
    return Digests(databases.main, policies, address="https://signaalreis.example")


def activities(databases: Databases, digests: Digests, mail: MailServer) -> DigestActivities:
    return DigestActivities(digests=digests, mail=mail, health=PartyHealth(databases.main))


@pytest.mark.parametrize(
    ("moment", "mails"),
    [
        ("2027-04-05 07:30", 2),
        # Saturday, Easter Monday, King's Day, a day on which this office is closed.
        ("2027-04-10 07:30", 0),
        ("2027-03-29 07:30", 0),
        ("2027-04-27 07:30", 0),
        ("2027-04-06 07:30", 0),
        # On Sunday in Amsterdam, and on Monday there.
        ("2027-04-11 23:59", 0),
        ("2027-04-12 00:00", 2),
    ],
)
def test_mails_are_due_on_working_days(databases: Databases, tmp_path: Path, moment: str, mails: int) -> None:
    port: ports.Digests = digests(databases, tmp_path, *TO, closing="{2027-04-06: Personeelsdag}")
    assert len(port.due(ZONNEDIJK, at=at(moment).astimezone(UTC))) == mails


def test_nobody_to_send_it_to_means_no_mail(databases: Databases, tmp_path: Path) -> None:
    assert list(digests(databases, tmp_path).due(ZONNEDIJK, at=NOW)) == []


def test_the_mail_has_counts_and_links_and_nothing_of_anybody(databases: Databases, tmp_path: Path) -> None:
    state = store_case(databases, a_case_in(Phase.IDENTITY_CHECK))
    step = StepId(f"{state.case_id}.register")
    happened(databases, state, PartyGaveUp(at=NOW, party=Party.REGISTER, step_id=step, person_id=state.resident))
    first, second = digests(databases, tmp_path, *TO).due(ZONNEDIJK, at=NOW)
    assert {first.mail.address.text, second.mail.address.text} == set(TO)
    assert (first.mail.body, first.mail.sender_name) == (second.mail.body, "Gemeente Elders")
    assert "Vastgelopen zaken: 1 (1 korter dan 2 dagen, 0 al 4 weken of langer)." in first.mail.body
    assert "https://signaalreis.example/vastgelopen?gemeente=9901" in first.mail.body
    for secret in (state.case_id, resident_of(state.case_id), THE_RESIDENT.surname, "noor"):
        assert secret not in first.mail.body + first.mail.subject


def test_each_mail_leaves_once_a_day(databases: Databases, tmp_path: Path) -> None:
    kept, mail = digests(databases, tmp_path, *TO), FakeMailServer()
    sending = activities(databases, kept, mail)
    assert [sending.send(ORDER) for _ in range(3)] == [2, 0, 0]
    later = ORDER.model_copy(update={"at": NOW + timedelta(hours=9)})
    assert sending.send(later) == 0
    tomorrow = ORDER.model_copy(update={"at": NOW + timedelta(days=1)})
    assert sending.send(tomorrow) == 2
    assert len(set(mail.sent)) == len(mail.sent) == 4


def test_of_two_that_send_at_once_one_does(databases: Databases, tmp_path: Path) -> None:
    kept = digests(databases, tmp_path, TO[0])
    [seen], [also_seen] = kept.due(ZONNEDIJK, at=NOW), kept.due(ZONNEDIJK, at=NOW)
    assert [kept.handing_over(seen, again=False), kept.handing_over(also_seen, again=False)] == [True, False]


def test_a_mail_that_was_under_way_at_a_kill_is_not_sent_again(databases: Databases, tmp_path: Path) -> None:
    kept, mail = digests(databases, tmp_path, *TO), FakeMailServer()
    under_way, other = kept.due(ZONNEDIJK, at=NOW)
    assert kept.handing_over(under_way, again=False)
    assert activities(databases, kept, mail).send(ORDER) == 1
    assert mail.sent == [other.reference]
    assert _fates(databases) == {under_way.reference: MessageFate.UNKNOWN, other.reference: MessageFate.SENT}


class Asked(FakeMailServer):
    """Can be asked, and knows these."""

    def __init__(self, *known: str) -> None:
        super().__init__(can_be_asked=True)
        self._known = known

    def took(self, reference: str) -> bool:
        return reference in self._known


def test_who_can_be_asked_is_asked_before_it_is_sent_again(databases: Databases, tmp_path: Path) -> None:
    kept = digests(databases, tmp_path, TO[0])
    [due] = kept.due(ZONNEDIJK, at=NOW)
    kept.handing_over(due, again=False)
    knows, knows_not = Asked(due.reference), Asked()
    with pytest.raises(AnswerLost):
        activities(databases, kept, knows_not).send(ORDER)
    patient = DigestActivities(digests=kept, mail=knows_not, health=PartyHealth(databases.main), settling=timedelta(0))
    assert (patient.send(ORDER), knows_not.sent) == (1, [due.reference])
    assert activities(databases, kept, knows).send(ORDER) == 0 and knows.sent == []


def test_a_mail_that_is_known_there_is_not_sent_again(databases: Databases, tmp_path: Path) -> None:
    kept = digests(databases, tmp_path, TO[0])
    [due] = kept.due(ZONNEDIJK, at=NOW)
    kept.handing_over(due, again=False)
    knows = Asked(due.reference)
    assert activities(databases, kept, knows).send(ORDER) == 0
    assert (knows.sent, _fates(databases)) == ([], {due.reference: MessageFate.SENT})


@pytest.mark.parametrize(("fault", "fate"), [(MessageRefused, MessageFate.REFUSED), (FateUnknown, MessageFate.UNKNOWN)])
def test_a_mail_that_is_refused_or_lost_is_not_tried_again(
    databases: Databases, tmp_path: Path, fault: type[MessageRefused | FateUnknown], fate: MessageFate
) -> None:
    kept, mail = digests(databases, tmp_path, *TO), FakeMailServer(outcomes=[fault])
    sending = activities(databases, kept, mail)
    assert [sending.send(ORDER), sending.send(ORDER)] == [1, 0]
    assert sorted(_fates(databases).values(), key=str) == sorted([fate, MessageFate.SENT], key=str)


def test_while_the_mail_server_is_away_everybody_sees_it_and_the_mail_goes_later(
    databases: Databases, tmp_path: Path
) -> None:
    kept, mail = digests(databases, tmp_path, TO[0]), FakeMailServer(outcomes=[PartyUnavailable])
    sending, health = activities(databases, kept, mail), PartyHealth(databases.main)
    with pytest.raises(PartyUnavailable):
        sending.send(ORDER)
    assert [(outage.party, outage.waiting) for outage in health.outages()] == [(Party.MAIL, 1)]
    assert (sending.send(ORDER), health.outages()) == (1, [])


def test_what_was_given_up_waits_no_longer_and_the_mail_server_is_still_away(
    databases: Databases, tmp_path: Path
) -> None:
    kept, mail = digests(databases, tmp_path, TO[0]), FakeMailServer(outcomes=[PartyUnavailable])
    sending, health = activities(databases, kept, mail), PartyHealth(databases.main)
    with pytest.raises(PartyUnavailable):
        sending.send(ORDER)
    sending.give_up(ORDER)
    assert [(outage.party, outage.waiting) for outage in health.outages()] == [(Party.MAIL, 0)]


def test_that_a_mail_left_is_forgotten_in_time(databases: Databases, tmp_path: Path) -> None:
    kept = digests(databases, tmp_path, TO[0])
    old = datetime.now(UTC) - KEPT - timedelta(minutes=1)
    with databases.main.write() as session:
        session.add(DigestRow(reference="old", municipality="9901", handed_at=old, fate=MessageFate.SENT))
    [due] = kept.due(ZONNEDIJK, at=NOW)
    kept.handing_over(due, again=False)
    assert set(_fates(databases)) == {due.reference}


def test_what_became_of_an_unknown_mail_is_nothing(databases: Databases, tmp_path: Path) -> None:
    kept = digests(databases, tmp_path, TO[0])
    kept.became("unknown", MessageFate.SENT)
    assert _fates(databases) == {}


def test_addresses_are_not_kept(databases: Databases, tmp_path: Path) -> None:
    kept = digests(databases, tmp_path, TO[0])
    [due] = kept.due(ZONNEDIJK, at=NOW)
    kept.handing_over(due, again=False)
    with databases.main.read() as session:
        [row] = session.exec(select(DigestRow)).all()
    assert not any("zonnedijk" in str(value) for value in row.model_dump().values())


def _fates(databases: Databases) -> dict[str, MessageFate | None]:
    with databases.main.read() as session:
        return {
            row.reference: None if row.fate is None else MessageFate(row.fate)
            for row in session.exec(select(DigestRow))
        }
