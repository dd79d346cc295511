"""Pages around the cases: start, privacy, and what is shown when something goes wrong."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases import knowledge, services
from cases.models import Case
from cases.views.access import REMEMBERED, remember
from cases.views.counting import led_to
from cases.views.lost import instead_of_main, typed_words
from cases.wizard.steps import STEPS

# The forms people type into.
SENT_AGAIN = ("step", "letter-text", "before-buying", "remark")


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Explain; on POST open a case and go to its first question."""
    if request.method == "POST":
        case = services.answers.open_case()
        remember(request, case)
        led_to(STEPS[0].name, on=timezone.localdate())
        return redirect("step", case=case.pk, step=STEPS[0].name)
    context = {"known": _known_cases(request), "checked_on": knowledge.load().checked_on}
    return render(request, "pages/start.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is kept, for how long, and how it is deleted."""
    context = {
        "draft_days": services.disposal.DRAFT_LIFE.days,
        "submitted_days": services.disposal.SUBMITTED_LIFE.days,
        "ahead_days": services.proposals.AHEAD.days,
        "closed_days": services.proposals.LONG_CLOSED.days,
        "remark_days": services.disposal.REMARK_LIFE.days,
        "count_days": services.disposal.COUNT_LIFE.days,
        "exhibit_days": services.exhibits.EXHIBIT_LIFE.days,
        "record_years": services.disposal.RECORD_YEARS,
    }
    return render(request, "pages/privacy.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was done so that everybody can use the site, what was tried, and what is missing."""
    return render(request, "pages/accessibility.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say why the form was not taken, and keep what was typed.

    Sending it again by one button is offered for SENT_AGAIN only, and only when the form came from
    our own pages: nobody else's form may be turned into one of ours.
    """
    context = {
        "typed": typed_words(request),
        "again": _fields(request) if _our_step(request) else [],
        "no_cookies": settings.CSRF_COOKIE_NAME not in request.COOKIES,
    }
    return instead_of_main(render(request, "errors/csrf.html", context, status=403))


def _known_cases(request: HttpRequest) -> list[Case]:
    known = request.session.get(REMEMBERED, [])
    return list(Case.objects.filter(pk__in=known).order_by("-updated_at")) if known else []


def _our_step(request: HttpRequest) -> bool:
    match = request.resolver_match
    ours = request.headers.get("Origin") in (None, f"{request.scheme}://{request.get_host()}")
    return ours and match is not None and match.url_name in SENT_AGAIN


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, text)
        for name in request.POST
        if name != "csrfmiddlewaretoken"
        for text in request.POST.getlist(name)
    ]
