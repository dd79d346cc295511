"""`manage.py assess`: facts in, plan out; no database, no browser (`contract.md`)."""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from cases.assessment import assess
from cases.facts import FactsRefused, read_facts
from cases.knowledge import load
from cases.plan import make_plan
from cases.renderings.plan_docx import as_docx
from cases.renderings.plan_ics import as_ics
from cases.renderings.plan_json import as_json
from cases.renderings.plan_pdf import as_pdf
from cases.renderings.plan_text import as_text

FORMATS: Mapping[str, Callable[[dict[str, Any]], bytes]] = {
    "json": lambda plan: (json.dumps(plan, ensure_ascii=False, indent=2) + "\n").encode(),
    "text": lambda plan: as_text(plan).encode(),
    "pdf": as_pdf,
    "docx": as_docx,
    "ics": as_ics,
}


class Command(BaseCommand):
    """Reads facts from a file or standard input and writes the plan. Bad facts: exit code 2."""

    help = "Assess the facts of a case and print its plan."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("facts", help="a JSON file, or - for standard input")
        parser.add_argument("--on", help="the day of the plan as YYYY-MM-DD; today in China")
        parser.add_argument("--format", choices=FORMATS, default="json")
        parser.add_argument("-o", "--output", type=Path, help="a file to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        table = _read(options["facts"])
        scenario = isinstance(table, dict) and "facts" in table
        said = options["on"]
        if said is None and scenario:
            said = table.get("on")
        on = timezone.localdate() if said is None else _day(said)
        try:
            facts = read_facts(table["facts"] if scenario else table, on=on)
        except FactsRefused as refused:
            _refuse(*refused.faults)
        except RecursionError:
            _refuse("facts: lists and objects stand too deep in each other")
        plan = as_json(make_plan(assess(facts, load(), on=on)))
        _write(FORMATS[options["format"]](plan), options["output"])


def _read(name: str) -> Any:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        return json.loads(text, object_pairs_hook=_without_doubles)
    except (OSError, ValueError, RecursionError) as error:
        _refuse(f"{name}: cannot be read as JSON: {error}")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {double} stands twice")
    return table


def _day(said: object) -> date:
    if isinstance(said, str) and re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", said):
        with contextlib.suppress(ValueError):
            return date.fromisoformat(said)
    _refuse(f"on: {said!r:.40} is no day of this century; write it as YYYY-MM-DD")


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        _refuse(f"{output}: cannot be written: {error.strerror}")


def _refuse(*faults: str) -> NoReturn:
    print(*faults, sep="\n", file=sys.stderr)
    sys.exit(2)
