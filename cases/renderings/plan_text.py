"""The plan, or the texts of one action, as plain text: for a terminal, a clipboard, a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from cases.renderings.outline import Texts, note_choice, outline

LINE_END, MAIL_LINE_END = "\n", "\r\n"
RULE = "－" * 20


def as_text(
    plan: dict[str, Any],
    *,
    chosen: Collection[str] | None = None,
    edits: Texts | None = None,
) -> str:
    """The plan, as `plan_json.as_json` gives it, on lines of text that end with one newline.

    `chosen` are the slugs of the channels the person chose, None for the advice: what was advised
    and not chosen comes without its texts. `edits` is `Plan.edits`, the texts the person wrote.
    """
    shown = outline(plan, edits=edits)
    note_choice(shown["actions"], chosen)
    context = {"plan": shown, "left_out": _left_out(shown["actions"])}
    lines = render_to_string("plan/plan.txt", context).splitlines()
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


def letters_as_text(actions: Sequence[Mapping[str, Any]]) -> str:
    """The texts of the actions of the outline, each under its title; `note_choice` went before.

    A channel that was left out is only named.
    """
    wanted = [row for row in actions if row["letter"] and not row["left_out"]]
    written = [f"{row['title']}\n\n{letter_as_text(row)}" for row in wanted]
    told = _left_out(actions)
    return f"\n{RULE}\n\n".join([*written, *([f"{told}\n"] if told else [])])


def _left_out(actions: Iterable[Mapping[str, Any]]) -> str:
    """A line on the channels whose texts the person does not want; "" where there are none."""
    titles = [row["title"] for row in actions if row["letter"] and row["left_out"]]
    named = now_translated("您选了先不用，没有放进这个文件：%(names)s。")
    return named % {"names": "、".join(titles)} if titles else ""
