"""The pages of the plan as pictures to keep: what a chat app's browser can save."""

from __future__ import annotations

import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cases.models import Case, Plan
from cases.renderings import pictures
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import kept_pdf
from cases.views.access import case_or_none
from cases.views.lost import lost
from cases.views.plan import RETRY_SECONDS, chosen_slugs, newest

ONLY_A_PICTURE = "default-src 'none'; sandbox; frame-ancestors 'none'"

log = logging.getLogger(__name__)


@require_safe
def page(request: HttpRequest, case: UUID) -> HttpResponse:
    """The chapters of the plan's PDF with a picture of each page."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    kept = newest(found)
    if kept is None:
        return redirect("check", case=found.pk)
    try:
        sections = pictures.sections(_document(found, kept))
    except RenderingFailed as failure:
        return _sorry(request, found, failure)
    return render(request, "plan/pictures.html", {"case": found, "sections": sections})


@require_safe
def picture(request: HttpRequest, case: UUID, number: int) -> HttpResponse:
    """One page of the plan's PDF as PNG."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    kept = newest(found)
    if kept is None:
        return redirect("check", case=found.pk)
    try:
        drawn = pictures.picture(_document(found, kept), number)
    except RenderingFailed as failure:
        return _sorry(request, found, failure)
    if drawn is None:
        raise Http404
    return _shown(drawn, f"plan-{found.public_id}-{kept.on}-{number}.png")


def _document(case: Case, plan: Plan) -> bytes:
    return kept_pdf(plan, code=case.public_id, chosen=chosen_slugs(case))


def _shown(drawn: bytes, name: str) -> HttpResponse:
    response = HttpResponse(drawn, content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Content-Security-Policy"] = ONLY_A_PICTURE
    return response


def _sorry(request: HttpRequest, case: Case, failure: RenderingFailed) -> HttpResponse:
    log.warning("pictures: %s", failure)
    sorry = render(request, "plan/no_pdf.html", {"case": case}, status=503)
    sorry["Retry-After"] = str(RETRY_SECONDS)
    return sorry
