"""What is done with a row of the directory: merging it into another, and the dossier on it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from cases.admin.rows import row_number
from cases.admin.seller_forms import TargetForm
from cases.admin.seller_search import find
from cases.encryption import DecryptionFailed
from cases.models import Case, Event, Plan, Seller
from cases.models.case_count import FEWEST
from cases.renderings import seller_dossier
from cases.renderings.pdf import RenderingFailed
from cases.renderings.seller_dossier import Subject, Told
from cases.services import events, sellers
from cases.services.sellers import CannotMerge
from cases.services.tallies import day_of

if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Seller]
else:
    Rows = object

log = logging.getLogger(__name__)

DOSSIER = "cases.dossier_seller"
# Cases a dossier looks at, and how many plans are in memory at once.
MOST_CASES = 500
PLANS_AT_ONCE = 20
MOST_TARGETS = 20
LOOKED_AT = ("submitted_at", "stage", "problem", "carrier", "marketplace", "amount")


class SellerActs(Rows):
    """The two acts on one row."""

    @method_decorator([require_http_methods(["GET", "HEAD", "POST"]), sensitive_post_parameters()])
    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Look for the target, choose it seeing what moves, merge."""
        row = self._row(request, pk, sellers.MERGE)
        if row.merged_into_id:
            return redirect("admin:cases_seller_change", row.pk)
        if "into" in request.POST:
            return self._merged(request, row)
        form = TargetForm(request.POST or None)
        targets = _targets(form.cleaned_data["typed"], row) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("合并商家"),
            "original": row,
            "form": form,
            "targets": targets,
            "most": MOST_TARGETS,
            "names": row.aliases.count(),
            "cases": row.cases.count(),
        }
        return TemplateResponse(request, "desk/seller_merge.html", context)

    @method_decorator(require_POST)
    def dossier(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The dossier as a PDF; logged. When it cannot be made, back with a word."""
        row = self._row(request, pk, DOSSIER)
        totals = seller_dossier.total(_told(row))
        if totals.number < FEWEST:
            words = _("这个商家的案件少于 %(fewest)d 个，不生成汇总，以免认出个人。")
            self.message_user(request, words % {"fewest": FEWEST}, messages.WARNING)
            return redirect("admin:cases_seller_change", row.pk)
        user, on = cast(User, request.user), timezone.localdate()
        try:
            document = seller_dossier.as_pdf(
                subject(row),
                totals,
                on=on,
                made_by=user.first_name or user.get_username(),
                most=MOST_CASES,
            )
        except RenderingFailed as failure:
            # The kind only: the failure's own words may hold some of what is in the dossier.
            log.warning("dossier: %s", type(failure).__name__)
            self.message_user(request, _("PDF 暂时没有生成，请稍后再试。"), messages.ERROR)
            return redirect("admin:cases_seller_change", row.pk)
        fields = [sellers.named(row), "dossier"]
        events.record(Event.Kind.EXPORTED, actor=user.get_username(), fields=fields)
        response = HttpResponse(document, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="seller-{row.pk}-{on}.pdf"'
        return response

    def _merged(self, request: HttpRequest, row: Seller) -> HttpResponse:
        target = Seller.objects.filter(pk=row_number(request.POST["into"])).first()
        if target is None:
            raise Http404
        try:
            moved = sellers.merge(row, target, user=cast(User, request.user))
        except CannotMerge:
            words = _("不能并入这一家：它就是自己，或者已经并入别家。")
            self.message_user(request, words, messages.ERROR)
            return redirect("admin:cases_seller_merge", row.pk)
        words = _("“%(old)s”已并入“%(new)s”，移动了 %(number)d 个案件。")
        told = words % {"old": row, "new": target, "number": moved}
        self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:cases_seller_change", target.pk)

    def _row(self, request: HttpRequest, pk: int, right: str) -> Seller:
        """The row, for those with the right, which is looked at first."""
        if not request.user.has_perm(right):
            raise PermissionDenied
        row: Seller | None = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        return row


def subject(seller: Seller) -> Subject:
    """The seller as the directory has it; name and company are not told twice."""
    known = {sellers.key_of(text) for text in (seller.name, seller.company)}
    names = [alias.text for alias in seller.aliases.all() if alias.key not in known]
    return Subject(
        name=seller.name,
        names=names,
        company=seller.company,
        licence_number=seller.licence_number,
    )


def _told(seller: Seller) -> Iterator[Told]:
    """The newest cases of a seller with their newest plans, a few in memory at a time."""
    newest = Plan.objects.filter(case=OuterRef("pk")).order_by("-created_at").values("pk")[:1]
    cases = seller.cases.filter(submitted_at__isnull=False).order_by("-submitted_at", "pk")
    plans = list(
        cases.annotate(newest=Subquery(newest)).values_list("newest", flat=True)[:MOST_CASES]
    )
    only = ["content", "case_id", *(f"case__{name}" for name in LOOKED_AT)]
    for start in range(0, len(plans), PLANS_AT_ONCE):
        part = Plan.objects.filter(pk__in=plans[start : start + PLANS_AT_ONCE])
        for plan in part.select_related("case").only(*only).order_by("pk"):
            yield _one(plan.case, plan)


def _one(case: Case, plan: Plan) -> Told:
    try:
        content: dict[str, Any] | None = plan.content
    except DecryptionFailed:
        content = None
    return Told(
        on=day_of(case.submitted_at or plan.created_at),
        stage=case.stage,
        problem=case.problem,
        carrier=case.carrier,
        marketplace=case.marketplace,
        amount=case.amount,
        plan=content,
    )


def _targets(typed: str, row: Seller) -> list[Seller]:
    """The rows in use that this may mean, but for the one to merge."""
    found = Seller.objects.filter(pk__in=find(typed), merged_into=None)
    return list(found.exclude(pk=row.pk)[:MOST_TARGETS])
