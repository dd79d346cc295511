"""What each member of staff looks after alone: password, codes for paper, mails, other sign-ins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from cases.admin import sessions, sign_in
from cases.services import accounts, devices, digests
from cases.services.rights import LOOK


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The account; on POST one of OWN_ACTS."""
    if request.method == "POST":
        act = OWN_ACTS.get(request.POST.get("act", ""))
        return act(request) if act else redirect("admin:my_account")
    user = cast(User, request.user)
    context = {
        **admin.site.each_context(request),
        "title": _("我的账号"),
        "roles": [accounts.role_name(group.name) for group in user.groups.all()],
        "enrolled": devices.enrolled(user),
        "codes_left": devices.recovery_codes_left(user),
        "sends_mail": settings.SENDS_MAIL,
        "digest": digests.chosen(user),
        "may_look": user.has_perm(LOOK),
    }
    return TemplateResponse(request, "desk/my_account.html", context)


def _new_codes(request: HttpRequest) -> HttpResponse:
    if not devices.enrolled(cast(User, request.user)):
        return redirect("admin:my_account")
    return sign_in.recovery_codes(request)


def _choose_mails(request: HttpRequest) -> HttpResponse:
    asked = {part: part in request.POST for part in ("cases", "reviews")}
    digests.choose(cast(User, request.user), **asked)
    messages.success(request, _("已保存。"))
    return redirect("admin:my_account")


def _sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    accounts.sign_out_everywhere(user, actor=user.get_username())
    return left(request, _("已在所有设备上退出。"))


def left(request: HttpRequest, words: Any) -> HttpResponse:
    """To the sign-in page, which says why."""
    sessions.end(request)
    messages.success(request, words)
    return redirect("admin:login")


OWN_ACTS: Mapping[str, Callable[[HttpRequest], HttpResponse]] = {
    "choose_mails": _choose_mails,
    "new_codes": _new_codes,
    "sign_out_everywhere": _sign_out_everywhere,
}
