"""The mails that supervisors get on working days: what they say, and which of them left."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import col, delete

from activities.ports import DueDigest
from activities.records import MessageFate
from adapters.database import Database
from adapters.health import PartyHealth
from adapters.policy_book import PolicyFiles
from adapters.supervision import Holder, Supervision
from models.codes import CalendarName
from models.ids import derived
from models.personal import Mail
from models.tables import DigestRow
from models.values import EmailAddress, MunicipalityCode
from policy import digest
from policy.calendar import free_day, local
from policy.digest import Standing
from policy.stalled_ages import StalledFor
from policy.terms import Policy
from policy.work_ahead import work_days

KEPT = timedelta(days=60)
"""How long is known that a mail left."""


class Digests:
    """Port `activities.ports.Digests`. `address`: where browsers find the web app."""

    def __init__(self, database: Database, policies: PolicyFiles, *, address: str) -> None:
        self._database = database
        self._policies = policies
        self._address = address

    def due(self, municipality: MunicipalityCode, *, at: datetime) -> Sequence[DueDigest]:
        """None on a day on which the office is closed, and where the policy names no address."""
        day = local(at).date()
        policy = self._policies.policy(municipality, day)
        to = [EmailAddress.parse(address) for address in policy.supervision.digest_to]
        if not to or free_day(day, CalendarName.OFFICE, policy.calendars(day, months=1)) is not None:
            return ()
        # By what address it was sent leads to nobody but the team; the row says it only as a part of its id.
        references = {derived("digest", municipality.text, day.isoformat(), each.text): each for each in to}
        known = self._known(list(references))
        waiting = {
            reference: each
            for reference, each in references.items()
            if reference not in known or known[reference].fate is None
        }
        if not waiting:
            return ()
        subject, body = digest.subject(at), self._body(municipality, policy, at=at)
        return [
            DueDigest(
                reference=reference,
                municipality=municipality,
                mail=Mail(address=address, subject=subject, body=body, sender_name=policy.sender.name),
                handed_over=datetime.now(UTC) - known[reference].handed_at if reference in known else None,
            )
            for reference, address in waiting.items()
        ]

    def handing_over(self, due: DueDigest, *, again: bool) -> bool:
        now = datetime.now(UTC)
        with self._database.write() as session:
            self._database.lock(session, f"digest/{due.reference}")
            session.execute(delete(DigestRow).where(col(DigestRow.handed_at) < now - KEPT))
            row = session.get(DigestRow, due.reference)
            if row is not None and (row.fate is not None or not again):
                return False
            session.merge(DigestRow(reference=due.reference, municipality=due.municipality.text, handed_at=now))
        return True

    def became(self, reference: str, fate: MessageFate | None) -> None:
        with self._database.write() as session:
            row = session.get(DigestRow, reference)
            if row is None:
                return
            if fate is None:
                session.delete(row)
            else:
                row.fate = fate

    def _known(self, references: Sequence[str]) -> dict[str, DigestRow]:
        with self._database.read() as session:
            rows = (session.get(DigestRow, reference) for reference in references)
            return {row.reference: row for row in rows if row is not None}

    def _body(self, municipality: MunicipalityCode, policy: Policy, *, at: datetime) -> str:
        supervision, day = Supervision(self._database), local(at).date()
        ahead = work_days(day, policy.calendars(day, months=1), number=1)
        stalled = supervision.stalled(municipality, now=at)
        work = supervision.work(municipality, ahead, now=at)
        cases = supervision.open_cases(municipality)
        standing = Standing(
            stalled=sum(each.cases for each in stalled),
            new=sum(each.cases for each in stalled if each.age is StalledFor.DAYS_0_1),
            long=sum(each.cases for each in stalled if each.age is StalledFor.LONGER),
            late=sum(each.tasks for each in work if each.place == -1),
            today=sum(each.tasks for each in work if each.place == 0),
            nobodys=sum(number for (_, holder), number in cases.items() if holder is Holder.NOBODY),
            outages=len(PartyHealth(self._database).outages()),
        )
        here = f"?gemeente={municipality.text}"
        return digest.body(
            standing,
            sender=policy.sender.name,
            at=at,
            overview=f"{self._address}/overzicht{here}",
            stalled=f"{self._address}/vastgelopen{here}",
        )
