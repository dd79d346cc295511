"""The page for a request whose case this browser does not hold: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, resolve
from django_htmx.http import reselect, retarget

from cases.views.evidence_forms import AddForm, BoxForm, SayForm
from cases.wizard.fields import Chosen
from cases.wizard.forms.base import names_of
from cases.wizard.forms.message import ReplyToDeskForm
from cases.wizard.forms.outcome import OutcomeForm
from cases.wizard.steps import BY_NAME

OUR_OWN = frozenset(
    {"csrfmiddlewaretoken", "version", "nav", "from", "key", "code", "told", "message"}
    # Of the evidence page: a tick and clicks, which nobody types.
    | {"agreed", "at.x", "at.y", "corner", "drop"}
)
# Beside the steps of the wizard, what these addresses ask.
FORMS: Mapping[str, type[forms.Form]] = {
    "exhibits": AddForm,
    "exhibit": SayForm,
    "exhibit-boxes": BoxForm,
    "messages": ReplyToDeskForm,
    "outcome": OutcomeForm,
}
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
    return "\n".join(_lines(request.POST, _fields(request.resolver_match)))


def _fields(match: ResolverMatch | None) -> Mapping[str, forms.Field]:
    """The questions that the address asks, by their names."""
    step = BY_NAME.get(match.kwargs.get("step", "")) if match else None
    form = step.form if step else FORMS.get(match.url_name or "") if match else None
    return form.base_fields if form else {}


def _lines(posted: QueryDict, fields: Mapping[str, forms.Field]) -> Iterator[str]:
    left = {name: posted.getlist(name) for name in posted if name not in OUR_OWN}
    for name, field in fields.items():
        labels = _labels(field)
        texts = [text for each in names_of(field, name) for text in left.pop(each, [])]
        if any(texts):
            said = " ".join(str(labels.get(text, text)) for text in texts if text)
            yield f"{field.label}：{said}"
    for texts in left.values():
        yield from (text for text in texts if text)


def _labels(field: forms.Field) -> Mapping[str, Any]:
    """The labels of the codes a field may be answered with."""
    if isinstance(field, Chosen):
        return field.labels()
    choices = field.widget.choices if isinstance(field.widget, forms.Select) else ()
    return {str(code): label for code, label in choices}
