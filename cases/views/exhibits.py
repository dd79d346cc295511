"""The bundle of the exhibits to keep or hand over, and the page that waits while it is made."""

from __future__ import annotations

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case, Plan
from cases.renderings import exhibit_bundle, plan_cache
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import Document
from cases.services import exhibits
from cases.views.downloads import attached, no_pdf, waiting_for
from cases.views.kept_plan import of_kept_plan


@require_safe
@of_kept_plan
def pdf(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The bundle as a PDF; without a picture, the page to add one."""
    document = bundle_of(case, plan)
    if document is None:
        return redirect("exhibits", case=case.pk)
    try:
        body = plan_cache.made(document)
    except RenderingFailed:
        retry_at = reverse("exhibits-progress", args=[case.pk])
        return no_pdf(request, case, plan, retry_at=retry_at)
    response = HttpResponse(body, content_type="application/pdf")
    name = _("证据册_%(code)s") % {"code": case.public_id}
    return attached(response, name, f"exhibits-{case.public_id}", "pdf")


@require_safe
@of_kept_plan
def progress(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """Where the link to the bundle leads: to the PDF at once if it is kept, else it waits."""
    document = bundle_of(case, plan)
    if document is None:
        return redirect("exhibits", case=case.pk)
    ready_at = reverse("exhibits-pdf", args=[case.pk])
    return waiting_for(document, request, case, ready_at=ready_at)


def bundle_of(case: Case, plan: Plan) -> Document | None:
    """The bundle of the pictures as they are now, not made yet; None when there are none."""
    rows = exhibits.of(case)
    if not rows:
        return None
    told = [[str(row.pk), row.kind, row.said, row.boxes, row.copy_sha256] for row in rows]
    return Document(
        plan=plan,
        place="exhibits.pdf",
        settings={"exhibits": told},
        make=partial(exhibit_bundle.as_pdf, rows, code=case.public_id),
    )
