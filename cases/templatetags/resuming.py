"""The case code as a picture that another phone's camera reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import segno
from django import template
from django.http import HttpRequest
from django.urls import reverse

from cases.models import Case

QUIET_ZONE = 4  # modules, as the standard wants

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
    rows = list(segno.make_qr(link, error="m").matrix_iter(border=QUIET_ZONE))
    return CodePicture(len(rows), "".join(_dark_runs(y, row) for y, row in enumerate(rows)))


def _dark_runs(y: int, row: Iterable[int]) -> str:
    runs, x = [], 0
    for dark, modules in groupby(row):
        length = len(list(modules))
        if dark:
            runs.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(runs)
