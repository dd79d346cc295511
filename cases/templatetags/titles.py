"""The title of a page on one line, however its template is laid out."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Line ends of the template, and the blank they leave beside a full-width sign.
BLANKS = re.compile(r"\s+")
BESIDE_A_SIGN = re.compile(r"(?<=[：，。；、）”]) | (?=[：，。；、（])")


@register.filter
def one_line(title: SafeString) -> SafeString:
    """The title without the blanks that only its template has; escaped before, and so still."""
    tight = BESIDE_A_SIGN.sub("", BLANKS.sub(" ", title).strip())
    return mark_safe(tight)  # noqa: S308 (only blanks were taken away)
