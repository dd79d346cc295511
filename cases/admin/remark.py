"""The remarks about pages on the desk: a list without the words, and each by itself to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases.encryption import DecryptionFailed
from cases.models import PageReport
from cases.wizard.steps import BY_NAME

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[PageReport]
else:
    ModelAdmin = admin.ModelAdmin


class RemarkAdmin(ModelAdmin):
    """To be read, and to go by itself when its time is over."""

    list_display = ("written", "page_name")
    list_display_links = ("written", "page_name")
    fields = readonly_fields = ("written", "page_name", "said")
    ordering = ("-at",)
    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Remarks come from the people who use the pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PageReport | None = None) -> bool:
        """The words are theirs."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PageReport | None = None) -> bool:
        """`purge` deletes."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nothing to search by: an address could ask about any column, bit by bit."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[PageReport]:
        """The remarks without their words, which are opened one by one."""
        return super().get_queryset(request).defer("words")

    @method_decorator(require_safe)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list."""
        return super().changelist_view(request, {**(extra_context or {}), "title": _("页面意见")})

    @method_decorator(require_safe)
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One remark."""
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("时间"), ordering="at")
    def written(self, remark: PageReport) -> str:
        """The moment in China time."""
        return f"{timezone.localtime(remark.at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("页面"), ordering="page")
    def page_name(self, remark: PageReport) -> str:
        """The page's name, with its title where it is a step."""
        step = BY_NAME.get(remark.page)
        return f"{remark.page}　{step.form.title}" if step else remark.page

    @admin.display(description=_("内容"))
    def said(self, remark: PageReport) -> str:
        """The words; a damaged cell says so."""
        try:
            return str(remark.words)
        except DecryptionFailed:
            return str(_("无法解密"))
