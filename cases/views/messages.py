"""What the desk wrote to the person, and the person's answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases import knowledge, services
from cases.models import Case, Message, Plan
from cases.services.messages import RequestClosed
from cases.views.kept_plan import of_kept_plan
from cases.views.lost import lost
from cases.wizard.fields import Words
from cases.wizard.forms.message import ReplyToDeskForm
from cases.wizard.steps import BY_NAME

STEP, EVIDENCE = "step:", "evidence:"
KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a request is about, in words; `name` as `Message.asks` holds it."""

    name: str
    title: Words

    @property
    def step(self) -> str:
        """The step to look at again; "" for evidence."""
        return self.name.removeprefix(STEP) if self.name.startswith(STEP) else ""


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@of_kept_plan
def page(request: HttpRequest, case: Case, kept: Plan) -> HttpResponse:
    """Everything that was written; on POST keep the answer, or what stands typed of it."""
    if request.method != "POST":
        return _shown(request, case)
    try:
        return _acted(request, case)
    except RequestClosed:
        return _shown(request, case, unsent=request.POST.get("words", ""), status=409)
    except Case.DoesNotExist:
        return lost(request)


def written(case: Case) -> dict[str, Any]:
    """What the pages of the case show of it: the open request, its form, and the answers.

    `answers` and `earlier` (requests that were answered) begin with the newest.
    """
    found = services.messages.shown(case)
    asked = next((each for each in found if _waits(each)), None)
    return {
        "asked": asked,
        "asks": [Asked(name, ask_title(name)) for name in asked.asks] if asked else [],
        "form": ReplyToDeskForm(initial={"words": asked.half or ""}) if asked else None,
        "answers": [each for each in found if each.kind == Message.Kind.ANSWER],
        "earlier": [each for each in found if each.replied_at],
    }


def ask_title(name: str) -> Words:
    """What `step:<step>` or `evidence:<kind>` is called; one that is no more as it stands."""
    if name.startswith(STEP):
        step = BY_NAME.get(name.removeprefix(STEP))
        return step.form.title if step else name
    kind = name.removeprefix(EVIDENCE)
    return knowledge.load().labels["evidence_kind"].get(kind, kind)


def _acted(request: HttpRequest, case: Case) -> HttpResponse:
    asked, nav = _asked(request, case), request.POST.get("nav", "")
    if nav == KEEP or nav in asked.asks:
        services.messages.keep_half(asked, words=request.POST.get("words", ""))
        return _kept(request, case, nav)
    form = ReplyToDeskForm(request.POST)
    if not form.is_valid():
        return _shown(request, case, form=form)
    services.messages.reply(asked, words=form.cleaned_data["words"])
    messages.success(request, _("已经发送。复核人员看过以后会写在这里，方案里的事可以接着做。"))
    return redirect("plan", case=case.pk)


def _asked(request: HttpRequest, case: Case) -> Message:
    """The request that the form was shown with, which another may have followed."""
    try:
        key = UUID(request.POST.get("message", ""))
    except ValueError:
        raise RequestClosed from None
    found = Message.objects.select_related("case").filter(pk=key, case=case).first()
    if found is None:
        raise RequestClosed
    return found


def _kept(request: HttpRequest, case: Case, nav: str) -> HttpResponse:
    """Where the way leads once the words are kept."""
    if nav == KEEP:
        if getattr(request, "htmx", False):
            return render(request, "wizard/kept.html", {"kept": True})
        return redirect("messages", case=case.pk)
    asked = Asked(nav, "")
    if asked.step in BY_NAME:
        return redirect(f"{reverse('step', args=[case.pk, asked.step])}?from=check")
    return redirect("exhibits", case=case.pk)


def _shown(
    request: HttpRequest,
    case: Case,
    *,
    form: ReplyToDeskForm | None = None,
    unsent: str = "",
    status: int = 200,
) -> HttpResponse:
    told = written(case)
    context = {
        **told,
        "case": case,
        "form": form or told["form"],
        "show_errors": form is not None,
        "unsent": unsent,
        "show_code": True,
    }
    return render(request, "plan/messages.html", context, status=status)


def _waits(message: Message) -> bool:
    return message.kind == Message.Kind.REQUEST and message.replied_at is None
