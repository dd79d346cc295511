"""Words that must not reach a reader, looked for in texts and in the content itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from cases.knowledge.loader import FOLDERS, Knowledge

# What others say, how it is recognised, and what a text said before it was replaced.
QUOTED = {"says", "any_of", "none_of", "patterns", "examples", "harmless", "renumbered"}


def banned(text: str, knowledge: Knowledge, *, on: date, letter: bool = False) -> Iterator[str]:
    """Every banned expression in a text that is read on `on`, with the reason.

    `letter` looks for what only a letter must not hold, too.
    """
    for rule in knowledge.never_said:
        if rule.letters <= letter and (words := rule.found_in(text, on)):
            yield f"{words}: {rule.why}"


@dataclass(frozen=True, slots=True)
class Hint:
    """Words a person had better leave out of a letter, and why, in a sentence for them. Several
    words have the inner quotation marks between them: 甲”“乙."""

    words: str
    why: str


def hints(text: str, knowledge: Knowledge, *, on: date, police: bool) -> list[Hint]:
    """What a person had better leave out of a text; `police`: the case is one for the police."""
    return [
        Hint("”“".join(words), rule.hint)
        for rule in knowledge.never_said
        if rule.hint and (rule.police or not police) and (words := rule.all_in(text, on))
    ]


def banned_in_content(knowledge: Knowledge) -> Iterator[str]:
    """Every banned expression in the content, with its file, as of the day of its review."""
    on = knowledge.checked_on
    for folder in (*FOLDERS, "letters", "answers"):
        for stem, item in getattr(knowledge, folder).items():
            for text in _sentences(item, on):
                for fault in banned(text, knowledge, on=on):
                    yield f"{folder}/{stem}: {fault}"
    for name, sentence in (*knowledge.phrases.items(), *knowledge.cautions.items()):
        yield from (f"{name}: {fault}" for fault in banned(sentence, knowledge, on=on))


def _sentences(value: Any, on: date) -> Iterator[str]:
    """Every text within an item, quotations and texts no longer in force apart."""
    match value:
        case str():
            yield value
        case BaseModel() if _over(value, on):
            return
        case BaseModel():
            for name in type(value).model_fields:
                if name not in QUOTED:
                    yield from _sentences(getattr(value, name), on)
        case tuple():
            for entry in value:
                yield from _sentences(entry, on)
        case dict():
            yield from _sentences(tuple(value.values()), on)


def _over(item: BaseModel, on: date) -> bool:
    until = getattr(item, "until", None)
    return getattr(item, "replaced_by", None) is not None or (until is not None and until <= on)
