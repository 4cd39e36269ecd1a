"""A delivery on its page while it is worked through: how far it is, paused, and going on."""

from datetime import timedelta

from sqlmodel import select

from adapters.delivery_control import DeliveryControl
from models.ids import DeliveryId
from models.tables import DeliveredRow, DeliveryRow
from tests.web.browser import Browser, forms_of
from tests.web.town import NOOR, OPENED, RAVI, Town, a_case_in_contact


def a_delivery(town: Town, *, finished: bool = False) -> DeliveryId:
    a_case_in_contact(town)
    with town.stores.database.write() as session:
        row = session.exec(select(DeliveryRow)).one()
        row.finished_at = OPENED if finished else None
        delivery = DeliveryId(row.id)
        known = session.exec(select(DeliveredRow)).one()
        for number in (3, 4):
            session.add(
                DeliveredRow(
                    id=f"row-{number}", delivery_id=delivery, number=number, unit_id=f"unit-{number}", status="stored"
                )
            )
        assert known.number == 2
    return delivery


async def press(browser: Browser, delivery: DeliveryId, what: str) -> str:
    page = (await browser.get(f"/aanleveringen/{delivery}")).text
    form = next(form for form in forms_of(page) if form.action.endswith(what))
    return (await browser.send(form)).headers["location"]


async def test_a_delivery_is_paused_and_goes_on(town: Town, noor: Browser) -> None:
    delivery = a_delivery(town)
    assert "Wordt verwerkt: 1 van 3 rijen." in (await noor.get(f"/aanleveringen/{delivery}")).text
    assert await press(noor, delivery, "/pauze") == f"/aanleveringen/{delivery}"
    progress = DeliveryControl(town.stores.database).progress(delivery)
    assert progress is not None
    assert progress.paused_at == OPENED
    town.now += timedelta(hours=1)
    page = (await noor.get(f"/aanleveringen/{delivery}")).text
    assert "Gepauzeerd sinds vandaag 09:00; 1 van 3 rijen zijn verwerkt." in page
    assert town.door.told == []
    await press(noor, delivery, "/verder")
    assert town.door.told == [delivery]
    assert "Wordt verwerkt" in (await noor.get(f"/aanleveringen/{delivery}")).text


async def test_of_a_delivery_that_is_done_there_is_nothing_to_pause(town: Town, noor: Browser) -> None:
    page = (await noor.get(f"/aanleveringen/{a_delivery(town, finished=True)}")).text
    assert "Pauzeer" not in page and "Verwerkt vandaag 09:00." in page


async def test_what_is_not_there_for_somebody_is_not_paused_by_them(town: Town, noor: Browser) -> None:
    delivery = a_delivery(town)
    token = forms_of((await noor.get("/")).text)[0].fields["token"]
    assert (await noor.client.post(f"/aanleveringen/{delivery}/iets", data={"token": token})).status_code == 404
    assert (await noor.client.post("/aanleveringen/onbekend/pauze", data={"token": token})).status_code == 404
    await noor.sign_in(RAVI)
    token = forms_of((await noor.get("/")).text)[0].fields["token"]
    assert (await noor.client.post(f"/aanleveringen/{delivery}/pauze", data={"token": token})).status_code == 404
    await noor.sign_in(NOOR)
    progress = DeliveryControl(town.stores.database).progress(delivery)
    assert progress is not None
    assert progress.paused_at is None
