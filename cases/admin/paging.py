"""Pages of the queue by position: no row is counted, none is passed over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from django.db.models import Q, QuerySet

from cases.models import Case

Rows = QuerySet[Case]
ORDER, BACKWARDS = ("next_on", "id"), ("-next_on", "-id")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a case stands: in which part of the queue, and there by ORDER."""

    part: int
    next_on: date
    id: UUID

    def __str__(self) -> str:
        return f"{self.part}.{self.next_on}.{self.id.hex}"

    @property
    def behind(self) -> Q:
        """What comes after it; the plain bound lets the database begin there."""
        same_day = Q(next_on=self.next_on, id__gt=self.id)
        return Q(next_on__gte=self.next_on) & (Q(next_on__gt=self.next_on) | same_day)

    @property
    def ahead(self) -> Q:
        """What comes before it."""
        same_day = Q(next_on=self.next_on, id__lt=self.id)
        return Q(next_on__lte=self.next_on) & (Q(next_on__lt=self.next_on) | same_day)


@dataclass(frozen=True, slots=True)
class Page:
    """The cases of a page, and the positions its neighbours are counted from, None at an end."""

    cases: list[Case]
    before: Position | None
    after: Position | None


def position(text: str) -> Position | None:
    """The position an address names; None for anything else."""
    part, _, rest = text.partition(".")
    day, _, hexadecimal = rest.partition(".")
    try:
        return Position("012".index(part), date.fromisoformat(day), UUID(hexadecimal))
    except ValueError:
        return None


def page(
    parts: Sequence[Rows], size: int, *, after: Position | None, before: Position | None
) -> Page:
    """One page of the parts, one part after the other; the first page without a position."""
    if before:
        found = list(islice(_ahead(parts, before, size + 1), size + 1))
        if len(found) > size:
            return _page(found[size - 1 :: -1], earlier=True, later=True)
        # Here the queue begins, and its first page is a whole one.
    found = list(islice(_behind(parts, after, size + 1), size + 1))
    return _page(found[:size], earlier=after is not None, later=len(found) > size)


def _page(found: list[tuple[int, Case]], *, earlier: bool, later: bool) -> Page:
    places = [Position(part, case.next_on, case.pk) for part, case in found]
    return Page(
        [case for _, case in found],
        before=places[0] if places and earlier else None,
        after=places[-1] if places and later else None,
    )


def _behind(parts: Sequence[Rows], start: Position | None, most: int) -> Iterator[tuple[int, Case]]:
    for part, rows in enumerate(parts):
        if start and part < start.part:
            continue
        here = rows.filter(start.behind) if start and part == start.part else rows
        yield from ((part, case) for case in here.order_by(*ORDER)[:most])


def _ahead(parts: Sequence[Rows], start: Position, most: int) -> Iterator[tuple[int, Case]]:
    for part, rows in reversed(list(enumerate(parts))):
        if part > start.part:
            continue
        here = rows.filter(start.ahead) if part == start.part else rows
        yield from ((part, case) for case in here.order_by(*BACKWARDS)[:most])
