"""Errors whose message is written for whoever types the command."""

from adapters.agreements import NoAgreement
from adapters.claims import BadRoles
from adapters.ddas_export import Unsayable
from adapters.delivery_store import UnknownMunicipality, UnknownPartner
from adapters.http_auth import BadAccess
from adapters.lists_file import BadLists
from adapters.notify_http import NotifyKeyUnusable
from adapters.partner_keys import KeyRefused
from adapters.policy_book import UnknownMunicipality as NoPolicy
from adapters.secrets import SecretUnusable
from adapters.signal_form import UnreadableFile
from adapters.takeover import FaultsLeft
from command_line.cases import NoSuchCase
from command_line.policy_move import MayNotApply
from command_line.staff import NotAllowed
from config import BadSetting
from engine.supervisor import CannotStart
from models.values import Unreadable
from policy.terms import BadPolicy

TOLD = (
    BadPolicy,
    CannotStart,
    NoPolicy,
    NoSuchCase,
    NotAllowed,
    NotifyKeyUnusable,
    SecretUnusable,
    UnknownMunicipality,
    UnknownPartner,
    Unreadable,
    UnreadableFile,
    NoAgreement,
    FaultsLeft,
    Unsayable,
    BadAccess,
    BadLists,
    BadRoles,
    KeyRefused,
    BadSetting,
    MayNotApply,
)
