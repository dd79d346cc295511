"""Marks the terms of an offer or agreement, sentence by sentence, for somebody about to buy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cases.knowledge import Knowledge
from cases.vocabulary import Light

# Long enough for an agreement with a carrier; a form that takes an offer must stop here too.
LONGEST_TEXT = 40_000
# Adverts run on without a full stop. Longer stretches are cut, after a comma where there is one.
LONGEST_SENTENCE = 300
PIECE = rf"[^。！？；!?;\r\n]{{1,{LONGEST_SENTENCE}}}"
SENTENCE = re.compile(
    rf"{PIECE}(?:[。！？；!?;]{{1,3}}[”’』」）)]{{0,2}}|(?=[\r\n])|\Z)|{PIECE}[，,、 ]|{PIECE}"
)
QUESTION = re.compile(r"(?:[？?]|[吗么呢][。！!]?)[”’』」）)]{0,2}\Z")
# Digits and letters of double width, as phones and adverts write them.
TO_PLAIN = {ord(plain) + 0xFEE0: plain for plain in map(chr, range(0x21, 0x7F)) if plain.isalnum()}
# What is neither seen nor meant: joiners and marks that copying from a page brings along.
INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFE0F, 0xFEFF))
BLANKS = r"[ \t\u00a0\u3000]{1,8}"
LOOSE_DIGITS = re.compile(rf"(?<=[0-9A-Za-z]){BLANKS}|{BLANKS}(?=[0-9A-Za-z])")
GRAVEST_FIRST = tuple(Light)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A sentence as it was written, the ids of the clauses it holds, the gravest of their lights.

    `light` is None where the content knows nothing of the sentence; that does not make it harmless.
    """

    sentence: str
    clauses: tuple[str, ...] = ()
    light: Light | None = None


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text in their order, as written; a line's end ends a sentence too."""
    found = (match.strip() for match in SENTENCE.findall(text))
    return tuple(sentence for sentence in found if any(map(str.isalnum, sentence)))


def check(text: str, knowledge: Knowledge) -> tuple[Marked, ...]:
    """Every sentence of an offer, marked: red clauses before amber before green.

    Raises ValueError for a text of more than LONGEST_TEXT characters: a part left unread would
    look as if there were nothing in it.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"an offer may have {LONGEST_TEXT} characters, this one has {len(text)}")
    return tuple(_marked(sentence, knowledge) for sentence in sentences(text))


def _marked(sentence: str, knowledge: Knowledge) -> Marked:
    names = _fitting(sentence, knowledge)
    light = knowledge.clauses[names[0]].light if names else None
    return Marked(sentence=sentence, clauses=names, light=light)


def _fitting(sentence: str, knowledge: Knowledge) -> tuple[str, ...]:
    plain, asked = _plain(sentence), bool(QUESTION.search(sentence))
    fitting = {
        name: GRAVEST_FIRST.index(clause.light)
        for name, clause in knowledge.clauses.items()
        # A question promises nothing: it must not make an offer look better.
        if not (asked and clause.light is Light.GREEN) and clause.fits(plain)
    }
    return tuple(sorted(fitting, key=fitting.__getitem__))


def _plain(sentence: str) -> str:
    """The sentence as the patterns expect it: `７ 天` reads as `7天`."""
    plain = sentence.translate(INVISIBLE).translate(TO_PLAIN)
    return LOOSE_DIGITS.sub("", plain)
