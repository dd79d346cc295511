"""The plan, or the texts of one action, as plain text: for a terminal, a clipboard, a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from cases.renderings.outline import Texts, outline

LINE_END, MAIL_LINE_END = "\n", "\r\n"
RULE = "－" * 20


def as_text(plan: dict[str, Any], *, edits: Texts | None = None) -> str:
    """The plan, as `plan_json.as_json` gives it, on lines of text that end with one newline.

    `edits` is `Plan.edits`, the texts the person wrote instead.
    """
    lines = render_to_string("plan/plan.txt", {"plan": outline(plan, edits=edits)}).splitlines()
    kept = [line.rstrip() for line in lines]
    text = "\n".join(line for i, line in enumerate(kept) if line or (i and kept[i - 1]))
    return text.strip() + "\n"


def letter_to_self(plan: Mapping[str, Any], resume_address: str) -> str:
    """The `mailto:` address of a letter to nobody yet: what to do and by when, and where to go on.

    `plan` is the outline. Nothing the person typed goes into it, because mail is read on the way.
    """
    words = render_to_string("plan/mail.txt", {"plan": plan, "address": resume_address}).strip()
    subject = str(_("我的撤单退款安排"))
    return f"mailto:?subject={quote(subject)}&body={quote(words.replace(LINE_END, MAIL_LINE_END))}"


def letter_as_text(action: Mapping[str, Any]) -> str:
    """The texts of one action of the outline, in every length."""
    return render_to_string("plan/letter.txt", {"action": action}).strip() + "\n"


def letters_as_text(actions: Iterable[Mapping[str, Any]]) -> str:
    """The texts of every action of the outline that has some, each under its title."""
    written = [f"{row['title']}\n\n{letter_as_text(row)}" for row in actions if row["letter"]]
    return f"\n{RULE}\n\n".join(written)
