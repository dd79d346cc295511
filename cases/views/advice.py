"""The page behind the QR code of a document: whether its advice has changed since.

The address holds what is printed in the footer anyway, and no secret. Whether there is a case
of that number is told only to the browser that holds it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases import knowledge
from cases.case_code import ALPHABET, PUBLIC_LENGTH
from cases.facts import FactsRefused
from cases.models import Case, Plan
from cases.renderings.changes import Changes, changes
from cases.views import submission
from cases.views.access import REMEMBERED
from cases.views.kept_plan import newest

NUMBER = re.compile(f"[{ALPHABET}]{{{PUBLIC_LENGTH}}}")
VERSION = re.compile("[0-9a-f]{12}")


@require_safe
def page(request: HttpRequest, number: str, version: str) -> HttpResponse:
    """For everybody, whether the knowledge is the current one; for the case's own browser, more."""
    if not (NUMBER.fullmatch(number) and VERSION.fullmatch(version)):
        raise Http404
    context = {"number": number, "version": version, "current": knowledge.load().version}
    held = _held(request, number)
    return render(request, "pages/advice.html", context | (_own(held, version) if held else {}))


def advice_url(request: HttpRequest, case: Case, plan: Plan) -> str:
    """The whole address of this page for a plan, as its documents print it."""
    path = reverse("advice", args=[case.public_id, plan.knowledge_version])
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def _held(request: HttpRequest, number: str) -> Case | None:
    known = request.session.get(REMEMBERED, [])
    return Case.objects.filter(public_id=number, pk__in=known).first() if known else None


def _own(case: Case, version: str) -> dict[str, Any]:
    """What only the browser of the case is told: about its newest plan, as of today."""
    kept = newest(case)
    if kept is None:
        return {"case": case}
    return {
        "case": case,
        "plan": kept,
        "newer": kept.knowledge_version != version,
        "changes": _changes(kept, timezone.localdate()),
    }


def _changes(kept: Plan, on: date) -> Changes | None:
    """What would be said otherwise today; None where the answers no longer make a plan."""
    try:
        content, _version, _summary = submission.build(kept.content["answers"], on)
    except FactsRefused:
        return None
    return changes(kept.content, content)
