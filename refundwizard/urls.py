"""Addresses: the desk under a path of the operator's choice, everything else in the product."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("cases.urls")),
]
