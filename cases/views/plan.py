"""The plan: as a page, a PDF, and each letter as a text file."""

from __future__ import annotations

import logging
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import services
from cases.models import Case, Plan
from cases.renderings.outline import outline, slug
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import kept_pdf
from cases.renderings.plan_text import letter_as_text
from cases.views.access import case_or_none
from cases.views.lost import lost
from cases.views.plan_layout import arranged, first_act
from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk

RETRY_SECONDS = 60

log = logging.getLogger(__name__)


@require_safe
def page(request: HttpRequest, case: UUID) -> HttpResponse:
    """The newest plan of the case; before there is one, the check page, which knows the way."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    kept = newest(found)
    if kept is None:
        return redirect("check", case=found.pk)
    services.note_visit(found)
    shown = outline(kept.content)
    groups = arranged(shown["actions"], kept.content["actions"], chosen_slugs(found))
    for row in shown["today"]:
        row["act"] = first_act(row) if "card" in row else None
    context = {
        "case": found,
        "plan": shown,
        "groups": groups,
        "missing": sum(not item["have"] for item in shown["evidence"]),
        "drawing": kept.content["drawing"],
        "outdated": changed_since(found, kept),
        "show_code": True,
        "code_open": True,
        "screen": True,
    }
    return render(request, "plan/page.html", context)


@require_safe
def pdf(request: HttpRequest, case: UUID) -> HttpResponse:
    """The plan as a PDF to keep. When it cannot be made, a page that leads to the texts."""
    found, kept = _kept(request, case)
    if found is None or kept is None:
        return lost(request) if found is None else redirect("check", case=found.pk)
    try:
        document = kept_pdf(kept, code=found.public_id, chosen=chosen_slugs(found))
    except RenderingFailed as failure:
        log.warning("plan.pdf: %s", failure)
        sorry = render(request, "plan/no_pdf.html", {"case": found}, status=503)
        sorry["Retry-After"] = str(RETRY_SECONDS)
        return sorry
    response = HttpResponse(document, content_type="application/pdf")
    name = _("维权方案_%(code)s_%(on)s") % {"code": found.public_id, "on": kept.on}
    return attached(response, name, f"plan-{found.public_id}-{kept.on}", "pdf")


@require_safe
def letter(request: HttpRequest, case: UUID, letter: str) -> HttpResponse:
    """One letter in every length as a text file."""
    found, kept = _kept(request, case)
    if found is None or kept is None:
        return lost(request) if found is None else redirect("check", case=found.pk)
    actions = outline(kept.content)["actions"]
    action = next((row for row in actions if row["slug"] == letter and row["letter"]), None)
    if action is None:
        raise Http404
    response = HttpResponse(letter_as_text(action), content_type="text/plain; charset=utf-8")
    return attached(
        response, f"{action['letter']['title']}_{kept.on}", f"{letter}-{kept.on}", "txt"
    )


def newest(case: Case) -> Plan | None:
    """The plan that was made last, or None."""
    return case.plans.first()


def changed_since(case: Case, kept: Plan) -> bool:
    """Whether the answers that count now are others than those the plan was made from."""
    counted = walk(clean_answers(case.answers)).counted
    return bool(kept.content["answers"] != counted)


def chosen_slugs(case: Case) -> frozenset[str] | None:
    """The channels the person chose; None when nothing was chosen."""
    clean = case.answers.get("channels", {}).get("clean") or {}
    codes = clean.get("chosen")
    if not codes:
        return None
    return frozenset(slug(*code.split(":", 1)) for code in codes)


def attached(response: HttpResponse, name: str, plain: str, ending: str) -> HttpResponse:
    """The response as a download with a Chinese name, and an ASCII one for old programs."""
    encoded = quote(f"{name}.{ending}")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{encoded}"
    )
    return response


def _kept(request: HttpRequest, case: UUID) -> tuple[Case | None, Plan | None]:
    found = case_or_none(request, case)
    return found, newest(found) if found else None
