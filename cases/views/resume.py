"""Coming back with the case code, leaving this browser, and deleting a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import services
from cases.models import Case
from cases.services.disposal import Receipt
from cases.views.access import case_or_none, client_address, forget, remember
from cases.views.lost import lost, wanted
from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk

RECEIPT = "receipt"
RECEIPT_SECONDS = 600
LONGEST_SHOWN = 60


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the case code and open its case. Every failure reads alike."""
    if request.method != "POST":
        return render(request, "pages/resume.html")
    typed, address = request.POST.get("code", ""), client_address(request)
    used_up = services.resuming.tries_used_up(typed, address=address)
    case = services.resuming.resume(typed, address=address)
    led_from = wanted(request.POST.get("wanted", ""))
    if case is None:
        context = {"failed": True, "typed": typed[:LONGEST_SHOWN], "wanted": led_from}
        return render(request, "pages/resume.html", context, status=429 if used_up else 200)
    remember(request, case)
    if led_from.startswith(reverse("plan", args=[case.pk])):
        return redirect(led_from)
    return _where_it_was(case)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close every case for this browser."""
    request.session.flush()
    response = render(request, "pages/left.html")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@require_safe
def code(request: HttpRequest, case: UUID) -> HttpResponse:
    """The case code again, also as a picture, and what 已保存 means."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    context = {
        "case": found,
        "draft_days": services.disposal.DRAFT_LIFE.days,
        "submitted_days": services.disposal.SUBMITTED_LIFE.days,
    }
    return render(request, "pages/code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, case: UUID) -> HttpResponse:
    """Ask first; on POST erase the case at once and for good."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    if request.method != "POST":
        return render(request, "pages/delete.html", {"case": found})
    receipt = services.disposal.erase(found)
    forget(request, found)
    return _handed_over(receipt)


@require_safe
def deleted(request: HttpRequest) -> HttpResponse:
    """The proof of the erasure."""
    try:
        receipt = _read(request.COOKIES.get(RECEIPT, ""))
    except signing.BadSignature:
        return redirect("start")
    erased_at = datetime.fromisoformat(receipt["erased_at"])
    return render(request, "pages/deleted.html", {**receipt, "erased_at": erased_at})


def _where_it_was(case: Case) -> HttpResponse:
    if case.submitted_at:
        return redirect("plan", case=case.pk)
    due = walk(clean_answers(case.answers)).open
    return redirect("step", case=case.pk, step=due.name) if due else redirect("check", case=case.pk)


def _handed_over(receipt: Receipt) -> HttpResponse:
    """To the proof, which goes along as a cookie: a session would keep it, and with it the case."""
    response = redirect("deleted")
    response.set_cookie(
        RECEIPT,
        signing.dumps(_told(receipt), salt=RECEIPT),
        max_age=RECEIPT_SECONDS,
        path=reverse("deleted"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _read(cookie: str) -> dict[str, Any]:
    told: dict[str, Any] = signing.loads(cookie, salt=RECEIPT, max_age=RECEIPT_SECONDS)
    return told


def _told(receipt: Receipt) -> dict[str, str | int]:
    return {
        "erased_at": receipt.erased_at.isoformat(),
        "public_id": receipt.public_id,
        "plans": receipt.deleted.get("plan", 0),
        "exhibits": receipt.deleted.get("exhibit", 0),
    }
