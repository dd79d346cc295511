"""Every write to the database, a module a kind."""

from cases.services import answers, counts, disposal, edits, exhibits, plans, remarks, resuming

__all__ = ["answers", "counts", "disposal", "edits", "exhibits", "plans", "remarks", "resuming"]
