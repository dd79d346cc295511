"""The rights that are asked for in more than one place, and what is raised where one is missing."""

from __future__ import annotations

LOOK, REVIEW, CLOSE = "cases.view_case", "cases.review_case", "cases.close_case"
REVEAL, EXPORT = "cases.reveal_case", "cases.export_case"
HOLD, OVERRIDE = "cases.hold_case", "cases.override_case"


class NotAllowed(Exception):
    """This account may not do this, or it cannot be done from where the case stands."""


class ReasonMissing(Exception):
    """This is done only for one of the reasons that are offered."""
