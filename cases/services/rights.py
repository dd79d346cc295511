"""The rights that work on a case takes, and what is raised where one is missing."""

from __future__ import annotations

REVIEW, CLOSE, OVERRIDE = "cases.review_case", "cases.close_case", "cases.override_case"


class NotAllowed(Exception):
    """This account may not do this, or it cannot be done from where the case stands."""
