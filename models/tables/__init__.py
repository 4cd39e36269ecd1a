"""The rows of the main database. No column holds a personal value, or any function of one: those lie in `sealed`
bytes that only the vault's key opens. The vault's own rows stand in `models/vault_tables.py`.

This package must stay out of the workflows' import chain.
"""

from models.tables.agenda import AbsenceRow, AppointmentRow, CalendarFeedRow, WorkingHoursRow
from models.tables.at_work import AtWorkRow
from models.tables.base import NAMING, Moment, Row
from models.tables.cases import AttemptRow, CaseRow, CaseSignalRow, ProposalRow, TaskRow
from models.tables.counts import AreaCountRow, NoteDoubtRow, PartnerCountRow, StallCountRow, StatisticRow
from models.tables.destruction import DestructionApprovalRow, DestructionItemRow, DestructionListRow
from models.tables.feedback import AmountQuestionRow, CbsDeliveryRow, FeedbackBatchRow, FeedbackRow
from models.tables.intake import (
    CallRequestRow,
    ColumnMappingRow,
    DeliveredRow,
    DeliveryRow,
    RequestRow,
    SignalRow,
    UploadRow,
)
from models.tables.messages import MessageReportRow, MessageRow, PrintBatchRow, PrintLetterRow
from models.tables.records import (
    AccessRequestRow,
    AddressLookRow,
    AuditPersonRow,
    AuditProcessRow,
    CaseSearchHitRow,
    CaseSearchRow,
    CertificateMarkRow,
    CommandRow,
    DocumentRow,
    LookRow,
)
from models.tables.registry import (
    AgreementRow,
    MunicipalityRow,
    PartnerContactRow,
    PartnerKeyRow,
    PartnerProfileRow,
    PartnerRow,
    StaffRow,
)
from models.tables.reviews import ReviewCountRow, ReviewDrawRow, ReviewRow
from models.tables.running import DigestRow, JobRow, PartyRow, PartyWaitRow
from models.tables.sign_in import SignInRow, WebSessionRow
from models.tables.visits import VisitTakenRow

__all__ = [
    "NAMING",
    "AbsenceRow",
    "AccessRequestRow",
    "AddressLookRow",
    "AgreementRow",
    "AmountQuestionRow",
    "AppointmentRow",
    "AreaCountRow",
    "AtWorkRow",
    "AttemptRow",
    "AuditPersonRow",
    "AuditProcessRow",
    "CalendarFeedRow",
    "CallRequestRow",
    "CaseRow",
    "CaseSearchHitRow",
    "CaseSearchRow",
    "CaseSignalRow",
    "CbsDeliveryRow",
    "CertificateMarkRow",
    "ColumnMappingRow",
    "CommandRow",
    "DeliveredRow",
    "DeliveryRow",
    "DestructionApprovalRow",
    "DestructionItemRow",
    "DestructionListRow",
    "DigestRow",
    "DocumentRow",
    "FeedbackBatchRow",
    "FeedbackRow",
    "JobRow",
    "LookRow",
    "MessageReportRow",
    "MessageRow",
    "Moment",
    "MunicipalityRow",
    "NoteDoubtRow",
    "PartnerContactRow",
    "PartnerCountRow",
    "PartnerKeyRow",
    "PartnerProfileRow",
    "PartnerRow",
    "PartyRow",
    "PartyWaitRow",
    "PrintBatchRow",
    "PrintLetterRow",
    "ProposalRow",
    "RequestRow",
    "ReviewCountRow",
    "ReviewDrawRow",
    "ReviewRow",
    "Row",
    "SignInRow",
    "SignalRow",
    "StaffRow",
    "StallCountRow",
    "StatisticRow",
    "TaskRow",
    "UploadRow",
    "VisitTakenRow",
    "WebSessionRow",
    "WorkingHoursRow",
]
