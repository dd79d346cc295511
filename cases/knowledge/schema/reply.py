"""What the other side says, and what to make of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cases.knowledge.schema.base import Reviewed, Text
from cases.vocabulary import Channel, EvidenceKind, ReplyKind, Speaker


class Reply(Reviewed):
    """A typical reply: `says` its usual words, `kind` what it is worth, `means` why.

    `answer_short` fits a chat window (100 characters), `answer` a message of 300. `channels` are
    where to go on, `grounds` what the answer rests on. `any_of` are words one of which a pasted
    reply of this kind holds, `none_of` words that speak against it; in both, … stands for a few
    characters of any kind. `codes` are the answers of the wizard that come to the same, as table
    and member of `vocabulary.toml`: seller_reply.deduction.
    """

    speakers: Annotated[tuple[Speaker, ...], Field(min_length=1)]
    says: Annotated[tuple[Text, ...], Field(min_length=1)]
    kind: ReplyKind
    means: Text
    answer_short: Annotated[Text, Field(max_length=100)]
    answer: Annotated[Text, Field(max_length=300)]
    proofs: tuple[EvidenceKind, ...]
    next: Text
    channels: tuple[Channel, ...] = ()
    never: Annotated[tuple[Text, ...], Field(min_length=1)]
    grounds: tuple[Text, ...] = ()
    any_of: Annotated[tuple[Text, ...], Field(min_length=1)]
    none_of: tuple[Text, ...] = ()
    codes: tuple[Text, ...] = ()
