"""Tables of numbers on the desk: their shape, and the sums they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from cases import knowledge
from cases.admin.filters import ALL
from cases.models.case_count import FEWEST
from cases.vocabulary import table_name

Words = str | Promise

MOST_ROWS = 10
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number by itself; `query` opens the list of those cases, None where there is none."""

    label: Words
    count: str | int
    query: str | None = None


class Line(NamedTuple):
    """A row of a table: what it is about, its numbers, and the list of the cases it counts."""

    name: Words
    cells: Sequence[str | int]
    query: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Numbers, and how to draw them.

    `drawn` are the columns that become bars, counted from 0 behind the name; without any there is
    no chart. `folded` are more lines of the same, to be opened; `note` is said beneath.
    """

    name: str
    title: Words
    head: tuple[Words, ...]
    lines: tuple[Line, ...]
    drawn: tuple[int, ...] = ()
    stacked: bool = False
    folded: tuple[Line, ...] = ()
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Period:
    """So many days up to `on`, that one included."""

    on: date
    days: int

    @property
    def since(self) -> date:
        """The first day."""
        return self.on - timedelta(days=self.days - 1)

    @property
    def span(self) -> tuple[date, date]:
        """First and last day, for `__range`."""
        return self.since, self.on


def label(enum: type[StrEnum], code: str) -> str:
    """The Chinese label of a code of an enum; of none, that nobody knows."""
    return knowledge.load().labels[table_name(enum)].get(code, _("不清楚"))


def query(**asked: object) -> str:
    """The list of cases with these filters, everybody's unless `assignee` says whose."""
    return f"?{urlencode({'assignee': ALL, **asked})}"


def query_all(**asked: object) -> str:
    """The same with closed cases."""
    return query(status=ALL, **asked)


def hidden(number: int) -> str | int:
    """The number, unless it is so small that it could tell of somebody."""
    return _("少于 %(fewest)d") % {"fewest": FEWEST} if 0 < number < FEWEST else number


def share(part: int, whole: int) -> str:
    """A part of a whole in percent."""
    return f"{part / whole:.0%}" if whole else NOTHING


def median(numbers: Mapping[int, int]) -> int | None:
    """The middle one of numbers given as `{number: how often}`, of two the lower."""
    middle, passed = (sum(numbers.values()) + 1) // 2, 0
    for number, often in sorted(numbers.items()):
        passed += often
        if passed >= middle:
            return number
    return None
