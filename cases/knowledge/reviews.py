"""The reviews of the content, and how many of them are past their day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cases.knowledge.loader import FOLDERS, Knowledge
from cases.knowledge.schema import Review


def reviews(knowledge: Knowledge) -> Iterator[tuple[str, Review]]:
    """The review of every file that has one."""
    for folder in FOLDERS:
        for stem, item in getattr(knowledge, folder).items():
            yield f"{folder}/{stem}.toml", item.review
    for channel, letter in knowledge.letters.items():
        yield f"letters/{channel}.md", letter.head.review
    for stem, answer in knowledge.answers.items():
        yield f"answers/{stem}.md", answer.head.review
    yield "court_fee.toml", knowledge.court_fee.review


def overdue(knowledge: Knowledge, on: date) -> int:
    """How many files should have been looked at before a day."""
    return sum(review.again_by < on for _file, review in reviews(knowledge))
