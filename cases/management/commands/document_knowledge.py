"""Write `docs/knowledge.md` from the content."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cases.knowledge import load
from cases.renderings.knowledge_page import as_markdown

PAGE = Path(settings.BASE_DIR, "docs", "knowledge.md")


class Command(BaseCommand):
    help = "Write docs/knowledge.md: every ground, instrument, time limit and channel."
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(as_markdown(load()) + "\n", encoding="utf-8")
        self.stdout.write(f"{PAGE.relative_to(settings.BASE_DIR)}\n")
