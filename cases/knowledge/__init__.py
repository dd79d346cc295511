"""Reviewed content and its reader: laws, grounds, channels, periods, letters, calendars."""

from __future__ import annotations

from cases.knowledge.loader import Knowledge, KnowledgeError, load

__all__ = ["Knowledge", "KnowledgeError", "load"]
