from adapters.registry import Member, Registry
from models.codes import ReferralParty, Role
from models.ids import StaffId
from models.values import MunicipalityCode
from tests.adapters.conftest import Databases
from tests.builders import ZONNEDIJK

YARA = Member(StaffId("yara"), "Yara Vos", Role.REFERRAL_PARTY, (ZONNEDIJK,), ReferralParty.YOUTH_WORKER)
NOOR = Member(StaffId("noor"), "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK,))


def test_a_member_is_known_with_their_party(databases: Databases) -> None:
    registry = Registry(databases.main)
    registry.ensure(staff=[YARA, NOOR])
    assert [registry.member(member.id) for member in (YARA, NOOR)] == [YARA, NOOR]
    assert registry.member(StaffId("nobody")) is None


def test_who_is_known_already_is_renewed(databases: Databases) -> None:
    registry = Registry(databases.main)
    registry.ensure(staff=[YARA])
    moved = Member(YARA.id, "Yara Vos", Role.CASEWORKER, (ZONNEDIJK,))
    registry.ensure(staff=[moved])
    assert registry.member(YARA.id) == moved


def test_municipalities_that_work_here_come_in_the_order_of_their_codes(databases: Databases) -> None:
    registry = Registry(databases.main)
    assert registry.municipalities() == [ZONNEDIJK]
    before, after = MunicipalityCode("9899"), MunicipalityCode("9904")
    registry.ensure(municipalities=[(after, "Oeverland"), (before, "Voorland")])
    assert registry.municipalities() == [before, ZONNEDIJK, after]
