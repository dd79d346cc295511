"""The line under a question: one short sentence, read at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from cases.views import evidence_forms
from cases.wizard import forms

LONGEST = 45
SOURCES = [*Path(forms.__path__[0]).glob("*.py"), Path(evidence_forms.__file__)]


def given(source: Path) -> Iterator[ast.expr]:
    """What questions are given as their hints, also the ones that change with the answers."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        match node:
            case ast.keyword(arg="help_text", value=value):
                yield value
            case ast.Assign(targets=[ast.Attribute(attr="help_text")], value=value):
                yield value


def hints() -> list[str]:
    """Every hint of every form a person fills in."""
    parts = [part for source in SOURCES for value in given(source) for part in ast.walk(value)]
    return [str(part.value) for part in parts if isinstance(part, ast.Constant)]


def is_short(hint: str) -> bool:
    """Whether it is one sentence that fits two lines of a phone."""
    return len(hint) <= LONGEST and not set("。！？") & set(hint)


def test_every_hint_is_one_short_sentence() -> None:
    found = hints()

    assert {"“一证通查”的结果短信会写是哪家", "可以多选"} <= set(found)
    assert [hint for hint in found if not is_short(hint)] == []
