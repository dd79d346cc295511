"""The rows, a module a kind."""

from cases.models.blind_key import BlindKey, Flag
from cases.models.case import NO_DATE, NOT_WAITING, Case, CloseReason, Marketplace, Status, Turn
from cases.models.case_count import CaseCount
from cases.models.daily_count import DailyCount
from cases.models.digest import Digest
from cases.models.disposal import Disposal, Tombstone
from cases.models.event import AppendOnly, Event, LogHead
from cases.models.exhibit import Exhibit
from cases.models.export import Export
from cases.models.half_written import HalfWritten
from cases.models.message import Message
from cases.models.note import Note
from cases.models.outcome import Outcome
from cases.models.page_report import PageReport
from cases.models.phone import Phone
from cases.models.plan import Plan
from cases.models.resume_failure import ResumeFailure
from cases.models.saved_view import SavedView
from cases.models.seller import Alias, Seller
from cases.models.signed_out import SignedOut
from cases.models.tag import CaseTag, Tag

__all__ = [
    "NOT_WAITING",
    "NO_DATE",
    "Alias",
    "AppendOnly",
    "BlindKey",
    "Case",
    "CaseCount",
    "CaseTag",
    "CloseReason",
    "DailyCount",
    "Digest",
    "Disposal",
    "Event",
    "Exhibit",
    "Export",
    "Flag",
    "HalfWritten",
    "LogHead",
    "Marketplace",
    "Message",
    "Note",
    "Outcome",
    "PageReport",
    "Phone",
    "Plan",
    "ResumeFailure",
    "SavedView",
    "Seller",
    "SignedOut",
    "Status",
    "Tag",
    "Tombstone",
    "Turn",
]
