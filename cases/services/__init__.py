"""Every write to the database."""

from cases.services import exhibits
from cases.services.answers import (
    StaleAnswer,
    drop_steps,
    keep_half_typed,
    note_visit,
    open_case,
    reweigh,
    save_step,
)
from cases.services.counts import Event, count
from cases.services.disposal import (
    COUNT_LIFE,
    DRAFT_LIFE,
    REMARK_LIFE,
    SUBMITTED_LIFE,
    Receipt,
    erase,
    purge,
    reseal,
)
from cases.services.edits import (
    Aside,
    Place,
    StaleText,
    TextGone,
    asides_of,
    drop_aside,
    restore_text,
    save_text,
    take_back,
    version_of,
)
from cases.services.plans import PLANS_PER_CASE, Summary, TooManyPlans, seller_key, submit
from cases.services.remarks import (
    REMARKS_IN_ALL,
    REMARKS_PER_ADDRESS,
    TooManyRemarks,
    keep_remark,
)
from cases.services.resuming import TRIES_PER_CASE, resume, tries_used_up

__all__ = [
    "COUNT_LIFE",
    "DRAFT_LIFE",
    "PLANS_PER_CASE",
    "REMARKS_IN_ALL",
    "REMARKS_PER_ADDRESS",
    "REMARK_LIFE",
    "SUBMITTED_LIFE",
    "TRIES_PER_CASE",
    "Aside",
    "Event",
    "Place",
    "Receipt",
    "StaleAnswer",
    "StaleText",
    "Summary",
    "TextGone",
    "TooManyPlans",
    "TooManyRemarks",
    "asides_of",
    "count",
    "drop_aside",
    "drop_steps",
    "erase",
    "exhibits",
    "keep_half_typed",
    "keep_remark",
    "note_visit",
    "open_case",
    "purge",
    "reseal",
    "restore_text",
    "resume",
    "reweigh",
    "save_step",
    "save_text",
    "seller_key",
    "submit",
    "take_back",
    "tries_used_up",
    "version_of",
]
