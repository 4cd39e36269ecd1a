"""Every port, made to fail with somebody's data in the text of the error, as libraries do."""

import inspect
import smtplib
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import httpx
import pydantic
import sqlalchemy.exc
from temporalio import activity
from temporalio.client import Client

from activities import ports
from activities.ports import BounceMailbox, MailServer, PartnerDesk, Printer, PrintShop, Register, SmsGateway
from adapters.case_door import TemporalCaseDoor
from adapters.executions import TemporalExecutions
from adapters.stores import Stores
from tests.canary.marks import Marked
from worker import activities_by_queue

UNUSED = frozenset({"Eraser.held", "Deliveries.groups", "MailServer.took", "Printer.took", "SmsGateway.took"})
"""Nobody asks the first yet, and the second only a delivery that began before there were windows; the others are asked
only when somebody dies between two attempts to write to them."""


def port_methods() -> dict[type, tuple[str, ...]]:
    """Every port with its methods."""
    return {
        port: tuple(name for name, member in vars(port).items() if not name.startswith("_") and callable(member))
        for port in vars(ports).values()
        if inspect.isclass(port) and port.__module__ == ports.__name__ and getattr(port, "_is_protocol", False)
    }


class Leaks:
    """Lets each method of each port fail the first times it is called, `times` times; in four times with every kind
    of error."""

    def __init__(self, about: Marked, *, times: int) -> None:
        self._errors = errors_about(about)
        self._times = times
        self._raised = Counter[str]()
        self._doomed: tuple[str | None, str] | None = None
        self._lock = threading.Lock()

    def missing(self) -> set[str]:
        """The methods that did not fail as often as they should."""
        methods = {f"{port.__name__}.{name}" for port, names in port_methods().items() for name in names}
        return {method for method in methods - UNUSED if self._raised[method] < self._times}

    def before(self, method: str) -> None:
        """To be called before the real thing is."""
        with self._lock:
            if not self._is_due(method):
                return
            self._raised[method] += 1
            make = self._next_error(method)
        make()

    def _next_error(self, method: str) -> Callable[[], None]:
        # Methods begin with different errors, so that all kinds come by when each fails but once.
        return self._errors[(list(self._raised).index(method) + self._raised[method]) % len(self._errors)]

    def _is_due(self, method: str) -> bool:
        if activity.in_activity() and activity.info().is_local:
            if method == "CaseStore.save" and self._is_doomed():
                return True
            # Their patience is short, and a route that nobody chooses ends its case.
            return activity.info().attempt == 1 and self._raised[method] < self._times
        if method == "MailServer.send" and self._raised["Messages.release"] < self._times:
            # A mail whose fate is unknown is not sent again, so this comes after what needs a server that is down.
            return False
        return self._raised[method] < self._times

    def _is_doomed(self) -> bool:
        """Whether this is the one local activity that fails to the end, so that its failure is in the history."""
        info = activity.info()
        this = (info.workflow_id, info.activity_id)
        self._doomed = self._doomed or this
        return self._doomed == this


class Leaky:
    """Stands before an adapter that serves these ports."""

    def __init__(self, adapter: object, leaks: Leaks, *served: type) -> None:
        self._adapter = adapter
        self._leaks = leaks
        self._served = served

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._adapter, name)
        port = next((port for port in self._served if name in vars(port)), None)
        if port is None or not callable(real):
            return real
        method = f"{port.__name__}.{name}"

        async def failing_async(*values: Any, **named: Any) -> Any:
            self._leaks.before(method)
            return await real(*values, **named)

        def failing(*values: Any, **named: Any) -> Any:
            self._leaks.before(method)
            return real(*values, **named)

        return failing_async if inspect.iscoroutinefunction(real) else failing


def leaky_activities(leaks: Leaks) -> Callable[..., Mapping[str, Sequence[Callable[..., Any]]]]:
    """What `worker.activities_by_queue` gives, with a leak before every adapter. The adapters that it makes itself
    (`worker.TemporalCaseDoor`, `worker.TemporalExecutions`) have to be replaced by `leaky_door` and
    `leaky_executions`."""

    def composed(
        stores: Stores,
        client: Client,
        *,
        register: Register,
        mail: MailServer,
        letters: Printer,
        printer: PrintShop,
        sms: SmsGateway,
        desk: PartnerDesk,
        bounces: BounceMailbox,
        settling: timedelta,
    ) -> Mapping[str, Sequence[Callable[..., Any]]]:
        def leaky(adapter: object, *served: type) -> Any:
            return Leaky(adapter, leaks, *served)

        before_stores = replace(
            stores,
            policies=leaky(stores.policies, ports.PolicyBook),
            earlier=leaky(stores.earlier, ports.EarlierCases),
            cases=leaky(stores.cases, ports.CaseStore),
            matching=leaky(stores.matching, ports.Deliveries, ports.CaseSlots),
            uploads=leaky(stores.uploads, ports.UploadStore),
            messages=leaky(stores.messages, ports.Messages),
            health=leaky(stores.health, ports.PartyHealth),
            feedback=leaky(stores.feedback, ports.FeedbackLedger),
            relocations=leaky(stores.relocations, ports.Relocations),
            overview=leaky(stores.overview, ports.Overview),
            reports=leaky(stores.reports, ports.Reports),
            prints=leaky(stores.prints, ports.PrintRounds),
            reviews=leaky(stores.reviews, ports.ReviewSamples),
            digests=leaky(stores.digests, ports.Digests),
            lists=leaky(stores.lists, ports.ListMaker),
            eraser=leaky(stores.eraser, ports.Eraser),
        )
        return activities_by_queue(
            before_stores,
            client,
            register=leaky(register, ports.Register),
            mail=leaky(mail, ports.MailServer),
            letters=leaky(letters, ports.Printer),
            printer=leaky(printer, ports.PrintShop),
            sms=leaky(sms, ports.SmsGateway),
            desk=leaky(desk, ports.PartnerDesk),
            bounces=leaky(bounces, ports.BounceMailbox),
            settling=settling,
        )

    return composed


def leaky_door(leaks: Leaks) -> Callable[[Client], TemporalCaseDoor]:
    return lambda client: cast(TemporalCaseDoor, Leaky(TemporalCaseDoor(client), leaks, ports.CaseDoor))


def leaky_executions(leaks: Leaks) -> Callable[[Client], TemporalExecutions]:
    return lambda client: cast(TemporalExecutions, Leaky(TemporalExecutions(client), leaks, ports.Executions))


class _Question(pydantic.BaseModel):
    number: int


def errors_about(somebody: Marked) -> Sequence[Callable[[], None]]:
    """Functions that each raise an error that repeats what it was given."""
    person, note = somebody.person, somebody.note
    assert person.email is not None
    mailbox = person.email.text

    def smtp() -> None:
        raise smtplib.SMTPRecipientsRefused({mailbox: (550, f"5.1.1 {mailbox}: {person.surname} is weg".encode())})

    def sql() -> None:
        cause = ValueError(f"Key (bsn)=({person.bsn.text}) already exists.")
        parameters = {"name": person.surname, "bsn": person.bsn.text, "note": note}
        raise sqlalchemy.exc.IntegrityError("INSERT INTO person VALUES (:name, :bsn, :note)", parameters, cause)

    def http() -> None:
        question = {"naam": person.surname, "straat": person.address.street, "bsn": person.bsn.text}
        request = httpx.Request("GET", "https://register.invalid/personen", params=question)
        httpx.Response(500, request=request, text=note).raise_for_status()

    def pydantic_error() -> None:
        try:
            _Question.model_validate({"number": f"{person.surname} {person.bsn.text}"})
        except pydantic.ValidationError as error:
            error.add_note(note)
            raise RuntimeError(f"Geen antwoord over {person.surname}", note) from error

    return smtp, sql, http, pydantic_error
