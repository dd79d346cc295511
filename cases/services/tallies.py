"""The numbers behind the front page of the desk, kept up to date with each write."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from cases.models import Case, CaseCount, Status

Kind = CaseCount.Kind


class Row(NamedTuple):
    """One number: what it counts, on which day, and of which code."""

    kind: str
    on: date
    key: str = ""


def standing(case: Case) -> Counter[Row]:
    """The rows in which a case stands as long as it is open; they follow it as it moves."""
    if not case.submitted_at or case.status in (Status.DRAFT, Status.CLOSED):
        return Counter()
    rows = [
        Row(Kind.OPEN, day_of(case.submitted_at), case.stage),
        Row(Kind.DUE, case.next_on),
        Row(Kind.LOAD, day_of(case.submitted_at), str(case.assignee_id or "")),
    ]
    return Counter(rows)


def submission(case: Case) -> Counter[Row]:
    """The rows to which a first submission adds for good."""
    on = day_of(case.submitted_at or timezone.now())
    rows = [Row(Kind.SUBMITTED, on, case.stage), Row(Kind.CARRIER, on, case.carrier)]
    if case.listed_seller_id:
        rows.append(Row(Kind.SELLER, on, str(case.listed_seller_id)))
    return Counter(rows)


def closing(case: Case) -> Counter[Row]:
    """The rows to which a closing adds for good; `key` ends in the days a refund took."""
    if not case.closed_at or not case.submitted_at:
        return Counter()
    on = day_of(case.closed_at)
    rows = [Row(Kind.CLOSED, on, case.closed_reason)]
    if case.refunded_on:
        days = max((case.refunded_on - day_of(case.submitted_at)).days, 0)
        rows.append(Row(Kind.REFUND_DAYS, on, str(days)))
        rows.append(Row(Kind.CARRIER_DAYS, on, f"{case.carrier}:{days}"))
        if case.listed_seller_id:
            rows.append(Row(Kind.SELLER_DAYS, on, f"{case.listed_seller_id}:{days}"))
    return Counter(rows)


def move(before: Counter[Row], after: Counter[Row]) -> None:
    """Take a case out of the rows it left and put it into those it entered."""
    change = Counter(after)
    change.subtract(before)
    _add({row: number for row, number in change.items() if number})


def add(rows: Counter[Row]) -> None:
    """Add to these rows."""
    _add(rows)


def day_of(moment: datetime) -> date:
    """The day in China."""
    return timezone.localdate(moment)


def _add(change: dict[Row, int] | Counter[Row]) -> None:
    # In one order, so that two requests never wait for each other.
    for row, number in sorted(change.items()):
        CaseCount.objects.get_or_create(**row._asdict())
        CaseCount.objects.filter(**row._asdict()).update(number=F("number") + number)
