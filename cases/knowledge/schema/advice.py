"""What a case means: grounds, the conditions they rest on, circumstances, evidence, sentences."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from cases.knowledge.schema.base import Content, Reviewed, Text
from cases.knowledge.schema.law import Cite
from cases.vocabulary import Confidence, EvidenceKind, Role, Tier, WarningId


class Variant(Content):
    """Another wording of a ground, with its own citations, where the condition `given` holds."""

    given: Text
    wording: Text
    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]


class Ground(Reviewed):
    """A thing the law lets a person rely on; its predicate has the same name in `assessment`."""

    title: Text
    explanation: Text
    wording: Text
    against: tuple[Role, ...]
    tier: Tier
    in_letters: bool = True
    confidence: Confidence
    weight: Annotated[int, Field(ge=0, le=100)] = 50
    cites: Annotated[tuple[Cite, ...], Field(min_length=1)]
    variants: tuple[Variant, ...] = ()
    evidence: tuple[EvidenceKind, ...] = ()
    not_considered: Annotated[tuple[Text, ...], Field(min_length=1)]


class Condition(Content):
    """A fact a ground rests on: the sentence when it holds, the question when it is not known.

    One that goes without saying has no sentence.
    """

    holds: Text | None = None
    ask: Text | None = None


class Circumstance(Reviewed):
    """A row of the decision tables (`row`, as `domain.md` 4.3 numbers it), in words for the person.

    `says` may hold the blanks of `assessment/wording.py`.
    """

    row: Annotated[str, StringConstraints(pattern=r"^D\d{1,2}[a-g]?$")]
    title: Text
    says: Text
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    never: tuple[Text, ...] = ()


class Evidence(Reviewed):
    """What a kind of evidence proves and how it is kept, in sentences; how long it lasts.

    `lasts`: for `days` where the other side can change or take it away at any time, for `months`
    where whoever holds the record gives it out for a while only, for `years` where it stays with
    the person. `vanishes` says so in a sentence.
    """

    proves: Text
    how: Text
    vanishes: Text | None = None
    lasts: Literal["days", "months", "years"]

    @model_validator(mode="after")
    def what_vanishes_does_not_last(self) -> Evidence:
        if self.vanishes and self.lasts == "years":
            raise ValueError("what vanishes does not last for years")
        return self


class Caution(Content):
    """The text of a warning."""

    text: Text


class Conditions(Content):
    conditions: dict[str, Condition]


class Cautions(Content):
    cautions: dict[WarningId, Caution]


class Phrases(Content):
    """Sentences of the plan with blanks in braces, one name each."""

    phrases: dict[str, Text]


class Claims(Reviewed):
    """Which kinds of evidence can prove a sentence, by the name of its phrase; one is enough.

    `fragments` are phrases with a name like theirs that claim nothing by themselves.
    """

    fragments: tuple[Text, ...]
    proof: dict[str, tuple[EvidenceKind, ...]]


class NeverSaid(Content):
    """Words that must not reach a reader: a pattern, and why.

    `since`: wrong only from that day on. `unless`: a longer phrase that is all right. `titles`:
    whether titles in 《》 count. `letters`: banned in letters alone, those to the police apart.
    `hint`: what a person is told who wrote them into a letter; nobody is told without one.
    `police`: whether that goes for a case for the police as well.
    """

    pattern: Text
    why: Text
    since: date | None = None
    unless: Text | None = None
    titles: bool = True
    letters: bool = False
    hint: Text | None = None
    police: bool = True

    @model_validator(mode="after")
    def patterns_compile(self) -> NeverSaid:
        for pattern in filter(None, (self.pattern, self.unless)):
            re.compile(pattern)
        return self

    def found_in(self, text: str, on: date) -> str | None:
        """The first such words in a text for a reader on `on`."""
        return next(iter(self.all_in(text, on)), None)

    def all_in(self, text: str, on: date) -> list[str]:
        """All such words in a text for a reader on `on`, each once, in its order."""
        if self.since and on < self.since:
            return []
        text = text if self.titles else re.sub(r"《[^》]*》", "", text)
        text = re.sub(self.unless, "", text) if self.unless else text
        return list(dict.fromkeys(found[0] for found in re.finditer(self.pattern, text)))


class NeverSaidList(Content):
    never_said: tuple[NeverSaid, ...]
