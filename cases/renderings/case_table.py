"""Tables as files, CSV and XLSX, in which no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import closing
from decimal import Decimal
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | Decimal
Row = Sequence[Cell]

# What makes a spreadsheet calculate, in both widths, and what it drops before it looks.
DANGEROUS = tuple("=+-@＝＋－＠\t\r\n\0")
SHEET = "案件"
# In characters, of which a Chinese one takes two.
NARROWEST, WIDEST = 8, 40
A4 = 9
# What a spreadsheet reads as a number, a day or a time: it keeps fifteen digits of an order
# number, drops the zeros before it and takes 12E4 for 120000.
_COUNTED = re.compile(r"[\s.,:/eE-]*\d[\s\d.,:/eE-]*")
# Our own days may be days, and the number of a case is nothing else to any program.
_AS_IT_IS = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|[\dE]{4}-[\dE]{4}")


def safe(text: str) -> str:
    """The text; behind an apostrophe where a spreadsheet would calculate it."""
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(DANGEROUS) else text


def write_csv(file: BinaryIO, head: Sequence[str], rows: Iterable[Row]) -> None:
    """Write UTF-8 with its mark, by which Excel knows the text is Chinese, and CRLF."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    lines = csv.writer(text)
    lines.writerow(head)
    lines.writerows([_plain(cell) for cell in row] for row in rows)
    # Else closing the wrapper would close the file, which is not ours.
    text.detach()


def write_xlsx(file: BinaryIO, head: Sequence[str], rows: Iterable[Row], *, scratch: str) -> None:
    """Write one sheet. Rows wait in plain text in the folder `scratch`, not in memory."""
    options = {
        "constant_memory": True,
        "tmpdir": scratch,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(file, options)
    sheet = book.add_worksheet(SHEET)
    # The book leaves the rows open where their folder was deleted meanwhile.
    with closing(sheet.row_data_fh), book:
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        money = book.add_format({"num_format": "0.00"})
        widths = [_width(cell) for cell in head]
        for number, row in enumerate(rows, start=1):
            _write_cells(sheet, number, row, money)
            widths = [max(pair) for pair in zip(widths, map(_width, row), strict=True)]
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width, NARROWEST), WIDEST) + 1)
        _lay_out(sheet)


def _plain(cell: Cell) -> str:
    if not isinstance(cell, str):
        return str(cell)
    counted = _COUNTED.fullmatch(cell) and not _AS_IT_IS.fullmatch(cell)
    return f"'{cell}" if counted else safe(cell)


def _write_cells(sheet: Worksheet, number: int, row: Row, money: Format) -> None:
    for column, cell in enumerate(row):
        if not isinstance(cell, str):
            sheet.write_number(number, column, cell, money)
        elif cell:
            sheet.write_string(number, column, safe(cell))


def _width(cell: Cell) -> int:
    text = str(cell)
    # This encoding has one byte for a Latin letter and two for a Chinese one, as on the screen.
    return len(text) if text.isascii() else len(text.encode("gb18030", "replace"))


def _lay_out(sheet: Worksheet) -> None:
    """The heads stay in sight; in print, two pages side by side, each with the first column."""
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.set_footer("&C&P / &N")
