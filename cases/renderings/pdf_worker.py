"""The child process that turns HTML into PDF; `pdf.py` starts it, feeds it, ends it.

The only place that touches WeasyPrint. It reads one document after the other from standard
input and answers on standard output, each as a length of eight bytes and that many bytes; an
answer begins with OK or FAILED. At the end of input, that is when its parent is gone, it ends.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from cases.renderings.glyphs import FALLBACK_FAMILY, Glyphs
from cases.renderings.text import with_visible_gaps

OK, FAILED = b"+", b"-"
# The first message, before any question: what is loaded costs no document its time.
READY = b"ready"
LENGTH = struct.Struct(">Q")

CPU_SECONDS = 15
# Address space: a warm worker has 180 to 290 MB of it, with a hundred pages 360 at most.
ADDRESS_SPACE = 512 * 1024**2
LARGEST_FILE = 64 * 1024**2

# As in print.css: ours, then the one `glyphs.py` counts as fallback.
FAMILIES = f"Plan Sans, {FALLBACK_FAMILY}"
STYLE_SHEET = Path(__file__).with_name("print.css")
WARM_UP = (
    '<html lang="zh-CN"><title>预热</title><body><p class="running-header">预热</p>'
    "<h1>预热</h1><table><tr><td><b>一</b> 1</td></tr></table></body></html>"
)

# The engine imports them for variable fonts and for systems without libharfbuzz-subset; together
# with what they import in turn they would take an eighth of a worker's memory.
SELDOM = ("fontTools.subset", "fontTools.varLib.instancer")

Renderer = Callable[[str], bytes]


def main(directory: str) -> None:
    """Serve until the input ends; `directory` is for temporary files and goes at the end."""
    tempfile.tempdir = directory
    try:
        _serve(_private_standard_output())
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _serve(answers: BinaryIO) -> None:
    _bound_memory_and_files()
    _bound_processor_time()
    render = renderer()
    render(WARM_UP)
    keep_for_good()
    write(answers, READY)
    while (document := read(sys.stdin.buffer)) is not None:
        _bound_processor_time()
        write(answers, _answer(render, document))
        # The other side has its answer: this is the moment that costs nobody anything.
        gc.collect()


def keep_for_good() -> None:
    """Leave what is loaded now out of every later collection; collect only when asked.

    Together an eighth of the time. A document's rubbish is bounded by ADDRESS_SPACE.
    """
    gc.freeze()
    gc.disable()


def read(stream: BinaryIO) -> bytes | None:
    """Return the next message, or None when the other side has gone."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    length = LENGTH.unpack(head)[0]
    body = stream.read(length)
    return body if len(body) == length else None


def write(stream: BinaryIO, message: bytes) -> None:
    """Send one message."""
    stream.write(LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def renderer() -> Renderer:
    """Return a function from HTML to PDF/UA-1 that keeps fonts and style sheet between calls."""
    # Imported here: it costs most of a second and needs system libraries, which no other part
    # of the product should have to pay for.
    _postpone_what_is_seldom_used()
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()
    # Our own files may be read while our own style sheet is read, and never again.
    style = CSS(
        filename=STYLE_SHEET,
        font_config=fonts,
        url_fetcher=URLFetcher(allowed_protocols={"file"}, allow_redirects=False),
    )
    glyphs = Glyphs()
    inside_only = URLFetcher(allowed_protocols={"data"}, allow_redirects=False)

    def render(html: str) -> bytes:
        page = HTML(string=html, url_fetcher=inside_only)
        _tidy(page.etree_element, glyphs)
        pdf: bytes = page.write_pdf(font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1")
        return pdf

    return render


class _Postponed(ModuleType):
    """Stands in for a module of functions and classes until the first of them is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *values, **options: getattr(self._loaded(), name)(*values, **options)

    def _loaded(self) -> ModuleType:
        # All at once: the real ones import each other.
        for name in SELDOM:
            if isinstance(sys.modules.get(name), _Postponed):
                del sys.modules[name]
        return importlib.import_module(self.__name__)


def _postpone_what_is_seldom_used() -> None:
    for name in SELDOM:
        sys.modules.setdefault(name, _Postponed(name))


def _tidy(root: Element, glyphs: Glyphs) -> None:
    root.attrib.setdefault("lang", "zh-CN")
    for element in root.iter():
        # A comment has a function for a tag.
        if isinstance(element.tag, str):
            _drop_what_reaches_outside(element)
            _use_our_font_in_drawings(element)
            element.text = element.text and with_visible_gaps(element.text, glyphs.has)
        element.tail = element.tail and with_visible_gaps(element.tail, glyphs.has)


def _drop_what_reaches_outside(element: Element) -> None:
    # A style sheet could bring a font into the configuration that later documents share; an
    # attachment would put a file into the PDF.
    element.attrib.pop("rel", None)
    if element.tag == "style":
        element.text = None


def _use_our_font_in_drawings(element: Element) -> None:
    # Inside an <svg> the engine does not look at the style sheet's font.
    if element.tag.rpartition("}")[2] == "svg":
        element.attrib.setdefault("font-family", FAMILIES)


def _answer(render: Renderer, document: bytes) -> bytes:
    try:
        return OK + render(document.decode())
    # Whatever a document does to the engine, the other side gets an answer and decides.
    except Exception as fault:
        return FAILED + type(fault).__name__.encode()


def _private_standard_output() -> BinaryIO:
    # A library that prints must not get in between: what goes to 1 now goes to 2.
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "wb")


def _bound_memory_and_files() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bound_processor_time() -> None:
    # The limit counts the life of the process, so each document gets its own from here on.
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU_SECONDS, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main(sys.argv[1])
