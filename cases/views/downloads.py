"""The plan to keep: as PDF, as text, and the page that waits while the PDF is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from cases.models import Case, Plan
from cases.renderings import exhibit_bundle, papers, plan_cache
from cases.renderings.audience import MINE_MASKED
from cases.renderings.outline import outline, with_edits
from cases.renderings.pdf import RenderingFailed
from cases.renderings.plan_cache import Document, Progress
from cases.renderings.plan_pdf import as_pdf
from cases.renderings.plan_text import as_text
from cases.renderings.proof import Numbered
from cases.renderings.veil import Veil
from cases.services import exhibits
from cases.views.advice import advice_url
from cases.views.kept_plan import chosen_slugs, of_kept_plan

RETRY_SECONDS = 60
DOWNLOAD_SECONDS = 1
# In the address of the page that waits: whoever comes without it has just pressed the button.
WAITING = "waiting"
# Asks for the plan with telephone and address masked in its letters.
MASKED = "masked"


@require_safe
@of_kept_plan
def pdf(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The plan as a PDF to keep. When it cannot be made, a page that leads to the texts."""
    try:
        body = plan_cache.made(plan_pdf(request, case, plan))
    except RenderingFailed:
        wanted = f"?{MASKED}=1" if MASKED in request.GET else ""
        retry_at = reverse("plan-progress", args=[case.pk]) + wanted
        return no_pdf(request, case, plan, retry_at=retry_at)
    response = HttpResponse(body, content_type="application/pdf")
    return attached(response, *_names(case, plan, masked=MASKED in request.GET), "pdf")


@require_safe
@of_kept_plan
def text(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """The plan with its letters as a text file; no engine has to run for it."""
    body = as_text(plan.content, chosen=chosen_slugs(case), edits=plan.edits)
    response = HttpResponse(body, content_type="text/plain; charset=utf-8")
    return attached(response, *_names(case, plan), "txt")


@require_safe
@of_kept_plan
def progress(request: HttpRequest, case: Case, plan: Plan) -> HttpResponse:
    """Where the button 下载方案 leads: to the PDF at once if it is kept, else it waits here."""
    ready_at = reverse("plan-pdf", args=[case.pk])
    if MASKED in request.GET:
        ready_at += f"?{MASKED}=1"
    return waiting_for(plan_pdf(request, case, plan), request, case, ready_at=ready_at)


def waiting_for(
    document: Document,
    request: HttpRequest,
    case: Case,
    *,
    ready_at: str,
    text_at: str = "",
    opens: bool = False,
) -> HttpResponse:
    """The page that waits for a document and goes on to its address, at once if it is kept.

    The page asks again by itself, with scripts or without. Opened anew after a failure, it
    tries again. `text_at` is the same document as a text, instead of the texts of the plan;
    `opens` says that a page is shown at `ready_at`, not a download begun.
    """
    is_waiting = WAITING in request.GET
    state = (plan_cache.progress if is_waiting else plan_cache.start)(document)
    waits_at = _again(request, waiting=True)
    if request.headers.get("HX-Request"):
        return _news(state, waits_at)
    if state is Progress.READY and (opens or not is_waiting):
        return redirect(ready_at)
    if state is Progress.FAILED:
        retry_at = _again(request, waiting=False)
        return no_pdf(request, case, document.plan, retry_at=retry_at, text_at=text_at)
    is_ready = state is Progress.READY
    context = {
        "case": case,
        "size": plan_cache.size_of(document) if is_ready else None,
        "letters": letters_of(document.plan),
        "text_at": text_at,
        "ready_at": ready_at,
        "waits_at": waits_at,
        "opens": opens,
    }
    page = render(request, "plan/progress.html", context)
    if is_ready:
        # The download begins, and the page stays.
        page["Refresh"] = f"{DOWNLOAD_SECONDS}; url={ready_at}"
    return page


def plan_pdf(request: HttpRequest, case: Case, plan: Plan) -> Document:
    """The plan's PDF with the channels that are chosen now; not made yet."""
    chosen, address = chosen_slugs(case), advice_url(request, case, plan)
    channels = None if chosen is None else sorted(chosen)
    draw = _drawn_masked if MASKED in request.GET else _drawn
    numbered = exhibit_bundle.numbered(exhibits.of(case))
    told = [[each.number, each.kind, each.label] for each in numbered]
    return Document(
        plan=plan,
        place="plan-masked.pdf" if MASKED in request.GET else "plan.pdf",
        settings={"chosen": channels, "advice": address, "exhibits": told},
        make=partial(
            draw,
            plan,
            code=case.public_id,
            chosen=chosen,
            advice_url=address,
            exhibits=numbered,
        ),
    )


def _drawn(plan: Plan, **shown: Any) -> bytes:
    # Opened only here: whoever downloads a plan that is kept should not wait for it.
    return as_pdf(with_edits(plan.content, plan.edits), **shown)


def _drawn_masked(plan: Plan, *, exhibits: Sequence[Numbered], **shown: Any) -> bytes:
    veil = Veil(plan.content["answers"], MINE_MASKED)
    # The person names the exhibits, perhaps by the very telephone number.
    behind = [replace(each, label=veil.text(each.label)) for each in exhibits]
    content = papers.masked(with_edits(plan.content, plan.edits), MINE_MASKED)
    return as_pdf(content, exhibits=behind, **shown)


def no_pdf(
    request: HttpRequest, case: Case, plan: Plan, *, retry_at: str, text_at: str = ""
) -> HttpResponse:
    """The page that says the PDF could not be made, offers the texts and another try.

    `text_at` is as in `waiting_for`.
    """
    context = {
        "case": case,
        "letters": letters_of(plan),
        "text_at": text_at,
        "retry_at": retry_at,
    }
    sorry = render(request, "plan/no_pdf.html", context, status=503)
    sorry["Retry-After"] = str(RETRY_SECONDS)
    return sorry


def letters_of(plan: Plan) -> list[dict[str, str]]:
    """The letters of the plan, each `{slug, title}`."""
    actions = outline(plan.content)["actions"]
    return [{"slug": row["slug"], "title": row["title"]} for row in actions if row["letter"]]


def attached(response: HttpResponse, name: str, plain: str, ending: str) -> HttpResponse:
    """The response as a download with a Chinese name, and an ASCII one for old programs."""
    encoded = quote(f"{name}.{ending}")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}.{ending}\"; filename*=UTF-8''{encoded}"
    )
    return response


def _news(state: Progress, waits_at: str) -> HttpResponse:
    """What htmx is told: nothing new, or where to look."""
    if state is Progress.MAKING:
        return HttpResponse(status=204)
    return HttpResponseClientRedirect(waits_at)


def _again(request: HttpRequest, *, waiting: bool) -> str:
    """The address of this page once more, whether it waits or tries anew."""
    words = request.GET.copy()
    words.pop(WAITING, None)
    if waiting:
        words[WAITING] = "1"
    return f"{request.path}?{words.urlencode()}" if words else request.path


def _names(case: Case, plan: Plan, *, masked: bool = False) -> tuple[str, str]:
    """The Chinese name and the plain one; the masked plan must not be taken for the whole one."""
    words = _("维权方案_已遮住_%(code)s_%(on)s") if masked else _("维权方案_%(code)s_%(on)s")
    plain = f"plan-masked-{case.public_id}" if masked else f"plan-{case.public_id}"
    return words % {"code": case.public_id, "on": plan.on}, f"{plain}-{plan.on}"
