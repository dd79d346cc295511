"""The second half of the sign-in: the code from the phone, and setting the phone up."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Mapping
from typing import Any

import django_otp
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases.admin import sessions
from cases.models import Event
from cases.services import devices, events

NEXT = "next"
TOO_MANY = 429
FEW = 3


def passed(user: Any) -> bool:
    """Whether this sign-in has shown the second factor, or needs none."""
    return not settings.DESK_TWO_FACTOR or getattr(user, "otp_device", None) is not None


def half_way(request: HttpRequest) -> bool:
    """Whether the password was right and the code is still to come."""
    user = request.user
    return user.is_active and user.is_staff and not passed(user)


@sensitive_post_parameters("code", "recovery")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the phone, or for one from paper."""
    if not half_way(request):
        return HttpResponseRedirect(_onwards(request))
    if "leave" in request.POST:
        sessions.end(request)
        return redirect("admin:login")
    if not devices.enrolled(_user(request)):
        return redirect(address("admin:enrol", request))
    if request.method != "POST":
        return _page(request, "desk/code.html", {})
    try:
        device = _shown(request)
    except devices.TooSoon as early:
        return _page(request, "desk/code.html", {"until": early.until}, status=TOO_MANY)
    if device is None:
        return _page(request, "desk/code.html", {"wrong": True})
    complete(request, device)
    return HttpResponseRedirect(_onwards(request))


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up the phone at the first sign-in; the codes for paper come with it, once."""
    if not half_way(request) or devices.enrolled(_user(request)):
        return redirect(address("admin:code", request))
    device = devices.phone_to_confirm(_user(request))
    if request.method != "POST":
        return _enrolment(request, device, {})
    try:
        confirmed = devices.confirm_phone(_user(request), request.POST.get("code", ""))
    except devices.TooSoon as early:
        return _enrolment(request, device, {"until": early.until}, status=TOO_MANY)
    if confirmed is None:
        return _enrolment(request, device, {"wrong": True})
    complete(request, confirmed)
    return recovery_codes(request)


def recovery_codes(request: HttpRequest) -> HttpResponse:
    """New codes for paper, in this answer and nowhere else: that is why no redirect comes first."""
    codes = devices.new_recovery_codes(_user(request))
    return _page(request, "desk/recovery_codes.html", {"codes": codes})


def complete(request: HttpRequest, device: Any) -> None:
    """Let the account in: a new session key, both clocks from here, a line in the log."""
    django_otp.login(request, device)
    request.session.cycle_key()
    sessions.begin(request)
    signed_in(request)


def signed_in(request: HttpRequest) -> None:
    """Log that somebody came in."""
    events.record(Event.Kind.SIGNED_IN, actor=_user(request).get_username())


def address(name: str, request: HttpRequest) -> str:
    """The page of this name, told where to lead on to."""
    return f"{reverse(name)}?{urlencode({NEXT: _onwards(request)})}"


def _shown(request: HttpRequest) -> Any:
    """The phone or the paper whose code was typed, None when it is wrong."""
    user = _user(request)
    if "recovery" not in request.POST:
        return devices.verify_phone(user, request.POST.get("code", ""))
    device = devices.verify_recovery(user, request.POST["recovery"])
    if device:
        left = devices.recovery_codes_left(user)
        level = messages.WARNING if left <= FEW else messages.INFO
        messages.add_message(request, level, _("恢复码还剩 %(left)d 个。") % {"left": left})
    return device


def _enrolment(
    request: HttpRequest, device: Any, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    secret = _secret(device)
    shown = {"address": device.config_url, "secret": secret, **context}
    return _page(request, "desk/enrol.html", shown, status=status)


def _secret(device: Any) -> str:
    """The secret as apps take it, in groups of four."""
    plain = b32encode(device.bin_key).decode()
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def _page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), NEXT: _onwards(request), **context}
    return render(request, template, whole, status=status)


def _onwards(request: HttpRequest) -> str:
    """Where to go afterwards; an address of another site is none of ours."""
    wanted = request.POST.get(NEXT, request.GET.get(NEXT, ""))
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("admin:index")


def _user(request: HttpRequest) -> Any:
    return request.user
