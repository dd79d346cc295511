"""Wrong passwords: what they are counted against, and the page that says when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog
from django.conf import settings
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cases.admin.site import own_scripts
from cases.encryption import blind_index
from cases.services.resuming import neighbourhood
from cases.views.access import client_address

TOO_MANY = 429
# Wrong passwords from one neighbourhood, whatever the names; a right one takes none of them back.
TRIES_PER_ADDRESS = 50
ADDRESS_TIME = timedelta(hours=1)


class Counter(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes counts a name from a neighbourhood; here the neighbourhood counts for itself, too."""

    def is_locked(self, request: Any, credentials: Mapping[str, Any] | None = None) -> bool:
        """Whether a password that is typed now would not be looked at."""
        return super().is_locked(request, credentials) or address_shut_until(request) is not None


def address_shut_until(request: Any) -> datetime | None:
    """When the neighbourhood may try again; None when it may now."""
    since = timezone.now() - ADDRESS_TIME
    tries = AccessFailureLog.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gt=since
    )
    newest = tries.order_by("-attempt_time").values_list("attempt_time", flat=True)
    # The last of the fifty newest: when it is an hour old, there are only forty-nine.
    oldest: datetime | None = newest[TRIES_PER_ADDRESS - 1 : TRIES_PER_ADDRESS].first()
    return oldest + ADDRESS_TIME if oldest else None


def name_of_try(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The fingerprint of the typed name: people type passwords into that field, too."""
    typed = (credentials or request.POST).get("username") or ""
    return blind_index(typed, purpose="desk.sign_in")


def address_of_try(request: HttpRequest) -> str | None:
    """The first address of the neighbourhood, None where there is none."""
    return neighbourhood(client_address(request)).partition("/")[0] or None


def locked(
    request: Any, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """429 for a try that was not looked at; the last one that was gets its own answer."""
    if response is not None and request.axes_failures_since_start is not None:
        return response
    address_until = address_shut_until(request)
    until = address_until or _until(request, credentials)
    page: HttpResponse = _page(request, {"until": until, "address": address_until})
    page["Retry-After"] = str(max(int((until - timezone.now()).total_seconds()), 1))
    return page


@own_scripts
def _page(request: HttpRequest, context: Mapping[str, Any]) -> HttpResponse:
    whole = {**admin.site.each_context(request), **context}
    return render(request, "desk/locked.html", whole, status=TOO_MANY)


def _until(request: Any, credentials: Mapping[str, Any] | None) -> datetime:
    tries = AccessAttempt.objects.filter(
        username=name_of_try(request, credentials), ip_address=request.axes_ip_address
    )
    newest = tries.aggregate(newest=Max("attempt_time"))["newest"] or timezone.now()
    cool_off: timedelta = settings.AXES_COOLOFF_TIME
    return newest + cool_off
