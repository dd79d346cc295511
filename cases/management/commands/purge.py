"""`manage.py purge`: delete what was kept long enough; run daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cases import services


class Command(BaseCommand):
    """Prints one line a rule with the number of rows."""

    help = "Delete what was kept long enough: cases, tries, sessions, remarks, counts, evidence."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer the rehearsal."""
        parser.add_argument("--dry-run", action="store_true", help="only count, delete nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        """Purge as of now; what is left is counted for the database's own sake."""
        for rule, count in services.disposal.purge(timezone.now(), dry_run=dry_run).items():
            self.stdout.write(f"{rule}: {count}")
        if not dry_run:
            services.statistics.refresh()
