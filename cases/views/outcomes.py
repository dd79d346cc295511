"""How it ended, told by the person: a page beside the plan, which it never changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cases import knowledge, services
from cases.models import Case, Outcome, Plan
from cases.renderings.outline import slug
from cases.services.outcomes import StaleOutcome, ToldOutcome
from cases.views.kept_plan import chosen_slugs, of_kept_plan
from cases.views.lost import lost
from cases.vocabulary import When
from cases.wizard.fields import Choices, Words, in_words
from cases.wizard.forms.outcome import NO_STEP, OutcomeForm, as_typed, sum_in_digits
from cases.wizard.recommendation import advised

DROP = "drop"
VERSION = re.compile(r"[0-9]{1,9}")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@of_kept_plan
def page(request: HttpRequest, case: Case, kept: Plan) -> HttpResponse:
    """The three questions; on POST keep the answer, or what stands typed where it is refused."""
    try:
        if request.method != "POST":
            return _as_kept(request, case, kept)
        return _acted(request, case, kept)
    except Case.DoesNotExist:
        return lost(request)


def said(outcome: Outcome) -> list[tuple[Words, str]]:
    """(label, answer in words) of what was told; what was left out is left out."""
    fields = OutcomeForm.base_fields
    day, amount = outcome.refunded_on, outcome.amount
    words = {
        "money": str(Outcome.Money(outcome.money).label),
        "amount": _("%(sum)s元") % {"sum": sum_in_digits(amount)} if amount else "",
        "refunded_on": in_words(day) if day else "",
        "helped": _step_named(outcome.helped),
    }
    return [(fields[name].label or "", each) for name, each in words.items() if each]


def _acted(request: HttpRequest, case: Case, kept: Plan) -> HttpResponse:
    if request.POST.get("nav") == DROP:
        services.outcomes.take_back(case)
        messages.success(request, _("您写的结果已经删除。"))
        return redirect("plan", case=case.pk)
    form = _form(case, kept, services.outcomes.of(case), request.POST)
    typed = form.typed(request.POST)
    if not form.is_valid():
        services.outcomes.keep_half(case, typed=typed)
        return _shown(request, case, form, version=_version(request), show_errors=True)
    try:
        answer = ToldOutcome(**form.cleaned_data)
        services.outcomes.tell(case, answer, plan=kept, version=_version(request))
    except StaleOutcome as stale:
        services.outcomes.keep_half(case, typed=typed)
        return _beside_the_other(request, case, form, stale.current)
    messages.success(request, _("已经保存，谢谢您。方案没有变化。"))
    return redirect("plan", case=case.pk)


def _as_kept(request: HttpRequest, case: Case, kept: Plan) -> HttpResponse:
    """With what was told; with what stands half typed where there is some."""
    outcome = services.outcomes.of(case)
    typed = (outcome.half or as_typed(outcome)) if outcome else None
    form = _form(case, kept, outcome, MultiValueDict(typed) if typed else None)
    version = outcome.version if outcome else 0
    return _shown(request, case, form, version=version, half=bool(outcome and outcome.half))


def _beside_the_other(
    request: HttpRequest, case: Case, form: OutcomeForm, other: Outcome | None
) -> HttpResponse:
    """409 with both answers; sending this one again keeps it."""
    shown = {"stale": True, "theirs": said(other) if other else []}
    version = other.version if other else 0
    return _shown(request, case, form, version=version, status=409, **shown)


def _shown(
    request: HttpRequest,
    case: Case,
    form: OutcomeForm,
    *,
    version: int,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    told = {
        "case": case,
        "form": form,
        "version": version,
        "outcome": services.outcomes.told(case),
        "show_errors": False,
        "show_code": True,
        **context,
    }
    return render(request, "plan/outcome.html", told, status=status)


def _form(
    case: Case, kept: Plan, outcome: Outcome | None, data: MultiValueDict[str, str] | None
) -> OutcomeForm:
    return OutcomeForm(
        data,
        on=timezone.localdate(),
        since=_ordered_on(kept.content["answers"]),
        steps=_steps(case, kept, outcome.helped if outcome else ""),
    )


def _steps(case: Case, kept: Plan, told: str) -> Choices:
    """The channels the plan advised or the person chose, and the one that was told before."""
    chosen = chosen_slugs(case) or frozenset()
    used = [
        row["channel"]
        for row in kept.content["actions"]
        if advised(When(row["when"])) or slug(row["channel"], row["respondent"]) in chosen
    ]
    names = knowledge.load().labels["channel"]
    return [(code, names[code]) for code in dict.fromkeys([*used, told]) if code in names]


def _step_named(code: str) -> str:
    return str({**knowledge.load().labels["channel"], **dict(NO_STEP)}.get(code, code))


def _ordered_on(answers: Mapping[str, Mapping[str, Any]]) -> date | None:
    day = answers.get("placed_on", {}).get("order__placed_on")
    return date.fromisoformat(day) if day else None


def _version(request: HttpRequest) -> int:
    """That of the outcome the form was shown with; 0 for none, or for what is no number."""
    typed = request.POST.get("version", "")
    return int(typed) if VERSION.fullmatch(typed) else 0
