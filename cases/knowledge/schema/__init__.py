"""The shape of every content file. One item a file; the file's stem is the item's id."""

from cases.knowledge.schema.advice import (
    Caution,
    Cautions,
    Circumstance,
    Claims,
    Condition,
    Conditions,
    Evidence,
    Ground,
    NeverSaid,
    NeverSaidList,
    Phrases,
    Variant,
)
from cases.knowledge.schema.answer import CannedAnswer, CannedAnswerHead
from cases.knowledge.schema.base import Content, Review, Reviewed, Span
from cases.knowledge.schema.buying import Clause, Precaution
from cases.knowledge.schema.calendar import CalendarYear, DaysOff
from cases.knowledge.schema.channel import (
    ChannelCard,
    Contact,
    CourtFee,
    FormField,
    FormValue,
    Letter,
    LetterHead,
    Limit,
    Step,
)
from cases.knowledge.schema.law import Amount, Article, Cite, Law, Period, Renumbered, Version
from cases.knowledge.schema.reply import Reply

__all__ = [
    "Amount",
    "Article",
    "CalendarYear",
    "CannedAnswer",
    "CannedAnswerHead",
    "Caution",
    "Cautions",
    "ChannelCard",
    "Circumstance",
    "Cite",
    "Claims",
    "Clause",
    "Condition",
    "Conditions",
    "Contact",
    "Content",
    "CourtFee",
    "DaysOff",
    "Evidence",
    "FormField",
    "FormValue",
    "Ground",
    "Law",
    "Letter",
    "LetterHead",
    "Limit",
    "NeverSaid",
    "NeverSaidList",
    "Period",
    "Phrases",
    "Precaution",
    "Renumbered",
    "Reply",
    "Review",
    "Reviewed",
    "Span",
    "Step",
    "Variant",
    "Version",
]
