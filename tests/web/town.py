"""A small invented town behind the web app: real databases, real stores, and a desk that obeys the policy at once."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from pathlib import Path
from typing import Any

from temporalio.service import RPCError, RPCStatusCode

from adapters.blind import entries_of
from adapters.claims import claims_of
from adapters.command_desk import Answer, Pressed
from adapters.documents import Documents
from adapters.oidc import COMES_BACK_TO, Provider
from adapters.outbox import CommandStatus, Refused
from adapters.registry import Member, Partner
from adapters.stores import Stores, migrate, open_stores
from config import Settings
from models.case import CaseSignal, CaseState
from models.codes import (
    Acceptance,
    AttemptResult,
    Channel,
    DocumentKind,
    Outcome,
    PartnerType,
    ReferralParty,
    RegisterResult,
    Role,
    Route,
    RowStatus,
    SignalStatus,
)
from models.commands import AnyCommand
from models.facts import (
    AnyFact,
    AttemptMade,
    CaseClosed,
    FeedbackDelivered,
    FeedbackOwed,
    OutcomeRecorded,
    RegisterAnswered,
    RouteChosen,
)
from models.ids import (
    BatchId,
    CaseId,
    CommandId,
    DeliveryId,
    ItemId,
    PartnerId,
    PersonId,
    SignalId,
    StaffId,
    StepId,
    UnitId,
    resident_of,
    row_of,
    signal_of,
    unit_of_case,
    unit_of_row,
)
from models.periodic import DeliveryInput
from models.personal import Address, DeliveredSignal, Mailbox, Particulars, Phone, Resident
from models.tables import DeliveredRow, DeliveryRow, SignalRow
from models.values import EmailAddress, Euro, MunicipalityCode, PhoneNumber, Postcode
from models.vault_tables import UnitRow
from policy.commands import decide, refusal_at_the_door
from policy.disclosure import feedback_for
from policy.transitions import apply
from tests.builders import ZONNEDIJK, a_case_state, a_signal, at, shipped_policies, the_terms
from web.services import Services
from workflows.publishing import record_of

WATERDORP = MunicipalityCode("9902")
NOOR, THEA, RAVI = StaffId("noor"), StaffId("thea"), StaffId("ravi")
"""A caseworker and a supervisor of Zonnedijk, and a caseworker of Waterdorp."""
OPENED = at("2027-04-05 09:00")
PHONE = ItemId("phone-1")
CLAIMS = claims_of(Settings())
"""As the demonstration's provider says them."""
_NO_PARTICULARS = Particulars()


@dataclass
class ObedientDesk:
    """Does at once what the case's workflow would do. `answers` may put another answer before it, `refusals` say no
    where the case would say yes."""

    stores: Stores
    now: Callable[[], datetime]
    answers: list[Answer] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    presses: list[AnyCommand] = field(default_factory=list)

    async def press(
        self,
        case: CaseId,
        command: AnyCommand,
        *,
        note: str = "",
        particulars: Particulars = _NO_PARTICULARS,
        at: datetime,
    ) -> Pressed:
        try:
            kept = self.stores.outbox.put(case, command, note, at=at, particulars=particulars)
        except Refused as refusal:
            return Pressed(Answer.REFUSED, refusal.sentence)
        self.presses.append(kept)
        if self.refusals:
            sentence = self.refusals.pop(0)
            self.stores.outbox.refused(kept.command_id, sentence, at=self.now())
            return Pressed(Answer.REFUSED, sentence)
        return Pressed(self.answers.pop(0)) if self.answers else self.work(kept.command_id)

    async def follow(self, command_id: CommandId) -> Pressed:
        found = self.stores.outbox.answer(command_id)
        match found.status:
            case CommandStatus.ACCEPTED:
                return Pressed(Answer.RECORDED)
            case CommandStatus.REFUSED:
                return Pressed(Answer.REFUSED, found.refusal)
            case CommandStatus.WAITING:
                return Pressed(self.answers.pop(0) if self.answers else Answer.SENDING)

    def work(self, command_id: CommandId) -> Pressed:
        """The case takes the press, or refuses it."""
        case = self.stores.outbox.answer(command_id).case_id
        state = self.stores.cases.load(case)
        if command_id in state.commands:
            return Pressed(Answer.ALREADY)
        _, command = self.stores.outbox.load(command_id)
        verdict = decide(state, command, now=self.now())
        if refusal := refusal_at_the_door(state, command) or verdict.refusal:
            self.stores.outbox.refused(command_id, refusal, at=self.now())
            return Pressed(Answer.REFUSED, refusal)
        happened(self.stores, state, verdict.facts, now=self.now())
        self.stores.outbox.accepted(command_id, at=self.now())
        return Pressed(Answer.RECORDED)


@dataclass
class RememberingDoor:
    """Which deliveries were started and told to go on."""

    started: list[DeliveryInput] = field(default_factory=list)
    told: list[DeliveryId] = field(default_factory=list)
    away: bool = False

    async def start(self, start: DeliveryInput) -> None:
        if self.away:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
        self.started.append(start)

    async def look_again(self, delivery: DeliveryId) -> None:
        self.told.append(delivery)


@dataclass
class Town:
    """What a test puts into the world and looks at afterwards. The clock stands still until `now` is set."""

    settings: Settings
    stores: Stores
    now: datetime = OPENED
    cases: int = 0

    def __post_init__(self) -> None:
        self.desk = ObedientDesk(self.stores, lambda: self.now)
        self.door = RememberingDoor()
        self.provider = nobodys_provider(self.settings)

    @property
    def services(self) -> Services:
        stores = self.stores
        return Services(
            settings=self.settings,
            database=stores.database,
            vault=stores.vault,
            outbox=stores.outbox,
            desk=self.desk,
            case_store=stores.cases,
            overview=stores.overview,
            health=stores.health,
            absences=stores.absences,
            prints=stores.prints,
            policies=stores.policies,
            deliveries=self.door,
            uploads=stores.uploads,
            sessions=stores.sessions,
            provider=self.provider,
            claims=CLAIMS,
            now=lambda: self.now,
        )

    def youth_worker(self, staff_id: StaffId) -> None:
        """Somebody who works for a referral party of Zonnedijk."""
        party = ReferralParty.YOUTH_WORKER
        member = Member(staff_id, "Yara Jong", Role.REFERRAL_PARTY, (ZONNEDIJK,), party)
        self.stores.registry.ensure(staff=[member])

    def case(self, *facts: AnyFact, municipality: MunicipalityCode = ZONNEDIJK, **resident: Any) -> CaseState:
        """A case with one signal, opened at `OPENED`, to which these facts happened."""
        self.cases += 1
        case_id = CaseId(f"00000000-0000-4000-8000-{self.cases:012}")
        signal = self.signal(case_id, resident_of(case_id), municipality)
        state = a_case_state(case_id, municipality=municipality, signals=(signal,))
        self.stores.vault.create(unit_of_case(case_id), municipality, OPENED)
        self.person(case_id, resident_of(case_id), **resident)
        return self.happens(state, *facts)

    def signal(self, case_id: CaseId, person: PersonId, municipality: MunicipalityCode = ZONNEDIJK) -> CaseSignal:
        """A delivered row that became a signal about this person."""
        delivery = DeliveryId(f"levering-{case_id[-4:]}-{person[:4]}")
        row = row_of(delivery, 2)
        unit, signal = unit_of_row(row), signal_of(row)
        self.stores.vault.create(unit, municipality, OPENED)
        with self.stores.database.write() as session:
            session.add(_delivery(delivery, municipality))
            session.flush()
            session.add(_delivered(row, delivery, unit, RowStatus.OPENED, case_id=case_id))
            Documents(self.stores.vault).keep(session, unit, DocumentKind.ROW, row, _content(person), at=OPENED)
            session.flush()
            session.add(_signal_row(signal, unit, row, case_id, person, municipality))
        return a_signal(case_id, signal_id=signal, unit_id=unit, person_id=person)

    def person(self, case_id: CaseId, person: PersonId, **changes: Any) -> None:
        """The case's own sealed copy of a person, by whom the case is found."""
        resident = _resident(person, **changes)
        with self.stores.database.write() as session:
            Documents(self.stores.vault).keep(
                session,
                unit_of_case(case_id),
                DocumentKind.PERSON,
                person,
                resident,
                at=OPENED,
            )
        vault, unit = self.stores.vault, unit_of_case(case_id)
        with vault.database.read() as session:
            municipality = MunicipalityCode(session.get_one(UnitRow, unit).municipality)
        vault.index(unit, municipality, entries_of(resident))

    def happens(self, state: CaseState, *facts: AnyFact) -> CaseState:
        return happened(self.stores, state, facts, now=self.now)

    def reload(self, state: CaseState) -> CaseState:
        return self.stores.cases.load(state.case_id)

    def close(self) -> None:
        self.stores.database.close()
        self.stores.vault.database.close()


def happened(stores: Stores, state: CaseState, facts: Iterable[AnyFact], *, now: datetime) -> CaseState:
    """The facts happen to the case and are written down as its workflow writes them."""
    new = tuple(facts)
    after = reduce(apply, new, state)
    stores.cases.save(record_of(state, new, after, now=now))
    return after


def a_route(moment: datetime = OPENED) -> AnyFact:
    return RouteChosen(at=moment, route=Route.STANDARD, terms=the_terms())


def a_register_answer(state_or_case: CaseId, result: RegisterResult = RegisterResult.FOUND) -> AnyFact:
    return RegisterAnswered(at=OPENED, person_id=resident_of(state_or_case), result=result)


def next_case(town: Town) -> CaseId:
    """The id that the town's next case is going to have."""
    return CaseId(f"00000000-0000-4000-8000-{town.cases + 1:012}")


def a_case_in_contact(town: Town, **changes: Any) -> CaseState:
    """A case whose resident was found in the register."""
    return town.case(a_route(), a_register_answer(next_case(town)), **changes)


def a_case_to_check(town: Town, **changes: Any) -> CaseState:
    """A case of which the register found several people."""
    return town.case(a_route(), a_register_answer(next_case(town), RegisterResult.SEVERAL), **changes)


def a_case_in_conversation(town: Town, **changes: Any) -> CaseState:
    state = a_case_in_contact(town, **changes)
    talked = AttemptMade(
        at=OPENED,
        by=NOOR,
        step_id=StepId(f"{state.case_id}.extra"),
        person_id=state.resident,
        channel=Channel.CALL,
        result=AttemptResult.CONVERSATION,
    )
    return town.happens(state, talked)


def closed_case(town: Town) -> CaseState:
    """A case whose resident settles it alone, whose partner heard, all at `OPENED`."""
    state = a_case_in_conversation(town)
    outcome = Outcome.SETTLES_IT_HIMSELF
    settled = OutcomeRecorded(
        at=OPENED, by=NOOR, person_id=state.resident, outcome=outcome, acceptance=Acceptance.NOT_ACCEPTED
    )
    signal = state.signals[0].signal_id
    return town.happens(
        state,
        settled,
        FeedbackOwed(at=OPENED, signal_id=signal, code=feedback_for(outcome)),
        FeedbackDelivered(at=OPENED, signal_id=signal, batch_id=BatchId("batch-1")),
        CaseClosed(at=OPENED),
    )


def nobodys_provider(settings: Settings) -> Provider:
    """Where a provider would be, nobody answers: who signs in for real in a test brings one."""
    return Provider(
        "http://127.0.0.1:1/aanmelddienst",
        client_id=settings.signin_client_id,
        client_secret="",
        scope=settings.signin_scope,
        comes_back_to=settings.address + COMES_BACK_TO,
        demo=True,
    )


def found_town(folder: Path, template: Path | None = None) -> Town:
    """A town with empty streets: municipalities, partners and staff. Copies the databases of one that was founded
    before where there is one."""
    settings = Settings(data=folder)
    if template is not None:
        for name in ("main.db", "vault.db"):
            shutil.copy(template / name, folder / name)
        # What is in the vault is wrapped by the key that was made with it.
        shutil.copytree(template / "secrets", folder / "secrets", dirs_exist_ok=True)
        return Town(settings, open_stores(settings, shipped_policies()))
    migrate(settings)
    stores = open_stores(settings, shipped_policies())
    stores.registry.ensure(
        municipalities=[(ZONNEDIJK, "Zonnedijk"), (WATERDORP, "Waterdorp")],
        partners=[Partner(PartnerId("woonstee"), "Woonstee Zonnedijk", PartnerType.RENT)],
        staff=[
            Member(NOOR, "Noor de Wit", Role.CASEWORKER, (ZONNEDIJK,)),
            Member(THEA, "Thea Vos", Role.SUPERVISOR, (ZONNEDIJK,)),
            Member(RAVI, "Ravi Blom", Role.CASEWORKER, (WATERDORP,)),
        ],
    )
    return Town(settings, stores)


def _resident(person: PersonId, **changes: Any) -> Resident:
    values: dict[str, Any] = {
        "person_id": person,
        "initials": "A.B.",
        "prefix": "van den",
        "surname": "Beemd",
        "birth_date": date(1991, 6, 2),
        "address": Address(postcode=Postcode("9990AB"), number=12, addition="A", street="Zonnelaan", town="Zonnedijk"),
        "phones": (Phone(id=ItemId("phone-1"), number=PhoneNumber("0612345678")),),
        "mailboxes": (Mailbox(address=EmailAddress("beemd@example.nl")),),
    }
    return Resident(**{**values, **changes})


def _content(person: PersonId) -> DeliveredSignal:
    return DeliveredSignal(
        partner_reference="WO-1",
        resident=_resident(person),
        amount=Euro("412.50"),
        origin_date=date(2027, 1, 1),
        signal_date=date(2027, 4, 2),
        own_steps="Twee keer gebeld, een keer geschreven.",
    )


def _delivery(delivery: DeliveryId, municipality: MunicipalityCode) -> DeliveryRow:
    return DeliveryRow(
        id=delivery,
        municipality=municipality.text,
        partner_id="woonstee",
        received_at=OPENED,
        received_by=NOOR,
        finished_at=OPENED + timedelta(minutes=2),
    )


def _delivered(
    row: str, delivery: DeliveryId, unit: UnitId, status: RowStatus, *, case_id: CaseId | None = None
) -> DeliveredRow:
    return DeliveredRow(id=row, delivery_id=delivery, number=2, unit_id=unit, status=status, case_id=case_id)


def _signal_row(
    signal: SignalId, unit: UnitId, row: str, case_id: CaseId, person: PersonId, municipality: MunicipalityCode
) -> SignalRow:
    return SignalRow(
        id=signal,
        unit_id=unit,
        row_id=row,
        municipality=municipality.text,
        partner_id="woonstee",
        partner_type=PartnerType.RENT,
        case_id=case_id,
        person_id=person,
        status=SignalStatus.NOT_YET_PICKED_UP,
        amount_cents=41_250,
        origin_date=date(2027, 1, 1),
        signal_date=date(2027, 4, 2),
        received_at=OPENED,
        crisis=False,
        warm_handover=True,
    )
