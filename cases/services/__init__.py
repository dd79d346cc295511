"""Every write to the database."""

from cases.services.answers import StaleAnswer, drop_steps, note_visit, open_case, save_step
from cases.services.disposal import DRAFT_LIFE, SUBMITTED_LIFE, Receipt, erase, purge, reseal
from cases.services.plans import PLANS_PER_CASE, Summary, TooManyPlans, seller_key, submit
from cases.services.resuming import TRIES_PER_CASE, resume, tries_used_up

__all__ = [
    "DRAFT_LIFE",
    "PLANS_PER_CASE",
    "SUBMITTED_LIFE",
    "TRIES_PER_CASE",
    "Receipt",
    "StaleAnswer",
    "Summary",
    "TooManyPlans",
    "drop_steps",
    "erase",
    "note_visit",
    "open_case",
    "purge",
    "reseal",
    "resume",
    "save_step",
    "seller_key",
    "submit",
    "tries_used_up",
]
