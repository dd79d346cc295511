"""How long a sign-in to the desk lasts, and how it ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import SignedOut
from cases.views.access import REMEMBERED

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
# Not every page of the desk writes the session.
NOTED_EVERY = timedelta(minutes=1)
SINCE, SEEN = "desk_since", "desk_seen"


class StaffSessions:
    """Ends a sign-in that is over before any page of the desk is made for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        on_desk = request.path_info.startswith(f"/{settings.ADMIN_PATH}")
        if on_desk and request.user.is_authenticated:
            if _counts(request):
                _note_visit(request)
            else:
                end(request)
                _tell(request)
        return self.get_response(request)


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs: Any) -> None:
    """Start both clocks; with the second factor they start again."""
    request.session[SINCE] = request.session[SEEN] = timezone.now().timestamp()


def end(request: HttpRequest) -> None:
    """Take the sign-in and what belongs to it out of the session.

    The cases that this browser has opened as a person's own stay open: they are not the desk's.
    """
    opened = request.session.get(REMEMBERED)
    request.session.flush()
    if opened:
        request.session[REMEMBERED] = opened
    request.user = AnonymousUser()


def _counts(request: HttpRequest) -> bool:
    now = timezone.now()
    since, seen = (_moment(request, key) for key in (SINCE, SEEN))
    if now - since >= LONGEST or now - seen >= IDLE:
        return False
    return not SignedOut.objects.filter(pk=request.user.pk, at__gte=since).exists()


def _note_visit(request: HttpRequest) -> None:
    now = timezone.now()
    if now - _moment(request, SEEN) >= NOTED_EVERY:
        request.session[SEEN] = now.timestamp()


def _moment(request: HttpRequest, key: str) -> datetime:
    return datetime.fromtimestamp(request.session.get(key, 0), UTC)


def _tell(request: HttpRequest) -> None:
    if request.path_info != reverse("admin:login"):
        messages.info(request, _("这次登录已经结束，请重新登录。"))
