"""What another phone's camera reads: the case code, or a text of the plan, as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import segno
from django import template
from django.http import HttpRequest
from django.urls import reverse

from cases.models import Case

QUIET_ZONE = 4  # modules, as the standard wants
# What version 25 holds at level L, in bytes: some 420 Chinese characters. Its modules are wide
# enough on a phone's screen for the camera of another one; beyond it they get too fine.
MOST_BYTES = 1273

register = template.Library()


@dataclass(frozen=True, slots=True)
class CodePicture:
    """A QR code: its side in modules, and the dark ones as the path of an SVG."""

    side: int
    path: str


@register.simple_tag
def resume_address(request: HttpRequest) -> str:
    """The address of the page that asks for the code, without any code."""
    return request.build_absolute_uri(reverse("resume"))


@register.simple_tag
def code_picture(request: HttpRequest, case: Case) -> CodePicture:
    """The address with the code in its fragment, which fills the form and which no server sees."""
    link = f"{resume_address(request)}#{case.code.grouped}"
    return _picture(segno.make_qr(link, error="m"))


@register.simple_tag
def text_picture(text: str) -> CodePicture | None:
    """The text itself; None when it is too long for a camera to read."""
    if len(text.encode("utf-8", errors="replace")) > MOST_BYTES:
        return None
    # As bytes in UTF-8: the mode for kanji is shorter, and shown wrong by apps outside Japan.
    return _picture(segno.make_qr(text, error="l", mode="byte", encoding="utf-8"))


@register.simple_tag(takes_context=True)
def page_picture(context: Mapping[str, Any]) -> CodePicture:
    """The address of this page, which asks any other browser for the case code."""
    address = context["request"].build_absolute_uri(context["request"].path)
    return _picture(segno.make_qr(address, error="m"))


def _picture(code: segno.QRCode) -> CodePicture:
    rows = list(code.matrix_iter(border=QUIET_ZONE))
    return CodePicture(len(rows), "".join(_dark_runs(y, row) for y, row in enumerate(rows)))


def _dark_runs(y: int, row: Iterable[int]) -> str:
    runs, x = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(runs)
