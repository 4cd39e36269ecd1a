"""Asking the persons register."""

from datetime import datetime

from temporalio import activity

from activities.ports import CaseStore, NotAuthorised, PartyHealth, PartyUnavailable, Register
from activities.records import RegisterVerdict
from models.base import Carried
from models.codes import Party
from models.ids import CaseId, PersonId
from models.personal import RegisterRecord
from models.values import MunicipalityCode


class RegisterQuestion(Carried):
    """About whom to ask; the person's data are taken from the sealed store."""

    case_id: CaseId
    person_id: PersonId
    municipality: MunicipalityCode
    at: datetime


class RegisterActivities:
    """One question to the register. Asking twice is harmless, so it needs no claim. What it tells of people is sealed
    in the case; what follows from it travels."""

    def __init__(self, *, register: Register, store: CaseStore, health: PartyHealth) -> None:
        self._register = register
        self._store = store
        self._health = health

    @activity.defn(name="ask_register")
    def ask(self, question: RegisterQuestion) -> RegisterVerdict:
        """What follows from what the register says. Raises `PartyUnavailable` (tried again) or `NotAuthorised`."""
        resident = self._store.resident(question.case_id, question.person_id)
        try:
            answer = self._register.ask(resident, question.municipality)
        except (PartyUnavailable, NotAuthorised) as error:
            self._health.failed(Party.REGISTER, waiting=question.case_id, code=error.code, at=question.at)
            raise
        self._health.answered(Party.REGISTER, waiting=question.case_id)
        record = RegisterRecord(asked_at=question.at, people=answer.people, result=answer.verdict.result)
        since = self._store.keep_register(question.case_id, question.person_id, record)
        return answer.verdict.model_copy(update={"since": since})
