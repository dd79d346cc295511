"""The case list and the case page of the desk, both for reading only."""

from __future__ import annotations

import logging
import unicodedata
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import case_code, knowledge, services
from cases.admin import dossier, due
from cases.admin.filters import (
    CarrierFilter,
    DueFilter,
    PayeeFilter,
    SalesChannelFilter,
    StageFilter,
    StateFilter,
)
from cases.admin.masking import NUMBERS_ONLY, mask_plan
from cases.encryption import DecryptionFailed
from cases.models import NO_DATE, BlindKey, Case, Exhibit, Plan
from cases.renderings import evidence_picture
from cases.renderings.outline import with_edits
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_pdf import as_pdf
from cases.views.one_exhibit import shown

log = logging.getLogger(__name__)

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Case]
else:
    ModelAdmin = admin.ModelAdmin

NOTHING = "—"


class CaseAdmin(ModelAdmin):
    """Nothing on the desk writes: there is no form, no action and no way to delete."""

    list_display = ("code", "stage_name", "carrier_name", "seller_name", "sum", "submitted", "next")
    list_filter = (
        StateFilter,
        DueFilter,
        StageFilter,
        CarrierFilter,
        SalesChannelFilter,
        PayeeFilter,
    )
    search_fields = ("public_id",)
    search_help_text = _("案件编号前 8 位（可以只填一部分），或卖家的完整名称")
    ordering = ("next_on", "-submitted_at")
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    # ---- what is allowed

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cases come from the people they are about."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """Answers are theirs; the desk looks."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Case | None = None) -> bool:
        """The person erases, or `purge` does."""
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only our filters: Django would let an address ask about any column, bit by bit."""
        return lookup in {each.parameter_name for each in self.list_filter}

    # ---- the list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """The cases without the large and the secret cells."""
        return super().get_queryset(request).defer("answers", "secret", "secret_hash")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        """By part of the public id as people type it, or by the seller's whole name."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(_found_by(search_term)), False

    @method_decorator(require_safe)
    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list."""
        return super().changelist_view(request, {**(extra_context or {}), "title": _("案件")})

    @admin.display(description=_("案件编号"), ordering="public_id")
    def code(self, case: Case) -> str:
        """The public half of the case code, grouped as on the person's own page."""
        return grouped(case.public_id)

    @admin.display(description=_("订单阶段"), ordering="stage")
    def stage_name(self, case: Case) -> str:
        """The stage in words."""
        return _label("stage", case.stage)

    @admin.display(description=_("运营商"), ordering="carrier")
    def carrier_name(self, case: Case) -> str:
        """The carrier in words."""
        return _label("carrier_name", case.carrier)

    @admin.display(description=_("卖家"))
    def seller_name(self, case: Case) -> str:
        """The seller; one damaged row must not take the whole list away."""
        try:
            return NUMBERS_ONLY.text(case.seller) if case.seller else NOTHING
        except DecryptionFailed:
            return str(_("无法解密"))

    @admin.display(description=_("金额（元）"), ordering="amount")
    def sum(self, case: Case) -> str:
        """The sum in yuan."""
        return NOTHING if case.amount is None else f"{case.amount:.2f}"

    @admin.display(description=_("提交时间"), ordering="submitted_at")
    def submitted(self, case: Case) -> str:
        """The moment in China time."""
        if case.submitted_at is None:
            return str(_("草稿"))
        return f"{timezone.localtime(case.submitted_at):%Y-%m-%d %H:%M}"

    @admin.display(description=_("下一个日期"), ordering="next_on")
    def next(self, case: Case) -> str:
        """The next date, and how far away it is, in a word and a colour."""
        if case.next_on == NO_DATE:
            return NOTHING
        on = timezone.localdate()
        kind, words = due.when_due(case.next_on, on), due.due_words(case.next_on, on)
        return format_html(
            '{} <span class="due due-{}">{}</span>', case.next_on.isoformat(), kind, words
        )

    # ---- the case page

    def get_urls(self) -> list[URLPattern]:
        """The PDF of a plan and the pictures of the evidence beside Django's own addresses."""
        pdf = self.admin_site.admin_view(self.pdf)
        picture = self.admin_site.admin_view(self.picture)
        exhibit = "<uuid:case_id>/exhibits/<uuid:exhibit_id>/"
        return [
            path("<uuid:case_id>/plans/<uuid:plan_id>.pdf", pdf, name="cases_case_pdf"),
            path(exhibit, picture, name="cases_case_picture"),
            path(f"{exhibit}small/", picture, {"small": True}, name="cases_case_preview"),
            *super().get_urls(),
        ]

    @method_decorator(require_safe)
    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The case, to be read: facts, plan, letters, every plan there was."""
        self._must_look(request)
        case = self.get_object(request, object_id)
        if case is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            **dossier.context(case),
            "opts": self.opts,
            "title": _("案件 %(code)s") % {"code": grouped(case.public_id)},
            "stage_name": self.stage_name(case),
            "sum": self.sum(case),
            "submitted": self.submitted(case),
            "next": self.next(case),
        }
        return TemplateResponse(request, "desk/case.html", context)

    @method_decorator(require_safe)
    def pdf(self, request: HttpRequest, case_id: str, plan_id: str) -> HttpResponse:
        """One plan as a PDF, masked like the page. When it cannot be made, back with a word."""
        self._must_look(request)
        plan = get_object_or_404(Plan.objects.select_related("case"), pk=plan_id, case=case_id)
        code = plan.case.public_id
        try:
            document = as_pdf(mask_plan(with_edits(plan.content, plan.edits)), code=code)
        except RenderingFailed as failure:
            log.warning("desk pdf: %s", failure)
            self.message_user(request, _("PDF 暂时没有生成，请稍后再试。"), messages.ERROR)
            return redirect("admin:cases_case_change", case_id)
        response = HttpResponse(document, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="case-{code}-{plan.on}.pdf"'
        return response

    @method_decorator(require_safe)
    def picture(
        self, request: HttpRequest, case_id: str, exhibit_id: str, *, small: bool = False
    ) -> HttpResponse:
        """A picture of the evidence as it is shared, once the person has submitted the case."""
        self._must_look(request)
        exhibit = get_object_or_404(
            Exhibit, pk=exhibit_id, case=case_id, case__submitted_at__isnull=False
        )
        return shown(exhibit, evidence_picture.small if small else evidence_picture.shared)

    def _must_look(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


def grouped(public_id: str) -> str:
    """`ABCD-EFGH`."""
    return f"{public_id[:4]}-{public_id[4:]}"


def _label(table: str, code: str) -> str:
    return knowledge.load().labels[table].get(code, code) or NOTHING


def _found_by(typed: str) -> Q:
    found = Q(keys__key=services.finding.fingerprint(BlindKey.Kind.SELLER, typed))
    part = _public_part(typed)
    return found | Q(public_id__contains=part) if part else found


def _public_part(typed: str) -> str:
    """What may be part of a public id; of a whole code only the public half is looked at."""
    upper = unicodedata.normalize("NFKC", typed).upper()
    part = case_code.BETWEEN_GROUPS.sub("", upper).translate(case_code.MISREAD)
    return part[: case_code.PUBLIC_LENGTH] if set(part) <= set(case_code.ALPHABET) else ""
