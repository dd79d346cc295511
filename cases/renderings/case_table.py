"""Tables as files, CSV and XLSX, in which no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import BinaryIO

from xlsxwriter import Workbook

Cell = str | Decimal
Row = Sequence[Cell]

# What makes a spreadsheet calculate, in both widths, and what it drops before it looks.
DANGEROUS = tuple("=+-@＝＋－＠\t\r\n\0")
SHEET, WIDTH = "案件", 16


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
    with Workbook(file, options) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, len(head) - 1, WIDTH)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [_typed(cell) for cell in row])


def _plain(cell: Cell) -> str:
    return safe(cell) if isinstance(cell, str) else str(cell)


def _typed(cell: Cell) -> Cell:
    return safe(cell) if isinstance(cell, str) else cell
