"""The page of a case on the desk, its PDF, its pictures, and its plan by the rules of today."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from cases.admin import columns, dossier, holds, search, stale, timeline, trail, work
from cases.admin.filters import SUBMITTED
from cases.admin.looks import note_download, note_look
from cases.admin.masking import mask_plan
from cases.admin.sellers import listing
from cases.encryption import DecryptionFailed
from cases.facts import FactsRefused
from cases.models import Case, Flag, Plan, Status
from cases.renderings import evidence_picture
from cases.renderings.changes import changes
from cases.renderings.outline import outline, with_edits
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_pdf import as_pdf
from cases.services import reveals, sellers
from cases.services.messages import reply_to_newest
from cases.services.rights import REVEAL, ReasonMissing
from cases.views import submission
from cases.views.one_exhibit import shown

log = logging.getLogger(__name__)

# ModelAdmin takes type parameters for the type checker only, not when the program runs.
if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Case]
else:
    ModelAdmin = admin.ModelAdmin

# An address with more fingerprints gets too long for some servers.
MOST_KEYS = 30


class ReviewPages(ModelAdmin):
    """What is shown of one case, and the log of who looked."""

    def get_urls(self) -> list[URLPattern]:
        """The pages of one case beside Django's own addresses."""
        whole, one = "<uuid:case_id>/", "<uuid:case_id>/exhibits/<uuid:exhibit_id>/"
        picture = self.admin_site.admin_view(self.picture)
        return [
            self._page(f"{whole}plans/<uuid:plan_id>.pdf", self.pdf, "pdf"),
            self._page(f"{whole}plans/<uuid:plan_id>/today/", self.today, "today"),
            self._page(f"{whole}reveal/", self.reveal, "reveal"),
            self._page(one, self.picture, "picture"),
            path(f"{one}small/", picture, {"small": True}, name="cases_case_preview"),
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
        """The case, to be read: facts, evidence, plan, letters, and what happened to it."""
        case = self._case(request, object_id)
        note_look(request, case)
        context = {
            **self.admin_site.each_context(request),
            **dossier.context(case, _user(request)),
            **head(case),
            **work.context(request, case),
            **holds.context(request, case),
            **listing(request, case),
            "opts": self.opts,
            "title": _("案件 %(code)s") % {"code": columns.grouped(case.public_id)},
            "may_reveal": request.user.has_perm(REVEAL),
        }
        return TemplateResponse(request, "desk/case.html", context)

    @method_decorator(require_POST)
    def reveal(self, request: HttpRequest, case_id: UUID) -> HttpResponse:
        """Open one masked field to this account for a while; the log keeps who, which and why."""
        if not request.user.has_perm(REVEAL):
            raise PermissionDenied
        case, field = self._case(request, case_id), request.POST.get("field", "")
        if field not in dossier.fields_masked(case):
            raise Http404
        try:
            reason = request.POST.get("reason", "")
            reveals.reveal(case, field, user=_user(request), reason=reason)
        except ReasonMissing:
            self.message_user(request, _("请选择查看的理由。"), messages.ERROR)
        return redirect(f"{trail.case_address(case, trail.of(request))}#f-{field}")

    @method_decorator(require_safe)
    def today(self, request: HttpRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
        """The answers of a plan weighed again by what we know today; nothing of it is kept."""
        case = self._case(request, case_id)
        plan = get_object_or_404(case.plans, pk=plan_id)
        note_look(request, case)
        context = {
            **self.admin_site.each_context(request),
            **_beside_today(plan),
            "opts": self.opts,
            "case": case,
            "code": columns.grouped(case.public_id),
            "kept": plan,
            "title": _("按今天的内容重新生成"),
        }
        return TemplateResponse(request, "desk/today.html", context)

    @method_decorator(require_safe)
    def pdf(self, request: HttpRequest, case_id: UUID, plan_id: UUID) -> HttpResponse:
        """One plan as a PDF, masked always. When it cannot be made, back with a word."""
        case = self._case(request, case_id)
        plan, code = get_object_or_404(case.plans, pk=plan_id), case.public_id
        try:
            document = as_pdf(mask_plan(with_edits(plan.content, plan.edits)), code=code)
        except (RenderingFailed, DecryptionFailed) as failure:
            # The kind only: the failure's own words may hold some of what is in the plan.
            log.warning("desk pdf: %s", type(failure).__name__)
            self.message_user(request, _("PDF 暂时没有生成，请稍后再试。"), messages.ERROR)
            return redirect("admin:cases_case_change", case_id)
        note_download(request, case, timeline.PLAN_PDF)
        response = HttpResponse(document, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="case-{code}-{plan.on}.pdf"'
        return response

    @method_decorator(require_safe)
    def picture(
        self, request: HttpRequest, case_id: UUID, exhibit_id: UUID, *, small: bool = False
    ) -> HttpResponse:
        """A picture of the evidence as it is shared."""
        case = self._case(request, case_id)
        exhibit = get_object_or_404(case.exhibits, pk=exhibit_id)
        response = shown(exhibit, evidence_picture.small if small else evidence_picture.shared)
        if small:
            # Seen with the page, and also when somebody asks for the address alone.
            note_look(request, case)
        else:
            note_download(request, case, timeline.PICTURE)
        return response

    def _page(self, route: str, view: Any, name: str) -> URLPattern:
        page: URLPattern = path(route, self.admin_site.admin_view(view), name=f"cases_case_{name}")
        return page

    def _case(self, request: HttpRequest, case_id: str | UUID) -> Case:
        """The case with who works on it; the right is looked at first.

        404 for a draft: nobody has handed it in.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        cases = Case.objects.filter(SUBMITTED).select_related("assignee", "listed_seller")
        try:
            return get_object_or_404(cases.defer("secret", "secret_hash"), pk=case_id)
        except ValidationError as no_id:
            raise Http404 from no_id


def head(case: Case) -> dict[str, Any]:
    """The first line of the page: what is known of the case without opening it."""
    similar = sellers.similar(case)
    found = [(search.FOUND, key) for key in similar.keys[:MOST_KEYS]]
    flags = list(case.flags.all())
    replied = any(flag.kind == Flag.Kind.REPLIED for flag in flags)
    return {
        "status": Status(case.status).label,
        "state": stale.state(case),
        "stage_name": columns.stage(case),
        "carrier_name": columns.carrier(case),
        "sum": columns.amount(case),
        "submitted": columns.submitted(case),
        "next": columns.next_date(case),
        "replied_at": reply_to_newest(case) if replied else None,
        "flags": [flag.get_kind_display() for flag in flags],
        "tags": columns.tags(case),
        "similar": similar,
        "similar_query": urlencode(found),
    }


def _beside_today(plan: Plan) -> dict[str, Any]:
    """The kept plan, the one of today, and what differs; only the kept one where none is made."""
    try:
        kept = plan.content
        today = submission.build(kept["answers"], timezone.localdate())[0]
    except DecryptionFailed:
        return {"failed": _("这个方案的内容无法解密。")}
    except FactsRefused:
        return {"failed": _("按今天的规则，这些回答互相矛盾，生成不了方案。")}
    return {"before": outline(kept), "after": outline(today), "changes": changes(kept, today)}


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)
