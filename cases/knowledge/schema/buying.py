"""What helps before buying: precautions, and the clauses to look for in an offer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from cases.knowledge.schema.base import Reviewed, Text
from cases.vocabulary import Confidence, Light, Moment


class Precaution(Reviewed):
    """One line of the checklist: what to do, why, what to look at, what to ask the seller."""

    order: Annotated[int, Field(ge=1)]
    moment: Moment
    text: Text
    why: Text
    look_at: Text
    ask: Text
    confidence: Confidence


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
    not_considered: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def patterns_fit(self) -> Clause:
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
        for sentence in self.examples:
            if not self.fits(sentence):
                yield f"no pattern fits the example {sentence}"
        for sentence in self.harmless:
            if self.fits(sentence):
                yield f"a pattern fits the harmless {sentence}"

    def fits(self, sentence: str) -> bool:
        """Whether a sentence of an offer holds this kind of term."""
        return any(re.search(pattern, sentence) for pattern in self.patterns)
