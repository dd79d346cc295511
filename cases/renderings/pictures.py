"""The pages of the plan's PDF as pictures, for browsers that cannot keep a PDF.

Each is drawn in a child process of its own, which a damaged or enormous document cannot outlive.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby

from cases.renderings.one_shot import OneShot
from cases.renderings.pdf import RenderingFailed
from cases.renderings.picture_worker import CONTENTS, NO_SUCH_PAGE

MOST_PAGES = 60
LARGEST_PICTURE = 4 * 1024**2
# A picture takes a third of a second of the processor. A phone asks for up to six at once; with
# the PDFs' own four places, two of the server's twelve threads are left for pages at the worst.
WORKER = OneShot("cases.renderings.picture_worker", at_once=2, waiting=4, wall_seconds=10)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the document: its title and the numbers of its pages, counted from one."""

    title: str
    pages: tuple[int, ...]


def sections(document: bytes) -> list[Section]:
    """The chapters of a PDF by its bookmarks, up to page MOST_PAGES. Raises RenderingFailed."""
    titles = json.loads(WORKER.ask(document, CONTENTS))[:MOST_PAGES]
    pages = groupby(enumerate(titles, start=1), key=lambda page: page[1])
    return [Section(title, tuple(number for number, _ in run)) for title, run in pages]


def picture(document: bytes, number: int) -> bytes | None:
    """A page of a PDF as PNG; None when it has no such page. Raises RenderingFailed."""
    if not 1 <= number <= MOST_PAGES:
        return None
    drawn = WORKER.ask(document, str(number))
    if len(drawn) > LARGEST_PICTURE:
        raise RenderingFailed("The picture is too large.")
    return None if drawn == NO_SUCH_PAGE else drawn
