"""Instruments, their articles and versions, citations of them, and the time limits they set."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from cases.knowledge.schema.base import Content, Link, Reviewed, Span, Text
from cases.vocabulary import Confidence, Unit, Whose

ArticleNumber = Annotated[
    str, StringConstraints(pattern=r"^第[零一二三四五六七八九十百千]+条(之[一二三])?$")
]
Items = Annotated[str, StringConstraints(pattern=r"^(（[一二三四五六七八九十]+）)+$")]


class Version(Span):
    """A text of an instrument, by the name lawyers give it: 2013年修正."""

    name: Text


class Article(Span):
    number: ArticleNumber
    summary: Text


class Renumbered(Content):
    """A version trap: what stands all over the web, and what is right from `on` on.

    `now` is None where nothing took its place.
    """

    was: Text
    now: Text | None = None
    matter: Text
    on: date


class Law(Reviewed):
    """An instrument. `title` is the full Chinese name without book-title marks, and what to search
    for at `source`, the front page of the official database. `in_marks` is false for what has no
    title to stand in 《》. `replaced_by` is a law's id."""

    title: Text
    in_marks: bool = True
    issuer: Text
    document_number: Text | None = None
    source: Link
    confidence: Confidence
    versions: Annotated[tuple[Version, ...], Field(min_length=1)]
    articles: tuple[Article, ...] = ()
    renumbered: tuple[Renumbered, ...] = ()
    replaced_by: Text | None = None
    not_considered: tuple[Text, ...] = ()


class Cite(Content):
    """A pointer to a law, an article, its paragraph (款) and items (项, as （一）（二）).

    `keyword` is a word of the article that shows that the right one is meant; `check_citations`
    looks for it in the statute's text. `version` names the text meant, where one number stands for
    two matters in two texts.
    """

    law: Text
    article: ArticleNumber | None = None
    paragraph: Annotated[int, Field(ge=1, le=9)] | None = None
    item: Items | None = None
    keyword: Text | None = None
    version: Text | None = None

    @model_validator(mode="after")
    def parts_need_an_article(self) -> Cite:
        if self.article is None and any((self.paragraph, self.item, self.keyword, self.version)):
            raise ValueError("a part or a keyword needs an article")
        return self


class Amount(Content):
    since: date
    value: Annotated[int, Field(ge=1)]


class Period(Reviewed):
    """A time limit. `event` and `after` are the words round the sum; `roll` moves the last day
    past days of rest (only where `domain.md` 5 says so). It rests on `cites`, or on `practice`."""

    title: Text
    use: Text
    whose: Whose
    unit: Unit
    values: Annotated[tuple[Amount, ...], Field(min_length=1)]
    roll: bool = False
    event: Text
    after: Text
    practice: Text | None = None
    cites: tuple[Cite, ...] = ()
    confidence: Confidence
    not_considered: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def law_has_citations(self) -> Period:
        if self.statutory and not self.cites:
            raise ValueError("a period of confidence H or M needs cites")
        if self.statutory is bool(self.practice):
            raise ValueError("a period of confidence L, and no other, needs practice")
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
