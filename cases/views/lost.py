"""The page for a request whose case this browser does not hold: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django_htmx.http import reselect, retarget

from cases.wizard.fields import Chosen
from cases.wizard.forms.base import names_of
from cases.wizard.steps import BY_NAME

OUR_OWN = frozenset({"csrfmiddlewaretoken", "version", "nav", "from", "key", "code", "told"})
# What a QR or a link brings to another device; every other way begins where the case is.
LED_BACK_TO = frozenset({"letter-text", "letter-read"})


def lost(request: HttpRequest) -> HttpResponse:
    """404 with the way back by case code; the same page whether or not there is such a case."""
    context = {"typed": typed_words(request), "wanted": wanted(request.path)}
    return instead_of_main(render(request, "errors/lost.html", context, status=404))


def wanted(address: str) -> str:
    """The address of one text of a plan, to which the case code leads back; "" for any other."""
    try:
        return address if resolve(address).url_name in LED_BACK_TO else ""
    except Resolver404:
        return ""


def instead_of_main(response: HttpResponse) -> HttpResponse:
    """The page, of which htmx shows the main part instead of the region it asked for.

    Only for pages that hold what was typed; app.js does so only when a form was sent.
    """
    whole = reselect(retarget(response, "#main"), "#main > *")
    whole["HX-Reswap"] = "innerHTML show:window:top"
    return whole


def typed_words(request: HttpRequest) -> str:
    """What was typed into the form that came with the request, a line a question."""
    step = request.resolver_match.kwargs.get("step") if request.resolver_match else None
    return "\n".join(_lines(request.POST, str(step)))


def _lines(posted: QueryDict, step: str) -> Iterator[str]:
    left = {name: posted.getlist(name) for name in posted if name not in OUR_OWN}
    form = BY_NAME[step].form if step in BY_NAME else None
    for name, field in (form.base_fields if form else {}).items():
        texts = [text for each in names_of(field, name) for text in left.pop(each, [])]
        if isinstance(field, Chosen):
            labels = field.labels()
            texts = [str(labels.get(text, text)) for text in texts]
        if any(texts):
            yield f"{field.label}：{' '.join(text for text in texts if text)}"
    for texts in left.values():
        yield from (text for text in texts if text)
