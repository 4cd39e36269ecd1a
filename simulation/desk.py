"""The hands of a member of staff in a journey: they travel to a moment and press a button."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from models.case import CaseState
from models.codes import Role
from models.commands import AnyCommand
from models.ids import CaseId, CommandId, StaffId, fresh
from simulation.installation import Installation
from workflows.client import CommandAnswer, Ending

SAMIRA, YOUTH_WORKER, HANNA = StaffId("samira"), StaffId("noah"), StaffId("hanna")


class NotTaken(Exception):
    """The case refused what a journey does; the message is its sentence."""


@dataclass(frozen=True)
class Desk:
    """Somebody at work on one case. Moments are those of the case's own clock."""

    town: Installation
    case: CaseId
    staff: StaffId = SAMIRA
    role: Role = Role.CASEWORKER

    def as_youth_worker(self) -> "Desk":
        return replace(self, staff=YOUTH_WORKER, role=Role.REFERRAL_PARTY)

    def as_supervisor(self) -> "Desk":
        return replace(self, staff=HANNA, role=Role.SUPERVISOR)

    @property
    def state(self) -> CaseState:
        return self.town.state(self.case)

    async def wait_until(self, moment: datetime) -> CaseState:
        """Everything that happens by itself until then."""
        await self.town.travel(self.case, moment)
        return self.state

    async def press(self, moment: datetime, command: type[AnyCommand], *, note: str = "", **said: Any) -> CaseState:
        """Travels to the moment and presses; `person_id` is the subject's unless said. Raises `NotTaken`."""
        answer = await self.try_to(moment, command, note=note, **said)
        if answer.ending is Ending.REFUSED:
            raise NotTaken(answer.sentence)
        return self.state

    async def try_to(
        self, moment: datetime, command: type[AnyCommand], *, note: str = "", **said: Any
    ) -> CommandAnswer:
        """The same, for a press that may be refused."""
        await self.town.travel(self.case, moment)
        if "person_id" in command.model_fields:
            said.setdefault("person_id", self.state.subject)
        pressed = command(command_id=CommandId(fresh()), by=self.staff, role=self.role, **said)
        return await self.town.press(self.case, pressed, note=note)
