"""The flow as a picture: every step in order, and the condition under which it is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree

from django.utils.translation import gettext_lazy as _

from cases.wizard.steps import PARTS, STEPS, Condition, Step, always

WIDTH = 860
MARGIN = 16
SPINE = 40
BOX_WIDTH, BOX_HEIGHT = 372, 46
ON_THE_SPINE, BESIDE_IT = 16, 90
GAP = 16
NOTE_LEFT = BESIDE_IT + BOX_WIDTH + 22
NOTE_WIDTH = WIDTH - MARGIN - NOTE_LEFT
LINE = 17
HEADING = 46

INK, SOFT, FRAME, TINT, TEAL, PAPER = (
    "#1b1f22",
    "#565f66",
    "#cfd6d9",
    "#f2f6f6",
    "#0b5a5e",
    "#ffffff",
)
SANS = "system-ui, 'PingFang SC', 'Microsoft YaHei UI', 'Noto Sans CJK SC', sans-serif"
MONO = "ui-monospace, Menlo, Consolas, monospace"

TITLE = "The steps of the wizard, in order"
END = _("检查回答，生成方案")


@dataclass(frozen=True, slots=True)
class Run:
    """Steps that follow each other and are asked under one condition."""

    condition: Condition
    steps: tuple[Step, ...]


def draw() -> str:
    """The picture as the text of an SVG file; the same flow gives the same text."""
    canvas, bottom = ElementTree.Element("svg"), MARGIN
    for part in PARTS:
        steps = [step for step in STEPS if step.part == part]
        bottom = _draw_part(canvas, str(part), steps, bottom)
    _frame(canvas, spine_end=bottom)
    ElementTree.indent(canvas)
    return ElementTree.tostring(canvas, encoding="unicode") + "\n"


def described(condition: Condition) -> str:
    """The first sentence of what a condition says about itself; "" when its name says it all."""
    said = " ".join((condition.__doc__ or "").split())
    return said.split(". ")[0].rstrip(".")


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines of at most `width` pixels at a font size, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if measured(longer, size) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if text else []


def measured(text: str, size: float) -> float:
    """About how wide a text is in pixels; a Chinese character is as wide as it is high."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (wide + 0.56 * (len(text) - wide))


def _runs(steps: list[Step]) -> Iterator[Run]:
    for _each, run in groupby(steps, key=lambda step: step.asked_when.__name__):
        steps_of_run = tuple(run)
        yield Run(steps_of_run[0].asked_when, steps_of_run)


def _draw_part(canvas: ElementTree.Element, part: str, steps: list[Step], top: int) -> int:
    """A part's heading and its runs; returns where the next part starts."""
    _text(canvas, part, x=BESIDE_IT, y=top + 26, size=20, bold=True, fill=TEAL)
    y = top + HEADING
    for run in _runs(steps):
        y = _draw_run(canvas, run, y)
    return y


def _draw_run(canvas: ElementTree.Element, run: Run, top: int) -> int:
    """One run: on the spine when it is always asked, beside it when there is a condition."""
    always_asked = run.condition is always
    notes = [] if always_asked else _notes(run.condition)
    boxes = len(run.steps) * (BOX_HEIGHT + GAP)
    if not always_asked:
        _draw_branch(canvas, top, boxes)
        _draw_notes(canvas, notes, top, boxes)
    for index, step in enumerate(run.steps):
        _draw_step(canvas, step, top + index * (BOX_HEIGHT + GAP), on_the_spine=always_asked)
    return top + max(boxes, len(notes) * LINE + GAP)


def _draw_branch(canvas: ElementTree.Element, top: int, boxes: int) -> None:
    """The way from the spine into the first step of a run, and from its last one back."""
    first, last = top + BOX_HEIGHT // 3, top + boxes - GAP - BOX_HEIGHT // 3
    _line(canvas, (SPINE, first), (BESIDE_IT, first), arrow=True)
    _line(canvas, (BESIDE_IT, last), (SPINE, last), arrow=True)
    for y in range(top + BOX_HEIGHT, top + boxes - GAP, BOX_HEIGHT + GAP):
        inside = BESIDE_IT + ON_THE_SPINE
        _line(canvas, (inside, y), (inside, y + GAP), arrow=True)


def _draw_step(canvas: ElementTree.Element, step: Step, top: int, *, on_the_spine: bool) -> None:
    left = ON_THE_SPINE if on_the_spine else BESIDE_IT
    if on_the_spine:
        _line(canvas, (SPINE, top - GAP), (SPINE, top), arrow=True)
    _box(canvas, left, top, solid=on_the_spine)
    _text(canvas, str(step.form.title), x=left + 14, y=top + 20, size=15, bold=True)
    _text(canvas, step.name, x=left + 14, y=top + 38, size=12, fill=SOFT, font=MONO)


def _notes(condition: Condition) -> list[tuple[str, str]]:
    """(text, font) of every line beside a run."""
    said = wrapped(described(condition), NOTE_WIDTH, 13)
    return [(condition.__name__, MONO), *((line, SANS) for line in said)]


def _draw_notes(
    canvas: ElementTree.Element, notes: list[tuple[str, str]], top: int, boxes: int
) -> None:
    bottom = top + boxes - GAP
    _line(canvas, (NOTE_LEFT - 10, top), (NOTE_LEFT - 10, bottom), colour=TEAL)
    for index, (line, font) in enumerate(notes):
        fill, bold = (TEAL, True) if font is MONO else (SOFT, False)
        y = top + 16 + index * LINE
        _text(canvas, line, x=NOTE_LEFT, y=y, size=13, fill=fill, bold=bold, font=font)


def _frame(canvas: ElementTree.Element, *, spine_end: int) -> None:
    """The size, the paper, the spine, and the words for who cannot see the picture."""
    height = spine_end + HEADING + MARGIN
    canvas.attrib |= {
        "xmlns": "http://www.w3.org/2000/svg",
        "width": str(WIDTH),
        "height": str(height),
        "viewBox": f"0 0 {WIDTH} {height}",
        "role": "img",
        "aria-labelledby": "title description",
    }
    below = ElementTree.Element("svg")
    _described(below)
    ElementTree.SubElement(below, "rect", width=str(WIDTH), height=str(height), fill=PAPER)
    _line(below, (SPINE, MARGIN), (SPINE, spine_end + GAP), arrow=True)
    canvas[:0] = list(below)
    _text(canvas, str(END), x=ON_THE_SPINE, y=spine_end + 42, size=16, bold=True, fill=TEAL)


def _described(canvas: ElementTree.Element) -> None:
    ElementTree.SubElement(canvas, "title", id="title").text = TITLE
    words = "\n".join(_in_words(step) for step in STEPS)
    ElementTree.SubElement(canvas, "desc", id="description").text = words


def _in_words(step: Step) -> str:
    asked = "" if step.asked_when is always else f", asked when {step.asked_when.__name__}"
    return f"{step.part}: {step.name}, {step.form.title}{asked}"


def _box(canvas: ElementTree.Element, left: int, top: int, *, solid: bool) -> None:
    look = {"fill": TINT, "stroke": TEAL} if solid else {"fill": PAPER, "stroke": SOFT}
    ElementTree.SubElement(
        canvas,
        "rect",
        {
            "x": str(left),
            "y": str(top),
            "width": str(BOX_WIDTH),
            "height": str(BOX_HEIGHT),
            "rx": "6",
            "stroke-width": "1.5",
            **look,
            **({} if solid else {"stroke-dasharray": "5 3"}),
        },
    )


def _line(
    canvas: ElementTree.Element,
    start: tuple[int, int],
    end: tuple[int, int],
    *,
    arrow: bool = False,
    colour: str = SOFT,
) -> None:
    (x1, y1), (x2, y2) = start, end
    path = f"M{x1} {y1}L{x2} {y2}"
    if arrow:
        path += _head(start, end)
    ElementTree.SubElement(
        canvas, "path", {"d": path, "fill": "none", "stroke": colour, "stroke-width": "2"}
    )


def _head(start: tuple[int, int], end: tuple[int, int]) -> str:
    """The two strokes at the end of an arrow that runs along an axis."""
    (x1, y1), (x2, y2) = start, end
    if y1 == y2:
        back = x2 - 7 if x2 > x1 else x2 + 7
        return f"M{back} {y2 - 5}L{x2} {y2}L{back} {y2 + 5}"
    return f"M{x2 - 5} {y2 - 7}L{x2} {y2}L{x2 + 5} {y2 - 7}"


def _text(
    canvas: ElementTree.Element,
    words: str,
    *,
    x: int,
    y: int,
    size: int,
    bold: bool = False,
    fill: str = INK,
    font: str = SANS,
) -> None:
    weight = {"font-weight": "700"} if bold else {}
    text = ElementTree.SubElement(
        canvas,
        "text",
        {"x": str(x), "y": str(y), "font-size": str(size), "font-family": font, "fill": fill}
        | weight,
    )
    text.text = words
