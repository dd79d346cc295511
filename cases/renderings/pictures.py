"""The pages of the plan's PDF as pictures, for browsers that cannot keep a PDF.

Each is drawn in a child process of its own, which a damaged or enormous document cannot outlive.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

from cases.renderings.pdf import INHERITED, ROOT, RenderingFailed
from cases.renderings.picture_worker import CONTENTS, NO_SUCH_PAGE

WALL_SECONDS = 10
MOST_PAGES = 60
LARGEST_PICTURE = 4 * 1024**2
# A picture takes a third of a second of the processor. A phone asks for up to six at once; with
# the PDFs' own four places, two of the server's twelve threads are left for pages at the worst.
AT_ONCE = 2
WAITING = 4

_doors = threading.BoundedSemaphore(AT_ONCE + WAITING)
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the document: its title and the numbers of its pages, counted from one."""

    title: str
    pages: tuple[int, ...]


def sections(document: bytes) -> list[Section]:
    """The chapters of a PDF by its bookmarks, up to page MOST_PAGES. Raises RenderingFailed."""
    titles = json.loads(_asked(document, CONTENTS))[:MOST_PAGES]
    pages = groupby(enumerate(titles, start=1), key=lambda page: page[1])
    return [Section(title, tuple(number for number, _ in run)) for title, run in pages]


def picture(document: bytes, number: int) -> bytes | None:
    """A page of a PDF as PNG; None when it has no such page. Raises RenderingFailed."""
    if not 1 <= number <= MOST_PAGES:
        return None
    drawn = _asked(document, str(number))
    if len(drawn) > LARGEST_PICTURE:
        raise RenderingFailed("The picture is too large.")
    return None if drawn == NO_SUCH_PAGE else drawn


def _asked(document: bytes, wanted: str) -> bytes:
    with _place():
        try:
            # By module name, as the PDF's own worker, and for the same reason.
            child = subprocess.run(  # noqa: S603 - a number or a constant of ours
                [sys.executable, "-m", "cases.renderings.picture_worker", wanted],
                input=document,
                capture_output=True,
                timeout=WALL_SECONDS,
                cwd=ROOT,
                env=_environment(),
            )
        except subprocess.TimeoutExpired as late:
            raise RenderingFailed("The picture took too much time and was stopped.") from late
    if child.returncode:
        raise RenderingFailed(f"The picture worker ended with code {child.returncode}.")
    return child.stdout


@contextmanager
def _place() -> Iterator[None]:
    if not _doors.acquire(blocking=False):
        raise RenderingFailed("Too many wait for pictures.")
    try:
        if not _places.acquire(timeout=WALL_SECONDS):
            raise RenderingFailed("All picture workers are busy.")
        try:
            yield
        finally:
            _places.release()
    finally:
        _doors.release()


def _environment() -> dict[str, str]:
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return inherited | {"LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
