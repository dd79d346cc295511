"""The plan, or the texts of one action, as plain text: for a terminal, a clipboard, a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from cases.renderings.outline import outline


def as_text(plan: dict[str, Any]) -> str:
    """The plan, as `plan_json.as_json` gives it, on lines of text that end with one newline."""
    lines = render_to_string("plan/plan.txt", {"plan": outline(plan)}).splitlines()
    kept = [line.rstrip() for line in lines]
    text = "\n".join(line for i, line in enumerate(kept) if line or (i and kept[i - 1]))
    return text.strip() + "\n"


def letter_as_text(action: Mapping[str, Any]) -> str:
    """The texts of one action of the outline, in every length."""
    return render_to_string("plan/letter.txt", {"action": action}).strip() + "\n"
