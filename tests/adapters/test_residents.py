from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from adapters.residents import fuller, without
from models.codes import ItemSource, ItemState
from models.ids import ItemId
from models.personal import Address, Mailbox, Phone, Resident
from models.values import Bsn, EmailAddress, PhoneNumber, Postcode
from tests.builders import a_resident

NUMBERS = tuple(PhoneNumber(f"+3161234567{digit}") for digit in range(4))
ADDRESSES = tuple(EmailAddress(f"{name}@post.example") for name in "abc")
PHONES = st.builds(
    Phone,
    id=st.sampled_from([ItemId("one"), ItemId("two")]),
    number=st.sampled_from(NUMBERS),
    source=st.sampled_from([ItemSource.PARTNER, ItemSource.RESIDENT]),
    state=st.sampled_from(ItemState),
)
MAILBOXES = st.builds(Mailbox, address=st.sampled_from(ADDRESSES))
RESIDENTS = st.builds(
    a_resident,
    initials=st.sampled_from(["A.", "B."]),
    surname=st.sampled_from(["Kuijpers", "Bakkerink"]),
    birth_date=st.sampled_from([None, date(1984, 2, 29), date(2000, 1, 31)]),
    bsn=st.sampled_from([None, Bsn("999990019"), Bsn("999990020")]),
    address=st.builds(Address, postcode=st.just(Postcode("9901AB")), number=st.integers(1, 2)),
    phones=st.lists(PHONES, max_size=3, unique_by=lambda phone: phone.number).map(tuple),
    mailboxes=st.lists(MAILBOXES, max_size=2, unique_by=lambda box: box.address).map(tuple),
)


def _of_partner(resident: Resident) -> Resident:
    phones = tuple(phone.model_copy(update={"source": ItemSource.PARTNER}) for phone in resident.phones)
    return resident.model_copy(update={"phones": phones})


@given(RESIDENTS, RESIDENTS.map(_of_partner))
def test_what_a_signal_brought_goes_with_it_and_nothing_else(known: Resident, said: Resident) -> None:
    assert without(fuller(known, said), said, [known]) == known


@given(RESIDENTS, RESIDENTS)
def test_learning_the_same_again_changes_nothing(known: Resident, said: Resident) -> None:
    once = fuller(known, said)
    assert fuller(once, said) == once


def test_a_number_that_was_wrong_stays_wrong() -> None:
    wrong = Phone(id=ItemId("one"), number=NUMBERS[0], state=ItemState.WRONG)
    said = a_resident(phones=(Phone(id=ItemId("two"), number=NUMBERS[0]),))
    assert fuller(a_resident(phones=(wrong,)), said).phones == (wrong,)


def test_who_stands_for_somebody_in_another_case_is_not_taken_for_them() -> None:
    phone = Phone(id=ItemId("one"), number=NUMBERS[0], source=ItemSource.REPRESENTATIVE)
    mailbox = Mailbox(address=ADDRESSES[0], source=ItemSource.REPRESENTATIVE)
    known = a_resident(phones=(), mailboxes=())
    assert fuller(known, a_resident(phones=(phone,), mailboxes=(mailbox,))) == known


def test_only_one_number_is_preferred() -> None:
    one, other = (Phone(id=ItemId(number.text), number=number, preferred=True) for number in NUMBERS[:2])
    both = fuller(a_resident(phones=(one,)), a_resident(phones=(other,)))
    assert [phone.preferred for phone in both.phones] == [True, False]


def test_a_name_and_an_address_stay_when_nobody_says_another_one() -> None:
    known = a_resident()
    bare = without(known, known, [])
    assert (bare.name, bare.address) == (known.name, known.address)
    assert (bare.birth_date, bare.bsn, bare.phones, bare.mailboxes) == (None, None, (), ())
