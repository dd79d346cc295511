"""Line breaks of a page: a date, a sum, and who an act is addressed to stay on one line."""

from __future__ import annotations

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# In this order: what holds a text to send, or a drawing; any other tag; a date; a sum; the weekday
# behind a date and the respondent behind a channel. A number that nobody pays may break, so that
# it never makes a narrow page scroll. Each begins with one of the signs looked for first, which
# makes the search four times as fast.
PIECES = re.compile(
    r"(?=[<0-9（])(?:"
    r"<(pre|textarea|option|title|script|style|svg)\b.*?</\1>"
    r"|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
    r"|(?P<whole>(?<![0-9.])(?:(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4}年[0-9]{1,2}月"
    r"|[0-9]{1,7}(?:\.[0-9]{2})? ?元)|（周[一二三四五六日]）|（对[^（）<>]{1,8}）))",
    re.DOTALL,
)


@register.filter
def keep_whole(page: SafeString) -> SafeString:
    """The HTML of a page, with each such piece of its text in a span that does not wrap.

    A span and not a joining character: what somebody copies stays as it reads.
    """
    return mark_safe(PIECES.sub(_wrap, page))  # noqa: S308 (escaped before; only spans were added)


def _wrap(piece: re.Match[str]) -> str:
    whole = piece["whole"]
    return f'<span class="whole">{whole}</span>' if whole else piece[0]
