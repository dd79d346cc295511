"""The shape of every content file. One item a file; the file's stem is the item's id."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cases.vocabulary import (
    Confidence,
    EvidenceKind,
    Role,
    Tier,
    Unit,
    WarningId,
    Whose,
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ArticleNumber = Annotated[
    str, StringConstraints(pattern=r"^第[零一二三四五六七八九十百千]+条(之[一二三])?$")
]
Items = Annotated[str, StringConstraints(pattern=r"^(（[一二三四五六七八九十]+）)+$")]
Link = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+(/\S*)?$")]


class Content(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Review(Content):
    """Who looked at the item, when, and when somebody must look again."""

    by: Text
    on: date
    again_by: date

    @model_validator(mode="after")
    def look_again_later(self) -> Review:
        if self.again_by <= self.on:
            raise ValueError("again_by must be after on")
        return self


class Span(Content):
    """A time in force: from `since`, up to and without `until`."""

    since: date
    until: date | None = None

    @model_validator(mode="after")
    def end_after_start(self) -> Span:
        if self.until and self.until <= self.since:
            raise ValueError("until must be after since")
        return self

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)


class Article(Span):
    number: ArticleNumber
    summary: Text
    url: Link | None = None


class Law(Content):
    """An instrument. `title` is the full Chinese name without book-title marks."""

    title: Text
    issuer: Text
    document_number: str = ""
    source: Link
    confidence: Confidence
    articles: tuple[Article, ...] = ()
    replaces: Text | None = None
    not_considered: tuple[Text, ...] = ()
    review: Review


class Cite(Content):
    """A pointer to a law, an article, its paragraph (款) and items (项, as （一）（二）)."""

    law: Text
    article: ArticleNumber | None = None
    paragraph: Annotated[int, Field(ge=1, le=9)] | None = None
    item: Items | None = None

    @model_validator(mode="after")
    def parts_need_an_article(self) -> Cite:
        if self.article is None and (self.paragraph or self.item):
            raise ValueError("a paragraph or an item needs an article")
        return self


class Ground(Content):
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
    evidence: tuple[EvidenceKind, ...] = ()
    not_considered: Annotated[tuple[Text, ...], Field(min_length=1)]
    review: Review


class Condition(Content):
    """A fact a ground rests on: the sentence when it holds, the question when it is not known.

    One that goes without saying has no sentence.
    """

    holds: Text | None = None
    ask: Text | None = None


class Contact(Content):
    label: Text
    value: Text
    url: Link | None = None


class ChannelCard(Content):
    """What a person must know of a channel before using it.

    `silence_days`: days without an answer after which our plan goes on to this channel; a default
    of ours, not law. `takes_text` is false where there is nothing to write.
    """

    who: Text
    precondition: Text
    filing_limit: Text
    response_time: Text
    cost: Text
    contacts: Annotated[tuple[Contact, ...], Field(min_length=1)]
    materials: tuple[Text, ...]
    mistakes: Annotated[tuple[Text, ...], Field(min_length=1)]
    can: Annotated[tuple[Text, ...], Field(min_length=1)]
    cannot: Annotated[tuple[Text, ...], Field(min_length=1)]
    steps: Annotated[tuple[Text, ...], Field(min_length=1)]
    if_refused: Text
    evidence: tuple[EvidenceKind, ...] = ()
    takes_text: bool = True
    silence_days: Annotated[int, Field(ge=0, le=30)] | None = None
    confidence: Confidence
    not_considered: tuple[Text, ...] = ()
    review: Review


class Amount(Content):
    since: date
    value: Annotated[int, Field(ge=1)]


class Period(Content):
    """A time limit. `event` and `after` are the words round the sum; `roll` moves the last day
    past days of rest (only where `domain.md` 5 says so)."""

    title: Text
    use: Text
    whose: Whose
    unit: Unit
    values: Annotated[tuple[Amount, ...], Field(min_length=1)]
    roll: bool = False
    event: Text
    after: Text
    source: Text
    cites: tuple[Cite, ...] = ()
    confidence: Confidence
    not_considered: tuple[Text, ...] = ()
    review: Review

    @model_validator(mode="after")
    def law_has_citations(self) -> Period:
        if self.statutory and not self.cites:
            raise ValueError("a period of confidence H or M needs cites")
        if list(self.values) != sorted(self.values, key=lambda amount: amount.since):
            raise ValueError("values must stand in the order of since")
        return self

    @property
    def statutory(self) -> bool:
        return self.confidence is not Confidence.L

    def at(self, day: date) -> int:
        """The number in force on `day`; the first one for any day before it."""
        return [
            amount for amount in self.values if amount.since <= day or amount is self.values[0]
        ][-1].value


class Evidence(Content):
    proves: Text
    how: Text
    vanishes: Text | None = None
    review: Review


class Precaution(Content):
    order: int
    text: Text
    why: Text
    review: Review


class Caution(Content):
    """The text of a warning."""

    text: Text


class DaysOff(Content):
    name: Text
    first: date
    last: date


class CalendarYear(Content):
    """Days of rest on weekdays and working days at weekends (调休) of one year."""

    announced: bool
    notice: Text
    off: tuple[DaysOff, ...]
    workdays: tuple[date, ...] = ()
    review: Review


class LetterHead(Content):
    """The front matter of a letter.

    `needs` lists the variables its text may use; `citations` how many grounds it cites at most,
    `grounds` which ones, where not any will do;
    `me` and `them` who speaks about whom; `answer_days` the days given for an answer, our default.
    """

    title: Text
    needs: tuple[Text, ...]
    citations: Annotated[int, Field(ge=0, le=4)]
    grounds: tuple[Text, ...] = ()
    me: Text = "本人"
    them: Text
    answer_days: Annotated[int, Field(ge=1, le=15)] | None = None
    review: Review


class Letter(Content):
    head: LetterHead
    facts: Text
    requests: Text
    text: Text


class Conditions(Content):
    conditions: dict[str, Condition]


class Cautions(Content):
    cautions: dict[WarningId, Caution]


class Phrases(Content):
    """Sentences of the plan with blanks in braces, one name each."""

    phrases: dict[str, Text]
