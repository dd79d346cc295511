"""A text to be read out: a sentence a line, its blanks told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？\n]+[。！？]*[”’）】》]*")
_BLANK = re.compile(r"(【[^】]*】)")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence; `blank` where the person has to fill something in."""

    text: str
    blank: bool


def sentences(text: str) -> Iterator[list[Part]]:
    """The sentences of a text, each in its parts."""
    for found in _SENTENCE.findall(text):
        if sentence := found.strip():
            yield [Part(part, part.startswith("【")) for part in _BLANK.split(sentence) if part]
