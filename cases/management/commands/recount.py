"""`manage.py recount`: count the open cases anew for the front page of the desk."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cases.services import tallies


class Command(BaseCommand):
    """Prints one line a number that was wrong, and how many there were."""

    help = "Count the open cases anew for the front page of the desk, and say what differed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Put the numbers right."""
        differing = tallies.recount()
        for row, (said, true) in differing.items():
            self.stdout.write(f"{row.kind} {row.on} {row.key}: said {said}, counted {true}")
        self.stdout.write(f"{len(differing)} numbers differed")
