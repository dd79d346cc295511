"""The check before buying. The words live in one request: no row, no session, no log of them."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reselect, retarget

from cases import knowledge
from cases.renderings.before_buying import Checked, as_pdf, look_through
from cases.renderings.pdf import RenderingFailed
from cases.views.downloads import RETRY_SECONDS, attached
from cases.wizard.forms.before_buying import OfferForm

PAGE = "before/page.html"
ANY_FORM = ["GET", "HEAD", "POST"]

log = logging.getLogger(__name__)


@require_http_methods(ANY_FORM)
@vary_on_headers("HX-Request")
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the words of an offer; on POST mark them, on the same page."""
    if request.method != "POST":
        return render(request, PAGE, {"form": OfferForm()})
    form = OfferForm(request.POST)
    return _marked(request, form) if form.is_valid() else _refused(request, form)


@require_safe
def example(request: HttpRequest) -> HttpResponse:
    """The page as it looks when a made-up offer has been marked."""
    texts = {name: render_to_string(f"before/example-{name}.txt") for name in OfferForm.base_fields}
    form = OfferForm(texts)
    form.full_clean()
    return _marked(request, form, is_example=True)


@require_http_methods(ANY_FORM)
def pdf(request: HttpRequest) -> HttpResponse:
    """What was said of the words posted, as a PDF to keep; there is none to come back to."""
    if request.method != "POST":
        return redirect("before-buying")
    form = OfferForm(request.POST)
    if not form.is_valid():
        return _refused(request, form)
    try:
        document = as_pdf(_checked(form))
    except RenderingFailed as failure:
        return _sorry(request, form, failure)
    on = timezone.localdate()
    response = HttpResponse(document, content_type="application/pdf")
    return attached(response, _("买卡前检查_%(on)s") % {"on": on}, f"before-buying-{on}", "pdf")


def _checked(form: OfferForm) -> Checked:
    return look_through(**form.cleaned_data, knowledge=knowledge.load(), on=timezone.localdate())


def _marked(request: HttpRequest, form: OfferForm, *, is_example: bool = False) -> HttpResponse:
    context = {"form": form, "checked": _checked(form), "is_example": is_example}
    return render(request, PAGE, context)


def _refused(request: HttpRequest, form: OfferForm) -> HttpResponse:
    """The page with what is to be mended, whole: the summary stands above the question."""
    response = render(request, PAGE, {"form": form, "show_errors": True})
    return reselect(retarget(response, "#main"), "#main > *")


def _sorry(request: HttpRequest, form: OfferForm, failure: RenderingFailed) -> HttpResponse:
    log.warning("before-buying.pdf: %s", failure)
    sorry = render(request, "before/no_pdf.html", {"form": form}, status=503)
    sorry["Retry-After"] = str(RETRY_SECONDS)
    return sorry
