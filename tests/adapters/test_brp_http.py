"""The register's adapter against the outside world's register, over real HTTP."""

import traceback
from collections.abc import Callable, Iterator
from datetime import date

import httpx
import pytest

from activities.ports import NotAuthorised, PartyUnavailable
from adapters.brp_http import BrpHttp
from adapters.http_party import RequestRefused
from models.codes import Party, RegisterResult
from models.errors import CodedError
from models.ids import PersonId
from models.personal import Resident
from models.values import Bsn, MunicipalityCode
from simulation.people import MUNICIPALITY, SyntheticPerson, population
from simulation.register import PATH
from simulation.world import World

RESIDENT = PersonId("resident")
# People of another seed and beyond the first block: their BSNs are nobody else's.
SPARE = [person for person in population(7, 200)[72:] if person.situation is RegisterResult.FOUND]

FAULTS = [
    ("down", PartyUnavailable, "register.connection-lost"),
    ("slow", PartyUnavailable, "register.timeout"),
    ("malformed", PartyUnavailable, "register.malformed"),
    ("http-429", PartyUnavailable, "register.http-429"),
    ("http-500", PartyUnavailable, "register.http-500"),
    ("http-503", PartyUnavailable, "register.http-503"),
    ("http-401", NotAuthorised, "register.http-401"),
    ("http-403", NotAuthorised, "register.http-403"),
    ("refuse", RequestRefused, "register.http-400"),
    ("http-302", RequestRefused, "register.http-302"),
    ("http-404", RequestRefused, "register.http-404"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    with World() as world:
        yield world


@pytest.fixture
def world(running: World) -> Iterator[World]:
    yield running
    running.heal(Party.REGISTER)


@pytest.fixture
def brp(world: World) -> Iterator[BrpHttp]:
    adapter = BrpHttp(world.register_url, timeout=10.0)
    yield adapter
    adapter.close()


def those(world: World, situation: RegisterResult) -> list[SyntheticPerson]:
    return [person for person in world.people if person.situation is situation and not person.secret]


def by_bsn(person: SyntheticPerson) -> Resident:
    return person.as_resident(RESIDENT, with_bsn=True)


def by_address(person: SyntheticPerson, *, with_birth_date: bool = True) -> Resident:
    return person.as_resident(RESIDENT, with_bsn=False, with_birth_date=with_birth_date)


def result_of(brp: BrpHttp, resident: Resident, municipality: MunicipalityCode) -> RegisterResult:
    return brp.ask(resident, municipality).verdict.result


def everything_said(error: BaseException) -> str:
    """All text that an error and its hidden contexts could put into a log or a history."""
    said = ""
    link: BaseException | None = error
    while link is not None:
        said += f"{link!s} {link!r} {link.args!r} {vars(link)!r}"
        link = link.__cause__ or link.__context__
    return said + "".join(traceback.format_exception(error))


@pytest.mark.parametrize("situation", [RegisterResult.FOUND, RegisterResult.DIED, RegisterResult.NOT_FOUND])
def test_the_answer_is_the_same_by_bsn_and_by_address(world: World, brp: BrpHttp, situation: RegisterResult) -> None:
    for person in those(world, situation):
        assert result_of(brp, by_bsn(person), MUNICIPALITY) is situation
        assert result_of(brp, by_address(person), MUNICIPALITY) is situation


def test_a_secret_address_is_told_with_the_answer(world: World, brp: BrpHttp) -> None:
    [hidden] = [person for person in world.people if person.secret]
    for resident in (by_bsn(hidden), by_address(hidden), by_address(hidden, with_birth_date=False)):
        assert result_of(brp, resident, MUNICIPALITY) is RegisterResult.FOUND_SECRET


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"situation": RegisterResult.DIED}, RegisterResult.DIED),
        ({"situation": RegisterResult.NOT_A_RESIDENT}, RegisterResult.NOT_A_RESIDENT),
        ({"situation": RegisterResult.NOT_A_RESIDENT, "abroad": True}, RegisterResult.ABROAD),
    ],
)
def test_who_is_no_resident_any_more_is_not_found_with_a_secret_address(
    world: World, brp: BrpHttp, changes: dict[str, object], expected: RegisterResult
) -> None:
    person = SPARE[20].model_copy(update={"secret": True, **changes})
    world.add(person)
    assert result_of(brp, by_bsn(person), MUNICIPALITY) is expected


def test_a_secret_address_of_a_namesake_says_nothing_about_the_resident(world: World, brp: BrpHttp) -> None:
    here, neighbour = SPARE[21:23]
    home = here.address.model_copy(update={"addition": "A"})
    next_door = {"surname": here.surname, "address": home.model_copy(update={"addition": "B"}), "secret": True}
    here = here.model_copy(update={"address": home})
    world.add(here, neighbour.model_copy(update=next_door))
    assert result_of(brp, by_address(here, with_birth_date=False), MUNICIPALITY) is RegisterResult.FOUND


def test_who_moved_away_or_abroad_is_not_a_resident(world: World, brp: BrpHttp) -> None:
    moved = those(world, RegisterResult.NOT_A_RESIDENT)
    assert {person.abroad for person in moved} == {True, False}
    for person in moved:
        left = RegisterResult.ABROAD if person.abroad else RegisterResult.NOT_A_RESIDENT
        for resident in (by_bsn(person), by_address(person)):
            assert result_of(brp, resident, MUNICIPALITY) is left


def test_who_moved_away_is_not_found_by_a_surname_alone(world: World, brp: BrpHttp) -> None:
    for person in those(world, RegisterResult.NOT_A_RESIDENT):
        assert result_of(brp, by_address(person, with_birth_date=False), MUNICIPALITY) is RegisterResult.NOT_FOUND


def test_a_resident_of_here_is_no_resident_of_another_municipality(world: World, brp: BrpHttp) -> None:
    person = those(world, RegisterResult.FOUND)[0]
    assert result_of(brp, by_bsn(person), MunicipalityCode("9902")) is RegisterResult.NOT_A_RESIDENT


def test_two_of_one_surname_at_one_address_are_several_until_a_birth_date_tells_them_apart(
    world: World, brp: BrpHttp
) -> None:
    for person in those(world, RegisterResult.SEVERAL):
        assert result_of(brp, by_address(person, with_birth_date=False), MUNICIPALITY) is RegisterResult.SEVERAL
        assert result_of(brp, by_address(person), MUNICIPALITY) is RegisterResult.FOUND


def test_a_surname_without_birth_date_is_enough_when_only_one_lives_there(world: World, brp: BrpHttp) -> None:
    person = those(world, RegisterResult.FOUND)[0]
    assert result_of(brp, by_address(person, with_birth_date=False), MUNICIPALITY) is RegisterResult.FOUND


@pytest.mark.parametrize("describe", [by_bsn, by_address])
@pytest.mark.parametrize(
    ("registered", "written"),
    [
        ("Galenhof", "GALENHOF"),
        ("Galenhof", "van Galenhof"),
        ("Galenhof", "Van den Galenhof"),
        ("Ündersma", "Undersma"),
        ("Zomerdal-Kuiper", "Zomerdal Kuiper"),
        ("'t Hart", "Hart"),
    ],
)
def test_a_surname_is_recognised_in_another_spelling(
    world: World, brp: BrpHttp, describe: object, registered: str, written: str
) -> None:
    person = SPARE[0].model_copy(update={"surname": registered})
    world.add(person)
    assert callable(describe)
    resident = describe(person).model_copy(update={"surname": written, "prefix": ""})
    assert result_of(brp, resident, MUNICIPALITY) is RegisterResult.FOUND


@pytest.mark.parametrize("describe", [by_bsn, by_address])
@pytest.mark.parametrize(
    "change",
    [{"surname": "Anders"}, {"birth_date": date(1901, 2, 3)}, {"surname": "Anders", "initials": "Q."}],
    ids=["surname", "birth date", "whole name"],
)
def test_whoever_differs_from_the_register_is_looked_at_from_both_sides(
    world: World, brp: BrpHttp, describe: Callable[[SyntheticPerson], Resident], change: dict[str, object]
) -> None:
    person = those(world, RegisterResult.FOUND)[0]
    answer = brp.ask(describe(person).model_copy(update=change), MUNICIPALITY)
    assert answer.verdict.result is RegisterResult.NEAR
    assert [(told.surname, told.address) for told in answer.people] == [(person.surname, person.address)]


@pytest.mark.parametrize("describe", [by_bsn, by_address])
def test_who_moved_within_the_municipality_is_told_with_the_new_address(
    world: World, brp: BrpHttp, describe: Callable[[SyntheticPerson], Resident]
) -> None:
    home = SPARE[40].address.model_copy(update={"number": 77_777, "addition": "B"})
    person = SPARE[40].model_copy(update={"situation": RegisterResult.MOVED_WITHIN, "moved_to": home})
    world.add(person)
    answer = brp.ask(describe(person), MUNICIPALITY)
    assert answer.verdict.result is RegisterResult.MOVED_WITHIN
    assert [told.address for told in answer.people] == [home]
    assert answer.people[0].since == "mei 2019"


def test_a_surname_alone_never_says_that_somebody_died_or_moved(world: World, brp: BrpHttp) -> None:
    dead = SPARE[41].model_copy(update={"situation": RegisterResult.DIED})
    world.add(dead)
    answer = brp.ask(by_address(dead, with_birth_date=False), MUNICIPALITY)
    assert answer.verdict.result is RegisterResult.NEAR
    assert answer.people[0].died


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        (RegisterResult.RESIDENCE_UNKNOWN, RegisterResult.RESIDENCE_UNKNOWN),
        (RegisterResult.NOT_AT_ADDRESS, RegisterResult.NOT_AT_ADDRESS),
        (RegisterResult.ABROAD, RegisterResult.ABROAD),
    ],
)
@pytest.mark.parametrize("describe", [by_bsn, by_address])
def test_each_kind_of_residence_is_told_apart(
    world: World,
    brp: BrpHttp,
    describe: Callable[[SyntheticPerson], Resident],
    situation: RegisterResult,
    expected: RegisterResult,
) -> None:
    person = SPARE[42].model_copy(update={"situation": situation})
    world.add(person)
    assert result_of(brp, describe(person), MUNICIPALITY) is expected


def test_who_is_known_by_a_married_name_is_found_by_it_and_by_the_maiden_name(world: World, brp: BrpHttp) -> None:
    person = SPARE[43].model_copy(
        update={
            "surname": "Zeewind",
            "prefix": "",
            "registered_as": "Oosterlaken",
            "addressed_as": "mevrouw P. Zeewind-Oosterlaken",
        }
    )
    world.add(person)
    for surname in ("Zeewind", "Oosterlaken", "Zeewind-Oosterlaken"):
        for resident in (by_bsn(person), by_address(person)):
            written = resident.model_copy(update={"surname": surname, "prefix": ""})
            assert result_of(brp, written, MUNICIPALITY) is RegisterResult.FOUND, surname
    (told,) = brp.ask(by_bsn(person), MUNICIPALITY).people
    assert (told.addressed_as, told.salutation) == (
        "mevrouw P. Zeewind-Oosterlaken",
        "Geachte mevrouw P. Zeewind-Oosterlaken",
    )


def test_a_birth_date_that_is_known_in_part_neither_proves_nor_speaks_against(world: World, brp: BrpHttp) -> None:
    person = SPARE[44].model_copy(update={"born_in": SPARE[44].birth_date.year})
    world.add(person)
    assert result_of(brp, by_bsn(person), MUNICIPALITY) is RegisterResult.FOUND
    assert brp.ask(by_bsn(person), MUNICIPALITY).people[0].born == str(person.birth_date.year)
    other = by_bsn(person).model_copy(update={"birth_date": date(1901, 1, 1)})
    assert result_of(brp, other, MUNICIPALITY) is RegisterResult.NEAR


def test_guardianship_is_told_with_the_answer(world: World, brp: BrpHttp) -> None:
    person = SPARE[45].model_copy(update={"guardianship": True})
    world.add(person)
    verdict = brp.ask(by_bsn(person), MUNICIPALITY).verdict
    assert (verdict.result, verdict.guardianship) == (RegisterResult.FOUND, True)


def test_whoever_gave_a_first_name_is_found_by_name_and_municipality(world: World, brp: BrpHttp) -> None:
    person = SPARE[46].model_copy(update={"first_names": "Wilhelmina Maria", "initials": "W.M."})
    world.add(person)
    elsewhere = person.address.model_copy(update={"number": 88_888})
    resident = by_address(person, with_birth_date=False).model_copy(
        update={"initials": "Wilhelmina", "address": elsewhere}
    )
    answer = brp.ask(resident, MUNICIPALITY)
    # A name alone is nobody for sure.
    assert answer.verdict.result is RegisterResult.NEAR
    assert [told.first_names for told in answer.people] == ["Wilhelmina Maria"]


def test_nothing_is_asked_about_housemates_who_cannot_be_meant(world: World, brp: BrpHttp) -> None:
    one, other = SPARE[47:49]
    other = other.model_copy(update={"address": one.address, "surname": "Heelanders"})
    world.add(one, other)
    assert [told.surname for told in brp.ask(by_address(one), MUNICIPALITY).people] == [one.surname]


def test_a_mistyped_bsn_of_somebody_who_died_tells_nothing_about_the_resident(world: World, brp: BrpHttp) -> None:
    person, dead = those(world, RegisterResult.FOUND)[0], those(world, RegisterResult.DIED)[0]
    mistyped = by_bsn(person).model_copy(update={"bsn": Bsn(dead.bsn.text)})
    assert result_of(brp, mistyped, MUNICIPALITY) is RegisterResult.NEAR


def test_a_namesake_at_the_neighbours_letter_is_somebody_else(world: World, brp: BrpHttp) -> None:
    here, neighbour = SPARE[1:3]
    home = here.address.model_copy(update={"addition": "A"})
    here = here.model_copy(update={"address": home})
    next_door = home.model_copy(update={"addition": "B"})
    world.add(here, neighbour.model_copy(update={"surname": here.surname, "address": next_door}))
    assert result_of(brp, by_address(here, with_birth_date=False), MUNICIPALITY) is RegisterResult.FOUND


def test_more_people_at_an_address_than_the_register_tells_are_several(world: World, brp: BrpHttp) -> None:
    crowd = [person.model_copy(update={"surname": "Velen", "address": SPARE[3].address}) for person in SPARE[3:34]]
    world.add(*crowd)
    assert result_of(brp, by_address(crowd[0], with_birth_date=False), MUNICIPALITY) is RegisterResult.SEVERAL
    assert result_of(brp, by_address(crowd[0]), MUNICIPALITY) is RegisterResult.FOUND


@pytest.mark.parametrize(("fault", "error", "code"), FAULTS)
@pytest.mark.parametrize("describe", [by_bsn, by_address])
def test_each_fault_is_a_typed_error_that_names_nobody(
    world: World, describe: object, fault: str, error: type[CodedError], code: str
) -> None:
    person = those(world, RegisterResult.FOUND)[0]
    assert callable(describe)
    brp = BrpHttp(world.register_url, timeout=0.3 if fault == "slow" else 10.0)
    world.fault(Party.REGISTER, fault, seconds=2.0)
    with pytest.raises(error) as caught:
        result_of(brp, describe(person), MUNICIPALITY)
    brp.close()
    assert caught.value.code == code
    said = everything_said(caught.value)
    for secret in (person.bsn.text, person.surname, person.address.postcode.text, str(person.birth_date), "http:"):
        assert secret not in said


def test_a_register_that_is_not_there_is_unreachable() -> None:
    with World() as world:
        person, brp = world.people[0], BrpHttp(world.register_url)
    with pytest.raises(PartyUnavailable) as caught:
        result_of(brp, by_bsn(person), MUNICIPALITY)
    brp.close()
    assert caught.value.code == "register.unreachable"
    assert person.surname not in everything_said(caught.value)


def test_after_an_outage_the_same_adapter_goes_on(world: World, brp: BrpHttp) -> None:
    person = those(world, RegisterResult.FOUND)[0]
    world.fault(Party.REGISTER, "down")
    with pytest.raises(PartyUnavailable):
        result_of(brp, by_bsn(person), MUNICIPALITY)
    world.heal(Party.REGISTER)
    assert result_of(brp, by_bsn(person), MUNICIPALITY) is RegisterResult.FOUND


# The register itself: where its refusals are the real register's, a client that passes here passes there.


def question(world: World, **parameters: object) -> httpx.Response:
    return httpx.post(world.register_url + PATH, json=parameters, trust_env=False)


def at(person: SyntheticPerson, **more: object) -> dict[str, object]:
    return {
        "type": "ZoekMetPostcodeEnHuisnummer",
        "postcode": person.address.postcode.text,
        "huisnummer": person.address.number,
        "fields": ["burgerservicenummer"],
        **more,
    }


@pytest.mark.parametrize(
    ("parameters", "name", "code"),
    [
        ({}, "type", "required"),
        ({"type": "Onbekend"}, "type", "value"),
        ({"type": "RaadpleegMetBurgerservicenummer", "fields": ["naam"]}, "burgerservicenummer", "required"),
        ({"burgerservicenummer": ["12345678"]}, "burgerservicenummer[0]", "pattern"),
        ({"burgerservicenummer": "999900006"}, "burgerservicenummer", "array"),
        ({"fields": []}, "fields", "minItems"),
        ({"fields": ["bestaatNiet"]}, "fields[0]", "fields"),
        ({"fields": ["opschortingBijhouding"]}, "fields[0]", "fields"),
        ({"postcode": "9990AA"}, "postcode", "unknownParam"),
        ({"gemeenteVanInschrijving": "123"}, "gemeenteVanInschrijving", "pattern"),
    ],
)
def test_the_register_refuses_a_faulty_consultation(
    world: World, parameters: dict[str, object], name: str, code: str
) -> None:
    right = {"type": "RaadpleegMetBurgerservicenummer", "burgerservicenummer": ["999900006"], "fields": ["naam"]}
    complete = parameters if not parameters or "type" in parameters else right | parameters
    answer = question(world, **complete)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "paramsValidation"
    assert [(fault["name"], fault["code"]) for fault in problem["invalidParams"]] == [(name, code)]


@pytest.mark.parametrize(
    ("parameters", "name", "code"),
    [
        ({"postcode": ""}, "postcode", "required"),
        ({"postcode": "0628HJ"}, "postcode", "pattern"),
        ({"huisnummer": None}, "huisnummer", "required"),
        ({"huisnummer": "2e"}, "huisnummer", "integer"),
        ({"huisnummer": 0}, "huisnummer", "minimum"),
        ({"huisnummer": 100_000}, "huisnummer", "maximum"),
        ({"geboortedatum": "1980"}, "geboortedatum", "date"),
        ({"inclusiefOverledenPersonen": "ja"}, "inclusiefOverledenPersonen", "boolean"),
        ({"fields": ["verblijfplaats"]}, "fields[0]", "fields"),
    ],
)
def test_the_register_refuses_a_faulty_search(
    world: World, parameters: dict[str, object], name: str, code: str
) -> None:
    answer = question(world, **at(world.people[0], **parameters))
    assert answer.status_code == 400
    assert [(fault["name"], fault["code"]) for fault in answer.json()["invalidParams"]] == [(name, code)]


def test_the_register_tells_of_a_secret_address_without_being_asked_and_never_that_one_is_not(world: World) -> None:
    [hidden] = [person for person in world.people if person.secret]
    [person] = question(world, **at(hidden)).json()["personen"]
    assert person == {"burgerservicenummer": hidden.bsn.text, "geheimhoudingPersoonsgegevens": True}
    shown = those(world, RegisterResult.FOUND)[0]
    [person] = question(world, **at(shown)).json()["personen"]
    assert person == {"burgerservicenummer": shown.bsn.text}


def test_the_register_tells_only_what_was_asked_for_and_that_somebody_died(world: World) -> None:
    dead = those(world, RegisterResult.DIED)[0]
    assert question(world, **at(dead)).json() == {"type": "ZoekMetPostcodeEnHuisnummer", "personen": []}
    found = question(world, **at(dead, inclusiefOverledenPersonen=True, fields=["geboorte.datum"])).json()
    (person,) = found["personen"]
    assert person["opschortingBijhouding"]["reden"]["code"] == "O"
    assert person["geboorte"]["datum"]["type"] == "Datum"
    assert person["geboorte"]["datum"]["datum"] == dead.birth_date.isoformat()
    assert set(person) == {"geboorte", "opschortingBijhouding"}
