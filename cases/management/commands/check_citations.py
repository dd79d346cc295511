"""`manage.py check_citations FOLDER`: hold our citations against statute texts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.knowledge import load
from cases.knowledge.citation_check import Held, Statute, Verdict, hold, read_statute
from cases.knowledge.citations import cite_text

ENDINGS = frozenset({".md", ".txt"})
WITH_A_LINE = frozenset({Verdict.FAULT, Verdict.NEWER, Verdict.OLDER})


class Command(BaseCommand):
    """Prints a line a fault, then the count. Exit code 1 on faults, 2 when nothing can be read."""

    help = "Hold every citation of the content against a folder of statute texts."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="statutes as .md or .txt, one text a file")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        found = [*hold(load(), _statutes(folder))]
        for held in found:
            if held.verdict in WITH_A_LINE:
                self.stdout.write(_line(held))
        count = Counter(held.verdict for held in found)
        self.stdout.write(_sum(count))
        if count[Verdict.FAULT]:
            sys.exit(1)


def _statutes(folder: Path) -> Iterator[Statute]:
    try:
        for path in sorted(folder.iterdir()):
            if path.suffix in ENDINGS:
                yield read_statute(path.stem, path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{folder}: cannot be read: {error}", returncode=2) from error


def _line(held: Held) -> str:
    return f"{held.file}: {cite_text(load(), [held.cite])}: {held.fault or held.verdict}"


def _sum(count: Counter[Verdict]) -> str:
    checked = count[Verdict.FOUND] + count[Verdict.FAULT]
    return (
        f"{count.total()} citations: {checked} checked, {count[Verdict.FAULT]} faults,"
        f" {count[Verdict.NEWER]} {Verdict.NEWER}, {count[Verdict.OLDER]} {Verdict.OLDER},"
        f" {count[Verdict.ABSENT]} {Verdict.ABSENT}"
    )
