"""`manage.py verify_log`: whether the log of the desk is as it was written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max, Min
from django.utils import timezone

from cases.models import Event
from cases.services import events


class Command(BaseCommand):
    """Says that the log holds; fails with the numbers at which the chain of lines does not.

    The newest digest covers every line. Kept elsewhere, it shows later whether somebody with the
    keys has written the whole log anew.
    """

    help = "Verify the log of the desk line by line; print whether it holds, and its newest digest."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at every line."""
        newest = events.head_now()
        if numbers := list(events.broken()):
            raise CommandError(f"the log does not hold at: {', '.join(map(str, numbers))}")
        self.stdout.write(_held(newest.number))
        self.stdout.write(f"newest line: {newest.number}")
        self.stdout.write(f"digest: {newest.digest}")


def _held(newest: int) -> str:
    """That it holds, and how much of it there is up to the line `newest`."""
    rows = Event.objects.filter(number__lte=newest)
    kept = rows.aggregate(lines=Count("number"), first=Min("at"), last=Max("at"))
    if not kept["lines"]:
        return "the log holds: no lines"
    first, last = (timezone.localdate(kept[name]) for name in ("first", "last"))
    return f"the log holds: {kept['lines']} lines, from {first} to {last}"
