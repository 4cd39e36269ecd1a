"""Our own databases, opened once for a process: every store on one main database and one vault."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from adapters.absences import Absences
from adapters.agenda import Agenda
from adapters.case_store import CaseStore
from adapters.certificates import Certificates
from adapters.database import Database
from adapters.delivery_store import DeliveryStore
from adapters.destruction_lists import DestructionLists, by_policy
from adapters.digests import Digests
from adapters.earlier_cases import EarlierCases
from adapters.erasure import Eraser
from adapters.feedback_ledger import FeedbackLedger
from adapters.health import PartyHealth
from adapters.master_keys import MasterKeys
from adapters.matching import Matching
from adapters.message_files import MessageFiles
from adapters.message_reports import MessageReports
from adapters.messages import Messages
from adapters.migrate import upgrade
from adapters.outbox import Outbox
from adapters.overview import Overview
from adapters.peer_reviews import PeerReviews
from adapters.policy_book import PolicyFiles
from adapters.print_queue import PrintQueue
from adapters.print_rounds import PrintRounds
from adapters.registry import Registry
from adapters.relocations import Relocations
from adapters.secrets import load_all
from adapters.sessions import Sessions
from adapters.staff_trails import known_by_policy
from adapters.uploads import Uploads
from adapters.vault import Vault
from config import Settings
from models.values import MunicipalityCode
from policy.calendar import local


@dataclass(frozen=True)
class Stores:
    """Everything that keeps something."""

    database: Database
    vault: Vault
    policies: PolicyFiles
    registry: Registry
    cases: CaseStore
    matching: Matching
    uploads: Uploads
    earlier: EarlierCases
    relocations: Relocations
    outbox: Outbox
    agenda: Agenda
    absences: Absences
    messages: Messages
    reports: MessageReports
    letters: PrintQueue
    prints: PrintRounds
    health: PartyHealth
    feedback: FeedbackLedger
    reviews: PeerReviews
    digests: Digests
    overview: Overview
    eraser: Eraser
    lists: DestructionLists
    certificates: Certificates
    sessions: Sessions

    def deliveries(self, municipality: MunicipalityCode) -> DeliveryStore:
        """Where the files of this municipality's partners go; its policy says how long refused rows stay."""
        return _deliveries(self.database, self.vault, self.policies, municipality)


def open_stores(settings: Settings, policies: PolicyFiles | None = None) -> Stores:
    """Opens the databases as they are; see `migrate` for making them so. `policies`: when they were read before.

    Raises `SecretUnusable` when the master key is missing, `BadPolicy` when a policy file cannot be used.
    """
    if policies is None:
        policies = PolicyFiles(settings.policies, today=_today, messages=MessageFiles(settings.messages))
    database = Database(settings.main_database)
    vault = _vault(settings)
    matching = Matching(
        database,
        vault,
        keep_repeated=timedelta(days=30),
        look_back=policies.look_back,
        household=lambda municipality: policies.policy(municipality).matching.household,
    )
    reports = MessageReports(database, vault)
    return Stores(
        database=database,
        vault=vault,
        policies=policies,
        registry=Registry(database),
        cases=CaseStore(database, vault),
        matching=matching,
        uploads=Uploads(database, vault, lambda municipality: _deliveries(database, vault, policies, municipality)),
        earlier=EarlierCases(database, matching),
        relocations=Relocations(database, vault),
        outbox=Outbox(database, vault),
        agenda=Agenda(database),
        absences=Absences(database),
        messages=Messages(database, vault),
        reports=reports,
        letters=PrintQueue(database, vault, sender=policies.sender),
        prints=PrintRounds(database, vault, reports),
        health=PartyHealth(database),
        feedback=FeedbackLedger(database, vault),
        reviews=PeerReviews(database, policies),
        digests=Digests(database, policies, address=settings.address),
        overview=Overview(database),
        eraser=Eraser(database, vault, by_policy(policies), known_by_policy(policies)),
        lists=DestructionLists(database, by_policy(policies)),
        certificates=Certificates(database, vault.database),
        sessions=Sessions(
            database,
            idle=timedelta(minutes=settings.session_idle_minutes),
            longest=timedelta(hours=settings.session_hours),
        ),
    )


def _deliveries(
    database: Database, vault: Vault, policies: PolicyFiles, municipality: MunicipalityCode
) -> DeliveryStore:
    days = policies.policy(municipality).signals_without_case_days
    return DeliveryStore(database, vault, keep_refused=timedelta(days=days), has_basis=policies.has_basis)


def _today() -> date:
    return local(datetime.now(UTC)).date()


def migrate(settings: Settings) -> None:
    """Brings both databases to the newest version, and lets the vault say which master key is in use.

    Raises `SecretUnusable`, and `MasterKeyMissing` when the vault names one that is not in the file.
    """
    upgrade(settings.vault_database, "vault")
    upgrade(settings.main_database, "main")
    vault = _vault(settings)
    vault.settle(datetime.now(UTC))
    vault.database.close()


def _vault(settings: Settings) -> Vault:
    keys = MasterKeys(lambda: load_all(settings.master_key, may_make=settings.demo))
    return Vault(Database(settings.vault_database, full_sync=True), keys)
