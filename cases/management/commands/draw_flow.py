"""Write `docs/flow.svg` from the steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.wizard.drawing import draw

PICTURE = Path(settings.BASE_DIR, "docs", "flow.svg")


class Command(BaseCommand):
    help = (
        "Write docs/flow.svg: every step of the wizard and the condition under which it is asked."
    )
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        PICTURE.write_text(draw(), encoding="utf-8")
        self.stdout.write(f"{PICTURE.relative_to(settings.BASE_DIR)}\n")
