"""The exhibits as one PDF to hand over: an index, the pictures, and the fingerprints."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.encryption import DecryptionFailed
from cases.knowledge import load
from cases.models import Exhibit
from cases.renderings import evidence_picture, pdf, proof
from cases.renderings.evidence_picture import Piece
from cases.renderings.glyphs import lacking
from cases.renderings.proof import Numbered
from cases.renderings.text import GAP, capped

# All pictures together, in bytes: what the engine, the cache and the reader's phone can carry.
MOST = 8_000_000
MOST_A_PICTURE = 900_000
# The places on an A4 page, in millimetres: two columns, two rows, or all of it.
COLUMN, ROW, WHOLE = (84.0, 224.0), (176.0, 100.0), (176.0, 224.0)
# Another word in place of a picture's address, until the page is written.
_PLACE = re.compile(r'src="piece-(\d+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An exhibit as the bundle tells of it; what the person left empty is filled in or "" """

    number: int
    label: str
    proves: str
    day: str
    source: str
    added: str
    original: str
    copy: str

    @property
    def name(self) -> str:
        """What the plan calls it: 证据1."""
        return proof.numbered([self.number])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A picture on a page: `index` among all pieces, `part` of `parts`, the size in pixels."""

    exhibit: Shown
    index: int
    part: int
    parts: int
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        return self.width > self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page: one picture, two columns, or two rows."""

    slots: tuple[Slot, ...]

    @property
    def in_columns(self) -> bool:
        return len(self.slots) == 2 and not self.slots[0].is_wide

    def drawn(self) -> list[dict[str, Any]]:
        """Each picture with the width and the height it is printed in, in millimetres."""
        two = len(self.slots) == 2
        place = COLUMN if self.in_columns else ROW if two else WHOLE
        return [{"slot": slot, **_fitted(slot, *place)} for slot in self.slots]


def as_pdf(exhibits: Sequence[Exhibit], *, code: str) -> bytes:
    """The exhibits in their order as PDF/UA-1; the same bytes for the same exhibits.

    `code` is the public part of the case code. Raises `pdf.RenderingFailed`, also when a picture
    is gone meanwhile.
    """
    rows = list(map(shown, exhibits, range(1, len(exhibits) + 1)))
    pieces = [list(_pieces(exhibit, len(exhibits))) for exhibit in exhibits]
    html = as_html(rows, pieces, code=code)
    return pdf.render(_with_pictures(html, [piece for parts in pieces for piece in parts]))


def as_html(rows: Sequence[Shown], pieces: Sequence[Sequence[Piece]], *, code: str) -> str:
    """The pages; the addresses of the pictures are `piece-0`, `piece-1` and so on."""
    told = "".join(row.label + row.proves + row.source for row in rows)
    context = {
        "rows": rows,
        "sheets": [sheet.drawn() for sheet in sheets(_slots(rows, pieces))],
        "code": code,
        "version": load().version,
        "has_gaps": GAP in told or bool(lacking(told)),
    }
    return render_to_string("exhibits/document.html", context)


def numbered(exhibits: Sequence[Exhibit]) -> list[Numbered]:
    """The exhibits as the plan refers to them."""
    rows = map(shown, exhibits, range(1, len(exhibits) + 1))
    return [
        Numbered(number=row.number, kind=exhibit.kind, label=row.label)
        for row, exhibit in zip(rows, exhibits, strict=True)
    ]


def shown(exhibit: Exhibit, number: int) -> Shown:
    """What is told of an exhibit: the person's words, else those of its kind."""
    name, proves = of_kind(exhibit.kind)
    said: Mapping[str, str] = exhibit.said
    return Shown(
        number=number,
        label=capped(said.get("label") or name, 40, 1),
        proves=capped(said.get("proves") or proves, 200, 4),
        day=_day(said.get("taken_on", "")),
        source=capped(said.get("source", ""), 60, 1),
        added=f"{timezone.localtime(exhibit.created_at):%Y-%m-%d %H:%M}",
        original=exhibit.original_sha256,
        copy=exhibit.copy_sha256,
    )


def sheets(slots: Iterable[Slot]) -> Iterator[Sheet]:
    """The pages in the order of the pictures: two neighbours of one kind share a page."""
    waiting: Slot | None = None
    for slot in slots:
        if waiting is None:
            waiting = slot
        elif waiting.is_wide is slot.is_wide:
            yield Sheet(slots=(waiting, slot))
            waiting = None
        else:
            yield Sheet(slots=(waiting,))
            waiting = slot
    if waiting is not None:
        yield Sheet(slots=(waiting,))


def _pieces(exhibit: Exhibit, count: int) -> Iterator[Piece]:
    try:
        yield from evidence_picture.for_paper(exhibit, min(MOST_A_PICTURE, MOST // count))
    except (FileNotFoundError, DecryptionFailed) as gone:
        raise pdf.RenderingFailed("A picture of the exhibits cannot be opened.") from gone


def _slots(rows: Sequence[Shown], pieces: Sequence[Sequence[Piece]]) -> Iterator[Slot]:
    index = 0
    for row, parts in zip(rows, pieces, strict=True):
        for part, piece in enumerate(parts, start=1):
            yield Slot(
                exhibit=row,
                index=index,
                part=part,
                parts=len(parts),
                width=piece.width,
                height=piece.height,
            )
            index += 1


def _fitted(slot: Slot, width: float, height: float) -> dict[str, str]:
    scale = min(width / slot.width, height / slot.height)
    # Written here, because a template would write the decimal point as the language has it.
    return {"width": f"{slot.width * scale:.1f}", "height": f"{slot.height * scale:.1f}"}


def _with_pictures(html: str, pieces: Sequence[Piece]) -> str:
    def picture(found: re.Match[str]) -> str:
        encoded = base64.b64encode(pieces[int(found[1])].jpeg).decode()
        return f'src="data:image/jpeg;base64,{encoded}"'

    # One Chinese character would make every character of the pictures take two bytes.
    return _PLACE.sub(picture, html.encode("ascii", "xmlcharrefreplace").decode())


def of_kind(kind: str) -> tuple[str, str]:
    """The name of a kind and what it proves; of one that is no more, the kind itself."""
    content = load()
    proves = {str(name): row.proves for name, row in content.evidence.items()}
    return content.labels["evidence_kind"].get(kind, kind), proves.get(kind, "")


def _day(day: str) -> str:
    if not day:
        return ""
    return _("{day.year}年{day.month}月{day.day}日").format(day=date.fromisoformat(day))
