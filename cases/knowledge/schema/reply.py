"""What the other side says, and what to make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from cases.knowledge.schema.base import Reviewed, Text
from cases.vocabulary import Channel, EvidenceKind, ReplyKind, Speaker

BLANK = re.compile(r"【请填写：[^【】]+】")
# What differs from case to case, written out where a blank belongs.
WRITTEN_OUT = re.compile(r"[【】{}]|\d+元|\d+月\d+日|X{2,}")
# What would make an answer a threat, or a quarrel; and whoever sends it says 我.
HEATED = ("否则", "曝光", "后果自负", "法律责任", "不退就", "骗", "恶劣", "无耻", "强烈", "！")
NOT_ME = ("您", "我们")


class Reply(Reviewed):
    """A typical reply: `says` its usual words, `kind` what it is worth, `means` why.

    `answer_short` fits a chat window (100 characters), `answer` a message of 300. `channels` are
    where to go on, `grounds` what the answer rests on. `any_of` are words one of which a pasted
    reply of this kind holds, `none_of` words that speak against it; in both, … stands for a few
    characters of any kind. `codes` are the answers of the wizard that come to the same, as table
    and member of `vocabulary.toml`: seller_reply.deduction. `means` has two to four sentences,
    `next` one. The answers are calm, speak as 我 and leave a blank for what differs.
    """

    speakers: Annotated[tuple[Speaker, ...], Field(min_length=1)]
    says: Annotated[tuple[Text, ...], Field(min_length=2, max_length=5)]
    kind: ReplyKind
    means: Text
    answer_short: Annotated[Text, Field(max_length=100)]
    answer: Annotated[Text, Field(max_length=300)]
    proofs: Annotated[tuple[EvidenceKind, ...], Field(min_length=1)]
    next: Text
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    never: Annotated[tuple[Text, ...], Field(min_length=1, max_length=3)]
    grounds: Annotated[tuple[Text, ...], Field(min_length=1)]
    any_of: Annotated[tuple[Text, ...], Field(min_length=1)]
    none_of: tuple[Text, ...] = ()
    codes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def fit_to_be_sent(self) -> Self:
        if faults := [*self._faults()]:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        if not 2 <= _sentences(self.means) <= 4:
            yield "means must have two to four sentences"
        if _sentences(self.next) != 1:
            yield "next must be one sentence"
        if len(self.answer_short) >= len(self.answer):
            yield "answer_short must be shorter than answer"
        answers = self.answer_short + self.answer
        for word in (*HEATED, *NOT_ME):
            if word in answers:
                yield f"the answers must be calm and in the first person, without {word}"
        if found := WRITTEN_OUT.search(BLANK.sub("", answers)):
            yield f"answer: {found[0]} differs from case to case, so write a blank: 【请填写：…】"


def _sentences(text: str) -> int:
    return len(re.findall("[。？]", text))
