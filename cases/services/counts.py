"""What happens on the pages, counted by day; nothing in it leads to a person."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import OperationalError, transaction
from django.db.models import F, Q, QuerySet

from cases.models import DailyCount

Kind = DailyCount.Kind

log = logging.getLogger(__name__)


class Counted(NamedTuple):
    """Something that happened at a step; `field` and `code` are those of a shown error.

    All four are words of the program, never of the person.
    """

    kind: DailyCount.Kind
    step: str
    field: str = ""
    code: str = ""


def count(*events: Counted, on: date) -> None:
    """Add one to each of these events, an event that is given twice once; all in one write.

    A database that is busy or away loses the count and not the request it is made for.
    """
    try:
        _add_one(sorted(set(events)), on)
    except OperationalError as error:
        log.warning("not counted: %s", type(error).__name__)


def _add_one(events: Collection[Counted], on: date) -> None:
    if not events:
        return
    rows = [DailyCount(on=on, **event._asdict()) for event in events]
    with transaction.atomic():
        DailyCount.objects.bulk_create(rows, ignore_conflicts=True)
        # Locked in one order, so that two requests never wait for each other.
        locked = _rows(events, on).select_for_update().order_by("pk")
        keys = list(locked.values_list("pk", flat=True))
        DailyCount.objects.filter(pk__in=keys).update(number=F("number") + 1)


def _rows(events: Collection[Counted], on: date) -> QuerySet[DailyCount]:
    wanted = Q()
    for event in events:
        wanted |= Q(**event._asdict())
    return DailyCount.objects.filter(wanted, on=on)
