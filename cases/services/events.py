"""The log of the desk: lines chained to one another, added and never changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from cases.encryption import blind_index
from cases.models import Case, Event, LogHead

PURPOSE = "desk.event"
BATCH = 2000


def record(
    kind: Event.Kind,
    *,
    actor: str,
    case: Case | None = None,
    fields: Collection[str] = (),
    reason: str = "",
) -> Event:
    """Add a line; `actor` is the account's name, empty for the person and for commands.

    Written in the transaction of what it tells of: neither is there without the other.
    """
    with transaction.atomic():
        LogHead.objects.get_or_create(pk=LogHead.ONLY)
        # The one row that everybody waits for, so that the numbers have no gap.
        head = LogHead.objects.select_for_update().get(pk=LogHead.ONLY)
        event = Event(
            number=head.number + 1,
            at=timezone.now(),
            actor=actor,
            kind=kind,
            case_id=case.pk if case else None,
            public_id=case.public_id if case else "",
            fields=sorted(fields),
            reason=reason,
        )
        event.digest = digest(event, after=head.digest)
        event.save()
        LogHead.objects.filter(pk=LogHead.ONLY).update(number=event.number, digest=event.digest)
        return event


def moved(case: Case, start: str, *, actor: str, reason: str = "") -> Event:
    """Add the line of a case that went from the status `start` to the one it has now."""
    way = f"{start}>{case.status}"
    return record(Event.Kind.MOVED, actor=actor, case=case, fields=[way], reason=reason)


def digest(event: Event, *, after: str) -> str:
    """The keyed fingerprint of a line and of the digest before it (64 hex digits)."""
    line = [
        event.number,
        _moment(event.at),
        event.actor,
        event.kind,
        str(event.case_id or ""),
        event.public_id,
        event.fields,
        event.reason,
    ]
    return blind_index(json.dumps([line, after], ensure_ascii=False), purpose=PURPOSE)


def broken(*, newest: int | None = None) -> Iterator[int]:
    """The numbers at which the chain does not hold; none when nobody touched the log.

    With `newest` only so many lines are looked at; the one before them is taken as it stands.
    """
    # Read before the lines: those that are added meanwhile stand behind it and are no fault.
    head = head_now()
    lines = Event.objects.order_by("number")
    number, before = _cut()
    if newest is not None and (last := Event.objects.order_by("-number")[newest:].first()):
        number, before = last.number, last.digest
        lines = lines.filter(number__gt=number)
    for event in lines.iterator(BATCH):
        known = event.number != head.number or event.digest == head.digest
        follows = event.number == number + 1 and event.digest == digest(event, after=before)
        if not (known and follows):
            yield event.number
        number, before = event.number, event.digest
    if number < head.number or (number and not head.digest):
        yield number + 1


def overdue(before: datetime) -> int:
    """How many lines are older than that."""
    return Event.objects.filter(at__lte=before).count()


def forget(before: datetime) -> int:
    """Cut off the lines older than that; returns how many.

    The number and digest of the last of them stay, so that what follows still holds together.
    """
    with transaction.atomic():
        list(LogHead.objects.select_for_update())
        last = Event.objects.filter(at__lte=before).order_by("-number").first()
        if last is None:
            return 0
        values = {"number": last.number, "digest": last.digest}
        LogHead.objects.update_or_create(pk=LogHead.CUT, defaults=values)
        return Event.objects.cut(last.number)


def head_now() -> LogHead:
    """Number and digest of the newest line; 0 and nothing while there is none."""
    return LogHead.objects.filter(pk=LogHead.ONLY).first() or LogHead()


def of_case(case_id: UUID) -> list[Event]:
    """What was done with one case, the newest line first."""
    return list(Event.objects.filter(case_id=case_id))


def _moment(at: datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).isoformat(timespec="microseconds")


def _cut() -> tuple[int, str]:
    """Number and digest of the line before the oldest that is kept."""
    row = LogHead.objects.filter(pk=LogHead.CUT).first()
    return (row.number, row.digest) if row else (0, "")
