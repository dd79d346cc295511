"""The plan as a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from cases import services
from cases.models import Case, Plan
from cases.renderings import exhibit_bundle
from cases.renderings.audience import Item, given
from cases.renderings.outline import with_edits
from cases.renderings.plan_ics import has_days
from cases.renderings.plan_text import letter_to_self
from cases.renderings.proof import proof_of, with_numbers
from cases.services import exhibits
from cases.views import exports, letters, messages
from cases.views.kept_plan import chosen_slugs, of_kept_plan
from cases.views.plan_layout import laid_out
from cases.wizard.answers import clean_answers
from cases.wizard.steps import walk


@require_safe
@of_kept_plan
def page(request: HttpRequest, case: Case, kept: Plan) -> HttpResponse:
    """The newest plan of the case."""
    services.answers.note_visit(case)
    content = with_edits(kept.content, kept.edits)
    shown = laid_out(content, chosen_slugs(case))
    actions = shown["plan"]["actions"]
    numbered = exhibit_bundle.numbered(exhibits.of(case))
    shown["plan"]["evidence"] = with_numbers(shown["plan"]["evidence"], numbered)
    letters.note_hints(kept, actions)
    context = {
        **shown,
        **messages.written(case),
        "case": case,
        "outdated": changed_since(case, kept),
        "mail": letter_to_self(shown["plan"], request.build_absolute_uri(reverse("resume"))),
        "downloads": exports.offered(request, case, kept),
        "has_days": has_days(content),
        # Only to a person who gave something that would be masked.
        "maskable": not {Item.PHONE, Item.ADDRESS}.isdisjoint(given(content["answers"])),
        "exhibits": numbered,
        "proof": proof_of(content, numbered),
        "asides": letters.replaced(kept, actions),
        "outcome": services.outcomes.told(case),
        "show_code": True,
        "code_open": True,
        "screen": True,
    }
    return render(request, "plan/page.html", context)


def changed_since(case: Case, kept: Plan) -> bool:
    """Whether the answers that count now are others than those the plan was made from."""
    counted = walk(clean_answers(case.answers)).counted
    return bool(kept.content["answers"] != counted)
