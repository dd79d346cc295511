"""Which characters our PDFs can show: those of our own face, then of the system's Noto."""

from __future__ import annotations

import subprocess
from functools import cache, cached_property
from pathlib import Path

from cases.renderings.text import GAP, with_visible_gaps

FONTS = Path(__file__).with_name("fonts")
OURS = FONTS / "NotoSansSC-Regular.ttf"
# The same design with thirty thousand more characters; `print.css` names it second.
FALLBACK_FAMILY = "Noto Sans CJK SC"


class Glyphs:
    """The characters that have a glyph; the system's font is looked at only when ours lacks one."""

    def has(self, character: str) -> bool:
        """Say whether the character can be shown."""
        return ord(character) in self._ours or ord(character) in self._fallback

    @cached_property
    def _ours(self) -> frozenset[int]:
        return _code_points(OURS)

    @cached_property
    def _fallback(self) -> frozenset[int]:
        path = _installed(FALLBACK_FAMILY)
        return _code_points(path) if path else frozenset()


def lacking(text: str) -> frozenset[str]:
    """The characters of a text for which a PDF shows a GAP."""
    rare = {character for character in text if not _common(character)}
    return frozenset(c for c in rare if GAP in with_visible_gaps(c, _glyphs().has))


def leaves_gaps(text: str) -> bool:
    """Say whether a PDF of the text shows a GAP, so that it owes the reader a note."""
    return GAP in text or bool(lacking(text))


def _common(character: str) -> bool:
    # The national list is in our face, whole; so nearly every text is answered without fonts.
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _glyphs() -> Glyphs:
    return Glyphs()


def _code_points(path: Path) -> frozenset[int]:
    # Imported here: the PDF worker has it loaded already, others need it for rare characters only.
    from fontTools.ttLib import TTFont

    # All faces of a collection hold the same characters.
    with TTFont(path, fontNumber=0, lazy=True) as font:
        # Numbers in place of names, which nobody asks for and which take thirty megabytes.
        font.setGlyphOrder(range(font["maxp"].numGlyphs))
        return frozenset(font.getBestCmap())


def _installed(family: str) -> Path | None:
    """Return the file of a font family, or None where fontconfig knows no such family."""
    command = ["fc-match", "--format", "%{file}\n%{family}", family]
    try:
        found = subprocess.run(  # noqa: S603 - nothing in it comes from outside
            command, capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    path, _, names = found.stdout.partition("\n")
    return Path(path) if family in names.split(",") else None
