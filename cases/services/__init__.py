"""Every write to the database, a module a kind."""

from cases.services import (
    addresses,
    answers,
    counts,
    desk,
    disposal,
    edits,
    events,
    exhibits,
    finding,
    plans,
    remarks,
    resuming,
    status,
    tallies,
)

__all__ = [
    "addresses",
    "answers",
    "counts",
    "desk",
    "disposal",
    "edits",
    "events",
    "exhibits",
    "finding",
    "plans",
    "remarks",
    "resuming",
    "status",
    "tallies",
]
