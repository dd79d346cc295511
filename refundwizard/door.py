"""Requests whose construction cannot fail: the declared charset is noted, nothing read by it.

Django decodes the query by the charset of the form while it makes the request, before any
middleware, and raises into the server when that is no charset for text (base64, undefined).
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIHandler, ASGIRequest
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

UNREADABLE = ("", {"charset": "unreadable"})


class _Utf8:
    """Reads every request as UTF-8; `ReadableForms` refuses those that say otherwise."""

    content_type: str | None
    content_params: dict[str, str] | None

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = _parsed(meta.get("CONTENT_TYPE", ""))


class _WsgiRequest(_Utf8, WSGIRequest):
    pass


class _AsgiRequest(_Utf8, ASGIRequest):
    pass


class Wsgi(WSGIHandler):
    """Django's handler with our requests."""

    request_class = _WsgiRequest


class Asgi(ASGIHandler):
    """Django's handler with our requests."""

    request_class = _AsgiRequest


def _parsed(header: str) -> tuple[str, dict[str, str]]:
    try:
        return parse_header_parameters(header)
    # A parameter may name a charset of its own, as in `charset*=nonsense''x`.
    except ValueError:
        return UNREADABLE
