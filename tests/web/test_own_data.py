"""All that is held of one resident, for them: theirs whole, nobody else's, and not kept."""

import argparse
import json
import re
import stat
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from activities.records import MessageClaim, MessageFate
from adapters.call_requests import CallRequests
from adapters.cases_of_person import CasesOfPerson
from adapters.documents import Documents
from adapters.looks import Looker, Looks
from adapters.objection_marks import ObjectionMarks
from adapters.registry import Member
from command_line import own_data
from command_line.cases import NoSuchCase
from command_line.staff import NotAllowed
from models.case import CaseState
from models.codes import AtTheMachine, CallRequestStatus, Channel, DocumentKind, IdentityShown, LookPurpose, Role, Trait
from models.facts import CaseMerged, ContactReceived, HoldSet, Remembered, TraitRecorded, VisitsBlocked
from models.ids import CaseId, CommandId, DocumentId, PersonId, StaffId, StepId, unit_of_case
from models.personal import CallRequest, Mail, Note
from models.tables import AccessRequestRow, LookRow
from models.values import EmailAddress, PhoneNumber
from models.vault_tables import CaseSlotRow
from policy.looks import OF_ONE_PERSON
from tests.builders import ZONNEDIJK
from tests.web.browser import Browser, forms_of
from tests.web.situations import HOUSEMATE, repairing, with_a_housemate
from tests.web.town import NOOR, OPENED, RAVI, THEA, Town, a_case_in_contact, a_case_in_conversation, closed_case
from web import labels
from web.own_data.shape import Overzicht

ASKED = {"asked_on": "2027-04-05", "identity": "at_the_desk"}
SHAPE = Path(__file__).parents[2] / "docs" / "own-data.schema.json"


def where(state: CaseState) -> str:
    return f"/zaak/{state.case_id}/inzageverzoek"


def key(state: CaseState, person: PersonId | None = None) -> str:
    return f"{state.case_id}/{person or state.resident}"


async def given(
    browser: Browser,
    state: CaseState,
    *,
    person: PersonId | None = None,
    end: str = "",
    zaak: Sequence[str] | None = None,
    zonder: Sequence[str] = (),
    bel: Sequence[str] = (),
    **typed: str,
) -> httpx.Response:
    data = {
        "token": browser.secret,
        "shown": person or state.resident,
        "zaak": [key(state, person)] if zaak is None else zaak,
        "zonder": list(zonder),
        "bel": list(bel),
        **ASKED,
        **typed,
    }
    return await browser.client.post(where(state) + end, data=data)


async def as_json(browser: Browser, state: CaseState, **asked: object) -> Overzicht:
    answer = await given(browser, state, end=".json", **asked)  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert (answer.headers["cache-control"], "attachment" in answer.headers["content-disposition"]) == (
        "no-store",
        True,
    )
    return Overzicht.model_validate_json(answer.text)


def findable(town: Town, *states: CaseState) -> None:
    """The cases as matching left them."""
    with town.stores.vault.database.write() as session:
        for state in states:
            open_ = state.closed_at is None
            unit = unit_of_case(state.case_id)
            session.add(
                CaseSlotRow(case_id=state.case_id, unit_id=unit, municipality=state.municipality.text, open=open_)
            )


def merged(town: Town) -> CaseState:
    return town.happens(a_case_in_contact(town), CaseMerged(at=OPENED, by=NOOR, into=CaseId("een-andere-zaak")))


def note_kept(town: Town, state: CaseState, text: str) -> DocumentId:
    command = CommandId(f"command-{text[:8]}")
    with town.stores.database.write() as session:
        return Documents(town.stores.vault).keep(
            session, unit_of_case(state.case_id), DocumentKind.NOTE, command, Note(text=text), at=OPENED
        )


def noted(town: Town, state: CaseState, text: str, *, person: PersonId | None = None) -> DocumentId:
    """Somebody called, and a caseworker wrote this about it."""
    note = note_kept(town, state, text)
    town.happens(
        town.reload(state),
        ContactReceived(at=OPENED, by=NOOR, person_id=person or state.resident, channel=Channel.CALL, note_id=note),
    )
    return note


def mailed(town: Town, state: CaseState, body: str, person: PersonId | None = None) -> None:
    step = StepId(f"{state.case_id}.mail-{body[:4]}")
    mail = Mail(address=EmailAddress("beemd@example.nl"), subject="Wij willen u helpen", body=body)
    claim = MessageClaim(
        step_id=step,
        case_id=state.case_id,
        person_id=person or state.resident,
        channel=Channel.MAIL,
        template="first-mail",
        at=OPENED,
    )
    town.stores.messages.claim(claim, mail)
    town.stores.messages.settle(step, MessageFate.SENT, at=OPENED)


# --- who may, and what is asked first -----------------------------------------------------------------------------


async def test_a_caseworker_and_another_municipality_find_no_such_page(town: Town, app: object) -> None:
    state = a_case_in_contact(town)
    for staff in (NOOR, RAVI):
        browser = Browser(app)  # type: ignore[arg-type]
        await browser.sign_in(staff)
        assert (await browser.get(where(state))).status_code == 404
        assert (await given(browser, state)).status_code == 404
        assert (await given(browser, state, end=".json")).status_code == 404
        await browser.client.aclose()


async def test_the_case_leads_a_supervisor_there_and_nobody_else(town: Town, noor: Browser, thea: Browser) -> None:
    state = a_case_in_contact(town)
    link = f"/zaak/{state.case_id}/inzageverzoek?persoon={state.resident}"
    assert link in (await thea.get(f"/zaak/{state.case_id}")).text
    assert link not in (await noor.get(f"/zaak/{state.case_id}")).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"asked_on": ""}, "Vul de dag in"),
        ({"asked_on": "2027-04-06"}, "nog niet geweest"),
        ({"identity": ""}, "Kies hoe u weet"),
        ({"zaak": []}, "Kies over welke zaken"),
        ({"zaak": ["een-andere/zaak"]}, "Kies over welke zaken"),
    ],
)
async def test_what_is_missing_is_asked_and_what_was_typed_stays(
    town: Town, thea: Browser, typed: dict[str, str], said: str
) -> None:
    state = a_case_in_contact(town)
    answer = await given(thea, state, **typed)  # type: ignore[arg-type]
    assert (answer.status_code, said in answer.text) == (422, True)
    if "identity" not in typed:
        assert re.search(r'value="at_the_desk" required checked', answer.text)
    with town.stores.database.read() as session:
        assert session.exec(select(AccessRequestRow)).all() == []


async def test_the_cases_of_the_same_person_are_offered_the_closed_ones_too(town: Town, thea: Browser) -> None:
    state, over, other = a_case_in_contact(town), closed_case(town), a_case_in_contact(town, surname="Kuijpers")
    findable(town, state, over, other)
    page = (await thea.get(where(state))).text
    offered = [form for form in forms_of(page) if form.action == where(state)]
    assert len(offered) == 1
    assert key(state) in page and key(over) in page and key(other) not in page
    made = await as_json(thea, state, zaak=[key(state), key(over), key(other)])
    assert [one.nummer for one in made.zaken] == [state.case_id, over.case_id]
    assert made.zaken[1].bewaren[0].tot != "nog niet bekend"


async def test_a_forged_form_gives_nothing(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    assert (await given(thea, state, token="x")).status_code == 403
    assert (await given(thea, state, end=".json", token="x")).status_code == 403


# --- what is in it ------------------------------------------------------------------------------------------------


async def test_everything_of_the_person_is_in_it(town: Town, thea: Browser) -> None:
    state = a_case_in_conversation(town)
    noted(town, state, "Belt liever na zes uur.")
    mailed(town, state, "U hebt een brief van ons gekregen.")
    await thea.get(f"/zaak/{state.case_id}")
    made = await as_json(thea, state)
    [case] = made.zaken
    assert case.persoon is not None
    assert (case.persoon.naam, case.persoon.adres) == ("A.B. van den Beemd", ["Zonnelaan 12 A", "9990 AB Zonnedijk"])
    assert case.persoon.telefoonnummers == ["06 1234 5678 (van de partner)"]
    [signal] = case.signalen
    assert (signal.partner, signal.kenmerk, signal.bedragInCenten) == ("Woonstee Zonnedijk", "WO-1", 41_250)
    assert signal.eigenStappen == "Twee keer gebeld, een keer geschreven."
    assert "Belt liever na zes uur." in [event.notitie for event in case.gebeurtenissen]
    [message] = case.berichten
    assert (message.aan, message.tekst) == ("beemd@example.nl", "U hebt een brief van ons gekregen.")
    assert {(one.rol, one.doel) for one in case.ingezien} >= {("teamleider", "De zaak geopend")}
    assert "Het persoonsregister (BRP)" in [one.aan for one in case.verstrekt]
    assert (made.gemeente, made.verzoekVan.isoformat()) == ("Zonnedijk", "2027-04-05")
    assert len(case.bewaren) == 4


async def test_the_page_says_the_same_and_names_no_member_of_staff(town: Town, thea: Browser) -> None:
    state = a_case_in_conversation(town)
    noted(town, state, "Belt liever na zes uur.")
    page = (await given(thea, state)).text
    article = page[page.index('<article class="own-data"') :]
    for text in ("A.B. van den Beemd", "Zonnelaan 12 A", "06 1234 5678", "WO-1", "€ 412,50", "Belt liever na zes uur."):
        assert text in article
    assert "Noor" not in article and "Thea" not in article


async def test_nothing_of_somebody_else_in_the_case_is_in_it(town: Town, thea: Browser) -> None:
    state = with_a_housemate(town)
    noted(town, state, "Dit gaat over de huisgenoot.", person=HOUSEMATE)
    mailed(town, state, "Post voor de huisgenoot.", person=HOUSEMATE)
    state = town.reload(state)
    mine, theirs = await as_json(thea, state), await as_json(thea, state, person=HOUSEMATE)
    assert [one.kenmerk for case in mine.zaken for one in case.signalen] == ["WO-1"]
    told = mine.model_dump_json()
    assert "huisgenoot" not in told
    assert any("andere mensen in deze zaak" in one for one in mine.zaken[0].weggelaten)
    assert "Dit gaat over de huisgenoot." in theirs.model_dump_json()
    assert "Post voor de huisgenoot." in theirs.model_dump_json()


@pytest.mark.parametrize("parted", [repairing, merged])
async def test_whoever_is_in_the_case_no_more_is_told_of_to_nobody(
    town: Town, thea: Browser, parted: Callable[[Town], CaseState]
) -> None:
    state = parted(town)
    assert len(state.people) == 1
    of_all = note_kept(town, state, "Zij zijn allebei gebeld.")
    state = town.happens(state, HoldSet(at=OPENED, by=THEA, until=OPENED + timedelta(days=400), note_id=of_all))
    noted(town, state, "Belt liever na zes uur.")
    [case] = (await as_json(thea, state)).zaken
    assert [event.notitie for event in case.gebeurtenissen if event.notitie] == ["Belt liever na zes uur."]
    assert any("andere mensen in deze zaak" in one for one in case.weggelaten)


async def test_who_was_looked_at_in_a_shared_case_is_told_to_none_of_them(town: Town, thea: Browser) -> None:
    state, alone = with_a_housemate(town), a_case_in_contact(town)
    units = [unit_of_case(state.case_id), unit_of_case(alone.case_id)]
    for purpose in LookPurpose:
        looker = Looker(NOOR, Role.CASEWORKER, purpose)
        Looks(town.stores.database, town.stores.vault, town.stores.policies).record(looker, units, at=OPENED)
    [shared], [mine] = (await as_json(thea, state)).zaken, (await as_json(thea, alone)).zaken
    of_one = {labels.label(purpose) for purpose in OF_ONE_PERSON}
    assert {labels.label(LookPurpose.ACCESS_REQUEST), labels.label(LookPurpose.AT_THE_DOOR)} < of_one
    assert {one.doel for one in mine.ingezien} - {one.doel for one in shared.ingezien} == of_one
    assert [any("bekeek van één persoon" in said for said in case.weggelaten) for case in (shared, mine)] == [
        True,
        False,
    ]


async def test_a_note_about_somebody_else_can_be_left_out_and_that_is_said(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    about_mother = noted(town, state, "Zijn moeder is ziek.")
    noted(town, state, "Wil een regeling.")
    page = (await given(thea, state)).text
    assert f'name="zonder" value="{about_mother}"' in page
    made = await as_json(thea, state, zonder=[about_mother])
    assert {event.notitie for event in made.zaken[0].gebeurtenissen} == {"", "Wil een regeling."}
    assert any("over iemand anders" in one for one in made.zaken[0].weggelaten)
    again = (await given(thea, state, zonder=[about_mother])).text
    assert "Zijn moeder is ziek." not in again[again.index('<article class="own-data"') :]


async def test_why_nobody_may_visit_stays_out(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    with town.stores.database.write() as session:
        note = Documents(town.stores.vault).keep(
            session, unit_of_case(state.case_id), DocumentKind.NOTE, "c-1", Note(text="De buurman dreigt."), at=OPENED
        )
    town.happens(state, VisitsBlocked(at=OPENED, by=THEA, person_id=state.resident, note_id=note))
    made = await as_json(thea, state)
    assert "buurman" not in made.model_dump_json()
    assert any("huisbezoek" in one for one in made.zaken[0].weggelaten)


async def test_a_secret_address_is_for_whoever_may_see_it(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    hides = TraitRecorded(at=OPENED, by=NOOR, person_id=state.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    state = town.happens(state, hides)
    made = await as_json(thea, state)
    assert "Zonnelaan" not in made.model_dump_json()
    assert any("Het adres" in one for one in made.zaken[0].weggelaten)
    town.stores.registry.ensure(
        staff=[Member(THEA, "Thea Vos", Role.SUPERVISOR, (ZONNEDIJK,), sees_secret_addresses=True)]
    )
    assert "Zonnelaan" in (await as_json(thea, state)).model_dump_json()


async def test_an_address_that_is_secret_in_one_case_is_in_none(town: Town, thea: Browser, tmp_path: Path) -> None:
    state, other = a_case_in_contact(town), a_case_in_contact(town)
    findable(town, state, other)
    hides = TraitRecorded(at=OPENED, by=NOOR, person_id=other.resident, trait=Trait.SECRET_ADDRESS, applies=True)
    town.happens(other, hides)
    for cases in ([key(state), key(other)], [key(state)]):
        made = await as_json(thea, state, zaak=cases)
        assert "Zonnelaan" not in made.model_dump_json()
        assert all(any("Het adres" in one for one in case.weggelaten) for case in made.zaken)
    assert "Het adres is geheim" in (await thea.get(where(state))).text
    for only in (False, True):
        file = tmp_path / f"{only}.json"
        own_data.own_data(town.settings, typed(state, file, only=only))
        assert "Zonnelaan" not in file.read_text(encoding="utf-8")


def called(town: Town, surname: str, note: str, *, at: datetime = OPENED) -> None:
    said = CallRequest(surname=surname, phone=PhoneNumber("0612345678"), note=note)
    CallRequests(town.stores.database, town.stores.vault).keep(said, ZONNEDIJK, by=StaffId("sam"), at=at)


def ticks(page: str) -> list[str]:
    """The calls that may be put in; none is to begin with."""
    assert not re.search(r'name="bel"[^>]* checked', page[: page.index("<article")])
    return re.findall(r'name="bel" value="([^"]+)"', page)


async def test_a_call_is_in_it_only_when_somebody_says_that_it_is_theirs(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    called(town, "Beemd", "Graag bellen.")
    called(town, "Kuijpers", "Ik ben de buurvrouw.")
    calls = CallRequests(town.stores.database, town.stores.vault)
    [first] = [call for call in calls.waiting([CallRequestStatus.NEW]) if call.said.surname == "Beemd"]
    calls.done(first.id, calls=first.calls, at=OPENED)
    called(town, "van de Beemt", "Ik ben zijn vrouw.", at=OPENED + timedelta(hours=1))
    page = (await given(thea, state)).text
    assert "Graag bellen." not in page[page.index("<article") :]
    assert "buurvrouw" not in page
    mine, _ = ticks(page)
    none, one = await as_json(thea, state), await as_json(thea, state, bel=[mine])
    assert ([call.naam for call in none.terugbelverzoeken], len(none.weggelaten)) == ([], 1)
    assert ([call.naam for call in one.terugbelverzoeken], len(one.weggelaten)) == (["Beemd"], 1)
    both = await as_json(thea, state, bel=ticks(page))
    assert (len(both.terugbelverzoeken), both.weggelaten) == (2, [])
    again = (await given(thea, state, bel=[mine])).text
    assert f'name="bel" value="{mine}" checked' in again
    assert "Graag bellen." in again[again.index("<article") :]
    assert "zijn vrouw" not in again[again.index("<article") :]


async def test_a_call_of_another_number_is_not_put_in_by_its_id(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    called(town, "Kuijpers", "Ik ben de buurvrouw.")
    [other] = CallRequests(town.stores.database, town.stores.vault).waiting([CallRequestStatus.NEW])
    made = await as_json(thea, state, bel=[other.id])
    assert (made.terugbelverzoeken, made.weggelaten) == ([], [])


async def test_a_mark_after_an_objection_is_in_it(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    resident = town.stores.cases.resident(state.case_id, state.resident)
    until = OPENED + timedelta(days=730)
    ObjectionMarks(town.stores.vault).keep(
        ZONNEDIJK, state.case_id, state.resident, resident, Remembered(until=until, ground="Beleid."), at=OPENED
    )
    made = await as_json(thea, state)
    assert made.bezwaarkenmerkTot == until


async def test_a_look_of_a_command_is_told_as_well(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    looker = Looker(StaffId("os:karin:root"), AtTheMachine.COMMAND_LINE, LookPurpose.STATISTICS)
    looks = Looks(town.stores.database, town.stores.vault, town.stores.policies)
    looks.record(looker, [unit_of_case(state.case_id)], at=town.now)
    [case] = (await as_json(thea, state)).zaken
    assert "opdrachtregel van de server" in {one.rol for one in case.ingezien}
    assert "karin" not in case.model_dump_json()


# --- what is written down, and what is not ------------------------------------------------------------------------


async def test_that_it_was_made_is_written_down_once_with_its_own_purpose(town: Town, thea: Browser) -> None:
    state = a_case_in_contact(town)
    await given(thea, state)
    await given(thea, state, end=".json")
    with town.stores.database.read() as session:
        [request] = session.exec(select(AccessRequestRow)).all()
        purposes = set(session.exec(select(LookRow.purpose).where(LookRow.case_id == state.case_id)))
    assert (request.asked_on.isoformat(), request.answered_by, request.identity) == (
        "2027-04-05",
        THEA,
        IdentityShown.AT_THE_DESK,
    )
    assert purposes == {LookPurpose.ACCESS_REQUEST}
    page = (await thea.get(where(state))).text
    assert "Verzoek van 5 april 2027" in page


async def test_every_case_that_it_tells_of_was_opened_for_it(town: Town, thea: Browser) -> None:
    state, over, untaken = a_case_in_contact(town), closed_case(town), a_case_in_contact(town)
    findable(town, state, over, untaken)
    chosen = [key(state), key(over)]

    def purposes() -> dict[str | None, set[str]]:
        with town.stores.database.read() as session:
            rows = session.exec(select(LookRow).where(LookRow.staff_id == THEA)).all()
        return {row.case_id: {each.purpose for each in rows if each.case_id == row.case_id} for row in rows}

    await given(thea, state, zaak=chosen)
    assert purposes() == {state.case_id: {"access_request"}, over.case_id: {"access_request"}}
    await given(thea, state, zaak=chosen, identity="")
    assert purposes() == {
        state.case_id: {"access_request"},
        over.case_id: {"access_request", "beside"},
        untaken.case_id: {"beside"},
    }


def test_the_shape_is_documented_as_it_is(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    assert own_data.shape(town.settings, argparse.Namespace()) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(SHAPE.read_text(encoding="utf-8"))


# --- the command line ---------------------------------------------------------------------------------------------


def typed(state: CaseState, file: Path, *, by: str = THEA, **changes: object) -> argparse.Namespace:
    asked = {"case": state.case_id, "file": file, "by": by, "person": None, "only": False, "asked": OPENED.date()}
    return argparse.Namespace(**{**asked, "notes": False, "note": None, "identity": "digid", **changes})


def test_the_command_writes_the_same_to_a_file_of_its_own(town: Town, tmp_path: Path) -> None:
    state, over = a_case_in_contact(town), closed_case(town)
    findable(town, state, over)
    file = tmp_path / "inzage.json"
    assert own_data.own_data(town.settings, typed(state, file)) == 0
    made = Overzicht.model_validate_json(file.read_text(encoding="utf-8"))
    assert [one.nummer for one in made.zaken] == [state.case_id, over.case_id]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with town.stores.database.read() as session:
        looked = session.exec(select(LookRow.staff_id, LookRow.purpose).where(LookRow.case_id == state.case_id)).all()
    assert looked == [(THEA, LookPurpose.ACCESS_REQUEST)]
    only = tmp_path / "een.json"
    own_data.own_data(town.settings, typed(state, only, only=True))
    assert len(Overzicht.model_validate_json(only.read_text(encoding="utf-8")).zaken) == 1


def test_the_command_gives_the_notes_that_are_asked_for_alone(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = a_case_in_contact(town)
    mother, wish = noted(town, state, "Zijn moeder is ziek."), noted(town, state, "Wil een regeling.")

    def notes(*, notes: bool = False, note: Sequence[str] = ()) -> tuple[set[str], bool, set[str]]:
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
        own_data.own_data(town.settings, typed(state, file, notes=notes, note=note))
        [case] = Overzicht.model_validate_json(file.read_text(encoding="utf-8")).zaken
        printed = capsys.readouterr().out
        said = any("niemand nakeek" in one for one in case.weggelaten)
        return (
            {event.notitie for event in case.gebeurtenissen} - {""},
            said,
            {n for n in (mother, wish) if n in printed},
        )

    assert notes() == (set(), True, {mother, wish})
    assert notes(note=[wish]) == ({"Wil een regeling."}, True, {mother})
    assert notes(notes=True) == ({"Zijn moeder is ziek.", "Wil een regeling."}, False, set())


def test_that_the_command_gave_it_is_written_down_before_the_file_is(town: Town, tmp_path: Path) -> None:
    state = a_case_in_contact(town)
    with pytest.raises(FileNotFoundError):
        own_data.own_data(town.settings, typed(state, tmp_path / "weg" / "inzage.json"))
    with town.stores.database.read() as session:
        assert [row.case_id for row in session.exec(select(AccessRequestRow))] == [state.case_id]


def test_the_command_refuses_who_may_not_a_stranger_and_a_file_that_is_there(town: Town, tmp_path: Path) -> None:
    state, file = a_case_in_contact(town), tmp_path / "inzage.json"
    for by in (NOOR, RAVI, "niemand"):
        with pytest.raises(NotAllowed):
            own_data.own_data(town.settings, typed(state, file, by=by))
    with pytest.raises(NoSuchCase):
        own_data.own_data(town.settings, typed(state, file, person="iemand"))
    file.write_text("van een ander", encoding="utf-8")
    with pytest.raises(NotAllowed):
        own_data.own_data(town.settings, typed(state, file))
    assert file.read_text(encoding="utf-8") == "van een ander"


def test_a_case_that_matching_does_not_know_is_found_by_itself(town: Town) -> None:
    state = a_case_in_contact(town)
    assert CasesOfPerson(town.stores.vault).of(state.case_id, state.resident) == ((state.case_id, state.resident),)
