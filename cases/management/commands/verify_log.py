"""`manage.py verify_log`: whether the log of the desk is as it was written."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.services import events


class Command(BaseCommand):
    """Fails with the numbers at which the chain of lines does not hold.

    The newest digest covers every line. Kept elsewhere, it shows later whether somebody with the
    keys has written the whole log anew.
    """

    help = "Verify the log of the desk line by line; print its newest number and digest."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at every line."""
        newest = events.head_now()
        if numbers := list(events.broken()):
            raise CommandError(f"the log does not hold at: {', '.join(map(str, numbers))}")
        self.stdout.write(f"newest line: {newest.number}")
        self.stdout.write(f"digest: {newest.digest}")
