"""How the work of staff on a case is written: locked, compared, counted.

`services.plans` at a submission and `services.sellers` write some of these columns on their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from cases.models import Case
from cases.services import tallies

WORK = (
    "status",
    "assignee",
    "claimed_until",
    "closed_at",
    "closed_reason",
    "refunded_on",
    "listed_seller",
    "held",
    "desk_version",
)
UNREAD = ("answers", "secret", "secret_hash", "seller")


class StaleCase(Exception):
    """Somebody changed the case after this page was shown; `current` is the case as it is now."""

    def __init__(self, *, current: Case) -> None:
        super().__init__("the case was changed after this page was shown")
        self.current = current


@contextmanager
def written(case: Case, *, version: int | None) -> Iterator[Case]:
    """The case as it is now, under its lock; what is changed of WORK is kept at the end.

    `version` is the `desk_version` the page was shown with, None where nobody looked at a page.
    Raises StaleCase, and Case.DoesNotExist after an erasure.
    """
    with transaction.atomic():
        current = Case.objects.select_for_update().defer(*UNREAD).get(pk=case.pk)
        if version is not None and current.desk_version != version:
            raise StaleCase(current=current)
        before = tallies.rows(current)
        yield current
        current.desk_version += 1
        current.save(update_fields=WORK)
        tallies.move(before, tallies.rows(current))
