"""Where one may go from a step without losing what stands typed on it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from cases.views.remarks import redirect_with_page

LEAVE, REMARK = "leave", "remark"
# By route, which the buttons that look like links send as `nav`: whether its address has the case.
PLACES = {
    "start": False,
    "privacy": False,
    "accessibility": False,
    REMARK: False,
    LEAVE: False,
    "code": True,
    "exhibits": True,
    "delete": True,
}


def to_place(place: str, *, case: UUID, step: str) -> HttpResponse:
    """The way to one of PLACES from a step."""
    if place == REMARK:
        return redirect_with_page(REMARK, step)
    # Leaving is a POST as well: the browser repeats the one it has just made.
    return redirect(place, *[case] * PLACES[place], preserve_request=place == LEAVE)
