"""HTML to DOCX: the only door to python-docx, for the few elements that our documents use.

Fonts, sizes and numbering stand in `word_parts/`; nothing of python-docx's own template stays.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import html as lxml_html  # type: ignore[import-untyped]

from cases.renderings.text import capped

PARTS = Path(__file__).with_name("word_parts")
PRODUCER = "refundwizard"
# Far more than a plan has; a document has to end somewhere.
CHARACTERS, LINES = 2_000_000, 100_000
# The same second for every member of the file, so that the same plan gives the same bytes.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)
TEXT_WIDTH = 9638  # twentieths of a point: A4 without margins of 20 mm
# What `print.css` gives the columns of our tables, in per cent.
COLUMNS = {
    "col-name": 21,
    "col-day": 30,
    "col-tick": 11,
    "col-sure": 13,
    "col-label": 34,
    "col-proof": 34,
}
# How a table looks, by the bits that older word processors read: a special first row, no bands.
FIRST_ROW, NO_COLUMN_BANDS = 0x0020, 0x0400
HEADINGS = {"h1": "Heading 1", "h2": "Heading 2", "h3": "Heading 3", "h4": "Heading 3"}
NOT_READ = frozenset({"svg", "img", "style", "script", "colgroup", "button", "template"})
UNSEEN = frozenset({"sr-only", "running-header", "running-footer"})
NEW_PAGE = frozenset({"channel-page", "overview"})
BLOCKS = frozenset({"p", "div", "section", "article", "ol", "ul", "table", "nav", "pre", *HEADINGS})

# Chinese marks bring their own space.
WIDE_MARKS = tuple("。，、；：！？）》”")

_SPACE = re.compile(r"[ \t\r\n\f]+")
_AFTER_MARK = re.compile(r"(?<=[。，、；：！？）》”]) ")


def render(html: str, *, on: date) -> bytes:
    """Return a complete HTML document as DOCX, the same bytes for the same document and day.

    Title and footer are its `<title>` and `.running-footer`. Drawings and style sheets are left
    out; whatever is not text in XML is taken out by `text.capped`.
    """
    page = lxml_html.document_fromstring(capped(html, CHARACTERS, LINES))
    writer = _Writer(page, on)
    writer.blocks(page.find("body"))
    return _fixed(writer.saved())


class _Writer:
    """The document being written; `line` is the paragraph that text goes to, None between two."""

    def __init__(self, page: Any, on: date) -> None:
        self.document = Document()
        self.page = page
        self.place: Any = self.document
        self.line: _Line | None = None
        self.new_page = False
        self.after_table = False
        self.after_heading = False
        _replace_parts(self.document)
        _describe(self.document, page.findtext("head/title"), on)
        _lay_out(self.document, page)

    def saved(self) -> bytes:
        self.part_tables()
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()

    def blocks(self, parent: Any, style: str = "Normal", number: int | None = None) -> None:
        """Everything in an element: loose text becomes paragraphs of `style`.

        `number` is the list whose items these are.
        """
        self.loose(parent.text, style, number)
        for child in parent:
            if isinstance(child.tag, str) and child.tag not in NOT_READ and not _unseen(child):
                self.element(child, style, number)
            self.loose(child.tail, style, number)
        self.end()

    def element(self, child: Any, style: str, number: int | None) -> None:
        if child.tag not in BLOCKS:
            self.inline(child, style, number)
            return
        self.end()
        self.new_page = self.new_page or bool(_classes(child) & NEW_PAGE)
        match child.tag:
            case "table":
                self.table(child)
            case "ol" | "ul":
                self.items(child)
            case _:
                self.blocks(child, _style(child, style))

    def loose(self, text: str | None, style: str, number: int | None, run: str = "") -> None:
        """Text on the open line; white space alone opens none."""
        if not text or (self.line is None and not text.strip()):
            return
        if self.line is None:
            self.line = self.opened(style, number)
        self.line.add(text, run)

    def inline(self, element: Any, style: str, number: int | None, run: str = "") -> None:
        """An element within a line, and what is in it."""
        if element.tag == "br":
            if self.line is not None:
                self.line.end_row()
            return
        run = _run_style(element) or run
        # A note within the item of a list stands on a row of its own, as in print.
        if style == "Tick" and "note" in _classes(element) and self.line is not None:
            self.line.end_row()
        self.loose(element.text, style, number, run)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in NOT_READ and not _unseen(child):
                self.inline(child, style, number, run)
            self.loose(child.tail, style, number, run)

    def opened(self, style: str, number: int | None) -> _Line:
        paragraph = self.place.add_paragraph(style=style)
        if number is not None:
            _number(paragraph, number)
        if self.new_page:
            paragraph.paragraph_format.page_break_before = True
            self.new_page = False
        if self.after_table and self.place is self.document:
            self.after_table = False
            if style not in HEADINGS.values():
                paragraph.paragraph_format.space_before = Pt(8)
        if self.after_heading and style == "Small":
            # A heading and its note alone at the foot of a page would announce nothing.
            paragraph.paragraph_format.keep_with_next = True
        self.after_heading = style in HEADINGS.values()
        return _Line(paragraph, as_typed=style == "Letter")

    def end(self) -> None:
        if self.line is not None:
            self.line.end()
        self.line = None

    def items(self, listing: Any) -> None:
        """A list, numbered from one, or with boxes to tick."""
        style = _list_style(listing)
        number = self.new_numbering() if style == "List Number" else None
        for item in listing.iterchildren("li"):
            self.blocks(item, style, number)

    def new_numbering(self) -> int:
        numbering = self.document.part.numbering_part.element
        num = numbering.add_num(1)
        num.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(num.numId)

    def table(self, table: Any) -> None:
        rows = list(table.iter("tr"))
        for caption in table.iterchildren("caption"):
            if not _unseen(caption):
                self.blocks(caption, "Caption")
        if not rows:
            return
        self.part_tables()
        widths = _widths(table)
        grid = self.document.add_table(rows=0, cols=len(widths), style="Plan Table")
        _fix(grid, widths, header=table.find("thead") is not None)
        for row in rows:
            self.row(grid, row, widths)
        _keep_first_row(grid)
        self.after_table = True

    def part_tables(self) -> None:
        """Two tables with nothing between them would become one, and none may end the file."""
        if self.after_table:
            self.document.add_paragraph(style="Small")
        self.after_table = False

    def row(self, grid: Any, row: Any, widths: list[int]) -> None:
        made = grid.add_row()
        header = row.getparent().tag == "thead"
        _mark(made, header=header)
        for cell, width, written in zip(made.cells, widths, row.iterchildren(), strict=False):
            cell.width = width * 635  # EMU
            self.cell(cell, written, header=header)

    def cell(self, cell: Any, written: Any, *, header: bool) -> None:
        place, self.place = self.place, _Cell(cell)
        self.blocks(written, "Cell")
        self.place = place
        first = cell.paragraphs[0]
        if first.style.name != "Cell":
            first.style = "Cell"
        if written.tag == "th" and not header:
            for run in first.runs:
                run.style = "Strong"


class _Cell:
    """A cell as a place for paragraphs: the first one is there already."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell
        self.used = False

    def add_paragraph(self, *, style: str) -> Any:
        if self.used:
            return self.cell.add_paragraph(style=style)
        self.used = True
        self.cell.paragraphs[0].style = style
        return self.cell.paragraphs[0]


class _Line:
    """A paragraph in the making; white space as a browser would show it, unless `as_typed`."""

    def __init__(self, paragraph: Any, *, as_typed: bool) -> None:
        self.paragraph = paragraph
        self.as_typed = as_typed
        self.written = False  # something stands on the row
        self.space = False  # a space is owed before the next text
        self.rows = 0  # row ends owed before the next text

    def add(self, text: str, run: str) -> None:
        if self.as_typed:
            self.paragraph.add_run(text if self.written else text.lstrip("\n"), style=run or None)
            self.written = True
            return
        words = _AFTER_MARK.sub("", _SPACE.sub(" ", text))
        if not words.strip(" "):
            self.space = self.space or self.written
            return
        self.break_rows()
        before = " " if self.written and (self.space or words.startswith(" ")) else ""
        before = "" if self.paragraph.text.endswith(WIDE_MARKS) else before
        self.paragraph.add_run(before + words.strip(" "), style=run or None)
        self.written, self.space = True, words.endswith(" ")

    def end_row(self) -> None:
        self.rows += 1 if self.written or self.rows else 0
        self.written = self.space = False

    def break_rows(self) -> None:
        for _row in range(self.rows):
            self.paragraph.add_run().add_break(WD_BREAK.LINE)
        self.rows = 0

    def end(self) -> None:
        """Nothing is owed to a paragraph that ends."""
        self.rows, self.space = 0, False


def _classes(element: Any) -> set[str]:
    return set((element.get("class") or "").split())


def _unseen(element: Any) -> bool:
    return bool(_classes(element) & UNSEEN)


def _style(element: Any, inherited: str) -> str:
    classes = _classes(element)
    if element.tag in HEADINGS:
        return HEADINGS[element.tag]
    if "letter" in classes:
        return "Letter"
    if "warning" in classes:
        return "Warning"
    if "note" in classes and inherited == "Normal":
        return "Small"
    return inherited


def _run_style(element: Any) -> str:
    if element.tag in ("strong", "b"):
        return "Strong"
    return "Note" if "note" in _classes(element) else ""


def _list_style(listing: Any) -> str:
    if "tick" in _classes(listing):
        return "Tick"
    return "List Number" if listing.tag == "ol" else "List Bullet"


def _widths(table: Any) -> list[int]:
    """The widths of the columns; those without a class of `COLUMNS` share what is left."""
    columns = [COLUMNS.get(next(iter(_classes(col)), ""), 0) for col in table.iter("col")]
    if not columns:
        columns = [0] * len(list(next(table.iter("tr")).iterchildren()))
    open_columns = columns.count(0) or 1
    share = (100 - sum(columns)) // open_columns
    return [TEXT_WIDTH * (width or share) // 100 for width in columns]


def _number(paragraph: Any, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _fix(grid: Any, widths: list[int], *, header: bool) -> None:
    """Columns as wide as we say, whatever stands in them; a first row looks special if it is."""
    grid.autofit = False
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    look.attrib.clear()
    bits = NO_COLUMN_BANDS | (FIRST_ROW if header else 0)
    look.set(qn("w:val"), f"{bits:04X}")
    look.set(qn("w:firstRow"), "1" if header else "0")
    look.set(qn("w:noVBand"), "1")
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width * 635  # EMU


def _keep_first_row(grid: Any) -> None:
    """No table leaves its first row alone at the foot of a page."""
    for cell in grid.rows[0].cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def _mark(row: Any, *, header: bool) -> None:
    """No row is torn across pages; a header row is repeated on each."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if header:
        properties.append(OxmlElement("w:tblHeader"))


def _describe(document: Any, title: str | None, on: date) -> None:
    """Core properties: the service, the kind of document, its day; nothing of the person."""
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title or "", PRODUCER, PRODUCER
    core.comments = core.keywords = core.subject = core.category = ""
    core.language, core.revision = "zh-CN", 1
    core.created = core.modified = datetime.combine(on, time(), UTC)


def _lay_out(document: Any, page: Any) -> None:
    """A4, and a footer with the words of `.running-footer` and the number of the page."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    footer = section.footer.paragraphs[0]
    footer.style = "Footer"
    words = next(iter(page.find_class("running-footer")), None)
    footer.add_run(_SPACE.sub(" ", words.text_content()).strip() if words is not None else "")
    footer.add_run("\t")
    for text, field in ((_("第 "), "PAGE"), (_(" 页 / 共 "), "NUMPAGES")):
        footer.add_run(text)
        _add_field(footer, field)
    footer.add_run(_(" 页"))


def _add_field(paragraph: Any, name: str) -> None:
    """A number that the word processor counts."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)
    run = paragraph.add_run("1")
    field.append(run._r)


def _replace_parts(document: Any) -> None:
    """Our styles, numbering, settings and fonts for those of the library's template."""
    part, package = document.part, document.part.package
    part._styles_part._element = parse_xml(_own("styles"))
    part.numbering_part._element = parse_xml(_own("numbering"))
    part._settings_part._element = parse_xml(_own("settings"))
    part.part_related_by(RT.FONT_TABLE)._blob = _own("fontTable")
    package.part_related_by(RT.EXTENDED_PROPERTIES)._blob = _own("app")
    kept = {RT.STYLES, RT.NUMBERING, RT.SETTINGS, RT.FONT_TABLE}
    _drop(part, lambda kind: kind not in kept)
    _drop(package, lambda kind: kind.endswith("/thumbnail"))


def _drop(source: Any, unwanted: Any) -> None:
    for name in [name for name, rel in source.rels.items() if unwanted(rel.reltype)]:
        del source.rels[name]


def _own(name: str) -> bytes:
    return (PARTS / f"{name}.xml").read_bytes()


def _fixed(file: bytes) -> bytes:
    """The same file with the same time stamp on every member."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(made, "w") as new:
        for name, content in _members(old):
            info = zipfile.ZipInfo(name, TIMESTAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, content)
    return made.getvalue()


def _members(file: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for name in file.namelist():
        yield name, file.read(name)
