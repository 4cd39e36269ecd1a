"""What each resident received: mail, letters and text messages, as pages, or as JSON for who asks for that."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, NamedTuple, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Header, HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from models.base import Frozen
from simulation import pages
from simulation.inhabitants import Inhabitants, name_of
from simulation.pages import Markup
from simulation.people import SyntheticPerson
from simulation.store import Addressee, Letter, Mail, TextMessage, WorldStore

_Found = TypeVar("_Found", Mail, Letter, TextMessage)


class _Item(NamedTuple):
    """A line of somebody's list."""

    owner: str
    kind: str
    text: Markup
    received_at: datetime


def router(store: WorldStore, inhabitants: Inhabitants) -> APIRouter:
    """`/postbus` and what lies in it. `?adres=` is one mailbox: `GET /postbus` as JSON is mail only."""
    routes = APIRouter(prefix="/postbus")

    @routes.get("")
    async def received(adres: str | None = None, accept: Annotated[str, Header()] = "") -> Response:
        mails = store.mails(adres)
        if pages.wants_json(accept):
            return _json(mails)
        owners = _Owners(inhabitants)
        if adres is not None:
            return HTMLResponse(pages.page(f"Postbus van {adres}", _list(map(owners.of_mail, mails))))
        items = [
            *map(owners.of_mail, mails),
            *map(owners.of_letter, store.letters()),
            *map(owners.of_text, store.texts()),
        ]
        return HTMLResponse(pages.page("Postbus", _list(items)))

    @routes.get("/brieven")
    async def letters() -> Response:
        return _json(store.letters())

    @routes.get("/sms")
    async def texts() -> Response:
        return _json(store.texts())

    @routes.get("/brieven/{number}")
    async def letter(number: int) -> HTMLResponse:
        return HTMLResponse(_letter_page(_the(store.letters(), number)))

    @routes.get("/sms/{number}")
    async def text(number: int) -> HTMLResponse:
        return HTMLResponse(_text_page(_the(store.texts(), number)))

    @routes.get("/{number}")
    async def mail(number: int, accept: Annotated[str, Header()] = "") -> Response:
        found = _the(store.mails(), number)
        if pages.wants_json(accept):
            return JSONResponse(found.model_dump(mode="json"))
        return HTMLResponse(_mail_page(found))

    return routes


class _Owners:
    """Whose each thing is, as far as somebody known lives there or has the number."""

    def __init__(self, inhabitants: Iterable[SyntheticPerson]) -> None:
        self._names: dict[object, str] = {}
        for person in inhabitants:
            for place in _places(person):
                self._names.setdefault(place, name_of(person))

    def of_mail(self, mail: Mail) -> _Item:
        owner = self._names.get(mail.recipient, mail.recipient)
        return _Item(owner, "E-mail", pages.link(f"/postbus/{mail.number}", mail.subject), mail.received_at)

    def of_letter(self, letter: Letter) -> _Item:
        addressee = letter.content.geadresseerde
        # Housemates share a door; the name on the envelope says whose it is.
        owner = self._names.get((addressee.naam, addressee.door), addressee.naam)
        target = pages.link(f"/postbus/brieven/{letter.number}", letter.content.onderwerp)
        return _Item(owner, "Brief", target, letter.received_at)

    def of_text(self, text: TextMessage) -> _Item:
        owner = self._names.get(text.to, text.to)
        return _Item(owner, "Sms", pages.link(f"/postbus/sms/{text.number}", text.text), text.received_at)


def _places(person: SyntheticPerson) -> Iterator[object]:
    address = person.address
    yield name_of(person), (address.postcode.text, address.number, address.addition)
    if person.email is not None:
        yield person.email.text.casefold()
    if person.phone is not None:
        yield person.phone.text


def _list(items: Iterable[_Item]) -> str:
    by_owner: dict[str, list[_Item]] = {}
    for item in sorted(items, key=lambda item: item.received_at, reverse=True):
        by_owner.setdefault(item.owner, []).append(item)
    if not by_owner:
        return pages.nothing("Niets ontvangen.")
    return "".join(
        pages.heading(owner)
        + pages.table(
            ("Soort", "Onderwerp", "Ontvangen"),
            [(item.kind, item.text, _moment(item.received_at)) for item in received],
        )
        for owner, received in by_owner.items()
    )


def _mail_page(mail: Mail) -> str:
    mailbox = pages.link(f"/postbus?adres={quote(mail.recipient)}", mail.recipient)
    about = pages.table(("Aan", "Van", "Ontvangen"), [(mailbox, mail.sender, _moment(mail.received_at))])
    return pages.page(mail.subject, about + pages.article(mail.body))


def _letter_page(letter: Letter) -> str:
    content = letter.content
    envelope = pages.heading("Op de envelop") + pages.article(_envelope(content.geadresseerde))
    about = pages.table(("Ontvangen",), [(_moment(letter.received_at),)])
    return pages.page(content.onderwerp, about + envelope + pages.heading("In de brief") + pages.article(content.tekst))


def _envelope(addressee: Addressee) -> str:
    house = f"{addressee.straat} {addressee.huisnummer}{addressee.toevoeging}".strip()
    return "\n".join((addressee.naam, house, f"{addressee.postcode} {addressee.plaats}".strip()))


def _text_page(text: TextMessage) -> str:
    about = pages.table(("Aan", "Ontvangen"), [(text.to, _moment(text.received_at))])
    return pages.page("Sms", about + pages.article(text.text))


def _the(received: Iterable[_Found], number: int) -> _Found:
    found = next((one for one in received if one.number == number), None)
    if found is None:
        raise HTTPException(404, "Dit bericht bestaat niet.")
    return found


def _json(received: Iterable[Frozen]) -> JSONResponse:
    return JSONResponse([one.model_dump(mode="json") for one in received])


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%d-%m-%Y %H:%M:%S")
