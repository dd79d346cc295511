"""The plan, or the texts of one action, as DOCX: the structure of the PDF, to be edited in Word."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from cases.renderings import word
from cases.renderings.outline import Texts, note_choice, outline, rewritten_shorter, with_edits
from cases.renderings.plan_pdf import LETTER_CHARACTERS, LETTER_LINES, dates, proof_shown
from cases.renderings.proof import Numbered
from cases.renderings.text import capped


def as_docx(
    plan: Mapping[str, Any],
    *,
    code: str = "",
    chosen: Collection[str] | None = None,
    edits: Texts | None = None,
    exhibits: Sequence[Numbered] | None = None,
) -> bytes:
    """The plan, as `plan_json.as_json` gives it, with the texts the person wrote, `edits`.

    `code` is the public part of the case code for the footer; `chosen` the slugs of the channels
    that get a page, all but the fallbacks when None; `exhibits` those of the case, None where
    there is no case to add them to.
    """
    shown = outline(plan, edits=edits)
    note_choice(shown["actions"], chosen)
    for action in shown["actions"]:
        if action["letter"]:
            action["text"] = _bounded(action["letter"]["text"])
            action["shorter"] = _each_bounded(rewritten_shorter(action))
    context = {
        "plan": shown,
        "dates": list(dates(shown)),
        **proof_shown(with_edits(plan, edits), shown, exhibits),
        "code": code,
    }
    html = render_to_string("plan/word.html", context)
    return word.render(html, on=date.fromisoformat(plan["on"]))


def letter_as_docx(action: Mapping[str, Any], *, on: date, day: str) -> bytes:
    """The texts of one action of the outline, in every length; `day` is `on` in words."""
    shown = {**action, "texts": _each_bounded(action["texts"])}
    html = render_to_string("plan/letter_word.html", {"action": shown, "on": day})
    return word.render(html, on=on)


def _each_bounded(texts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**text, "text": _bounded(text["text"])} for text in texts]


def _bounded(text: str) -> str:
    return capped(text, LETTER_CHARACTERS, LETTER_LINES)
