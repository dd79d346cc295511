"""The plan as a PDF: page one for today, then a page a channel, evidence, reasons, precautions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.template.loader import render_to_string

from cases.renderings import pdf
from cases.renderings.outline import outline
from cases.renderings.text import capped
from cases.vocabulary import When

LETTER_CHARACTERS = 4000
LETTER_LINES = 120


def as_pdf(plan: dict[str, Any], *, code: str = "", chosen: Collection[str] | None = None) -> bytes:
    """The plan, as `plan_json.as_json` gives it, as PDF/UA-1.

    `code` is the public part of the case code for the footer; `chosen` the slugs of the channels
    that get a page, all but the fallbacks when None. Raises `pdf.RenderingFailed`.
    """
    shown = outline(plan)
    for action in shown["actions"]:
        fallback = action["when"] == When.IF_NEEDED
        action["page"] = not fallback if chosen is None else action["slug"] in chosen
        if action["letter"]:
            action["text"] = capped(action["letter"]["text"], LETTER_CHARACTERS, LETTER_LINES)
    return pdf.render(render_to_string("plan/document.html", {"plan": shown, "code": code}))
