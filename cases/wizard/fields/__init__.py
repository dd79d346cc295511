"""The kinds of questions: what a person may type, and the JSON value it means.

Every `clean` gives a value of the contract; None is 不清楚, or an optional answer left out.
"""

from __future__ import annotations

from cases.wizard.fields.base import UNKNOWN, Question, Words, part_name
from cases.wizard.fields.choices import (
    NONE_OF_THESE,
    Choices,
    Chosen,
    GroupedMembers,
    Groups,
    ManyOf,
    Member,
    Members,
    OneOf,
    YesNo,
    labels,
)
from cases.wizard.fields.text import PhoneField, PostcodeField, TextField
from cases.wizard.fields.typed import (
    AgeField,
    ChineseDateField,
    CountField,
    MomentField,
    MoneyField,
    Typed,
    in_words,
    is_month,
)

__all__ = [
    "NONE_OF_THESE",
    "UNKNOWN",
    "AgeField",
    "ChineseDateField",
    "Choices",
    "Chosen",
    "CountField",
    "GroupedMembers",
    "Groups",
    "ManyOf",
    "Member",
    "Members",
    "MomentField",
    "MoneyField",
    "OneOf",
    "PhoneField",
    "PostcodeField",
    "Question",
    "TextField",
    "Typed",
    "Words",
    "YesNo",
    "in_words",
    "is_month",
    "labels",
    "part_name",
]
