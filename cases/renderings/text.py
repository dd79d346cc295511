"""What people typed, made fit for print: bounded in length, and no character lost unseen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

CUT = "……（已截断）"
# The geta mark: printers' sign for "this sort is missing". An empty box would do for most
# documents, but ours hold boxes to tick, and PDF/UA forbids a missing glyph altogether.
GAP = "〓"

# More marks on one letter than any living script needs; a thousand take the engine seconds.
MARKS_IN_A_ROW = 2

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_SPACE_BEFORE_LINE_END = re.compile(r"[^\S\n]+(?=\n)")
_EMPTY_LINES = re.compile(r"\n{3,}")
_VARIATION_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))


def capped(text: str, characters: int = 2000, lines: int = 60) -> str:
    """Return `text` in at most so many characters and lines, the cut shown by CUT.

    Invisible characters go, runs of empty lines and of combining marks shrink.
    """
    text = _plain_lines(_visible(text))
    kept = "\n".join(text.split("\n")[:lines])
    if kept == text and len(text) <= characters:
        return text
    return kept[: characters - len(CUT)].rstrip() + CUT


def _visible(text: str) -> str:
    # Composed first, so that a letter with its accent is one character and no mark is dropped.
    text = "".join(_shown(character) for character in _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _few_marks(unicodedata.normalize("NFC", text)))


def _shown(character: str) -> str:
    if character in "\n\t":
        return character
    match unicodedata.category(character):
        case "Cc" | "Cf":  # with them the marks that turn the reading direction round
            return ""
        case "Cs" | "Cn" | "Co":  # half a character, no character, a private one
            return GAP
        case _:
            return "" if character in _VARIATION_SELECTORS else character


def _few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _plain_lines(text: str) -> str:
    return _EMPTY_LINES.sub("\n\n", _SPACE_BEFORE_LINE_END.sub("", text)).strip()


def with_visible_gaps(text: str, has_glyph: Callable[[str], bool]) -> str:
    """Return `text` with GAP for each character without a glyph; white space needs none."""
    if all(character.isspace() or has_glyph(character) for character in set(text)):
        return text
    return "".join(_or_gap(character, has_glyph) for character in text)


def _or_gap(character: str, has_glyph: Callable[[str], bool]) -> str:
    if character.isspace() or has_glyph(character):
        return character
    ignorable = character in _VARIATION_SELECTORS or unicodedata.category(character) == "Cf"
    return "" if ignorable else GAP
