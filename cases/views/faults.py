"""The pages for what went wrong below the views; they look at nothing a request brought.

Django's own ones read the form once more, which raises again when the form was the fault.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

LAST_WORDS = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>系统出了问题</title>'
    '<p>系统出了问题，不是您的错。请过一会儿返回上一页再试。</p><p><a href="/">回到首页</a></p>'
    "</html>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request could not be read."""
    return _said(400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not for this visitor."""
    return _said(403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the address leads nowhere."""
    return _said(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the fault is ours."""
    return _said(500)


def _said(status: int) -> HttpResponse:
    return HttpResponse(_page(status), status=status)


def _page(status: int) -> str:
    try:
        return render_to_string(f"{status}.html")
    # What broke the page may have broken its template as well; then a few words must do.
    except Exception:
        return LAST_WORDS
