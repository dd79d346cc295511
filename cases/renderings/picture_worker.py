"""The child process that draws a page of a PDF, or names its pages; `pictures.py` runs it.

The only place that touches PDFium. It reads one document from standard input, writes one answer
to standard output and ends: a picture as PNG, or the titles of the pages as a JSON list.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

CONTENTS = "contents"
NO_SUCH_PAGE = b""

CPU_SECONDS = 8
ADDRESS_SPACE = 512 * 1024**2

# Three pixels for one of a wide phone's. Part of the margins goes: they only make text smaller.
PIXELS_WIDE = 1240
CUT_SIDES, CUT_ENDS = 40, 28  # points, of 57 empty ones and of 62 with the running lines inside
TALLEST = 2.0  # times as high as wide: ours are A4
# Black, teal and amber with the greys between: a third of the size of a picture in full colour.
COLOURS = 32


def main(wanted: str) -> None:
    """Answer with what is wanted: CONTENTS, or the page of this number, counted from one."""
    # Imported here, because the process that asks reads this module for its constants.
    from pypdfium2 import PdfDocument

    _bound_memory_and_time()
    document = PdfDocument(sys.stdin.buffer.read())
    if wanted == CONTENTS:
        answer = json.dumps(titles(document)).encode()
    elif int(wanted) <= len(document):
        answer = drawn(document[int(wanted) - 1])
    else:
        answer = NO_SUCH_PAGE
    sys.stdout.buffer.write(answer)


def titles(document: PdfDocument) -> list[str]:
    """A title for each page: its first bookmark's, else that of the page before."""
    first: dict[int, str] = {}
    for bookmark in document.get_toc():
        if place := bookmark.get_dest():
            first.setdefault(place.get_index(), bookmark.get_title())
    named, last = [], ""
    for page in range(len(document)):
        last = first.get(page, last)
        named.append(last)
    return named


def drawn(page: PdfPage) -> bytes:
    """The page as PNG, PIXELS_WIDE pixels wide. Raises ValueError for one much taller than A4."""
    width, height = page.get_size()
    if height > TALLEST * width:
        raise ValueError("a page of this shape is none of ours")
    scale = PIXELS_WIDE / (width - 2 * CUT_SIDES)
    edges = (CUT_SIDES, CUT_ENDS, CUT_SIDES, CUT_ENDS)
    bitmap = page.render(scale=scale, crop=edges, may_draw_forms=False)
    picture = io.BytesIO()
    bitmap.to_pil().quantize(COLOURS).save(picture, "PNG", optimize=True)
    return picture.getvalue()


def _bound_memory_and_time() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1])
