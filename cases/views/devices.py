"""What pages need to know of the device: the app whose browser it is, the size of letters."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases.wizard.fields import Words

# The part of its User-Agent, and the name of the app. Neither keeps files that a page offers.
APPS: dict[str, Words] = {"MicroMessenger": _("微信"), "AlipayClient": _("支付宝")}

TEXT_SIZE = "text_size"
STANDARD = "standard"
SIZES: dict[str, Words] = {STANDARD: _("标准"), "large": _("大"), "larger": _("更大")}
A_YEAR = 365 * 24 * 60 * 60


def app_of(request: HttpRequest) -> Words:
    """The chat or payment app whose own browser asks; "" for any other browser."""
    agent = request.headers.get("User-Agent", "")
    return next((name for mark, name in APPS.items() if mark in agent), "")


def text_size(request: HttpRequest) -> str:
    """The size of letters this browser has chosen; a key of SIZES."""
    chosen = request.COOKIES.get(TEXT_SIZE, "")
    return chosen if chosen in SIZES else STANDARD


@require_POST
def choose_text_size(request: HttpRequest) -> HttpResponse:
    """Remember the size in a cookie that says nothing else, and go back to the page."""
    size, page = request.POST.get("size", ""), request.POST.get("next", "")
    # Only an address on this site: the form may have been made by somebody else.
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return remembering(HttpResponseRedirect(page if ours else reverse("start")), size)


def remembering(response: HttpResponse, size: str) -> HttpResponse:
    """The response with the size in a cookie, where it is one of SIZES."""
    if size in SIZES:
        response.set_cookie(
            TEXT_SIZE,
            size,
            max_age=A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
