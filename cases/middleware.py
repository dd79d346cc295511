"""Headers that keep private pages private, and the refusal of forms we cannot read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from cases.views.faults import bad_request

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), serial=(), "
    "browsing-topics=(), clipboard-read=(), clipboard-write=(self), fullscreen=(self)"
)
READABLE = frozenset({"utf-8", "utf8"})


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
            # A view may answer htmx otherwise: a cache must never mix up the two.
            patch_vary_headers(response, ["HX-Request"])
        return response


def _keep_private(response: HttpResponseBase) -> None:
    response.headers.setdefault("Cache-Control", "no-store, private")
    if "public" not in response.headers["Cache-Control"]:
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")


class BodilessHeads:
    """Takes the body out of every answer to HEAD.

    Waitress sends what it is given: a case could be read without the line that a GET leaves in the
    log, and the body would be taken for the answer to the next request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method != "HEAD":
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = iter(())
        elif isinstance(response, HttpResponse):
            response.content = b""
        return response


class ReadableForms:
    """400 for a form in any charset but UTF-8, before anything tries to read it.

    Our pages send none. Django refuses some charsets only while it already answers a fault, and
    takes names like base64, which decode no text, for charsets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.strip().lower() in READABLE:
            return self.get_response(request)
        return bad_request(request)
