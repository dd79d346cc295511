"""The numbers behind the front page of the desk, kept up to date with each write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from cases.models import Case, CaseCount, Outcome, Status
from cases.models.case import OPEN_TURNS

Kind = CaseCount.Kind
# These tell of open cases and can be counted anew from them; the others outlive their case.
STANDING = (Kind.OPEN, Kind.DUE, Kind.LOAD)
COUNTED = (
    "status",
    "stage",
    "carrier",
    "channel",
    "next_on",
    "submitted_at",
    "closed_at",
    "closed_reason",
    "refunded_on",
    "assignee",
    "listed_seller",
)


class Row(NamedTuple):
    """One number: what it counts, on which day, and of which code."""

    kind: str
    on: date
    key: str = ""


def rows(case: Case) -> Counter[Row]:
    """Every row in which a case is counted, as it is now; empty for a draft."""
    # A case without an outcome has no such attribute.
    outcome = getattr(case, "outcome", None)
    return standing(case) + submission(case) + closing(case) + told(case, outcome)


def standing(case: Case) -> Counter[Row]:
    """The rows in which a case stands as long as it is open; they follow it as it moves."""
    if not case.submitted_at or case.status in (Status.DRAFT, Status.CLOSED):
        return Counter()
    submitted_on = day_of(case.submitted_at)
    return Counter(
        [
            Row(Kind.OPEN, submitted_on, case.stage),
            Row(Kind.DUE, case.due_on),
            Row(Kind.LOAD, submitted_on, str(case.assignee_id or "")),
        ]
    )


def submission(case: Case) -> Counter[Row]:
    """The rows of the day on which a case came, under what is known of it now."""
    if not case.submitted_at:
        return Counter()
    on = day_of(case.submitted_at)
    found = [
        Row(Kind.SUBMITTED, on, case.stage),
        Row(Kind.CARRIER, on, case.carrier),
        Row(Kind.CHANNEL, on, case.channel),
    ]
    if case.listed_seller_id:
        found.append(Row(Kind.SELLER, on, str(case.listed_seller_id)))
    return Counter(found)


def closing(case: Case) -> Counter[Row]:
    """The rows of the day on which a case was closed; a case taken up again leaves them.

    The keys of a refund end in the days from submission to the money.
    """
    if not case.closed_at or not case.submitted_at:
        return Counter()
    on = day_of(case.closed_at)
    found = [Row(Kind.CLOSED, on, case.closed_reason)]
    if case.refunded_on:
        days = max((case.refunded_on - day_of(case.submitted_at)).days, 0)
        found.append(Row(Kind.REFUND_DAYS, on, str(days)))
        found.append(Row(Kind.CARRIER_DAYS, on, f"{case.carrier}:{days}"))
        if case.listed_seller_id:
            found.append(Row(Kind.SELLER_DAYS, on, f"{case.listed_seller_id}:{days}"))
    return Counter(found)


def told(case: Case, outcome: Outcome | None) -> Counter[Row]:
    """The rows of what the person told of the end, beside those of the submission.

    They are of the same day and channel, so that no more can have told than have submitted.
    """
    if not case.submitted_at or outcome is None or outcome.told_at is None:
        return Counter()
    on = day_of(case.submitted_at)
    found = [Row(Kind.OUTCOME, on, f"{case.channel}:{outcome.money}")]
    if outcome.helped:
        found.append(Row(Kind.HELPED, on, outcome.helped))
    return Counter(found)


def move(before: Counter[Row], after: Counter[Row]) -> None:
    """Take a case out of the rows it left and put it into those it entered."""
    change = Counter(after)
    change.subtract(before)
    # In one order, so that two requests never wait for each other.
    _add({row: number for row, number in sorted(change.items()) if number})


def gone(cases: Collection[UUID]) -> None:
    """Take cases that are about to be deleted out of the standing rows; the others remember them.

    Called inside the transaction of the deletion, after what is written to the log: who writes
    both takes the log first, so that two never wait for each other.
    """
    deleted: Counter[Row] = Counter()
    for case in _cases(Q(pk__in=cases)).select_for_update():
        deleted += standing(case)
    move(deleted, Counter())


def merge_sellers(absorbed: int, into: int) -> None:
    """Count for the seller `into` what was counted for `absorbed`.

    Called inside the transaction that gives the cases their other seller, after the log.
    """
    of_seller = Q(kind=Kind.SELLER, key=f"{absorbed}")
    of_days = Q(kind=Kind.SELLER_DAYS, key__startswith=f"{absorbed}:")
    before = _counted(of_seller | of_days)
    move(before, Counter({_given_to(row, into): number for row, number in before.items()}))


def recount() -> dict[Row, tuple[int, int]]:
    """Count the standing rows anew; what differed, as `{row: (it said, it is)}`.

    A case that somebody writes at this moment waits for the end, and then adds to numbers that
    are right; only a case that came since the beginning, on PostgreSQL, may be counted twice.
    """
    with transaction.atomic():
        said, true = _counted(Q(kind__in=STANDING)), Counter[Row]()
        for case in _cases(Q(turn__in=OPEN_TURNS)).iterator():
            true += standing(case)
        move(said, true)
        CaseCount.objects.filter(kind__in=STANDING, number=0).delete()
    wrong = sorted(row for row in {*said, *true} if said[row] != true[row])
    return {row: (said[row], true[row]) for row in wrong}


def day_of(moment: datetime) -> date:
    """The day in China."""
    return timezone.localdate(moment)


def _cases(wanted: Q) -> QuerySet[Case]:
    return Case.objects.filter(wanted).order_by("pk").only(*COUNTED)


def _counted(wanted: Q) -> Counter[Row]:
    """What these rows say, locked until the end of the transaction."""
    found = CaseCount.objects.filter(wanted).order_by(*Row._fields).select_for_update()
    return Counter({Row(each.kind, each.on, each.key): each.number for each in found})


def _given_to(row: Row, seller: int) -> Row:
    _absorbed, colon, days = row.key.partition(":")
    return row._replace(key=f"{seller}{colon}{days}")


def _add(change: Mapping[Row, int]) -> None:
    """Add to each row, made first where it is missing."""
    missing = [CaseCount(**row._asdict()) for row in change]
    CaseCount.objects.bulk_create(missing, ignore_conflicts=True)
    for row, number in change.items():
        CaseCount.objects.filter(**row._asdict()).update(number=F("number") + number)
