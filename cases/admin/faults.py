"""The pages for what went wrong beneath the desk's address; elsewhere the public ones."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.admin.site import own_scripts
from cases.views import faults, pages

log = logging.getLogger(__name__)

# What staff write at length. Nothing else comes back: a password would be among it.
WRITTEN = ("words", "notes", "contacts")
Words = Mapping[str, Any]
FORBIDDEN: Words = {
    "title": _("您的账号不能打开这一页"),
    "said": _("工作需要的话，请管理员调整您的角色。"),
}
NOT_FOUND: Words = {
    "title": _("没有这个页面"),
    "said": _("地址可能不完整，或者内容已经删除。"),
}
REFUSED: Words = {
    "title": _("请再点一次"),
    "said": _(
        "页面放得太久，或浏览器没有带上 Cookie，这次提交没有生效。请回到上一页，刷新后再试。"
    ),
}


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but without the right."""
    plain = faults.forbidden(request, exception)
    return _page(request, FORBIDDEN, plain) if _beneath(request) else plain


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: the same page whatever there is, or was, or never was."""
    plain = faults.not_found(request, exception)
    return _page(request, NOT_FOUND, plain) if _beneath(request) else plain


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without its token; what was written at length comes back."""
    if not _beneath(request):
        return pages.csrf_failure(request, reason)
    written = "\n".join(filter(None, (request.POST.get(name) for name in WRITTEN)))
    words = {**REFUSED, "typed": written}
    shown: HttpResponse = _page(request, words, faults.forbidden(request))
    return shown


def _beneath(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


@own_scripts
def _page(request: HttpRequest, words: Words, plain: HttpResponse) -> HttpResponse:
    """The desk around a few words; `plain` when the desk itself is at fault."""
    try:
        context = {**admin.site.each_context(request), **words}
        html = render_to_string("desk/fault.html", context, request)
    except Exception as failure:
        log.error("desk fault page: %s", type(failure).__name__)
        return plain
    return HttpResponse(html, status=plain.status_code)
