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


def broken() -> Iterator[int]:
    """The numbers at which the chain does not hold; none when nobody touched the log."""
    number, before = 0, ""
    for event in Event.objects.order_by("number").iterator(BATCH):
        number += 1
        if event.number != number or event.digest != digest(event, after=before):
            yield event.number
        number, before = event.number, event.digest
    head = LogHead.objects.filter(pk=LogHead.ONLY).first()
    if (head.number, head.digest) != (number, before) if head else number:
        yield number + 1


def of_case(case_id: UUID) -> list[Event]:
    """What was done with one case, the newest line first."""
    return list(Event.objects.filter(case_id=case_id))


def _moment(at: datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).isoformat(timespec="microseconds")
