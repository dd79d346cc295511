"""The check page before submission, and the submission itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases import services
from cases.models import Case
from cases.services.plans import TooManyPlans
from cases.views import submission
from cases.views.access import case_or_none
from cases.views.counting import went_on
from cases.views.lost import lost
from cases.views.messages import written as messages_of
from cases.wizard.answers import Answers, clean_answers
from cases.wizard.fields import Words
from cases.wizard.steps import (
    PARTS,
    Step,
    Walk,
    names_of_questions,
    recheck,
    set_aside,
    walk,
    why_open,
)

KEY_BYTES = 24
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Row:
    """One answer in words. `first` marks the first row of a step, which carries the anchor; `half`
    that other words were typed beside it and not sent."""

    step: str
    label: Words
    words: str
    first: bool
    half: bool


@require_safe
def page(request: HttpRequest, case: UUID) -> HttpResponse:
    """Every answer that counts, with a way to change it; or the question that is still open."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    on = timezone.localdate()
    replay = replayed(found, on)
    if replay.open:
        return _to_open(request, found, replay, replay.open)
    context = {
        "case": found,
        "sections": [(part, _rows(found, replay, part, on)) for part in PARTS],
        "aside": _questions_aside(found),
        **_waiting(found),
        "key": secrets.token_urlsafe(KEY_BYTES),
        "show_code": True,
        "code_open": True,
    }
    return render(request, "wizard/check.html", context)


@require_POST
def submit(request: HttpRequest, case: UUID) -> HttpResponse:
    """Make the plan and keep it, once for each key; then show it."""
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    on = timezone.localdate()
    replay = replayed(found, on)
    if replay.open:
        return _to_open(request, found, replay, replay.open)
    key = request.POST.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        return redirect("check", case=found.pk)
    try:
        _keep_plan(found, replay.counted, key=key, on=on)
        _drop_unasked(found, replay)
    except Case.DoesNotExist:
        return lost(request)
    except TooManyPlans:
        words = _("这份案件已经有 %(count)d 份方案，没有再生成新的。回答和已有的方案都在。")
        messages.warning(request, words % {"count": services.plans.PLANS_PER_CASE})
    else:
        went_on("check", "plan", on=on)
    return redirect("plan", case=found.pk)


def _waiting(case: Case) -> dict[str, object]:
    """Whether the desk asks for something, and whether it has answered."""
    if case.submitted_at is None:
        return {}
    told = messages_of(case)
    return {"asked": told["asked"], "answered": bool(told["answers"])}


def replayed(case: Case, on: date) -> Walk:
    """The walk with every form asked once more; an answer that no longer holds is open again."""
    changed = recheck(case.answers, on=on)
    answers = {**clean_answers(case.answers), **changed}
    return walk({name: clean for name, clean in answers.items() if clean is not None})


def _keep_plan(case: Case, answers: Answers, *, key: str, on: date) -> None:
    plan, knowledge_version, summary = submission.build(answers, on)
    services.plans.submit(
        case, key=key, on=on, plan=plan, knowledge_version=knowledge_version, summary=summary
    )


def _drop_unasked(case: Case, replay: Walk) -> None:
    """Forget what the plan was not made from; the check page has named it."""
    asked = {step.name for step in replay.asked}
    services.answers.drop_steps(case, steps=case.answers.keys() - asked)


def _questions_aside(case: Case) -> list[str]:
    """What the answers are called that submitting will drop."""
    answers = clean_answers(case.answers)
    return [
        label
        for step in set_aside(case.answers)
        for label in names_of_questions(step, answers[step.name])
    ]


def _rows(case: Case, replay: Walk, part: Words, on: date) -> list[Row]:
    halves = {step for step, stored in case.answers.items() if "half" in stored}
    steps = [step for step in replay.asked if step.part == part]
    return [row for step in steps for row in _rows_of(replay, step, on, half=step.name in halves)]


def _rows_of(replay: Walk, step: Step, on: date, *, half: bool) -> list[Row]:
    form = step.form(answers=replay.before(step.name), on=on)
    said = form.said(replay.counted[step.name])
    return [
        Row(step=step.name, label=label, words=words, first=index == 0, half=half and index == 0)
        for index, (label, words) in enumerate(said)
    ]


def _to_open(request: HttpRequest, case: Case, replay: Walk, step: Step) -> HttpResponse:
    before, on = replay.before(step.name), timezone.localdate()
    messages.info(request, why_open(case.answers, step, before, on=on))
    return redirect("step", case=case.pk, step=step.name)
