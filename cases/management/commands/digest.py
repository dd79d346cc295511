"""`manage.py digest`: mail staff what is due, to those who asked for it; run daily."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cases.services import digests


class Command(BaseCommand):
    """One line a mail that was not taken, by the number of the account, and one at the end."""

    help = "Mail the numbers of the day to the staff who asked for them and have not had them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send what is due; fail when any mail was not taken, after the others went out."""
        if not settings.SENDS_MAIL:
            raise CommandError("mails are not set up: EMAIL_URL and EMAIL_FROM (docs/settings.md)")
        on, sent, refused = timezone.localdate(), 0, 0
        for digest in digests.waiting(on):
            try:
                sent += digests.send(digest, on=on)
            except digests.NotSent as fault:
                refused += 1
                self.stderr.write(f"user:{digest.pk}: not sent ({fault})")
        self.stdout.write(f"sent: {sent}")
        if refused:
            raise CommandError(f"not sent: {refused}; the next run tries them again")
