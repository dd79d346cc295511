"""The verdict by itself: on the answers so far, and on one that is just being given."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import knowledge
from cases.assessment.situation import Situation
from cases.facts import FactsRefused, facts_from
from cases.models import Case
from cases.views.access import case_or_none
from cases.views.lost import lost
from cases.views.verdict import told, verdict
from cases.wizard.answers import Answers, clean_answers
from cases.wizard.steps import Walk, walk


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, case: UUID) -> HttpResponse:
    """The whole page; a step's page takes the short verdict out of it as the person answers.

    A POST brings the answer of the step `step`, which is looked at and not kept.
    """
    found = case_or_none(request, case)
    if found is None:
        return lost(request)
    replay = walk(_answers(request, found))
    try:
        facts = facts_from(replay.counted, on=timezone.localdate())
    except FactsRefused:
        # The answers cannot be together; the check page finds the one to give anew.
        return redirect("check", case=found.pk)
    situation = Situation(facts=facts, knowledge=knowledge.load(), on=timezone.localdate())
    context = {
        "case": found,
        "verdict": verdict(situation),
        "told": told(replay, situation),
        "answered": replay.counted,
        "due": replay.open,
    }
    return render(request, "wizard/verdict.html", context)


def _answers(request: HttpRequest, case: Case) -> Answers:
    """The answers that were accepted, and over them what was sent, if it can be accepted."""
    answers = clean_answers(case.answers)
    given = _given(request, walk(answers))
    return {**answers, **given}


def _given(request: HttpRequest, replay: Walk) -> Answers:
    step = replay.step(request.POST.get("step", ""))
    if step is None:
        return {}
    form = step.form(request.POST, answers=replay.before(step.name), on=timezone.localdate())
    return {step.name: form.answer()} if form.is_valid() else {}
