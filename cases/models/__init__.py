"""The rows, a module a kind."""

from cases.models.case import Case
from cases.models.daily_count import DailyCount
from cases.models.exhibit import Exhibit
from cases.models.page_report import PageReport
from cases.models.plan import Plan
from cases.models.resume_failure import ResumeFailure

__all__ = ["Case", "DailyCount", "Exhibit", "PageReport", "Plan", "ResumeFailure"]
