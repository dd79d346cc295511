"""What helps before buying: precautions, and the clauses to look for in an offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from cases.knowledge.schema.base import Reviewed, Text
from cases.vocabulary import Confidence, Light, Moment

# How we speak to the person, and nobody writes to a seller.
POLITE = "您"
# A repetition without an end, with which a pattern could run for minutes.
UNBOUNDED = re.compile(r"(?<!\\)[*+]|\{\d*,\}")


class Precaution(Reviewed):
    """One line of the checklist: what to do, why, what to look at, what to ask the seller.

    All of them are sentences; `ask` can be pasted as it stands.
    """

    order: Annotated[int, Field(ge=1)]
    moment: Moment
    text: Annotated[Text, Field(max_length=60)]
    why: Annotated[Text, Field(max_length=70)]
    look_at: Text
    ask: Annotated[Text, Field(max_length=100)]
    confidence: Confidence

    @model_validator(mode="after")
    def sentences(self) -> Self:
        if faults := [*self._faults()]:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        for name in ("text", "why", "look_at", "ask"):
            if not getattr(self, name).endswith(("。", "？")):
                yield f"{name} must end as a sentence does, with 。 or ？"
        if POLITE in self.ask:
            yield f"ask is read by the seller, so it must not say {POLITE}"


class Clause(Reviewed):
    """A kind of term in an offer or agreement, and how to recognise it.

    `patterns` are regular expressions over one sentence; every one of `examples` fits one of them
    and none of `harmless` does. `grounds` are the grounds that the term touches.
    """

    title: Text
    light: Light
    patterns: Annotated[tuple[Text, ...], Field(min_length=1)]
    examples: Annotated[tuple[Text, ...], Field(min_length=2)]
    harmless: Annotated[tuple[Text, ...], Field(min_length=1)]
    means: Text
    law: Text
    ask: Text
    grounds: tuple[Text, ...] = ()
    not_considered: Annotated[tuple[Text, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def patterns_fit(self) -> Self:
        if faults := [*self._faults()]:
            raise ValueError("; ".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        for pattern in self.patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                yield f"{pattern} is no pattern: {error}"
                return
            if UNBOUNDED.search(pattern):
                yield f"{pattern} may run on; say how often at most, as in .{{0,9}}"
        if POLITE in self.ask:
            yield f"ask is read by the seller, so it must not say {POLITE}"
        for sentence in self.examples:
            if not self.fits(sentence):
                yield f"no pattern fits the example {sentence}"
        for sentence in self.harmless:
            if self.fits(sentence):
                yield f"a pattern fits the harmless {sentence}"

    def fits(self, sentence: str) -> bool:
        """Whether a sentence of an offer holds this kind of term."""
        return any(re.search(pattern, sentence) for pattern in self.patterns)
