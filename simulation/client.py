"""A hand on the outside world: what arrived there, who lives there, what fails there."""

import httpx
from pydantic import TypeAdapter

from models.codes import Party
from models.personal import Address
from models.values import PhoneNumber
from simulation.faults import Fault
from simulation.people import SyntheticPerson
from simulation.store import Batch, Letter, Mail, Notification, PrintedBatch, Returned, TextMessage

_MAILS = TypeAdapter(list[Mail])
_LETTERS = TypeAdapter(list[Letter])
_PRINTED = TypeAdapter(list[PrintedBatch])
_TEXTS = TypeAdapter(list[TextMessage])
_NOTIFICATIONS = TypeAdapter(list[Notification])
_RETURNED = TypeAdapter(list[Returned])
_BATCHES = TypeAdapter(list[Batch])
_FAULTS = TypeAdapter(dict[Party, Fault])


class WorldClient:
    """Speaks with the outside world at a URL, wherever that runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=10.0, trust_env=False, headers={"accept": "application/json"})

    def close(self) -> None:
        self._http.close()

    def is_healthy(self) -> bool:
        try:
            return self._http.get("/gezond").is_success
        except httpx.TransportError:
            return False

    def mails_to(self, address: str) -> list[Mail]:
        """What lies in a mailbox, in the order in which it came; a mail that was sent twice is there twice."""
        return _MAILS.validate_json(self._get("/postbus", adres=address))

    def mails(self) -> list[Mail]:
        """Everybody's mail."""
        return _MAILS.validate_json(self._get("/postbus"))

    def letters_to(self, address: Address) -> list[Letter]:
        """What lies behind a door, in the order in which it came, with how often each letter was offered."""
        door = (address.postcode.text, address.number, address.addition)
        return [letter for letter in self.letters() if letter.content.geadresseerde.door == door]

    def letters(self) -> list[Letter]:
        """Everybody's letters."""
        return _LETTERS.validate_json(self._get("/postbus/brieven"))

    def print_batches(self) -> list[PrintedBatch]:
        """What the printer took, batch by batch, with how often each was offered."""
        return _PRINTED.validate_json(self._get("/printopdrachten"))

    def sms_to(self, number: PhoneNumber) -> list[TextMessage]:
        """What a telephone received, in the order in which it came; a message that was sent twice is there twice."""
        return [text for text in self.texts() if text.to == number.text]

    def texts(self) -> list[TextMessage]:
        """Everybody's text messages."""
        return _TEXTS.validate_json(self._get("/postbus/sms"))

    def notifications(self) -> list[Notification]:
        """Everything that the message service has, in the order in which it came."""
        return _NOTIFICATIONS.validate_json(self._get("/notify/berichten"))

    def returned(self) -> list[Returned]:
        """What lies in the mailbox for mail that came back, in the order in which it came."""
        return _RETURNED.validate_json(self._get("/teruggekomen"))

    def put_returned(self, content: bytes) -> None:
        """Puts a mail into that mailbox, as it stands."""
        self._http.post("/teruggekomen", content=content).raise_for_status()

    def empty_returned(self) -> None:
        """Takes everything out of it."""
        self._http.delete("/teruggekomen").raise_for_status()

    def batches_of(self, partner: str) -> list[Batch]:
        """What a partner received, batch by batch, with how often each was offered."""
        return _BATCHES.validate_json(self._get(f"/partners/{partner}/terugkoppelingen"))

    def feedback_of(self, partner: str) -> list[tuple[str, str]]:
        """(partner's reference, result) of all that a partner received."""
        return [(item.kenmerk, item.resultaat) for batch in self.batches_of(partner) for item in batch.items]

    def fault(self, party: Party, kind: str, *, seconds: float = 30.0, every: int = 1) -> None:
        """Makes a party fail until `heal`; the kinds are those of `simulation.faults.Fault`."""
        document = Fault(kind=kind, seconds=seconds, every=every).model_dump(mode="json")
        self._http.put(f"/storingen/{party}", json=document).raise_for_status()

    def tells(self, url: str, token: str, *, times: int = 1, turned: bool = False) -> None:
        """From now on the message service tells at this address what became of messages (`simulation.notify`)."""
        document = {"url": url, "token": token, "times": times, "turned": turned}
        self._http.put("/notify/terugmelding", json=document).raise_for_status()

    def heal(self, party: Party) -> None:
        self._http.delete(f"/storingen/{party}").raise_for_status()

    def faults(self) -> dict[Party, Fault]:
        """What fails at this moment."""
        return _FAULTS.validate_json(self._get("/storingen"))

    def add(self, *people: SyntheticPerson) -> None:
        """Adds people, or replaces those with the same BSN."""
        for person in people:
            document = person.model_dump(mode="json")
            self._http.put(f"/mensen/{person.bsn.text}", json=document).raise_for_status()

    def _get(self, path: str, **params: str) -> bytes:
        return self._http.get(path, params=params).raise_for_status().content
