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

from cases.admin.masking import NUMBERS_ONLY
from cases.admin.rows import ReadRows
from cases.encryption import DecryptionFailed
from cases.models import PageReport
from cases.views.remarks import NAMES
from cases.wizard.steps import BY_NAME

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[PageReport]
else:
    ModelAdmin = admin.ModelAdmin


class PageFilter(admin.SimpleListFilter):
    """The remarks about one page."""

    title = _("页面")
    parameter_name = "page"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        """The pages there are remarks about."""
        pages = PageReport.objects.order_by("page").values_list("page", flat=True).distinct()
        return [(page, page_name(page)) for page in pages]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PageReport]
    ) -> QuerySet[PageReport]:
        """All of them unless a page is asked for."""
        return queryset.filter(page=self.value()) if self.value() else queryset


class RemarkAdmin(ReadRows, ModelAdmin):
    """Written by the people who use the pages; `purge` deletes."""

    list_display = ("written", "about")
    list_display_links = ("written", "about")
    list_filter = (PageFilter,)
    fields = readonly_fields = ("written", "about", "said")
    ordering = ("-at",)
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Nothing but the page to search by: else an address could ask about any column."""
        return lookup == PageFilter.parameter_name

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
    def about(self, remark: PageReport) -> str:
        """The page it is about."""
        return page_name(remark.page)

    @admin.display(description=_("内容"))
    def said(self, remark: PageReport) -> str:
        """The words, without numbers that could lead to somebody; a damaged cell says so."""
        try:
            return NUMBERS_ONLY.text(str(remark.words))
        except DecryptionFailed:
            return str(_("无法解密"))


def page_name(page: str) -> str:
    """The page's code, with its title where it has one."""
    step = BY_NAME.get(page)
    title = step.form.title if step else NAMES.get(page, "")
    return f"{page}　{title}" if title else page
