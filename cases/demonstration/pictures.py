"""Evidence of the demonstration: a phone's screen that shows no real page."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw, ImageFont

from cases.renderings.glyphs import OURS

WIDTH, HEIGHT, MARGIN, LINE = 720, 1280, 40, 72
PAPER, INK, QUIET, BAR = "#ffffff", "#1d2528", "#8a949a", "#0b5c63"


def screen(rng: Random, title: str, lines: tuple[str, ...]) -> bytes:
    """A PNG that looks like a screenshot; a few pixels differ, so that no two are the same file."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    large, small = ImageFont.truetype(OURS, 36), ImageFont.truetype(OURS, 28)
    draw.rectangle((0, 0, WIDTH, 120), fill=BAR)
    draw.text((MARGIN, 40), title, font=large, fill=PAPER)
    for number, line in enumerate(lines):
        draw.text((MARGIN, 180 + number * LINE), line, font=small, fill=INK)
    draw.text((MARGIN, HEIGHT - 80), "演示图片，内容是编的", font=small, fill=QUIET)
    for _dot in range(20):
        draw.point((rng.randrange(WIDTH), HEIGHT - rng.randrange(1, 20)), fill=QUIET)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
