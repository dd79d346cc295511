"""The desk as a site: its names, its front page, and its policy for scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases.admin import (
    bulk,
    dashboard,
    exports,
    freshness,
    half_written,
    holds,
    log,
    my_account,
    sign_in,
    trail,
    work,
)
from cases.admin.case import CaseAdmin
from cases.admin.disposal import DisposalAdmin
from cases.admin.places import places
from cases.admin.remark import RemarkAdmin
from cases.admin.sellers import SellerAdmin
from cases.admin.tags import TagAdmin
from cases.admin.tombstones import TombstoneAdmin
from cases.models import Case, Disposal, Event, PageReport, Seller, Tag, Tombstone
from cases.services import accounts, events

# Django's admin loads its own script files and gives their tags no nonce.
own_scripts: Callable[[Any], Any] = csp_replace({"script-src": [SELF]})


class Desk(AdminSite):
    """Django's admin under our name, with the cases registered.

    They are registered here and not on import: Django makes the site while it imports this
    package, so a registration made then would go to a site that is thrown away.
    """

    site_header = _("号卡退款向导 · 审核台")
    site_title = _("审核台")
    index_title = _("案件概况")
    index_template = "desk/index.html"
    logout_template = "desk/left.html"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.register(Case, CaseAdmin)
        self.register(PageReport, RemarkAdmin)
        self.register(Seller, SellerAdmin)
        self.register(Tag, TagAdmin)
        self.register(Disposal, DisposalAdmin)
        self.register(Tombstone, TombstoneAdmin)

    def get_urls(self) -> list[Any]:
        """The second half of the sign-in and one's own account beside Django's pages."""
        return [
            path("login/code/", own_scripts(sign_in.code), name="code"),
            path("login/enrol/", own_scripts(sign_in.enrol), name="enrol"),
            path("freshness/", self.admin_view(freshness.page), name="freshness"),
            path("cases/<uuid:case_id>/hold/", self.admin_view(holds.change), name="hold"),
            path("exports/new/", self.admin_view(exports.new), name="export_new"),
            path("exports/<uuid:pk>/", self.admin_view(exports.page), name="export"),
            path("exports/<uuid:pk>/file/", self.admin_view(exports.file), name="export_file"),
            path("log/", self.admin_view(log.page), name="log"),
            path("account/", self.admin_view(my_account.page), name="my_account"),
            path("cases/case/bulk/<slug:act>/", self.admin_view(bulk.page), name="case_bulk"),
            path(
                "cases/case/<uuid:case_id>/work/<slug:act>/",
                half_written.kept_first(self.admin_view(work.page)),
                name="case_work",
            ),
            *super().get_urls(),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        """The wall round every page: staff, and with the second factor where it is asked for."""
        return super().has_permission(request) and sign_in.passed(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page shows: behind the sign-in, where one can go from here."""
        shown = places(request) if self.has_permission(request) else ()
        return {**super().each_context(request), "places": shown, "trail": trail.of(request)}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page behind the sign-in lets the admin's own scripts run."""
        return own_scripts(super().admin_view(view, cacheable))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The sign-in page, which Django does not pass through `admin_view`; then the code."""
        if request.method == "GET" and sign_in.half_way(request):
            return redirect(sign_in.address("admin:code", request))
        response = own_scripts(super().login)(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            if sign_in.half_way(request):
                return redirect(sign_in.address("admin:code", request))
            sign_in.signed_in(request)
        return response

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Leave nothing of this visit in the browser, the cases it has opened included."""
        name = request.user.get_username()
        response = super().logout(request, extra_context)
        if request.method == "POST":
            events.record(Event.Kind.SIGNED_OUT, actor=name)
            response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """One's own password; every sign-in ends with the old one, this one too."""
        user = cast(User, request.user)
        # Django saves the password by itself; without its line in the log it must not stay.
        with transaction.atomic():
            response = super().password_change(request, extra_context)
            if request.method != "POST" or response.status_code != 302:
                return response
            accounts.password_changed(user, actor=user.get_username())
        return my_account.left(request, _("密码已修改，请用新密码登录。"))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The front page, with numbers for those who may see cases."""
        return super().index(request, {**(extra_context or {}), **dashboard.context(request)})
