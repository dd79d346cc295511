"""What every content file is made of: words, links, a review, a time in force."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
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


class Reviewed(Content):
    """An item that somebody has looked at."""

    review: Review

    def overdue(self, on: date) -> bool:
        """Whether somebody should have looked again before `on`."""
        return on > self.review.again_by


class Span(Content):
    """A time in force: from `since`, up to and without `until`.

    `since_known` is false where `since` is but a floor, earlier than any order we see; it is then
    not shown.
    """

    since: date
    until: date | None = None
    since_known: bool = True

    @model_validator(mode="after")
    def end_after_start(self) -> Span:
        if self.until and self.until <= self.since:
            raise ValueError("until must be after since")
        return self

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day < self.until)
