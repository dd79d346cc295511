"""Addresses: the desk under a path of the operator's choice, everything else in the product."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "cases.views.faults.bad_request"
handler403 = "cases.admin.faults.forbidden"
handler404 = "cases.admin.faults.not_found"
handler500 = "cases.views.faults.server_error"

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("cases.urls")),
]
