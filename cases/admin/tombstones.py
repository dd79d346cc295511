"""What stays of deleted cases, for reading on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from cases import case_code
from cases.admin import columns
from cases.admin.rows import ReadRows
from cases.models import Tombstone
from cases.services import disposal

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    Tombstones = admin.ModelAdmin[Tombstone]
else:
    Tombstones = admin.ModelAdmin

# What may hang on a deleted case, in words.
CONTENTS = {
    "plan": _("方案"),
    "exhibit": _("证据图片"),
    "message": _("消息"),
    "note": _("备注"),
    "outcome": _("结果反馈"),
}


class TombstoneAdmin(ReadRows, Tombstones):
    """Number, when, why; found by number. A deletion leaves them, `purge` ends them."""

    list_display = ("code", "deleted_at", "why", "contents")
    list_display_links = None
    search_fields = ("public_id__startswith",)
    change_list_template = "desk/tombstones.html"
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nothing to filter by."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The search, which takes what was typed out of the address."""
        find = self.admin_site.admin_view(self.find)
        return [path("find/", find, name="cases_tombstone_find"), *super().get_urls()]

    @method_decorator(require_POST)
    def find(self, request: HttpRequest) -> HttpResponse:
        """To the list of what begins with the typed number; of a whole code only that half."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        number = case_code.public_part(request.POST.get("number", ""))
        query = f"?{urlencode({'q': number})}" if number else ""
        return redirect(reverse("admin:cases_tombstone_changelist") + query)

    @method_decorator(require_safe)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, the newest first."""
        context = {"title": _("已删除的案件"), "years": disposal.RECORD_YEARS}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @admin.display(description=_("案件编号"))
    def code(self, tombstone: Tombstone) -> str:
        """The public half of the case code."""
        return columns.grouped(tombstone.public_id)

    @admin.display(description=_("删除时间"), ordering="at")
    def deleted_at(self, tombstone: Tombstone) -> str:
        """The moment in China time."""
        return f"{timezone.localtime(tombstone.at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("一起删除的"))
    def contents(self, tombstone: Tombstone) -> str:
        """How many plans, pictures and so on there were."""
        found = [f"{name}:{number}" for name, number in tombstone.deleted.items()]
        return columns.counted(found, CONTENTS) or columns.NOTHING
