"""What the demonstration's municipality lived through before its pictures are taken: ten days in April 2027.

Everything is played with the product itself, on a clock that is moved; the same people, files and moments every time.
"""

import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from typing import Any

from adapters.partner_directory import PartnerDirectory
from adapters.working_hours import WorkingHours
from models.case import CaseState
from models.codes import (
    AttemptResult,
    Channel,
    HelpKind,
    NotPickedUpReason,
    Outcome,
    Party,
    Phase,
    ReferralParty,
    Role,
    Standing,
    TaskKind,
)
from models.commands import (
    AnswerReferral,
    AnyCommand,
    CheckIdentity,
    ClaimCase,
    ContinueContact,
    LogCall,
    LogIncoming,
    MakeCallback,
    RecordOutcome,
    Refer,
)
from models.ids import BatchId, CaseId, StaffId
from policy.calendar import local
from simulation import demo
from simulation.deliveries import DIJKWATER, LICHTKRACHT, PARTNERS, WOONSTEE, ZORGGOED, Row, signals
from simulation.desk import HANNA, SAMIRA, Desk
from simulation.earlier_months import count_earlier_months
from simulation.office import Office
from simulation.people import BLOCK, SEED, population
from simulation.scenarios import moment

BEGINS = moment("2027-04-05 09:00")
"""A Monday."""
WEDNESDAY = moment("2027-04-07 13:40")
"""When caseworkers and those around them are looked at."""
A_WEEK_LATER = moment("2027-04-15 09:40")
"""When the supervisor looks at what stands still."""
JORIS, MIRJAM = StaffId("joris"), StaffId("mirjam")


class Story:
    """Days that follow on each other: call them in this order."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.told: CaseId
        """A case in which much happened."""
        self.promised: CaseId
        """A case with a callback that is due at any moment."""
        self.young: CaseId
        """A case that the youth worker has."""

    async def monday(self) -> None:
        """Three partners' files arrive, and the first calls are made."""
        await self._furnish()
        for partner in (WOONSTEE, LICHTKRACHT, DIJKWATER):
            await self._delivered(partner.name)
        await self._is("2027-04-05 13:05")
        talked = await self._call(8)
        settled, referred, called_back = talked
        await self._press(
            settled,
            RecordOutcome,
            outcome=Outcome.SETTLES_IT_HIMSELF,
            note="Had de rekening over het hoofd gezien en betaalt vanavond.",
        )
        await self._press(
            referred,
            Refer,
            party=ReferralParty.DEBT_COUNSELLING,
            consent=True,
            note="Drie schulden naast de huur. Wil geholpen worden bij het overzicht.",
        )
        await self._is("2027-04-05 13:20")
        await self._press(called_back, ClaimCase)
        await self._press(
            called_back,
            MakeCallback,
            due_at=moment("2027-04-07 13:45"),
            with_staff=SAMIRA,
            note="Staat op het werk. Liever woensdag na de middag.",
        )
        self.promised = called_back

    async def tuesday(self) -> None:
        """The insurer's file; somebody calls back; a young resident goes to the youth worker."""
        await self._is("2027-04-06 08:30")
        await self._delivered(ZORGGOED.name)
        await self._is("2027-04-06 10:10")
        for state in self._with(TaskKind.CHECK_IDENTITY)[:1]:
            await self._press(state.case_id, CheckIdentity, standing=Standing.CONFIRMED, note="Gezien in het register.")
        self.told = self._with_attempt(AttemptResult.VOICEMAIL)[0].case_id
        await self._press(
            self.told, LogIncoming, channel=Channel.CALL, note="Belt terug. Is geschrokken van de brief van Woonstee."
        )
        await self._press(self.told, ClaimCase)
        await self._press(self.told, MakeCallback, due_at=moment("2027-04-06 14:30"), with_staff=SAMIRA)
        await self._is("2027-04-06 13:10")
        first, second, *_ = await self._call(6)
        await self._refer_young(first, second)
        await self._is("2027-04-06 14:31")
        await self._press(
            self.told,
            LogCall,
            result=AttemptResult.CONVERSATION,
            note="Werkt sinds januari minder uren. Huur en water lopen achter. Wil graag een regeling.",
        )

    async def wednesday(self) -> None:
        """Partners hear in the morning; by noon there is something to approve."""
        await self._is("2027-04-07 06:00")
        for partner in PARTNERS:
            await self.office.town.feedback_batch(partner.partner_id, self.office.now)
        await self._is("2027-04-07 11:00")
        for state in self._with(TaskKind.CALL)[-3:]:
            await self._press(
                state.case_id,
                RecordOutcome,
                by=JORIS,
                outcome=Outcome.NOT_PICKED_UP_OTHER,
                reason=NotPickedUpReason.NO_CAPACITY,
                batch_id=BatchId("april"),
                note="Deze maand is er geen tijd voor deze zaken.",
            )
        await self.office.wait_until(WEDNESDAY)

    async def a_week_later(self) -> None:
        """Work is left undone, and the persons register is away."""
        await self._is("2027-04-08 14:00")
        for case in await self._call(5):
            await self._press(case, ContinueContact, note="Wil er eerst over nadenken.")
        await self._press(
            self.told,
            RecordOutcome,
            outcome=Outcome.ADVICE_OR_QUICK_FIX,
            engaged=True,
            help_kind=HelpKind.PAYMENT_PLAN,
            agreed_at=self.office.now,
            conversation_at=moment("2027-04-06 14:31"),
            within_30_days=True,
            note="Met Woonstee een regeling in zes termijnen afgesproken.",
        )
        await self._is("2027-04-14 09:00")
        await self.office.town.print_round(self.office.now)
        await self.office.wait_until(A_WEEK_LATER)
        self.office.world.fault(Party.REGISTER, "down")
        await self._delivered(LICHTKRACHT.name, rows=_others())

    # --- what people do ---

    async def _is(self, when: str) -> None:
        await self.office.wait_until(moment(when))

    async def _call(self, most: int) -> list[CaseId]:
        """Samira calls who is next; the cases in which she spoke with somebody."""
        results = cycle(
            (
                AttemptResult.NO_ANSWER,
                AttemptResult.VOICEMAIL,
                AttemptResult.CONVERSATION,
                AttemptResult.CONVERSATION,
                AttemptResult.VOICEMAIL,
                AttemptResult.CONVERSATION,
            )
        )
        talked = []
        for state, result in zip(self._with(TaskKind.CALL)[:most], results, strict=False):
            await self._press(state.case_id, LogCall, result=result)
            if result is AttemptResult.CONVERSATION:
                talked.append(state.case_id)
        return talked

    async def _refer_young(self, first: CaseId, second: CaseId) -> None:
        for case in (first, second):
            await self._press(
                case,
                Refer,
                party=ReferralParty.YOUTH_WORKER,
                consent=True,
                note="Woont net op zichzelf. Wil hulp van iemand van de eigen leeftijd.",
            )
        self.young = first
        [referral] = self.office.town.state(first).referrals
        desk = Desk(self.office.town, first).as_youth_worker()
        await desk.press(self.office.now, AnswerReferral, referral_id=referral.referral_id, accepted=True)

    async def _press(
        self, case: CaseId, command: type[AnyCommand], *, by: StaffId = SAMIRA, note: str = "", **said: Any
    ) -> None:
        desk = Desk(self.office.town, case, staff=by, role=Role.SUPERVISOR if by == HANNA else Role.CASEWORKER)
        await desk.press(self.office.now, command, note=note, **said)

    async def _delivered(self, name: str, rows: list[Row] | None = None) -> None:
        files = {delivery.partner.name: list(delivery.rows) for delivery in _files()}
        with _ids_of(f"{name} {self.office.now}"):
            await self.office.town.take_in(name, rows or files[name], at=self.office.now)

    async def _furnish(self) -> None:
        """What the demonstration has from its first day."""
        stores = self.office.town.stores
        demo.keep_hours(WorkingHours(stores.database))
        demo.describe_partners(PartnerDirectory(stores.database))
        count_earlier_months(stores.database, demo.ZONNEDIJK, today=local(BEGINS).date())

    # --- which cases ---

    def _states(self) -> list[CaseState]:
        return [self.office.town.state(case) for case in sorted(self.office.town.cases())]

    def _with(self, kind: TaskKind) -> list[CaseState]:
        """Cases with such a task, that is open now."""
        now = self.office.now
        return [
            state
            for state in self._states()
            if (task := state.task(kind)) is not None and task.opens_at <= now and not state.proposals
        ]

    def _with_attempt(self, result: AttemptResult) -> list[CaseState]:
        return [
            state
            for state in self._states()
            if state.phase is Phase.CONTACT and any(made.result is result for made in state.attempts)
        ]


def _files() -> Iterator[Any]:
    yield from signals(population(SEED, BLOCK), SEED, signal_date=local(BEGINS).date() - timedelta(days=3))


def _others() -> list[Row]:
    """Signals about people of whom nobody had heard."""
    people = population(SEED, 2 * BLOCK)[BLOCK : BLOCK + 6]
    found = signals(people, SEED, signal_date=local(A_WEEK_LATER).date() - timedelta(days=2))
    return [row | {"einde_levering": "", "rechtsvorm": ""} for delivery in found for row in delivery.rows][:6]


@contextmanager
def _ids_of(name: str) -> Iterator[None]:
    """Ids that are drawn meanwhile are the same in every run: what a file opens gets its names from them."""
    luck, drawn_otherwise = random.Random(name), uuid.uuid4
    uuid.uuid4 = lambda: uuid.UUID(int=luck.getrandbits(128), version=4)
    try:
        yield
    finally:
        uuid.uuid4 = drawn_otherwise
