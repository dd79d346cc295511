"""The pages of the plan as pictures to keep: what a chat app's browser can save."""

from __future__ import annotations

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases.models import Case, Plan
from cases.renderings import pictures, plan_cache
from cases.renderings.pdf import RenderingFailed
from cases.views.downloads import no_pdf, plan_pdf, waiting_for
from cases.views.kept_plan import of_kept_plan

ONLY_A_PICTURE = "default-src 'none'; sandbox; frame-ancestors 'none'"

log = logging.getLogger(__name__)


@require_safe
@of_kept_plan
def page(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The chapters of the plan's PDF with a picture of each page; until it is made, it waits."""
    document = plan_pdf(request, case, plan)
    body = plan_cache.kept(document)
    if body is None or request.headers.get("HX-Request"):
        ready_at = reverse("pictures", args=[case.pk])
        return waiting_for(document, request, case, ready_at=ready_at, opens=True)
    try:
        sections = pictures.sections(body)
    except RenderingFailed as failure:
        return _sorry(request, case, plan, failure)
    return render(request, "plan/pictures.html", {"case": case, "sections": sections})


@require_safe
@of_kept_plan
def picture(request: HttpRequest, case: Case, plan: Plan, number: int) -> HttpResponse:
    """One page of the plan's PDF as PNG."""
    try:
        # Where the PDF's hour is over, made anew: in place of a picture no page can wait.
        drawn = pictures.picture(plan_cache.made(plan_pdf(request, case, plan)), number)
    except RenderingFailed as failure:
        return _sorry(request, case, plan, failure)
    if drawn is None:
        raise Http404
    return _shown(drawn, f"plan-{case.public_id}-{plan.on}-{number}.png")


def _shown(drawn: bytes, name: str) -> HttpResponse:
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = ONLY_A_PICTURE
    return response


def _sorry(request: HttpRequest, case: Case, plan: Plan, failure: RenderingFailed) -> HttpResponse:
    log.warning("pictures: %s", failure)
    return no_pdf(request, case, plan, retry_at=reverse("pictures", args=[case.pk]))
