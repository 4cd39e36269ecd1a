"""Everybody in the outside world, and a page about them for whoever plays the resident."""

from collections.abc import Iterator, Sequence

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from models.codes import RegisterResult
from models.values import Bsn
from simulation import pages
from simulation.people import SyntheticPerson
from simulation.store import WorldStore

_SITUATIONS = {
    RegisterResult.FOUND: "woont hier",
    RegisterResult.NOT_FOUND: "onbekend",
    RegisterResult.SEVERAL: "meer mensen met deze naam op dit adres",
    RegisterResult.DIED: "overleden",
    RegisterResult.NOT_A_RESIDENT: "verhuisd",
    RegisterResult.MOVED_WITHIN: "verhuisd binnen de gemeente",
    RegisterResult.ABROAD: "verhuisd naar het buitenland",
    RegisterResult.RESIDENCE_UNKNOWN: "verblijfplaats onbekend",
    RegisterResult.NOT_AT_ADDRESS: "woont niet echt op het adres",
    RegisterResult.NEAR: "met een andere naam in de registratie",
    RegisterResult.FOUND_SECRET: "woont hier, adres geheim",
}


class Inhabitants:
    """Those of the population and those whom somebody added."""

    def __init__(self, store: WorldStore, population: Sequence[SyntheticPerson]) -> None:
        self._store = store
        added = map(SyntheticPerson.model_validate_json, store.people())
        self._by_bsn = {person.bsn.text: person for person in (*population, *added)}
        self.changes = 0
        """How often somebody was added or changed; who keeps something of everybody looks at this."""

    def __iter__(self) -> Iterator[SyntheticPerson]:
        return iter(self._by_bsn.values())

    def put(self, person: SyntheticPerson) -> None:
        self._store.put_person(person.bsn.text, person.model_dump_json())
        self._by_bsn[person.bsn.text] = person
        self.changes += 1

    def registered(self, number: str) -> SyntheticPerson | None:
        person = self._by_bsn.get(number)
        return None if person is None or person.situation is RegisterResult.NOT_FOUND else person

    def refuse_mail(self, address: str) -> bool:
        """Whether the address is one whose mail is refused."""
        return any(
            person.mail_refused and person.email and person.email.text.casefold() == address.casefold()
            for person in self
        )


def name_of(person: SyntheticPerson) -> str:
    """As one writes it on an envelope."""
    return " ".join(part for part in (person.initials, person.prefix, person.surname) if part)


def router(inhabitants: Inhabitants) -> APIRouter:
    """`GET /mensen`, `PUT /mensen/{bsn}`."""
    routes = APIRouter(prefix="/mensen")

    @routes.get("")
    async def show() -> HTMLResponse:
        return HTMLResponse(_page(inhabitants))

    @routes.put("/{bsn}", status_code=204)
    async def put(bsn: str, person: SyntheticPerson) -> None:
        inhabitants.put(person.model_copy(update={"bsn": Bsn.parse(bsn)}))

    return routes


def _page(inhabitants: Inhabitants) -> str:
    rows = [
        (
            name_of(person),
            f"{person.address.street} {person.address.number}{person.address.addition}",
            person.phone.text if person.phone else "-",
            person.answers_in.value if person.answers_in else "nooit",
            "ja" if person.has_voicemail else "nee",
            person.email.text if person.email else "-",
            "ja" if person.mail_refused else "nee",
            _SITUATIONS[person.situation] + (", adres geheim" if person.secret else ""),
        )
        for person in inhabitants
    ]
    head = ("Naam", "Adres", "Telefoon", "Neemt op", "Voicemail", "E-mail", "Weigert mail", "Basisregistratie")
    return pages.page("Mensen", pages.table(head, rows))
