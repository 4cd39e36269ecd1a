from datetime import date, timedelta

import pytest

from adapters.partner_directory import CONFIRM_AFTER, Contact, DirectoryRefused, PartnerDirectory
from adapters.registry import Registry
from models.codes import PartnerRoute, PartnerSubject
from models.ids import PartnerId, StaffId
from models.tables import MunicipalityRow
from models.values import MunicipalityCode
from simulation import demo
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK

WOONSTEE = PartnerId("woonstee")
WATERDORP = MunicipalityCode("9902")
TODAY = date(2027, 4, 5)
DESK = Contact("contact-1", PartnerSubject.SIGNALS, "Team Incasso", PartnerRoute.PHONE, "0882003001")


def kept(databases: Databases) -> PartnerDirectory:
    with databases.main.write() as session:
        session.add(MunicipalityRow(code=WATERDORP.text, name="Waterdorp"))
    return PartnerDirectory(databases.main)


def test_what_a_municipality_wrote_down_is_there_for_itself_alone(databases: Databases) -> None:
    directory = kept(databases)
    directory.describe(ZONNEDIJK, WOONSTEE, arrangements=" Twaalf maanden. ", collection_day=27)
    directory.keep_contact(ZONNEDIJK, WOONSTEE, DESK)
    here, there = directory.find(ZONNEDIJK, WOONSTEE), directory.find(WATERDORP, WOONSTEE)
    assert here is not None and there is not None
    assert (here.arrangements, here.collection_day, here.contacts) == ("Twaalf maanden.", 27, (DESK,))
    assert (there.arrangements, there.collection_day, there.contacts) == ("", None, ())
    assert directory.find(ZONNEDIJK, PartnerId("nobody")) is None


def test_a_contact_sent_twice_is_there_once_and_can_be_taken_away(databases: Databases) -> None:
    directory = kept(databases)
    for _ in range(2):
        directory.keep_contact(ZONNEDIJK, WOONSTEE, DESK)
    assert directory.of(ZONNEDIJK, [WOONSTEE])[0].contacts == (DESK,)
    directory.drop_contact(WATERDORP, WOONSTEE, DESK.id)
    directory.keep_contact(WATERDORP, WOONSTEE, Contact(DESK.id, DESK.subject, "Ander", DESK.route, "0"))
    assert directory.of(ZONNEDIJK, [WOONSTEE])[0].contacts == (DESK,)
    for _ in range(2):
        directory.drop_contact(ZONNEDIJK, WOONSTEE, DESK.id)
    assert directory.of(ZONNEDIJK, [WOONSTEE])[0].contacts == ()


def test_the_preferred_contact_of_a_subject_comes_first(databases: Databases) -> None:
    directory = kept(databases)
    preferred = Contact("contact-2", PartnerSubject.SIGNALS, "Zeger", PartnerRoute.MAIL, "z@example.nl", preferred=True)
    other = Contact("contact-0", PartnerSubject.FEEDBACK, "Aad", PartnerRoute.MAIL, "a@example.nl")
    for contact in (other, DESK, preferred):
        directory.keep_contact(ZONNEDIJK, WOONSTEE, contact)
    assert directory.of(ZONNEDIJK, [WOONSTEE])[0].contacts == (preferred, DESK, other)


@pytest.mark.parametrize(("days", "to_check"), [(0, False), (364, False), (365, True)])
def test_who_was_not_confirmed_for_a_year_is_to_be_checked(databases: Databases, days: int, to_check: bool) -> None:
    assert timedelta(days=365) == CONFIRM_AFTER
    directory = kept(databases)
    assert directory.of(ZONNEDIJK, [WOONSTEE])[0].is_to_check(TODAY)
    directory.confirm(ZONNEDIJK, WOONSTEE, on=TODAY, by=StaffId("thea"))
    facts = directory.of(ZONNEDIJK, [WOONSTEE])[0]
    assert (facts.confirmed_by, facts.is_to_check(TODAY + timedelta(days=days))) == ("thea", to_check)


def test_an_agreement_counts_on_its_first_and_last_day(databases: Databases) -> None:
    directory = kept(databases)
    last = date(2027, 12, 31)
    directory.agree(ZONNEDIJK, WOONSTEE, from_day=TODAY, until_day=None)
    directory.agree(ZONNEDIJK, WOONSTEE, from_day=TODAY, until_day=last)
    facts = directory.of(ZONNEDIJK, [WOONSTEE])[0]
    assert len(facts.agreements) == 1
    inside = (TODAY, last)
    outside = (TODAY - timedelta(days=1), last + timedelta(days=1))
    assert [facts.agreement_on(day) is not None for day in (*inside, *outside)] == [True, True, False, False]


def test_what_makes_no_sense_is_refused(databases: Databases) -> None:
    directory = kept(databases)
    with pytest.raises(DirectoryRefused):
        directory.describe(ZONNEDIJK, WOONSTEE, arrangements="", collection_day=32)
    with pytest.raises(DirectoryRefused):
        directory.agree(ZONNEDIJK, WOONSTEE, from_day=TODAY, until_day=TODAY - timedelta(days=1))
    with pytest.raises(DirectoryRefused):
        directory.keep_contact(ZONNEDIJK, WOONSTEE, Contact("c", DESK.subject, " ", DESK.route, "0"))
    facts = directory.of(ZONNEDIJK, [WOONSTEE])[0]
    assert (facts.collection_day, facts.agreements, facts.contacts) == (None, (), ())


def test_the_demonstration_describes_a_partner_once_and_leaves_what_was_changed(databases: Databases) -> None:
    demo.register_everybody(Registry(databases.main))
    directory = PartnerDirectory(databases.main)
    demo.describe_partners(directory)
    directory.describe(ZONNEDIJK, PartnerId("lichtkracht"), arrangements="Anders.", collection_day=3)
    demo.describe_partners(directory)
    found = {facts.partner: facts for facts in directory.of(ZONNEDIJK)}
    assert (found[PartnerId("lichtkracht")].arrangements, found[PartnerId("zorggoed")].contacts) == ("Anders.", ())
    assert found[PartnerId("dijkwater")].contacts[0].preferred
