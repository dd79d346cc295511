"""What staff send to a person again and again."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import field_validator

from cases.knowledge.schema.base import Content, Reviewed, Text

# What may stand in braces in a canned answer; `admin.canned` fills it from the case.
BLANKS = frozenset(
    {
        "carrier",
        "case_number",
        "first_step",
        "next_date",
        "order_stage",
        "seller",
        "submitted_on",
    }
)
BRACES = re.compile(r"\{([^{}]*)\}")


class CannedAnswerHead(Reviewed):
    """The front matter of a canned answer. A request says in `asks` what it is about:
    `step:<step of the wizard>` and `evidence:<kind>`."""

    title: Text
    kind: Literal["request", "answer"]
    asks: tuple[Text, ...] = ()


class CannedAnswer(Content):
    """A canned answer: its head, and its text with blanks."""

    head: CannedAnswerHead
    text: Text

    @field_validator("text")
    @classmethod
    def blanks_known(cls, text: str) -> str:
        """Refuse a blank that nobody fills in, and a brace without its other half."""
        if unknown := sorted(set(BRACES.findall(text)) - BLANKS):
            raise ValueError(f"has the blank {unknown[0]}, which nobody fills in")
        if set(BRACES.sub("", text)) & set("{}"):
            raise ValueError("has a brace without its other half")
        return text
