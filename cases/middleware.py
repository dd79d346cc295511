"""Headers that keep private pages out of caches, search engines and other sites."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), serial=(), "
    "browsing-topics=(), clipboard-read=(), clipboard-write=(self), fullscreen=(self)"
)


class PrivatePages:
    """Every page is private unless its view says `Cache-Control: public`; static files are not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(str(settings.STATIC_URL)):
            _keep_private(response)
        return response


def _keep_private(response: HttpResponseBase) -> None:
    response.headers.setdefault("Cache-Control", "no-store, private")
    if "public" not in response.headers["Cache-Control"]:
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
